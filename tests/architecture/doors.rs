//! Invariant 4: one file for each way out.

use crate::rule::{Rule, has};
use crate::sources::read;

/// Whether a line asks the network for something.
fn asks_the_network(line: &str) -> bool {
    has(
        line,
        &[
            "fetch_with",
            "fetch(",
            "\"fetch\"",
            "XmlHttpRequest",
            "XMLHttpRequest",
            "send_beacon",
            "sendBeacon",
            "WebSocket",
            "EventSource",
        ],
    )
}

#[test]
fn i4_one_file_of_the_outbox_fetches_and_the_widget_does_not() {
    let rule = Rule {
        places: &["src"],
        except: &[],
        breaks: asks_the_network,
        bad: &[
            "window.fetch_with_request(&request)",
            "fn fetch(url: &str, init: &JsValue) -> Promise;",
            "invoke(global, \"fetch\", &[address, init])",
            "navigator.send_beacon(url)",
        ],
        good: &["let definition = definition::load(source).await;"],
    };
    rule.holds();
    Rule {
        places: &["delivery/src"],
        except: &["delivery/src/wire.rs"],
        ..rule
    }
    .holds();
    Rule {
        places: &["kiosk/src"],
        except: &["kiosk/src/wire.rs"],
        ..rule
    }
    .holds();
}

/// Whether a line reads a clock, draws a number or sets a timer.
fn reads_the_clock_or_chance(line: &str) -> bool {
    has(
        line,
        &[
            "Date::",
            "Math::random",
            "get_random_values",
            "getRandomValues",
            "random_uuid",
            "randomUUID",
            ".performance()",
            "SystemTime",
        ],
    ) || has(
        line,
        &[
            "Instant::",
            "set_timeout(",
            "setTimeout",
            "setInterval",
            "Timeout::",
            "js_namespace = Date",
            "js_namespace = Math",
            "js_namespace = performance",
            "thing(\"Date\")",
            "thing(\"Math\")",
            "thing(\"performance\")",
        ],
    )
}

#[test]
fn i4_one_file_of_each_wasm_reads_the_clock_and_randomness() {
    let rule = Rule {
        places: &["src"],
        except: &["src/platform.rs"],
        breaks: reads_the_clock_or_chance,
        bad: &[
            "let now = js_sys::Date::now();",
            "#[wasm_bindgen(js_namespace = Date, js_name = now)]",
            "#[wasm_bindgen(js_name = setTimeout)]",
            "invoke(thing(\"Math\"), \"random\", &[])",
        ],
        good: &["let now = platform::now_ms();"],
    };
    rule.holds();
    Rule {
        places: &["delivery/src"],
        except: &["delivery/src/platform.rs"],
        ..rule
    }
    .holds();
    Rule {
        places: &["kiosk/src"],
        except: &["kiosk/src/platform.rs"],
        ..rule
    }
    .holds();
    Rule {
        places: &["queue/src"],
        except: &["queue/src/platform.rs"],
        ..rule
    }
    .holds();
    // The door to the window; beside it only what hashes and makes the stage.
    Rule {
        places: &["src"],
        except: &[
            "src/platform.rs",
            "src/element/hash.rs",
            "src/element/stage.rs",
        ],
        breaks: |line| has(line, &["web_sys::window(", "window()?"]),
        bad: &["let window = web_sys::window()?;"],
        good: &["let id = platform::new_id();"],
    }
    .holds();
}

/// Whether a line reaches for what a browser keeps on the disk.
fn reaches_the_disk(line: &str) -> bool {
    has(
        line,
        &[
            "indexedDB",
            "IDB",
            "Idb",
            "objectStore",
            "createObjectStore",
            "localStorage",
            "sessionStorage",
            "local_storage",
        ],
    ) || has(
        line,
        &["session_storage", "document.cookie", "set_cookie", "caches"],
    )
}

#[test]
fn i4_one_file_alone_speaks_indexeddb_and_nothing_else_is_kept() {
    let rule = Rule {
        places: &["delivery/src"],
        except: &["delivery/src/idb.rs"],
        breaks: reaches_the_disk,
        bad: &[
            "thing(\"indexedDB\")",
            "window.local_storage()",
            "#[wasm_bindgen(js_namespace = IDBKeyRange, js_name = bound)]",
        ],
        good: &["let work = self.0.begin(&[WAITING], true).await?;"],
    };
    rule.holds();
    Rule {
        places: &["src", "www/manyi.js"],
        except: &[],
        ..rule
    }
    .holds();
    // The kiosk's settings and counts, and never IndexedDB.
    Rule {
        places: &["kiosk/src"],
        except: &["kiosk/src/memory.rs"],
        ..rule
    }
    .holds();
    assert!(
        !has(&read("kiosk/src/memory.rs"), &["indexedDB", "IDB", "Idb"])
            && !has(&read("kiosk/www/kiosk-worker.js"), &["indexedDB", "IDB"]),
        "the kiosk reaches into the outbox"
    );
}

#[test]
fn i4_one_file_of_the_collector_opens_the_database_and_one_reads_the_clock() {
    Rule {
        places: &["collector/src"],
        except: &["collector/src/store/sqlite.rs"],
        breaks: |line| {
            has(
                line,
                &[
                    "connect_with(",
                    "PoolOptions",
                    "ConnectOptions",
                    "Pool::connect(",
                    "Connection::open(",
                ],
            )
        },
        bad: &["let pool = AnyPoolOptions::new().connect_with(options).await?;"],
        good: &["let rows = sqlx::query(INSERT).execute(&mut *transaction).await?;"],
    }
    .holds();
    Rule {
        places: &["collector/src"],
        except: &["collector/src/clock.rs"],
        breaks: |line| {
            has(
                line,
                &[
                    "SystemTime::now",
                    "now_v7",
                    "now_v4",
                    "Uuid::new_v4",
                    "OffsetDateTime::now",
                    "rand::",
                    "getrandom",
                ],
            )
        },
        bad: &["let id = Uuid::now_v7();", "let now = SystemTime::now();"],
        good: &[
            "let received_at = clock::now();",
            "let started = Instant::now();",
            "let socket = TcpSocket::new_v4()?;",
        ],
    }
    .holds();
}

#[test]
fn i4_clippy_refuses_the_other_ways_too() {
    let widget = read("clippy.toml");
    for method in [
        "js_sys::Date::now",
        "js_sys::Math::random",
        "web_sys::Window::fetch_with_request",
    ] {
        assert!(
            widget.contains(method),
            "clippy.toml does not refuse {method}"
        );
    }
    let collector = read("collector/clippy.toml");
    for method in [
        "std::time::SystemTime::now",
        "uuid::Uuid::now_v7",
        "getrandom::fill",
        "connect_with",
    ] {
        assert!(
            collector.contains(method),
            "collector/clippy.toml does not refuse {method}"
        );
    }
}

#[test]
fn i11_the_guard_alone_says_how_far_somebody_reaches() {
    Rule {
        places: &["collector/src"],
        except: &[
            "collector/src/desk/guard.rs",
            // Whoever runs a command holds the files.
            "collector/src/cli",
        ],
        breaks: |line| {
            has(
                line,
                &["Reach::all(", "Reach::of(", "Reach::of_the_operator("],
            )
        },
        bad: &["let reach = Reach::all();"],
        good: &["let within = reach.within(unit).ok_or(Shut::Absent)?;"],
    }
    .holds();
}
