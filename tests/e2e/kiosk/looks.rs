//! Every screen, upright and lying, as a picture to be looked at.

use libtest_mimic::Trial;
use serde_json::json;

use super::{PIN, SURVEY, Tablet, trial};
use crate::browser::Kind;
use crate::shots;

/// Pictures are of Chromium, which can be told the size of its screen.
pub fn trials(kind: Kind) -> Vec<Trial> {
    if kind != Kind::Chromium {
        return Vec::new();
    }
    vec![trial(kind, "screens_look_like_an_appliance", screens)]
}

/// Ten inches upright and lying, and seven inches.
const SIZES: [(u32, u32); 3] = [(800, 1280), (1280, 800), (1024, 600)];

fn sized(tablet: &Tablet, (width, height): (u32, u32)) {
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
