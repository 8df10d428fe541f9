//! The invariants of ARCHITECTURE.md, each as a test. Every rule is first
//! tried on a line that breaks it and on one that does not, so that a rule
//! which catches nothing fails too.

#![cfg(not(target_arch = "wasm32"))]

#[path = "architecture/doors.rs"]
mod doors;
#[path = "architecture/layers.rs"]
mod layers;
#[path = "architecture/receipts.rs"]
mod receipts;
#[path = "architecture/rule.rs"]
mod rule;
#[path = "architecture/sources.rs"]
mod sources;

use rule::{Rule, has};
use sources::{code, imports, is_test, read, root, under};

// 1. The model is pure.

#[test]
fn i1_the_model_depends_on_serde_and_nothing_that_could_reach_the_world() {
    let manifest = read("model/Cargo.toml");
    let section = manifest
        .split("\n[dependencies]\n")
        .nth(1)
        .and_then(|rest| rest.split("\n[").next());
    let lines = section
        .expect("model/Cargo.toml has [dependencies]")
        .lines();
    let mut needed = Vec::new();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
        assert!(
            ["schemars", "serde", "serde_json", "sha2"].contains(&name),
            "the model depends on {name}"
        );
        if !line.contains("optional = true") {
            needed.push(name);
        }
    }
    assert_eq!(needed, ["serde"], "what the Wasm carries of it");
}

#[test]
fn i1_the_model_knows_no_time_no_chance_and_no_input() {
    Rule {
        places: &["model/src"],
        except: &[],
        breaks: |line| {
            has(
                line,
                &[
                    "async ",
                    ".await",
                    "SystemTime",
                    "Instant",
                    "std::fs",
                    "std::env",
                    "std::net",
                    "std::process",
                ],
            ) || has(
                line,
                &[
                    "std::thread",
                    "std::io",
                    "rand::",
                    "getrandom",
                    "uuid::",
                    "chrono",
                    "js_sys",
                    "web_sys",
                ],
            ) || has(line, &["wasm_bindgen", "println!", "Date::"])
        },
        bad: &[
            "let now = std::time::SystemTime::now();",
            "pub async fn validate()",
            "use std::fs;",
        ],
        good: &[
            "use std::collections::BTreeMap;",
            "pub fn validate(definition: &Definition)",
        ],
    }
    .holds();
}

// 2. One validator.

#[test]
fn i2_widget_and_collector_validate_with_the_models_function() {
    let define = |line: &str| line.contains("fn validate(") || line.contains("fn validate<");
    assert!(define(
        "pub fn validate(definition: &Definition, answers: &Answers) -> Vec<Problem> {"
    ));
    assert!(!define("let problems = validate(&definition, &answers);"));
    let mut defined = Vec::new();
    for path in under(&["src", "model/src", "collector/src"]) {
        if path.ends_with(".rs") && code(&path, &read(&path)).lines().any(define) {
            defined.push(path);
        }
    }
    assert_eq!(defined, ["model/src/validate.rs"]);
    for user in ["src/visit.rs", "collector/src/http/submission.rs"] {
        let code = code(user, &read(user));
        let imported = imports(&code)
            .iter()
            .any(|path| path.starts_with("manyi_model::") && path.contains("validate"));
        assert!(
            imported && code.contains("validate(&"),
            "{user} does not call the model's validate"
        );
    }
}

// 3. Who imports whom: layers.rs. 4. One file for each way out: doors.rs.

// 5. One table of names (that nothing made from it is stale: tests/surface.rs).

#[test]
fn i5_event_and_property_names_stand_in_the_table_alone() {
    Rule {
        places: &["src"],
        except: &["src/element/surface", "src/view/style.css"],
        breaks: |line| has(line, &["\"manyi-", "\"--manyi-"]),
        bad: &["CustomEvent::new(\"manyi-ready\")"],
        good: &["self.emit(&surface::events::READY, &detail);"],
    }
    .holds();
}

// 6. What counts as delivered: receipts.rs.

// 7. Little JavaScript, and none of the survey's logic in it.

/// Hand-written lines: neither blank ones nor what `cargo xtask generate` writes.
fn by_hand(text: &str) -> usize {
    let mut generated = false;
    let mut count = 0;
    for line in text.lines() {
        generated =
            (generated || line.starts_with("// surface")) && !line.starts_with("// /surface");
        count += usize::from(!generated && !line.trim().is_empty());
    }
    count
}

// What `dist` publishes is built with `-Zfmt-debug=none`, where `Debug` writes nothing.

#[test]
fn nothing_that_browsers_load_depends_on_what_debug_writes() {
    Rule {
        places: &["src", "model/src", "delivery/src", "queue/src", "kiosk/src"],
        except: &[],
        breaks: |line| has(line, &[":?}", ":#?}", "dbg!("]),
        bad: &[
            "let key = format!(\"{screen:?}\");",
            "format!(\"{:?}\", view)",
        ],
        good: &["format!(\"{seconds}\")"],
    }
    .holds();
}

#[test]
fn i7_the_javascript_is_small_and_knows_no_survey() {
    assert_eq!(
        by_hand("a\n\n// surface: written\nb\nc\n// /surface\nd\n"),
        3
    );
    let scripts: Vec<String> = under(&["www", "collector/assets"])
        .into_iter()
        .filter(|path| path.ends_with(".js") || path.ends_with(".mjs"))
        .collect();
    assert!(scripts.contains(&"www/manyi.js".to_owned()));
    let sum: usize = scripts.iter().map(|path| by_hand(&read(path))).sum();
    assert!(
        sum < 300,
        "{sum} lines of hand-written JavaScript in {scripts:?}"
    );
    // A service worker has to start without any Wasm: it brings that Wasm.
    let kiosk = ["kiosk/www/kiosk.js", "kiosk/www/kiosk-worker.js"];
    let sum: usize = kiosk.iter().map(|path| by_hand(&read(path))).sum();
    assert!(
        sum < 140,
        "{sum} lines of hand-written JavaScript in {kiosk:?}"
    );
    let others: Vec<String> = under(&["kiosk"])
        .into_iter()
        .filter(|path| path.ends_with("js") && !kiosk.contains(&path.as_str()))
        .collect();
    assert!(others.is_empty(), "{others:?} are counted by nobody");
    Rule {
        places: &["www", "kiosk/www"],
        except: &[
            "www/manyi-form.css",
            "www/manyi.d.ts",
            "www/station/station.css",
        ],
        breaks: |line| {
            has(
                line,
                &[
                    "visible_if",
                    "satisf",
                    "max_chars",
                    "any_of",
                    "validate(",
                    "rating\"",
                ],
            )
        },
        bad: &["if (question.visible_if) {"],
        good: &["element.submit();"],
    }
    .holds();
}

// 8. Text only.

/// Whether a line makes markup of a string, or code of one.
fn makes_markup(line: &str) -> bool {
    // The one thing that goes in as it is: a style sheet of our own, whose hash
    // the page's Content-Security-Policy names.
    let style = line.contains("style { (PreEscaped(&style)) }")
        || line.trim_start().starts_with("use maud::");
    has(
        line,
        &[
            "innerHTML",
            "outerHTML",
            "inner_html",
            "outer_html",
            "insertAdjacentHTML",
            "insert_adjacent_html",
        ],
    ) || has(
        line,
        &[
            "from_html_unchecked",
            "document.write",
            "createContextualFragment",
            "srcdoc",
            "DOMParser",
        ],
    ) || has(
        line,
        &[
            "eval(",
            "new Function",
            "javascript:",
            "|safe",
            "setHTMLUnsafe",
            "VRaw",
        ],
    ) || (line.contains("PreEscaped") && !style)
}

#[test]
fn i8_no_string_becomes_markup_or_code() {
    Rule {
        places: &[
            "src",
            "delivery/src",
            "queue/src",
            "kiosk/src",
            "kiosk/www",
            "www",
            "collector/src",
            "index.html",
            "examples",
        ],
        except: &[],
        breaks: makes_markup,
        bad: &[
            "element.innerHTML = text;",
            "Html::from_html_unchecked(text)",
            "(PreEscaped(&survey.title))",
        ],
        good: &[
            "element.textContent = text;",
            "style { (PreEscaped(&style)) }",
        ],
    }
    .holds();
}

#[test]
fn i8_pages_run_under_a_strict_policy() {
    Rule {
        places: &["collector/src"],
        except: &[],
        breaks: |line| {
            has(
                line,
                &[
                    "unsafe-inline",
                    "'unsafe-eval'",
                    "script-src *",
                    "default-src *",
                ],
            )
        },
        bad: &["script-src 'self' 'unsafe-inline'"],
        good: &["script-src 'self' 'wasm-unsafe-eval'"],
    }
    .holds();
    let policy = read("collector/src/http/headers.rs");
    for part in ["'wasm-unsafe-eval'", "require-trusted-types-for 'script'"] {
        assert!(
            policy.contains(part),
            "the hosted page's policy lacks {part}"
        );
    }
    Rule {
        places: &["index.html"],
        except: &[],
        breaks: |line| {
            has(
                line,
                &[
                    " onclick=",
                    " onload=",
                    " onerror=",
                    " style=\"",
                    "<style",
                    "<script>",
                ],
            )
        },
        bad: &["<button onclick=\"rate()\">", "<script>go()</script>"],
        good: &["<script type=\"module\" src=\"/manyi.js\"></script>"],
    }
    .holds();
}

// 9. No unsafe code, no unwrap.

#[test]
fn i9_every_crate_forbids_unsafe_code() {
    let workspace = read("Cargo.toml");
    assert!(
        workspace.contains("\nunsafe_code = \"forbid\"\n"),
        "the workspace does not forbid it"
    );
    for manifest in [
        "Cargo.toml",
        "delivery/Cargo.toml",
        "queue/Cargo.toml",
        "kiosk/Cargo.toml",
        "model/Cargo.toml",
        "collector/Cargo.toml",
        "xtask/Cargo.toml",
    ] {
        assert!(
            read(manifest).contains("\n[lints]\nworkspace = true\n"),
            "{manifest} does not take the workspace's lints"
        );
    }
    let members = workspace
        .split("members = [")
        .nth(1)
        .and_then(|rest| rest.split(']').next());
    assert_eq!(
        members.map(|list| list.split(',').count()),
        Some(6),
        "a new member has to be listed in this test"
    );
}

#[test]
fn i9_nothing_unwraps_outside_tests() {
    Rule {
        places: &[
            "src",
            "delivery/src",
            "queue/src",
            "kiosk/src",
            "model/src",
            "collector/src",
            "xtask/src",
            "build.rs",
            "collector/build.rs",
        ],
        except: &[],
        breaks: |line| {
            has(
                line,
                &[".unwrap()", ".unwrap_unchecked(", "unsafe {", "unsafe fn"],
            )
        },
        bad: &["let id = body.get(\"id\").unwrap();"],
        good: &["let id = body.get(\"id\").unwrap_or_default();"],
    }
    .holds();
}

// 10. No foreign host.

/// Whether a line names a host that an operator did not.
fn names_a_host(line: &str) -> bool {
    let addresses = line
        .match_indices("://")
        .map(|(at, _)| (&line[..at], &line[at + 3..]));
    let foreign = |(before, rest): (&str, &str)| {
        let web = ["http", "https", "ws", "wss"]
            .iter()
            .any(|scheme| before.ends_with(scheme));
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || ".-_[]{}".contains(c)))
            .unwrap_or(rest.len());
        let host = &rest[..end];
        // Names of XML vocabularies and of JSON Schema are never asked for; the
        // reserved example domains belong to nobody.
        let known = [
            "www.w3.org",
            "json-schema.org",
            "localhost",
            "127.0.0.1",
            "[::1]",
        ];
        let reserved = host.split('.').any(|part| part == "example") || host.ends_with(".invalid");
        web && host.starts_with(char::is_alphanumeric) && !known.contains(&host) && !reserved
    };
    let relative = ["src=\"//", "href=\"//", "url(//", "url(\"//", "from \"//"];
    addresses.clone().any(foreign) || has(line, &relative)
}

#[test]
fn i10_nothing_that_is_shipped_names_a_foreign_host() {
    Rule {
        places: &[
            "src",
            "delivery/src",
            "queue/src",
            "kiosk/src",
            "kiosk/www",
            "www",
            "collector/src",
            "collector/assets",
            "surveys",
            "schema",
            "index.html",
            "examples",
        ],
        except: &["examples/README.md"],
        breaks: names_a_host,
        bad: &[
            "<script src=\"https://cdn.jsdelivr.net/npm/vue\"></script>",
            "@import url(//fonts.googleapis.com/css);",
            "fetch(\"http://stats.gov.test.cn/hit\")",
        ],
        good: &[
            "xmlns=\"http://www.w3.org/2000/svg\"",
            "format!(\"http://{}\", self.address)",
            ".strip_prefix(\"https://\")",
            "src=\"https://collector.example/manyi.js\"",
        ],
    }
    .holds();
}

// The layout and the habits.

#[test]
fn the_map_names_every_folder() {
    let map = read("ARCHITECTURE.md");
    assert!(
        map.lines().count() <= 200,
        "ARCHITECTURE.md has {} lines, more than 200",
        map.lines().count()
    );
    let entries = std::fs::read_dir(root())
        .expect("the checkout can be listed")
        .flatten();
    let names = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let made = ["target", "dist", "data", "node_modules"];
    let mut seen = 0;
    for name in names.filter(|name| !name.starts_with('.') && !made.contains(&name.as_str())) {
        assert!(
            map.contains(&format!("{name}/")),
            "ARCHITECTURE.md does not name {name}/"
        );
        seen += 1;
    }
    assert!(seen >= 8, "only {seen} folders at the root");
    for part in ["visit.rs", "view/", "element/", "platform.rs"] {
        assert!(
            map.contains(part),
            "ARCHITECTURE.md does not name src/{part}"
        );
    }
    for path in under(&["delivery/src"]) {
        let name = path.rsplit('/').next().unwrap_or_default();
        assert!(
            is_test(&path) || name == "lib.rs" || map.contains(name.trim_end_matches(".rs")),
            "ARCHITECTURE.md does not name {path}"
        );
    }
}

#[test]
fn folders_and_files_are_named_after_the_product() {
    let vague = |path: &str| {
        path.split(['/', '.'])
            .any(|part| ["utils", "util", "helpers", "common", "core", "misc"].contains(&part))
    };
    assert!(
        vague("src/utils/mod.rs")
            && vague("collector/src/helpers.rs")
            && !vague("src/view/survey.rs")
    );
    for path in under(&[
        "src",
        "delivery",
        "queue",
        "kiosk",
        "model",
        "collector",
        "xtask",
        "www",
        "tests",
    ]) {
        assert!(!vague(&path), "{path} has a name that says nothing");
    }
}

/// The middle one, the one that nine of ten are not longer than, and the longest.
fn spread(mut lengths: Vec<usize>) -> (usize, usize, usize) {
    lengths.sort_unstable();
    let at = |share: usize| lengths[(lengths.len() - 1) * share / 100];
    (at(50), at(90), at(100))
}

#[test]
fn files_are_short() {
    assert_eq!(spread(vec![5, 1, 2, 4, 3]), (3, 4, 5));
    let files = under(&[
        "src",
        "delivery/src",
        "queue/src",
        "kiosk/src",
        "model/src",
        "collector/src",
        "xtask/src",
    ]);
    let rust = files
        .iter()
        .filter(|path| path.ends_with(".rs") && !is_test(path));
    let mut sizes: Vec<(usize, &String)> = rust
        .map(|path| (read(path).lines().count(), path))
        .collect();
    sizes.sort();
    let (median, most, longest) = spread(sizes.iter().map(|(length, _)| *length).collect());
    let last = sizes.last();
    assert!(median <= 150, "the median file has {median} lines");
    assert!(most <= 350, "one file in ten has more than {most} lines");
    assert!(longest <= 600, "{last:?} is too long");
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("X", "XX"),
        concat!("todo", "!("),
        concat!("unimple", "mented!("),
    ];
    let later = |line: &str| {
        let words = line.split(|c: char| !(c.is_alphanumeric() || "_!(".contains(c)));
        words.filter(|word| !word.is_empty()).any(|word| {
            marks
                .iter()
                .any(|mark| word == *mark || (mark.ends_with('(') && word.starts_with(mark)))
        })
    };
    assert!(
        later(&format!("// {}: later", marks[0]))
            && later(&format!("{})", marks[3]))
            && !later("a list of todos")
    );
    let places = [
        "src",
        "delivery",
        "queue",
        "kiosk",
        "model",
        "collector",
        "xtask",
        "www",
        "surveys",
        "examples",
        "bench",
        "tests",
        "index.html",
    ];
    for path in under(&places)
        .iter()
        .filter(|path| !path.starts_with("tests/corpus"))
    {
        let text = read(path);
        let line = text.lines().position(later);
        assert!(
            line.is_none(),
            "{path}:{} leaves something for later",
            line.unwrap_or_default() + 1
        );
    }
    for path in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
    ] {
        assert!(
            !read(path).lines().any(later),
            "{path} leaves something for later"
        );
    }
}

#[test]
fn comments_and_tests_are_no_code() {
    let text =
        "let a = \"http://x\"; // http://y\n// z\nlet b;\n#[cfg(test)]\nmod tests { x.unwrap() }\n";
    assert_eq!(code("src/a.rs", text), "let a = \"http://x\";\n\nlet b;");
    assert_eq!(code("a.html", "<p><!-- http://x --></p>"), "<p></p>");
    assert_eq!(code("a.css", "a{}/* b */c{}"), "a{}c{}");
    let code = "use a::b;\npub use c::{\n    d,\n    e::f,\n};\nlet because = 1;";
    assert_eq!(imports(code), ["a::b", "c::{d,e::f,}"]);
    assert!(
        is_test("src/visit/tests.rs")
            && is_test("collector/tests/corpus.rs")
            && !is_test("src/visit.rs")
    );
}
