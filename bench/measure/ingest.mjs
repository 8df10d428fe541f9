// Responses taken in by the collector, beside the bare SQLite on the same disk.
// The measuring itself is collector/examples/ingest.rs.
import { execFileSync } from "node:child_process";
import { collector, ingest as binary, bench, work } from "../places.mjs";
import { MB, ms, quantile, times } from "../numbers.mjs";
import { bar, heading, say, table } from "../report.mjs";

export function ingest({ quick }) {
  heading("Ingest: SQLite, WAL, synchronous=FULL");
  const args = ["--collector", collector, "--survey", `${bench}survey.json`, "--work", work, "--rounds", quick ? "1" : "5", "--seconds", quick ? "2" : "5"];
  const rounds = JSON.parse(execFileSync(binary, args, { encoding: "utf8", timeout: 300_000, stdio: ["ignore", "pipe", "inherit"] }));
  say("64 keep-alive connections post distinct responses of 2 kB; bare: one thread, one 2 kB row a transaction, no HTTP. Every round checks that each acknowledged response is one row.\n");
  const rate = (value) => `${Math.round(value)} /s`;
  table([["round", "bare SQLite", "collector", "ratio", "p50", "p95", "p99", "memory (peak)", "rows"],
    ...rounds.map((one, n) => [n + 1, rate(one.bare_per_s), rate(one.collector_per_s), times(one.collector_per_s / one.bare_per_s),
      ms(one.p50_ms), ms(one.p95_ms), ms(one.p99_ms), MB(one.peak_bytes), `${one.rows} of ${one.acknowledged}`])]);
  const middle = (pick) => quantile(rounds.map(pick), 0.5);
  bar("ingest against the bare insert rate", middle((one) => one.collector_per_s / one.bare_per_s), { least: 0.5 }, times);
  bar("ingest, p99", middle((one) => one.p99_ms), { most: 200 }, ms);
  bar("ingest, peak memory", Math.max(...rounds.map((one) => one.peak_bytes)), { most: 100e6 }, MB);
  bar("ingest, rows missing or doubled", rounds.reduce((sum, one) => sum + one.wrong, 0), { most: 0 }, String);
}
