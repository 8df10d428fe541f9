// The npm packages, at the versions of package-lock.json, installed once.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bench, modules, work } from "./places.mjs";

const load = createRequire(work);

export function install() {
  mkdirSync(work, { recursive: true });
  const lock = readFileSync(`${bench}package-lock.json`, "utf8");
  const stamp = `${modules}.installed`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(bench + file, work + file);
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: work, stdio: "inherit" });
  writeFileSync(stamp, lock);
}

export const playwright = () => load("playwright-core");
export const esbuild = () => load("esbuild");

export function version(name) {
  return JSON.parse(readFileSync(`${modules}${name}/package.json`, "utf8")).version;
}
