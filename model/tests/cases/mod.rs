//! Reads the bad-input corpora in `tests/corpus/`, for the tests of the model and
//! of the collector.
//!
//! A file is an array of cases. `{"$repeat": ["x", 501]}` stands for a string of
//! 501 x, so that long input stays readable.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

/// The folder of the corpora.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus")
}

/// One case of a file.
pub struct Case {
    /// What it is about, for a person.
    pub name: String,
    /// The whole case, repeats written out.
    pub all: Value,
}

impl Case {
    /// What must come of it.
    pub fn expect(&self) -> &Value {
        &self.all["expect"]
    }

    /// The expected status, 0 where the case names none.
    pub fn status(&self) -> u64 {
        self.expect()["status"].as_u64().unwrap_or(0)
    }

    /// A word of what is expected, such as its `question`.
    pub fn expected(&self, key: &str) -> Option<&str> {
        self.expect()[key].as_str()
    }

    /// The bytes of `input` or `base64`.
    pub fn input(&self) -> Vec<u8> {
        match (&self.all["input"], self.all["base64"].as_str()) {
            (Value::String(text), _) => text.clone().into_bytes(),
            (Value::Array(parts), _) => {
                let parts = parts.iter().map(|part| part.as_str().expect("strings"));
                parts.collect::<String>().into_bytes()
            }
            (_, Some(text)) => base64(text),
            _ => panic!("{}: no input", self.name),
        }
    }

    /// The body of a response as posted, with `id`.
    pub fn body(&self, id: &str) -> String {
        if let Some(text) = self.all["body_text"].as_str() {
            return text.replace("$ID", id);
        }
        let mut response = json!({
            "id": id,
            "survey": { "id": "corpus", "version": 1 },
            "answers": { "overall": "satisfied" },
            "channel": "web"
        });
        if let Some(answers) = self.all.get("answers") {
            response["answers"] = answers.clone();
        }
        for (field, value) in self.all["set"].as_object().into_iter().flatten() {
            response[field] = value.clone();
        }
        for field in self.all["drop"].as_array().into_iter().flatten() {
            let fields = response.as_object_mut().expect("an object");
            fields.remove(field.as_str().expect("names"));
        }
        if let Some(text) = self.all["answers_text"].as_str() {
            response["answers"] = json!("$ANSWERS");
            return response.to_string().replace("\"$ANSWERS\"", text);
        }
        response.to_string()
    }

    /// The text of a survey definition.
    pub fn definition(&self) -> String {
        if let Some(text) = self.all["definition_text"].as_str() {
            return text.to_owned();
        }
        let document = &self.all["definition"];
        if let Some(count) = document["$questions"].as_u64() {
            let questions = (0..count)
                .map(|n| json!({ "id": format!("q{n}"), "type": "yes_no", "title": "t" }));
            let questions: Vec<Value> = questions.collect();
            return json!({ "id": "d", "version": 1, "title": "t", "questions": questions })
                .to_string();
        }
        document.to_string()
    }
}

/// The cases of `file`.
pub fn cases(file: &str) -> Vec<Case> {
    list(file)
        .into_iter()
        .map(|all| Case {
            name: all["name"].as_str().expect("a case has a name").to_owned(),
            all: written_out(all),
        })
        .collect()
}

/// The entries of `file`, as they stand there.
pub fn list(file: &str) -> Vec<Value> {
    match document(file) {
        Value::Array(list) => list,
        _ => panic!("{file} is no array"),
    }
}

/// The JSON of `file`.
pub fn document(file: &str) -> Value {
    let text = fs::read_to_string(folder().join(file)).expect(file);
    serde_json::from_str(&text).expect(file)
}

/// Says how many cases ran, and fails when that is not all of them.
pub fn all_ran(file: &str, ran: usize, least: usize) {
    println!("{file}: {ran} cases");
    assert_eq!(ran, list(file).len(), "{file}: not every case ran");
    assert!(ran >= least, "{file}: {ran} cases, there were {least} once");
}

fn written_out(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            if let Some([Value::String(part), times]) = map
                .get("$repeat")
                .and_then(Value::as_array)
                .map(Vec::as_slice)
            {
                let times = times.as_u64().expect("a count");
                return Value::String(part.repeat(usize::try_from(times).expect("a count")));
            }
            let map = map
                .into_iter()
                .map(|(key, value)| (key, written_out(value)));
            Value::Object(map.collect::<Map<_, _>>())
        }
        Value::Array(list) => list.into_iter().map(written_out).collect(),
        value => value,
    }
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |b: u8| match b {
        b'A'..=b'Z' => u32::from(b - b'A'),
        b'a'..=b'z' => u32::from(b - b'a') + 26,
        b'0'..=b'9' => u32::from(b - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => panic!("no base64"),
    };
    let digits: Vec<u32> = text.trim_end_matches('=').bytes().map(digit).collect();
    let mut bytes = Vec::new();
    for four in digits.chunks(4) {
        let word = four.iter().fold(0, |word, digit| word << 6 | digit);
        let word = word << (6 * (4 - four.len()));
        let whole = [(word >> 16) as u8, (word >> 8) as u8, word as u8];
        bytes.extend(&whole[..four.len() - 1]);
    }
    bytes
}
