//! A rating is posted, and what comes back is judged.

use crate::page::*;
use manyi_model::{Definition, Response, validate};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

async fn rate(survey: &HtmlElement) {
    choose(survey, "answers.overall", "satisfied").await;
    press(survey, "submit").await;
}

#[wasm_bindgen_test]
async fn the_post_is_a_response_that_the_model_accepts() {
    let survey = small("unit=fengli window=3 officer=012345 matter=m-1 channel=kiosk mode=asked asked-by=u7 invitation=i-1").await;
    write(&survey, "answers.comment", "很好 👍").await;
    rate(&survey).await;
    until_said("delivered", 1).await;
    let post = post(0);
    let response: Response = serde_json::from_value(body(0)).expect("a response");
    assert_eq!(response.check(), Vec::new());
    let definition: Definition = serde_json::from_str(SMALL).expect("a definition");
    assert_eq!(validate(&definition, &response.answers), Vec::new());
    let subject = response.subject.expect("a subject");
    assert_eq!(subject.officer.as_deref(), Some("012345"));
    assert_eq!(subject.matter.as_deref(), Some("m-1"));
    assert_eq!(body(0)["answers"]["comment"], "很好 👍");
    assert_eq!(body(0)["channel"], "kiosk");
    assert_eq!(body(0)["mode"], "asked");
    assert_eq!(body(0)["language"], "zh-Hans");
    assert!(response.duration_ms.is_some_and(|ms| ms < 60_000));
    assert_eq!(post["headers"]["content-type"], "application/json");
    assert_eq!(post["headers"]["idempotency-key"], body(0)["id"]);
    assert_eq!(post["credentials"], "omit");
    assert_eq!(post["redirect"], "manual");
    assert!(
        post["url"]
            .as_str()
            .is_some_and(|url| url.ends_with("/v1/responses"))
    );
}

#[wasm_bindgen_test]
async fn the_hash_is_the_collectors() {
    for definition in [
        SMALL,
        WINDOW,
        // Signs that need escapes, keys out of order, numbers in several shapes.
        r#"{"version": 1.0, "title": "a\"\\\n\u00e9\ud83d\ude00\u2028/ ", "id": "x",
            "questions": [{"title": "1", "type": "number", "id": "n", "min": -0.5, "max": 1e3, "decimals": 2}]}"#,
    ] {
        let tag = new_tag().await;
        let survey = put(&format!("<{tag} endpoint=/v1/responses></{tag}>"));
        tell(&survey, definition);
        until_ready(&survey).await;
        if has(&survey, "answers.overall") {
            choose(&survey, "answers.overall", "satisfied").await;
        }
        press(&survey, "submit").await;
        until_said("delivered", 1).await;
        let document = serde_json::from_str(definition).expect("JSON");
        let hash = manyi_model::hash::definition_hash(&document);
        assert_eq!(body(0)["survey"]["hash"], hash.as_str());
    }
}

#[wasm_bindgen_test]
async fn form_format_posts_the_fields_of_a_form() {
    let survey = small("format=form unit=fengli").await;
    choose(&survey, "answers.overall", "dissatisfied").await;
    choose(&survey, "answers.reasons", "slow").await;
    choose(&survey, "answers.reasons", "rude").await;
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    let post = post(0);
    assert_eq!(
        post["headers"]["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert!(post["headers"].get("idempotency-key").is_none());
    let body = post["body"].as_str().expect("a text");
    for field in [
        "survey.id=small",
        "survey.version=2",
        "subject.unit=fengli",
        "answers.overall=dissatisfied",
        "answers.reasons=slow&answers.reasons=rude",
    ] {
        assert!(body.contains(field), "{field} in {body}");
    }
}

#[wasm_bindgen_test]
async fn headers_and_credentials_go_along() {
    let survey = small("credentials=include").await;
    set(&survey, "headers", r#"{"X-Gateway": "t1"}"#);
    rate(&survey).await;
    until_said("delivered", 1).await;
    assert_eq!(post(0)["headers"]["x-gateway"], "t1");
    assert_eq!(post(0)["credentials"], "include");
}

#[wasm_bindgen_test]
async fn what_can_neither_be_sent_nor_kept_stays_and_a_tap_sends_the_same_id() {
    // Words, and no key to seal them with.
    let survey = small("").await;
    write(&survey, "answers.comment", "留着").await;
    answers_nothing();
    rate(&survey).await;
    until_said("queued", 1).await;
    until_sees(&survey, "failure").await;
    assert_eq!(details("queued")[0]["why"], "network");
    assert_eq!(details("queued")[0]["where"], "page");
    assert_eq!(value(&survey, "answers.comment").as_deref(), Some("留着"));
    let first = body(0);
    answers_echo();
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(body(0)["id"], first["id"]);
    assert_eq!(body(0)["answers"], first["answers"]);
}

#[wasm_bindgen_test]
async fn f06_f11_f13_f16_what_is_no_receipt_is_kept() {
    let survey = small("").await;
    choose(&survey, "answers.overall", "satisfied").await;
    // So that it is on the page's own account each time.
    write(&survey, "answers.comment", "x").await;
    let json = "application/json";
    let id = details("ready")[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let marked = format!("\u{feff}{{\"id\":\"{id}\"}}");
    let other = r#"{"id":"0190b6a4-7c3e-7d52-9a41-000000000000"}"#;
    for (n, (status, body, kind, why)) in [
        (
            200,
            "<!doctype html><title>登录</title>",
            "text/html",
            "answer",
        ),
        (200, "{}", json, "answer"),
        (201, "", json, "answer"),
        (201, other, json, "answer"),
        (201, marked.as_str(), json, "answer"),
        (401, "{}", json, "server"),
        (403, "<html>", "text/html", "server"),
        (404, "", "text/plain", "server"),
        (429, "{}", json, "server"),
        (500, "", "text/plain", "server"),
        (503, "", "text/plain", "server"),
    ]
    .into_iter()
    .enumerate()
    {
        answers(status, body, kind);
        press(&survey, "submit").await;
        until_said("queued", n + 1).await;
        assert_eq!(details("queued")[n]["why"], why, "{status} {body}");
        until_sees(&survey, "failure").await;
    }
    assert_eq!(said_count("delivered"), 0);
}

#[wasm_bindgen_test]
async fn f16_of_an_endless_answer_one_megabyte_is_read() {
    let survey = small("").await;
    answers_huge();
    rate(&survey).await;
    until_said("queued", 1).await;
    let limit = 1024.0 * 1024.0 + 4.0 * 65536.0;
    assert!(pulled_bytes() <= limit, "{}", pulled_bytes());
}

#[wasm_bindgen_test]
async fn f14_what_the_server_finds_wrong_is_shown_at_the_question() {
    let survey = small("").await;
    let found = r#"{"title":"x","problems":[{"question":"phone","code":"not_a_phone","message":"…"},{"code":1},"x"]}"#;
    answers(422, found, "application/problem+json");
    rate(&survey).await;
    until_said("rejected", 1).await;
    until_sees(&survey, "error").await;
    assert_eq!(details("rejected")[0]["status"], 422);
    assert_eq!(details("rejected")[0]["problems"][0]["question"], "phone");
    assert!(text(&survey, "error").is_some_and(|text| text.contains("电话")));
}

#[wasm_bindgen_test]
async fn f15_a_conflict_is_not_sent_again() {
    let survey = small("").await;
    answers(409, "{}", "application/problem+json");
    rate(&survey).await;
    until_said("rejected", 1).await;
    until_sees(&survey, "failure").await;
    assert_eq!(details("rejected")[0]["why"], "conflict");
    assert_eq!(
        call(&survey, "flush").await,
        r#"{"delivered":0,"kept":0,"rejected":1}"#
    );
    assert_eq!(post_count(), 1);
}

#[wasm_bindgen_test]
async fn a_backend_that_cannot_echo_is_believed_by_its_status() {
    for (status, body) in [(204, ""), (200, "ok")] {
        let survey = small("receipt=status").await;
        answers(status, body, "text/plain");
        rate(&survey).await;
        until_said("delivered", 1).await;
    }
}

#[wasm_bindgen_test]
async fn f06_words_that_are_said_to_be_a_page_are_no_receipt() {
    let survey = small("receipt=status").await;
    answers(200, "Please sign in", "Text/HTML; charset=utf-8");
    rate(&survey).await;
    until_said("queued", 1).await;
    assert_eq!(details("queued")[0]["why"], "answer");
    assert_eq!(said_count("delivered"), 0);
}
