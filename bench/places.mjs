// Where things are. Nothing is written outside target/ but RESULTS.md.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

export const bench = path(".");
export const root = path("..");
export const work = path("../target/bench/");
export const modules = path("../target/bench/node_modules/");
export const site = path("../target/bench/site/");
export const dist = `${resolve(process.env.MANYI_DIST ?? path("../dist"))}/`;
export const collector = process.env.MANYI_COLLECTOR ?? path("../target/release/manyi-collector");
export const ingest = process.env.MANYI_INGEST ?? path("../target/release/examples/ingest");
export const chromium = process.env.MANYI_CHROMIUM ?? "/usr/bin/chromium";
