// Written by `cargo xtask generate` from src/element/surface.

/** A survey definition; see the published JSON Schema for every field. */
export interface ManyiDefinition {
  id: string;
  version: number;
  title: ManyiText;
  questions: Array<{ id: string; type: "rating" | "choice" | "text" | "phone" | "yes_no" | "number"; title: ManyiText; [field: string]: unknown }>;
  [field: string]: unknown;
}

/** A string, plain or by language tag. */
export type ManyiText = string | Record<string, string>;

/** What is rated: opaque tokens, never names. */
export interface ManyiSubject {
  unit?: string;
  window?: string;
  officer?: string;
  matter?: string;
}

/** An answer as it is posted. */
export type ManyiAnswer = string | number | Array<string | { other: string }> | { other: string } | Record<string, string>;

/** Which survey, in which version. */
export interface ManyiSurveyRef {
  id: string;
  version: number;
  hash?: string;
}

/** What is posted. */
export interface ManyiResponse {
  id: string;
  survey: ManyiSurveyRef;
  answers: Record<string, ManyiAnswer>;
  /** Personal answers as they lie on the device: only the collector can read them. */
  sealed?: { key: string; enc: string; text: string };
  channel: string;
  mode?: string;
  asked_by?: string;
  subject?: ManyiSubject;
  language?: string;
  device?: { id: string; seq: number };
  started_at?: string;
  submitted_at?: string;
  duration_ms?: number;
  invitation?: string;
  widget?: string;
}

/** What is wrong with an answer: where, and a code with its parameters. */
export interface ManyiProblem {
  question: string;
  item?: string;
  code: string;
  [parameter: string]: unknown;
}

/** What `submit()` resolves with. */
export interface ManyiReceipt {
  id: string;
  receipt: string;
  /** Whether it is on this device only, and will be sent by itself. */
  saved?: boolean;
}

/** What `flush()` resolves with. */
export interface ManyiFlushed {
  delivered: number;
  kept: number;
  rejected: number;
}

/** Why a post did not end in a receipt. */
export type ManyiWhy = "network" | "server" | "answer" | "refused" | "conflict" | "damaged";

/** A rating on this device, as `exportQueue()` gives it. */
export interface ManyiQueued {
  id: string;
  endpoint: string;
  body: string;
  state: "waiting" | "quarantined" | "page";
  survey?: string;
  seq?: number;
  saved_ms?: number;
  why?: ManyiWhy;
  status?: number;
}

/** What `manyi-error` is about. */
export type ManyiReason = "wasm" | "crash" | "definition" | "config" | "delivery";

/** A satisfaction survey. Its children, a plain HTML form, are shown until the survey is there, and instead of it where WebAssembly cannot run. */
export declare class ManyiSurvey extends HTMLElement {
  /** Address of the survey's definition (JSON, at most 1 MiB). */
  src: string;
  /** Address that ratings are posted to. Not needed where a `manyi-submit` listener delivers them. */
  endpoint: string;
  /** What is rated: the station or office, as an opaque token. */
  unit: string;
  /** What is rated: the window. */
  window: string;
  /** What is rated: the officer, as an opaque token, never a name. */
  officer: string;
  /** What is rated: the piece of business, as an opaque token. */
  matter: string;
  /** Where the rating is asked for. */
  channel: "web" | "kiosk" | "sms" | "phone" | "visit" | "meeting" | "paper";
  /** Who fills it in: the person alone, someone who asks aloud, or staff who key it in. */
  mode: "self" | "asked" | "entered";
  /** Who asks or keys it in, as an opaque token; with `mode="asked"` or `"entered"`. */
  askedBy: string;
  /** The invitation that this rating answers, as an opaque token. */
  invitation: string;
  /** Begins in the elder mode (长辈版): larger type, larger targets. */
  elder: boolean;
  /** Colours: those of the reader's system, or fixed. */
  theme: "auto" | "light" | "dark";
  /** Leaves the language switch out. */
  noLanguageSwitch: boolean;
  /** How a rating is posted: as JSON, or as the fields of an HTML form (a simple request, so no CORS preflight and no `Idempotency-Key` header). */
  format: "json" | "form";
  /** What counts as a receipt: JSON that echoes the id, or the status alone (201, 202, 204; 200 only when the answer is not HTML). */
  receipt: "id" | "status";
  /** Whether cookies go with the post. */
  credentials: "omit" | "same-origin" | "include";
  /** The collector's public key (`manyi-collector key public` prints it). Telephone numbers and written words are sealed to it before they touch the device's disk. */
  sealingKey: string;
  /** Seals every answer to the `sealing-key`, not the personal ones alone, and to one length: for a device whose owner must not read what others answered on it. */
  sealAll: boolean;
  /** Puts the answers themselves into `manyi-answer` and `manyi-submit`. Without it no event carries what a person wrote. */
  answersInEvents: boolean;
  /** The survey's definition as an object, in place of `src`. */
  definition: ManyiDefinition | null;
  /** What is rated as one object `{unit, window, officer, matter}`; its fields win over the attributes. */
  subject: ManyiSubject | null;
  /** Headers for the post, such as a token of your gateway. */
  headers: Record<string, string> | null;
  /** Throws the visit away and begins a new one with a new id. */
  reset(): void;
  /** Submits as the button does. Resolves with the id and the receipt; rejects with an error whose `name` is `invalid`, `cancelled`, `kept` or `rejected`. */
  submit(): Promise<ManyiReceipt>;
  /** Sends everything that waits on this device, now. Resolves with how many were delivered, how many still wait, and how many are set apart for staff. */
  flush(): Promise<ManyiFlushed>;
  /** All that was submitted on this device and has no receipt yet, as it will be posted: personal answers are sealed in it where there is a `sealing-key`. */
  exportQueue(): Promise<ManyiQueued[]>;
  /** Opens the list of what lies on this device, for staff: send again, export to a file, take one in, delete. It shows no answers. */
  showQueue(): Promise<void>;
  addEventListener<K extends keyof ManyiSurveyEventMap>(type: K, listener: (this: ManyiSurvey, event: ManyiSurveyEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** The events of the element. */
export interface ManyiSurveyEventMap extends HTMLElementEventMap {
  /** The survey is on screen in place of the children. */
  "manyi-ready": CustomEvent<{ id: string; survey: ManyiSurveyRef; language: string }>;
  /** An answer changed. `answer` is there with `answers-in-events` only. */
  "manyi-answer": CustomEvent<{ question: string; answer?: ManyiAnswer }>;
  /** Submitting, or turning the page, found something to mend. */
  "manyi-invalid": CustomEvent<{ problems: ManyiProblem[] }>;
  /** The answers fit and are about to be posted. `preventDefault()` takes the submission back; `respondWith(promise)`, or `respondWith(response => promise)`, delivers it in place of the post. */
  "manyi-submit": CustomEvent<{ id: string; survey: ManyiSurveyRef; response?: ManyiResponse; respondWith(delivery: PromiseLike<unknown> | ((response: ManyiResponse) => unknown)): void }>;
  /** The rating has not arrived yet. With `where: "device"` it is on the disk and will be sent by itself, and the person sees that it is submitted; with `"page"` it could not be kept there, and the person is told to send it again. */
  "manyi-queued": CustomEvent<{ id: string; why: ManyiWhy; where: "device" | "page" }>;
  /** A receipt came back, perhaps for a rating of an earlier visit. */
  "manyi-delivered": CustomEvent<{ id: string; receipt: string }>;
  /** The server refuses this content, perhaps of an earlier visit. It is set apart on the device; answers that are still there stay on screen. */
  "manyi-rejected": CustomEvent<{ id: string; why: ManyiWhy; status?: number; problems: ManyiProblem[] }>;
  /** A new visit began; `id` is the new one. */
  "manyi-reset": CustomEvent<{ id: string; reason: "host" | "user" }>;
  /** Something is wrong with the page, the definition or the browser, not with an answer. Also written to the console. */
  "manyi-error": CustomEvent<{ reason: ManyiReason; message: string; place?: string }>;
}

/** The attributes, as JSX and templates write them. */
export interface ManyiSurveyAttributes {
  /** Address of the survey's definition (JSON, at most 1 MiB). */
  "src"?: string;
  /** Address that ratings are posted to. Not needed where a `manyi-submit` listener delivers them. */
  "endpoint"?: string;
  /** Language to begin with, such as `zh-Hans`, `zh-Hant`, `ug` or `en`. */
  "lang"?: string;
  /** What is rated: the station or office, as an opaque token. */
  "unit"?: string;
  /** What is rated: the window. */
  "window"?: string;
  /** What is rated: the officer, as an opaque token, never a name. */
  "officer"?: string;
  /** What is rated: the piece of business, as an opaque token. */
  "matter"?: string;
  /** Where the rating is asked for. */
  "channel"?: "web" | "kiosk" | "sms" | "phone" | "visit" | "meeting" | "paper";
  /** Who fills it in: the person alone, someone who asks aloud, or staff who key it in. */
  "mode"?: "self" | "asked" | "entered";
  /** Who asks or keys it in, as an opaque token; with `mode="asked"` or `"entered"`. */
  "asked-by"?: string;
  /** The invitation that this rating answers, as an opaque token. */
  "invitation"?: string;
  /** Begins in the elder mode (长辈版): larger type, larger targets. */
  "elder"?: boolean | "";
  /** Colours: those of the reader's system, or fixed. */
  "theme"?: "auto" | "light" | "dark";
  /** Leaves the language switch out. */
  "no-language-switch"?: boolean | "";
  /** How a rating is posted: as JSON, or as the fields of an HTML form (a simple request, so no CORS preflight and no `Idempotency-Key` header). */
  "format"?: "json" | "form";
  /** What counts as a receipt: JSON that echoes the id, or the status alone (201, 202, 204; 200 only when the answer is not HTML). */
  "receipt"?: "id" | "status";
  /** Whether cookies go with the post. */
  "credentials"?: "omit" | "same-origin" | "include";
  /** The collector's public key (`manyi-collector key public` prints it). Telephone numbers and written words are sealed to it before they touch the device's disk. */
  "sealing-key"?: string;
  /** Seals every answer to the `sealing-key`, not the personal ones alone, and to one length: for a device whose owner must not read what others answered on it. */
  "seal-all"?: boolean | "";
  /** Puts the answers themselves into `manyi-answer` and `manyi-submit`. Without it no event carries what a person wrote. */
  "answers-in-events"?: boolean | "";
  /** The survey's definition as an object, in place of `src`. */
  definition?: ManyiDefinition | null;
  /** What is rated as one object `{unit, window, officer, matter}`; its fields win over the attributes. */
  subject?: ManyiSubject | null;
  /** Headers for the post, such as a token of your gateway. */
  headers?: Record<string, string> | null;
}

/** What JSX takes: the attributes, the usual ones of HTML, and listeners. */
export type ManyiSurveyJsx = ManyiSurveyAttributes & { children?: unknown; class?: string; className?: string; id?: string; key?: string | number; ref?: unknown; slot?: string; style?: unknown; [listener: `on${string}`]: unknown };

/**
 * The element for JSX. Taken up by itself where JSX is a global namespace (React
 * up to 18, Preact, Vue). React 19 has its own; there, say once in your project:
 *
 * declare module "react" { namespace JSX { interface IntrinsicElements extends ManyiSurveyElements {} } }
 */
export interface ManyiSurveyElements {
  "manyi-survey": ManyiSurveyJsx;
}

declare global {
  interface HTMLElementTagNameMap {
    "manyi-survey": ManyiSurvey;
  }
  namespace JSX {
    interface IntrinsicElements extends ManyiSurveyElements {}
  }
}
