use super::{Answer, Outcome, Said, Why, retry_after_ms};
use crate::entry::Proof;

const ID: &str = "0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f";

fn answer(status: u16) -> Answer {
    Answer {
        status,
        ..Answer::default()
    }
}

/// An answer with `body`, read as the transport reads it.
fn with_body(status: u16, body: &str) -> Answer {
    let html = body.trim_start().starts_with('<');
    let said = serde_json::from_str::<serde_json::Value>(body)
        .ok()
        .map(|json| Said {
            id: json.get("id").and_then(|id| id.as_str()).map(str::to_owned),
            receipt: json
                .get("receipt")
                .and_then(|receipt| receipt.as_str())
                .map(str::to_owned),
            is_ours: json.get("status").is_some(),
            problems: json
                .get("problems")
                .map(ToString::to_string)
                .unwrap_or_default(),
            each: Vec::new(),
        });
    Answer {
        status,
        html,
        said,
        ..Answer::default()
    }
}

fn echo(status: u16) -> Answer {
    with_body(status, &format!(r#"{{"id":"{ID}","status":"stored"}}"#))
}

/// What an answer means, but for the two hints that have tests of their own.
fn classify(proof: Proof, id: &str, answer: &Answer) -> Outcome {
    match super::classify(proof, id, answer) {
        Outcome::Delivered { receipt, .. } => Outcome::Delivered {
            receipt,
            is_ours: false,
        },
        Outcome::Retry { after_ms, why, .. } => Outcome::Retry {
            after_ms,
            why,
            is_general: false,
        },
        refused => refused,
    }
}

fn delivered() -> Outcome {
    Outcome::Delivered {
        receipt: ID.to_owned(),
        is_ours: false,
    }
}

fn retry(why: Why) -> Outcome {
    Outcome::Retry {
        after_ms: None,
        why,
        is_general: false,
    }
}

#[test]
fn only_a_server_that_is_busy_speaks_for_the_next_entry() {
    for status in 100..600 {
        let Outcome::Retry { is_general, .. } = super::classify(Proof::Id, ID, &answer(status))
        else {
            continue;
        };
        let busy = [408, 425, 429, 502, 503, 504].contains(&status);
        assert_eq!(is_general, busy, "{status}");
    }
}

#[test]
fn our_collector_is_known_by_the_status_in_its_receipt() {
    let plain = with_body(201, &format!(r#"{{"id":"{ID}"}}"#));
    for (answer, ours) in [(echo(201), true), (plain, false)] {
        let outcome = super::classify(Proof::Id, ID, &answer);
        let Outcome::Delivered { is_ours, .. } = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(is_ours, ours);
    }
}

#[test]
fn every_2xx_that_echoes_the_id_is_a_receipt() {
    for status in 200..300 {
        assert_eq!(
            classify(Proof::Id, ID, &echo(status)),
            delivered(),
            "{status}"
        );
        assert_eq!(
            classify(Proof::Status, ID, &echo(status)),
            delivered(),
            "{status}"
        );
    }
}

#[test]
fn an_id_in_capitals_is_the_same_id() {
    let body = format!(r#"{{"id":"{}"}}"#, ID.to_ascii_uppercase());
    assert_eq!(classify(Proof::Id, ID, &with_body(201, &body)), delivered());
}

#[test]
fn a_backend_may_name_its_own_receipt() {
    let body = format!(r#"{{"id":"{ID}","receipt":"2026-0042"}}"#);
    assert_eq!(
        classify(Proof::Id, ID, &with_body(201, &body)),
        Outcome::Delivered {
            receipt: "2026-0042".to_owned(),
            is_ours: false,
        }
    );
    let long = format!(r#"{{"id":"{ID}","receipt":"{}"}}"#, "9".repeat(101));
    assert_eq!(classify(Proof::Id, ID, &with_body(201, &long)), delivered());
}

#[test]
fn f16_an_answer_that_does_not_name_the_id_is_no_receipt() {
    for body in [
        "",
        "{}",
        "null",
        "[]",
        "true",
        "ok",
        r#"{"id":null}"#,
        r#"{"id":1}"#,
        r#"{"id":""}"#,
        r#"{"id":"0190b6a4-7c3e-7d52-9a41-000000000000"}"#,
        r#"{"ID":"0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f"}"#,
        r#"{"data":{"id":"0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f"}}"#,
        "{\"id\":\"0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f\"",
        // A byte order mark is not JSON, however right the rest.
        "\u{feff}{\"id\":\"0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f\"}",
        "<!doctype html><title>登录</title>",
    ] {
        for status in [200, 201, 202, 203, 204, 206] {
            assert_eq!(
                classify(Proof::Id, ID, &with_body(status, body)),
                retry(Why::Answer),
                "{status} {body}"
            );
        }
    }
}

#[test]
fn receipt_by_status_takes_201_202_204_and_200_without_html() {
    for status in [200, 201, 202, 204] {
        for body in ["", "{}", "ok"] {
            assert_eq!(
                classify(Proof::Status, ID, &with_body(status, body)),
                delivered(),
                "{status} {body}"
            );
        }
    }
    let page = "<html>";
    assert_eq!(
        classify(Proof::Status, ID, &with_body(200, page)),
        retry(Why::Answer)
    );
    assert_eq!(
        classify(Proof::Status, ID, &with_body(201, page)),
        delivered()
    );
    for status in [203, 205, 206, 207, 226] {
        assert_eq!(
            classify(Proof::Status, ID, &with_body(status, "")),
            retry(Why::Answer),
            "{status}"
        );
    }
}

#[test]
fn f06_f07_portals_and_redirects_are_no_receipts() {
    let hidden = Answer {
        redirect: true,
        ..echo(0)
    };
    for proof in [Proof::Id, Proof::Status] {
        assert_eq!(classify(proof, ID, &hidden), retry(Why::Answer));
        for status in 300..400 {
            assert_eq!(
                classify(proof, ID, &echo(status)),
                retry(Why::Answer),
                "{status}"
            );
        }
        assert_eq!(classify(proof, ID, &echo(511)), retry(Why::Server));
        assert_eq!(
            classify(proof, ID, &with_body(200, "<html>")),
            retry(Why::Answer)
        );
    }
}

#[test]
fn f11_f13_what_a_server_or_its_set_up_gets_wrong_is_kept() {
    let named = [401, 403, 404, 405, 407, 408, 425, 429];
    for status in named.into_iter().chain(500..600) {
        for proof in [Proof::Id, Proof::Status] {
            assert_eq!(
                classify(proof, ID, &answer(status)),
                retry(Why::Server),
                "{status}"
            );
            // Not even an echo turns a failure into a receipt.
            assert_eq!(
                classify(proof, ID, &echo(status)),
                retry(Why::Server),
                "{status}"
            );
        }
    }
}

#[test]
fn a_status_that_no_rule_names_is_kept() {
    for status in [0, 100, 103, 199, 402, 406, 410, 418, 451, 600, 999] {
        assert_eq!(
            classify(Proof::Id, ID, &answer(status)),
            retry(Why::Server),
            "{status}"
        );
    }
}

#[test]
fn f14_f15_refused_content_is_set_apart() {
    for status in [400, 413, 415, 422] {
        assert_eq!(
            classify(Proof::Id, ID, &answer(status)),
            Outcome::Quarantined {
                why: Why::Refused,
                status,
                problems: String::new()
            }
        );
    }
    assert_eq!(
        classify(Proof::Status, ID, &answer(409)),
        Outcome::Quarantined {
            why: Why::Conflict,
            status: 409,
            problems: String::new()
        }
    );
}

#[test]
fn the_problems_that_the_server_names_come_through() {
    let problems = r#"[{"question":"phone","code":"not_a_phone"}]"#.to_owned();
    let named = Answer {
        said: Some(Said {
            problems: problems.clone(),
            ..Said::default()
        }),
        ..answer(422)
    };
    assert_eq!(
        classify(Proof::Id, ID, &named),
        Outcome::Quarantined {
            why: Why::Refused,
            status: 422,
            problems
        }
    );
}

#[test]
fn f12_retry_after_comes_through() {
    for status in [429, 503, 200, 302] {
        let wait = Answer {
            retry_after_ms: Some(7000),
            ..answer(status)
        };
        let Outcome::Retry { after_ms, .. } = classify(Proof::Id, ID, &wait) else {
            panic!("{status} is kept");
        };
        assert_eq!(after_ms, Some(7000), "{status}");
    }
}

#[test]
fn retry_after_is_seconds_or_a_date_and_at_most_a_day() {
    let date = |text: &str| (text == "Wed, 21 Oct 2026 07:28:00 GMT").then_some(10_000.0);
    assert_eq!(retry_after_ms("7", 0.0, date), Some(7_000));
    assert_eq!(retry_after_ms(" 0 ", 0.0, date), Some(0));
    assert_eq!(
        retry_after_ms("99999999999999999999999", 0.0, date),
        Some(86_400_000)
    );
    assert_eq!(
        retry_after_ms("Wed, 21 Oct 2026 07:28:00 GMT", 4_000.0, date),
        Some(6_000)
    );
    assert_eq!(
        retry_after_ms("Wed, 21 Oct 2026 07:28:00 GMT", 4_000_000.0, date),
        Some(0)
    );
    assert_eq!(retry_after_ms("soon", 0.0, date), None);
    assert_eq!(retry_after_ms("", 0.0, date), None);
    assert_eq!(retry_after_ms("-1", 0.0, date), None);
}
