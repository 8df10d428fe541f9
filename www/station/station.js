// The station's own script: the 长辈版 switch of the page, which also sets
// `elder` on the widget, as any page would.
const button = document.querySelector("[data-elder-switch]");
const KEY = "station-elder";

function set(elder) {
  document.documentElement.toggleAttribute("data-elder", elder);
  button.setAttribute("aria-pressed", String(elder));
  for (const survey of document.querySelectorAll("manyi-survey")) {
    survey.toggleAttribute("elder", elder);
  }
}

let remembered = null;
try {
  remembered = localStorage.getItem(KEY);
} catch {
  // Storage is refused: the switch still works for this page.
}
set(remembered === "1");
button.hidden = false;
button.addEventListener("click", () => {
  const elder = button.getAttribute("aria-pressed") !== "true";
  set(elder);
  try {
    localStorage.setItem(KEY, elder ? "1" : "0");
  } catch {
    // As above.
  }
});

// A link to a folded guide unfolds it.
function unfold() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
unfold();
addEventListener("hashchange", unfold);
