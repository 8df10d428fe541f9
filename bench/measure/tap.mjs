// A tap to the end of the next frame, CPU slowed down six times; one survey on the
// page, and twenty.
import { open } from "../browser.mjs";
import { hand } from "../contestants.mjs";
import { ms, quantile, times } from "../numbers.mjs";
import { bar, heading, say, table } from "../report.mjs";

const scripts = ["dom", "alive", "next-frame"];

async function tapThrough({ page, cdp }, taps, groups) {
  await page.evaluate(() => (frames_ms.length = 0));
  for (let n = 0; n < taps; n += 1) {
    const at = await page.evaluate(([n, groups]) => {
      const levels = 3;
      const group = n % groups;
      const radios = dom.visible("input[type=radio]");
      const spot = dom.spot(radios[group * levels + (Math.floor(n / groups) % levels)]);
      spot.scrollIntoView({ block: "center", behavior: "instant" });
      return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(dom.centre(spot)))));
    }, [n, groups]);
    const mouse = { ...at, button: "left", clickCount: 1 };
    await cdp.send("Input.dispatchMouseEvent", { type: "mousePressed", ...mouse });
    await cdp.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...mouse });
    await page.waitForFunction((wanted) => frames_ms.length === wanted, n + 1, { timeout: 10_000 });
  }
  return page.evaluate(() => frames_ms);
}

async function once(browser, address, copies, taps) {
  const view = await open(browser, { slow: 6, scripts });
  try {
    await view.page.goto(address, { timeout: 60_000 });
    const alive = await view.page.evaluate((copies) => whenAlive(copies), copies);
    const groups = await view.page.evaluate(() => Math.floor(dom.visible("input[type=radio]").length / 3));
    await tapThrough(view, 15, groups);
    return { alive, frames: await tapThrough(view, taps, groups) };
  } finally {
    await view.close();
  }
}

async function rounds({ browser, contestants, copies, address, repeat, taps }) {
  const result = new Map(contestants.map((one) => [one, { alive: [], frames: [] }]));
  for (let round = 0; round < repeat; round += 1) {
    for (const one of contestants) {
      const { alive, frames } = await once(browser, address(one), copies, taps);
      result.get(one).alive.push(alive);
      result.get(one).frames.push(...frames);
    }
  }
  return result;
}

function show(result, withAlive) {
  const p = (one, q) => quantile(result.get(one).frames, q);
  const alive = (one) => quantile(result.get(one).alive, 0.5);
  table([["page", ...(withAlive ? ["all alive", "ratio"] : []), "taps", "p50", "p99", "p99, ratio"],
    ...[...result.keys()].map((one) => [
      one.label(), ...(withAlive ? [ms(alive(one)), times(alive(one) / alive(hand))] : []),
      result.get(one).frames.length, ms(p(one, 0.5)), ms(p(one, 0.99)), times(p(one, 0.99) / p(hand, 0.99)),
    ])]);
  return (one) => p(one, 0.99) / p(hand, 0.99);
}

export async function tap({ browser, contestants, address, quick }) {
  heading("Tap to next frame, CPU 6 ×");
  const alone = contestants.filter((one) => !one.hosted);
  const one = await rounds({ browser, contestants: alone, copies: 1, address, repeat: quick ? 2 : 6, taps: quick ? 30 : 100 });
  const against = show(one, false);
  for (const manyi of alone.filter((one) => one.manyi)) {
    bar(`${manyi.label()}: tap to next frame, p99 against hand-written`, against(manyi), { most: 1.2 }, times);
  }

  heading("Twenty surveys on one page, CPU 6 ×");
  say("“All alive”: from navigation until all twenty work.\n");
  const crowded = contestants.filter((one) => one.copies);
  const many = await rounds({
    browser, contestants: crowded, copies: 20, repeat: quick ? 1 : 5, taps: quick ? 15 : 40,
    address: (one) => `${address(one)}crowd.html`,
  });
  show(many, true);
}
