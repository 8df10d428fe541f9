// Cold load to the first accepted tap.
import { hand, bare, child, hosted, react, formbricks, surveyjs } from "../contestants.mjs";
import { open } from "../browser.mjs";
import { kB, median, ms, times } from "../numbers.mjs";
import { bar, heading, say, table } from "../report.mjs";

const slow = { name: "CPU 4 ×, 1.6 Mbit/s, 150 ms", slow: 4, network: { bits_per_s: 1.6e6, latency_ms: 150 } };
const plain = { name: "no throttle" };

async function once(browser, address, conditions) {
  const view = await open(browser, { ...conditions, scripts: ["dom", "alive", "first-tap"] });
  try {
    await view.page.goto(address, { waitUntil: "load", timeout: 30_000 });
    const alive = await view.page.evaluate(() => whenAlive(1), undefined);
    // Whatever comes late must not take the answer away.
    await view.page.waitForLoadState("networkidle", { timeout: 30_000 });
    await view.page.waitForFunction(() => taps.length > 0 && firstTapHeld(), undefined, { timeout: 30_000 });
    const taps = await view.page.evaluate(() => taps);
    if (view.errors.length > 0) throw new Error(`${address}: ${view.errors[0]}`);
    return { tap: taps.at(-1), again: taps.length - 1, alive, bytes: view.wire.bytes };
  } finally {
    await view.close();
  }
}

export async function load({ browser, contestants, address, rounds }) {
  heading("Cold load to first accepted tap");
  say(`Medians of ${rounds} interleaved loads. “Alive” is when the page's script works too; “again” counts taps that were lost and repeated.\n`);
  const result = new Map(contestants.map((one) => [one, { [plain.name]: [], [slow.name]: [] }]));
  for (const one of contestants) await once(browser, address(one), plain);
  for (let round = 0; round < rounds; round += 1) {
    for (const conditions of [plain, slow]) {
      for (const one of contestants) result.get(one)[conditions.name].push(await once(browser, address(one), conditions));
    }
  }

  const tap = (one, conditions) => median(result.get(one)[conditions.name].map((load) => load.tap));
  const rows = contestants.map((one) => {
    const cells = [plain, slow].flatMap((conditions) => {
      const loads = result.get(one)[conditions.name];
      return [ms(tap(one, conditions)), times(tap(one, conditions) / tap(hand, conditions)), ms(median(loads.map((load) => load.alive)))];
    });
    const loads = Object.values(result.get(one)).flat();
    return [one.label(), kB(median(loads.map((load) => load.bytes))), ...cells, loads.reduce((sum, load) => sum + load.again, 0)];
  });
  table([["page", "wire, br", "first tap, no throttle", "ratio", "alive", `first tap, ${slow.name}`, "ratio", "alive", "again"], ...rows]);

  const ratio = (one, other) => tap(one, slow) / tap(other, slow);
  const there = (one) => contestants.includes(one);
  for (const one of [child, hosted].filter(there)) {
    bar(`${one.label()}: first tap against hand-written`, ratio(one, hand), { most: 1.2 }, times);
    for (const peer of [react, formbricks, surveyjs].filter(there)) {
      bar(`${one.label()}: first tap against ${peer.label()}`, ratio(one, peer), { most: 1 }, times);
    }
  }
  if (there(bare)) {
    bar(`${bare.label()}: first tap against hand-written`, ratio(bare, hand), { most: 2.5 }, times);
    if (there(surveyjs)) bar(`${bare.label()}: first tap against ${surveyjs.label()}`, ratio(bare, surveyjs), { most: 0.5 }, times);
  }
}
