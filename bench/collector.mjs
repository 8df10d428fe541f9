// The collector under measurement: its hosted page, and the child form it prints.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { bench, collector as binary, dist, work } from "./places.mjs";

export { binary as collector };

const surveys = `${work}surveys/`;

function definitions() {
  mkdirSync(surveys, { recursive: true });
  cpSync(`${bench}survey.json`, `${surveys}bench.json`);
  return surveys;
}

export function fragment() {
  return execFileSync(binary, ["fragment", "bench", "--surveys", definitions()], { encoding: "utf8" });
}

export async function serve() {
  const data = mkdtempSync(`${work}data-`);
  const args = ["serve", "--listen", "127.0.0.1:0", "--data", data, "--surveys", definitions(), "--widget", dist];
  const process = spawn(binary, args, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => process.once("exit", resolve));
  const close = async () => {
    process.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true });
  };
  for await (const line of createInterface(process.stdout)) {
    const origin = /^listening on (\S+)/.exec(line)?.[1];
    if (origin) return { origin, close };
  }
  rmSync(data, { recursive: true });
  throw new Error(`the collector ended with ${await ended} before it listened`);
}
