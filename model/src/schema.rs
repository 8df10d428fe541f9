//! JSON Schemas (draft 2020-12) of the definition and the response: generated
//! from the types, with the bounds of [`limits`] written in.
//!
//! They help an editor while a survey is written. They are looser than
//! [`Definition::check`] and [`Response::check`]: what breaks a schema is refused
//! there too, but not the other way round (a schema cannot say that a condition
//! names an earlier question).

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::definition::Definition;
use crate::limits;
use crate::response::Response;
use crate::scale::{Level, READY, Scale};
use crate::text::Text;

const ID: &str = "^[a-z0-9][a-z0-9_-]{0,63}$";
const TAG: &str = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$";
const UUID: &str = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";
const TIME: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$";

/// The schema of a survey definition, as committed in `schema/survey.json`.
pub fn definition() -> Value {
    let mut schema = schemars::schema_for!(Definition).to_value();
    forget_formats(&mut schema);
    let id = json!({ "pattern": ID });
    let tag = json!({ "pattern": TAG, "maxLength": limits::TAG_CHARS });
    add(
        &mut schema,
        &[
            (
                "",
                json!({ "$id": "/schema/survey.json", "title": "A survey" }),
            ),
            ("/properties/id", id.clone()),
            (
                "/properties/version",
                json!({ "minimum": 1, "maximum": u32::MAX }),
            ),
            (
                "/properties/languages",
                json!({ "maxItems": limits::LANGUAGES, "uniqueItems": true, "items": { "type": "string", "pattern": TAG, "maxLength": limits::TAG_CHARS } }),
            ),
            (
                "/properties/questions",
                json!({ "minItems": 1, "maxItems": limits::QUESTIONS }),
            ),
            ("/$defs/Question", question()),
            ("/$defs/Question/properties/id", id.clone()),
            (
                "/$defs/Question/properties/items",
                json!({ "maxItems": limits::CHOICES }),
            ),
            (
                "/$defs/Question/properties/choices",
                json!({ "maxItems": limits::CHOICES }),
            ),
            (
                "/$defs/Question/properties/max_chars",
                json!({
                    "minimum": 1,
                    "maximum": limits::ANSWER_CHARS_MAX,
                    "description": format!("text: the most characters, {} where not given.", limits::ANSWER_CHARS)
                }),
            ),
            ("/$defs/Question/properties/min", number()),
            ("/$defs/Question/properties/max", number()),
            (
                "/$defs/Question/properties/decimals",
                json!({ "maximum": limits::DECIMALS }),
            ),
            ("/$defs/Choice/properties/id", id.clone()),
            (
                "/$defs/Item/properties/id",
                json!({ "pattern": ID, "not": { "const": "other" } }),
            ),
            ("/$defs/Level/properties/id", id),
            (
                "/$defs/Level/properties/mood",
                json!({ "minimum": 1, "maximum": 5 }),
            ),
            ("/$defs/Condition", condition()),
            ("/$defs/Condition/properties/any_of", several()),
            ("/$defs/Condition/properties/all", several()),
            ("/$defs/Condition/properties/any", several()),
            ("/$defs/Text/anyOf/1/propertyNames", tag),
        ],
    );
    schema
}

/// The schema of a response, as committed in `schema/response.json`.
pub fn response() -> Value {
    let mut schema = schemars::schema_for!(Response).to_value();
    forget_formats(&mut schema);
    let token = json!({ "minLength": 1, "maxLength": limits::TOKEN_CHARS });
    let time = json!({ "pattern": TIME });
    add(
        &mut schema,
        &[
            (
                "",
                json!({ "$id": "/schema/response.json", "title": "A response", "allOf": [asked()] }),
            ),
            ("/properties/id", json!({ "pattern": UUID })),
            ("/properties/answers", answers()),
            ("/properties/asked_by", token.clone()),
            ("/properties/language", token.clone()),
            ("/properties/invitation", token.clone()),
            ("/properties/widget", token.clone()),
            ("/properties/started_at", time.clone()),
            ("/properties/submitted_at", time),
            (
                "/properties/duration_ms",
                json!({ "maximum": limits::DURATION_MS }),
            ),
            ("/$defs/SurveyRef/properties/id", json!({ "pattern": ID })),
            (
                "/$defs/SurveyRef/properties/version",
                json!({ "minimum": 1, "maximum": u32::MAX }),
            ),
            (
                "/$defs/SurveyRef/properties/hash",
                json!({ "pattern": "^sha256:[0-9a-f]{64}$" }),
            ),
            ("/$defs/Subject/properties/unit", token.clone()),
            ("/$defs/Subject/properties/window", token.clone()),
            ("/$defs/Subject/properties/officer", token.clone()),
            ("/$defs/Subject/properties/matter", token.clone()),
            ("/$defs/Device/properties/id", token),
            (
                "/$defs/Device/properties/seq",
                json!({ "maximum": limits::SEQ_MAX }),
            ),
        ],
    );
    schema
}

/// Puts the keywords of each value into the schema at its JSON pointer.
fn add(schema: &mut Value, keywords: &[(&str, Value)]) {
    for (place, more) in keywords {
        let at = schema.pointer_mut(place).and_then(Value::as_object_mut);
        let (Some(at), Some(more)) = (at, more.as_object()) else {
            unreachable!("the generated schema has nothing at {place}");
        };
        for (keyword, value) in more {
            at.insert(keyword.clone(), value.clone());
        }
    }
}

/// `uint8` and the like are names of Rust's types, no formats of JSON Schema.
fn forget_formats(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("format").is_some_and(Value::is_string) {
                map.remove("format");
            }
            map.values_mut().for_each(forget_formats);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_formats),
        _ => {}
    }
}

fn number() -> Value {
    json!({ "minimum": -limits::NUMBER_MAX, "maximum": limits::NUMBER_MAX })
}

fn several() -> Value {
    json!({ "minItems": 1, "maxItems": limits::CHOICES })
}

/// What belongs to which type of question; the rest is absent, null or empty.
fn question() -> Value {
    let empty = |field: &str| match field {
        "items" | "choices" => json!({ "maxItems": 0 }),
        "multiple" => json!({ "const": false }),
        _ => json!({ "type": "null" }),
    };
    let fields = [
        ("scale", "rating"),
        ("items", "rating"),
        ("choices", "choice"),
        ("multiple", "choice"),
        ("max_chars", "text"),
        ("min", "number"),
        ("max", "number"),
        ("decimals", "number"),
        ("unit", "number"),
    ];
    let rules = ["rating", "choice", "text", "phone", "yes_no", "number"].map(|kind| {
        let foreign = fields.iter().filter(|(_, owner)| *owner != kind);
        let mut then = json!({
            "properties": foreign
                .map(|(field, _)| ((*field).to_owned(), empty(field)))
                .collect::<serde_json::Map<_, _>>()
        });
        let needed = match kind {
            "rating" => Some(("scale", json!({ "not": { "type": "null" } }))),
            "choice" => Some(("choices", json!({ "minItems": 1 }))),
            _ => None,
        };
        if let Some((field, rule)) = needed {
            then["required"] = json!([field]);
            then["properties"][field] = rule;
        }
        json!({ "if": { "properties": { "type": { "const": kind } } }, "then": then })
    });
    json!({
        "allOf": rules,
        "description": "One question. Which fields beside the first ones may be filled in depends on `type`."
    })
}

/// Exactly one of the shapes of a condition is filled in.
fn condition() -> Value {
    let shape = |needed: &[&str], absent: &[&str]| {
        let mut properties = serde_json::Map::new();
        for field in absent {
            properties.insert((*field).to_owned(), json!({ "type": "null" }));
        }
        for field in needed {
            properties.insert((*field).to_owned(), json!({ "not": { "type": "null" } }));
        }
        json!({ "required": needed, "properties": properties })
    };
    let parts = ["all", "any", "not"];
    let asks = [
        "question", "item", "any_of", "answered", "at_least", "at_most",
    ];
    let mut shapes = Vec::new();
    for test in ["any_of", "answered", "at_least", "at_most"] {
        let others = asks[2..].iter().filter(|other| {
            let range = test.starts_with("at_") && other.starts_with("at_");
            **other != test && !range
        });
        let absent: Vec<&str> = others.copied().chain(parts).collect();
        shapes.push(shape(&["question", test], &absent));
    }
    for part in parts {
        let others = parts.iter().filter(|other| **other != part);
        let absent: Vec<&str> = others.copied().chain(asks).collect();
        shapes.push(shape(&[part], &absent));
    }
    json!({ "anyOf": shapes })
}

/// `asked_by` is given where someone asked, and absent where nobody did.
fn asked() -> Value {
    json!({
        "if": { "properties": { "mode": { "const": "asked" } }, "required": ["mode"] },
        "then": { "required": ["asked_by"], "properties": { "asked_by": { "type": "string" } } },
        "else": {
            "if": { "properties": { "mode": { "const": "self" } } },
            "then": { "properties": { "asked_by": { "type": "null" } } }
        }
    })
}

fn answers() -> Value {
    let id = json!({ "type": "string", "pattern": ID });
    let other = json!({
        "description": "choice: words of one's own.",
        "type": "object",
        "required": ["other"],
        "additionalProperties": false,
        "properties": { "other": { "type": "string", "minLength": 1, "maxLength": limits::OTHER_CHARS } }
    });
    json!({
        "propertyNames": { "pattern": ID },
        "additionalProperties": {
            "anyOf": [
                {
                    "description": "rating: a level; choice: one; yes_no: `yes` or `no`; text and phone: as typed.",
                    "type": "string",
                    "maxLength": limits::ANSWER_CHARS_MAX
                },
                { "description": "number", "type": "number", "minimum": -limits::NUMBER_MAX, "maximum": limits::NUMBER_MAX },
                other,
                {
                    "description": "choice: several.",
                    "type": "array",
                    "maxItems": limits::CHOICES,
                    "items": { "anyOf": [id, other] }
                },
                {
                    "description": "rating with items: a level for each item.",
                    "type": "object",
                    "propertyNames": { "pattern": ID, "not": { "const": "other" } },
                    "additionalProperties": id
                }
            ]
        }
    })
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let wording = json!({ "type": "string", "minLength": 1, "maxLength": limits::TEXT_CHARS });
        json_schema!({
            "description": "A string, or strings by language tag.",
            "anyOf": [
                wording,
                {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": limits::LANGUAGES,
                    "propertyNames": {},
                    "additionalProperties": wording
                }
            ]
        })
    }
}

impl JsonSchema for Scale {
    fn schema_name() -> Cow<'static, str> {
        "Scale".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<Level>();
        json_schema!({
            "description": "The name of a ready scale, or levels of one's own.",
            "anyOf": [
                { "type": "string", "enum": READY },
                {
                    "type": "object",
                    "required": ["levels"],
                    "additionalProperties": false,
                    "properties": {
                        "levels": { "type": "array", "minItems": 2, "maxItems": limits::LEVELS, "items": level }
                    }
                }
            ]
        })
    }
}
