//! Every screen, upright and lying, as a picture to be looked at.

use libtest_mimic::Trial;
use serde_json::json;

use super::enrolled::{self, beat, code, enrol, listed, type_code};
use super::{PIN, SURVEY, Tablet, said, trial};
use crate::access;
use crate::browser::Kind;
use crate::page::PATIENCE;
use crate::shots;
use crate::webdriver::wait;

/// Pictures are of Chromium, which can be told the size of its screen.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let mut trials = vec![trial(kind, "axe_finds_nothing_on_any_screen", accessible)];
    if kind == Kind::Chromium {
        trials.push(trial(kind, "screens_look_like_an_appliance", screens));
        trials.push(trial(
            kind,
            "screens_of_an_enrolled_tablet_look_like_an_appliance",
            enrolled_screens,
        ));
    }
    trials
}

/// Ten, seven and fifteen inches, upright and lying.
const SIZES: [(u32, u32); 6] = [
    (800, 1280),
    (1280, 800),
    (600, 1024),
    (1024, 600),
    (1080, 1920),
    (1920, 1080),
];

fn sized(tablet: &Tablet, (width, height): (u32, u32)) {
    if tablet.browser().kind != Kind::Chromium {
        let rect = json!({ "width": width, "height": height });
        let wire = &tablet.browser().wire;
        wire.post("/window/rect", &rect).expect("another size");
        return;
    }
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    let wire = &tablet.browser().wire;
    wire.devtools("Emulation.setDeviceMetricsOverride", &size)
        .expect("another size");
}

/// Keeps a picture in each size, and sees that nothing is wider than the screen.
fn shot(tablet: &Tablet, name: &str) {
    for size in SIZES {
        sized(tablet, size);
        let (width, height) = size;
        // Two frames: the first lays out, the second has drawn it.
        tablet.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
        shots::keep(tablet.browser(), &format!("kiosk-{name}-{width}x{height}"));
        let wide = tablet.run("return [...document.querySelectorAll('#bar, #stage, #visit, #over')].filter((el) => el.scrollWidth > el.clientWidth).map((el) => el.id)");
        assert_eq!(wide, json!([]), "{name} at {width}x{height} is too wide");
    }
    sized(tablet, SIZES[0]);
}

fn fits(tablet: &Tablet, name: &str) {
    for size in SIZES {
        sized(tablet, size);
        let high = tablet.run(
            "const s = document.getElementById('stage'); return s.scrollHeight - s.clientHeight",
        );
        assert_eq!(high, 0, "{name} at {size:?} has to be scrolled");
    }
    sized(tablet, SIZES[0]);
}

/// A phone's screen, in a browser that can be told so.
pub fn phone(tablet: &Tablet) {
    sized(tablet, PHONE);
}

/// An officer's phone: axe-core finds nothing; and a picture there and on a laptop.
pub fn passes_and_shot(tablet: &Tablet, name: &str) {
    let found = access::axe(tablet.browser());
    assert_eq!(found, json!([]), "axe-core finds on {name}: {found:#}");
    if tablet.browser().kind != Kind::Chromium {
        return;
    }
    for size in [(1280, 800), PHONE] {
        sized(tablet, size);
        tablet.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
        let (width, height) = size;
        shots::keep(
            tablet.browser(),
            &format!("handover-{name}-{width}x{height}"),
        );
        let wide = tablet.run("return [...document.querySelectorAll('#bar, #stage, #visit')].filter((el) => el.scrollWidth > el.clientWidth).map((el) => el.id)");
        assert_eq!(wide, json!([]), "{name} at {width}x{height} is too wide");
    }
}

const PHONE: (u32, u32) = (360, 740);

fn screens(tablet: &mut Tablet) {
    sized(tablet, SIZES[0]);
    tablet.set_up("&idle=20&warning=20&thanks=60");
    shot(tablet, "attract");
    fits(tablet, "attract");
    for language in ["zh-Hant", "en", "ug"] {
        tablet.press("language", Some(language));
        shot(tablet, &format!("attract-{language}"));
        fits(tablet, language);
    }
    tablet.press("elder", None);
    shot(tablet, "attract-ug-elder");
    tablet.press("language", Some("zh-Hans"));
    shot(tablet, "attract-elder");
    fits(tablet, "elder");
    tablet.press("rate", Some("dissatisfied"));
    tablet.survey();
    shot(tablet, "visit-elder");
    tablet.press("home", None);
    tablet.screen("attract");
    tablet.press("rate", Some("dissatisfied"));
    tablet.survey();
    shot(tablet, "visit");
    tablet.press("language", Some("ug"));
    shot(tablet, "visit-ug");
    tablet.press("language", Some("zh-Hans"));
    tablet.screen("warning");
    shot(tablet, "warning");
    tablet.press("go-on", None);
    tablet.press("home", None);
    tablet.press("rate", Some("satisfied"));
    tablet.submit(&tablet.survey());
    tablet.screen("thanks");
    shot(tablet, "thanks");
    tablet.press("done", None);
    tablet.press("staff", None);
    tablet.there(".pad");
    shot(tablet, "pin");
    fits(tablet, "pin");
    tablet.type_pin(PIN);
    tablet.there(".menu");
    shot(tablet, "menu");
    tablet.press("queue", None);
    tablet.there("#keeper");
    shot(tablet, "queue");
    let closed = tablet.run("const d = new Date(Date.now() + 36e5 * 48); return `${d.getDay() || 7}/08:30-12:00,13:30-17:30`");
    let today = tablet.run("const d = new Date(); const h = d.getHours() < 12 ? '20:00-21:00' : '08:30-09:30'; return `;${d.getDay() || 7}/${h}`");
    let hours = [closed, today].map(|text| text.as_str().unwrap_or_default().to_owned());
    tablet.open(&format!("/kiosk?survey={SURVEY}&unit=fenglin&window=3&name=%E6%9E%AB%E6%9E%97%E6%B4%BE%E5%87%BA%E6%89%80&hours={}", hours.concat()));
    tablet.screen("asleep");
    shot(tablet, "asleep");
    tablet.open("/kiosk?survey=five-level&unit=fenglin&window=3&lang=zh-Hans&name=%E6%9E%AB%E6%9E%97%E6%B4%BE%E5%87%BA%E6%89%80");
    tablet.screen("attract");
    tablet.there(".faces");
    shot(tablet, "five-level");
    fits(tablet, "five levels");
}

fn enrolled_screens(tablet: &mut Tablet) {
    sized(tablet, SIZES[0]);
    tablet.open("/kiosk");
    tablet.there(".code");
    shot(tablet, "enrol");
    fits(tablet, "the code");
    type_code(tablet, "7KQ4XM3A");
    refused(tablet);
    type_code(tablet, "7KQ4");
    shot(tablet, "enrol-wrong");
    tablet.open("/kiosk");
    enrol(tablet, "/kiosk?idle=20&warning=20&thanks=60");
    shot(tablet, "enrolled");
    let id = listed(tablet)[0].clone();
    beat(tablet);
    let desk = enrolled::Desk::open(tablet);
    desk.ask(tablet);
    tablet.survey();
    shot(tablet, "triggered");
    tablet.press("home", None);
    tablet.collector.say(&["tablet", "stop", &id]);
    beat(tablet);
    tablet.screen("stopped");
    shot(tablet, "stopped");
    fits(tablet, "out of service");
    tablet.press("staff", None);
    tablet.type_pin(PIN);
    tablet.there(".menu");
    shot(tablet, "menu-enrolled");
    tablet.press("enrol", None);
    shot(tablet, "enrol-again");
    fits(tablet, "another code");
    tablet.press("menu", None);
    tablet.press("leave", None);
    tablet.collector.say(&["tablet", "revoke", &id]);
    beat(tablet);
    tablet.press("staff", None);
    tablet.type_pin(PIN);
    shut_out(tablet);
    shot(tablet, "menu-shut-out");
}

fn refused(tablet: &Tablet) {
    wait("the code to be refused", PATIENCE, || {
        said(tablet).contains("登记码不对").then_some(())
    });
}

fn shut_out(tablet: &Tablet) {
    wait("staff to be told", PATIENCE, || {
        let text = tablet.run("return document.querySelector('.menu')?.innerText ?? ''");
        text.as_str()?.contains("不再认识").then_some(())
    });
}

/// axe-core's rules, lying and upright.
fn passes(tablet: &Tablet, name: &str) {
    for size in [SIZES[0], SIZES[1]] {
        sized(tablet, size);
        let found = access::axe(tablet.browser());
        let is_clean = found.as_array().is_some_and(Vec::is_empty);
        assert!(is_clean, "axe-core finds on {name} at {size:?}: {found:#}");
        let small = tablet.run(
            "return [...document.querySelectorAll('button, input')].map((b) => [b.textContent, b.getBoundingClientRect()])
               .filter(([, { width, height }]) => width && Math.min(width, height) < 60).map(([text]) => text)",
        );
        assert_eq!(
            small,
            json!([]),
            "smaller than a thumb on {name} at {size:?}"
        );
    }
}

fn accessible(tablet: &mut Tablet) {
    tablet.open("/kiosk?idle=30&warning=120&thanks=120");
    tablet.there(".code");
    type_code(tablet, "7KQ4XM3A");
    refused(tablet);
    passes(tablet, "the code");
    type_code(tablet, &code(tablet));
    tablet.there(".pin:not(.code) .pad");
    passes(tablet, "choosing the PIN");
    tablet.type_pin(PIN);
    enrolled::again(tablet);
    tablet.type_pin(PIN);
    tablet.there(".menu");
    passes(tablet, "the menu");
    tablet.press("queue", None);
    tablet.there("#keeper");
    passes(tablet, "the list");
    tablet.press("menu", None);
    tablet.press("leave", None);
    tablet.screen("attract");
    passes(tablet, "the first screen");
    for language in ["ug", "en", "zh-Hans"] {
        tablet.press("language", Some(language));
        passes(tablet, language);
    }
    tablet.press("elder", None);
    passes(tablet, "the elder mode");
    tablet.press("elder", None);
    tablet.press("rate", Some("dissatisfied"));
    tablet.survey();
    passes(tablet, "the visit");
    tablet.screen("warning");
    passes(tablet, "the warning");
    tablet.press("go-on", None);
    tablet.press("home", None);
    tablet.press("rate", Some("satisfied"));
    tablet.submit(&tablet.survey());
    tablet.screen("thanks");
    passes(tablet, "thanks");
    tablet.press("done", None);
    tablet.press("staff", None);
    tablet.there(".pad");
    passes(tablet, "the PIN");
    tablet.press("leave", None);
    tablet.screen("attract");
    let id = listed(tablet)[0].clone();
    tablet.collector.say(&["tablet", "stop", &id]);
    beat(tablet);
    tablet.screen("stopped");
    passes(tablet, "out of service");
    tablet.collector.say(&["tablet", "resume", &id]);
    beat(tablet);
    tablet.screen("attract");
    let closed = tablet
        .run("const d = new Date(Date.now() + 36e5 * 48); return `${d.getDay() || 7}/00:00-00:01`");
    tablet.open(&format!(
        "/kiosk?hours={}",
        closed.as_str().unwrap_or_default()
    ));
    tablet.screen("asleep");
    passes(tablet, "sleep");
}
