//! What is saved on the device, what cannot be, and what becomes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use libtest_mimic::Trial;
use manyi_model::{Answer, Kind as Question, visible};
use serde_json::{Value, json};

use crate::browser::{Browser, Kind};
use crate::collector::definition;
use crate::device;
use crate::faults::{SURVEY, assert_arrived, first_posts, ids, open, open_at, open_form};
use crate::front::{Front, Gate, Reply, Request};
use crate::page::{PATIENCE, Survey};
use crate::plan::{Mood, plan};
use crate::surveys::{shared_collector, trial};
use crate::webdriver::wait;

/// The trials of this file.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let of = |name: &str, run: fn(&Browser)| trial(kind, name, run);
    vec![
        of(
            "words_without_a_key_stay_on_the_page_and_a_tap_sends_them_again",
            words_without_key,
        ),
        of(
            "words_and_a_number_saved_offline_are_sealed_and_arrive",
            words_sealed,
        ),
        of(
            "words_without_a_key_are_kept_where_the_person_agrees",
            words_agreed,
        ),
        of("f01_what_waits_from_an_outage_arrives_in_its_order", outage),
        of(
            "f18_what_waits_is_sent_when_the_page_is_opened_again",
            opened_again,
        ),
        of(
            "f25_a_full_disk_keeps_the_answers_on_the_page_until_there_is_room",
            full_disk,
        ),
        of(
            "f29_without_a_disk_the_rating_is_sent_all_the_same",
            no_disk,
        ),
    ]
}

/// A network that is down until it is up.
#[derive(Clone, Default)]
pub struct Line(Arc<AtomicBool>);

impl Line {
    /// From now on everything gets through.
    pub fn mend(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Drops every post until then.
    pub fn rule(&self) -> impl Fn(&Request) -> Reply + Send + Sync + use<> {
        let line = self.clone();
        move |request| {
            if request.method == "POST" && !line.0.load(Ordering::SeqCst) {
                Reply::Drop
            } else {
                Reply::Forward
            }
        }
    }
}

fn events(survey: &Survey<'_>) -> Vec<(String, Value)> {
    let part = |(name, detail): (String, Value)| (name, detail["where"].clone());
    survey.heard().into_iter().map(part).collect()
}

fn said(name: &str, place: Value) -> (String, Value) {
    (name.to_owned(), place)
}

/// Nothing to seal with: what somebody wrote does not touch the disk.
fn words_without_key(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Displeased);
    let gate = Gate::default();
    gate.open();
    let (front, survey) = open(browser, first_posts(1, || Reply::Drop, &gate));
    survey.without_key();
    survey.fill(&definition, &answers);
    survey.submit();
    let alert = survey.named("alert", survey.words().failed_unsealed);
    assert!(
        alert.name.contains(survey.words().kept),
        "that the answers are kept stands in “{}”",
        alert.name
    );
    survey.named("button", survey.words().keep_unsealed);
    let on_screen = survey.on_screen(&definition);
    assert_eq!(on_screen.len(), answers.len(), "the answers stay on screen");
    device::assert_empty(browser);
    let queue = survey.ask("return arguments[0].exportQueue()");
    assert_eq!(queue[0]["state"], "page", "{queue}");
    survey.press(survey.words().retry);
    let receipt = survey.receipt();
    assert_eq!(
        ids(&front),
        [receipt.clone(), receipt.clone()],
        "one id for both posts"
    );
    assert_eq!(
        events(&survey),
        [
            said("queued", json!("page")),
            said("delivered", Value::Null)
        ]
    );
    assert_arrived(&receipt, &definition, &answers);
}

/// With the collector's key: what lies on the device is not to be read there, and the
/// collector reads it.
fn words_sealed(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Displeased);
    let line = Line::default();
    let (front, survey) = open(browser, line.rule());
    let key = survey.ask("return arguments[0].getAttribute('sealing-key')");
    assert!(key.as_str().is_some_and(|key| !key.is_empty()), "{key}");
    survey.fill(&definition, &answers);
    survey.submit();
    let id = survey.saved();
    let mut secrets = Vec::new();
    for question in &definition.questions {
        if let Question::Text | Question::Phone = question.kind {
            match answers.get(&question.id) {
                Some(Answer::Word(word)) => secrets.push((&question.id, word)),
                other => panic!("{other:?} was typed into {}", question.id),
            }
        }
    }
    let typed: Vec<&str> = secrets.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(typed, ["comment", "phone"]);

    // All of the database, as it is written as JSON: the words stand in it as they are,
    // with what JSON escapes or without.
    let records = device::records(browser);
    assert_eq!(records["waiting"][0]["id"], json!(id), "{records}");
    let kept = records["waiting"][0]["body"].as_str().unwrap_or_default();
    let kept: Value = serde_json::from_str(kept).expect("the body is JSON");
    assert_eq!(kept["answers"]["overall"], "dissatisfied", "not personal");
    assert!(kept["sealed"]["text"].is_string(), "{kept}");
    let lies = records.to_string();
    for (question, word) in &secrets {
        assert!(
            kept["answers"].get(question).is_none(),
            "{question}: {kept}"
        );
        // A body is JSON within JSON; its words are in lines.
        for part in word.split(|c: char| !c.is_alphanumeric()) {
            let is_telling = part.chars().count() >= 2;
            assert!(!is_telling || !lies.contains(part), "{part} in {lies}");
        }
    }

    line.mend();
    let flushed = survey.ask("return arguments[0].flush()");
    assert_eq!(flushed["kept"], 0, "{flushed}");
    assert_eq!(survey.receipt(), id);
    // Nor was it to be read on the way; the collector opened it.
    for post in front.seen("POST", "/v1/responses") {
        let body = String::from_utf8_lossy(&post.body).into_owned();
        assert!(!body.contains(secrets[1].1), "{body}");
    }
    assert_arrived(&id, &definition, &answers);
}

/// No key, and the person takes the way out that is offered.
fn words_agreed(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Displeased);
    let gate = Gate::default();
    let (front, survey) = open(browser, first_posts(2, || Reply::Drop, &gate));
    survey.without_key();
    survey.fill(&definition, &answers);
    survey.submit();
    survey.named("alert", survey.words().failed_unsealed);
    survey.press(survey.words().keep_unsealed);
    let id = survey.saved();
    assert_eq!(
        device::holds(browser),
        json!({ "waiting": 1, "quarantine": 0 })
    );
    gate.open();
    assert_eq!(survey.receipt(), id);
    assert_eq!(ids(&front), [id.clone(), id.clone(), id.clone()]);
    assert_eq!(
        events(&survey),
        [
            said("queued", json!("page")),
            said("queued", json!("device")),
            said("delivered", Value::Null),
        ]
    );
    assert_arrived(&id, &definition, &answers);
}

/// Three people rate while the network is down.
fn outage(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Wordless);
    let line = Line::default();
    let (front, survey) = open(browser, line.rule());
    let mut saved = Vec::new();
    for n in 1..=3 {
        survey.fill(&definition, &answers);
        survey.submit();
        saved.push(survey.saved());
        let waiting = survey.words().waiting.replace("{n}", &n.to_string());
        wait(
            "how many wait, where it is more than this",
            PATIENCE,
            || {
                let text = survey.ask("return arguments[0].shadowRoot.textContent");
                (text.as_str()?.contains(&waiting) == (n > 1)).then_some(())
            },
        );
        if n < 3 {
            survey.press(survey.words().again);
        }
    }
    let queue = survey.ask("return arguments[0].exportQueue()");
    let ids_of = |queue: &Value| -> Vec<String> {
        let records = queue.as_array().map(Vec::as_slice).unwrap_or_default();
        let id = |record: &Value| record["id"].as_str().unwrap_or_default().to_owned();
        records.iter().map(id).collect()
    };
    assert_eq!(ids_of(&queue), saved, "in the order of the taps");
    let dropped = ids(&front).len();
    line.mend();
    let flushed = survey.ask("return arguments[0].flush()");
    assert_eq!(flushed["kept"], 0, "{flushed}");
    survey.receipt();
    assert_eq!(
        ids(&front)[dropped..]
            .iter()
            .rev()
            .take(3)
            .rev()
            .collect::<Vec<_>>(),
        saved.iter().collect::<Vec<_>>(),
        "first come, first sent"
    );
    for id in &saved {
        assert_arrived(id, &definition, &answers);
    }
    let delivered = survey.heard();
    let delivered = delivered.iter().filter(|(name, _)| name == "delivered");
    assert_eq!(delivered.count(), 3, "one event for each of them");
}

/// The page is closed while a rating waits. Whoever opens it next sends it.
fn opened_again(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Wordless);
    let line = Line::default();
    let (front, survey) = open(browser, line.rule());
    survey.fill(&definition, &answers);
    survey.submit();
    let id = survey.saved();
    browser.wire.goto("about:blank").expect("the page closes");
    line.mend();
    let survey = open_at(browser, &front);
    wait("the device to hold nothing", PATIENCE, || {
        let holds = device::holds(browser);
        (holds == json!({ "waiting": 0, "quarantine": 0 })).then_some(())
    });
    assert_arrived(&id, &definition, &answers);
    assert!(ids(&front).iter().all(|posted| *posted == id));
    // What the page before left open holds nobody up.
    survey.fill(&definition, &answers);
    survey.submit();
    assert_arrived(&survey.receipt(), &definition, &answers);
}

/// A page of the child form in which a script makes the browser what `head` says.
pub fn open_with<'a>(
    browser: &'a Browser,
    head: &str,
    rule: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) -> (Front, Survey<'a>) {
    let front = open_form(browser, head, rule);
    let survey = Survey::widget(browser, 0);
    survey.listen();
    (front, survey)
}

fn full_disk(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Wordless);
    // As a browser tells of it: the request succeeds, the transaction is aborted.
    let head = "<script>window.isFull = true;
        const { put } = IDBObjectStore.prototype;
        IDBObjectStore.prototype.put = function (...given) {
          const request = put.apply(this, given);
          if (window.isFull) {
            this.transaction.commit = () => {};
            request.addEventListener('success', () => this.transaction.abort());
          }
          return request;
        };</script>";
    let line = Line::default();
    let (front, survey) = open_with(browser, head, line.rule());
    survey.fill(&definition, &answers);
    survey.submit();
    let alert = survey.named("alert", survey.words().failed_unsaved);
    assert!(alert.name.contains(survey.words().kept), "{}", alert.name);
    let shown = visible(&definition, &answers)
        .into_iter()
        .filter(|shown| *shown);
    assert_eq!(survey.on_screen(&definition).len(), shown.count());
    device::assert_empty(browser);
    browser
        .wire
        .run("window.isFull = false", &[])
        .expect("there is room again");
    survey.press(survey.words().retry);
    let id = survey.saved();
    line.mend();
    assert_eq!(survey.receipt(), id);
    assert!(ids(&front).iter().all(|posted| *posted == id));
    assert_eq!(
        events(&survey),
        [
            said("queued", json!("page")),
            said("queued", json!("device")),
            said("delivered", Value::Null),
        ]
    );
    assert_eq!(shared_collector().row(&id)["answers"], json!(answers));
}

fn no_disk(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Wordless);
    let head = "<script>Object.defineProperty(window, 'indexedDB', { value: undefined });</script>";
    let gate = Gate::default();
    gate.open();
    let (front, survey) = open_with(browser, head, first_posts(1, || Reply::Drop, &gate));
    survey.fill(&definition, &answers);
    survey.submit();
    let alert = survey.named("alert", survey.words().failed_network);
    assert!(alert.name.contains(survey.words().kept), "{}", alert.name);
    survey.press(survey.words().retry);
    let receipt = survey.receipt();
    assert_eq!(ids(&front), [receipt.clone(), receipt.clone()]);
    assert_eq!(
        events(&survey),
        [
            said("queued", json!("page")),
            said("delivered", Value::Null)
        ]
    );
    assert_eq!(shared_collector().row(&receipt)["answers"], json!(answers));
}
