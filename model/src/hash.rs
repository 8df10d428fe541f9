//! Canonical JSON (RFC 8785) and the hashes made of it.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::response::Response;

/// The canonical text of `value`: keys in order, no spaces, numbers as JavaScript
/// prints them. The same JSON document always gives the same text.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            text.push('{');
            let mut keys: Vec<&String> = map.keys().collect();
            // RFC 8785 sorts by UTF-16 code units, as JavaScript does.
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            for (n, key) in keys.into_iter().enumerate() {
                if n > 0 {
                    text.push(',');
                }
                text.push_str(&Value::String(key.clone()).to_string());
                text.push(':');
                write(&map[key], text);
            }
            text.push('}');
        }
        Value::Array(list) => {
            text.push('[');
            for (n, part) in list.iter().enumerate() {
                if n > 0 {
                    text.push(',');
                }
                write(part, text);
            }
            text.push(']');
        }
        Value::Number(number) => match number.as_f64() {
            Some(double) => text.push_str(&ecmascript(double + 0.0)),
            None => text.push_str(&number.to_string()),
        },
        // serde_json escapes strings exactly as RFC 8785 asks.
        Value::String(_) | Value::Bool(_) | Value::Null => text.push_str(&value.to_string()),
    }
}

/// `number` as JavaScript prints it: without an exponent from 10^-6 up to 10^21.
/// Both languages print the fewest digits that mean this double.
fn ecmascript(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    let printed = format!("{number:e}");
    match printed.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => printed,
    }
}

/// SHA-256 over `bytes` as 64 hex digits.
pub fn digits(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `sha256:` and the [`digits`] over `text`.
pub fn sha256(text: &str) -> String {
    format!("sha256:{}", digits(text.as_bytes()))
}

/// The hash of a definition, as it stands in the file: of its canonical JSON, not
/// of a particular layout.
pub fn definition_hash(document: &Value) -> String {
    sha256(&canonical(document))
}

/// The hash of what a person said, for telling a repeat from a contradiction.
///
/// It covers survey id and version, answers, channel, mode, `asked_by`, subject,
/// language and invitation. Times, device, widget version and `survey.hash`
/// belong to the way it took, not to what was said.
pub fn content_hash(response: &Response) -> String {
    #[derive(Serialize)]
    struct Content<'a> {
        survey: (&'a str, u32),
        answers: &'a crate::Answers,
        channel: &'a str,
        mode: &'a str,
        asked_by: Option<&'a str>,
        subject: Option<&'a crate::Subject>,
        language: Option<&'a str>,
        invitation: Option<&'a str>,
    }
    let content = Content {
        survey: (&response.survey.id, response.survey.version),
        answers: &response.answers,
        channel: response.channel.name(),
        mode: response.mode.name(),
        asked_by: response.asked_by.as_deref(),
        subject: response
            .subject
            .as_ref()
            .filter(|subject| !subject.is_empty()),
        language: response.language.as_deref(),
        invitation: response.invitation.as_deref(),
    };
    // These types hold strings, numbers and maps with string keys only, which
    // always become JSON.
    let value = serde_json::to_value(&content).unwrap_or(Value::Null);
    sha256(&canonical(&value))
}
