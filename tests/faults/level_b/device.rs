//! The device's disk and clock.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Case, case, chromium};
use crate::browser::Browser;
use crate::collector::definition;
use crate::front::Reply;
use crate::lab::{DRAINED, Lab, SURVEY};
use crate::ledger::Sum;
use crate::plan::{Mood, plan};
use crate::webdriver::wait;

/// The cases of this file.
pub const CASES: &[Case] = &[
    chromium("f25_the_quota_is_full_until_there_is_room", full),
    chromium("f26_the_quota_is_full_while_a_thousand_wait", full_queue),
    case("f27_the_connection_to_the_database_is_closed", reopened),
    case("f28_an_upgrade_waits_for_no_old_page", upgraded),
    case(
        "f30_what_was_evicted_is_counted_and_no_receipt_is_shown",
        evicted,
    ),
    case("f31_records_of_other_releases", releases),
    case("f32_one_record_is_damaged", damaged),
    case("f33_the_clock_is_ten_years_ahead", |b| clock(b, 10.0)),
    case("f33_the_clock_is_ten_years_behind", |b| clock(b, -10.0)),
];

/// Runs `work` (of `store`, the waiting) in a transaction of the page's database.
fn tamper(lab: &Lab<'_>, work: &str) {
    let script = format!(
        "return new Promise((done, fail) => {{
           const open = indexedDB.open('manyi');
           open.onerror = () => fail(open.error);
           open.onsuccess = () => {{
             const base = open.result;
             const work = base.transaction('waiting', 'readwrite');
             const store = work.objectStore('waiting');
             {work}
             work.oncomplete = () => {{ base.close(); done(); }};
             work.onabort = () => fail(work.error);
           }};
         }})"
    );
    lab.browser
        .wire
        .run(&script, &[])
        .unwrap_or_else(|error| panic!("{work}: {error}"));
}

fn quota(lab: &Lab<'_>, bytes: Option<u64>) {
    let mut told = json!({ "origin": lab.front.origin });
    if let Some(bytes) = bytes {
        told["quotaSize"] = json!(bytes);
    }
    let told = lab
        .browser
        .wire
        .devtools("Storage.overrideQuotaForOrigin", &told);
    told.expect("Chromium can be told");
}

fn full(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    quota(&lab, Some(1));
    let definition = definition(SURVEY);
    survey.fill(&definition, &plan(&definition, Mood::Pleased));
    survey.submit();
    let alert = survey.named("alert", survey.words().failed_unsaved);
    assert!(alert.name.contains(survey.words().kept), "{}", alert.name);
    assert_eq!(lab.witness("shown").len(), 0, "nothing is called submitted");
    quota(&lab, None);
    survey.press(survey.words().retry);
    survey.saved();
    assert_eq!(lab.holds(), (1, 0));
    lab.settle(&survey)
}

fn full_queue(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    // By hand: what a thousand people left.
    lab.rate(&survey, 3);
    tamper(
        &lab,
        "store.getAll().onsuccess = ({ target }) => {
           const [like] = target.result;
           for (let n = 0; n < 997; n += 1) {
             const id = crypto.randomUUID();
             const body = { ...JSON.parse(like.body), id };
             body.device = { ...body.device, seq: 1000 + n };
             store.put({ ...like, id, seq: 1000 + n, body: JSON.stringify(body) });
           }
         };",
    );
    let mut lab = lab;
    let queue = survey.ask("return arguments[0].exportQueue()");
    for record in queue.as_array().expect("a list") {
        let id = record["id"].as_str().unwrap_or_default();
        let body: Value = serde_json::from_str(record["body"].as_str().unwrap_or_default())
            .expect("a body is JSON");
        lab.ledger.tapped(id, &body["answers"].to_string());
        lab.ledger.shown(id, &body["answers"].to_string());
    }
    quota(&lab, Some(1));
    let sum = lab.settle(&survey);
    quota(&lab, None);
    assert_eq!(sum.rows, 1_000);
    sum
}

fn reopened(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.rate(&survey, 1);
    wait("it to arrive", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    // Deleting the database closes every connection to it.
    let delete = "return new Promise((done) => {
        const gone = indexedDB.deleteDatabase('manyi');
        gone.onsuccess = () => done('gone'); gone.onblocked = () => done('blocked');
      })";
    let gone = browser.wire.run(delete, &[]).expect("the page answers");
    assert_eq!(gone, "gone", "the page lets go of its connection");
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 2);
    assert_eq!(lab.holds(), (2, 0), "it was opened again");
    lab.settle(&survey)
}

/// A newer release upgrades the database while this page is open; then this page
/// works on in a database of a version it does not know.
fn upgraded(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 2);
    let upgrade = "return new Promise((done) => {
        const begin = performance.now();
        const open = indexedDB.open('manyi', 9);
        open.onupgradeneeded = () => open.result.createObjectStore('of-a-newer-release');
        open.onsuccess = () => { open.result.close(); done(performance.now() - begin); };
      })";
    let took = browser.wire.run(upgrade, &[]).expect("the page answers");
    assert!(took.as_f64() < Some(5_000.0), "{took} ms");
    lab.rate(&survey, 2);
    assert_eq!(lab.holds(), (4, 0));
    lab.settle(&survey)
}

fn releases(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 4);
    // One of an older release, without a version; one of a newer one.
    tamper(
        &lab,
        "store.getAll().onsuccess = ({ target }) => {
           const [older, newer] = target.result;
           delete older.v; store.put(older);
           store.put({ ...newer, v: 99, id: 'of-a-newer-release', seq: 77777, shape: 'unknown' });
         };",
    );
    let survey_2 = lab.visit();
    drop(survey);
    lab.mend();
    lab.flush(&survey_2);
    wait("all but the newer one to arrive", DRAINED, || {
        (lab.holds().0 == 1).then_some(())
    });
    let queue = survey_2.ask("return arguments[0].exportQueue()");
    assert_eq!(queue[0]["v"], 99, "{queue}");
    assert_eq!(queue[0]["shape"], "unknown", "left as it was");
    let sum = lab.compare();
    tamper(&lab, "store.clear();");
    sum
}

fn damaged(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 4);
    tamper(
        &lab,
        "store.getAll().onsuccess = ({ target }) => {
           const [, record] = target.result;
           store.put({ ...record, id: 'broken', seq: 88888, body: 5 });
           store.put({ ...record, id: 'worse', seq: 88889, endpoint: undefined });
         };",
    );
    let survey_2 = lab.visit();
    drop(survey);
    lab.mend();
    lab.flush(&survey_2);
    wait("the sound ones to arrive", DRAINED, || {
        (lab.holds() == (0, 2)).then_some(())
    });
    let mut lab = lab;
    for id in ["broken", "worse"] {
        // Nobody tapped them: they stand for what a disk did.
        lab.ledger.tapped(id, "null");
    }
    let sum = lab.compare();
    assert_eq!(sum.rows, 4);
    sum
}

/// A page whose clock is wrong from the beginning, and jumps while records wait.
fn clock(browser: &Browser, years: f64) -> Sum {
    let head = format!(
        "<script>{{ const now = Date.now; window.off = {years} * 31557600000;
           Date.now = () => now() + window.off; }}</script>"
    );
    let lab = Lab::with_page(browser, &head);
    let survey = lab.visit_page();
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 2);
    survey.ask("window.off = -window.off");
    lab.rate(&survey, 2);
    survey.ask("window.off = 0");
    lab.rate(&survey, 1);
    assert_eq!(lab.holds(), (5, 0), "nothing is deleted");
    lab.settle_in_order(&survey)
}

/// The browser throws away what two people left. The page does not call that
/// delivered, and the collector knows how many are missing.
fn evicted(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.rate(&survey, 1);
    wait("the first to arrive", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 2);
    tamper(&lab, "store.clear();");
    lab.mend();
    lab.flush(&survey);
    let said = |lab: &Lab<'_>| lab.collector.rows().len();
    assert_eq!(said(&lab), 1);
    let heard = survey.heard();
    let delivered = heard.iter().filter(|(name, _)| name == "delivered");
    assert_eq!(delivered.count(), 1, "what is gone is not delivered");
    lab.rate(&survey, 1);
    wait("the last to arrive", DRAINED, || {
        (said(&lab) == 2).then_some(())
    });
    let gaps = lab.collector.say(&["gaps"]);
    let missing: Vec<&str> = gaps
        .lines()
        .skip(1)
        .filter_map(|gap| gap.split('\t').nth(3))
        .collect();
    assert_eq!(missing, ["2"], "{gaps}");
    // The loss of those two is the point here; nothing else may differ.
    let mut sum = lab.compare();
    let mut lost = BTreeSet::new();
    sum.differences.retain(|said| {
        let is_loss = said.ends_with("is lost");
        if is_loss {
            lost.extend(said.split(' ').next().map(str::to_owned));
        }
        !is_loss
    });
    assert_eq!(lost.len(), 2, "the ledger misses them");
    sum
}
