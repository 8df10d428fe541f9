//! The list of what lies on the device, as staff use it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use libtest_mimic::Trial;
use manyi_queue::words::{Words, words};
use serde_json::{Value, json};

use crate::browser::{Browser, Kind, downloads};
use crate::collector::{definition, root};
use crate::device;
use crate::faults::{SURVEY, assert_arrived, ids, open, open_at};
use crate::front::{Front, Reply, Request};
use crate::keyboard::{focus, tab_to};
use crate::outbox::open_with;
use crate::page::{PATIENCE, Survey};
use crate::plan::{Mood, plan};
use crate::surveys::{shared_collector, trial};
use crate::webdriver::{Element, key, wait};

/// The trials of this file.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let of = |name: &str, run: fn(&Browser)| trial(kind, name, run);
    let mut trials = vec![
        of(
            "staff_export_delete_import_and_send_what_was_refused",
            handled,
        ),
        of("staff_see_what_the_browser_promises", promises),
        of("staff_see_that_an_old_browser_promises_nothing", old),
        of("a_kiosk_asks_the_browser_once_to_keep_ratings", kiosk),
    ];
    // MiniBrowser's own bars take part in its tab order.
    if kind != Kind::Webkit {
        trials.push(of(
            "by_keyboard_the_list_is_opened_used_and_closed",
            by_keys,
        ));
    }
    if kind == Kind::Chromium {
        trials.push(of("staff_see_that_the_browser_has_agreed", agreed));
    }
    trials
}

/// The list's sentences.
fn list_words() -> &'static Words {
    words("zh-Hans")
}

/// A server that refuses every rating until it is mended.
#[derive(Clone, Default)]
pub struct Server(Arc<AtomicBool>);

impl Server {
    /// From now on it takes them.
    pub fn mend(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Refuses every post until then.
    pub fn rule(&self) -> impl Fn(&Request) -> Reply + Send + Sync + use<> {
        let server = self.clone();
        move |request| {
            if request.method == "POST" && !server.0.load(Ordering::SeqCst) {
                let problem = r#"{"title":"x","problems":[]}"#;
                Reply::text(422, "application/problem+json", problem)
            } else {
                Reply::Forward
            }
        }
    }
}

/// Somebody rates, and it is refused; then the page is opened anew. Its id.
fn refused<'a>(browser: &'a Browser, server: &Server) -> (Front, Survey<'a>, String) {
    let definition = definition(SURVEY);
    let (front, survey) = open(browser, server.rule());
    survey.fill(&definition, &plan(&definition, Mood::Wordless));
    survey.submit();
    survey.named("alert", survey.words().failed_refused);
    let id = ids(&front).remove(0);
    // What is on screen of one who rates would go on with what becomes of it.
    let survey = open_at(browser, &front);
    (front, survey, id)
}

/// What the list says; none where it is not open.
fn said(survey: &Survey<'_>) -> Option<String> {
    let list = survey.ask("return arguments[0].shadowRoot.querySelector('#queue')?.innerText");
    list.as_str().map(str::to_owned)
}

/// Waits until the list says `sentence`.
fn says(survey: &Survey<'_>, sentence: &str) {
    wait(&format!("“{sentence}” in the list"), PATIENCE, || {
        said(survey)?.contains(sentence).then_some(())
    });
}

/// What is called `name` in the list, and no longer when it was.
fn is_there(survey: &Survey<'_>, name: &str) -> bool {
    survey.all("button").iter().any(|found| found.name == name)
}

fn show(survey: &Survey<'_>) {
    survey.press(survey.words().show_queue);
    says(survey, list_words().title);
}

fn handled(browser: &Browser) {
    let (definition, words) = (definition(SURVEY), list_words());
    let server = Server::default();
    let (front, survey, id) = refused(browser, &server);
    show(&survey);
    let refusal = words.refused.replace("{status}", "422");
    says(&survey, &refusal);
    let list = said(&survey).expect("it is open");
    assert!(list.contains(SURVEY), "which survey: {list}");
    // The worst level, and the first reason.
    for answer in ["dissatisfied", "不满意", "办理时间长"] {
        assert!(!list.contains(answer), "{answer} in {list}");
    }

    let file = exported(browser, &survey, &id);
    let text = std::fs::read_to_string(&file).expect("the export can be read");
    let export: Value = serde_json::from_str(&text).expect("the export is JSON");
    assert_eq!(export.as_array().map(Vec::len), Some(1), "{export}");
    assert_eq!(
        (&export[0]["id"], &export[0]["state"], &export[0]["status"]),
        (&json!(id), &json!("quarantined"), &json!(422))
    );
    let body = export[0]["body"].as_str().unwrap_or_default();
    let body: Value = serde_json::from_str(body).expect("the body is JSON");
    let answers = plan(&definition, Mood::Wordless);
    assert_eq!(
        (&body["id"], &body["answers"]),
        (&json!(id), &json!(answers))
    );

    // Asked first; one who thinks better of it has lost nothing.
    survey.press(words.discard);
    says(&survey, words.sure);
    let keeps = json!({ "waiting": 0, "quarantine": 1 });
    assert_eq!(device::holds(browser), keeps, "nothing is deleted yet");
    survey.press(words.no);
    wait("the question to go", PATIENCE, || {
        is_there(&survey, words.discard).then_some(())
    });
    assert_eq!(device::holds(browser), keeps);
    survey.press(words.discard);
    survey.press(words.yes);
    says(&survey, words.empty);
    device::assert_empty(browser);

    // Taken in again, it is refused again, and the list says so by itself.
    let posted = ids(&front).len();
    import(browser, &survey, &file);
    says(&survey, &words.imported(1.0, 1));
    says(&survey, &refusal);
    assert_eq!(device::holds(browser), keeps);
    assert_eq!(ids(&front).len(), posted + 1);
    // The same file once more holds nothing new.
    import(browser, &survey, &file);
    says(&survey, &words.imported(0.0, 1));
    assert_eq!(device::holds(browser), keeps);

    server.mend();
    survey.press(words.release);
    says(&survey, words.empty);
    device::assert_empty(browser);
    // `row` insists that there is one.
    assert_arrived(&id, &definition, &answers);
    assert!(ids(&front).iter().all(|posted| *posted == id));
    let heard = survey.heard();
    assert_eq!(
        heard.last().map(|(name, _)| name.as_str()),
        Some("delivered")
    );
    survey.press(words.close);
    wait("the list to close", PATIENCE, || {
        said(&survey).is_none().then_some(())
    });
}

/// Presses the button, and finds the file that it made.
fn exported(browser: &Browser, survey: &Survey<'_>, id: &str) -> PathBuf {
    let words = list_words();
    let folder = downloads();
    match browser.kind {
        Kind::Chromium => {
            let told = json!({ "behavior": "allow", "downloadPath": folder });
            let told = browser.wire.devtools("Browser.setDownloadBehavior", &told);
            told.expect("Chromium can be told");
        }
        Kind::Firefox => {}
        // MiniBrowser puts no download anywhere; its contents are asked for.
        Kind::Webkit => {
            survey.ask(
                "const { createObjectURL } = URL;
                 URL.createObjectURL = (blob) => (window.exported = blob, createObjectURL(blob));",
            );
            survey.press(words.export);
            let text = wait("the export", PATIENCE, || {
                let text = survey.ask("return window.exported?.text()");
                text.as_str().map(str::to_owned)
            });
            let file = folder.join(format!("{id}.json"));
            std::fs::write(&file, text).expect("target/e2e can be written to");
            return file;
        }
    }
    survey.press(words.export);
    wait("the export in the folder for downloads", PATIENCE, || {
        let files = std::fs::read_dir(&folder).ok()?.flatten();
        let mut files = files.map(|entry| entry.path());
        files.find(|file| {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let is_whole = serde_json::from_str::<Value>(&text).is_ok();
            file.extension().is_some_and(|kind| kind == "json") && is_whole && text.contains(id)
        })
    })
}

/// Chooses `file` where the button would ask for one.
fn import(browser: &Browser, survey: &Survey<'_>, file: &std::path::Path) {
    let field = survey.ask("return arguments[0].shadowRoot.querySelector('#queue input')");
    let field = Element::from(&field).expect("the list takes a file");
    let file = root().join(file);
    let typed = browser.wire.type_into(&field, &file.to_string_lossy());
    typed.unwrap_or_else(|error| panic!("choosing {}: {error}", file.display()));
}

/// From the survey into the list and back, without a pointer.
fn by_keys(browser: &Browser) {
    let words = list_words();
    let server = Server::default();
    let (_front, survey, id) = refused(browser, &server);
    let opener = survey.words().show_queue;
    tab_to(browser, opener);
    let press = |key: char| browser.wire.press(&[key]).expect("a key");
    let at = |what: &str, name: &str| {
        wait(&format!("the focus on {what}"), PATIENCE, || {
            (focus(browser).0 == name).then_some(())
        });
    };
    press(key::ENTER);
    at("the list's title", words.title);
    // Out again.
    press(key::ESCAPE);
    at("the button that opened it", opener);
    assert_eq!(said(&survey), None, "Escape closes the list");
    press(key::ENTER);
    at("the list's title", words.title);
    // Opened a second time it is the same one.
    survey.ask("return arguments[0].showQueue()");
    at("the list's title", words.title);
    let lists = survey.ask("return arguments[0].shadowRoot.querySelectorAll('#queue').length");
    assert_eq!(lists, 1);

    tab_to(browser, words.discard);
    press(key::SPACE);
    at("the way back", words.no);
    press(key::SPACE);
    at("the list's title", words.title);
    tab_to(browser, words.discard);
    press(key::SPACE);
    at("the way back", words.no);
    // Backwards to the one that deletes.
    let back = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": [
        { "type": "keyDown", "value": "\u{e008}" }, { "type": "keyDown", "value": key::TAB },
        { "type": "keyUp", "value": key::TAB }, { "type": "keyUp", "value": "\u{e008}" },
    ] }] });
    browser.wire.post("/actions", &back).expect("keys");
    at("the one that deletes", words.yes);
    press(key::ENTER);
    at("the list's title", words.title);
    says(&survey, words.empty);
    device::assert_empty(browser);

    // Nothing is set apart any more, so the button that opened the list is gone: the
    // focus goes to the survey, not to nowhere.
    wait("the button to go", PATIENCE, || {
        (!is_there(&survey, opener)).then_some(())
    });
    press(key::ESCAPE);
    wait("the list to close", PATIENCE, || {
        said(&survey).is_none().then_some(())
    });
    let (at, tag, _) = focus(browser);
    assert!(
        ["button", "input"].contains(&tag.as_str()),
        "the focus is on “{at}”, <{tag}>"
    );
    let rows = shared_collector().rows();
    assert!(rows.iter().all(|row| row["id"] != id), "it was deleted");
}

/// In the page: what the browser says of its storage, and how often it is asked.
fn browser_that(says: &str) -> String {
    format!(
        "<script>{{
           window.asked = 0;
           const storage = {{
             persist: async () => {{ window.asked += 1; return window.kept = true; }},
             persisted: async () => !!window.kept,
             estimate: async () => ({{ quota: 5e8, usage: 2e8 }}),
           }};
           Object.defineProperty(navigator, 'storage', {{ value: storage }});
           {says}
         }}</script>"
    )
}

fn asked(survey: &Survey<'_>) -> Value {
    survey.ask("return window.asked")
}

/// The list says what the browser says; the browser is asked for more when staff look,
/// and not before. Each browser that we drive grants strict transactions.
fn promises(browser: &Browser) {
    let words = list_words();
    // It says no.
    let never = browser_that("storage.persist = async () => { window.asked += 1; return false; };");
    let (_front, survey) = open_with(browser, &never, |_| Reply::Forward);
    assert_eq!(asked(&survey), 0, "no citizen is asked");
    for _ in 0..2 {
        survey.ask("return arguments[0].showQueue()");
        says(&survey, words.may_go);
        says(&survey, words.is_strict);
        says(&survey, &words.room.replace("{n}", "300"));
        survey.press(words.close);
    }
    assert_eq!(asked(&survey), 1, "staff are asked once a page");
    // It says yes.
    let (_front, survey) = open_with(browser, &browser_that(""), |_| Reply::Forward);
    survey.ask("return arguments[0].showQueue()");
    says(&survey, words.is_kept);
    assert_eq!(asked(&survey), 1);
    assert!(said(&survey).is_some_and(|list| !list.contains(words.may_go)));
    // It had said yes before.
    let kept = browser_that("window.kept = true;");
    let (_front, survey) = open_with(browser, &kept, |_| Reply::Forward);
    survey.ask("return arguments[0].showQueue()");
    says(&survey, words.is_kept);
    assert_eq!(asked(&survey), 0, "there is nothing to ask");
    // It waits for somebody's answer; the list does not.
    let waits = browser_that("storage.persist = () => new Promise(() => {});");
    let (_front, survey) = open_with(browser, &waits, |_| Reply::Forward);
    survey.ask("return arguments[0].showQueue()");
    says(&survey, words.may_go);
    says(&survey, words.empty);
}

/// A browser from before any of it.
fn old(browser: &Browser) {
    let words = list_words();
    let head = "<script>
        Object.defineProperty(navigator, 'storage', { value: undefined });
        delete IDBTransaction.prototype.durability;
      </script>";
    let (_front, survey) = open_with(browser, head, |_| Reply::Forward);
    survey.ask("return arguments[0].showQueue()");
    says(&survey, words.not_strict);
    says(&survey, words.may_go);
    let list = said(&survey).expect("it is open");
    assert!(!list.contains("MB"), "nobody knows how much room: {list}");
    // One that has nothing to save on promises nothing, and says so.
    let head = "<script>Object.defineProperty(window, 'indexedDB', { value: undefined });</script>";
    let (_front, survey) = open_with(browser, head, |_| Reply::Forward);
    survey.ask("return arguments[0].showQueue()");
    says(&survey, words.empty);
    let list = said(&survey).expect("it is open");
    for sentence in [words.is_kept, words.is_strict, words.not_strict] {
        assert!(!list.contains(sentence), "{sentence} in {list}");
    }
}

/// Chromium itself, which was told to grant it.
fn agreed(browser: &Browser) {
    let (front, _) = open(browser, |_| Reply::Forward);
    let grant = json!({ "origin": front.origin, "permissions": ["durableStorage"] });
    let told = browser.wire.devtools("Browser.grantPermissions", &grant);
    told.expect("Chromium can be told");
    let survey = open_at(browser, &front);
    survey.ask("return arguments[0].showQueue()");
    says(&survey, list_words().is_kept);
    let persisted = survey.ask("return navigator.storage.persisted()");
    assert_eq!(persisted, true, "it is the browser that says so");
    let told = browser
        .wire
        .devtools("Browser.resetPermissions", &json!({}));
    told.expect("Chromium can be told");
}

/// A tablet asks with the first rating that it saves, and no page of a website does.
fn kiosk(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Pleased);
    // One that takes both formats.
    let backend = |request: &Request| match request.method.as_str() {
        "POST" => Reply::text(201, "text/plain", ""),
        _ => Reply::Forward,
    };
    for (channel, format, wanted) in [
        ("web", "json", 0),
        ("kiosk", "json", 1),
        ("kiosk", "form", 1),
    ] {
        let (front, survey) = open_with(browser, &browser_that(""), backend);
        survey.ask(&format!(
            "arguments[0].setAttribute('channel', '{channel}');
             arguments[0].setAttribute('format', '{format}');
             arguments[0].setAttribute('receipt', 'status');"
        ));
        assert_eq!(asked(&survey), 0, "nothing is saved yet");
        for n in 1..=2 {
            survey.fill(&definition, &answers);
            survey.submit();
            survey.receipt();
            assert_eq!(asked(&survey), wanted, "rating {n} in {channel}, {format}");
            survey.press(survey.words().again);
        }
        let posts = front.seen("POST", "/v1/responses");
        assert_eq!(posts.len(), 2);
        let body = String::from_utf8_lossy(&posts[0].body).into_owned();
        assert!(body.contains(channel), "{body}");
    }
}
