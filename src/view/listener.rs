//! A listener on one element, taken off when it is dropped.
//!
//! Yew's own stand on the root of its app, and at each event it climbs there from the
//! target, asking JavaScript for every step: a fifth of what a tap costs us.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event};

/// A listener.
pub struct Listener {
    element: Element,
    kind: &'static str,
    call: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Calls `call` for every event `kind` that reaches `element`.
    pub fn new(element: &Element, kind: &'static str, call: impl Fn(Event) + 'static) -> Self {
        let call = Closure::<dyn Fn(Event)>::new(call);
        // It fails for no event that has a name.
        let _ = element.add_event_listener_with_callback(kind, call.as_ref().unchecked_ref());
        Self {
            element: element.clone(),
            kind,
            call,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let call = self.call.as_ref().unchecked_ref();
        let _ = self
            .element
            .remove_event_listener_with_callback(self.kind, call);
    }
}
