// From the moment the finger is lifted to the end of the next frame: handlers,
// state, drawing, style, layout and paint.
window.frames_ms = [];
const channel = new MessageChannel();
let lifted;
channel.port1.onmessage = () => window.frames_ms.push(performance.now() - lifted);
addEventListener("pointerup", (event) => {
  lifted = event.timeStamp;
  requestAnimationFrame(() => channel.port2.postMessage(null));
}, true);
