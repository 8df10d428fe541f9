// The pages that are measured, and their files as a visitor gets them.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { collector, fragment } from "./collector.mjs";
import { esbuild, version } from "./packages.mjs";
import { bench, dist, modules, site } from "./places.mjs";

// `copies`: how many surveys the page for the crowd test holds, none where it takes no part.
const bundled = (id, label, packages, copies) => ({ id, copies, packages, bundled: true, label: () => `${label} ${version(packages[0])}` });

export const hand = { id: "hand", label: () => "hand-written HTML + JS", copies: 20 };
export const child = { id: "manyi-child", label: () => "Manyi, child form", copies: 20, manyi: true };
export const hosted = { id: "manyi-hosted", label: () => "Manyi, hosted page", manyi: true, hosted: true };
export const bare = { id: "manyi-bare", label: () => "Manyi, bare tag", copies: 20, manyi: true };
export const surveyjs = bundled("surveyjs", "SurveyJS", ["survey-core", "survey-js-ui"], 20);
export const formbricks = bundled("formbricks", "@formbricks/surveys", ["@formbricks/surveys"], 0);
export const react = bundled("react", "React + react-hook-form", ["react-hook-form", "react", "react-dom"], 20);
const all = [hand, child, hosted, bare, react, formbricks, surveyjs];

// Those wanted, all if none is named, whose files are there. The ratios need the
// hand-written page.
export function present(wanted) {
  const widget = existsSync(`${dist}manyi.js`);
  const server = existsSync(collector);
  const there = all.filter((one) => !one.manyi || (widget && (server || one === bare)));
  return there.filter((one) => one === hand || !wanted || wanted.includes(one.id));
}

export async function build(contestants) {
  rmSync(site, { recursive: true, force: true });
  for (const one of contestants) if (!one.hosted) await buildPage(one);
  if (contestants.some((one) => one.manyi)) copyWidget();
  cpSync(`${bench}survey.json`, `${site}surveys/bench.json`);
  for (const file of readdirSync(site, { recursive: true, withFileTypes: true })) {
    const path = `${file.parentPath}/${file.name}`;
    if (file.isFile() && !/\.(br|gz)$/.test(path) && !existsSync(`${path}.br`)) compress(path);
  }
}

async function buildPage(one) {
  const to = `${site}${one.id}/`;
  mkdirSync(to, { recursive: true });
  const from = `${bench}pages/${one.manyi ? "manyi" : one.id}/`;
  if (one.bundled) {
    const entry = existsSync(`${from}page.jsx`) ? "page.jsx" : "page.js";
    await esbuild().build({
      entryPoints: [from + entry], outdir: to, nodePaths: [modules],
      bundle: true, minify: true, format: "esm", target: "es2022", jsx: "automatic",
      define: { "process.env.NODE_ENV": '"production"' }, logLevel: "error",
    });
  } else if (one === hand) {
    for (const file of ["form.css", "form.js"]) cpSync(from + file, to + file);
  }
  const html = readFileSync(`${from}index.html`, "utf8");
  const [head, tag, tail] = html.split(/<!--\/?survey-->\n/);
  // The child form is pasted in as it was printed.
  const survey = one === child ? fragment() : tag;
  writeFileSync(`${to}index.html`, head + survey + tail);
  if (one.copies) writeFileSync(`${to}crowd.html`, head + survey.repeat(one.copies) + tail);
}

function copyWidget() {
  for (const name of readdirSync(dist)) {
    if (/^manyi.*\.(js|wasm|css)(\.br|\.gz)?$/.test(name)) cpSync(dist + name, site + name);
  }
}

function compress(path) {
  const bytes = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
