// <manyi-survey>: brings the Wasm, lends it the element, and shows the children (a
// plain HTML form) whenever it cannot run. What a survey is, it does not know.

const here = (name) => new URL(name, import.meta.url).href;
const WIDGET = [here("./manyi_glue.js"), here("./manyi_bg.wasm")];
const QUEUE = [here("./manyi_queue_glue.js"), here("./manyi_queue_bg.wasm")];
const OUTBOX = [here("./manyi_outbox_glue.js"), here("./manyi_outbox_bg.wasm")];
// With the third crash on a page the children stay for good.
const CRASHES = 3;

// surface: written by `cargo xtask generate`
const ATTRIBUTES = {
  "src": ["src", false, ""], "endpoint": ["endpoint", false, ""], "lang": ["lang", false, ""],
  "unit": ["unit", false, ""], "window": ["window", false, ""], "officer": ["officer", false, ""],
  "matter": ["matter", false, ""], "channel": ["channel", false, "web"], "mode": ["mode", false, "self"],
  "asked-by": ["askedBy", false, ""], "invitation": ["invitation", false, ""], "elder": ["elder", true, ""],
  "theme": ["theme", false, "auto"], "no-language-switch": ["noLanguageSwitch", true, ""],
  "format": ["format", false, "json"], "receipt": ["receipt", false, "id"],
  "credentials": ["credentials", false, "omit"], "sealing-key": ["sealingKey", false, ""],
  "seal-all": ["sealAll", true, ""], "answers-in-events": ["answersInEvents", true, ""],
};
const OBJECTS = ["definition", "subject", "headers"];
const NOTICES = {
  "zh-Hans": ["正在打开评价…", "评价暂时打不开，请稍后再试。"],
  "zh-Hant": ["正在打開評價…", "評價暫時打不開，請稍後再試。"],
  "ug": ["ئېچىلىۋاتىدۇ…", "باھالاش بېتىنى ھازىرچە ئاچقىلى بولمىدى. سەل تۇرۇپ قايتا سىناڭ."],
  "en": ["Opening the survey…", "The survey cannot be opened right now. Please try again later."],
};
// /surface

// Each Wasm is fetched and compiled once; each instance is a module of its own.
const compiled = new Map(), missed = [];
const compile = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} for ${url}`);
  const isTyped = /^application\/wasm\b/.test(response.headers.get("content-type"));
  if (isTyped && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
};
const load = async ([glue, wasm], died = 0) => {
  if (!compiled.has(wasm)) compiled.set(wasm, compile(wasm));
  const wanted = Promise.all([import(`${glue}?n=${died + missed.length}`.replace(/\?n=0$/, "")), compiled.get(wasm)]);
  // The next who asks tries again, by a new address: Firefox remembers what it could not have.
  const [bound, module] = await wanted.catch((error) => { missed.push(glue); compiled.delete(wasm); throw error; });
  await bound.default({ module_or_path: module });
  return bound;
};
// A survey that waits in the page gets it first of all: it is most of the way. Who
// needs it hears of a failure.
if (!customElements.get("manyi-survey") && document.querySelector("manyi-survey")) load(WIDGET).catch(() => {});

// The instance in use (a promise), how many died, and the elements that live on it.
let instance = null;
let crashes = 0;
const elements = new Set();

const begin = () => {
  if (instance) return instance;
  const mine = Promise.resolve(crashes).then(ManyiSurvey.load);
  mine.catch(() => instance === mine && (instance = null));
  return (instance = mine);
};

// The outbox, an instance of its own: fetched when a survey is on screen, shared by
// all, and alive when the widget crashes.
let box = null;
const hear = (what, said) => instance && instance.then((wasm) => wasm.heard(what, said));
const open = () => {
  if (box) return box;
  const mine = Promise.resolve(crashes).then(ManyiSurvey.loadOutbox).then((wasm) => (wasm.outbox("outbox_open", [hear]), wasm));
  mine.catch(() => box === mine && (box = null));
  return (box = Object.assign(mine, { asking: new Set() })); // Who waits, and no longer.
};
const ask = (name, ...given) => {
  const mine = open();
  return mine.then((wasm) => new Promise((done, fail) => {
    const end = (tell) => (said) => (mine.asking.delete(fail), tell(said));
    mine.asking.add(fail);
    box === mine ? wasm.outbox(name, given, end(done), end(fail)) : fail(new Error("The outbox has crashed."));
  }));
};

// After a trap nothing in the instance can be trusted, so all surveys move to a
// fresh one with what they kept outside.
const crashed = (error, dead) => {
  if (!instance || dead !== instance) return;
  instance = null;
  crashes += 1;
  for (const element of [...elements]) element._restart(error);
};

// Who waits for a dead outbox asks a fresh one.
const boxCrashed = (error) => {
  crashes += 1;
  for (const fail of box ? box.asking : []) fail(error);
  box = null;
  if (crashes >= CRASHES) for (const element of [...elements]) element._give_up("crash", error);
  else if (elements.size) open();
};

// A trap in a listener or a task surfaces here. Ours has our files on its stack;
// another error that merely passes through them has not them on top.
const onError = (error) => {
  if (!error || !elements.size) return;
  const stack = String(error.stack);
  const isTrap = error instanceof WebAssembly.RuntimeError || /^(RangeError|InternalError)$/.test(error.name);
  const place = isTrap ? stack : stack.split("\n").find((line) => /:\d+/.test(line)) || "";
  if (ManyiSurvey.boxFiles.test(place)) boxCrashed(error);
  else if (ManyiSurvey.files.test(place)) crashed(error, instance);
};

const CONTROLS = "input[name], textarea[name], select[name]";
const isChoice = (control) => control.type === "radio" || control.type === "checkbox";

export class ManyiSurvey extends HTMLElement {
  constructor() {
    super();
    this._objects = {};
    this._turn = 0;
    this._slot = this.attachShadow({ mode: "open" }).appendChild(document.createElement("slot"));
    for (const end of ["start", "end"]) this.addEventListener(`composition${end}`, () => (this._composing = end === "start"));
  }

  connectedCallback() {
    // What a page or framework set before the class was there becomes a property.
    for (const name of this._upgraded ? [] : Object.values(ATTRIBUTES).map(([property]) => property).concat(OBJECTS)) {
      if (!Object.prototype.hasOwnProperty.call(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this._upgraded = true;
    // Moved within the page: the visit goes on where it was.
    if (!elements.has(this)) this._start();
  }

  disconnectedCallback() {
    setTimeout(async () => {
      if (this.isConnected || !elements.has(this)) return;
      // A post under way is waited for, so that its receipt is kept.
      const turn = this._turn;
      await this._call("settled");
      if (!this.isConnected && turn === this._turn) this._let_go(true);
    });
  }

  attributeChangedCallback(name, before, after) { if (before !== after) this._changed(name === "src"); }
  reset() { this._kept = null; this._call("reset"); }
  async exportQueue() { return (await ask("outbox_records")).concat(this._call("export_queue") || []); }
  async submit() { return this._call("submit") || Promise.reject(new Error("The survey is not there yet.")); }
  async flush() { return this._call("flush") || Promise.reject(new Error("The survey is not there yet.")); }

  async showQueue() { (await load(QUEUE)).queue_open(this.shadowRoot, ask, this._call("export_queue") || [], this._language()); }

  // Calls the instance, if it is there; the call may be its last.
  _call(name) {
    const { _key, _wasm, _mine } = this;
    try {
      return _key ? _wasm[name](_key) : undefined;
    } catch (error) {
      crashed(error, _mine);
      throw error;
    }
  }

  async _definition() {
    const { definition } = this._kept || this._objects;
    const src = this.getAttribute("src");
    return definition == null && src ? fetch(new URL(src, document.baseURI)) : definition;
  }

  async _start(error) {
    if (crashes >= CRASHES) return this._give_up("crash", error || "The widget has crashed on this page before.");
    elements.add(this);
    this._notice(0);
    const turn = (this._turn += 1);
    const isOurs = () => turn === this._turn;
    const mine = (this._mine = begin());
    const source = this._definition().catch((error) => isOurs() && this._fail("definition", error, "src"));
    const wasm = await mine.catch((error) => isOurs() && this._give_up("wasm", error));
    const definition = wasm && (await source);
    // Words that are half written in the child form are waited for.
    while (this._composing) await new Promise((done) => this.addEventListener("compositionend", done, { once: true }));
    if (!wasm || !isOurs()) return;
    try {
      this._wasm = wasm;
      this._key = wasm.mount(this._port(isOurs));
      if (definition) wasm.open(this._key, definition);
    } catch (error) {
      crashed(error, mine);
    }
  }

  // Leaves the instance, which may be dead, and shows the children again.
  _let_go(isAlive) {
    if (isAlive) this._call("unmount");
    this._turn += 1;
    this._key = 0;
    this._composing = false;
    elements.delete(this);
    this.shadowRoot.replaceChildren(this._slot);
    for (const control of this._held || []) control.disabled = false;
    this._held = null;
  }

  _restart(error, isAlive) { this._let_go(isAlive); this._start(error); }

  _give_up(reason, error) {
    this._let_go();
    for (const [name, value] of this._kept ? [...this._kept.fields.values()].flat() : []) {
      for (const control of this.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (!isChoice(control)) control.value = value;
        else if (control.value === value) control.checked = true;
      }
    }
    this._fail(reason, error);
  }

  _fail(reason, error, place) {
    const message = String(error);
    if (reason !== "config" && this._slot.isConnected) this._notice(1);
    console.warn(`manyi-survey: ${reason}: ${place ? `${place}: ` : ""}${message}`, this);
    this._emit("manyi-error", place ? { reason, message, place } : { reason, message });
  }

  _emit(name, detail, cancelable = false) { return this.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: true, composed: true })); }

  // A sentence where there are no children to show.
  _notice(which) {
    this.shadowRoot.replaceChildren(this._slot);
    if ([...this.children].some((child) => !child.slot)) return;
    const wanted = this._language(), base = wanted.split("-")[0].toLowerCase();
    const known = /^zh-(hant|tw|hk|mo)\b/i.test(wanted) ? "zh-Hant" : NOTICES[base] ? base : "zh-Hans";
    const notice = this.shadowRoot.appendChild(document.createElement("p"));
    notice.setAttribute("part", "notice");
    Object.assign(notice, { lang: known, dir: "auto", textContent: NOTICES[known][which] });
  }

  _language() { return (this.closest("[lang]") || this).lang || document.documentElement.lang || navigator.language || "zh-Hans"; }

  _changed(isNew) {
    if (isNew) this._kept = null;
    if (elements.has(this)) isNew ? this._restart(undefined, true) : this._call("configure");
  }

  // What the instance may ask of the element. One that was left is not heard.
  _port(isOurs) {
    return {
      attribute: (name) => this.getAttribute(name),
      pairs: (name) => Object.entries(this._objects[name] || {}).filter(([, value]) => value != null).map((pair) => pair.map(String)),
      language: () => this._language(),
      address: (text) => {
        const link = Object.assign(document.createElement("a"), { href: text });
        return /^https?:$/.test(link.protocol) ? link.href : undefined;
      },
      kept: () => this._kept || undefined,
      // Not by FormData: inside someone else's form the children have no form of their own.
      fields: () => [...this.querySelectorAll(CONTROLS)].filter((control) => !isChoice(control) || control.checked).map(({ name, value }) => [name, value]),
      keep: (kept) => isOurs() && (this._kept = kept),
      show: (stage) => isOurs() && this._show(stage),
      emit: (name, detail) => isOurs() && this._emit(name, detail),
      outbox: ask,
      showQueue: () => this.showQueue(),
      fail: (reason, message, place) => isOurs() && this._fail(reason, message, place),
      submit: (detail, response) => {
        let own;
        detail.respondWith = (delivery) => void (own = Promise.resolve(typeof delivery === "function" ? Promise.resolve(response).then(delivery) : delivery));
        const isGo = isOurs() && this._emit("manyi-submit", detail, true);
        return own || (isGo ? undefined : null);
      },
    };
  }

  _show(stage) {
    (window.requestIdleCallback || setTimeout)(() => open());
    const { shadowRoot } = this;
    shadowRoot.replaceChildren(stage);
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(this._wasm.css());
      shadowRoot.adoptedStyleSheets = [sheet];
    } catch {
      shadowRoot.prepend(Object.assign(document.createElement("style"), { textContent: this._wasm.css() }));
    }
    // The focus goes along only if the person had put it into the children.
    const before = this.getRootNode().activeElement;
    if (before && before !== this && this.contains(before)) {
      const twin = [...shadowRoot.querySelectorAll(CONTROLS)].find(({ name, value }) => name === before.name && (!isChoice(before) || value === before.value));
      if (twin) twin.focus({ preventScroll: true });
      if (twin && /^text/.test(twin.type)) twin.setSelectionRange(before.selectionStart, before.selectionEnd);
    }
    // Fields that belong to a form around us would be posted with it.
    this._held = [...this.querySelectorAll(CONTROLS)].filter((control) => !control.disabled && !this.contains(control.form));
    for (const control of this._held) control.disabled = true;
  }
}

ManyiSurvey.load = (n) => load(WIDGET, n);
ManyiSurvey.loadOutbox = (n) => load(OUTBOX, n);
[ManyiSurvey.files, ManyiSurvey.boxFiles] = [/manyi_(glue|bg)/, /manyi_outbox/];
ManyiSurvey.observedAttributes = Object.keys(ATTRIBUTES);

const property = (name, get, set) => Object.defineProperty(ManyiSurvey.prototype, name, { configurable: true, enumerable: true, get, set });
for (const [attribute, [name, isFlag, initial]] of Object.entries(ATTRIBUTES)) {
  if (name in HTMLElement.prototype) continue;
  const get = (value) => (isFlag ? value !== null && value !== "false" : value === null ? initial : value);
  property(name, function () { return get(this.getAttribute(attribute)); }, function (value) {
    if (isFlag) this.toggleAttribute(attribute, value === "" || (!!value && value !== "false"));
    else if (value == null) this.removeAttribute(attribute);
    else this.setAttribute(attribute, value);
  });
}
for (const name of OBJECTS) {
  property(name, function () { return this._objects[name] || null; }, function (value) {
    const isOther = this._objects[name] !== value;
    this._objects[name] = value;
    if (isOther) this._changed(name === "definition");
  });
}

for (const name of ["error", "unhandledrejection"]) addEventListener(name, (event) => onError(event.error || event.reason));
// Another copy of the file may have been first; then the page is its own.
if (!customElements.get("manyi-survey")) customElements.define("manyi-survey", ManyiSurvey);
