// The station's own script: the 长辈版 switch of the page, which also sets
// `elder` on the widget, as any page would.
const button = document.querySelector("[data-elder-switch]");
const KEY = "station-elder";

function set(elder) {
  document.documentElement.toggleAttribute("data-elder", elder);
  button.setAttribute("aria-pressed", String(elder));
  for (const survey of document.querySelectorAll("manyi-survey")) survey.toggleAttribute("elder", elder);
}

// Where storage is refused, the switch still works for this page.
const remembered = (use) => { try { return use(localStorage); } catch { return null; } };

set(remembered((storage) => storage.getItem(KEY)) === "1");
button.hidden = false;
button.addEventListener("click", () => {
  const elder = button.getAttribute("aria-pressed") !== "true";
  set(elder);
  remembered((storage) => storage.setItem(KEY, elder ? "1" : "0"));
});

// A link to a folded guide unfolds it.
function unfold() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
unfold();
addEventListener("hashchange", unfold);
