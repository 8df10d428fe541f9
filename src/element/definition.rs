//! The survey's definition, from an address or from a property.

use std::rc::Rc;

use js_sys::{JSON, Reflect, Uint8Array};
use manyi_model::{Definition, Kind, limits};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::config::Mistake;
use super::json::Json;
use super::read;

/// A definition that can be asked.
pub struct Loaded {
    /// As written: what the hash is made of, and what a fresh instance begins with.
    pub raw: JsValue,
    /// As read.
    pub definition: Rc<Definition>,
}

/// Reads `source`: the answer to a request, an object, or JSON as a string.
pub async fn load(source: JsValue) -> Result<Loaded, Mistake> {
    let raw = match source.dyn_into::<Response>() {
        Ok(response) => parsed(&fetched(&response).await?)?,
        Err(value) => match value.as_string() {
            Some(text) => parsed(&text)?,
            // What a framework made observable becomes plain, and what the page
            // changes later does not change under our feet.
            None => {
                let text = JSON::stringify(&value).map_err(|error| mistake("", &words(&error)))?;
                parsed(&String::from(text))?
            }
        },
    };
    let definition = checked(&raw)?;
    Ok(Loaded {
        definition: Rc::new(definition),
        raw,
    })
}

async fn fetched(response: &Response) -> Result<String, Mistake> {
    if !response.ok() {
        let status = response.status().to_string();
        return Err(mistake(
            "src",
            &["the server answers ", &status, "."].concat(),
        ));
    }
    let text = async {
        let bytes = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
        let bytes = Uint8Array::new(&bytes);
        let is_short = bytes.length() as usize <= limits::DEFINITION_BYTES;
        String::from_utf8(is_short.then(|| bytes.to_vec())?).ok()
    };
    text.await.ok_or_else(|| {
        mistake(
            "src",
            "the answer is longer than 1 MiB, is not UTF-8, or breaks off.",
        )
    })
}

/// Editors on Windows begin a file with a byte order mark.
fn parsed(text: &str) -> Result<JsValue, Mistake> {
    JSON::parse(text.trim_start_matches('\u{feff}')).map_err(|error| mistake("", &words(&error)))
}

fn checked(raw: &JsValue) -> Result<Definition, Mistake> {
    let definition = read::definition(&Json::of(raw))?;
    match flaw(&definition) {
        Some((place, sentence)) => Err(mistake(&place, sentence)),
        None => Ok(definition),
    }
}

/// What would leave a person nothing to answer. `Definition::check` finds every
/// flaw, and four kilobytes of download are too much for it: it runs where surveys
/// are made and kept, in `manyi-collector check` and when the collector starts.
fn flaw(definition: &Definition) -> Option<(String, &'static str)> {
    if definition.questions.is_empty() {
        return Some(("questions".to_owned(), "must have 1 entry or more"));
    }
    let mut questions = definition.questions.iter().enumerate();
    questions.find_map(|(n, question)| {
        let (field, sentence, is_empty) = match question.kind {
            Kind::Rating => (
                "scale",
                "is missing, or is none of the ready scales",
                question.levels().is_empty(),
            ),
            Kind::Choice => (
                "choices",
                "must have 1 entry or more",
                question.choices.is_empty(),
            ),
            _ => return None,
        };
        let place = || ["questions[", &n.to_string(), "].", field].concat();
        is_empty.then(|| (place(), sentence))
    })
}

fn words(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok();
    message.and_then(|m| m.as_string()).unwrap_or_default()
}

fn mistake(place: &str, sentence: &str) -> Mistake {
    Mistake {
        place: place.to_owned(),
        sentence: sentence.to_owned(),
    }
}
