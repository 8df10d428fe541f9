//! The published schemas: fresh, right about the ready surveys, and never
//! stricter than the parser and the checks.

mod cases;

use std::env;
use std::fs;
use std::path::PathBuf;

use cases::{cases, document};
use jsonschema::Validator;
use manyi_model::{Definition, Response, schema, validate};
use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn fresh(name: &str, schema: &Value) {
    let path = root().join("schema").join(name);
    let generated = format!("{schema:#}\n");
    if env::var_os("MANYI_BLESS").is_some() {
        fs::write(&path, &generated).expect("the schema can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "schema/{name} is stale; MANYI_BLESS=1 cargo test -p manyi-model --test schemas rewrites it"
    );
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::meta::validate(schema).expect("a schema of draft 2020-12");
    jsonschema::draft202012::new(schema).expect("a schema that compiles")
}

fn complaints(validator: &Validator, document: &Value) -> Vec<String> {
    let complaints = validator.iter_errors(document);
    complaints
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    fresh("survey.json", &schema::definition());
    fresh("response.json", &schema::response());
}

#[test]
fn the_ready_surveys_and_the_corpus_fit() {
    let validator = validator(&schema::definition());
    let mut seen = 0;
    let folders = [root().join("surveys"), root().join("tests/corpus")];
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("the folder"));
    for file in files {
        let path = file.expect("an entry").path();
        let survey = path
            .parent()
            .is_some_and(|folder| folder.ends_with("surveys"))
            || path.file_name().is_some_and(|name| name == "survey.json");
        if !survey || path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("the file");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let name = path.display();
        assert_eq!(complaints(&validator, &document), [""; 0], "{name}");
        let definition: Definition = serde_json::from_value(document).expect("a definition");
        assert_eq!(definition.check(), [], "{name}");
        seen += 1;
    }
    assert!(seen >= 12, "only {seen} surveys were seen");
}

#[test]
fn the_responses_of_the_contract_fit() {
    let validator = validator(&schema::response());
    let full = json!({
        "id": "0198f000-0000-7000-8000-0000000000aa",
        "survey": { "id": "corpus", "version": 1, "hash": format!("sha256:{}", "0".repeat(64)) },
        "answers": { "overall": "dissatisfied", "reasons": ["slow", { "other": "排队" }],
            "aspects": { "speed": "satisfied" }, "trips": 3, "comment": "慢", "phone": "13800138000" },
        "channel": "web", "mode": "self",
        "subject": { "unit": "fengli", "window": "3", "officer": "012345", "matter": "m-1" },
        "language": "zh-Hans",
        "device": { "id": "d1", "seq": 41 },
        "started_at": "2026-01-31T09:30:00+08:00", "submitted_at": "2026-01-31T09:30:08.2+08:00",
        "duration_ms": 8200, "invitation": null, "widget": "0.1.0"
    });
    let least = json!({ "id": full["id"], "survey": { "id": "corpus", "version": 1 },
        "answers": { "overall": "satisfied" }, "channel": "kiosk" });
    let survey: Definition = serde_json::from_value(document("survey.json")).expect("a survey");
    for response in [full, least] {
        assert_eq!(complaints(&validator, &response), [""; 0]);
        let response: Response = serde_json::from_value(response).expect("a response");
        assert_eq!(response.check(), []);
        assert_eq!(validate(&survey, &response.answers), []);
    }
}

/// A person who follows the schema is never refused less than it promises: what
/// it refuses is refused by the parser or the checks, too.
#[test]
fn what_breaks_the_schema_of_a_definition_is_refused() {
    let validator = validator(&schema::definition());
    let (mut broken, mut sound) = (0, 0);
    for case in cases("definitions.json") {
        let text = case.definition();
        let Ok(document) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        let complaints = complaints(&validator, &document);
        let refused = match serde_json::from_str::<Definition>(&text) {
            Ok(definition) => !definition.check().is_empty(),
            Err(_) => true,
        };
        if !complaints.is_empty() {
            assert!(refused, "{}: {complaints:?}", case.name);
            broken += 1;
        } else if !refused {
            sound += 1;
        }
    }
    println!("definitions: {broken} break the schema, {sound} are sound");
    // What only the checks can know: duplicates, dead targets, blanks, sums.
    assert!(broken >= 235, "the schema finds only {broken}");
    assert!(sound >= 30, "only {sound} are sound");
}

#[test]
fn what_breaks_the_schema_of_a_response_is_refused() {
    let validator = validator(&schema::response());
    let survey: Definition = serde_json::from_value(document("survey.json")).expect("a survey");
    let (mut broken, mut sound) = (0, 0);
    for file in ["schema.json", "numbers.json", "text.json"] {
        for case in cases(file) {
            let text = case.body("0198f000-0000-7000-8000-0000000000aa");
            let Ok(document) = serde_json::from_str::<Value>(&text) else {
                continue;
            };
            let complaints = complaints(&validator, &document);
            let refused = match serde_json::from_str::<Response>(&text) {
                Ok(response) => {
                    !response.check().is_empty() || !validate(&survey, &response.answers).is_empty()
                }
                Err(_) => true,
            };
            if !complaints.is_empty() {
                assert!(refused, "{file}, {}: {complaints:?}", case.name);
                broken += 1;
            } else if !refused {
                sound += 1;
            }
        }
    }
    println!("responses: {broken} break the schema, {sound} are sound");
    assert!(broken >= 248, "the schema finds only {broken}");
    assert!(sound >= 80, "only {sound} are sound");
}
