//! What the class in `www/manyi.js` calls. Surveys have numbers and not handles:
//! nothing on the other side needs to be freed, also when this instance is dead.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use super::app::{App, parsed};
use super::json;
use super::port::Port;
use super::waiting::{Wish, counts};
use crate::visit::{Action, Failure, Phase, Visit};

thread_local! {
    static MOUNTED: RefCell<Vec<Rc<App>>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

fn app(key: u32) -> Option<Rc<App>> {
    MOUNTED.with_borrow(|mounted| mounted.iter().find(|app| app.key == key).cloned())
}

/// The style sheet of the shadow root.
#[wasm_bindgen]
pub fn css() -> String {
    crate::view::STYLE.to_owned()
}

/// Mounts a survey that talks through `port`; its number.
#[wasm_bindgen]
pub fn mount(port: Port) -> u32 {
    let key = NEXT.replace(NEXT.get() + 1);
    let app = App::new(key, port);
    MOUNTED.with_borrow_mut(|mounted| mounted.push(app));
    key
}

/// Gives it its definition: the answer to a request, an object, or JSON.
#[wasm_bindgen]
pub fn open(key: u32, source: JsValue) {
    if let Some(app) = app(key) {
        app.open(source);
    }
}

/// Tells it that attributes or properties changed.
#[wasm_bindgen]
pub fn configure(key: u32) {
    if let Some(app) = app(key) {
        app.configure();
    }
}

/// Takes it down.
#[wasm_bindgen]
pub fn unmount(key: u32) {
    if let Some(app) = app(key) {
        MOUNTED.with_borrow_mut(|mounted| mounted.retain(|app| app.key != key));
        app.close();
    }
}

/// Begins a new visit.
#[wasm_bindgen]
pub fn reset(key: u32) {
    if let Some(app) = app(key) {
        app.reset("host");
    }
}

/// Submits as the button does.
#[wasm_bindgen]
pub fn submit(key: u32) -> Option<Promise> {
    let app = app(key)?;
    let promise = app.waiting.promise(Wish::Receipt);
    app.dispatch(Action::Submit);
    Some(promise)
}

/// Sends again what failed.
#[wasm_bindgen]
pub fn flush(key: u32) -> Option<Promise> {
    let app = app(key)?;
    let visit = app.visit()?;
    // A rating that arrived before is not delivered by this call.
    if !matches!(visit.phase, Phase::Failed(_) | Phase::Sending) {
        return Some(Promise::resolve(&counts(&Phase::Filling)));
    }
    let promise = app.waiting.promise(Wish::Counts);
    if visit.phase == Phase::Failed(Failure::Conflict) {
        // Staff has it; sending the same again would meet the same conflict.
        app.waiting.settle(&visit);
    } else {
        app.dispatch(Action::Submit);
    }
    Some(promise)
}

/// A promise for when nothing is under way.
#[wasm_bindgen]
pub fn settled(key: u32) -> Option<Promise> {
    let app = app(key)?;
    let visit = app.visit()?;
    (visit.phase == Phase::Sending).then(|| app.waiting.promise(Wish::End))
}

/// The responses that were submitted and have no receipt.
#[wasm_bindgen]
pub fn export_queue(key: u32) -> Array {
    let list = Array::new();
    let unsent = app(key).filter(|app| {
        let visit = app.visit();
        visit.is_some_and(|visit| matches!(visit.phase, Phase::Sending | Phase::Failed(_)))
    });
    if let Some(response) = unsent.and_then(|app| app.response(Visit::sendable)) {
        list.push(&parsed(&json::response(&response)));
    }
    list
}

/// How many surveys are mounted: what a leak would show in.
#[wasm_bindgen]
pub fn mounted() -> usize {
    MOUNTED.with_borrow(Vec::len)
}
