//! The screens, drawn with text alone.

use manyi_model::Definition;
use manyi_model::text::direction;
use web_sys::Element;

use crate::dom::{add, button, by_id, drawing, element, put, shown, text};
use crate::face::face;
use crate::front;
use crate::kiosk::{Kiosk, Screen};
use crate::settings::{AtIdle, Settings};
use crate::words::{Words, own_name, words};

mod hand;

/// A tick on a disc.
pub const TICK: [&str; 2] = [
    "M24 2a22 22 0 1 0 0 44a22 22 0 1 0 0-44z",
    "M14 25l7 7l14-15",
];
/// A sickle of the moon.
const MOON: [&str; 1] = ["M30 5a19.5 19.5 0 1 0 13 27a16 16 0 0 1-13-27z"];
/// Two bars in a ring.
const PAUSE: [&str; 2] = [
    "M24 3a21 21 0 1 0 0 42a21 21 0 1 0 0-42z",
    "M19 17v14M29 17v14",
];
/// A padlock.
const PADLOCK: [&str; 2] = ["M11 21h26v20h-26z", "M16 21v-6a8 8 0 0 1 16 0v6"];
/// A loudspeaker.
const SPEAKER: [&str; 2] = [
    "M7 19v10h8l10 9v-28l-10 9z",
    "M32 17q6 7 0 14M37 12q11 12 0 24",
];

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The kiosk.
    pub kiosk: &'a Kiosk,
    /// The operator's settings.
    pub settings: &'a Settings,
    /// The survey, where it could be had.
    pub survey: Option<&'a Definition>,
    /// Whether the question can be read aloud.
    pub can_read: bool,
    /// The opening hours of today.
    pub today: &'a [String],
    /// Whether the visit that was just submitted was a test.
    pub was_test: bool,
}

impl Scene<'_> {
    fn words(&self) -> &'static Words {
        words(&self.kiosk.language)
    }

    /// What the question of the first screen says.
    pub fn asked(&self) -> String {
        let Some(survey) = self.survey else {
            return String::new();
        };
        let text = front::question(survey).map_or(&survey.title, |question| &question.title);
        text.say(&self.kiosk.language).text.to_owned()
    }
}

/// Draws the bar, the stage and what lies over both.
pub fn draw(scene: &Scene<'_>) {
    let (Some(bar), Some(stage), Some(visit)) = (by_id("bar"), by_id("stage"), by_id("visit"))
    else {
        return;
    };
    let kiosk = scene.kiosk;
    let is_whole = kiosk.visit.as_ref().is_some_and(|visit| visit.is_whole);
    let is_visit = matches!(
        kiosk.screen,
        Screen::Visit | Screen::Warning { .. } | Screen::Ending
    ) && !is_whole;
    let is_bar = is_visit || is_whole || matches!(kiosk.screen, Screen::Attract | Screen::Pass);
    if let Some(root) = bar
        .owner_document()
        .and_then(|page| page.document_element())
    {
        put(&root, "lang", &kiosk.language);
        put(&root, "dir", direction(&kiosk.language));
        put(&root, "data-screen", name(scene));
        put(&root, "data-elder", if kiosk.elder { "yes" } else { "no" });
    }
    bar.set_text_content(None);
    stage.set_text_content(None);
    shown(&bar, is_bar);
    shown(&visit, is_visit);
    shown(&stage, !is_visit);
    if is_bar {
        draw_bar(scene, &bar, is_visit);
    }
    match kiosk.screen {
        Screen::Asleep => asleep(scene, &stage),
        Screen::Stopped => stopped(scene, &stage),
        Screen::Thanks => thanks(scene, &stage),
        Screen::Locked => hand::locked(scene, &stage),
        Screen::Pass => hand::pass(scene, &stage),
        _ if is_visit || kiosk.screen == Screen::Staff => {}
        _ => attract(scene, &stage, is_whole),
    }
    if let Some(over) = by_id("over") {
        over.set_text_content(None);
        let is_warning = matches!(kiosk.screen, Screen::Warning { .. });
        shown(&over, is_warning);
        if is_warning {
            warning(scene, &over);
        }
    }
}

fn name(scene: &Scene<'_>) -> &'static str {
    match scene.kiosk.screen {
        Screen::Asleep => "asleep",
        Screen::Stopped => "stopped",
        Screen::Attract => "attract",
        Screen::Locked => "locked",
        Screen::Pass => "pass",
        Screen::Visit | Screen::Ending => "visit",
        Screen::Warning { .. } => "warning",
        Screen::Thanks => "thanks",
        Screen::Staff => "staff",
    }
}

fn place(scene: &Scene<'_>) -> Element {
    let place = element("div", "place");
    let name = scene.settings.name();
    if !name.is_empty() {
        add(&place, &text("b", "unit", &name));
    }
    // Who comes to people has no window.
    let window = scene.settings.get("window");
    if let Some(window) = window.filter(|_| !scene.settings.is_handover) {
        let is_number = window.bytes().all(|b| b.is_ascii_digit());
        let said = if is_number {
            scene.words().window.replace("{n}", window)
        } else {
            window.to_owned()
        };
        add(&place, &text("span", "window", &said));
    }
    place
}

fn draw_bar(scene: &Scene<'_>, bar: &Element, is_visit: bool) {
    let words = scene.words();
    add(bar, &place(scene));
    if is_visit {
        add(bar, &button("home", "switch home", words.home));
    }
    let row = element("div", "switches");
    let languages = scene
        .survey
        .map(Definition::offered_languages)
        .unwrap_or_default();
    if languages.len() > 1 {
        for tag in languages {
            let one = button("language", "switch", own_name(tag));
            put(&one, "data-value", tag);
            put(&one, "lang", tag);
            let is_on = tag.eq_ignore_ascii_case(&scene.kiosk.language);
            put(&one, "aria-pressed", if is_on { "true" } else { "false" });
            add(&row, &one);
        }
    }
    let elder = button("elder", "switch elder", words.elder);
    put(
        &elder,
        "aria-pressed",
        if scene.kiosk.elder { "true" } else { "false" },
    );
    add(&row, &elder);
    add(bar, &row);
}

fn attract(scene: &Scene<'_>, stage: &Element, is_whole: bool) {
    let words = scene.words();
    let Some(survey) = scene.survey else {
        let trouble = element("div", "calm");
        add(&trouble, &text("h1", "", words.unavailable));
        add(stage, &trouble);
        add(stage, &staff_door(scene));
        return;
    };
    let card = element("div", "attract");
    add(&card, &text("p", "greeting", words.greeting));
    let title = text("h1", "asked", &scene.asked());
    put(&title, "id", "asked");
    add(&card, &title);
    let language = &scene.kiosk.language;
    let levels = front::levels(survey);
    if levels.is_empty() {
        add(&card, &button("begin", "main", words.begin));
    } else {
        let faces = element("div", "faces");
        put(&faces, "role", "group");
        put(&faces, "aria-labelledby", "asked");
        for level in &levels {
            let one = button("rate", "level", "");
            put(&one, "data-value", &level.id);
            if let Some(mood) = level.mood {
                add(&one, &face(mood));
            }
            add(&one, &text("span", "words", level.label.say(language).text));
            if is_whole {
                put(&one, "disabled", "");
            }
            add(&faces, &one);
        }
        add(&card, &faces);
    }
    let one_tap = scene.settings.one_tap;
    let is_one_tap = levels
        .iter()
        .any(|level| front::is_whole(survey, &level.id, one_tap));
    let promise = match (is_whole, is_one_tap) {
        (true, _) => words.sending,
        (false, true) => words.promise,
        (false, false) => words.no_name,
    };
    add(&card, &text("p", "promise", promise));
    add(stage, &card);
    let foot = element("div", "foot");
    if scene.can_read {
        let read = button("read", "read", "");
        add(&read, &drawing("sign", &SPEAKER));
        add(&read, &text("span", "", words.read));
        add(&foot, &read);
    }
    if scene.settings.is_handover {
        hand::not_now(scene, &foot);
        add(stage, &foot);
        return;
    }
    add(stage, &foot);
    add(stage, &staff_door(scene));
}

/// The way to the PIN: plain to see, and of no use without it.
fn staff_door(scene: &Scene<'_>) -> Element {
    let door = button("staff", "door", "");
    put(
        &door,
        "aria-label",
        crate::staff::words(&scene.kiosk.language).door,
    );
    add(&door, &drawing("sign", &PADLOCK));
    door
}

fn warning(scene: &Scene<'_>, over: &Element) {
    let words = scene.words();
    let card = element("div", "card");
    put(&card, "role", "alertdialog");
    put(&card, "aria-labelledby", "still");
    let title = text("h1", "", words.still_there);
    put(&title, "id", "still");
    add(&card, &title);
    let count = text("p", "count", "");
    put(&count, "id", "count");
    add(&card, &count);
    let line = text("p", "line", "");
    put(&line, "id", "line");
    add(&card, &line);
    add(&card, &button("go-on", "main", words.go_on));
    add(over, &card);
}

/// The seconds of the warning.
pub fn count_down(scene: &Scene<'_>, left: u32) {
    let words = scene.words();
    let will_submit = scene.settings.at_idle == AtIdle::Submit
        && scene
            .kiosk
            .visit
            .as_ref()
            .is_some_and(|visit| visit.is_answered && !visit.is_test);
    let sentence = if will_submit {
        words.submitted_in
    } else {
        words.wiped_in
    };
    let left = left.to_string();
    for (id, said) in [
        ("count", left.as_str()),
        ("line", &sentence.replace("{n}", &left)),
    ] {
        if let Some(element) = by_id(id)
            && element.text_content().as_deref() != Some(said)
        {
            element.set_text_content(Some(said));
        }
    }
}

fn thanks(scene: &Scene<'_>, stage: &Element) {
    let words = scene.words();
    let card = element("div", "calm");
    put(&card, "role", "status");
    add(&card, &drawing("tick", &TICK));
    add(&card, &text("h1", "", words.submitted));
    let own = scene.survey.and_then(|survey| survey.thanks.as_ref());
    let said = own.map_or(words.thanks, |own| own.say(&scene.kiosk.language).text);
    add(
        &card,
        &text("p", "", if scene.was_test { words.tested } else { said }),
    );
    add(&card, &button("done", "quiet", words.done));
    add(stage, &card);
}

fn stopped(scene: &Scene<'_>, stage: &Element) {
    let words = scene.words();
    let card = element("div", "calm");
    add(&card, &drawing("pause", &PAUSE));
    add(&card, &text("h1", "", words.stopped));
    add(&card, &text("p", "", words.ask_staff));
    add(&card, &place(scene));
    add(stage, &card);
    add(stage, &staff_door(scene));
}

fn asleep(scene: &Scene<'_>, stage: &Element) {
    let words = scene.words();
    let card = element("div", "calm");
    add(&card, &drawing("moon", &MOON));
    add(&card, &text("h1", "", words.closed));
    if scene.today.is_empty() {
        add(&card, &text("p", "", words.closed_today));
    } else {
        add(&card, &text("p", "", words.hours));
        let times = text("p", "times", &scene.today.join("   "));
        put(&times, "dir", "ltr");
        add(&card, &times);
    }
    add(&card, &place(scene));
    add(stage, &card);
    add(stage, &staff_door(scene));
}
