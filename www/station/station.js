// The page's 长辈版 switch, which also sets `elder` on the widget, as any page would.
const button = document.querySelector("[data-elder-switch]");

function set(elder) {
  document.documentElement.toggleAttribute("data-elder", elder);
  button.setAttribute("aria-pressed", String(elder));
  for (const survey of document.querySelectorAll("manyi-survey")) survey.toggleAttribute("elder", elder);
}

// Where storage is refused, the switch still works for this page.
const remembered = (use) => { try { return use(localStorage); } catch { return null; } };

set(remembered((storage) => storage.getItem("station-elder")) === "true");
button.hidden = false;
button.addEventListener("click", () => {
  set(button.getAttribute("aria-pressed") !== "true");
  remembered((storage) => storage.setItem("station-elder", button.getAttribute("aria-pressed")));
});

// A link to a folded guide unfolds it.
const unfold = () => document.querySelector(`details[id="${CSS.escape(location.hash.slice(1))}"]`)?.setAttribute("open", "");
unfold();
addEventListener("hashchange", unfold);
