// One server for every page, so that all get the same headers and the same
// compression. It answers a posted response as the collector does, and counts.
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { normalize } from "node:path";
import { site } from "./places.mjs";

const types = {
  html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8",
  json: "application/json", wasm: "application/wasm",
};

export async function serve() {
  const posted = new Map();
  const files = new Map();
  const file = (path) => {
    if (!files.has(path)) files.set(path, statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path) : null);
    return files.get(path);
  };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (request.method === "POST" && pathname === "/v1/responses") return take(request, response, posted);
    const path = site + normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname).replace(/^\/+/, "");
    const body = file(`${path}.br`);
    if (body === null) return response.writeHead(404).end();
    response.writeHead(200, {
      "Content-Type": types[path.split(".").pop()] ?? "application/octet-stream",
      "Content-Encoding": "br",
      "Content-Length": body.length,
      "Cache-Control": "public, max-age=3600",
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, posted, close };
}

async function take(request, response, posted) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { id, answers } = JSON.parse(Buffer.concat(chunks).toString());
  posted.set(id, answers);
  response.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify({ id, status: "stored" }));
}
