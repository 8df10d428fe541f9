// Responses taken in by the collector, beside the bare SQLite on the same disk.
// The measuring itself is collector/examples/ingest.rs.
import { execFileSync } from "node:child_process";
import { collector, ingest as binary, bench, work } from "../places.mjs";
import { MB, ms, quantile, times } from "../numbers.mjs";
import { bar, heading, say, table } from "../report.mjs";

export function ingest({ quick }) {
  heading("Ingest: SQLite, WAL, synchronous=FULL");
  const args = ["--collector", collector, "--survey", `${bench}survey.json`, "--work", work, "--rounds", quick ? "1" : "5", "--seconds", quick ? "2" : "5"];
  const run = (more) => JSON.parse(execFileSync(binary, [...args, ...more], { encoding: "utf8", timeout: 300_000, stdio: ["ignore", "pipe", "inherit"] }));
  const rounds = run([]);
  say("64 keep-alive connections post distinct responses of 2 kB; bare: one thread, one 2 kB row a transaction, no HTTP. Every round checks that each acknowledged response is one row.\n");
  const rate = (value) => `${Math.round(value)} /s`;
  table([["round", "bare SQLite", "collector", "ratio", "p50", "p95", "p99", "memory (peak)", "rows"],
    ...rounds.map((one, n) => [n + 1, rate(one.bare_per_s), rate(one.collector_per_s), times(one.collector_per_s / one.bare_per_s),
      ms(one.p50_ms), ms(one.p95_ms), ms(one.p99_ms), MB(one.peak_bytes), `${one.rows} of ${one.acknowledged}`])]);
  const resent = run(["--resent-percent", "30"]);
  say("\nThe same with 30 % of the posts sent again (L4):\n");
  table([["round", "posts", "of them again", "p50", "p95", "p99", "rows"],
    ...resent.map((one, n) => [n + 1, rate(one.collector_per_s), one.resent, ms(one.p50_ms), ms(one.p95_ms), ms(one.p99_ms), `${one.rows} of ${one.acknowledged}`])]);
  const middle = (pick) => quantile(rounds.map(pick), 0.5);
  bar("ingest against the bare insert rate", middle((one) => one.collector_per_s / one.bare_per_s), { least: 0.5 }, times);
  bar("ingest, p99", middle((one) => one.p99_ms), { most: 200 }, ms);
  bar("ingest, peak memory", Math.max(...rounds.map((one) => one.peak_bytes)), { most: 100e6 }, MB);
  const middleAgain = (pick) => quantile(resent.map(pick), 0.5);
  bar("L4: posts a second, 30 % again", middleAgain((one) => one.collector_per_s), { least: 300 }, rate);
  bar("L4: p95", middleAgain((one) => one.p95_ms), { most: 50 }, ms);
  bar("L4: p99", middleAgain((one) => one.p99_ms), { most: 200 }, ms);
  bar("L4: rows missing or doubled", resent.reduce((sum, one) => sum + one.wrong, 0), { most: 0 }, String);
  bar("ingest, rows missing or doubled", rounds.reduce((sum, one) => sum + one.wrong, 0), { most: 0 }, String);
}
