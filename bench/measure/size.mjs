// Bytes over the wire.
import { existsSync, readdirSync, statSync } from "node:fs";
import { kB } from "../numbers.mjs";
import { dist, site } from "../places.mjs";
import { bar, heading, table } from "../report.mjs";

const bytes = (path) => statSync(path).size;

function files(folder, names) {
  return names.map((name) => ({ name, raw: bytes(folder + name), gz: bytes(`${folder}${name}.gz`), br: bytes(`${folder}${name}.br`) }));
}

function sum(rows, name) {
  const total = (key) => rows.reduce((total, row) => total + row[key], 0);
  return { name, raw: total("raw"), gz: total("gz"), br: total("br") };
}

export function size({ contestants }) {
  heading("Over the wire");
  const rows = [];
  if (existsSync(`${dist}manyi.js`)) {
    // The list of what lies on the device is loaded by staff who open it, the kiosk by its page.
    const isMeant = (name) => /^manyi.*\.(js|wasm)$/.test(name) && !/^manyi_(queue|kiosk)_/.test(name);
    const names = readdirSync(dist).filter(isMeant);
    const isOutbox = (name) => name.startsWith("manyi_outbox_");
    const widget = files(dist, names.filter((name) => !isOutbox(name)));
    const total = sum(widget, "**Manyi in all**");
    // Loaded when the survey is on screen.
    const outbox = files(dist, names.filter(isOutbox));
    const both = sum([...widget, ...outbox], "**with the outbox**");
    // The widget's own style is inside the Wasm; this one is the no-script form's.
    const [form] = files(dist, ["manyi-form.css"]);
    rows.push(...widget, total, ...outbox, both, { ...form, name: "manyi-form.css, for the no-script form" });
    bar("whole widget, brotli", total.br, { most: 110_000 }, kB);
    bar("with the outbox, brotli", both.br, { most: 123_400 }, kB);
  }
  for (const one of contestants.filter((one) => !one.manyi)) {
    const folder = `${site}${one.id}/`;
    rows.push(sum(files(folder, readdirSync(folder).filter((name) => /\.(js|css)$/.test(name) || name === "index.html")), one.label()));
  }
  table([["file", "raw", "gzip", "brotli"], ...rows.map((row) => [row.name, kB(row.raw), kB(row.gz), kB(row.br)])]);
}
