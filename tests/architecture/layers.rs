//! Invariant 3: who imports whom.

use crate::rule::{Rule, has};
use crate::sources::{code, imports, read, under};

/// Whether code reaches a module of its crate, by any path or import.
fn reaches(code: &str, module: &str) -> bool {
    let direct = format!("crate::{module}");
    let grouped = |path: &String| {
        let group = path.strip_prefix("crate::{").unwrap_or_default();
        group
            .split([',', '{', '}'])
            .any(|part| part.split("::").next() == Some(module))
    };
    code.contains(&direct) || imports(code).iter().any(grouped)
}

#[test]
fn i3_view_never_reaches_what_does_io_and_the_widget_never_the_outbox() {
    assert!(reaches(
        "use crate::{\n  visit::Visit,\n  platform,\n};",
        "platform"
    ));
    assert!(reaches("crate::element::send()", "element"));
    assert!(!reaches(
        "use crate::visit::Visit; use manyi_model::words;",
        "platform"
    ));

    let rules: [(&[&str], &[&str]); 2] = [
        (
            &["src/view", "src/view.rs"],
            &["kiosk", "platform", "element"],
        ),
        (
            &["src/visit", "src/visit.rs"],
            &["view", "kiosk", "platform", "element"],
        ),
    ];
    for (places, forbidden) in rules {
        for path in under(places).iter().filter(|path| path.ends_with(".rs")) {
            let code = code(path, &read(path));
            for module in forbidden {
                assert!(!reaches(&code, module), "{path} reaches {module}");
            }
        }
    }
    for path in under(&["src/visit", "src/visit.rs", "src/platform.rs"]) {
        assert!(
            !code(&path, &read(&path)).contains("yew"),
            "{path} uses yew"
        );
    }
    Rule {
        places: &["src"],
        except: &[],
        breaks: |line| line.contains("manyi_delivery"),
        bad: &["use manyi_delivery::entry::Entry;"],
        good: &["let said = self.port.outbox(\"outbox_submit\", &given);"],
    }
    .holds();
    assert!(
        !needs("Cargo.toml").contains(&"manyi-delivery".to_owned()),
        "the widget's Wasm has the outbox in it"
    );
}

/// What a crate is made of: the names under `[dependencies]` and its like, for any
/// target, without those of tests.
fn needs(manifest: &str) -> Vec<String> {
    let text = read(manifest);
    let mut names = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section == "dependencies" || section.ends_with("'.dependencies");
            names.extend(section.strip_prefix("dependencies.").map(str::to_owned));
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            let name = line.split(['.', ' ', '=']).next();
            names.push(name.unwrap_or_default().to_owned());
        }
    }
    names
}

#[test]
fn i3_the_outbox_knows_no_survey_and_no_view() {
    assert!(needs("Cargo.toml").contains(&"web-sys".to_owned()));
    assert_eq!(
        needs("delivery/Cargo.toml"),
        ["js-sys", "lol_alloc", "wasm-bindgen"],
        "what the outbox's Wasm is made of"
    );
    Rule {
        places: &["delivery/src"],
        except: &[],
        breaks: |line| {
            has(
                line,
                &["yew", "manyi_model", "manyi::", "serde", "Definition"],
            )
        },
        bad: &["use manyi_model::Definition;", "use yew::prelude::*;"],
        good: &["use crate::entry::Entry;"],
    }
    .holds();
}

#[test]
fn i3_what_drains_is_the_same_in_a_page_and_in_the_fault_lab() {
    let pure = ["drain", "entry", "line", "outcome", "schedule"];
    for module in pure {
        let path = format!("delivery/src/{module}.rs");
        let code = code(&path, &read(&path));
        for word in ["js_sys", "wasm_bindgen", "JsValue", "std::time"] {
            assert!(!code.contains(word), "{path} has {word} in it");
        }
        for import in imports(&code) {
            let module = import.strip_prefix("crate::");
            let module = module.and_then(|path| path.split("::").next());
            assert!(
                module.is_none_or(|module| pure.contains(&module)),
                "{path} imports {import}"
            );
        }
    }
}

#[test]
fn i3_the_collector_knows_nothing_of_the_widget() {
    let lock = read("Cargo.lock");
    let all = closure(&lock, "manyi-collector");
    assert!(
        all.contains(&"axum".to_owned()),
        "the lock file was not understood: {all:?}"
    );
    for package in ["manyi", "manyi-delivery", "yew", "web-sys"] {
        assert!(
            !all.contains(&package.to_owned()),
            "the collector depends on {package}"
        );
    }
    assert!(
        closure(&lock, "manyi").contains(&"yew".to_owned()),
        "the widget's own closure has yew"
    );
}

/// A package and all that it depends on, by Cargo.lock.
fn closure(lock: &str, package: &str) -> Vec<String> {
    let mut seen = vec![package.to_owned()];
    let mut at = 0;
    while at < seen.len() {
        let heading = format!("\nname = \"{}\"\n", seen[at]);
        for block in lock
            .split("[[package]]")
            .filter(|block| block.contains(&heading))
        {
            let list = block
                .split("dependencies = [")
                .nth(1)
                .and_then(|rest| rest.split(']').next());
            for line in list.unwrap_or_default().lines() {
                let name = line
                    .trim()
                    .trim_matches(['"', ','])
                    .split(' ')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                if !name.is_empty() && !seen.contains(&name) {
                    seen.push(name);
                }
            }
        }
        at += 1;
    }
    seen
}
