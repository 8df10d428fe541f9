//! `manyi.d.ts`: types for TypeScript, and for JSX in React.

use super::{ATTRIBUTES, ELEMENT, EVENTS, METHODS, PROPERTIES, SUMMARY, Takes};

/// The types that the table's own types name.
const NAMED: &str = r#"/** A survey definition; see the published JSON Schema for every field. */
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
"#;

/// The whole file.
pub(super) fn text() -> String {
    let mut text =
        format!("// Written by `cargo xtask generate` from src/element/surface.\n\n{NAMED}\n");
    text.push_str(&format!(
        "/** {SUMMARY} */\nexport declare class ManyiSurvey extends HTMLElement {{\n"
    ));
    for attribute in ATTRIBUTES {
        // `lang` is HTMLElement's own.
        if attribute.name == attribute.property && attribute.name == "lang" {
            continue;
        }
        member(
            &mut text,
            2,
            attribute.doc,
            &format!("{}: {}", attribute.property, value(attribute.takes)),
        );
    }
    for property in PROPERTIES {
        member(
            &mut text,
            2,
            property.doc,
            &format!("{}: {}", property.name, property.kind),
        );
    }
    for method in METHODS {
        member(
            &mut text,
            2,
            method.doc,
            &format!("{}(): {}", method.name, method.returns),
        );
    }
    text.push_str(
        "  addEventListener<K extends keyof ManyiSurveyEventMap>(type: K, listener: (this: ManyiSurvey, event: ManyiSurveyEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;\n  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;\n",
    );
    text.push_str("}\n\n/** The events of the element. */\nexport interface ManyiSurveyEventMap extends HTMLElementEventMap {\n");
    for event in EVENTS {
        member(
            &mut text,
            2,
            event.doc,
            &format!("\"{}\": CustomEvent<{}>", event.name, event.detail),
        );
    }
    text.push_str("}\n\n/** The attributes, as JSX and templates write them. */\nexport interface ManyiSurveyAttributes {\n");
    for attribute in ATTRIBUTES {
        let value = match attribute.takes {
            Takes::Flag => "boolean | \"\"".to_owned(),
            takes => value(takes),
        };
        member(
            &mut text,
            2,
            attribute.doc,
            &format!("\"{}\"?: {value}", attribute.name),
        );
    }
    for property in PROPERTIES {
        member(
            &mut text,
            2,
            property.doc,
            &format!("{}?: {}", property.name, property.kind),
        );
    }
    text.push_str(&format!(
        r#"}}

/** What JSX takes: the attributes, the usual ones of HTML, and listeners. */
export type ManyiSurveyJsx = ManyiSurveyAttributes & {{ children?: unknown; class?: string; className?: string; id?: string; key?: string | number; ref?: unknown; slot?: string; style?: unknown; [listener: `on${{string}}`]: unknown }};

/**
 * The element for JSX. Taken up by itself where JSX is a global namespace (React
 * up to 18, Preact, Vue). React 19 has its own; there, say once in your project:
 *
 * declare module "react" {{ namespace JSX {{ interface IntrinsicElements extends ManyiSurveyElements {{}} }} }}
 */
export interface ManyiSurveyElements {{
  "{ELEMENT}": ManyiSurveyJsx;
}}

declare global {{
  interface HTMLElementTagNameMap {{
    "{ELEMENT}": ManyiSurvey;
  }}
  namespace JSX {{
    interface IntrinsicElements extends ManyiSurveyElements {{}}
  }}
}}
"#
    ));
    text
}

fn value(takes: Takes) -> String {
    match takes {
        Takes::Text => "string".to_owned(),
        Takes::Flag => "boolean".to_owned(),
        Takes::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            words.join(" | ")
        }
    }
}

fn member(text: &mut String, indent: usize, doc: &str, declaration: &str) {
    let pad = " ".repeat(indent);
    text.push_str(&format!("{pad}/** {doc} */\n{pad}{declaration};\n"));
}
