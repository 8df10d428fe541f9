//! The staff's pages: choosing the PIN at the first start, giving it, and the menu.

use manyi_model::limits;
use web_sys::Element;

use crate::dom::{add, button, by_id, element, put, text};
use crate::handover::Link;
use crate::kiosk::Counts;
use crate::post::spaced;
use crate::settings::Settings;

mod hand;
mod words;
pub use words::{Words, words};

/// Which of them is on screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Nobody gave the PIN.
    #[default]
    Lock,
    /// The code is asked for by which the tablet comes in at the collector.
    Enrol,
    /// The operator chooses it; the second time in the same words.
    Choose {
        /// What was typed the first time.
        first: Option<String>,
    },
    /// An officer chooses what is rated.
    Desk,
    /// A link for the citizen's own phone.
    Code,
    /// The menu.
    Menu,
    /// The list of what lies on the device.
    Queue,
}

/// What staff sees.
#[derive(Clone, Debug, Default)]
pub struct Staff {
    /// Which page.
    pub view: View,
    /// The digits typed so far.
    pub typed: String,
    /// What went wrong, or well.
    pub said: String,
    /// Whether a PIN is being tried.
    pub is_busy: bool,
    /// The link on the screen.
    pub link: Option<Link>,
}

/// What the menu shows.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The operator's settings.
    pub settings: &'a Settings,
    /// What was counted.
    pub counts: Counts,
    /// How many entries wait, and how many need staff; None until it is known.
    pub queue: Option<(usize, usize)>,
    /// When the collector last answered.
    pub contact: Option<String>,
    /// Whether the browser promised not to clear the storage.
    pub is_persistent: bool,
    /// The version of the files in use.
    pub version: String,
    /// Whether the network seems to be there.
    pub is_online: bool,
    /// Where it came in at a collector: its name there, and whether it is known still.
    pub link: Option<(String, bool)>,
    /// How far its clock is ahead of the collector's, in milliseconds.
    pub skew_ms: Option<i64>,
    /// Surveys to choose from: id and title.
    pub surveys: Vec<(String, String)>,
}

/// What is posted with a code.
pub fn enrolment(code: &str) -> String {
    serde_json::json!({ "code": code }).to_string()
}

/// Draws the staff's page into `stage`.
pub fn draw(stage: &Element, staff: &Staff, facts: &Facts<'_>, language: &str) {
    let words = words(language);
    match &staff.view {
        View::Lock => keys(stage, staff, words, words.give_pin),
        View::Enrol => code(stage, staff, facts, words),
        View::Choose { first: None } => keys(stage, staff, words, words.choose_pin),
        View::Choose { first: Some(_) } => keys(stage, staff, words, words.repeat_pin),
        View::Desk => hand::desk(stage, staff, facts, words),
        View::Code => hand::code(stage, staff, words),
        View::Menu => menu(stage, facts, staff, words),
        View::Queue => {
            let row = element("div", "staff-row");
            add(&row, &button("menu", "quiet", words.back));
            add(stage, &row);
        }
    }
}

fn keys(stage: &Element, staff: &Staff, words: &Words, title: &str) {
    let card = element("div", "pin");
    add(&card, &text("h1", "", title));
    let dots = "●".repeat(staff.typed.len());
    let shown = text("p", "dots", if dots.is_empty() { "\u{a0}" } else { &dots });
    put(&shown, "id", "dots");
    put(&shown, "aria-hidden", "true");
    add(&card, &shown);
    let pad = pad(&card, staff);
    for key in [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "delete", "0", "enter",
    ] {
        let label = match key {
            "delete" => words.delete,
            "enter" => words.enter,
            digit => digit,
        };
        add(&pad, &key_of(key, label));
    }
    if staff.view == View::Lock {
        add(&card, &button("leave", "quiet", words.leave));
    }
    add(stage, &card);
}

/// Where keys go, at the end of the card, below what went wrong.
fn pad(card: &Element, staff: &Staff) -> Element {
    let said = text("p", "said", &staff.said);
    put(&said, "role", "status");
    put(&said, "id", "said");
    add(card, &said);
    let pad = element("div", "pad");
    put(&pad, "dir", "ltr");
    add(card, &pad);
    pad
}

/// A key that types one letter, or a small one that does what its name says.
fn key_of(key: &str, label: &str) -> Element {
    let kind = if key.len() == 1 { "key" } else { "key small" };
    let button = button("key", kind, label);
    put(&button, "data-value", key);
    button
}

/// Asks for the code: letters and digits as the collector prints them.
fn code(stage: &Element, staff: &Staff, facts: &Facts<'_>, words: &Words) {
    let card = element("div", "pin code");
    add(&card, &text("h1", "", words.give_code));
    add(&card, &text("p", "how", words.code_how));
    let shown = text("p", "dots", &spaced(&staff.typed));
    put(&shown, "id", "dots");
    put(&shown, "dir", "ltr");
    add(&card, &shown);
    let pad = pad(&card, staff);
    for letter in limits::CODE_LETTERS.chars() {
        let letter = letter.to_string();
        add(&pad, &key_of(&letter, &letter));
    }
    for (key, label) in [("delete", words.delete), ("enter", words.enrol)] {
        add(&pad, &key_of(key, label));
    }
    if facts.settings.has_survey() {
        add(&card, &button("menu", "quiet", words.back));
    } else {
        let other = text("p", "how", words.without_code);
        let address = text("span", "address", "/kiosk?survey=…&unit=…&window=…");
        put(&address, "dir", "ltr");
        add(&other, &address);
        add(&card, &other);
    }
    add(stage, &card);
}

/// Shows what was typed, and what went wrong.
pub fn redraw_keys(staff: &Staff) {
    let typed = match staff.view {
        View::Enrol => spaced(&staff.typed),
        _ => "●".repeat(staff.typed.len()),
    };
    for (id, said) in [
        ("dots", if typed.is_empty() { "\u{a0}" } else { &typed }),
        ("said", &staff.said),
    ] {
        if let Some(element) = by_id(id) {
            element.set_text_content(Some(said));
        }
    }
}

fn menu(stage: &Element, facts: &Facts<'_>, staff: &Staff, words: &Words) {
    let card = element("div", "menu");
    add(&card, &text("h1", "", words.menu));
    if !staff.said.is_empty() {
        let said = text("p", "said", &staff.said);
        put(&said, "role", "status");
        add(&card, &said);
    }
    let (waiting, apart) = match facts.queue {
        Some((waiting, apart)) => (waiting.to_string(), apart.to_string()),
        None => ("…".to_owned(), "…".to_owned()),
    };
    let settings = facts.settings;
    let of = |name: &str| settings.get(name).unwrap_or("–").to_owned();
    let Counts {
        begun,
        submitted,
        idle_ends,
        flagged,
    } = facts.counts;
    let yes_no = |is: bool| if is { words.yes } else { words.no }.to_owned();
    let linked = match &facts.link {
        Some((_, true)) => words.linked,
        Some((_, false)) => words.shut_out,
        None => words.not_linked,
    };
    let mut rows = vec![
        (words.waiting, waiting),
        (words.apart, apart),
        (
            words.contact,
            facts
                .contact
                .clone()
                .unwrap_or_else(|| words.never.to_owned()),
        ),
        (words.online, yes_no(facts.is_online)),
        (words.link, linked.to_owned()),
        (words.persistent, yes_no(facts.is_persistent)),
        (words.begun, format!("{begun} / {submitted}")),
        (words.idle_ends, idle_ends.to_string()),
        (words.flagged, flagged.to_string()),
        (words.survey, of("survey")),
        (words.place, format!("{} · {}", of("unit"), of("window"))),
        (words.version, facts.version.clone()),
    ];
    if let Some(skew_ms) = facts.skew_ms {
        let (sentence, seconds) = match skew_ms / 1000 {
            0 => (words.in_time, 0),
            ahead @ 1.. => (words.fast, ahead),
            behind => (words.slow, -behind),
        };
        rows.push((words.clock, sentence.replace("{n}", &seconds.to_string())));
    }
    if !settings.wrong.is_empty() {
        rows.push((words.wrong, settings.wrong.join(", ")));
    }
    if let Some((name, _)) = &facts.link {
        rows.push((words.device, name.clone()));
    }
    let list = element("dl", "");
    for (name, value) in rows {
        let row = element("div", "");
        add(&row, &text("dt", "", name));
        let said = text("dd", "", &value);
        put(&said, "dir", "auto");
        add(&row, &said);
        add(&list, &row);
    }
    if facts.link.is_none() {
        add(&list, &name_field(settings, words));
    }
    if matches!(facts.link, Some((_, false))) {
        add(&card, &text("p", "said", words.needs_code));
    }
    add(&card, &list);
    let buttons = element("div", "staff-row");
    for (act, class, label) in [
        ("queue", "quiet", words.queue),
        ("send", "quiet", words.send),
        ("test", "quiet", words.test),
        ("enrol", "quiet", words.new_code),
        ("new-pin", "quiet", words.new_pin),
        ("exit", "quiet", words.exit),
        if settings.is_handover {
            ("desk", "main", words.back)
        } else {
            ("leave", "main", words.leave)
        },
    ] {
        add(&buttons, &button(act, class, label));
    }
    add(&card, &buttons);
    add(stage, &card);
}

/// The device's name, to be written.
fn name_field(settings: &Settings, words: &Words) -> Element {
    let row = element("div", "");
    let label = text("dt", "", words.device);
    put(&label, "id", "device-label");
    let cell = element("dd", "");
    let field = element("input", "");
    for (name, value) in [
        ("id", "device"),
        ("aria-labelledby", "device-label"),
        ("value", settings.get("device").unwrap_or_default()),
        ("maxlength", "60"),
    ] {
        put(&field, name, value);
    }
    add(&cell, &field);
    add(&row, &label);
    add(&row, &cell);
    row
}
