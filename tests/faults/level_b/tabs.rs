//! Taps, reloads, closed tabs, several tabs.

use std::time::Duration;

use serde_json::json;

use super::{Case, case, chromium};
use crate::browser::Browser;
use crate::collector::definition;
use crate::front::{Gate, Reply};
use crate::lab::{DRAINED, Lab, SURVEY, answer};
use crate::ledger::Sum;
use crate::page::Survey;
use crate::plan::{Mood, plan};
use crate::webdriver::wait;

/// The cases of this file.
pub const CASES: &[Case] = &[
    case("f17_ten_taps_and_enter", taps),
    case("f18_reloaded_while_submitting", reloaded),
    case("f19_closed_in_flight", closed),
    case("f20_two_tabs_drain_a_hundred", |b| tabs(b, 2, true)),
    case("f20_three_tabs_drain_a_hundred", |b| tabs(b, 3, true)),
    chromium("f20_three_tabs_without_locks", |b| tabs(b, 3, false)),
    case("f20_another_tab_sends_what_this_one_saved", other_tab),
    case("f21_the_drainer_is_closed_in_mid_drain", drainer_closed),
];

/// Fills in what has to be, up to the button.
fn fill(survey: &Survey<'_>) {
    let definition = definition(SURVEY);
    survey.fill(&definition, &plan(&definition, Mood::Pleased));
}

fn taps(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    let gate = Gate::default();
    let held = gate.clone();
    lab.posts(move |_| {
        held.pass();
        Reply::Forward
    });
    fill(&survey);
    let button = survey.named("button", survey.words().submit);
    let tap = "for (let n = 0; n < 10; n += 1) arguments[0].click();
        arguments[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));";
    browser
        .wire
        .run(tap, &[button.element.json()])
        .expect("the taps");
    lab.wait_for_posts(1);
    gate.open();
    survey.receipt();
    let sum = lab.settle(&survey);
    assert_eq!((sum.tapped, sum.rows, lab.ids().len()), (1, 1, 1));
    sum
}

fn reloaded(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    let gate = Gate::default();
    let held = gate.clone();
    lab.posts(move |_| {
        held.pass();
        Reply::Forward
    });
    fill(&survey);
    survey.submit();
    lab.wait_for_posts(1);
    browser
        .wire
        .post("/refresh", &json!({}))
        .expect("the page is loaded again");
    let survey = lab.witnessed(0);
    gate.open();
    let sum = lab.settle(&survey);
    let mut ids = lab.ids();
    ids.dedup();
    assert_eq!((ids.len(), sum.rows), (1, 1), "the same id goes on");
    sum
}

fn closed(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    let first = lab.tab();
    let gate = Gate::default();
    let held = gate.clone();
    drop(survey);
    lab.open_tab();
    let survey = lab.visit();
    lab.posts(move |_| {
        held.pass();
        Reply::Forward
    });
    fill(&survey);
    survey.submit();
    lab.wait_for_posts(1);
    lab.close_tab(&first);
    gate.open();
    let survey = lab.visit();
    let sum = lab.settle(&survey);
    assert_eq!(sum.rows, 1);
    sum
}

/// Takes the lock manager away from pages opened from now on.
fn without_locks(browser: &Browser) {
    let script = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })";
    let told = browser.wire.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": script }),
    );
    told.expect("Chromium can be told");
}

fn tabs(browser: &Browser, count: usize, has_locks: bool) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 100);
    let first = lab.tab();
    browser.wire.goto("about:blank").expect("the page closes");
    // The pages come, and nothing gets through before all are there.
    let gate = Gate::default();
    let held = gate.clone();
    let before = lab.ids().len();
    lab.posts(move |_| {
        held.pass();
        Reply::Forward
    });
    let mut others = Vec::new();
    for n in 0..count {
        if n > 0 {
            others.push(lab.open_tab());
        }
        if !has_locks {
            without_locks(browser);
        }
        let survey = lab.visit();
        let locks = survey.ask("return !!navigator.locks");
        assert_eq!(locks, has_locks, "in tab {n}");
    }
    lab.wait_for_posts(1);
    gate.open();
    wait("the queue to be empty", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    let posted = lab.ids().len() - before;
    for other in others {
        lab.go_to_tab(&other);
        lab.close_tab(&first);
    }
    lab.go_to_tab(&first);
    let survey = lab.witnessed(0);
    let sum = lab.settle(&survey);
    if has_locks {
        assert_eq!(posted, 100, "with locks nothing is posted twice");
    }
    assert_eq!(sum.rows, 100);
    sum
}

/// The tab that drains is closed while its post is under way; another one, which
/// waits for the lock, goes on within a minute.
fn drainer_closed(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 20);
    let first = lab.tab();
    let gate = Gate::default();
    let held = gate.clone();
    lab.posts(move |_| {
        held.pass();
        Reply::Drop
    });
    let before = lab.requests().len();
    survey.ask("arguments[0].flush()");
    wait("the drain to begin", DRAINED, || {
        (lab.requests().len() > before).then_some(())
    });
    let second = lab.open_tab();
    let survey = lab.visit();
    lab.go_to_tab(&first);
    lab.close_tab(&second);
    lab.mend();
    gate.open();
    wait("the next drainer", Duration::from_secs(60), || {
        (lab.holds().0 == 0).then_some(())
    });
    lab.settle(&survey)
}

/// What one tab saved, another one sends: the first shows the receipt all the same.
fn other_tab(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| answer(503, "Retry-After: 3600\r\n", b""));
    fill(&survey);
    survey.submit();
    let id = survey.saved();
    let first = lab.tab();
    lab.mend();
    let second = lab.open_tab();
    lab.visit();
    wait("the second tab to send it", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    lab.go_to_tab(&first);
    assert_eq!(survey.receipt(), id);
    lab.go_to_tab(&second);
    lab.close_tab(&first);
    lab.settle(&survey)
}
