// What the browser tests do to the page: a stub of the network, surveys from
// fresh copies of the class, and hands that find things by role.

const until = async (what, check) => {
  const end = performance.now() + 10000;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((next) => setTimeout(next, 4));
  }
};

// The network.
export const posts = [];
const echo = (body) => {
  const id = body.startsWith("{") ? JSON.parse(body).id : new URLSearchParams(body).get("id");
  return new Response(JSON.stringify({ id, status: "stored" }), { status: 201, headers: { "content-type": "application/json" } });
};
let answer = echo;
const network = window.fetch;
window.fetch = async (url, init = {}) => {
  if (!init.method) return String(url).includes("/stub/") ? stored.get(new URL(url).pathname)() : network(url, init);
  const headers = Object.fromEntries(new Headers(init.headers));
  posts.push({ url: String(url), body: init.body, headers, credentials: init.credentials, redirect: init.redirect });
  return answer(init.body, init);
};
const stored = new Map();
export const serve = (path, status, body, type) => stored.set(path, () => new Response(body, { status, headers: { "content-type": type } }));
// By status, body and type; "network" for none; "hold" until released; "echo".
let release = () => {};
export const answers = (status, body, type) => {
  posts.length = 0;
  answer = () => new Response(body === "" ? null : body, { status, headers: { "content-type": type } });
};
export const answersEcho = () => {
  posts.length = 0;
  answer = echo;
};
export const answersNothing = () => {
  posts.length = 0;
  answer = () => Promise.reject(new TypeError("no network"));
};
export const answersLate = () => {
  posts.length = 0;
  answer = (body) => new Promise((done) => (release = () => done(echo(body))));
};
export const releaseAnswer = () => release();
let pulled = 0;
export const answersHuge = () => {
  posts.length = 0;
  pulled = 0;
  answer = () =>
    new Response(new ReadableStream({ pull: (out) => (out.enqueue(new Uint8Array(65536).fill(32)), (pulled += 65536)) }), { status: 201 });
};
export const pulledBytes = () => pulled;

// Copies of the class, each with instances of its own of this very Wasm.
let copies = 0;
// What an earlier test left on the device is no affair of the next.
const wipe = () =>
  new Promise((done, fail) => {
    const request = indexedDB.open("manyi");
    request.onerror = () => fail(request.error);
    request.onsuccess = () => {
      const base = request.result;
      const names = [...base.objectStoreNames];
      const work = names.length ? base.transaction(names, "readwrite") : null;
      const end = () => (base.close(), done());
      if (!work) return Object.assign(indexedDB.deleteDatabase("manyi"), { onsuccess: end, onblocked: end }), base.close();
      for (const name of names) work.objectStore(name).clear();
      work.oncomplete = end;
      work.onabort = () => fail(work.error);
    };
  });
const source = performance.getEntriesByType("resource").map((entry) => entry.name).find((name) => name.endsWith("/www/manyi.js"));
const wasms = new Map();
export const copy = async () => {
  await wipe();
  const tag = `manyi-copy-${(copies += 1)}`;
  const { ManyiSurvey } = await import(`${source}?copy=${copies}`);
  const mine = [];
  const load = async (n) => {
    const glue = await import(`/wasm-bindgen-test?${tag}-${n}`);
    await glue.default({ module_or_path: "/wasm-bindgen-test_bg.wasm" });
    return glue;
  };
  ManyiSurvey.load = async (n) => mine[mine.push(await load(n)) - 1];
  // The outbox is linked into the same Wasm here; an instance of its own it is, made
  // when something is asked of it: a page has addresses for about a hundred of them.
  ManyiSurvey.loadOutbox = (n) => {
    let box, hear;
    const outbox = async (name, given, ...ends) => {
      if (name === "outbox_open") return void (hear = given);
      box = box || load(`box-${n}`).then((glue) => (glue.outbox("outbox_open", hear), glue));
      return (await box).outbox(name, given, ...ends);
    };
    return { outbox };
  };
  ManyiSurvey.files = /wasm-bindgen-test/;
  ManyiSurvey.boxFiles = /nothing is named so/;
  wasms.set(tag, { mine, ManyiSurvey });
  return tag;
};
export const define = (tag) => customElements.define(tag, class extends wasms.get(tag).ManyiSurvey {});
export const withoutWasm = (tag) => (wasms.get(tag).ManyiSurvey.load = () => Promise.reject(new Error("no Wasm here")));
export const mountedIn = (tag) => wasms.get(tag).mine.at(-1).mounted();
export const instancesOf = (tag) => wasms.get(tag).mine.length;

// A survey that is to panic once does not meet the same again. Heard before any class hears of it.
addEventListener("error", () => {
  for (const survey of document.querySelectorAll("[data-panics-once]")) survey.removeAttribute("debug-panic");
});

// The stage.
const events = [];
for (const name of ["ready", "answer", "invalid", "submit", "queued", "delivered", "rejected", "reset", "error"])
  document.addEventListener(`manyi-${name}`, (event) => events.push([name, event.detail, event.target]));
export const said = (name) => JSON.stringify(events.filter(([type]) => type === name).map(([, detail]) => detail));
export const saidCount = (name) => events.filter(([type]) => type === name).length;
export const untilSaid = (name, count) => until(`manyi-${name}`, () => saidCount(name) >= count);

export const clear = () => {
  answersEcho();
  events.length = 0;
  const place = document.getElementById("place") || document.body.appendChild(document.createElement("div"));
  place.id = "place";
  place.replaceChildren();
  return place;
};
export const put = (html) => {
  const place = clear();
  place.insertAdjacentHTML("beforeend", html);
  return place.querySelector("[data-survey]") || place.firstElementChild;
};
export const tell = (element, definition) => (element.definition = JSON.parse(definition));
export const set = (element, name, json) => (element[name] = JSON.parse(json));
export const get = (element, name) => JSON.stringify(element[name]);
export const ready = (element) => until("the survey", () => element.shadowRoot && element.shadowRoot.querySelector("[part~=survey]"));
export const isShown = (element) => !!element.shadowRoot.querySelector("[part~=survey]");
export const frame = () => new Promise((next) => setTimeout(next));

// Hands and eyes.
// Of the questions that are asked.
const controls = (element) => [...element.shadowRoot.querySelectorAll("input, textarea, select")].filter((c) => !c.closest("[hidden]"));
const words = (control) => [...(control.labels || [])].map((label) => label.textContent.trim()).join(" ");
export const radios = (element, name) =>
  controls(element).filter((c) => c.type === "radio" && c.name === name).map((c) => `${c.value}:${words(c)}${c.checked ? "*" : ""}`).join(" ");
export const choose = async (element, name, value) => {
  const find = () => controls(element).find((c) => c.name === name && c.value === value);
  (await until(`${name}=${value}`, find)).click();
  await until(`${name}=${value} chosen`, () => find()?.checked);
};
export const write = async (element, name, text) => {
  const control = await until(name, () => controls(element).find((c) => c.name === name));
  control.value = text;
  control.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  await frame();
};
export const value = (element, name) => controls(element).find((c) => c.name === name)?.value;
export const has = (element, name) => controls(element).some((c) => c.name === name);
export const untilHas = (element, name) => until(name, () => has(element, name));
export const pick = async (element, language) => {
  const select = controls(element).find((c) => c.name === "language");
  select.value = language;
  select.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  await until(language, () => find(element, "survey").lang === language);
};
export const press = async (element, part) => (await until(part, () => find(element, part))).click();
const find = (element, part) => element.shadowRoot.querySelector(`[part~="${part}"]`);
export const sees = (element, part) => !!find(element, part);
export const untilSees = (element, part) => until(part, () => sees(element, part));
export const text = (element, part) => find(element, part)?.textContent.trim();
export const attribute = (element, part, name) => find(element, part)?.getAttribute(name);
export const focused = (element) => element.shadowRoot.activeElement?.id || element.shadowRoot.activeElement?.name || "";
export const untilFocused = (element, id) => until(`the focus on ${id}`, () => focused(element) === id);
export const notice = (element) => element.shadowRoot.querySelector("[part=notice]")?.textContent || "";
export const isSlotted = (element) => !!element.shadowRoot.querySelector("slot:not([name])") && !sees(element, "survey");
export const remove = (element) => element.remove();
export const append = (element) => document.getElementById("place").append(element);
export const untilGone = (tag) => until("the last survey to be gone", () => mountedIn(tag) === 0);
export const untilPosts = (count) => until(`${count} posts`, () => posts.length >= count);
export const postCount = () => posts.length;
export const post = (n) => JSON.stringify(posts[n]);
export const listen = (element, code) => element.addEventListener("manyi-submit", new Function("event", code));
export const call = async (element, name) => {
  try {
    return JSON.stringify(await element[name]());
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
export const run = async (element, code) => JSON.stringify((await new Function("element", `return (async () => { ${code} })()`)(element)) ?? null);
