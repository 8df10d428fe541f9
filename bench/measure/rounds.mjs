// Five hundred times fill, submit, start again: what stays in memory.
import { launch, open } from "../browser.mjs";
import { MB, percent } from "../numbers.mjs";
import { bar, heading, say, table } from "../report.mjs";

// Code that V8 optimises late lies in the same heap and would look like growth; of
// a hand-written page it is 7 % after 500 rounds.
const interpreted = "--js-flags=--no-opt --no-maglev";

async function weigh({ page, cdp }) {
  for (let n = 0; n < 3; n += 1) await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize: heap } = await cdp.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners: listeners } = await cdp.send("Memory.getDOMCounters");
  return { heap, nodes, listeners, wasm: await page.evaluate(() => wasmBytes()) };
}

async function run(view, count, posted) {
  for (let left = count; left > 0; left -= 50) {
    const before = posted.size;
    const wanted = Math.min(50, left);
    const done = await view.page.evaluate((count) => rounds(count), wanted);
    if (done < wanted) throw new Error(`${view.page.url()}: round ${done + 1} of ${wanted} did not end with thanks`);
    for (let tries = 0; posted.size < before + wanted && tries < 100; tries += 1) await view.page.waitForTimeout(20);
    if (posted.size !== before + wanted) throw new Error(`${view.page.url()}: ${posted.size - before} of ${wanted} responses arrived`);
    // Five ratings, reasons, comment and phone: every page did the same work.
    const answers = Object.keys([...posted.values()].at(-1));
    if (answers.length !== 8) throw new Error(`${view.page.url()}: answered only ${answers}`);
  }
}

export async function rounds({ contestants, address, posted, quick }) {
  const [warm, measured] = quick ? [20, 50] : [100, 500];
  heading(`${measured} rounds of fill, submit, start again`);
  say(`After ${warm} rounds to warm up; JS heap after a forced collection, V8's optimising compilers off. Every round's response was received.\n`);
  const browser = await launch(interpreted);
  const rows = [];
  for (const one of contestants.filter((one) => !one.hosted)) {
    const view = await open(browser, { scripts: ["dom", "alive", "wasm-memory", "person"] });
    await view.page.goto(address(one));
    await view.page.evaluate(() => whenAlive(1));
    const start = await weigh(view);
    await run(view, warm, posted);
    const before = await weigh(view);
    await run(view, measured, posted);
    const after = await weigh(view);
    await view.close();
    const growth = after.heap / before.heap - 1;
    const wasm = before.wasm && after.wasm / before.wasm - 1;
    rows.push([one.label(), MB(start.heap), MB(before.heap), MB(after.heap), percent(growth),
      before.wasm ? `${MB(before.wasm)}, ${percent(wasm)}` : "–", after.nodes - before.nodes, after.listeners - before.listeners]);
    if (one.manyi) {
      bar(`${one.label()}: JS heap after ${measured} rounds`, growth, { most: 0.05 }, percent);
      bar(`${one.label()}: Wasm memory after ${measured} rounds`, wasm, { most: 0.05 }, percent);
      bar(`${one.label()}: DOM nodes left behind by a round`, (after.nodes - before.nodes) / measured, { most: 1 }, (nodes) => nodes.toFixed(1));
    }
  }
  await browser.close();
  table([["page", "heap at load", "warm", "at the end", "growth", "Wasm memory", "nodes", "listeners"], ...rows]);
}
