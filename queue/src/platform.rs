//! The list's one door to the clock and to what the browser says of the network.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]

use js_sys::Date;
use wasm_bindgen::JsValue;

use crate::panel::field;

/// Milliseconds since 1970 by the device's clock: shown to staff, never logic.
pub fn now_ms() -> f64 {
    Date::now()
}

/// A moment as people who speak `language` write it.
pub fn local_time(ms: f64, language: &str) -> String {
    let date = Date::new(&ms.into());
    date.to_locale_string(language, &JsValue::UNDEFINED).into()
}

/// Whether the browser says that there is a network.
pub fn is_online() -> bool {
    let navigator = field(&js_sys::global(), "navigator");
    field(&navigator, "onLine").as_bool() == Some(true)
}
