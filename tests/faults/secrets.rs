//! S17 and S20: what somebody wrote is nowhere to be read, neither on the device while
//! it waits nor in any log. A mark that is not sealed shows that the search can find.

use std::path::Path;

use libtest_mimic::Trial;
use manyi_model::{Answer, Kind as Question};
use serde_json::json;

use crate::browser::{Browser, Kind};
use crate::collector::definition;
use crate::front::Reply;
use crate::lab::{Lab, SURVEY};
use crate::ledger::enter;
use crate::level_c::Profile;
use crate::plan::{Mood, plan};
use crate::timed;

/// Invented, and nothing else has these digits.
const PHONE: &str = "13987650417";
/// What somebody writes.
const TEXT: &str = "紫色犀牛在等号";
/// What lies there unsealed, on purpose.
const MARK: &str = "unsealed-mark-7f31c2";

/// The trials of this file.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let name = format!(
        "b::{}::s17_s20_words_and_numbers_are_nowhere_to_be_read",
        kind.name()
    );
    vec![timed::trial(name, move || search(kind))]
}

fn search(kind: Kind) {
    let profile = Profile::new();
    let browser = Browser::start_in(kind, &profile.0);
    let lab = Lab::new(&browser, None);
    lab.posts(|_| Reply::Drop);
    browser.wire.goto(&lab.address()).expect("the page opens");
    // Without the witness, which writes down what it sees.
    let survey = crate::page::Survey::widget(&browser, 0);
    let definition = definition(SURVEY);
    let mut answers = plan(&definition, Mood::Displeased);
    for question in &definition.questions {
        let words = match question.kind {
            Question::Phone => PHONE,
            Question::Text => TEXT,
            _ => continue,
        };
        answers.insert(&question.id, Answer::Word(words.to_owned()));
    }
    survey.fill(&definition, &answers);
    survey.submit();
    let id = survey.saved();
    let leave = format!(
        "return new Promise((done) => {{
           const open = indexedDB.open('mark', 1);
           open.onupgradeneeded = () => open.result.createObjectStore('mark');
           open.onsuccess = () => {{
             const work = open.result.transaction('mark', 'readwrite', {{ durability: 'strict' }});
             work.objectStore('mark').put('{MARK}', 1);
             work.oncomplete = () => {{ open.result.close(); done(); }};
           }};
         }})"
    );
    browser.wire.run(&leave, &[]).expect("the page answers");
    let export = survey.ask("return arguments[0].exportQueue()").to_string();
    assert!(export.contains("sealed"), "{export}");
    let in_export = [PHONE, TEXT].map(|secret| export.contains(secret));
    assert_eq!(in_export, [false, false], "in the export");
    let lab = lab.free();
    drop(browser);

    let found = hits(&profile.0, MARK);
    assert!(!found.is_empty(), "the search finds what is there");
    for secret in [PHONE, TEXT] {
        let found = hits(&profile.0, secret);
        assert!(found.is_empty(), "{secret} stands in {found:?}");
    }

    // The next morning it arrives, opened, and no log tells.
    let browser = Browser::start_in(kind, &profile.0);
    let mut lab = lab.with(&browser);
    lab.mend();
    let survey = lab.visit();
    lab.empty(&survey);
    let row = lab.collector.row(&id);
    assert_eq!(row["answers"], json!(answers), "opened on arrival");
    let log = lab.collector.data().join("log");
    let log = std::fs::read(log).expect("there is a log");
    assert!(!log.is_empty(), "something was logged");
    for secret in [PHONE, TEXT] {
        assert!(
            !contains(&log, secret.as_bytes()),
            "{secret} stands in the log"
        );
    }
    let content = row["answers"].to_string();
    lab.ledger.tapped(&id, &content);
    lab.ledger.shown(&id, &content);
    let sum = lab.compare();
    drop(lab);
    drop(browser);
    for secret in [PHONE, TEXT] {
        let found = hits(&profile.0, secret);
        assert!(found.is_empty(), "{secret} stands in {found:?}, delivered");
    }
    enter(
        "B",
        &format!("s17_s20_sealed_and_searched in {}", kind.name()),
        1,
        sum,
    );
}

/// The files under `folder` that contain `text`, in UTF-8 or UTF-16.
fn hits(folder: &Path, text: &str) -> Vec<String> {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap_or_default();
            if contains(&bytes, text.as_bytes()) || contains(&bytes, &wide) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == part[0]) {
        if bytes[from + at..].starts_with(part) {
            return true;
        }
        from += at + 1;
    }
    false
}
