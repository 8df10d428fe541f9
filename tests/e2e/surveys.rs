//! Every survey, filled in and compared with its row.

use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::Trial;
use serde_json::json;

use crate::browser::{Browser, Kind, with};
use crate::collector::{Collector, assert_row, definition, definitions};
use crate::device;
use crate::page::Survey;
use crate::plan::{Mood, plan};
use crate::shots::on_failure;
use crate::timed;

static SHARED: Mutex<Option<Arc<Collector>>> = Mutex::new(None);

/// The collector of all trials that need no other.
pub fn shared_collector() -> Arc<Collector> {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared
        .get_or_insert_with(|| Arc::new(Collector::start(&[])))
        .clone()
}

/// Ends it; called once, after the last trial.
pub fn end_shared_collector() {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner).take();
}

/// A trial in one browser, named `browser::situation`. It ends with nothing waiting on
/// the device: browsers are lent to one trial after the other.
pub fn trial(kind: Kind, name: &str, run: impl FnOnce(&Browser) + Send + 'static) -> Trial {
    let name = format!("{}::{name}", kind.name());
    let shot = name.replace("::", "-");
    timed::trial(name, move || {
        with(kind, |browser| {
            on_failure(browser, &shot, || {
                run(browser);
                device::assert_empty(browser);
            });
        });
    })
}

/// One trial for each survey and mood.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let mut trials = Vec::new();
    for definition in definitions() {
        for (mood, how) in [
            (Mood::Pleased, "is_rated_well"),
            (Mood::Displeased, "is_rated_badly_with_everything_filled_in"),
        ] {
            let id = definition.id.clone();
            let name = format!("{id}_{how}");
            trials.push(trial(kind, &name, move |browser| rate(browser, &id, mood)));
        }
    }
    trials.push(trial(
        kind,
        "the_plain_form_of_every_survey_arrives",
        every_plain_form,
    ));
    trials
}

fn rate(browser: &Browser, id: &str, mood: Mood) {
    let collector = shared_collector();
    let definition = definition(id);
    let answers = plan(&definition, mood);
    let url = format!("{}/s/{id}?unit=fenglin&window=3", collector.origin());
    browser.wire.goto(&url).expect("the hosted page opens");
    let survey = Survey::widget(browser, 0);
    survey.fill(&definition, &answers);
    survey.submit();
    let row = collector.row(&survey.receipt());
    let subject = json!({ "unit": "fenglin", "window": "3" });
    assert_row(&row, &definition, &answers, &subject);
    assert!(row["widget"].is_string(), "the widget's version in {row}");
    assert!(row["duration_ms"].is_u64(), "the duration in {row}");
    assert!(row["started_at"].is_string() && row["submitted_at"].is_string());
}

/// The same without any script: the form of the page, its post, the thanks page.
fn every_plain_form(browser: &Browser) {
    let collector = shared_collector();
    let front = crate::front::Front::start(&collector.address, |request| {
        // No script arrives, as in a browser that has none.
        if request.path.ends_with(".js") || request.path.ends_with(".wasm") {
            crate::front::Reply::text(404, "text/plain", "")
        } else {
            crate::front::Reply::Forward
        }
    });
    for definition in definitions() {
        let answers = plan(&definition, Mood::Displeased);
        let url = format!("{}/s/{}?unit=fenglin&window=3", front.origin, definition.id);
        browser.wire.goto(&url).expect("the hosted page opens");
        let form = Survey::plain_form(browser);
        form.fill_all(&definition, &answers);
        form.submit();
        let id = receipt_of_page(browser);
        let row = collector.row(&id);
        let subject = json!({ "unit": "fenglin", "window": "3" });
        assert_row(&row, &definition, &answers, &subject);
    }
}

/// The receipt on the collector's own thanks page.
pub fn receipt_of_page(browser: &Browser) -> String {
    crate::webdriver::wait("the thanks page", crate::page::PATIENCE, || {
        let text = browser.wire.run(
            "return document.querySelector('[role=status]')?.textContent",
            &[],
        );
        crate::page::uuid(text.ok()?.as_str()?)
    })
}
