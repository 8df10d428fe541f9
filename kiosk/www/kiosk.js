// Brings the kiosk's Wasm and the worker behind it. A kiosk whose Wasm died starts
// again; the worker counts the starts that came to nothing.
import start from "./manyi_kiosk_glue.js";

const WASM = new URL("./manyi_kiosk_bg.wasm", import.meta.url).href;
const WORKER = new URL("./kiosk-worker.js", import.meta.url).href;
const AGAIN_MS = 5000;

addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError && /manyi_kiosk/.test(error.stack)) setTimeout(() => location.reload(), AGAIN_MS);
});

// The page allows no script addresses but this one.
const createScriptURL = (url) => { if (url !== WORKER) throw new TypeError(url); return url; };
const policy = self.trustedTypes ? trustedTypes.createPolicy("manyi-kiosk", { createScriptURL }) : { createScriptURL };
if (navigator.serviceWorker) navigator.serviceWorker.register(policy.createScriptURL(WORKER), { scope: "./kiosk", updateViaCache: "none" }).catch(console.warn);

start({ module_or_path: WASM });
