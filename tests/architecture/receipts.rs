//! Invariant 6: what counts as delivered, and what leaves the device.

use crate::rule::{Rule, has};
use crate::sources::{code, is_test, read, under};

#[test]
fn i6_only_a_receipt_that_names_the_id_delivers_and_no_clock_expires_anything() {
    use manyi_delivery::entry::Proof;
    use manyi_delivery::outcome::{Answer, Outcome, Said, classify};
    let answer = |id: Option<&str>| Answer {
        status: 200,
        said: Some(Said {
            id: id.map(str::to_owned),
            ..Said::default()
        }),
        ..Answer::default()
    };
    let delivered = |answer: &Answer| {
        matches!(
            classify(Proof::Id, "mine", answer),
            Outcome::Delivered { .. }
        )
    };
    assert!(delivered(&answer(Some("mine"))));
    assert!(!delivered(&answer(Some("another"))));
    assert!(!delivered(&answer(None)));
    // When a record was saved is written down for people, and read by nobody.
    Rule {
        places: &["delivery/src"],
        except: &[],
        breaks: |line| {
            has(line, &["expires", "max_age", "saved_ms"]) && !line.contains("set(record, ")
        },
        bad: &[
            "if now_ms() > entry.expires {",
            "let age = now_ms() - field(&record, \"saved_ms\");",
        ],
        good: &["set(record, \"saved_ms\", count(now_ms()));"],
    }
    .holds();
}

/// The name of the function around each line of some code that `is_it`.
fn around(code: &str, is_it: impl Fn(&str) -> bool) -> Vec<String> {
    let mut name = String::new();
    let mut found = Vec::new();
    for line in code.lines() {
        if let Some((before, after)) = line.split_once("fn ") {
            // Not the `Fn` of a type, nor a word that ends like it.
            if before.trim_end().is_empty() || before.ends_with(' ') {
                let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_'));
                after[..end.unwrap_or(after.len())].clone_into(&mut name);
            }
        }
        if is_it(line) {
            found.push(name.clone());
        }
    }
    found
}

/// One function of some code, from its name to the next one's.
fn body<'a>(code: &'a str, name: &str) -> &'a str {
    let from = code.find(&format!("fn {name}(")).unwrap_or(code.len());
    let rest = &code[from..];
    let next = rest[3.min(rest.len())..].find("fn ");
    next.map_or(rest, |next| &rest[..3 + next])
}

#[test]
fn i6_an_entry_leaves_the_device_on_a_receipt_or_by_a_person_alone() {
    let sample = "fn a() {\n  x.delete(1);\n}\npub async fn b<T>(t: T) {\n  y.delete(2);\n}";
    assert_eq!(around(sample, |line| line.contains(".delete(")), ["a", "b"]);
    assert!(body(sample, "a").contains("delete(1)") && !body(sample, "a").contains("delete(2)"));

    let of = |path: &str| code(path, &read(path));
    let disk = of("delivery/src/disk.rs");
    // Five functions take a record out of a store. Four of them put the same record
    // into the other store in the same transaction.
    assert_eq!(
        around(&disk, |line| line.contains(".delete(")),
        ["save", "set_apart", "shift", "delivered", "quarantine"]
    );
    for moves in ["save", "set_apart", "shift", "quarantine"] {
        let body = body(&disk, moves);
        let transactions = body.matches(".begin(").count();
        assert!(
            body.contains(".put(") && transactions == 1,
            "{moves} moves a record"
        );
    }
    // One of them may also put it nowhere: where staff discards what was refused.
    let nowhere = around(&disk, |line| {
        line.contains(".shift(") && line.contains("None")
    });
    assert_eq!(nowhere, ["discard"]);
    assert!(body(&disk, "discard").contains("QUARANTINED, None"));
    for path in under(&["delivery/src"]) {
        if is_test(&path) {
            continue;
        }
        let code = of(&path);
        let forgets = around(&code, |line| {
            has(line, &["deleteDatabase", "deleteObjectStore", "clear)"])
        });
        assert!(forgets.is_empty(), "{path} empties a store: {forgets:?}");
        let others = around(&code, |line| line.contains(".delete("));
        assert!(
            others.is_empty() || path == "delivery/src/disk.rs",
            "{path} deletes"
        );
        let discards = around(&code, |line| line.contains(".discard("));
        assert!(
            discards.is_empty() || path == "delivery/src/exports.rs",
            "{path} discards"
        );
        let delivers = around(&code, |line| line.contains(".delivered(&"));
        if path == "delivery/src/drain.rs" {
            assert_eq!(delivers, ["many", "settle"]);
        } else {
            assert!(delivers.is_empty(), "{path} takes entries for delivered");
        }
    }
    // And these two do so for ids of which a receipt has come.
    let drain = of("delivery/src/drain.rs");
    for name in ["many", "settle"] {
        let body = body(&drain, name);
        let (before, _) = body.split_once(".delivered(").unwrap_or_default();
        assert!(
            before.contains("Outcome::Delivered") && !before.contains("Outcome::Retry"),
            "{name} takes for delivered what has no receipt"
        );
    }
}
