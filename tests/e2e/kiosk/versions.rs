//! The service worker: starting without a network, going over to a new version, going
//! back from a bad one, and the switch that ends it.

use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::{SURVEY, Tablet, comment, trial};
use crate::browser::Kind;
use crate::collector::Collector;
use crate::device;
use crate::page::PATIENCE;
use crate::webdriver::{agent, wait};

/// How long the worker may take where it waits by itself: it gives a start 30 s.
const LONG: Duration = Duration::from_secs(90);

/// The trials of this file.
pub fn trials(kind: Kind) -> Vec<Trial> {
    vec![
        trial(
            kind,
            "without_a_network_it_starts_after_a_reboot_and_rates",
            offline,
        ),
        trial(
            kind,
            "f39_a_new_version_waits_for_the_first_screen_and_answers_stay",
            update,
        ),
        trial(
            kind,
            "f39_a_version_that_does_not_come_alive_gives_way_to_the_last_good_one",
            roll_back,
        ),
        trial(
            kind,
            "f39_the_kill_switch_takes_every_version_and_leaves_what_waits",
            kill,
        ),
    ]
}

/// The files of a collector that this trial may change.
struct Release(PathBuf);

impl Release {
    /// All that the collector's kiosk is made of, in a folder beside its data. From now
    /// on the collector serves that.
    fn of(tablet: &mut Tablet) -> Self {
        let origin = tablet.collector.origin();
        let get = |name: &str| {
            let mut answer = agent(PATIENCE).get(format!("{origin}/{name}")).call();
            let answer = answer.as_mut().expect("the file is served");
            answer.body_mut().read_to_vec().expect("its bytes")
        };
        let folder = tablet.collector.data().with_extension("release");
        std::fs::create_dir_all(&folder).expect("target/e2e can be written to");
        let list: Value = serde_json::from_slice(&get("kiosk.json")).expect("the list is JSON");
        let files = list["files"].as_object().expect("the list names files");
        let more = ["kiosk.json", "kiosk-worker.js"];
        for name in files.keys().map(String::as_str).chain(more) {
            std::fs::write(folder.join(name), get(name)).expect("a file can be written");
        }
        let widget = folder.to_string_lossy().into_owned();
        tablet.collector = Collector::start(&["--widget", &widget]);
        Self(folder)
    }

    /// Puts another file into the release, and its hash into the list where it is right.
    fn change(&self, tablet: &mut Tablet, name: &str, text: &str, is_listed: bool) {
        std::fs::write(self.0.join(name), text).expect("a file can be written");
        if is_listed {
            let hash = tablet.run(&format!(
                "return crypto.subtle.digest('SHA-256', new TextEncoder().encode({}))
                   .then((bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, '0')).join(''))",
                json!(text)
            ));
            self.list(|list| list["files"][name] = hash);
        }
        tablet.collector.restart(|_| {});
    }

    fn list(&self, change: impl FnOnce(&mut Value)) {
        let path = self.0.join("kiosk.json");
        let mut list = serde_json::from_str(&self.read("kiosk.json")).expect("the list is JSON");
        change(&mut list);
        std::fs::write(path, list.to_string()).expect("the list can be written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect("a file of the release")
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the worker keeps of itself.
fn state(tablet: &Tablet) -> Value {
    let script =
        "return caches.open('manyi-kiosk-state').then((cache) => cache.match('/kiosk-state'))
        .then((kept) => kept && kept.json())";
    let state = tablet.browser().wire.run(script, &[]);
    state.unwrap_or(Value::Null)
}

/// The version in use, once one is, and has come alive.
pub fn alive(tablet: &Tablet, before: &str) -> String {
    wait("a version to be in use", PATIENCE, || {
        let state = state(tablet);
        let current = state["current"].as_str()?;
        let is_alive = state["good"] == state["current"] && state["starts"] == 0;
        (is_alive && !current.is_empty() && current != before).then(|| current.to_owned())
    })
}

/// Has the worker look for a new version now.
fn check(tablet: &Tablet) {
    let ask = format!(
        "navigator.serviceWorker.ready.then(({{ active }}) => active.postMessage({{ ask: 'check', also: ['surveys/{SURVEY}.json'] }}))"
    );
    tablet.run(&ask);
}

fn versions(tablet: &Tablet) -> Vec<String> {
    let names = tablet.run("return caches.keys()");
    let names = names.as_array().map(Vec::as_slice).unwrap_or_default();
    let names = names.iter().filter_map(Value::as_str);
    names
        .filter_map(|name| name.strip_prefix("manyi-kiosk-version-").map(str::to_owned))
        .collect()
}

fn offline(tablet: &mut Tablet) {
    tablet.set_up("&thanks=60");
    alive(tablet, "");
    tablet.collector.stop();
    tablet.restart();
    tablet.open("/kiosk");
    tablet.screen("attract");
    for _ in 0..2 {
        tablet.rate_well();
    }
    wait("both to wait on the device", PATIENCE, || {
        (device::holds(tablet.browser())["waiting"] == 2).then_some(())
    });
    // The power fails once more.
    tablet.restart();
    tablet.open("/kiosk");
    tablet.screen("attract");
    tablet.collector.restart(|_| {});
    tablet.open("/kiosk");
    tablet.screen("attract");
    tablet.sent();
    let rows = tablet.collector.rows();
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter()
            .all(|row| row["answers"] == json!({ "overall": "satisfied" }))
    );
}

fn update(tablet: &mut Tablet) {
    let release = Release::of(tablet);
    tablet.set_up("&thanks=2");
    let first = alive(tablet, "");
    tablet.screen("attract");
    tablet.press("rate", Some("satisfied"));
    comment(tablet, &tablet.survey(), "写到一半");
    // A file that is not the one the list names: half of a release is none of it.
    let css = release.read("kiosk.css");
    release.change(tablet, "kiosk.css", &format!("{css}\n/* half */"), false);
    release.list(|list| list["files"]["kiosk.html"] = json!("0"));
    tablet.collector.restart(|_| {});
    check(tablet);
    wait("what was fetched to be gone again", PATIENCE, || {
        (versions(tablet) == [first.clone()]).then_some(())
    });
    assert_eq!(state(tablet)["pending"], "");
    // The whole of it.
    let html = release.read("kiosk.html");
    release.change(tablet, "kiosk.html", &html, true);
    release.change(tablet, "kiosk.css", &format!("{css}\n/* second */"), true);
    check(tablet);
    let second = wait("the new version to lie ready", PATIENCE, || {
        let state = state(tablet);
        assert_eq!(
            state["current"],
            json!(first),
            "it does not take over while somebody answers"
        );
        state["pending"]
            .as_str()
            .filter(|pending| !pending.is_empty())
            .map(str::to_owned)
    });
    // Whatever the page loads now is still of the version that it began with.
    let seen = tablet.run("return fetch('kiosk.css').then((answer) => answer.text()).then((text) => text.includes('second'))");
    assert_eq!(seen, false);
    let survey = tablet.survey();
    let kept = survey.all("textbox");
    assert!(kept.iter().any(|field| {
        tablet
            .browser()
            .wire
            .run("return arguments[0].value", &[field.element.json()])
            .is_ok_and(|value| value == "写到一半")
    }));
    tablet.submit(&survey);
    tablet.screen("thanks");
    assert_eq!(alive(tablet, &first), second);
    tablet.screen("attract");
    let seen = tablet.run("return fetch('kiosk.css').then((answer) => answer.text()).then((text) => text.includes('second'))");
    assert_eq!(seen, true);
    wait("the old version to be gone", PATIENCE, || {
        (versions(tablet) == [second.clone()]).then_some(())
    });
    tablet.sent();
    assert_eq!(tablet.collector.rows()[0]["answers"]["comment"], "写到一半");
}

fn roll_back(tablet: &mut Tablet) {
    let release = Release::of(tablet);
    tablet.set_up("&thanks=60");
    let good = alive(tablet, "");
    tablet.screen("attract");
    let script = release.read("kiosk.js");
    release.change(
        tablet,
        "kiosk.js",
        "throw new Error('a bad release');",
        true,
    );
    check(tablet);
    let bad = wait("the bad version to take over", PATIENCE, || {
        let state = state(tablet);
        state["current"]
            .as_str()
            .filter(|current| *current != good)
            .map(str::to_owned)
    });
    // It does not come alive, and the page is loaded again without anybody's help.
    wait("the first start", PATIENCE, || {
        (state(tablet)["starts"] == 1).then_some(())
    });
    wait("the second start, by itself", LONG, || {
        (state(tablet)["starts"] == 2).then_some(())
    });
    // The next two are reboots.
    tablet.restart();
    tablet.open("/kiosk");
    tablet.restart();
    tablet.open("/kiosk");
    tablet.screen("attract");
    assert_eq!(alive(tablet, &bad), good);
    assert_eq!(state(tablet)["bad"], json!([bad]));
    // The bad one is not fetched again; a mended one is.
    check(tablet);
    tablet.rate_well();
    assert_eq!(state(tablet)["pending"], "");
    release.change(tablet, "kiosk.js", &format!("{script}\n// mended"), true);
    check(tablet);
    let mended = alive(tablet, &good);
    assert!(mended != bad && mended != good);
    tablet.screen("attract");
    tablet.sent();
    assert_eq!(tablet.collector.rows().len(), 1);
}

fn kill(tablet: &mut Tablet) {
    let release = Release::of(tablet);
    tablet.set_up("&thanks=60&endpoint=/v1/nowhere");
    alive(tablet, "");
    tablet.screen("attract");
    tablet.rate_well();
    assert_eq!(device::holds(tablet.browser())["waiting"], 1);
    release.list(|list| list["kill"] = json!(true));
    tablet.collector.restart(|_| {});
    check(tablet);
    wait("worker and versions to be gone", PATIENCE, || {
        let workers = tablet.browser().wire.run(
            "return navigator.serviceWorker.getRegistrations().then((all) => all.length)",
            &[],
        );
        (workers.ok()? == 0 && versions(tablet).is_empty()).then_some(())
    });
    // From the network it goes on, and nothing that waited was lost.
    tablet.open("/kiosk");
    tablet.screen("attract");
    assert_eq!(device::holds(tablet.browser())["waiting"], 1);
}
