//! What the class in `www/manyi.js` calls. Surveys have numbers and not handles:
//! nothing on the other side needs to be freed, also when this instance is dead.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::app::App;
use super::json;
use super::port::Port;
use super::port::{self, field};
use super::waiting::Wish;
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

/// Sends everything that waits: what this visit could not keep elsewhere, and what
/// lies on the device.
#[wasm_bindgen]
pub fn flush(key: u32) -> Option<Promise> {
    let app = app(key)?;
    Some(future_to_promise(async move {
        let phase = || app.visit().map(|visit| visit.phase.clone());
        let waits = |phase| match phase {
            // Staff has it; sending the same again would meet the same conflict.
            Some(Phase::Failed(failure)) => failure != Failure::Conflict,
            other => other == Some(Phase::Sending),
        };
        if waits(phase()) {
            let end = app.waiting.promise(Wish::End);
            app.dispatch(Action::Submit);
            JsFuture::from(end).await?;
        }
        let counts = JsFuture::from(app.port.outbox("outbox_flush", &Array::new())).await?;
        let is_here = matches!(
            phase(),
            Some(Phase::Failed(failure)) if !matches!(failure, Failure::Conflict | Failure::Refused)
        );
        let kept = field(&counts, "kept").as_f64().unwrap_or_default();
        Ok(port::object(&[
            ("delivered", field(&counts, "delivered")),
            ("kept", (kept + f64::from(u8::from(is_here))).into()),
            ("rejected", field(&counts, "rejected")),
        ]))
    }))
}

/// A promise for when nothing is under way.
#[wasm_bindgen]
pub fn settled(key: u32) -> Option<Promise> {
    let app = app(key)?;
    let visit = app.visit()?;
    (visit.phase == Phase::Sending).then(|| app.waiting.promise(Wish::End))
}

/// The response of this visit, where it was submitted and lies in the page only.
#[wasm_bindgen]
pub fn export_queue(key: u32) -> Array {
    let list = Array::new();
    let Some(app) = app(key) else { return list };
    let is_here = app.visit().is_some_and(|visit| {
        matches!(visit.phase, Phase::Failed(failure) if !matches!(failure, Failure::Refused | Failure::Conflict))
    });
    if let Some(response) = app.response(Visit::sendable).filter(|_| is_here) {
        let endpoint = app.config().endpoint.clone();
        list.push(&port::object(&[
            ("id", response.id.as_str().into()),
            (
                "endpoint",
                endpoint.map_or(JsValue::UNDEFINED, JsValue::from),
            ),
            ("body", json::response(&response).into()),
            ("state", "page".into()),
        ]));
    }
    list
}

/// What the outbox says of its own accord: how much lies on the device, or what became
/// of a response, which goes to the survey that sent it, or to the first.
#[wasm_bindgen]
pub fn heard(what: &str, said: &JsValue) {
    let apps = MOUNTED.with_borrow(Clone::clone);
    if what == "counts" {
        apps.iter().for_each(|app| app.count(said));
        return;
    }
    let id = port::word(said, "id");
    let sender = apps.iter().find(|app| app.sent.borrow().contains(&id));
    if let Some(app) = sender.or(apps.first()) {
        app.became(&id, said);
    }
}

/// How many surveys are mounted: what a leak would show in.
#[wasm_bindgen]
pub fn mounted() -> usize {
    MOUNTED.with_borrow(Vec::len)
}
