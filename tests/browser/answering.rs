//! A person answers.

use crate::page::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn three_levels_are_radios_named_by_their_words() {
    let survey = small("").await;
    assert_eq!(
        radios(&survey, "answers.overall"),
        "satisfied:满意 basically_satisfied:基本满意 dissatisfied:不满意"
    );
    assert_eq!(
        attribute(&survey, "question", "role").as_deref(),
        Some("radiogroup")
    );
    assert_eq!(text(&survey, "submit").as_deref(), Some("提交评价"));
}

#[wasm_bindgen_test]
async fn satisfied_is_one_tap_and_submit() {
    let survey = small("unit=fengli window=3").await;
    choose(&survey, "answers.overall", "satisfied").await;
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    until_sees(&survey, "receipt-number").await;
    let id = body(0)["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        text(&survey, "receipt-number").as_deref(),
        Some(id.as_str())
    );
    assert_eq!(
        attribute(&survey, "thanks", "role").as_deref(),
        Some("status")
    );
    assert_eq!(post_count(), 1);
}

#[wasm_bindgen_test]
async fn reasons_appear_at_dissatisfied_and_are_required() {
    let survey = small("").await;
    assert!(!has(&survey, "answers.reasons"));
    choose(&survey, "answers.overall", "dissatisfied").await;
    until_has(&survey, "answers.reasons").await;
    press(&survey, "submit").await;
    until_said("invalid", 1).await;
    assert_eq!(details("invalid")[0]["problems"][0]["question"], "reasons");
    assert_eq!(details("invalid")[0]["problems"][0]["code"], "required");
    assert_eq!(post_count(), 0);
    choose(&survey, "answers.reasons", "slow").await;
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(
        body(0)["answers"],
        serde_json::json!({"overall": "dissatisfied", "reasons": ["slow"]})
    );
}

#[wasm_bindgen_test]
async fn answers_of_a_question_hidden_again_are_not_posted() {
    let survey = small("").await;
    choose(&survey, "answers.overall", "dissatisfied").await;
    choose(&survey, "answers.reasons", "slow").await;
    choose(&survey, "answers.overall", "satisfied").await;
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(
        body(0)["answers"],
        serde_json::json!({"overall": "satisfied"})
    );
}

#[wasm_bindgen_test]
async fn the_summary_of_errors_takes_the_focus() {
    let survey = small("").await;
    press(&survey, "submit").await;
    until_focused(&survey, "summary").await;
    assert!(sees(&survey, "error"));
    assert_eq!(
        attribute(&survey, "question", "aria-invalid").as_deref(),
        Some("true")
    );
}

#[wasm_bindgen_test]
async fn nothing_takes_the_focus_or_scrolls_on_load() {
    let survey = small("").await;
    let moved = run(
        &survey,
        "return [document.activeElement === document.body, scrollY]",
    )
    .await;
    assert_eq!(moved, serde_json::json!([true, 0]));
}

#[wasm_bindgen_test]
async fn the_language_switch_turns_words_and_direction() {
    let survey = small("").await;
    assert_eq!(attribute(&survey, "survey", "dir").as_deref(), Some("ltr"));
    choose(&survey, "answers.overall", "satisfied").await;
    pick(&survey, "ug").await;
    assert_eq!(attribute(&survey, "survey", "dir").as_deref(), Some("rtl"));
    assert_eq!(text(&survey, "title").as_deref(), Some("باھالاش"));
    assert!(
        radios(&survey, "answers.overall").contains('*'),
        "the answer stays"
    );
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(body(0)["language"], "ug");
}

#[wasm_bindgen_test]
async fn the_language_attribute_changes_the_language() {
    let survey = small("").await;
    survey.set_attribute("lang", "en").expect("an attribute");
    let said = "return new Promise((done) => { const look = () => element.shadowRoot.querySelector('[part~=survey]').lang === 'en' ? done(true) : setTimeout(look); look(); })";
    assert_eq!(run(&survey, said).await, true);
    assert_eq!(text(&survey, "submit").as_deref(), Some("Submit rating"));
}

#[wasm_bindgen_test]
async fn f17_ten_taps_make_one_post() {
    let survey = small("").await;
    choose(&survey, "answers.overall", "satisfied").await;
    answers_late();
    run(
        &survey,
        "for (let n = 0; n < 10; n += 1) { element.shadowRoot.querySelector('[part~=submit]')?.click(); await null; }",
    )
    .await;
    until_posts(1).await;
    release_answer();
    until_said("delivered", 1).await;
    assert_eq!(
        (post_count(), said_count("submit"), said_count("delivered")),
        (1, 1, 1)
    );
}

#[wasm_bindgen_test]
async fn another_rating_has_another_id_and_no_answers() {
    let survey = small("").await;
    choose(&survey, "answers.overall", "satisfied").await;
    press(&survey, "submit").await;
    press(&survey, "again").await;
    until_said("reset", 1).await;
    until_has(&survey, "answers.overall").await;
    assert!(!radios(&survey, "answers.overall").contains('*'));
    assert_eq!(details("reset")[0]["reason"], "user");
    assert_ne!(details("reset")[0]["id"], body(0)["id"]);
}

#[wasm_bindgen_test]
async fn a_tap_after_submit_changes_neither_what_is_sent_nor_what_is_shown() {
    let survey = small("").await;
    choose(&survey, "answers.overall", "satisfied").await;
    answers_late();
    // Before anything of the submission is drawn.
    run(
        &survey,
        "const root = element.shadowRoot;
        root.querySelector('[part~=submit]').click();
        root.querySelector('[value=dissatisfied]').click();
        while (!root.querySelector('[value=satisfied]').checked) await new Promise((next) => setTimeout(next));",
    )
    .await;
    until_posts(1).await;
    assert!(radios(&survey, "answers.overall").contains("satisfied:满意*"));
    release_answer();
    until_said("delivered", 1).await;
    assert_eq!(body(0)["answers"]["overall"], "satisfied");
}
