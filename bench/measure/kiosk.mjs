// The tablet at the window, started again without a network: from the start of its
// page to the first accepted tap.
import { mkdtempSync, rmSync } from "node:fs";
import { installed } from "../browser.mjs";
import * as manyi from "../collector.mjs";
import { median, ms, quantile } from "../numbers.mjs";
import { work } from "../places.mjs";
import { bar, heading, say, table } from "../report.mjs";

const PIN = "135790";
const screen = (page, name) => page.waitForFunction((name) => document.documentElement.dataset.screen === name, name, { timeout: 30_000 });

async function setUp(profile, address) {
  const context = await installed(profile);
  const page = await context.newPage();
  await page.goto(address);
  const chosen = async () => {
    for (const key of [...PIN, "enter"]) await page.click(`[data-act=key][data-value="${key}"]`);
  };
  await chosen();
  await chosen();
  // The menu, which alone has this button, is there when the PIN is hashed.
  await page.waitForSelector("[data-act=exit]");
  await page.click("[data-act=leave]");
  await screen(page, "attract");
  // It is installed when the worker has a whole version and serves it.
  const isInstalled = () => page.evaluate(async () => {
    const kept = await caches.match(new URL("kiosk-state", location));
    return kept && (await kept.json()).current;
  });
  for (let looks = 150; !(await isInstalled()); looks -= 1) {
    if (looks === 0) throw new Error("the kiosk was not installed within 30 s");
    await page.waitForTimeout(200);
  }
  await context.close();
}

// Taps the first face one frame after it was seen, as in first-tap.js; says when
// the screen follows.
function tapFirst() {
  let seen = false;
  const look = () => {
    const face = document.querySelector("[data-act=rate]");
    if (face && face.getClientRects().length > 0 && !window.tappedAt) {
      if (seen) {
        face.click();
        window.tappedAt = performance.now();
      }
      seen = true;
    }
    if (window.tappedAt && document.documentElement.dataset.screen !== "attract") window.takenAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function boot(profile, address) {
  const context = await installed(profile);
  try {
    const page = await context.newPage();
    await page.addInitScript(tapFirst);
    const cdp = await context.newCDPSession(page);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.goto(address);
    await page.waitForFunction(() => window.takenAt, undefined, { timeout: 30_000 });
    return await page.evaluate(() => window.takenAt);
  } finally {
    await context.close();
  }
}

export async function kiosk({ quick }) {
  const boots = quick ? 3 : 15;
  heading("A kiosk starts without a network, CPU 4 ×");
  say(`From the start of its page in a freshly started Chromium, the collector ended, to the screen after the first tap; ${boots} starts.\n`);
  const profile = mkdtempSync(`${work}tablet-`);
  const collector = await manyi.serve();
  const address = `${collector.origin}/kiosk`;
  await setUp(profile, `${address}?survey=bench&unit=bench&window=1&name=bench`);
  await collector.close();
  const times = [];
  for (let n = 0; n < boots; n += 1) times.push(await boot(profile, address));
  rmSync(profile, { recursive: true });
  table([["what", "measured"], ["median", ms(median(times))], ["p95", ms(quantile(times, 0.95))]]);
  bar("kiosk without a network: start to accepted tap, median", median(times), { most: 2000 }, ms);
}
