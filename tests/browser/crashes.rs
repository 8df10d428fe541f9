//! An instance that panics is left, and a fresh one goes on with what was kept.

use crate::page::*;
use wasm_bindgen_test::wasm_bindgen_test;

async fn crash(survey: &web_sys::HtmlElement, place: &str) {
    survey
        .set_attribute("debug-panic", place)
        .expect("an attribute");
    let step = match place {
        "submit" => "element.shadowRoot.querySelector('[part~=submit]').click()",
        // Drawing again, or taking a step, is enough.
        _ => "element.shadowRoot.querySelector('[part~=elder]').click()",
    };
    run(survey, step).await;
}

#[wasm_bindgen_test]
async fn f35_after_a_panic_a_fresh_instance_has_the_answers() {
    for place in ["render", "action", "submit"] {
        let tag = new_tag().await;
        let survey = put(&format!(
            "<{tag} data-panics-once lang=zh endpoint=/v1/responses></{tag}>"
        ));
        tell(&survey, SMALL);
        until_ready(&survey).await;
        choose(&survey, "answers.overall", "dissatisfied").await;
        choose(&survey, "answers.reasons", "slow").await;
        write(&survey, "answers.comment", "还在").await;
        crash(&survey, place).await;
        until_said("ready", 2).await;
        until_ready(&survey).await;
        assert_eq!(instances_of(&tag), 2, "{place}");
        assert_eq!(
            value(&survey, "answers.comment").as_deref(),
            Some("还在"),
            "{place}"
        );
        press(&survey, "submit").await;
        until_said("delivered", 1).await;
        assert_eq!(body(0)["id"], details("ready")[0]["id"], "{place}");
        assert_eq!(
            body(0)["answers"],
            serde_json::json!({"overall": "dissatisfied", "reasons": ["slow"], "comment": "还在"}),
            "{place}"
        );
        assert_eq!(post_count(), 1, "{place}");
    }
}

#[wasm_bindgen_test]
async fn f35_after_the_third_panic_the_form_is_there_with_the_answers() {
    let tag = new_tag().await;
    let survey = put(&format!(
        r#"<{tag} lang=zh endpoint=/v1/responses><form><input type="hidden" name="id" value="">
        <input type="radio" name="answers.overall" value="satisfied"><input type="radio" name="answers.overall" value="dissatisfied">
        <textarea name="answers.comment"></textarea></form></{tag}>"#
    ));
    tell(&survey, SMALL);
    until_ready(&survey).await;
    choose(&survey, "answers.overall", "dissatisfied").await;
    write(&survey, "answers.comment", "还在").await;
    let id = details("ready")[0]["id"].clone();
    crash(&survey, "render").await;
    until_said("error", 1).await;
    assert_eq!(instances_of(&tag), 3);
    assert_eq!(details("error")[0]["reason"], "crash");
    assert!(is_slotted(&survey));
    let filled = "return [element.querySelector('[name=id]').value, element.querySelector('textarea').value, element.querySelector(':checked').value]";
    assert_eq!(
        run(&survey, filled).await,
        serde_json::json!([id, "还在", "dissatisfied"])
    );
}

#[wasm_bindgen_test]
async fn f35_a_crash_takes_the_other_surveys_along_with_their_answers() {
    let tag = new_tag().await;
    let first = put(&format!(
        "<{tag} data-survey data-panics-once lang=zh></{tag}><{tag} lang=zh></{tag}>"
    ));
    let second: web_sys::HtmlElement =
        wasm_bindgen::JsCast::unchecked_into(first.next_element_sibling().expect("a second one"));
    tell(&first, SMALL);
    tell(&second, SMALL);
    until_ready(&first).await;
    until_ready(&second).await;
    choose(&second, "answers.overall", "satisfied").await;
    crash(&first, "action").await;
    until_said("ready", 4).await;
    until_ready(&second).await;
    assert_eq!((instances_of(&tag), mounted_in(&tag)), (2, 2));
    assert!(radios(&second, "answers.overall").contains("满意*"));
}
