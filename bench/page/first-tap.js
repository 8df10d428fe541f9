// Taps the first 满意 as early as a person could: one frame after it was seen to
// be touchable. If the mark is gone later, it taps again, as a person would have
// to, and the last tap counts.
window.taps = [];
let seen;
function look() {
  const [radio] = dom.visible("input[type=radio]");
  const spot = radio && !radio.checked && dom.spot(radio);
  if (spot && dom.touchable(spot)) {
    if (seen === radio) {
      window.taps.push(performance.now());
      spot.click();
      seen = undefined;
    } else {
      seen = radio;
    }
  }
  if (window.taps.length < 100) requestAnimationFrame(look);
}
requestAnimationFrame(look);
window.firstTapHeld = () => dom.visible("input[type=radio]")[0]?.checked === true;
