//! A tablet that came in at its collector by a code: it says how it is, and shows what
//! its window is asked for.

use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::{PIN, SURVEY, Tablet, comment, said, trial, versions};
use crate::browser::{Browser, Kind};
use crate::device;
use crate::front::{Front, Reply};
use crate::page::PATIENCE;
use crate::webdriver::{Element, wait};

/// The trials of a kind of browser.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let mut trials = vec![
        trial(
            kind,
            "a_clerks_key_shows_the_survey_within_a_second_and_its_answer_is_counted",
            clerk,
        ),
        trial(
            kind,
            "stopped_moved_and_shut_out_by_the_collector",
            from_afar,
        ),
    ];
    // What follows restarts the browser, and needs a profile for that.
    if kind != Kind::Webkit {
        trials.push(trial(
            kind,
            "f50_enrolled_offline_restarted_eighteen_rate_and_two_walk_away",
            twenty_people_offline,
        ));
        trials.push(trial(
            kind,
            "behind_a_proxy_that_holds_streams_back_it_polls",
            held_back,
        ));
    }
    trials
}

/// A new code for window 3.
pub fn code(tablet: &Tablet) -> String {
    let words = [
        "tablet",
        "code",
        "--unit",
        "枫林派出所",
        "--window",
        "3",
        "--name",
        "东侧平板",
        "--survey",
        "household-window,five-level",
    ];
    tablet.collector.say(&words).trim().replace('-', "")
}

/// Types a code on the keys.
pub fn type_code(tablet: &Tablet, code: &str) {
    for letter in code.chars() {
        tablet.press("key", Some(&letter.to_string()));
    }
    tablet.press("key", Some("enter"));
}

/// Comes in by a code, and chooses the PIN. The screen is the first one then.
pub fn enrol(tablet: &Tablet, path: &str) {
    tablet.open(path);
    tablet.there(".code");
    type_code(tablet, &code(tablet));
    tablet.there(".pin:not(.code) .pad");
    tablet.type_pin(PIN);
    again(tablet);
    tablet.type_pin(PIN);
    tablet.press("leave", None);
    tablet.screen("attract");
}

/// Waits until the PIN is to be given again.
pub fn again(tablet: &Tablet) {
    wait("the PIN to be asked for again", PATIENCE, || {
        let title = tablet.run("return document.querySelector('.pin h1')?.textContent ?? ''");
        (title == "请再输入一次").then_some(())
    });
}

/// The line of `tablet list` of the tablet that is in, cut at the tabs.
pub fn listed(tablet: &Tablet) -> Vec<String> {
    let list = tablet.collector.say(&["tablet", "list"]);
    let lines = list.lines().skip(1);
    let mut rows = lines.map(|line| line.split('\t').map(str::to_owned).collect());
    rows.find(|row: &Vec<String>| row[4] != "revoked")
        .expect("a tablet is in")
}

/// Has the tablet say how it is now, as when its network comes back.
pub fn beat(tablet: &Tablet) {
    tablet.run("dispatchEvent(new Event('online'))");
}

/// The window's counts of today: asked, shown, answered, timed out, declined, replaced.
fn counts(tablet: &Tablet) -> Vec<u32> {
    let list = tablet
        .collector
        .say(&["triggers", "--from", "2020-01-01", "--to", "2099-12-31"]);
    let mut sums = vec![0; 6];
    for line in list.lines().skip(1) {
        for (sum, cell) in sums.iter_mut().zip(line.split('\t').skip(3)) {
            *sum += cell.parse::<u32>().expect("a count");
        }
    }
    sums
}

fn counted(tablet: &Tablet, wanted: [u32; 6]) {
    wait(&format!("the counts {wanted:?}"), PATIENCE, || {
        (counts(tablet) == wanted).then_some(())
    });
}

fn twenty_people_offline(tablet: &mut Tablet) {
    tablet.open("/kiosk?idle=6&warning=3&thanks=60");
    tablet.there(".code");
    // One letter is missing, and then it is one that was never made.
    type_code(tablet, "7KQ4");
    assert_eq!(said(tablet), "登记码有 8 个字符");
    type_code(tablet, "XM3A");
    wait("the code to be refused", PATIENCE, || {
        said(tablet).contains("登记码不对").then_some(())
    });
    let real = code(tablet);
    tablet.collector.stop();
    type_code(tablet, &real);
    wait("the network to be missed", PATIENCE, || {
        said(tablet).contains("连不上服务器").then_some(())
    });
    tablet.collector.restart(|_| ());
    // What was typed stands there still.
    tablet.press("key", Some("enter"));
    tablet.there(".pin:not(.code) .pad");
    tablet.type_pin(PIN);
    again(tablet);
    tablet.type_pin(PIN);
    tablet.press("leave", None);
    tablet.screen("attract");
    let address = tablet.run("return location.href").to_string();
    assert!(!address.contains(&real), "{address}");
    let device = listed(tablet)[0].clone();

    // The files are kept: from here on there is no network.
    versions::alive(tablet, "");
    tablet.collector.stop();
    tablet.restart();
    tablet.open("/kiosk");
    tablet.screen("attract");
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
            tablet.screen("attract");
        } else {
            tablet.submit(&survey);
            tablet.screen("thanks");
            tablet.press("done", None);
            tablet.screen("attract");
        }
        if person == 9 {
            tablet.restart();
            tablet.open("/kiosk");
            tablet.screen("attract");
        }
    }
    assert_eq!(
        device::holds(tablet.browser()),
        json!({ "waiting": 18, "quarantine": 0 })
    );
    tablet.collector.restart(|_| ());
    tablet.sent();
    let rows = tablet.collector.rows();
    assert_eq!(rows.len(), 18);
    let mut numbers = Vec::new();
    for row in &rows {
        assert_eq!(
            row["subject"],
            json!({ "unit": "枫林派出所", "window": "3" })
        );
        assert_eq!(row["device"]["id"], *device);
        numbers.push(row["device"]["seq"].as_u64());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=18).map(Some).collect::<Vec<_>>());
    assert_eq!(
        tablet.collector.say(&["gaps"]).lines().count(),
        1,
        "nothing is missing"
    );
    beat(tablet);
    wait("two idle ends at the collector", PATIENCE, || {
        let row = listed(tablet);
        (row[13..] == ["20", "18", "2"] && row[6] == "0").then_some(())
    });
    // So many so fast are marked, at the collector too.
    let marks = tablet.collector.rows();
    assert!(marks.iter().any(|row| row["mark"] == "burst"), "{marks:?}");
    assert!(marks.iter().any(|row| row["mark"].is_null()), "{marks:?}");
}

/// A clerk at a browser of their own.
pub struct Desk(Browser);

impl Desk {
    /// Opens the page with a new key.
    pub fn open(tablet: &Tablet) -> Self {
        let words = ["clerk", "key", "--unit", "枫林派出所", "--window", "3"];
        let key = tablet.collector.say(&words).trim().to_owned();
        let desk = Self(Browser::start(tablet.browser().kind));
        let url = format!("{}/clerk", tablet.collector.origin());
        desk.0.wire.goto(&url).expect("the clerk's page opens");
        let field = desk.there("#key");
        desk.0.wire.type_into(&field, &key).expect("the key");
        desk.press("enter");
        desk.there("[name='do'][value='ask']");
        desk
    }

    fn there(&self, selector: &str) -> Element {
        wait(selector, PATIENCE, || {
            let script = "return document.querySelector(arguments[0])";
            Element::from(&self.0.wire.run(script, &[json!(selector)]).ok()?)
        })
    }

    fn press(&self, does: &str) {
        let button = self.there(&format!("button[value='{does}']"));
        self.0.wire.click(&button).expect("a press");
    }

    /// Presses the one key, and says how long it took until the tablet showed it.
    pub fn ask(&self, tablet: &Tablet) -> Duration {
        let before = tablet.run("return localStorage['manyi-kiosk-seq'] ?? ''");
        let pressed = Instant::now();
        self.press("ask");
        wait("the survey on the tablet", PATIENCE, || {
            let now = tablet.run(
                "return [localStorage['manyi-kiosk-seq'] ?? '', document.documentElement.dataset.screen]",
            );
            (now[0] != before && now[1] == "visit").then_some(())
        });
        pressed.elapsed()
    }
}

fn clerk(tablet: &mut Tablet) {
    // The others do not let a driver's script change what the page sees.
    let hears = tablet.browser().kind == Kind::Chromium;
    if hears {
        let source = "window.sounds = 0; const Real = AudioContext; window.AudioContext = function () { sounds += 1; return new Real(); }";
        let params = json!({ "source": source });
        let wire = &tablet.browser().wire;
        wire.devtools("Page.addScriptToEvaluateOnNewDocument", &params)
            .expect("a script before the page's own");
    }
    enrol(tablet, "/kiosk?idle=10&warning=5&thanks=60");
    let desk = Desk::open(tablet);
    let mut took = vec![desk.ask(tablet)];
    if hears {
        assert_eq!(tablet.run("return sounds"), 1);
    }
    let survey = tablet.survey();
    let overall = crate::collector::definition(SURVEY);
    let overall = overall.question("overall").expect("it asks for a rating");
    let group = survey.named("group", overall.title.say("zh-Hans").text);
    survey.choose(&group.element, "radio", "满意");
    tablet.submit(&survey);
    tablet.screen("thanks");
    tablet.press("done", None);
    counted(tablet, [1, 1, 1, 0, 0, 0]);
    tablet.sent();
    let rows = tablet.collector.rows();
    assert_eq!(rows[0]["answers"], json!({ "overall": "satisfied" }));

    // The person says no, walks away, or the clerk calls the next one.
    took.push(desk.ask(tablet));
    tablet.survey();
    tablet.press("home", None);
    tablet.screen("attract");
    counted(tablet, [2, 2, 1, 0, 1, 0]);
    took.push(desk.ask(tablet));
    tablet.survey();
    tablet.screen("warning");
    tablet.screen("attract");
    counted(tablet, [3, 3, 1, 1, 1, 0]);
    tablet.press("rate", Some("satisfied"));
    comment(tablet, &tablet.survey(), "机密");
    took.push(desk.ask(tablet));
    tablet.survey();
    assert!(!tablet.everything().contains("机密"));
    took.push(desk.ask(tablet));
    tablet.survey();
    tablet.press("home", None);
    counted(tablet, [5, 5, 1, 1, 2, 1]);
    // Two browsers and their drivers stand between a press and the look, and other
    // trials beside them.
    let best = took.iter().min().expect("five presses");
    assert!(*best < Duration::from_secs(1), "they took {took:?}");

    // A matter and an officer are in the response as the system said them; the word for
    // it comes later, because the network is gone.
    let key = tablet
        .collector
        .say(&["clerk", "key", "--unit", "枫林派出所"]);
    let asked = json!({ "window": "3", "survey": "five-level", "officer_token": "012345", "matter_token": "m-1" });
    let answer = crate::webdriver::agent(PATIENCE)
        .post(format!("{}/v1/triggers", tablet.collector.origin()))
        .header("authorization", format!("Bearer {}", key.trim()))
        .content_type("application/json")
        .send(asked.to_string())
        .expect("an answer");
    assert_eq!(answer.status(), 201);
    tablet.screen("visit");
    tablet.survey();
    tablet.collector.stop();
    let survey = tablet.survey();
    let five = crate::collector::definition("five-level");
    let first = five.questions.first().expect("it asks something");
    let group = survey.named("group", first.title.say("zh-Hans").text);
    let best = first.levels().remove(0);
    survey.choose(&group.element, "radio", best.label.say("zh-Hans").text);
    tablet.submit(&survey);
    tablet.screen("thanks");
    tablet.collector.restart(|_| ());
    tablet.sent();
    counted(tablet, [6, 6, 2, 1, 2, 1]);
    wait("the word to be said", PATIENCE, || {
        let owed = tablet.run("return localStorage['manyi-kiosk-words']");
        (owed == "").then_some(())
    });
    let rows = tablet.collector.rows();
    let row = rows.iter().find(|row| row["survey"]["id"] == "five-level");
    let row = row.expect("the second survey's row");
    assert_eq!(
        row["subject"],
        json!({ "unit": "枫林派出所", "window": "3", "officer": "012345", "matter": "m-1" })
    );
}

fn from_afar(tablet: &mut Tablet) {
    enrol(tablet, "/kiosk?one-tap=1&thanks=1");
    beat(tablet);
    wait("the first heartbeat", PATIENCE, || {
        (listed(tablet)[5] != "never").then_some(())
    });
    let row = listed(tablet);
    assert_eq!(row[1..5], ["枫林派出所", "3", "东侧平板", "ok"]);
    assert_eq!(row[10], env!("CARGO_PKG_VERSION"));
    let id = row[0].clone();

    tablet.collector.say(&["tablet", "stop", &id]);
    beat(tablet);
    tablet.screen("stopped");
    // Also after a restart that finds no collector to ask.
    tablet.open("/kiosk");
    tablet.screen("stopped");
    tablet.collector.say(&["tablet", "resume", &id]);
    beat(tablet);
    tablet.screen("attract");

    tablet.collector.say(&[
        "tablet",
        "change",
        &id,
        "--window",
        "5",
        "--survey",
        "five-level",
    ]);
    beat(tablet);
    wait("five levels", PATIENCE, || {
        let levels = tablet.run("return document.querySelectorAll('.level').length");
        (levels == 5).then_some(())
    });
    let place = tablet.run("return document.querySelector('.window').textContent");
    assert_eq!(place, "5 号窗口");
    tablet.press("staff", None);
    tablet.type_pin(PIN);
    tablet.there(".menu");
    let menu = |wanted: &'static str| {
        wait(wanted, PATIENCE, || {
            let text = tablet.run("return document.querySelector('.menu')?.innerText ?? ''");
            text.as_str()?.contains(wanted).then_some(())
        });
    };
    menu("已登记");
    menu("东侧平板");
    tablet.press("leave", None);

    tablet.collector.say(&["tablet", "revoke", &id]);
    beat(tablet);
    // It goes on collecting, and tells staff.
    tablet.press("rate", Some("very_satisfied"));
    tablet.screen("thanks");
    tablet.screen("attract");
    tablet.sent();
    tablet.press("staff", None);
    tablet.type_pin(PIN);
    menu("服务器不再认识这台设备");
    tablet.press("enrol", None);
    type_code(tablet, &code(tablet));
    // Whoever gave the PIN need not choose another.
    tablet.screen("attract");
    tablet.press("rate", Some("satisfied"));
    tablet.screen("thanks");
    tablet.sent();
    let rows = tablet.collector.rows();
    let new = listed(tablet)[0].clone();
    assert_ne!(new, id);
    let devices: Vec<(&Value, &Value)> = rows
        .iter()
        .map(|row| (&row["device"]["id"], &row["device"]["seq"]))
        .collect();
    assert_eq!(devices, [(&json!(id), &json!(1)), (&json!(new), &json!(1))]);
    assert_eq!(
        tablet.collector.say(&["gaps"]).lines().count(),
        1,
        "the second name counts from one"
    );
}

fn held_back(tablet: &mut Tablet) {
    // This server hands an answer on when it has all of it: a stream never.
    let front = Front::start(&tablet.collector.address, |_| Reply::Forward);
    enrol(tablet, &format!("{}/kiosk", front.origin));
    // Going over to the version that was kept starts the page again.
    versions::alive(tablet, "");
    tablet.screen("attract");
    wait("a long poll behind the last stream", PATIENCE, || {
        let streams = front.seen("GET", "/v1/tablets/events");
        let polls = front.seen("GET", "/v1/tablets/next");
        (polls.last()?.at > streams.last()?.at).then_some(())
    });
    let desk = Desk::open(tablet);
    let took = desk.ask(tablet);
    // A stream would have been given up first.
    assert!(took < Duration::from_secs(4), "it took {took:?}");
    tablet.survey();
    tablet.press("home", None);
    counted(tablet, [1, 1, 0, 0, 1, 0]);
}
