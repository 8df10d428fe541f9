// When the surveys of the page work. Peers count themselves in `alive`.
window.aliveAt = undefined;
document.addEventListener("manyi-ready", () => (window.alive = (window.alive ?? 0) + 1));
window.whenAlive = (wanted) =>
  new Promise((resolve) => {
    const look = () => ((window.alive ?? 0) >= wanted ? resolve((window.aliveAt = performance.now())) : requestAnimationFrame(look));
    look();
  });
