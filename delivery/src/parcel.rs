//! What the widget hands over, read into what the outbox keeps.

use std::rc::Rc;

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::disk::{Body, Draft};
use crate::entry::{Format, Proof, Route};
use crate::platform::{field, set, word};
use crate::seal::seal;
use crate::wire::Pairs;

#[wasm_bindgen]
extern "C" {
    type URLSearchParams;
    #[wasm_bindgen(constructor)]
    fn new(pairs: &Array) -> URLSearchParams;
    #[wasm_bindgen(method, js_name = toString)]
    fn text(this: &URLSearchParams) -> String;
}

/// A submission as the widget hands it over.
pub struct Parcel {
    /// What is kept and sent.
    pub draft: Draft,
    /// The host's headers for its endpoint.
    pub headers: Pairs,
    /// Whether it may lie on the disk: it holds nothing personal, or that is sealed,
    /// or the person agreed.
    pub may_lie_here: bool,
    /// Whether a test asks for a crash.
    pub is_cursed: bool,
}

impl Parcel {
    /// Reads it, and seals what is personal where there is a key.
    pub async fn read(given: &JsValue) -> Self {
        let text = |name| word(given, name).unwrap_or_default();
        let (id, format) = (text("id"), Format::named(&text("format")));
        let personal = field(given, "personal").map(|list| Array::from(&list));
        let personal = personal.unwrap_or_default();
        let mut may_lie_here = personal.length() == 0 || field(given, "agreed").is_some();
        if format == Format::Json
            && personal.length() > 0
            && let Some(key) = word(given, "sealingKey")
            && let Some(response) = field(given, "response")
        {
            may_lie_here |= sealed(&key, &id, &response, &personal).await;
        }
        Self {
            draft: Draft {
                survey: text("survey"),
                route: Route {
                    endpoint: text("endpoint"),
                    format,
                    credentials: text("credentials"),
                    proof: Proof::named(&text("proof")),
                },
                body: body(given, format),
                id,
            },
            headers: pairs(given),
            may_lie_here,
            is_cursed: word(given, "panic").as_deref() == Some("drain"),
        }
    }
}

/// Moves the answers named in `personal` from the response into its sealed part;
/// whether they are there now.
async fn sealed(key: &str, id: &str, response: &JsValue, personal: &Array) -> bool {
    // An outbox that died over this parcel may have sealed it already; there is nothing
    // left to seal then, and what is sealed must not be sealed away.
    if field(response, "sealed").is_some() {
        return true;
    }
    let Some(answers) = field(response, "answers") else {
        return false;
    };
    let inside = Object::new();
    for question in personal.iter() {
        if let Ok(answer) = Reflect::get(&answers, &question)
            && !answer.is_undefined()
        {
            // Setting a field of a fresh object cannot fail.
            let _ = Reflect::set(&inside, &question, &answer);
        }
    }
    let Ok(inside) = JSON::stringify(&inside) else {
        return false;
    };
    let Ok(sealed) = seal(key, id, &String::from(inside)).await else {
        return false;
    };
    for question in personal.iter() {
        let _ = Reflect::delete_property(answers.unchecked_ref::<Object>(), &question);
    }
    let part = Object::new();
    set(&part, "key", sealed.key);
    set(&part, "enc", sealed.enc);
    set(&part, "text", sealed.text);
    set(response, "sealed", part);
    true
}

/// Writes the body for a device and a place in its count; without them where the
/// response never lay on the device.
fn body(given: &JsValue, format: Format) -> Body {
    let response = field(given, "response").unwrap_or_default();
    let fields = field(given, "fields").map(|list| Array::from(&list));
    let fields = fields.unwrap_or_default();
    Rc::new(move |device| {
        if format == Format::Form {
            let fields = Array::from(&fields);
            if let Some((id, seq)) = device {
                fields.push(&Array::of2(&"device.id".into(), &id.into()));
                fields.push(&Array::of2(&"device.seq".into(), &seq.to_string().into()));
            }
            return URLSearchParams::new(&fields).text();
        }
        let whole = Object::assign(&Object::new(), response.unchecked_ref());
        if let Some((id, seq)) = device {
            let device = Object::new();
            set(&device, "id", id);
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            set(&device, "seq", seq as f64);
            set(&whole, "device", device);
        }
        JSON::stringify(&whole)
            .map(String::from)
            .unwrap_or_default()
    })
}

fn pairs(given: &JsValue) -> Pairs {
    let list = field(given, "headers").map(|list| Array::from(&list));
    let list = list.unwrap_or_default();
    let pairs = list.iter().map(|pair| {
        let pair = Array::from(&pair);
        (pair.get(0).as_string(), pair.get(1).as_string())
    });
    pairs
        .filter_map(|(name, value)| Some((name?, value?)))
        .collect()
}
