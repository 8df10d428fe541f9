// <manyi-survey>: brings the Wasm, lends it the element, and shows the children (a
// plain HTML form) whenever it cannot run. What a survey is, it does not know.

const GLUE = new URL("./manyi_glue.js", import.meta.url).href;
const WASM = new URL("./manyi_bg.wasm", import.meta.url).href;
// With the third crash of a page the children stay for good.
const CRASHES = 3;

// surface: written by `cargo xtask generate`
const ATTRIBUTES = {
  "src": ["src", false, ""], "endpoint": ["endpoint", false, ""], "lang": ["lang", false, ""],
  "unit": ["unit", false, ""], "window": ["window", false, ""], "officer": ["officer", false, ""],
  "matter": ["matter", false, ""], "channel": ["channel", false, "web"], "mode": ["mode", false, "self"],
  "asked-by": ["askedBy", false, ""], "invitation": ["invitation", false, ""], "elder": ["elder", true, ""],
  "theme": ["theme", false, "auto"], "no-language-switch": ["noLanguageSwitch", true, ""],
  "format": ["format", false, "json"], "receipt": ["receipt", false, "id"],
  "credentials": ["credentials", false, "omit"], "answers-in-events": ["answersInEvents", true, ""],
};
const OBJECTS = ["definition", "subject", "headers"];
const WAITING_METHODS = ["submit", "flush"];
const NOTICES = {
  "zh-Hans": ["正在打开评价…", "评价暂时打不开，请稍后再试。"],
  "zh-Hant": ["正在打開評價…", "評價暫時打不開，請稍後再試。"],
  "ug": ["ئېچىلىۋاتىدۇ…", "باھالاش بېتىنى ھازىرچە ئاچقىلى بولمىدى. سەل تۇرۇپ قايتا سىناڭ."],
  "en": ["Opening the survey…", "The survey cannot be opened right now. Please try again later."],
};
// /surface

// The Wasm is fetched and compiled once; each instance is a module of its own.
let compiled;
const compile = async () => {
  const response = await fetch(WASM);
  if (!response.ok) throw new Error(`${response.status} for ${WASM}`);
  const isWasm = (response.headers.get("content-type") || "").startsWith("application/wasm");
  return isWasm && WebAssembly.compileStreaming
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
};
const load = async (n) => {
  compiled = compiled || compile();
  const [glue, module] = await Promise.all([import(n ? `${GLUE}?n=${n}` : GLUE), compiled]);
  await glue.default({ module_or_path: module });
  return glue;
};

// The instance in use, how many died, and the elements that live on it.
let instance = null;
let crashes = 0;
const elements = new Set();

const begin = () => {
  if (!instance) {
    const mine = Promise.resolve(crashes).then(ManyiSurvey.load);
    // A download that failed is tried again by the next element.
    mine.catch(() => {
      compiled = null;
      if (instance === mine) instance = null;
    });
    instance = mine;
  }
  return instance;
};

// After a trap nothing in the instance can be trusted, so all surveys move to a
// fresh one with what they kept outside.
const crashed = (error, dead) => {
  if (!instance || (dead && dead !== instance)) return;
  instance = null;
  crashes += 1;
  const isOver = crashes >= CRASHES;
  for (const element of [...elements]) {
    element._let_go();
    if (isOver) element._give_up("crash", String(error));
    else element._start();
  }
};

// A trap in a listener or a task surfaces here. Ours has our files on its stack;
// another error that merely passes through them has not them on top.
const onError = (error) => {
  if (!error || !elements.size) return;
  const stack = String(error.stack || "");
  const isTrap = error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error.name === "InternalError";
  const top = stack.split("\n").find((line) => /[:/@]/.test(line) && !line.startsWith(error.name)) || "";
  if (ManyiSurvey.files.test(isTrap ? stack : top)) crashed(error);
};

export class ManyiSurvey extends HTMLElement {
  constructor() {
    super();
    this._objects = {};
    this._turn = 0;
    this._key = 0;
    this._kept = null;
    const shadow = this.attachShadow({ mode: "open" });
    this._slot = shadow.appendChild(document.createElement("slot"));
  }

  connectedCallback() {
    if (!this._upgraded) {
      this._upgraded = true;
      for (const name of [...Object.values(ATTRIBUTES).map(([property]) => property), ...OBJECTS]) {
        if (!Object.prototype.hasOwnProperty.call(this, name)) continue;
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    // Moved within the page: the visit goes on where it was.
    if (!elements.has(this)) this._start();
  }

  disconnectedCallback() {
    setTimeout(async () => {
      if (this.isConnected || !elements.has(this)) return;
      // A post under way is waited for, so that its receipt is kept.
      const turn = this._turn;
      if (this._key) await this._wasm.settled(this._key);
      if (this.isConnected || turn !== this._turn) return;
      if (this._key) this._wasm.unmount(this._key);
      this._let_go();
    });
  }

  attributeChangedCallback(name, before, after) {
    if (before !== after) this._changed(name === "src");
  }

  reset() {
    if (this._key) this._wasm.reset(this._key);
    else this._kept = null;
  }

  exportQueue() {
    return this._key ? this._wasm.export_queue(this._key) : [];
  }

  // The definition is asked for before the Wasm is there.
  _definition() {
    const { definition } = this._objects;
    const src = this.getAttribute("src");
    if (this._kept) return this._kept.definition;
    if (definition != null) return definition;
    return src ? fetch(new URL(src, document.baseURI)) : null;
  }

  async _start() {
    const turn = (this._turn += 1);
    const isOurs = () => turn === this._turn;
    if (crashes >= CRASHES) return this._give_up("crash", "the widget has crashed too often on this page");
    elements.add(this);
    this._notice(0);
    const mine = begin();
    const source = Promise.resolve().then(() => this._definition());
    source.catch(() => {});
    let wasm;
    try {
      wasm = await mine;
    } catch (error) {
      if (isOurs()) this._give_up("wasm", String(error));
      return;
    }
    if (!isOurs()) return;
    try {
      this._wasm = wasm;
      this._key = wasm.mount(this._port(isOurs));
      const definition = await source.catch((error) => ({ error }));
      if (!isOurs()) return;
      if (definition && definition.error instanceof Error) this._fail("definition", String(definition.error), "src");
      else if (definition) wasm.open(this._key, definition);
      else console.warn("manyi-survey: has neither `src` nor `definition` yet.", this);
    } catch (error) {
      crashed(error, mine);
    }
  }

  // Leaves the instance, which may be dead; shows the children again.
  _let_go() {
    this._turn += 1;
    this._key = 0;
    elements.delete(this);
    this.shadowRoot.replaceChildren(this._slot);
    for (const control of this._held || []) control.disabled = false;
    this._held = null;
  }

  _give_up(reason, message) {
    this._let_go();
    for (const [name, value] of this._kept ? this._kept.fields : []) {
      for (const control of this.querySelectorAll("[name]")) {
        if (control.name !== name) continue;
        if (control.type !== "radio" && control.type !== "checkbox") control.value = value;
        else if (control.value === value) control.checked = true;
      }
    }
    this._fail(reason, message);
  }

  _fail(reason, message, place) {
    if (reason !== "config" && this._slot.isConnected) this._notice(1);
    console.warn(`manyi-survey: ${reason}: ${place ? `${place}: ` : ""}${message}`, this);
    this._emit("manyi-error", { reason, message, ...(place && { place }) });
  }

  _emit(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: true, composed: true }));
  }

  // A sentence where there are no children to show.
  _notice(which) {
    const nodes = [this._slot];
    if (!this.firstElementChild) {
      const wanted = this._language();
      const tags = Object.keys(NOTICES);
      const hant = /^zh-(hant|tw|hk|mo)\b/i.test(wanted) && "zh-Hant";
      const tag = hant || tags.find((known) => known.split("-")[0] === wanted.split("-")[0].toLowerCase()) || tags[0];
      const notice = document.createElement("p");
      notice.setAttribute("part", "notice");
      notice.lang = tag;
      notice.dir = "auto";
      notice.textContent = NOTICES[tag][which];
      nodes.push(notice);
    }
    this.shadowRoot.replaceChildren(...nodes);
  }

  _language() {
    const near = this.closest("[lang]") || document.documentElement;
    return near.lang || navigator.language || "zh-Hans";
  }

  _changed(isNew) {
    if (isNew) this._kept = null;
    if (!elements.has(this) || (!isNew && !this._key)) return;
    this._stale = this._stale || isNew;
    if (this._queued) return;
    this._queued = true;
    queueMicrotask(() => {
      const isStale = this._stale;
      this._queued = this._stale = false;
      if (!elements.has(this)) return;
      if (!isStale) return this._key && this._wasm.configure(this._key);
      if (this._key) this._wasm.unmount(this._key);
      this._let_go();
      this._start();
    });
  }

  // What the instance may ask of the element. One that was left is not heard.
  _port(isOurs) {
    const pair = ([name, value]) => [name, String(value)];
    return {
      attribute: (name) => this.getAttribute(name),
      pairs: (name) => this._objects[name] && Object.entries(this._objects[name]).filter(([, value]) => value != null).map(pair),
      language: () => this._language(),
      address: (text) => {
        try {
          const url = new URL(text, document.baseURI);
          return /^https?:$/.test(url.protocol) ? url.href : undefined;
        } catch {
          return undefined;
        }
      },
      kept: () => this._kept || undefined,
      // Not by FormData: inside someone else's form the children have no form of their own.
      fields: () =>
        [...this.querySelectorAll("input[name], textarea[name], select[name]")]
          .filter((control) => (control.type !== "radio" && control.type !== "checkbox") || control.checked)
          .map((control) => [control.name, control.value]),
      keep: (kept) => {
        if (isOurs()) this._kept = kept;
      },
      show: (stage) => isOurs() && this._show(stage),
      emit: (name, detail) => isOurs() && this._emit(name, detail),
      fail: (reason, message, place) => isOurs() && this._fail(reason, message, place),
      submit: (detail, response) => {
        if (!isOurs()) return null;
        let own;
        detail.respondWith = (delivery) => {
          own = typeof delivery === "function" ? Promise.resolve(response).then(delivery) : Promise.resolve(delivery);
        };
        const isGo = this._emit("manyi-submit", detail, true);
        return own || (isGo ? undefined : null);
      },
    };
  }

  _show(stage) {
    const { shadowRoot } = this;
    const css = this._wasm.css();
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      shadowRoot.adoptedStyleSheets = [sheet];
      shadowRoot.replaceChildren(stage);
    } catch {
      const style = document.createElement("style");
      style.textContent = css;
      shadowRoot.replaceChildren(style, stage);
    }
    // The focus goes along only if the person had put it into the children.
    const before = this.getRootNode().activeElement;
    if (before && before !== this && this.contains(before)) {
      const isSame = (control) => control.name === before.name && (before.type !== "radio" && before.type !== "checkbox" || control.value === before.value);
      const twin = [...shadowRoot.querySelectorAll("input, textarea, select")].find(isSame);
      if (twin) twin.focus({ preventScroll: true });
      if (twin && /^(text|tel|textarea)$/.test(twin.type)) twin.setSelectionRange(before.selectionStart, before.selectionEnd);
    }
    // Fields that belong to a form around us would be posted with it.
    this._held = [...this.querySelectorAll("[name]")].filter((control) => control.form && !this.contains(control.form) && !control.disabled);
    for (const control of this._held) control.disabled = true;
  }
}

ManyiSurvey.load = load;
ManyiSurvey.files = /manyi_(glue|bg)/;
ManyiSurvey.observedAttributes = Object.keys(ATTRIBUTES);

for (const [attribute, [property, isFlag, initial]] of Object.entries(ATTRIBUTES)) {
  if (property in HTMLElement.prototype) continue;
  Object.defineProperty(ManyiSurvey.prototype, property, {
    configurable: true,
    enumerable: true,
    get() {
      const value = this.getAttribute(attribute);
      return isFlag ? value !== null && value !== "false" : value === null ? initial : value;
    },
    set(value) {
      if (isFlag) this.toggleAttribute(attribute, value === "" || (!!value && value !== "false"));
      else if (value == null) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value);
    },
  });
}
for (const name of OBJECTS) {
  Object.defineProperty(ManyiSurvey.prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return this._objects[name] || null;
    },
    set(value) {
      if (this._objects[name] === value) return;
      this._objects[name] = value;
      this._changed(name === "definition");
    },
  });
}
for (const name of WAITING_METHODS) {
  ManyiSurvey.prototype[name] = async function () {
    if (!this._key) throw new Error("The survey is not there yet.");
    const promise = this._wasm[name](this._key);
    if (!promise) throw new Error("The survey is not there yet.");
    return promise;
  };
}

// The surface of another copy on the page stays as it is.
if (!customElements.get("manyi-survey")) {
  addEventListener("error", (event) => onError(event.error));
  addEventListener("unhandledrejection", (event) => onError(event.reason));
  customElements.define("manyi-survey", ManyiSurvey);
}
