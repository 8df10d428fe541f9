//! `<manyi-survey>` on the kiosk's page, driven as any host page drives it.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Element;

use crate::dom::{add, by_id, call, element, put};
use crate::settings::Settings;

/// What every survey of this kiosk is told.
#[derive(Debug)]
pub struct Told<'a> {
    /// The operator's settings.
    pub settings: &'a Settings,
    /// The definition, as JSON made it.
    pub definition: &'a JsValue,
    /// The collector's key.
    pub key: Option<&'a str>,
    /// The matter, where an officer says it.
    pub matter: Option<&'a str>,
    /// What is rated, where a trigger says it.
    pub subject: Option<&'a [(String, String)]>,
    /// The language.
    pub language: &'a str,
    /// Large type.
    pub elder: bool,
}

/// A fresh survey at the end of the element called `place`, in which a level of the
/// first question may be chosen already: it stands there as the child form that the
/// widget takes over.
pub fn mount(place: &str, told: &Told<'_>, chosen: Option<(&str, &str)>) -> Option<Element> {
    let place = by_id(place)?;
    let survey = element("manyi-survey", "");
    let settings = told.settings;
    put(&survey, "endpoint", settings.endpoint());
    for name in ["unit", "window", "officer", "matter"] {
        let asked = |subject: &'static str, pairs: &'_ [(String, String)]| {
            let found = pairs.iter().find(|(known, _)| known == subject);
            found.map(|(_, value)| value.clone())
        };
        let value = match told.subject {
            Some(subject) => asked(name, subject),
            None if name == "matter" && told.matter.is_some() => told.matter.map(str::to_owned),
            None => settings.get(name).map(str::to_owned),
        };
        if let Some(value) = value {
            put(&survey, name, &value);
        }
    }
    for (name, value) in [
        (
            "channel",
            if settings.is_handover {
                "visit"
            } else {
                "kiosk"
            },
        ),
        ("theme", "light"),
        ("no-language-switch", ""),
        ("lang", told.language),
    ] {
        put(&survey, name, value);
    }
    if let Some(key) = settings.get("sealing-key").or(told.key) {
        put(&survey, "sealing-key", key);
    }
    if settings.is_handover {
        // Whose device it is must not read what was answered on it.
        put(&survey, "seal-all", "");
    }
    put(&survey, "elder", if told.elder { "" } else { "false" });
    if let Some((question, level)) = chosen {
        let field = element("input", "");
        for (name, value) in [
            ("type", "radio"),
            ("name", &format!("answers.{question}")),
            ("value", level),
            ("checked", ""),
        ] {
            put(&field, name, value);
        }
        add(&survey, &field);
    }
    // An own property is taken over when the class comes.
    let _ = Reflect::set(&survey, &"definition".into(), told.definition);
    add(&place, &survey);
    Some(survey)
}

/// Submits as the button does. What becomes of it the survey's events say.
pub fn submit(survey: &Element) {
    forget(call(survey, "submit", &[]));
}

/// Opens the list of what lies on the device.
pub fn show_queue(survey: &Element) {
    forget(call(survey, "showQueue", &[]));
}

/// Sends what waits.
pub fn flush(survey: &Element) {
    forget(call(survey, "flush", &[]));
}

/// Waits for a promise whose failure an event tells of.
fn forget(promise: JsValue) {
    if let Ok(promise) = promise.dyn_into::<js_sys::Promise>() {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}
