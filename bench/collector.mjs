// The collector under measurement: its hosted page, and the child form it prints.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
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

export function freePort() {
  return new Promise((resolve, reject) => {
    const socket = createServer().once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

export async function serve() {
  const data = mkdtempSync(`${work}data-`);
  const origin = `http://127.0.0.1:${await freePort()}`;
  const args = ["serve", "--listen", origin.slice(7), "--data", data, "--surveys", definitions(), "--widget", dist];
  const process = spawn(binary, args, { stdio: ["ignore", "ignore", "ignore"] });
  const ended = new Promise((resolve) => process.once("exit", resolve));
  const close = async () => {
    process.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true });
  };
  for (let tries = 0; tries < 200; tries += 1) {
    if (process.exitCode !== null) throw new Error(`the collector ended with ${process.exitCode}`);
    const answer = await fetch(`${origin}/healthz`).catch(() => undefined);
    if (answer?.ok) return { origin, close };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await close();
  throw new Error("the collector did not get ready within 10 s");
}
