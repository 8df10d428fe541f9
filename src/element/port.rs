//! What the JavaScript class lends to a survey while it is mounted. Once the class
//! lets go of it, because it crashed or was removed, calls do nothing.

use js_sys::{Array, Map, Object, Promise, Reflect};
use manyi_model::Problem;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// See `www/manyi.js`.
    pub type Port;

    /// The value of an attribute.
    #[wasm_bindgen(method)]
    pub fn attribute(this: &Port, name: &str) -> Option<String>;

    /// An object property's fields as pairs of strings.
    #[wasm_bindgen(method)]
    pub fn pairs(this: &Port, property: &str) -> Option<Array>;

    /// The language wanted: the attribute, the page's, the browser's.
    #[wasm_bindgen(method)]
    pub fn language(this: &Port) -> String;

    /// `address` made whole, where it can be posted to.
    #[wasm_bindgen(method)]
    pub fn address(this: &Port, address: &str) -> Option<String>;

    /// What an earlier instance kept, if there was one.
    #[wasm_bindgen(method)]
    pub fn kept(this: &Port) -> Option<Kept>;

    /// The child form's fields as pairs of strings.
    #[wasm_bindgen(method)]
    pub fn fields(this: &Port) -> Array;

    /// Keeps a plain copy outside of the Wasm.
    #[wasm_bindgen(method)]
    pub fn keep(this: &Port, kept: &JsValue);

    /// Puts `stage` on screen in place of the children.
    #[wasm_bindgen(method)]
    pub fn show(this: &Port, stage: &Element);

    /// Dispatches an event that says something.
    #[wasm_bindgen(method)]
    pub fn emit(this: &Port, name: &str, detail: &JsValue);

    /// Dispatches `manyi-submit`: nothing where the post is ours, null where the
    /// host took the submission back, else the promise of the host's own delivery.
    #[wasm_bindgen(method)]
    pub fn submit(this: &Port, detail: &JsValue, response: &JsValue) -> JsValue;

    /// Asks the outbox; fails where it cannot be had, or dies over it.
    #[wasm_bindgen(method, variadic)]
    pub fn outbox(this: &Port, name: &str, given: &Array) -> Promise;

    /// Opens the list of what lies on this device.
    #[wasm_bindgen(method, js_name = showQueue)]
    pub fn show_queue(this: &Port);

    /// Reports something that is wrong outside of the answers.
    #[wasm_bindgen(method)]
    pub fn fail(this: &Port, reason: &str, message: &str, place: &str);

    /// What [`Port::keep`] was given.
    pub type Kept;

    /// By question, the fields of the form as pairs of strings.
    #[wasm_bindgen(method, getter)]
    pub fn fields(this: &Kept) -> Map;

    /// The response's id.
    #[wasm_bindgen(method, getter)]
    pub fn id(this: &Kept) -> String;

    /// The language.
    #[wasm_bindgen(method, getter)]
    pub fn language(this: &Kept) -> String;

    /// The elder mode.
    #[wasm_bindgen(method, getter)]
    pub fn elder(this: &Kept) -> bool;

    /// The page.
    #[wasm_bindgen(method, getter)]
    pub fn page(this: &Kept) -> usize;

    /// When the form opened, as local time.
    #[wasm_bindgen(method, getter, js_name = startedAt)]
    pub fn started_at(this: &Kept) -> String;

    /// The same by the page's own clock.
    #[wasm_bindgen(method, getter, js_name = startedMs)]
    pub fn started_ms(this: &Kept) -> f64;

    /// The receipt, where it was submitted.
    #[wasm_bindgen(method, getter)]
    pub fn receipt(this: &Kept) -> Option<String>;

    /// Whether it lies on this device and nowhere else.
    #[wasm_bindgen(method, getter)]
    pub fn saved(this: &Kept) -> bool;
}

impl Kept {
    /// The fields of the form as pairs of strings.
    pub fn answers(&self) -> Array {
        Array::from(&self.fields().values()).flat(1)
    }
}

/// A list of pairs of strings as Rust has them.
pub fn strings(pairs: &Array) -> Vec<(String, String)> {
    let pairs = pairs.iter().map(|pair| {
        let pair = Array::from(&pair);
        (pair.get(0).as_string(), pair.get(1).as_string())
    });
    pairs.filter_map(|(a, b)| Some((a?, b?))).collect()
}

/// The other way round.
pub fn pairs<'a>(strings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Array {
    let pairs = strings.into_iter();
    pairs
        .map(|(a, b)| Array::of2(&a.into(), &b.into()))
        .collect()
}

/// A field of an object from outside.
pub fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A word in a field of an object from outside.
pub fn word(object: &JsValue, name: &str) -> String {
    field(object, name).as_string().unwrap_or_default()
}

/// An object of `fields`; those without a value are left out.
pub fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        if !value.is_undefined() {
            // Setting a field of a fresh object cannot fail.
            let _ = Reflect::set(&object, &(*name).into(), value);
        }
    }
    object.into()
}

/// Problems as events carry them.
pub fn problems(problems: &[Problem]) -> JsValue {
    let list: Array = problems
        .iter()
        .map(|problem| {
            object(&[
                ("question", problem.question.as_str().into()),
                (
                    "item",
                    problem
                        .item
                        .as_deref()
                        .map_or(JsValue::UNDEFINED, JsValue::from),
                ),
                ("code", problem.code.name().into()),
            ])
        })
        .collect();
    list.into()
}
