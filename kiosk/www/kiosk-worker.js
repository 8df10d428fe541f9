// Keeps whole versions of the kiosk and serves one of them: never half of each. A
// version is the files that kiosk.json names, by their hashes, and what the page
// needs besides (its definition, recordings). What waits in the outbox is not here.

const STATE = "manyi-kiosk-state", VERSION = "manyi-kiosk-version-";
// A version that was not alive after so many starts gives way to the last good one.
const STARTS = 3;
// How long a start may take until the page is loaded again.
const START_MS = 30000;
// Versions that were tried in vain and are not fetched again.
const BAD = 20;

const at = (name) => new URL(name, self.location).href;
const hash = async (bytes) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// One step after the other, each on the state that the one before left on the disk.
let turn = Promise.resolve();
const change = (step) => (turn = turn.catch(() => {}).then(async () => {
  const cache = await caches.open(STATE);
  const kept = await cache.match(at("kiosk-state"));
  const state = kept ? await kept.json() : { current: "", good: "", pending: "", bad: [], starts: 0 };
  const before = JSON.stringify(state);
  const said = await step(state);
  const after = JSON.stringify(state);
  if (after !== before) await cache.put(at("kiosk-state"), new Response(after));
  return said;
}));

const begin = (state) => {
  if (state.starts >= STARTS && state.good && state.good !== state.current) {
    state.bad = [...state.bad, state.current].slice(-BAD);
    Object.assign(state, { current: state.good, starts: 0 });
  }
  if (state.current) state.starts += 1;
  return state.current;
};

const serve = async ({ request }) => {
  const isStart = request.mode === "navigate";
  const version = await change(isStart ? begin : (state) => state.current);
  if (!version) return fetch(request);
  const cache = await caches.open(VERSION + version);
  const kept = await cache.match(isStart ? at("kiosk.html") : request, { ignoreSearch: true, ignoreVary: true });
  return kept || fetch(request);
};

// A start that comes to nothing is begun again, until another version has its turn.
const watch = async (id) => {
  await new Promise((done) => setTimeout(done, START_MS));
  const client = (await change((state) => state.starts)) && (await self.clients.get(id));
  if (client) await client.navigate(client.url);
};

const get = async (url) => {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok || response.redirected) throw new Error(`${response.status} for ${url}`);
  return [response, await response.clone().arrayBuffer()];
};

// Nothing is kept of a version until all of it is here.
const look = async (also) => {
  const list = await (await get(at("kiosk.json")))[0].json();
  if (list.kill) return stop();
  const more = await Promise.all([...new Set(also)].map(async (name) => [at(name), ...(await get(at(name)))]));
  for (const [url, { headers }] of more) if (/^text\/html/.test(headers.get("content-type"))) throw new Error(`a page for ${url}`);
  const parts = [JSON.stringify(list.files), ...(await Promise.all(more.map(async ([url, , bytes]) => url + (await hash(bytes)))))];
  const version = (await hash(new TextEncoder().encode(parts.join("\n")))).slice(0, 16);
  const isKnown = await change((state) => {
    if (version === state.current) state.pending = "";
    return [state.current, state.pending, ...state.bad].includes(version);
  });
  if (isKnown) return;
  making = version;
  try {
    const cache = await caches.open(VERSION + version);
    for (const [name, wanted] of Object.entries(list.files)) {
      const [response, bytes] = await get(at(name));
      if ((await hash(bytes)) !== wanted) throw new Error(`${name} is of another version`);
      await cache.put(at(name), response);
    }
    for (const [url, response] of more) await cache.put(url, response);
    // Asked by its name, as it will be: whoever cleared it meanwhile took all of it.
    const kept = await (await caches.open(VERSION + version)).keys();
    if (kept.length < Object.keys(list.files).length + more.length) throw new Error("cleared meanwhile");
  } catch (error) {
    await caches.delete(VERSION + version);
    throw error;
  }
  await change((state) => void (state.pending = version));
};

let looking = null, making = "";
const done = () => (looking = null, making = "");
const check = (also) => looking || ((looking = look(also)).then(done, done), looking);

const alive = () => change(async (state) => {
  if (!state.current) return;
  Object.assign(state, { starts: 0, good: state.current });
  const kept = [state.current, state.pending, making].map((version) => VERSION + version);
  for (const name of await caches.keys()) if (name.startsWith(VERSION) && !kept.includes(name)) await caches.delete(name);
});

const take = () => change((state) => {
  if (!state.pending) return;
  Object.assign(state, { current: state.pending, pending: "", starts: 0 });
  return { said: "taken" };
});

// The outbox is in IndexedDB, and stays.
const stop = async () => {
  const current = await change((state) => state.current);
  await self.registration.unregister();
  for (const name of await caches.keys()) if (name.startsWith("manyi-kiosk-")) await caches.delete(name);
  return { said: "stopped", current };
};

const answer = async ({ data, source }) => {
  const said = await { check, alive, take }[data.ask](data.also);
  source.postMessage(said || (await change(({ current, pending }) => ({ said: "state", current, pending }))));
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(answer(event)));
self.addEventListener("fetch", (event) => {
  const { request, resultingClientId } = event;
  if (request.method !== "GET" || request.headers.has("authorization") || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(serve(event));
  if (request.mode === "navigate") event.waitUntil(watch(resultingClientId));
});
