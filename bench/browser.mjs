// Chromium, and a page opened in it under given conditions.
import { readFileSync } from "node:fs";
import { playwright } from "./packages.mjs";
import { bench, chromium } from "./places.mjs";

const flags = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
// The flags above hold; of Playwright's own defaults only the pipe is wanted.
const unwanted = ["--headless", "--enable-automation"];

export const launch = (...more) =>
  playwright().chromium.launch({ executablePath: chromium, args: [...flags, ...more], ignoreDefaultArgs: unwanted, timeout: 60_000 });

// With a profile that outlives it, as a tablet's does.
export const installed = (profile) =>
  playwright().chromium.launchPersistentContext(profile, { executablePath: chromium, args: flags, ignoreDefaultArgs: unwanted, viewport: { width: 1280, height: 800 }, locale: "zh-CN" });

const script = (name) => `(() => {\n${readFileSync(`${bench}page/${name}.js`, "utf8")}\n})();`;

// `slow`: a factor for the CPU. `network`: bits a second and round-trip time.
// `scripts`: files of page/ that stand in the page from its first moment.
export async function open(browser, { slow = 1, network, scripts = [] }) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  for (const name of scripts) await page.addInitScript(script(name));
  const cdp = await context.newCDPSession(page);
  const wire = { bytes: 0 };
  await cdp.send("Network.enable");
  cdp.on("Network.loadingFinished", (event) => (wire.bytes += event.encodedDataLength));
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  if (network) {
    await cdp.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: network.latency_ms,
      downloadThroughput: network.bits_per_s / 8,
      uploadThroughput: network.bits_per_s / 8,
    });
  }
  if (slow > 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: slow });
  return { page, cdp, errors, wire, close: () => context.close() };
}
