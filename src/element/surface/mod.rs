//! The public surface of `<manyi-survey>` in one table: attributes, properties,
//! methods, events, slots, parts and custom properties, each with its sentence.
//!
//! The tables of the README, `custom-elements.json`, `manyi.d.ts` and the marked
//! lines of `manyi.js` are written from it by `cargo xtask generate`, and
//! `tests/surface.rs` fails when one of them is stale. Needs nothing but std, so
//! that the project commands can include it as a file.

pub mod events;
pub mod style;

#[cfg(not(target_arch = "wasm32"))]
mod manifest;
#[cfg(not(target_arch = "wasm32"))]
mod readme;
#[cfg(not(target_arch = "wasm32"))]
mod script;
#[cfg(not(target_arch = "wasm32"))]
mod types;

pub use events::{EVENTS, Event};
pub use style::{CUSTOM_PROPERTIES, CustomProperty, PARTS, Part, SLOTS, Slot};

/// The element's name.
pub const ELEMENT: &str = "manyi-survey";

/// What the element is, in one sentence.
pub const SUMMARY: &str = "A satisfaction survey. Its children, a plain HTML form, are shown until \
     the survey is there, and instead of it where WebAssembly cannot run.";

/// An attribute and the property that reflects it.
#[derive(Debug)]
pub struct Attribute {
    /// The attribute, in kebab case.
    pub name: &'static str,
    /// The property, in camel case.
    pub property: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What holds where it is missing; empty for nothing.
    pub default: &'static str,
    /// One sentence or two.
    pub doc: &'static str,
}

/// What an attribute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Any text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Present or absent. The value `false` counts as absent.
    Flag,
}

/// A property that takes an object.
#[derive(Debug)]
pub struct Property {
    /// The property.
    pub name: &'static str,
    /// Its TypeScript type.
    pub kind: &'static str,
    /// One sentence or two.
    pub doc: &'static str,
}

/// A method.
#[derive(Debug)]
pub struct Method {
    /// The method.
    pub name: &'static str,
    /// The TypeScript type of what it returns.
    pub returns: &'static str,
    /// One sentence or two.
    pub doc: &'static str,
}

macro_rules! attributes {
    ($($constant:ident $name:literal $property:literal $takes:expr, $default:literal, $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub const $constant: Attribute = Attribute {
                name: $name,
                property: $property,
                takes: $takes,
                default: $default,
                doc: $doc,
            };
        )*
        /// All attributes, in the order of the documentation.
        pub const ATTRIBUTES: &[Attribute] = &[$($constant),*];
    };
}

attributes! {
    SRC "src" "src" Takes::Text, "",
        "Address of the survey's definition (JSON, at most 1 MiB).";
    ENDPOINT "endpoint" "endpoint" Takes::Text, "",
        "Address that ratings are posted to. Not needed where a `manyi-submit` listener delivers them.";
    LANG "lang" "lang" Takes::Text, "the page's",
        "Language to begin with, such as `zh-Hans`, `zh-Hant`, `ug` or `en`.";
    UNIT "unit" "unit" Takes::Text, "",
        "What is rated: the station or office, as an opaque token.";
    WINDOW "window" "window" Takes::Text, "",
        "What is rated: the window.";
    OFFICER "officer" "officer" Takes::Text, "",
        "What is rated: the officer, as an opaque token, never a name.";
    MATTER "matter" "matter" Takes::Text, "",
        "What is rated: the piece of business, as an opaque token.";
    CHANNEL "channel" "channel"
        Takes::Word(&["web", "kiosk", "sms", "phone", "visit", "meeting", "paper"]), "web",
        "Where the rating is asked for.";
    MODE "mode" "mode" Takes::Word(&["self", "asked", "entered"]), "self",
        "Who fills it in: the person alone, someone who asks aloud, or staff who key it in.";
    ASKED_BY "asked-by" "askedBy" Takes::Text, "",
        "Who asks or keys it in, as an opaque token; with `mode=\"asked\"` or `\"entered\"`.";
    INVITATION "invitation" "invitation" Takes::Text, "",
        "The invitation that this rating answers, as an opaque token.";
    ELDER "elder" "elder" Takes::Flag, "",
        "Begins in the elder mode (长辈版): larger type, larger targets.";
    THEME "theme" "theme" Takes::Word(&["auto", "light", "dark"]), "auto",
        "Colours: those of the reader's system, or fixed.";
    NO_LANGUAGE_SWITCH "no-language-switch" "noLanguageSwitch" Takes::Flag, "",
        "Leaves the language switch out.";
    FORMAT "format" "format" Takes::Word(&["json", "form"]), "json",
        "How a rating is posted: as JSON, or as the fields of an HTML form (a simple request, so no CORS preflight and no `Idempotency-Key` header).";
    RECEIPT "receipt" "receipt" Takes::Word(&["id", "status"]), "id",
        "What counts as a receipt: JSON that echoes the id, or the status alone (201, 202, 204; 200 only when the answer is not HTML).";
    CREDENTIALS "credentials" "credentials" Takes::Word(&["omit", "same-origin", "include"]), "omit",
        "Whether cookies go with the post.";
    SEALING_KEY "sealing-key" "sealingKey" Takes::Text, "",
        "The collector's public key (`manyi-collector key public` prints it). Telephone numbers and written words are sealed to it before they touch the device's disk.";
    SEAL_ALL "seal-all" "sealAll" Takes::Flag, "",
        "Seals every answer to the `sealing-key`, not the personal ones alone, and to one length: for a device whose owner must not read what others answered on it.";
    ANSWERS_IN_EVENTS "answers-in-events" "answersInEvents" Takes::Flag, "",
        "Puts the answers themselves into `manyi-answer` and `manyi-submit`. Without it no event carries what a person wrote.";
}

/// The properties that take objects. They have no attribute.
pub const PROPERTIES: &[Property] = &[
    Property {
        name: "definition",
        kind: "ManyiDefinition | null",
        doc: "The survey's definition as an object, in place of `src`.",
    },
    Property {
        name: "subject",
        kind: "ManyiSubject | null",
        doc: "What is rated as one object `{unit, window, officer, matter}`; its fields win over the attributes.",
    },
    Property {
        name: "headers",
        kind: "Record<string, string> | null",
        doc: "Headers for the post, such as a token of your gateway.",
    },
];

/// The methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "reset",
        returns: "void",
        doc: "Throws the visit away and begins a new one with a new id.",
    },
    Method {
        name: "submit",
        returns: "Promise<ManyiReceipt>",
        doc: "Submits as the button does. Resolves with the id and the receipt; rejects with an error whose `name` is `invalid`, `cancelled`, `kept` or `rejected`.",
    },
    Method {
        name: "flush",
        returns: "Promise<ManyiFlushed>",
        doc: "Sends everything that waits on this device, now. Resolves with how many were delivered, how many still wait, and how many are set apart for staff.",
    },
    Method {
        name: "exportQueue",
        returns: "Promise<ManyiQueued[]>",
        doc: "All that was submitted on this device and has no receipt yet, as it will be posted: personal answers are sealed in it where there is a `sealing-key`.",
    },
    Method {
        name: "showQueue",
        returns: "Promise<void>",
        doc: "Opens the list of what lies on this device, for staff: send again, export to a file, take one in, delete. It shows no answers.",
    },
];

/// The sentences that `manyi.js` shows before, or without, the Wasm: language
/// tag, while loading, when it cannot be opened.
pub type Notice<'a> = (&'a str, &'a str, &'a str);

/// One generated file: its path, and how its new text is made from the old one.
#[cfg(not(target_arch = "wasm32"))]
pub type Generated = (&'static str, fn(&str, &[Notice<'_>]) -> String);

/// Every file that is written, wholly or in part, from this table.
#[cfg(not(target_arch = "wasm32"))]
pub const GENERATED: &[Generated] = &[
    ("README.md", |old, _| readme::with_tables(old)),
    ("custom-elements.json", |_, _| manifest::text()),
    ("www/manyi.d.ts", |_, _| types::text()),
    ("www/manyi.js", script::with_surface),
];

/// `text` with what stands between a line that starts with `open` and the next
/// line that starts with `close` replaced by `middle`.
#[cfg(not(target_arch = "wasm32"))]
fn between(text: &str, open: &str, close: &str, middle: &str) -> String {
    let mut new = String::with_capacity(text.len() + middle.len());
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        if inside && line.trim_start().starts_with(close) {
            inside = false;
        }
        if !inside {
            new.push_str(line);
        }
        if !inside && line.trim_start().starts_with(open) {
            new.push_str(middle);
            inside = true;
        }
    }
    new
}
