//! The public surface stands in one table; whatever repeats it is written from it.
//! `MANYI_BLESS=1 cargo test --test surface` (or `cargo xtask generate`) writes it anew.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

use manyi::element::surface::{ATTRIBUTES, CUSTOM_PROPERTIES, EVENTS, GENERATED, PARTS, SLOTS};
use manyi_model::words;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

#[test]
fn no_generated_file_is_stale() {
    let notices: Vec<(&str, &str, &str)> = words::ALL
        .iter()
        .map(|words| (words.tag, words.loading, words.unavailable))
        .collect();
    let mut stale = Vec::new();
    for (path, render) in GENERATED {
        let old = read(path);
        let new = render(&old, &notices);
        if old == new {
            continue;
        }
        if std::env::var_os("MANYI_BLESS").is_some() {
            fs::write(root().join(path), new).expect("the file can be written");
        } else {
            stale.push(*path);
        }
    }
    assert!(
        stale.is_empty(),
        "`cargo xtask generate` writes {stale:?} anew"
    );
}

#[test]
fn every_part_custom_property_and_slot_of_the_view_is_in_the_table() {
    let style = read("src/view/style.css");
    let mut view = String::new();
    for entry in fs::read_dir(root().join("src/view")).expect("the view") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|end| end == "rs") {
            view.push_str(&fs::read_to_string(path).expect("a source file"));
        }
    }
    // The list for staff is a module of its own.
    view.push_str(&read("queue/src/panel.rs"));
    let parts = found(&view, "part=");
    let named: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
    for part in &parts {
        assert!(
            named.contains(&part.as_str()),
            "the part `{part}` is not in the table"
        );
    }
    // The view also passes parts on as words, so any string of it will do here.
    let strings: Vec<&str> = view
        .split('"')
        .skip(1)
        .step_by(2)
        .flat_map(str::split_whitespace)
        .collect();
    for part in named.iter().filter(|part| **part != "notice") {
        assert!(strings.contains(part), "the view has no part `{part}`");
    }
    let slots = found(&view, "<slot name=");
    for slot in &slots {
        assert!(
            SLOTS.iter().any(|s| s.name == slot),
            "the slot `{slot}` is not in the table"
        );
    }
    for slot in SLOTS.iter().filter(|slot| !slot.name.is_empty()) {
        assert!(
            slots.iter().any(|s| s == slot.name),
            "the view has no slot `{}`",
            slot.name
        );
    }
    let read_by_style: Vec<&str> = style
        .split("var(--manyi-")
        .skip(1)
        .filter_map(|rest| rest.split([',', ')']).next())
        .map(str::trim)
        .collect();
    for name in &read_by_style {
        let known = CUSTOM_PROPERTIES
            .iter()
            .any(|p| p.name.strip_prefix("--manyi-") == Some(name));
        assert!(known, "`--manyi-{name}` is not in the table");
    }
    for property in CUSTOM_PROPERTIES {
        let name = property.name.strip_prefix("--manyi-").unwrap_or_default();
        assert!(
            read_by_style.contains(&name),
            "the style does not read `{}`",
            property.name
        );
    }
}

/// The words in quotes behind `before`, also where Rust chooses between several.
fn found(source: &str, before: &str) -> Vec<String> {
    let mut words: Vec<String> = source
        .split(before)
        .skip(1)
        .flat_map(|rest| {
            let end = if rest.starts_with('{') { '}' } else { '>' };
            let value = match rest.strip_prefix('"') {
                Some(rest) => rest.split('"').take(1).collect::<Vec<_>>(),
                None => {
                    // `{if … { "a" } else { "a b" }}`: every string in it.
                    let whole = rest.split(&format!("{end}{end}")).next().unwrap_or(rest);
                    whole.split('"').skip(1).step_by(2).collect()
                }
            };
            value
                .into_iter()
                .flat_map(str::split_whitespace)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    words.sort();
    words.dedup();
    words
}

#[test]
fn names_follow_the_grammar() {
    for attribute in ATTRIBUTES {
        let camel: String = attribute
            .name
            .split('-')
            .enumerate()
            .map(|(n, word)| {
                let (first, rest) = word.split_at(1);
                if n == 0 {
                    word.to_owned()
                } else {
                    first.to_uppercase() + rest
                }
            })
            .collect();
        assert_eq!(attribute.property, camel);
        assert!(attribute.doc.ends_with('.'), "{}", attribute.name);
    }
    for event in EVENTS {
        assert!(event.name.starts_with("manyi-"), "{}", event.name);
    }
    for property in CUSTOM_PROPERTIES {
        assert!(property.name.starts_with("--manyi-"), "{}", property.name);
    }
}
