// Tables on the screen, the same in RESULTS.md, and the bars with what they hold.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { bench, chromium, root } from "./places.mjs";

const lines = [];
const bars = [];

export function say(text = "") {
  console.log(text);
  lines.push(text);
}

export function heading(text) {
  say(`\n## ${text}\n`);
}

// Rows of cells; the first row is the head.
export function table([head, ...rows]) {
  say(`| ${head.join(" | ")} |`);
  say(`| ${head.map((_, n) => (n === 0 ? "---" : "---:")).join(" | ")} |`);
  for (const row of rows) say(`| ${row.join(" | ")} |`);
}

export function bar(what, measured, limit, print) {
  bars.push({ what, measured: print(measured), limit: print(limit.least ?? limit.most), least: limit.least !== undefined,
    held: limit.least === undefined ? measured <= limit.most : measured >= limit.least });
}

export function machine() {
  const [cpu] = cpus();
  say([
    new Date().toISOString().slice(0, 10),
    command("git", ["-C", root, "describe", "--always", "--dirty"]) ?? "not from a repository",
    `${cpus().length} cores of ${cpu.model}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB memory`,
    `${type()} ${release()}`,
    command(chromium, ["--version"])?.replace(/ built on.*/, "") ?? "no Chromium",
    `Node ${process.versions.node}`,
    `load average at the start ${loadavg()[0].toFixed(1)}`,
  ].join(" · "));
}

function command(file, args) {
  try {
    return execFileSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}

// Prints the bars and tells whether all held.
export function verdict() {
  if (bars.length === 0) return true;
  heading("Bars");
  table([["bar", "limit", "measured", ""],
    ...bars.map((one) => [one.what, `${one.least ? "≥" : "≤"} ${one.limit}`, one.measured, one.held ? "held" : "**missed**"])]);
  return bars.every((one) => one.held);
}

export function write() {
  const head = "# What was measured\n\nWritten by `cargo xtask bench`; README.md here says how each number comes about.\n\n";
  writeFileSync(`${bench}RESULTS.md`, head + lines.join("\n").trimStart() + "\n");
}
