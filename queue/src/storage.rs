//! What the browser says of the room it has for this site, and asking it to keep what
//! lies there.

use std::cell::Cell;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::disk::Disk;
use crate::panel::field;

/// Asks `navigator.storage`; undefined where there is none, or nothing is said.
async fn storage(what: &str) -> JsValue {
    let navigator = field(&js_sys::global(), "navigator");
    let storage = field(&navigator, "storage");
    let promise = field(&storage, what)
        .dyn_into::<Function>()
        .and_then(|ask| ask.call0(&storage))
        .and_then(JsCast::dyn_into::<Promise>);
    match promise {
        Ok(promise) => JsFuture::from(promise).await.unwrap_or_default(),
        Err(_) => JsValue::UNDEFINED,
    }
}

/// What it says now.
pub async fn look(disk: &mut Disk) {
    disk.is_kept = storage("persisted").await.as_bool();
    let estimate = storage("estimate").await;
    let number = |name| field(&estimate, name).as_f64();
    disk.free_bytes = number("quota").zip(number("usage")).map(|(a, b)| a - b);
}

/// Asks it to keep what lies here, once a page: Firefox puts the question to whoever
/// sits there, and waits for the answer. What it said, where it was asked.
pub async fn ask_to_keep() -> Option<bool> {
    thread_local! {
        static IS_ASKED: Cell<bool> = const { Cell::new(false) };
    }
    if IS_ASKED.replace(true) {
        return None;
    }
    storage("persist").await.as_bool()
}
