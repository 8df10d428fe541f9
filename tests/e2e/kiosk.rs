//! The tablet at the window: a browser that starts the kiosk's page and nothing else.

use std::path::PathBuf;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::browser::{Browser, Kind};
use crate::collector::{Collector, definition, output};
use crate::device;
use crate::page::{Found, PATIENCE, Survey};
use crate::shots;
use crate::timed;
use crate::webdriver::{Element, wait};

mod enrolled;
mod handover;
mod looks;
mod versions;

/// The survey on the tablet.
pub const SURVEY: &str = "household-window";
/// Its PIN.
pub const PIN: &str = "135790";

/// The trials of this file and those below it.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let mut trials = vec![
        trial(
            kind,
            "f50_eighteen_rate_two_walk_away_and_nobody_sees_the_one_before",
            twenty_people,
        ),
        trial(
            kind,
            "one_tap_on_a_face_is_a_rating_and_bad_ones_are_asked_why",
            one_tap,
        ),
        trial(
            kind,
            "answers_that_were_left_are_submitted_where_the_operator_wants_it",
            submitted_at_idle,
        ),
        trial(
            kind,
            "the_pin_keeps_the_menu_and_wrong_ones_cost_time",
            staff_menu,
        ),
        trial(
            kind,
            "back_reload_menu_and_print_lead_nowhere",
            nowhere_to_go,
        ),
        trial(
            kind,
            "f33_closed_it_sleeps_and_a_clock_that_says_1970_keeps_nobody_out",
            opening_hours,
        ),
    ];
    trials.extend(enrolled::trials(kind));
    // WebKitGTK has no service worker under automation.
    if kind != Kind::Webkit {
        trials.extend(versions::trials(kind));
        trials.extend(handover::trials(kind));
    }
    trials.extend(looks::trials(kind));
    trials
}

/// A trial with a tablet of its own: a profile that outlives the browser.
pub fn trial(kind: Kind, name: &str, run: fn(&mut Tablet)) -> Trial {
    let name = format!("{}::kiosk_{name}", kind.name());
    let shot = name.replace("::", "-");
    timed::trial(name, move || {
        let mut tablet = Tablet::new(kind, &shot);
        run(&mut tablet);
    })
}

/// A tablet: a browser with a profile, and the collector that it talks to.
pub struct Tablet {
    kind: Kind,
    profile: PathBuf,
    browser: Option<Browser>,
    /// The collector, its own.
    pub collector: Collector,
    shot: String,
}

impl Tablet {
    fn new(kind: Kind, shot: &str) -> Self {
        let profile = output().join(format!("tablet-{}-{shot}", std::process::id()));
        std::fs::create_dir_all(&profile).expect("target/e2e can be written to");
        Self {
            kind,
            // WebKitGTK keeps no profile under automation.
            browser: Some(match kind {
                Kind::Webkit => Browser::start(kind),
                _ => Browser::start_in(kind, &profile),
            }),
            profile,
            collector: Collector::start(&[]),
            shot: shot.to_owned(),
        }
    }

    /// Its browser.
    pub fn browser(&self) -> &Browser {
        self.browser.as_ref().expect("the tablet is on")
    }

    /// Ends the browser and starts it again with what it keeps.
    pub fn restart(&mut self) {
        self.browser.take();
        self.browser = Some(Browser::start_in(self.kind, &self.profile));
    }

    /// Opens the kiosk at an address of its collector, or at a whole address.
    pub fn open(&self, path: &str) {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.collector.origin())
        };
        self.browser().wire.goto(&url).expect("the kiosk opens");
    }

    /// Opens it for the first time with more settings, and chooses the PIN.
    pub fn set_up(&self, more: &str) {
        self.open(&format!(
            "/kiosk?survey={SURVEY}&unit=fenglin&window=3&name=%E6%9E%AB%E6%9E%97%E6%B4%BE%E5%87%BA%E6%89%80{more}"
        ));
        self.there(".pad");
        self.type_pin(PIN);
        self.there("#said");
        self.type_pin(PIN);
        self.press("leave", None);
        self.screen("attract");
    }

    /// What a script gives in the page.
    pub fn run(&self, script: &str) -> Value {
        let answer = self.browser().wire.run(script, &[]);
        answer.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The element that a selector finds, once it is there to be touched.
    pub fn there(&self, selector: &str) -> Element {
        wait(selector, PATIENCE, || {
            let script = "const el = document.querySelector(arguments[0]);
                return el && el.getClientRects().length ? el : null;";
            let found = self.browser().wire.run(script, &[json!(selector)]);
            Element::from(&found.ok()?)
        })
    }

    /// Presses what does `act`, with a value where several do.
    pub fn press(&self, act: &str, value: Option<&str>) {
        let value = value.map(|value| format!("[data-value='{value}']"));
        let selector = format!("[data-act='{act}']{}", value.unwrap_or_default());
        // What was found may be drawn anew before it is touched.
        wait(&format!("{selector} to be pressed"), PATIENCE, || {
            let found = self.there(&selector);
            self.browser().wire.click(&found).ok()
        });
    }

    /// Types a PIN on the keys.
    pub fn type_pin(&self, pin: &str) {
        for digit in pin.chars() {
            self.press("key", Some(&digit.to_string()));
        }
        self.press("key", Some("enter"));
    }

    /// Waits until this screen is there.
    pub fn screen(&self, name: &str) {
        wait(&format!("the screen {name}"), PATIENCE, || {
            let screen = self
                .browser()
                .wire
                .run("return document.documentElement.dataset.screen", &[]);
            (screen.ok()?.as_str()? == name).then_some(())
        });
    }

    /// The survey of the visit, once it is alive.
    pub fn survey(&self) -> Survey<'_> {
        self.there("#visit");
        let survey = wait("the visit", PATIENCE, || {
            let script = "const all = [...document.querySelectorAll('manyi-survey')];
                const at = all.findIndex((one) => one.parentNode.id === 'visit' && one.shadowRoot.querySelector('button'));
                return at;";
            let at = self.browser().wire.run(script, &[]).ok()?.as_u64();
            at.and_then(|at| usize::try_from(at).ok())
        });
        Survey::widget(self.browser(), survey)
    }

    /// Brings what was found into the visit's view, as a finger would: chromedriver
    /// looks for what scrolls in the page alone.
    pub fn scroll_to(&self, found: &Found) {
        let script = "arguments[0].scrollIntoView({ block: 'center' })";
        let scrolled = self.browser().wire.run(script, &[found.element.json()]);
        scrolled.unwrap_or_else(|error| panic!("scrolling to “{}”: {error}", found.name));
    }

    /// Presses 提交评价.
    pub fn submit(&self, survey: &Survey<'_>) {
        let button = survey.named("button", survey.words().submit);
        self.scroll_to(&button);
        survey.tap(&button);
    }

    /// Rates well and goes on to the first screen.
    pub fn rate_well(&self) {
        self.press("rate", Some("satisfied"));
        self.submit(&self.survey());
        self.press("done", None);
        self.screen("attract");
    }

    /// All that is or was written anywhere on the page.
    fn everything(&self) -> String {
        let script = "const all = (root) => [...root.querySelectorAll('*')].flatMap((el) =>
                [el.value, ...(el.shadowRoot ? all(el.shadowRoot) : [])]);
            return JSON.stringify([document.body.innerText, all(document), location.href, { ...localStorage }, { ...sessionStorage }]);";
        self.run(script).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until nothing waits to be sent.
    pub fn sent(&self) {
        wait("everything to be sent", PATIENCE, || {
            let holds = device::holds(self.browser());
            (holds == json!({ "waiting": 0, "quarantine": 0 })).then_some(())
        });
    }
}

impl Drop for Tablet {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(browser) = &self.browser
        {
            if let Ok(png) = browser.wire.screenshot() {
                shots::write(&format!("failed-{}", self.shot), &png);
            }
            if let Ok(log) = browser.wire.post("/se/log", &json!({ "type": "browser" })) {
                eprintln!("{}: console: {log}", self.shot);
            }
        }
        self.browser.take();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

fn comment(tablet: &Tablet, survey: &Survey<'_>, text: &str) {
    let definition = definition(SURVEY);
    let question = definition
        .question("comment")
        .expect("it asks for a comment");
    let field = survey.named("textbox", question.title.say("zh-Hans").text);
    tablet.scroll_to(&field);
    survey.type_into(&field, text);
}

fn twenty_people(tablet: &mut Tablet) {
    tablet.set_up("&idle=6&warning=3&thanks=60");
    for person in 0..20 {
        assert!(
            !tablet.everything().contains("机密"),
            "person {person} sees the one before"
        );
        tablet.press("rate", Some("satisfied"));
        let survey = tablet.survey();
        comment(tablet, &survey, &format!("机密{person}"));
        if person == 6 || person == 13 {
            tablet.screen("warning");
            // Back at once: the answers are still there.
            tablet.press("go-on", None);
            tablet.screen("visit");
            assert!(tablet.everything().contains("机密"));
            // And now gone for good.
            tablet.screen("warning");
            tablet.screen("attract");
            assert_eq!(
                tablet.run("return document.getElementById('visit').childNodes.length"),
                0
            );
        } else {
            tablet.submit(&survey);
            tablet.screen("thanks");
            assert!(
                !tablet.everything().contains("机密"),
                "thanks repeats what was written"
            );
            tablet.press("done", None);
            tablet.screen("attract");
        }
    }
    tablet.sent();
    let rows = tablet.collector.rows();
    let mut comments: Vec<String> = rows
        .iter()
        .map(|row| {
            row["answers"]["comment"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    comments.sort_by_key(|text| {
        text.trim_start_matches("机密")
            .parse::<u32>()
            .unwrap_or(u32::MAX)
    });
    let wanted: Vec<String> = (0..20)
        .filter(|person| *person != 6 && *person != 13)
        .map(|person| format!("机密{person}"))
        .collect();
    assert_eq!(comments, wanted, "eighteen, each with its own words");
    for row in &rows {
        assert_eq!(row["channel"], "kiosk");
        assert_eq!(row["subject"], json!({ "unit": "fenglin", "window": "3" }));
    }
    let counts = tablet.run("return localStorage['manyi-kiosk-counts']");
    let counts: Vec<&str> = counts.as_str().unwrap_or_default().split(',').collect();
    assert_eq!(
        counts[..3],
        ["20", "18", "2"],
        "begun, submitted, walked away"
    );
    assert_ne!(
        counts[3], "0",
        "so many so fast are marked, and came in all the same"
    );
}

fn one_tap(tablet: &mut Tablet) {
    tablet.set_up("&one-tap=1&thanks=2");
    tablet.press("rate", Some("satisfied"));
    tablet.screen("thanks");
    tablet.screen("attract");
    tablet.press("rate", Some("dissatisfied"));
    let survey = tablet.survey();
    let definition = definition(SURVEY);
    let reasons = definition.question("reasons").expect("it asks for reasons");
    let group = survey.named("group", reasons.title.say("zh-Hans").text);
    survey.choose(
        &group.element,
        "checkbox",
        reasons.choices[0].label.say("zh-Hans").text,
    );
    tablet.submit(&survey);
    tablet.screen("thanks");
    tablet.sent();
    let mut answers: Vec<Value> = tablet
        .collector
        .rows()
        .into_iter()
        .map(|mut row| row["answers"].take())
        .collect();
    answers.sort_by_key(|answers| answers.to_string().len());
    assert_eq!(
        answers,
        [
            json!({ "overall": "satisfied" }),
            json!({ "overall": "dissatisfied", "reasons": [reasons.choices[0].id] }),
        ]
    );
}

fn submitted_at_idle(tablet: &mut Tablet) {
    tablet.set_up("&at-idle=submit&idle=2&warning=2");
    tablet.press("rate", Some("basically_satisfied"));
    tablet.survey();
    tablet.screen("warning");
    tablet.screen("attract");
    tablet.press("rate", Some("dissatisfied"));
    tablet.survey();
    tablet.screen("warning");
    tablet.screen("attract");
    tablet.sent();
    let rows = tablet.collector.rows();
    assert_eq!(rows.len(), 1, "the second lacks its reasons: {rows:?}");
    assert_eq!(
        rows[0]["answers"],
        json!({ "overall": "basically_satisfied" })
    );
}

fn said(tablet: &Tablet) -> String {
    let said = tablet.run("return document.getElementById('said')?.textContent ?? ''");
    said.as_str().unwrap_or_default().to_owned()
}

fn staff_menu(tablet: &mut Tablet) {
    tablet.set_up("&device=tablet-3");
    // Neither the settings nor the page hold the PIN.
    assert!(!tablet.everything().contains(PIN));
    tablet.press("staff", None);
    for n in 1..=5 {
        tablet.type_pin("246802");
        wait("the PIN to be refused", PATIENCE, || {
            let said = said(tablet);
            (if n < 5 {
                said == "密码不对"
            } else {
                said.contains("60 秒")
            })
            .then_some(())
        });
    }
    // The right one has to wait too, and a restart does not shorten it.
    tablet.type_pin(PIN);
    assert!(said(tablet).contains("秒"), "{}", said(tablet));
    tablet.open("/kiosk");
    tablet.press("staff", None);
    tablet.type_pin(PIN);
    assert!(said(tablet).contains("秒"), "{}", said(tablet));
    // An hour later, or as if nobody had tried.
    tablet.run("localStorage['manyi-kiosk-tries'] = '0'");
    tablet.open("/kiosk");
    tablet.press("staff", None);
    tablet.type_pin(PIN);
    tablet.there(".menu");
    let device = tablet.run("return document.getElementById('device').value");
    assert_eq!(device, "tablet-3");
    let facts = wait("the queue to be counted", PATIENCE, || {
        let text = tablet.run("return document.querySelector('.menu').innerText");
        let text = text.as_str()?.to_owned();
        (!text.contains('…')).then_some(text)
    });
    assert!(
        facts.contains("household-window") && facts.contains(env!("CARGO_PKG_VERSION")),
        "{facts}"
    );
    // A test rating is thanked for and not sent.
    tablet.press("test", None);
    let survey = tablet.survey();
    let overall = definition(SURVEY);
    let overall = overall.question("overall").expect("it asks for a rating");
    let group = survey.named("group", overall.title.say("zh-Hans").text);
    survey.choose(&group.element, "radio", "满意");
    tablet.submit(&survey);
    tablet.screen("thanks");
    let thanks = tablet.run("return document.getElementById('stage').innerText");
    assert!(
        thanks.as_str().unwrap_or_default().contains("没有发送"),
        "{thanks}"
    );
    tablet.press("done", None);
    tablet.screen("attract");
    assert_eq!(tablet.collector.rows().len(), 0);
    assert_eq!(device::holds(tablet.browser())["waiting"], 0);
    // The list of what lies here, which is there without the survey around it.
    tablet.press("staff", None);
    tablet.type_pin(PIN);
    tablet.press("queue", None);
    wait("the list", PATIENCE, || {
        let script = "return document.querySelector('#keeper manyi-survey').shadowRoot.getElementById('queue')?.innerText ?? ''";
        let text = tablet.run(script);
        text.as_str()
            .filter(|text| text.contains("导出") || text.contains("导入"))
            .map(|_| ())
    });
    // Who has not given the PIN is told nothing: a press of what is not drawn does nothing.
    tablet.press("menu", None);
    tablet.press("leave", None);
    tablet.screen("attract");
    tablet.run("const b = document.createElement('button'); b.dataset.act = 'queue'; document.body.append(b); b.click(); b.remove();");
    assert_eq!(
        tablet.run("return document.getElementById('keeper').hidden"),
        true
    );
}

fn nowhere_to_go(tablet: &mut Tablet) {
    tablet.set_up("");
    tablet.press("rate", Some("satisfied"));
    comment(tablet, &tablet.survey(), "机密");
    // Back arrives where it left.
    tablet.run("history.back()");
    wait("back to have been answered", PATIENCE, || {
        let path =
            tablet.run("return [location.pathname, document.documentElement.dataset.screen]");
        (path == json!(["/kiosk", "visit"])).then_some(())
    });
    assert!(
        tablet.everything().contains("机密"),
        "and takes nothing from who answers"
    );
    let prevented = tablet.run(
        "const tried = (event) => !document.querySelector('#bar .place').dispatchEvent(event);
         const of = (name) => tried(new Event(name, { bubbles: true, cancelable: true }));
         const key = (key, ctrlKey) => tried(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }));
         return [of('contextmenu'), of('dragstart'), of('selectstart'), key('p', true), key('F5', false), key('a', false),
           tried(new WheelEvent('wheel', { ctrlKey: true, bubbles: true, cancelable: true }))];",
    );
    assert_eq!(
        prevented,
        json!([true, true, true, true, true, false, true])
    );
    // A reload is the next person's first screen.
    tablet
        .browser()
        .wire
        .post("/refresh", &json!({}))
        .expect("a reload");
    tablet.screen("attract");
    assert!(!tablet.everything().contains("机密"));
    assert_eq!(
        tablet.run("return location.search"),
        "",
        "what was set up is not in the address"
    );
    // Every target is large enough for a thumb, in the elder mode too.
    for _ in 0..2 {
        let small = tablet.run(
            "return [...document.querySelectorAll('button')].map((b) => b.getBoundingClientRect())
               .filter(({ width, height }) => width && Math.min(width, height) < 60).length",
        );
        assert_eq!(small, 0);
        tablet.press("elder", None);
    }
    assert_eq!(tablet.collector.rows().len(), 0);
}

fn opening_hours(tablet: &mut Tablet) {
    // One minute of the week that is not now.
    let closed = tablet
        .run("const d = new Date(Date.now() + 36e5 * 48); return `${d.getDay() || 7}/00:00-00:01`");
    let closed = closed.as_str().unwrap_or_default().to_owned();
    tablet.set_up("");
    tablet.open(&format!(
        "/kiosk?survey={SURVEY}&unit=fenglin&window=3&hours={closed}"
    ));
    tablet.screen("asleep");
    assert_eq!(
        tablet.run("return document.querySelectorAll('.faces').length"),
        0
    );
    if tablet.browser().kind != Kind::Chromium {
        return;
    }
    // The battery of the clock died.
    let script = "const real = Date; window.Date = class extends real { constructor(...given) { super(...(given.length ? given : [0])); } };";
    tablet
        .browser()
        .wire
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            &json!({ "source": script }),
        )
        .expect("a script before the page's own");
    tablet.open("/kiosk");
    tablet.screen("attract");
    tablet.rate_well();
    tablet.sent();
    assert_eq!(tablet.collector.rows().len(), 1);
}
