// Finding one's way in a page as a person sees it: through the widget's shadow
// root, and only what can be touched. Shared by the scripts beside this one.
window.dom = (() => {
  const roots = () => {
    const widgets = [...document.querySelectorAll("manyi-survey")];
    return [document, ...widgets.map((widget) => widget.shadowRoot).filter(Boolean)];
  };
  const shown = (element) => element.getClientRects().length > 0;
  const all = (selector) => roots().flatMap((root) => [...root.querySelectorAll(selector)]);
  // What a finger would touch: the radio's label where it has one, else itself.
  const spot = (control) => {
    const label = control.closest("label") ?? control.labels?.[0];
    return label && shown(label) ? label : control;
  };
  const centre = (element) => {
    const box = element.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const touchable = (element) => {
    const { x, y } = centre(element);
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit !== null && (element.contains(hit) || hit.contains(element) && hit.matches("label"));
  };
  const visible = (selector) => all(selector).filter((control) => shown(spot(control)));
  return { all, visible, spot, centre, touchable };
})();
