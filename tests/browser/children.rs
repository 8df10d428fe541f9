//! The children, a plain form: before the survey is there, and where it cannot be.

use crate::page::*;
use wasm_bindgen_test::wasm_bindgen_test;

const FORM: &str = r#"<form class="manyi-form" method="post" action="/v1/responses">
  <input type="hidden" name="id" value="0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f">
  <input type="hidden" name="survey.id" value="small">
  <label><input type="radio" name="answers.overall" value="satisfied">满意</label>
  <label><input type="radio" name="answers.overall" value="dissatisfied">不满意</label>
  <label><input type="checkbox" name="answers.reasons" value="slow">慢</label>
  <label><input type="checkbox" name="answers.reasons" value="rude">态度</label>
  <textarea name="answers.comment"></textarea>
  <button type="submit">提交评价</button>
</form>"#;

#[wasm_bindgen_test]
async fn what_is_answered_before_the_wasm_arrives_is_taken_over() {
    let tag = new_tag().await;
    let survey = put(&format!(
        "<{tag} lang=zh endpoint=/v1/responses>{FORM}</{tag}>"
    ));
    assert!(is_slotted(&survey), "the form is there at once");
    run(
        &survey,
        "element.querySelector('[value=dissatisfied]').click(); element.querySelector('[value=rude]').click();
         const text = element.querySelector('textarea'); text.value = '等了\\n很久'; text.focus(); text.setSelectionRange(1, 2);",
    )
    .await;
    tell(&survey, SMALL);
    until_ready(&survey).await;
    assert!(radios(&survey, "answers.overall").contains("不满意*"));
    assert_eq!(
        value(&survey, "answers.comment").as_deref(),
        Some("等了\n很久")
    );
    until_focused(&survey, "i-comment").await;
    let selection = "const text = element.shadowRoot.activeElement; return [text.selectionStart, text.selectionEnd]";
    assert_eq!(run(&survey, selection).await, serde_json::json!([1, 2]));
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(body(0)["id"], "0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f");
    assert_eq!(
        body(0)["answers"],
        serde_json::json!({"overall": "dissatisfied", "reasons": ["rude"], "comment": "等了\n很久"})
    );
}

#[wasm_bindgen_test]
async fn without_wasm_the_form_stays_and_an_error_says_so_once() {
    let tag = undefined_tag().await;
    without_wasm(&tag);
    define(&tag);
    let survey = put(&format!(
        "<{tag} lang=zh endpoint=/v1/responses>{FORM}</{tag}>"
    ));
    tell(&survey, SMALL);
    until_said("error", 1).await;
    assert!(is_slotted(&survey) && notice(&survey).is_empty());
    let errors = details("error");
    assert_eq!((errors.len(), &errors[0]["reason"]), (1, &"wasm".into()));
}

#[wasm_bindgen_test]
async fn without_wasm_and_without_a_form_a_sentence_says_so() {
    for (lang, words) in [
        ("zh-CN", "评价暂时打不开"),
        ("zh-HK", "評價暫時打不開"),
        ("en-GB", "cannot be opened"),
        ("fr", "评价暂时打不开"),
    ] {
        let tag = undefined_tag().await;
        without_wasm(&tag);
        define(&tag);
        let survey = put(&format!("<{tag} lang={lang}> </{tag}>"));
        tell(&survey, SMALL);
        until_said("error", 1).await;
        assert!(
            notice(&survey).contains(words),
            "{lang}: {}",
            notice(&survey)
        );
    }
}

#[wasm_bindgen_test]
async fn a_broken_definition_is_named_by_its_place_and_the_form_stays() {
    for (definition, place, word) in [
        (
            r#"{"id": "x", "version": 1, "title": "x", "questions": []}"#,
            "questions",
            "1 entry",
        ),
        (
            r#"{"id": "x", "version": 1, "title": "x", "questions": [{"id": "a", "type": "text", "title": "x"}, {"id": "b", "type": "star", "title": "x"}]}"#,
            "questions[1].type",
            "star",
        ),
        (
            r#"{"id": "x", "version": 1, "title": "x", "questions": [{"id": "a", "type": "rating", "scale": "stars", "title": "x"}]}"#,
            "questions[0].scale",
            "ready scales",
        ),
        (
            r#"{"id": "x", "version": 1, "title": "x", "questions": [{"id": "a", "type": "choice", "title": "x"}]}"#,
            "questions[0].choices",
            "1 entry",
        ),
        (r#"[]"#, "", ""),
        (r#""no json""#, "", "JSON"),
    ] {
        let tag = new_tag().await;
        let survey = put(&format!("<{tag} lang=zh>{FORM}</{tag}>"));
        tell(&survey, definition);
        until_said("error", 1).await;
        let error = &details("error")[0];
        assert_eq!(error["reason"], "definition");
        assert_eq!(
            error["place"].as_str().unwrap_or_default(),
            place,
            "{error}"
        );
        assert!(
            error["message"].as_str().is_some_and(|m| m.contains(word)),
            "{error}"
        );
        assert!(is_slotted(&survey));
    }
}

#[wasm_bindgen_test]
async fn the_definition_comes_from_an_address() {
    serve(
        "/stub/small.json",
        200,
        &format!("\u{feff}{SMALL}"),
        "application/json",
    );
    let tag = new_tag().await;
    let survey = put(&format!("<{tag} lang=zh src=/stub/small.json></{tag}>"));
    until_ready(&survey).await;
    assert_eq!(text(&survey, "title").as_deref(), Some("评价"));
}

#[wasm_bindgen_test]
async fn a_definition_that_cannot_be_had_is_reported() {
    let long = format!("{SMALL}{}", " ".repeat(1024 * 1024));
    for (status, body, word) in [
        (404, "{}", "404"),
        (200, "<html>", "JSON"),
        (200, long.as_str(), "1 MiB"),
    ] {
        serve("/stub/gone.json", status, body, "application/json");
        let tag = new_tag().await;
        let survey = put(&format!("<{tag} lang=zh src=/stub/gone.json></{tag}>"));
        until_said("error", 1).await;
        let error = &details("error")[0];
        assert_eq!(error["reason"], "definition");
        assert!(
            error["message"].as_str().is_some_and(|m| m.contains(word)),
            "{error}"
        );
        assert!(notice(&survey).contains("打不开"));
    }
}

#[wasm_bindgen_test]
async fn inside_someones_form_it_neither_submits_nor_adds_fields() {
    let tag = new_tag().await;
    // Parsers drop a form inside a form, so its fields belong to the outer one.
    let fields = FORM.replace("<form", "<div").replace("</form", "</div");
    let survey = put(&format!(
        "<form id=outer><input name=q value=1><{tag} data-survey lang=zh endpoint=/v1/responses>{fields}</{tag}><button>go</button></form>"
    ));
    run(&survey, "window.sent = 0; element.closest('form').addEventListener('submit', (event) => { event.preventDefault(); window.sent += 1; })").await;
    tell(&survey, SMALL);
    until_ready(&survey).await;
    choose(&survey, "answers.overall", "satisfied").await;
    write(&survey, "answers.phone", "13800138000").await;
    run(
        &survey,
        "const phone = element.shadowRoot.querySelector('[name=\"answers.phone\"]'); phone.focus();
         for (const type of ['keydown', 'keypress', 'keyup']) phone.dispatchEvent(new KeyboardEvent(type, {key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true, composed: true, cancelable: true}));",
    )
    .await;
    let names = "return [...new FormData(element.closest('form')).keys()]";
    assert_eq!(run(&survey, names).await, serde_json::json!(["q"]));
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(body(0)["answers"]["phone"], "13800138000");
    assert_eq!(run(&survey, "return window.sent").await, 0);
    // Away from the page it gives the fields back.
    remove(&survey);
    let enabled = "await new Promise((next) => setTimeout(next, 0)); await new Promise((next) => setTimeout(next, 0)); return element.querySelectorAll(':disabled').length";
    assert_eq!(run(&survey, enabled).await, 0);
}
