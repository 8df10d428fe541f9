//! JSON Schemas (draft 2020-12) of the definition and the response, generated from the types.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::definition::Definition;
use crate::response::Response;
use crate::scale::{Level, READY, Scale};
use crate::text::Text;

/// The schema of a survey definition.
pub fn definition() -> Value {
    schemars::schema_for!(Definition).to_value()
}

/// The schema of a response.
pub fn response() -> Value {
    schemars::schema_for!(Response).to_value()
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A string, or strings by language tag.",
            "anyOf": [
                { "type": "string", "minLength": 1 },
                {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": { "pattern": "^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$" },
                    "additionalProperties": { "type": "string", "minLength": 1 }
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
                    "properties": { "levels": { "type": "array", "minItems": 2, "items": level } }
                }
            ]
        })
    }
}
