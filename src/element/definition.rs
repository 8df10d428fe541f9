//! The survey's definition, from an address or from a property.

use std::rc::Rc;

use js_sys::{JSON, Reflect};
use manyi_model::{Definition, limits};
use wasm_bindgen::prelude::*;
use web_sys::Response;

use super::config::Mistake;
use super::json::Json;
use super::read;
use crate::delivery::transport;

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
    let text = transport::text(response, limits::DEFINITION_BYTES).await;
    text.ok_or_else(|| {
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
    match definition.check().into_iter().next() {
        Some(flaw) => Err(mistake(&flaw.place, &flaw.reason)),
        None => Ok(definition),
    }
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
