//! Ways out of the page that lead nowhere.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

use crate::dom::{document, field, listen, word};

/// Events that mean nothing on a kiosk: menus, dragging, zooming, printing.
const NOTHING: [&str; 5] = [
    "contextmenu",
    "dragstart",
    "drop",
    "gesturestart",
    "auxclick",
];

/// Keys that browsers do something with, together with Ctrl or the Apple key.
const KEYS: &str = "pPsSuUrRfFoOgG+-=0";

/// Puts the guards up, for the life of the page.
pub fn put_up() {
    let document = document();
    for name in NOTHING {
        listen(&document, name, |event| event.prevent_default());
    }
    listen(&document, "selectstart", |event| {
        // Whoever writes may mark what they wrote.
        let target = Reflect::get(&event.composed_path(), &0.into()).unwrap_or_default();
        let name = word(&target, "localName");
        if name != "input" && name != "textarea" {
            event.prevent_default();
        }
    });
    listen(&document, "wheel", |event| {
        if field(&event, "ctrlKey").is_truthy() {
            event.prevent_default();
        }
    });
    listen(&document, "touchmove", |event| {
        // Two fingers would zoom.
        let fingers = field(&field(&event, "touches"), "length").as_f64();
        if fingers.unwrap_or_default() > 1.0 && event.cancelable() {
            event.prevent_default();
        }
    });
    listen(&document, "keydown", |event| {
        let key = word(&event, "key");
        let with = ["ctrlKey", "metaKey"]
            .iter()
            .any(|name| field(&event, name).is_truthy());
        if (with && key.len() == 1 && KEYS.contains(&key)) || key == "F5" {
            event.prevent_default();
        }
    });
    listen(&document, "input", |event: Event| no_memory(&event));
    listen(&document, "focusin", |event: Event| no_memory(&event));
    let Some(window) = web_sys::window() else {
        return;
    };
    stay();
    // "Back" arrives where it left.
    listen(&window, "popstate", |_| stay());
    // A page out of the browser's memory may be somebody's: it starts anew.
    listen(&window, "pageshow", |event| {
        if field(&event, "persisted").is_truthy()
            && let Some(window) = web_sys::window()
        {
            let _ = window.location().reload();
        }
    });
}

/// Puts an entry in front of the page's own, without the pairs of the first start.
fn stay() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let path = window.location().pathname().unwrap_or_default();
    if let Ok(history) = window.history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&path));
    }
}

/// Browsers offer what was typed before; on a kiosk that was somebody else.
fn no_memory(event: &Event) {
    let target = Reflect::get(&event.composed_path(), &0.into()).unwrap_or_default();
    if let Ok(field) = target.dyn_into::<HtmlInputElement>() {
        let element: &Element = field.as_ref();
        let _ = element.set_attribute("autocomplete", "off");
    }
}

/// Takes the focus, and the keyboard on the screen, off whatever has it.
pub fn let_go() {
    let active = document().active_element();
    if let Some(active) = active.and_then(|active| active.dyn_into::<HtmlElement>().ok()) {
        let _ = active.blur();
    }
}

/// Out of the kiosk: to what lies beside its page.
pub fn leave() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_href("./");
    }
}
