// Ten thousand ratings that wait on the device: what a person feels of them, and how
// long they take to leave.
import { open } from "../browser.mjs";
import { median, ms, quantile } from "../numbers.mjs";
import { bar, heading, say, table } from "../report.mjs";

const blocked = ["*/v1/responses", "*/v1/batches"];

// In the page: puts `count` responses of about 2 kB among those that wait.
async function seed(count) {
  const base = await new Promise((done, fail) => {
    const request = indexedDB.open("manyi");
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const work = base.transaction(["waiting", "meta"], "readwrite");
  const answers = { overall: "dissatisfied", attitude: "satisfied", speed: "dissatisfied", guidance: "satisfied", place: "satisfied", reasons: ["slow", "trips"], comment: "等".repeat(500) };
  for (let seq = 1; seq <= count; seq += 1) {
    const id = crypto.randomUUID();
    const body = JSON.stringify({ id, survey: { id: "bench", version: 1 }, answers, channel: "web", device: { id: "bench-device", seq } });
    work.objectStore("waiting").put({ v: 1, seq, id, endpoint: `${location.origin}/v1/responses`, format: "json", credentials: "omit", proof: "id", survey: "bench", saved_ms: Date.now(), body });
  }
  work.objectStore("meta").put({ key: "device", id: "bench-device", next: count + 1 });
  await new Promise((done, fail) => ((work.oncomplete = done), (work.onabort = () => fail(work.error))));
  base.close();
}

// In the page: rates once, from the tap to 已提交 in milliseconds. The next person is
// not there at once: what the last rating left to do is done by then.
async function rate() {
  await new Promise((next) => setTimeout(next, 1000));
  const element = document.querySelector("manyi-survey");
  const root = element.shadowRoot;
  const seen = (part) => root.querySelector(`[part~=${part}]`);
  const until = (look) => new Promise((done) => {
    const check = () => look() && (watch.disconnect(), done(performance.now()));
    const watch = new MutationObserver(check);
    watch.observe(root, { subtree: true, childList: true });
    check();
  });
  for (const name of ["overall", "attitude", "speed", "guidance", "place"]) root.querySelector(`[name="answers.${name}"][value=satisfied]`).click();
  await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  const tapped = performance.now();
  seen("submit").click();
  const saved = await until(() => seen("thanks"));
  element.reset();
  await until(() => seen("submit"));
  return saved - tapped;
}

async function shown(view, address) {
  await view.page.goto(address);
  await view.page.waitForFunction(() => window.readyAt);
  return view.page.evaluate(() => window.readyAt);
}

export async function outbox({ browser, origin, quick }) {
  const waiting = 10_000;
  const [loads, saves] = quick ? [3, 20] : [9, 60];
  heading(`${waiting} ratings of 2 kB that wait on the device`);
  say("The collector's hosted page. Saving is timed from the tap to 已提交, without a network and with one that does not reach the collector, a second between two ratings; draining is without throttle.\n");
  const view = await open(browser, { slow: 4 });
  const address = `${origin}/s/bench`;
  await view.page.addInitScript(() => {
    addEventListener("manyi-ready", () => (window.readyAt ||= performance.now()), { once: true });
    window.longest = 0;
    window.look = (tasks) => tasks.forEach((task) => (longest = Math.max(longest, task.duration)));
    window.watch = new PerformanceObserver((list) => look(list.getEntries()));
    watch.observe({ type: "longtask" });
  });
  await view.cdp.send("Network.setBlockedURLs", { urls: blocked });
  const empty = [];
  for (let n = 0; n < loads; n += 1) empty.push(await shown(view, address));
  // The outbox makes its database when it is loaded, after the survey.
  // Whoever opens it before would make one without stores.
  await view.page.evaluate(async () => {
    while (!(await indexedDB.databases()).some((base) => base.name === "manyi")) await new Promise((next) => setTimeout(next, 50));
  });
  await view.page.evaluate(seed, waiting);
  const full = [];
  for (let n = 0; n < loads; n += 1) full.push(await shown(view, address));
  const save = async () => {
    const times = [];
    for (let n = 0; n < saves; n += 1) times.push(await view.page.evaluate(rate));
    return times;
  };
  const unreached = await save();
  await view.page.context().setOffline(true);
  const offline = await save();
  const all = waiting + 2 * saves;
  await view.cdp.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  await view.cdp.send("Network.setBlockedURLs", { urls: [] });
  await view.page.context().setOffline(false);
  const drained = await view.page.evaluate(async () => {
    window.longest = 0;
    const begin = performance.now();
    const counts = await document.querySelector("manyi-survey").flush();
    const took = performance.now() - begin;
    // The task that ended the draining counts, too: it is over in the next turn.
    await new Promise((next) => setTimeout(next));
    look(watch.takeRecords());
    return { ...counts, took, longest: window.longest };
  });
  await view.close();
  if (drained.delivered !== all || drained.kept !== 0) throw new Error(`of ${all} ratings, ${JSON.stringify(drained)}`);
  table([
    ["what", "measured"],
    ["first drawing with none waiting, CPU 4 ×", ms(median(empty))],
    ["first drawing with all of them", ms(median(full))],
    ["tap to 已提交 offline, CPU 4 ×, p50", ms(median(offline))],
    ["the same, p95", ms(quantile(offline, 0.95))],
    ["tap to 已提交, collector not reached, CPU 4 ×, p50", ms(median(unreached))],
    ["the same, p95", ms(quantile(unreached, 0.95))],
    [`draining ${all}`, ms(drained.took)],
    ["longest task meanwhile", drained.longest ? ms(drained.longest) : "under 50 ms"],
  ]);
  bar("first drawing, later by", median(full) - median(empty), { most: 100 }, ms);
  bar("tap to 已提交 offline, p95", quantile(offline, 0.95), { most: 50 }, ms);
  bar("draining, all of them", drained.took, { most: 30_000 }, ms);
  bar("longest task while draining", drained.longest, { most: 200 }, ms);
}
