//! The outbox of the page, asked as the list for staff asks it.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::dom::{call, called, field, word};

/// What lies on the device.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lies {
    /// Entries that wait.
    pub waiting: usize,
    /// Entries that are set apart for staff.
    pub apart: usize,
    /// When the oldest that waits was saved, in milliseconds since 1970.
    pub oldest_ms: Option<f64>,
}

/// Does what `name` says with what is given.
async fn ask(name: &'static str, given: &[JsValue]) -> Result<JsValue, JsValue> {
    let window: JsValue = web_sys::window().map(JsValue::from).unwrap_or_default();
    let elements = field(&window, "customElements");
    let class = called(&elements, "whenDefined", &["manyi-survey".into()]).await?;
    // One module for all who ask.
    let outbox = called(&class, "loadOutbox", &[0.into()]).await?;
    let given: Array = given.iter().collect();
    let answer = Promise::new(&mut |done: Function, fail: Function| {
        let all = [name.into(), given.clone().into(), done.into(), fail.into()];
        call(&outbox, "outbox", &all);
    });
    JsFuture::from(answer).await
}

/// Has responses carry this id from now on.
pub async fn adopt(id: &str) {
    // Without a disk nothing is kept under any name.
    let _ = ask("outbox_adopt", &[id.into()]).await;
}

/// Counts what lies here; None where it cannot be known.
pub async fn lies() -> Option<Lies> {
    let entries = ask("outbox_records", &[]).await.ok()?;
    let entries = entries.dyn_into::<Array>().ok()?;
    let mut lies = Lies::default();
    for entry in entries.iter() {
        if word(&entry, "state") == "quarantined" {
            lies.apart += 1;
            continue;
        }
        lies.waiting += 1;
        let saved = field(&entry, "saved_ms").as_f64();
        lies.oldest_ms = match (lies.oldest_ms, saved) {
            (Some(oldest), Some(saved)) => Some(oldest.min(saved)),
            (oldest, saved) => oldest.or(saved),
        };
    }
    Some(lies)
}
