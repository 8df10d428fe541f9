//! The service worker, which keeps whole versions of the kiosk: asked to look for a
//! new one, told that this one lives, and told when to go over.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::EventTarget;

use crate::dom::{called, field, listen, object, of_navigator, word};

/// What the worker says.
#[derive(Clone, Debug)]
pub enum Said {
    /// This version is in use, perhaps another one is ready to be taken.
    State {
        /// The version in use; empty where the page came from the network.
        current: String,
        /// Whether another lies here, whole.
        is_ready: bool,
    },
    /// It went over: the page has to start again.
    Taken,
    /// The operator stopped the worker, and every version is gone.
    Stopped {
        /// Whether it had served one: the page then starts again, from the network.
        had_version: bool,
    },
}

/// Hears the worker from now on.
pub fn hear(call: impl Fn(Said) + 'static) {
    let container = of_navigator("serviceWorker");
    let Ok(target) = container.dyn_into::<EventTarget>() else {
        return;
    };
    listen(&target, "message", move |event| {
        let said = field(&event, "data");
        call(match word(&said, "said").as_str() {
            "taken" => Said::Taken,
            "stopped" => Said::Stopped {
                had_version: !word(&said, "current").is_empty(),
            },
            _ => Said::State {
                current: word(&said, "current"),
                is_ready: field(&said, "pending").is_truthy(),
            },
        });
    });
}

/// Whether the worker served this page.
pub fn is_served() -> bool {
    field(&of_navigator("serviceWorker"), "controller").is_truthy()
}

/// Tells the worker `what`: `check`, `alive` or `take`. `also` are addresses that
/// belong to a version besides its own files: the definition, recordings.
pub fn tell(what: &'static str, also: Vec<String>) {
    spawn_local(async move {
        let container = of_navigator("serviceWorker");
        // Without a worker (plain HTTP, some browsers) this never comes.
        let ready = field(&container, "ready");
        let Ok(ready) = ready.dyn_into::<js_sys::Promise>() else {
            return;
        };
        let Ok(registration) = wasm_bindgen_futures::JsFuture::from(ready).await else {
            return;
        };
        let also: Array = also.into_iter().map(JsValue::from).collect();
        let message = object(&[("ask", what.into()), ("also", also.into())]);
        let _ = called(&field(&registration, "active"), "postMessage", &[message]).await;
    });
}
