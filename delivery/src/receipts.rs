//! Tabs of one origin tell each other of receipts, so that a page on which a rating
//! stands as saved learns that another one has sent it. What is merely gone from the
//! disk proves nothing: it may have been evicted.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::platform::{
    Js, UNDEFINED, callback, field, invoke, is_nothing, js, json, kept, make, say, set, set_word,
    text, word,
};

/// The channel's name; receipts are the origin's.
const NAME: &str = "manyi-receipts";
/// How many are remembered for a tab that is about to ask: one batch.
const MOST: usize = 100;

/// Receipts that other tabs have.
#[derive(Default)]
pub struct Receipts {
    /// None in browsers that know none: there a rating stands as saved until the page
    /// is opened again.
    channel: RefCell<JsValue>,
    heard: RefCell<Vec<JsValue>>,
}

impl Receipts {
    /// Listens from now on; `then` is called after each that is heard of.
    pub fn open(&'static self, then: impl Fn() + 'static) {
        let channel = make("BroadcastChannel", &[say(NAME)]);
        if is_nothing(channel) {
            return;
        }
        let heard = callback(move |event| {
            let mut heard = self.heard.borrow_mut();
            if heard.len() >= MOST {
                heard.remove(0);
            }
            heard.push(kept(field(event, "data")));
            drop(heard);
            then();
            UNDEFINED
        });
        set(channel, "onmessage", heard);
        self.channel.replace(kept(channel));
    }

    /// Tells the others.
    pub fn tell(&self, id: &str, receipt: &str) {
        let said = json("{}");
        set_word(said, "id", id);
        set_word(said, "receipt", receipt);
        invoke(self.channel(), "postMessage", &[said]);
    }

    fn channel(&self) -> Js {
        js(self.channel.borrow().clone())
    }

    /// The receipt that another tab has for `id`.
    pub fn of(&self, id: &str) -> Option<String> {
        for said in self.heard.borrow().iter() {
            let said = js(said.clone());
            if text(said, "id") == id {
                return word(said, "receipt");
            }
        }
        None
    }
}
