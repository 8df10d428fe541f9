//! What a host page can reach of the looks: the slot, the parts and the custom
//! properties. `tests/surface.rs` compares them with the style sheet and the view.

/// A slot.
#[derive(Debug)]
pub struct Slot {
    /// Its name; empty for the default slot.
    pub name: &'static str,
    /// What it holds.
    pub doc: &'static str,
}

/// A part that `::part()` reaches.
#[derive(Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
}

/// A custom property that the style sheet reads.
#[derive(Debug)]
pub struct CustomProperty {
    /// Its name.
    pub name: &'static str,
    /// What holds where it is not set.
    pub default: &'static str,
    /// What it sets.
    pub doc: &'static str,
}

impl Slot {
    /// The name, or `(default)`.
    pub fn name_or_default(&self) -> &'static str {
        if self.name.is_empty() {
            "(default)"
        } else {
            self.name
        }
    }
}

/// The slots.
pub const SLOTS: &[Slot] = &[
    Slot {
        name: "",
        doc: "The survey as a plain HTML form, for browsers and pages where the widget cannot run. Shown until the widget is there; answers given in it are taken over.",
    },
    Slot {
        name: "note",
        doc: "A note of the host's own above the submit button, such as a link to the privacy statement.",
    },
    Slot {
        name: "thanks",
        doc: "What the host adds to the thanks, such as a telephone number for questions.",
    },
];

macro_rules! parts {
    ($($name:literal $doc:literal;)*) => {
        /// The parts.
        pub const PARTS: &[Part] = &[$(Part { name: $name, doc: $doc }),*];
    };
}

macro_rules! custom_properties {
    ($($name:literal $default:literal $doc:literal;)*) => {
        /// The custom properties.
        pub const CUSTOM_PROPERTIES: &[CustomProperty] =
            &[$(CustomProperty { name: $name, default: $default, doc: $doc }),*];
    };
}

parts! {
    "notice" "The sentence while loading, or when the survey cannot be opened, where there are no children.";
    "survey" "The whole survey.";
    "header" "The head: title and switches.";
    "title" "The survey's title.";
    "switches" "The switches for language and elder mode.";
    "switch" "One switch.";
    "language" "The language switch.";
    "elder" "The switch to the elder mode.";
    "intro" "The sentences under the title.";
    "progress" "Where one is among the pages.";
    "progress-bar" "The bar in it.";
    "page-title" "The heading of the page, such as 第 1 页，共 2 页.";
    "question" "A question with its controls.";
    "question-title" "The question's words.";
    "optional" "The mark of a question that need not be answered.";
    "help" "The sentence of help under a question.";
    "error" "What is wrong with an answer.";
    "levels" "The levels of a rating.";
    "level" "One level.";
    "level-checked" "The level that is chosen.";
    "face" "The face of a level.";
    "words" "The words of a level.";
    "items" "The rows of a rating with items.";
    "item" "One row.";
    "item-title" "The words of a row.";
    "choices" "The choices of a question.";
    "choice" "One choice.";
    "choice-checked" "A choice that is chosen.";
    "input" "A field to write in.";
    "unit" "The unit behind a number.";
    "counter" "How many characters are written.";
    "summary" "The list of what is wrong.";
    "summary-title" "Its heading.";
    "summary-link" "One entry of it.";
    "failure" "The message when a rating could not be delivered.";
    "keep" "The button that keeps a rating without encryption.";
    "buttons" "The row of buttons.";
    "button" "A button.";
    "submit" "The submit button.";
    "next" "The button to the next page.";
    "back" "The button to the page before.";
    "again" "The button for another rating.";
    "thanks" "What is shown when the rating has arrived.";
    "thanks-title" "Its heading.";
    "tick" "The tick in it.";
    "receipt" "The line with the receipt number.";
    "receipt-number" "The number in it.";
    "saved" "That the rating is saved on this device and will be sent.";
    "queue" "What else lies on this device.";
    "waiting" "How many ratings wait to be sent.";
    "apart" "How many ratings need the staff.";
    "show-queue" "The button that opens the list of them.";
    "panel" "That list.";
}

custom_properties! {
    "--manyi-accent" "#0a5a83" "Buttons, links and what is chosen.";
    "--manyi-on-accent" "#fff" "Text on the accent.";
    "--manyi-tint" "#e6f1f6" "The ground of what is chosen.";
    "--manyi-surface" "#fff" "The ground of the survey.";
    "--manyi-card" "#fff" "The ground of levels, choices and fields.";
    "--manyi-ink" "#17232e" "Text.";
    "--manyi-muted" "#465461" "Text of less weight.";
    "--manyi-line" "#657483" "Borders of controls.";
    "--manyi-hairline" "#d3dbe2" "Lines between parts.";
    "--manyi-focus" "#b35900" "The ring around what has the focus.";
    "--manyi-danger" "#991b16" "Errors.";
    "--manyi-danger-tint" "#fdf1ef" "The ground of errors.";
    "--manyi-success" "#17693a" "The tick at the end.";
    "--manyi-font" "system-ui, …" "The fonts, in place of those for each script.";
    "--manyi-font-size" "18px" "The size of the text.";
    "--manyi-elder-font-size" "24px" "The size of the text in the elder mode.";
    "--manyi-radius" "10px" "How round corners are.";
    "--manyi-gap" "8px" "Space between levels and between choices.";
    "--manyi-padding" "clamp(14px, 4vw, 36px)" "Space inside of the survey's edge.";
    "--manyi-measure" "40em" "The widest that the survey becomes.";
}
