//! The page around the survey: properties, events, methods, moves.

use crate::page::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn attributes_and_properties_are_the_same() {
    let survey = small("no-language-switch").await;
    assert_eq!(property(&survey, "noLanguageSwitch"), true);
    assert_eq!(property(&survey, "channel"), "web");
    set(&survey, "askedBy", r#""u7""#);
    assert_eq!(survey.get_attribute("asked-by").as_deref(), Some("u7"));
    set(&survey, "elder", "true");
    assert!(survey.has_attribute("elder"));
    set(&survey, "elder", "false");
    assert!(!survey.has_attribute("elder"));
    set(&survey, "unit", "null");
    assert!(!survey.has_attribute("unit"));
    survey
        .set_attribute("elder", "false")
        .expect("an attribute");
    assert_eq!(property(&survey, "elder"), false);
}

#[wasm_bindgen_test]
async fn properties_set_before_the_class_is_there_are_honoured() {
    let tag = undefined_tag().await;
    let survey = put(&format!("<{tag} lang=zh></{tag}>"));
    tell(&survey, SMALL);
    set(&survey, "endpoint", r#""/late""#);
    set(&survey, "subject", r#"{"unit": "fengli", "window": 3}"#);
    set(&survey, "headers", r#"{"X-Late": "1"}"#);
    define(&tag);
    until_ready(&survey).await;
    assert_eq!(survey.get_attribute("endpoint").as_deref(), Some("/late"));
    choose(&survey, "answers.overall", "satisfied").await;
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(
        body(0)["subject"],
        serde_json::json!({"unit": "fengli", "window": "3"})
    );
    assert_eq!(post(0)["headers"]["x-late"], "1");
}

#[wasm_bindgen_test]
async fn what_changes_before_the_tap_is_what_is_posted() {
    let survey = small("officer=a").await;
    choose(&survey, "answers.overall", "satisfied").await;
    run(&survey, "element.officer = 'b'; element.submit()").await;
    until_said("delivered", 1).await;
    assert_eq!(body(0)["subject"]["officer"], "b");
}

#[wasm_bindgen_test]
async fn events_carry_no_answers_unless_asked_for() {
    let survey = small("").await;
    write(&survey, "answers.comment", "秘密").await;
    choose(&survey, "answers.overall", "satisfied").await;
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    for name in ["ready", "answer", "submit", "delivered"] {
        let said = said(name);
        assert!(
            !said.contains("秘密") && !said.contains("satisfied"),
            "{said}"
        );
    }
    assert_eq!(
        details("answer")[0],
        serde_json::json!({"question": "comment"})
    );
}

#[wasm_bindgen_test]
async fn events_carry_answers_where_asked_for() {
    let survey = small("answers-in-events").await;
    choose(&survey, "answers.overall", "satisfied").await;
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(
        details("answer")[0],
        serde_json::json!({"question": "overall", "answer": "satisfied"})
    );
    assert_eq!(
        details("submit")[0]["response"]["answers"]["overall"],
        "satisfied"
    );
}

#[wasm_bindgen_test]
async fn a_host_can_deliver_by_itself() {
    for (code, outcome, word) in [
        (
            "event.detail.respondWith(Promise.resolve({receipt: 'A-1'}))",
            "delivered",
            "A-1",
        ),
        (
            "event.detail.respondWith((response) => 'B-' + response.answers.overall)",
            "delivered",
            "B-satisfied",
        ),
        (
            "event.preventDefault(); event.detail.respondWith(Promise.resolve())",
            "delivered",
            "",
        ),
        (
            "event.detail.respondWith(new Response('{}', {status: 503}))",
            "queued",
            "server",
        ),
        (
            "event.detail.respondWith(new Response('{\"id\":\"' + event.detail.id + '\"}'))",
            "delivered",
            "",
        ),
        (
            "event.detail.respondWith(Promise.reject(new Error('x')))",
            "queued",
            "server",
        ),
        ("event.detail.respondWith(false)", "queued", "server"),
    ] {
        let survey = small("").await;
        listen(&survey, code);
        choose(&survey, "answers.overall", "satisfied").await;
        press(&survey, "submit").await;
        until_said(outcome, 1).await;
        let detail = &details(outcome)[0];
        let said = if outcome == "delivered" {
            &detail["receipt"]
        } else {
            &detail["why"]
        };
        if word.is_empty() {
            assert_eq!(*said, detail["id"], "{code}");
        } else {
            assert_eq!(*said, word, "{code}");
        }
        assert_eq!(post_count(), 0, "{code}");
    }
}

#[wasm_bindgen_test]
async fn a_host_can_take_a_submission_back() {
    let survey = small("").await;
    listen(&survey, "event.preventDefault()");
    choose(&survey, "answers.overall", "satisfied").await;
    assert_eq!(
        call(&survey, "submit").await,
        "cancelled: The submission was taken back."
    );
    assert_eq!(text(&survey, "submit").as_deref(), Some("提交评价"));
    assert_eq!(post_count(), 0);
}

#[wasm_bindgen_test]
async fn methods_submit_export_flush_and_reset() {
    let survey = small("").await;
    assert_eq!(
        call(&survey, "submit").await,
        "invalid: The answers do not fit yet."
    );
    assert_eq!(call(&survey, "exportQueue").await, "[]");
    assert_eq!(
        call(&survey, "flush").await,
        r#"{"delivered":0,"kept":0,"rejected":0}"#
    );
    choose(&survey, "answers.overall", "satisfied").await;
    answers_nothing();
    let kept: serde_json::Value =
        serde_json::from_str(&call(&survey, "submit").await).expect("JSON");
    assert_eq!(kept["saved"], true);
    let queue: serde_json::Value =
        serde_json::from_str(&call(&survey, "exportQueue").await).expect("JSON");
    assert_eq!(
        (
            &queue[0]["id"],
            queue[0]["state"].as_str(),
            &queue[0]["seq"]
        ),
        (&kept["id"], Some("waiting"), &serde_json::json!(1))
    );
    let body_of = |entry: &serde_json::Value| -> serde_json::Value {
        serde_json::from_str(entry["body"].as_str().expect("a text")).expect("JSON")
    };
    assert_eq!(body_of(&queue[0])["answers"]["overall"], "satisfied");
    assert_eq!(
        call(&survey, "flush").await,
        r#"{"delivered":0,"kept":1,"rejected":0}"#
    );
    answers_echo();
    assert_eq!(
        call(&survey, "flush").await,
        r#"{"delivered":1,"kept":0,"rejected":0}"#
    );
    assert_eq!(body(0)["id"], queue[0]["id"]);
    assert!(call(&survey, "submit").await.contains(r#""saved":false"#));
    assert_eq!(post_count(), 1);
    call(&survey, "reset").await;
    assert_eq!(details("reset")[0]["reason"], "host");
    assert_eq!(call(&survey, "exportQueue").await, "[]");
}

#[wasm_bindgen_test]
async fn an_attribute_that_is_not_understood_is_reported() {
    let _survey = small("channel=wechat").await;
    let errors = details("error");
    assert_eq!(errors[0]["reason"], "config");
    assert_eq!(errors[0]["place"], "channel");
    assert!(
        errors[0]["message"]
            .as_str()
            .is_some_and(|m| m.contains("wechat"))
    );
}

#[wasm_bindgen_test]
async fn f40_a_survey_that_moves_goes_on_where_it_was() {
    let survey = small("").await;
    write(&survey, "answers.comment", "搬家").await;
    let shadow_before = run(
        &survey,
        "element.mark = element.shadowRoot.querySelector('[part~=survey]'); return 1",
    )
    .await;
    assert_eq!(shadow_before, 1);
    remove(&survey);
    append(&survey);
    let same = "await new Promise((next) => setTimeout(next)); return element.mark === element.shadowRoot.querySelector('[part~=survey]')";
    assert_eq!(run(&survey, same).await, true);
    choose(&survey, "answers.overall", "satisfied").await;
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(body(0)["answers"]["comment"], "搬家");
    assert_eq!((said_count("ready"), post_count()), (1, 1));
}

#[wasm_bindgen_test]
async fn f40_a_survey_put_back_later_has_its_answers_and_its_id() {
    let tag = new_tag().await;
    let survey = put(&format!("<{tag} lang=zh endpoint=/v1/responses></{tag}>"));
    tell(&survey, SMALL);
    until_ready(&survey).await;
    choose(&survey, "answers.overall", "dissatisfied").await;
    choose(&survey, "answers.reasons", "rude").await;
    remove(&survey);
    until_gone(&tag).await;
    append(&survey);
    until_said("ready", 2).await;
    until_ready(&survey).await;
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(
        body(0)["answers"],
        serde_json::json!({"overall": "dissatisfied", "reasons": ["rude"]})
    );
    assert_eq!(body(0)["id"], details("ready")[0]["id"]);
    // Put back once more, the thanks are still there and nothing is posted again.
    remove(&survey);
    until_gone(&tag).await;
    append(&survey);
    until_sees(&survey, "receipt-number").await;
    assert_eq!(post_count(), 1);
}

#[wasm_bindgen_test]
async fn f40_removed_while_sending_it_is_one_post_and_one_receipt() {
    let tag = new_tag().await;
    let survey = put(&format!("<{tag} lang=zh endpoint=/v1/responses></{tag}>"));
    tell(&survey, SMALL);
    until_ready(&survey).await;
    choose(&survey, "answers.overall", "satisfied").await;
    answers_late();
    press(&survey, "submit").await;
    until_posts(1).await;
    remove(&survey);
    release_answer();
    until_gone(&tag).await;
    append(&survey);
    until_sees(&survey, "receipt-number").await;
    assert_eq!(post_count(), 1);
}

#[wasm_bindgen_test]
async fn f40_two_surveys_share_an_instance_and_nothing_else() {
    let tag = new_tag().await;
    let first = put(&format!(
        "<{tag} data-survey lang=zh endpoint=/1></{tag}><{tag} lang=en endpoint=/2></{tag}>"
    ));
    let second: web_sys::HtmlElement =
        wasm_bindgen::JsCast::unchecked_into(first.next_element_sibling().expect("a second one"));
    tell(&first, SMALL);
    tell(&second, SMALL);
    until_ready(&first).await;
    until_ready(&second).await;
    assert_eq!((instances_of(&tag), mounted_in(&tag)), (1, 2));
    choose(&first, "answers.overall", "satisfied").await;
    assert!(!radios(&second, "answers.overall").contains('*'));
    choose(&second, "answers.overall", "basically_satisfied").await;
    press(&first, "submit").await;
    press(&second, "submit").await;
    until_said("delivered", 2).await;
    assert_ne!(body(0)["id"], body(1)["id"]);
    for n in 0..2 {
        let is_first = post(n)["url"]
            .as_str()
            .is_some_and(|url| url.ends_with("/1"));
        let level = if is_first {
            "satisfied"
        } else {
            "basically_satisfied"
        };
        assert_eq!(body(n)["answers"]["overall"], level);
    }
}

#[wasm_bindgen_test]
async fn surveys_that_come_and_go_leave_nothing() {
    let tag = new_tag().await;
    for _ in 0..50 {
        let survey = put(&format!("<{tag} lang=zh></{tag}>"));
        tell(&survey, SMALL);
        until_ready(&survey).await;
        choose(&survey, "answers.overall", "satisfied").await;
        remove(&survey);
        until_gone(&tag).await;
        assert!(is_slotted(&survey));
    }
    assert_eq!(mounted_in(&tag), 0);
}

#[wasm_bindgen_test]
async fn another_definition_is_another_visit() {
    let survey = small("").await;
    choose(&survey, "answers.overall", "satisfied").await;
    tell(&survey, WINDOW);
    until_said("ready", 2).await;
    let ready = details("ready");
    assert_eq!(ready[1]["survey"]["id"], "household-window");
    assert_ne!(ready[0]["id"], ready[1]["id"]);
    assert!(!radios(&survey, "answers.overall").contains('*'));
}
