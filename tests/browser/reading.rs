//! What the widget reads from JavaScript values is what serde reads from them.

use js_sys::JSON;
use manyi::element::json::Json;
use manyi::element::read;
use manyi_model::Definition;
use wasm_bindgen_test::wasm_bindgen_test;

/// Every ready survey.
const READY: [&str; 12] = [
    include_str!("../../surveys/awareness.json"),
    include_str!("../../surveys/case-callback.json"),
    include_str!("../../surveys/feedback.json"),
    include_str!("../../surveys/five-level.json"),
    include_str!("../../surveys/four-questions.json"),
    include_str!("../../surveys/home-visit.json"),
    include_str!("../../surveys/household-window.json"),
    include_str!("../../surveys/meeting.json"),
    include_str!("../../surveys/phone-callback.json"),
    include_str!("../../surveys/response-110.json"),
    include_str!("../../surveys/safety-satisfaction.json"),
    include_str!("../../surveys/visitor-reception.json"),
];

#[wasm_bindgen_test]
fn every_ready_survey_reads_as_serde_wasm_bindgen_reads_it() {
    for text in READY {
        let value = JSON::parse(text).expect("a survey is JSON");
        let ours = read::definition(&Json::of(&value));
        let serde: Definition = serde_wasm_bindgen::from_value(value).expect("a definition");
        assert_eq!(ours, Ok(serde));
    }
}

#[wasm_bindgen_test]
fn what_serde_wasm_bindgen_refuses_is_refused() {
    for text in [
        r#"[]"#,
        r#"{"id": "x", "version": 1, "title": "x"}"#,
        r#"{"id": "x", "version": -1, "title": "x", "questions": []}"#,
        r#"{"id": "x", "version": 1, "title": 5, "questions": []}"#,
        r#"{"id": "x", "version": 1, "title": "x", "questions": [{"id": "a", "type": "star", "title": "x"}]}"#,
        r#"{"id": "x", "version": 1, "title": "x", "questions": [], "extra": true}"#,
    ] {
        let value = JSON::parse(text).expect("JSON");
        assert!(read::definition(&Json::of(&value)).is_err(), "{text}");
        assert!(
            serde_wasm_bindgen::from_value::<Definition>(value).is_err(),
            "{text}"
        );
    }
}
