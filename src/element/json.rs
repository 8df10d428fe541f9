//! JSON as the widget reads and writes it: a tree for definitions, and a response as
//! text. By hand and without serde, whose general way is a third of the download.

use manyi_model::{Answer, Pick, Response, number};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`, and what JSON has not.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// What `value`, which came from `JSON.parse`, holds.
    #[cfg(target_arch = "wasm32")]
    pub fn of(value: &wasm_bindgen::JsValue) -> Self {
        use js_sys::{Array, Object};
        use wasm_bindgen::JsCast;
        if let Some(text) = value.as_string() {
            Self::Text(text)
        } else if let Some(number) = value.as_f64() {
            Self::Number(number)
        } else if let Some(flag) = value.as_bool() {
            Self::Flag(flag)
        } else if Array::is_array(value) {
            Self::List(
                Array::from(value)
                    .iter()
                    .map(|part| Self::of(&part))
                    .collect(),
            )
        } else if let Some(object) = value.dyn_ref::<Object>() {
            let entries = Object::entries(object);
            let entries = entries.iter().map(|entry| {
                let entry = Array::from(&entry);
                let name = entry.get(0).as_string().unwrap_or_default();
                (name, Self::of(&entry.get(1)))
            });
            Self::Object(entries.collect())
        } else {
            Self::Null
        }
    }
}

/// `response` as JSON text, as `serde_json` would write it.
pub fn response(response: &Response) -> String {
    let mut object = Writer::object();
    object.text("id", &response.id);
    object.value("survey", |text| {
        let mut survey = Writer::object();
        survey.text("id", &response.survey.id);
        survey.raw("version", &response.survey.version.to_string());
        survey.optional("hash", response.survey.hash.as_ref());
        text.push_str(&survey.end());
    });
    object.value("answers", |text| {
        let mut answers = Writer::object();
        for (question, given) in response.answers.iter() {
            answers.raw(question, &answer(given));
        }
        text.push_str(&answers.end());
    });
    object.text("channel", response.channel.name());
    if response.mode != manyi_model::Mode::Myself {
        object.text("mode", response.mode.name());
    }
    object.optional("asked_by", response.asked_by.as_ref());
    if let Some(subject) = &response.subject {
        let mut fields = Writer::object();
        fields.optional("unit", subject.unit.as_ref());
        fields.optional("window", subject.window.as_ref());
        fields.optional("officer", subject.officer.as_ref());
        fields.optional("matter", subject.matter.as_ref());
        object.raw("subject", &fields.end());
    }
    object.optional("language", response.language.as_ref());
    if let Some(device) = &response.device {
        let mut fields = Writer::object();
        fields.text("id", &device.id);
        fields.raw("seq", &device.seq.to_string());
        object.raw("device", &fields.end());
    }
    object.optional("started_at", response.started_at.as_ref());
    object.optional("submitted_at", response.submitted_at.as_ref());
    if let Some(ms) = response.duration_ms {
        object.raw("duration_ms", &ms.to_string());
    }
    object.optional("invitation", response.invitation.as_ref());
    object.optional("widget", response.widget.as_ref());
    object.end()
}

/// One answer as JSON text.
pub fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Word(word) => string(word),
        Answer::Number(value) => number::print(*value),
        Answer::Other(words) => other(words),
        Answer::Picks(picks) => {
            let picks = picks.iter().map(|pick| match pick {
                Pick::Choice(id) => string(id),
                Pick::Other(words) => other(words),
            });
            ["[", &picks.collect::<Vec<_>>().join(","), "]"].concat()
        }
        Answer::Items(items) => {
            let mut object = Writer::object();
            for (item, level) in items.iter() {
                object.text(item, level);
            }
            object.end()
        }
        Answer::Unfit(_) => "null".to_owned(),
    }
}

fn other(words: &str) -> String {
    let mut object = Writer::object();
    object.text("other", words);
    object.end()
}

/// An object being written.
struct Writer(String);

impl Writer {
    fn object() -> Self {
        Self(String::from("{"))
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        push_string(name, &mut self.0);
        self.0.push(':');
    }

    fn value(&mut self, name: &str, write: impl FnOnce(&mut String)) {
        self.name(name);
        write(&mut self.0);
    }

    fn raw(&mut self, name: &str, json: &str) {
        self.name(name);
        self.0.push_str(json);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        push_string(text, &mut self.0);
    }

    fn optional(&mut self, name: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

fn string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    push_string(text, &mut json);
    json
}

fn push_string(text: &str, json: &mut String) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\n' => json.push_str("\\n"),
            '\u{0}'..='\u{1f}' => {
                json.push_str("\\u00");
                // Below 32, so one byte.
                crate::platform::push_hex(json, c as u8);
            }
            _ => json.push(c),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn full() -> Response {
        serde_json::from_str(
            r#"{"id": "0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f",
                "survey": {"id": "a", "version": 3, "hash": "sha256:0"},
                "answers": {"a": "很\"好\\\n\r\t\b\u0001/\u2028😀", "b": 1.5, "c": -3, "d": ["x", {"other": "y"}],
                            "e": {"other": "z"}, "f": {"i": "l", "j": "m"}, "g": [], "h": {}, "i": null, "j": ""},
                "channel": "kiosk", "mode": "entered", "asked_by": "u", "subject": {"unit": "u", "matter": "m"},
                "language": "zh-Hans", "device": {"id": "d", "seq": 9007199254740991},
                "started_at": "s", "submitted_at": "t", "duration_ms": 8200, "invitation": "v", "widget": "0.1.0"}"#,
        )
        .expect("a response")
    }

    #[test]
    fn a_response_is_written_as_serde_writes_it() {
        let bare = Response {
            asked_by: None,
            subject: None,
            language: None,
            device: None,
            started_at: None,
            submitted_at: None,
            duration_ms: None,
            invitation: None,
            widget: None,
            mode: manyi_model::Mode::Myself,
            ..full()
        };
        for made in [full(), bare] {
            let text = response(&made);
            let read: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(read, serde_json::to_value(&made).expect("JSON"));
        }
    }
}
