//! The clerk's page in every state and variant: axe-core, sizes, no scrolling
//! sideways, and a picture of each.

use std::time::Duration;

use libtest_mimic::Trial;
use serde_json::json;

use crate::access::{DESKTOP, VARIANTS, Variant, axe, emulate, shot};
use crate::browser::{Browser, Kind};
use crate::collector::Collector;
use crate::page::PATIENCE;
use crate::surveys::trial;
use crate::webdriver::{Element, agent, wait};

/// Media features can be set at run time in Chromium only.
pub fn trials(kind: Kind) -> Vec<Trial> {
    if kind != Kind::Chromium {
        return Vec::new();
    }
    vec![trial(kind, "axe_the_clerks_page", states)]
}

/// Counts are shown from this many on.
const COUNTED: u32 = 5;

/// A hall with one tablet, and two keys: of its window, and of all windows.
struct Hall<'a> {
    browser: &'a Browser,
    collector: Collector,
    key: String,
    wide: String,
}

fn hall(browser: &Browser) -> Hall<'_> {
    let collector = Collector::start(&[]);
    let said = |words: &[&str]| {
        let said = collector.say(&[words, &["--unit", "fenglin"]].concat());
        said.trim().to_owned()
    };
    let tablet = [
        "tablet",
        "code",
        "--survey",
        "household-window",
        "--window",
        "3",
    ];
    let code = said(&tablet);
    let came = agent(Duration::from_secs(10))
        .post(format!("{}/v1/tablets", collector.origin()))
        .send_json(json!({ "code": code }))
        .expect("the collector answers");
    assert_eq!(came.status().as_u16(), 201);
    Hall {
        key: said(&["clerk", "key", "--window", "3"]),
        wide: said(&["clerk", "key"]),
        browser,
        collector,
    }
}

impl Hall<'_> {
    fn open(&self, path: &str) {
        let url = format!("{}{path}", self.collector.origin());
        self.browser.wire.goto(&url).expect("the page opens");
    }

    /// The element that a selector finds, once it is there.
    fn there(&self, selector: &str) -> Element {
        wait(selector, PATIENCE, || {
            let script = "return document.querySelector(arguments[0])";
            let found = self.browser.wire.run(script, &[json!(selector)]);
            Element::from(&found.ok()?)
        })
    }

    fn press(&self, what: &str) {
        let button = self.there(&format!("button[value={what}]"));
        self.browser.wire.click(&button).expect("it is pressed");
    }

    fn enter(&self, key: &str) {
        let field = self.there("#key");
        self.browser
            .wire
            .type_into(&field, key)
            .expect("it is typed");
        self.press("enter");
    }

    /// The page as it stands, in every variant.
    fn look(&self, state: &str) {
        for variant in VARIANTS
            .iter()
            .filter(|one| !one.elder && one.language == "zh-Hans")
        {
            emulate(self.browser, *variant);
            self.check(variant, state);
        }
        emulate(self.browser, DESKTOP);
    }

    fn check(&self, variant: &Variant, state: &str) {
        let place = format!("{state} in {}", variant.name);
        shot(self.browser, &format!("clerk-{}-{state}", variant.name));
        let found = axe(self.browser);
        assert_eq!(found, json!([]), "axe-core finds in {place}: {found:#}");
        let script = "const page = document.documentElement;
            const small = [...document.querySelectorAll('button, input:not([type=hidden])')].filter((el) => {
              const { width, height } = el.getBoundingClientRect();
              return width < 59.5 || height < 59.5;
            });
            return [page.scrollWidth - page.clientWidth, small.map((el) => el.outerHTML)];";
        let found = self
            .browser
            .wire
            .run(script, &[])
            .expect("the page answers");
        assert_eq!(
            found,
            json!([0, []]),
            "too wide, or too small to tap: {place}"
        );
    }
}

fn states(browser: &Browser) {
    let hall = hall(browser);
    hall.open("/clerk");
    hall.look("door");
    hall.enter("manyi-clerk-of-yesterday");
    hall.there("#wrong");
    hall.look("wrong-key");
    hall.enter(&hall.wide);
    hall.there("#wrong");
    hall.look("wide-key");
    hall.enter(&hall.key);
    hall.there("button.ask");
    hall.look("few");
    for said in ["asked", "asleep", "absent", "too-many", "failed"] {
        hall.open(&format!("/clerk?said={said}"));
        hall.there(".said");
        hall.look(said);
    }
    // As one does it: nobody listens at the window, so each press says so.
    for _ in 0..COUNTED {
        hall.open("/clerk");
        hall.press("ask");
        hall.there(".said");
    }
    hall.there("dl");
    hall.look("counted");
    // By keyboard alone: the button has the focus from the beginning.
    hall.open("/clerk");
    let focused = "return document.activeElement.className";
    wait("the focus on the button", PATIENCE, || {
        (browser.wire.run(focused, &[]).ok()? == "ask").then_some(())
    });
    hall.press("leave");
    hall.there("#key");
}
