// node bench/run.mjs [--quick] [--only size,load,tap,rounds,outbox,kiosk,ingest] [--pages manyi-bare,react] [--write]
// Measures Manyi beside its peers and says whether the bars hold; README.md has the method.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { launch } from "./browser.mjs";
import * as manyi from "./collector.mjs";
import { build, hosted, present } from "./contestants.mjs";
import { ingest } from "./measure/ingest.mjs";
import { kiosk } from "./measure/kiosk.mjs";
import { load } from "./measure/load.mjs";
import { outbox } from "./measure/outbox.mjs";
import { rounds } from "./measure/rounds.mjs";
import { size } from "./measure/size.mjs";
import { tap } from "./measure/tap.mjs";
import { install } from "./packages.mjs";
import * as places from "./places.mjs";
import { machine, say, verdict, write } from "./report.mjs";
import * as server from "./server.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    write: { type: "boolean" },
    pages: { type: "string" },
    only: { type: "string", default: "size,load,tap,rounds,outbox,kiosk,ingest" },
  },
});
const wanted = new Set(options.only.split(","));
const inBrowser = ["load", "tap", "rounds", "outbox"].filter((part) => wanted.has(part));

install();
machine();
if (inBrowser.length > 0 || wanted.has("size")) {
  const contestants = present(options.pages?.split(","));
  if (!options.pages && !contestants.includes(hosted)) say(`\nNot all of Manyi: ${places.dist}manyi.js or ${places.collector} is not there.`);
  await build(contestants);
  if (wanted.has("size")) size({ contestants });
  if (inBrowser.length > 0) await measureInBrowser(contestants);
}
if (wanted.has("kiosk")) {
  if (existsSync(places.collector)) await kiosk(options);
  else say(`\nNo kiosk: ${places.collector} is not there.`);
}
if (wanted.has("ingest")) {
  if (existsSync(places.ingest) && existsSync(places.collector)) ingest(options);
  else say(`\nNo ingest: ${places.ingest} or ${places.collector} is not there.`);
}
const held = verdict();
if (options.write) write();
process.exitCode = held ? 0 : 1;

async function measureInBrowser(contestants) {
  const files = await server.serve();
  const collector = contestants.includes(hosted) ? await manyi.serve() : undefined;
  const browser = await launch();
  const address = (one) => (one === hosted ? `${collector.origin}/s/bench` : `${files.origin}/${one.id}/`);
  const given = { browser, contestants, address, posted: files.posted, quick: options.quick };
  try {
    if (wanted.has("load")) await load({ ...given, rounds: options.quick ? 3 : 15 });
    if (wanted.has("tap")) await tap(given);
    if (wanted.has("rounds")) await rounds(given);
    if (wanted.has("outbox") && collector) await outbox({ ...given, origin: collector.origin });
  } finally {
    await browser.close();
    await collector?.close();
    await files.close();
  }
}
