//! The one door to clocks, chance and timers. Works in a page and in a worker.

use js_sys::{Function, Reflect, global};
use wasm_bindgen::prelude::*;

use crate::drain;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn elapsed_ms() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn clock_ms() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = parse)]
    fn date_ms(text: &str) -> f64;
    #[wasm_bindgen(js_namespace = Math, js_name = random)]
    fn chance() -> f64;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(call: &Function, delay_ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
    #[wasm_bindgen(js_name = addEventListener)]
    fn add_event_listener(name: &str, call: &Function);
}

/// The page's own clock, which nobody sets, and chance.
#[derive(Clone, Copy, Debug)]
pub struct Page;

impl drain::Clock for Page {
    fn now_ms(&self) -> f64 {
        elapsed_ms()
    }

    fn random(&self) -> f64 {
        chance()
    }
}

/// What the device's clock says, in milliseconds since 1970: data, never logic.
pub fn now_ms() -> f64 {
    clock_ms()
}

/// The time that an HTTP date names, in milliseconds since 1970.
pub fn parsed_date_ms(text: &str) -> Option<f64> {
    let ms = date_ms(text);
    ms.is_finite().then_some(ms)
}

/// A new random id of 32 hex digits, for the device.
pub fn new_id() -> String {
    let mut id = String::with_capacity(32);
    while id.len() < 32 {
        // 48 bits of a double's 53 at a time. It names a tablet and guards nothing.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 255 by construction"
        )]
        let byte = (chance() * 256.0) as u8;
        for digit in [byte >> 4, byte & 15] {
            id.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    id
}

/// Something of the global object, such as `indexedDB`; a page without it, or one
/// that is not let near it, has none.
pub fn thing(name: &str) -> Option<JsValue> {
    field(&global(), name)
}

/// A field of `object`, where it is there.
pub fn field(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// A word in a field of `object`.
pub fn word(object: &JsValue, name: &str) -> Option<String> {
    field(object, name)?.as_string()
}

/// Sets a field of an object that is ours.
pub fn set(object: &JsValue, name: &str, value: impl Into<JsValue>) {
    // Setting a field of a plain object cannot fail.
    let _ = Reflect::set(object, &name.into(), &value.into());
}

/// Whether the browser is sure that there is no network.
pub fn is_offline() -> bool {
    let navigator = thing("navigator");
    let online = navigator.and_then(|navigator| field(&navigator, "onLine"));
    online.is_some_and(|online| online == false)
}

/// Whether somebody may see the page.
pub fn is_visible() -> bool {
    let document = thing("document");
    let state = document.and_then(|document| word(&document, "visibilityState"));
    state.as_deref() != Some("hidden")
}

/// Calls `call` at every `name` event of the page, for as long as it lives.
pub fn on(name: &str, call: fn()) {
    let call = Closure::<dyn Fn()>::new(call).into_js_value();
    add_event_listener(name, call.unchecked_ref());
}

/// A call that happens later, unless this is dropped before.
#[must_use = "dropping a timer cancels it"]
#[derive(Debug)]
pub struct Timer(JsValue);

impl Timer {
    /// Calls `call` after `delay_ms`.
    pub fn after(delay_ms: f64, call: impl FnOnce() + 'static) -> Self {
        let call = Closure::once_into_js(call);
        // Browsers count in 32 bits and take more for zero.
        Self(set_timeout(call.unchecked_ref(), delay_ms.min(2e9)))
    }

    /// Resolves `done` after `delay_ms`.
    pub fn resolve(delay_ms: f64, done: &Function) -> Self {
        Self(set_timeout(done, delay_ms))
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.0);
    }
}
