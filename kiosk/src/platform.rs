//! The kiosk's one door to the clock, to chance and to timers.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock and randomness"
)]

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Milliseconds by the page's own clock, which nobody sets: all waits go by it.
pub fn elapsed_ms() -> f64 {
    let clock = web_sys::window().and_then(|window| window.performance());
    clock.map_or(0.0, |clock| clock.now())
}

/// Milliseconds since 1970 by the device's clock: shown to staff, never logic.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A moment as people read it.
pub fn local_time(ms: f64, language: &str) -> String {
    let date = js_sys::Date::new(&ms.into());
    date.to_locale_string(language, &JsValue::UNDEFINED).into()
}

/// Day of the week (Monday is 1) and minute of the day. None where the clock cannot be
/// right: a device whose battery died says 1970, and must not sleep for it.
pub fn day_and_minute() -> Option<(u32, u32)> {
    let date = js_sys::Date::new_0();
    let day = match date.get_day() {
        0 => 7,
        day => day,
    };
    (2024..2100)
        .contains(&date.get_full_year())
        .then(|| (day, date.get_hours() * 60 + date.get_minutes()))
}

/// Sixteen random bytes.
pub fn salt() -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

/// The time by the device's clock, as RFC 3339: data for the collector.
pub fn clock() -> String {
    js_sys::Date::new_0().to_iso_string().into()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(call: &JsValue, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(call: &JsValue, ms: f64) -> JsValue;
}

/// Calls `call` once, after `ms` milliseconds.
pub fn later(ms: f64, call: impl FnOnce() + 'static) {
    set_timeout(&Closure::once_into_js(call), ms);
}

/// Waits for `ms` milliseconds.
pub async fn sleep(ms: f64) {
    let wait = js_sys::Promise::new(&mut |done, _| {
        set_timeout(&done, ms);
    });
    // A timer does not fail.
    let _ = JsFuture::from(wait).await;
}

/// Calls `call` every `ms` milliseconds, as long as the page lives.
pub fn every(ms: f64, call: impl Fn() + 'static) {
    let call = Closure::<dyn Fn()>::new(call).into_js_value();
    set_interval(&call, ms);
}
