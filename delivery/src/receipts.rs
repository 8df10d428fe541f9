//! Tabs of one origin tell each other of receipts, so that a page on which a rating
//! stands as saved learns that another one has sent it. What is merely gone from the
//! disk proves nothing: it may have been evicted.

use std::cell::RefCell;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use crate::platform::{field, set, word};

/// The channel's name; receipts are the origin's.
const NAME: &str = "manyi-receipts";
/// How many are remembered for a tab that is about to ask: one batch.
const MOST: usize = 100;

#[wasm_bindgen]
extern "C" {
    type BroadcastChannel;
    #[wasm_bindgen(constructor, catch)]
    fn new(name: &str) -> Result<BroadcastChannel, JsValue>;
    #[wasm_bindgen(method, js_name = postMessage)]
    fn post(this: &BroadcastChannel, message: &JsValue);
    #[wasm_bindgen(method, setter, js_name = onmessage)]
    fn on_message(this: &BroadcastChannel, call: &Function);
}

/// Receipts that other tabs have.
#[derive(Default)]
pub struct Receipts {
    /// None in browsers that know none: there a rating stands as saved until the page
    /// is opened again.
    channel: RefCell<Option<BroadcastChannel>>,
    heard: RefCell<Vec<(String, String)>>,
}

impl Receipts {
    /// Listens from now on; `then` is called after each that is heard of.
    pub fn open(&'static self, then: fn()) {
        let Ok(channel) = BroadcastChannel::new(NAME) else {
            return;
        };
        let heard = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let said = field(&event, "data").unwrap_or_default();
            if let (Some(id), Some(receipt)) = (word(&said, "id"), word(&said, "receipt")) {
                let mut heard = self.heard.borrow_mut();
                if heard.len() >= MOST {
                    heard.remove(0);
                }
                heard.push((id, receipt));
                drop(heard);
                then();
            }
        });
        channel.on_message(heard.into_js_value().unchecked_ref());
        self.channel.replace(Some(channel));
    }

    /// Tells the others.
    pub fn tell(&self, id: &str, receipt: &str) {
        if let Some(channel) = &*self.channel.borrow() {
            let said = Object::new();
            set(&said, "id", id);
            set(&said, "receipt", receipt);
            channel.post(&said);
        }
    }

    /// The receipt that another tab has for `id`.
    pub fn of(&self, id: &str) -> Option<String> {
        let heard = self.heard.borrow();
        let found = heard.iter().find(|(of, _)| of == id);
        found.map(|(_, receipt)| receipt.clone())
    }
}
