//! The one door to the page: its objects, clocks, chance and timers. Works in a page
//! and in a worker.
//!
//! Objects of the browser are called by name and not by a binding each: a binding
//! weighs more than its name, in the module and once more in the script beside it.
//! Whatever fails gives `undefined`, as does `null`; no call that is made here gives
//! either otherwise.
//!
//! Values of the page are numbers here, see [`Js`].

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
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
    fn set_timeout(call: &JsValue, delay_ms: f64, given: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);

    // The global object is its own value.
    #[wasm_bindgen(js_namespace = globalThis, js_name = valueOf)]
    fn global() -> JsValue;

    // What may throw gives an `Option`: wasm-bindgen holds what a call gave in a table
    // of references, and after a throw never lets go of the place taken for a plain
    // `JsValue`. For an `Option` it takes none. A page of months throws millions.
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    fn reflect_get(object: &JsValue, name: &str) -> Result<Option<JsValue>, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set)]
    fn reflect_set(object: &JsValue, name: &str, value: &JsValue);
    #[wasm_bindgen(js_namespace = Reflect, js_name = apply, catch)]
    fn reflect_apply(
        call: &JsValue,
        of: &JsValue,
        given: &Array,
    ) -> Result<Option<JsValue>, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = construct, catch)]
    fn reflect_construct(class: &JsValue, given: &Array) -> Result<Option<JsValue>, JsValue>;
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn json_parse(text: &str) -> Result<Option<JsValue>, JsValue>;
    #[wasm_bindgen(js_namespace = JSON, js_name = stringify, catch)]
    fn json_stringify(value: &JsValue) -> Result<Option<JsValue>, JsValue>;
    /// Calls `call` in a turn of its own.
    #[wasm_bindgen(js_name = queueMicrotask)]
    pub fn soon(call: &JsValue);
}

/// A value of the page: the number under which it is held for the running task. All that
/// a task holds is let go with its end, or where it says so. One by one, letting go was
/// a fifth of the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Js(usize);

/// `undefined`.
pub const UNDEFINED: Js = Js(0);
/// `true`.
pub const TRUE: Js = Js(1);

/// What the running task holds.
pub type Held = Vec<JsValue>;

thread_local! {
    static HELD: RefCell<Held> = const { RefCell::new(Vec::new()) };
}

/// Holds other values from now on; those from before.
pub fn hold(held: Held) -> Held {
    HELD.replace(held)
}

/// Lets go of all that the running task holds.
pub fn forget() {
    hold(Vec::new());
}

/// A value for the running task.
pub fn js(value: JsValue) -> Js {
    HELD.with_borrow_mut(|held| {
        if held.is_empty() {
            held.push(JsValue::UNDEFINED);
            held.push(JsValue::TRUE);
        }
        held.push(value);
        Js(held.len() - 1)
    })
}

/// A value for longer than the task.
pub fn kept(value: Js) -> JsValue {
    HELD.with_borrow(|held| held.get(value.0).cloned().unwrap_or_default())
}

/// The number of what is held next.
pub fn next() -> usize {
    HELD.with_borrow(Vec::len)
}

/// What is held under a number.
pub fn nth(number: usize) -> Js {
    Js(number)
}

/// What a call gave that may throw, for the running task.
pub fn held(value: Result<Option<JsValue>, JsValue>) -> Js {
    js(value.ok().flatten().unwrap_or_default())
}

// A few hundred bytes of memory management where std's takes two thousand, compressed.
// It finds room by walking a list of what is free: a page holds a few dozen pieces.
// Not where a test links the widget with it, which holds thousands.
#[cfg(not(debug_assertions))]
#[global_allocator]
static MEMORY: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

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

/// From 0 up to 1.
pub fn random() -> f64 {
    chance()
}

/// A new random id of 32 hex digits, for the device. It names a tablet and guards nothing.
pub fn new_id() -> String {
    let mut id = String::new();
    for _ in 0..32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 15 by construction"
        )]
        let digit = (chance() * 16.0) as usize & 15;
        id.push(char::from(b"0123456789abcdef"[digit]));
    }
    id
}

/// Something of the global object; a page without it, or one that is not let near it,
/// has `undefined`.
pub fn thing(name: &str) -> Js {
    held(reflect_get(&global(), name))
}

/// A field of `object`.
pub fn field(object: Js, name: &str) -> Js {
    held(reflect_get(&kept(object), name))
}

/// A word in a field of `object`.
pub fn word(object: Js, name: &str) -> Option<String> {
    as_word(field(object, name))
}

/// A value that is a word.
pub fn as_word(value: Js) -> Option<String> {
    kept(value).as_string()
}

/// A word in a field of `object`, empty where there is none.
pub fn text(object: Js, name: &str) -> String {
    as_text(field(object, name))
}

/// A value that is a word; else none.
pub fn as_text(value: Js) -> String {
    as_word(value).unwrap_or_default()
}

/// A number in a field of `object`.
pub fn number(object: Js, name: &str) -> Option<f64> {
    as_number(field(object, name))
}

/// A value that is a number.
pub fn as_number(value: Js) -> Option<f64> {
    kept(value).as_f64()
}

/// Whether it is `undefined`.
pub fn is_nothing(value: Js) -> bool {
    kept(value).is_undefined()
}

/// Whether it is `true` or `1`, a word that is not empty, or an object.
pub fn is_so(value: Js) -> bool {
    kept(value).is_truthy()
}

/// A word for the page.
pub fn say(word: &str) -> Js {
    js(word.into())
}

/// A number for the page.
pub fn count(number: f64) -> Js {
    js(number.into())
}

/// Sets a field of an object that is ours.
pub fn set(object: Js, name: &str, value: Js) {
    reflect_set(&kept(object), name, &kept(value));
}

/// Sets a field of an object that is ours to a word.
pub fn set_word(object: Js, name: &str, value: &str) {
    set(object, name, say(value));
}

/// Sets a field of an object that is ours to a number.
pub fn set_number(object: Js, name: &str, value: f64) {
    set(object, name, count(value));
}

/// JSON as what it says.
pub fn json(text: &str) -> Js {
    held(json_parse(text))
}

/// What `value` is as JSON.
pub fn written(value: Js) -> Js {
    held(json_stringify(&kept(value)))
}

fn array(items: &[Js]) -> Array {
    let list = Array::new();
    for item in items {
        list.push(&kept(*item));
    }
    list
}

/// A list.
pub fn list(items: &[Js]) -> Js {
    js(array(items).into())
}

/// Whether it is a list.
pub fn is_list(value: Js) -> bool {
    Array::is_array(&kept(value))
}

/// What a list holds.
pub fn items(list: Js) -> Vec<Js> {
    let mut items = Vec::new();
    let mut rest = number(list, "length").unwrap_or_default();
    let list = kept(list);
    while rest > 0.0 {
        rest -= 1.0;
        #[expect(clippy::cast_possible_truncation, reason = "no list is as long")]
        let at = items.len() as u32;
        items.push(js(list.unchecked_ref::<Array>().get(at)));
    }
    items
}

/// Calls a method of `object`.
pub fn invoke(object: Js, name: &str, given: &[Js]) -> Js {
    let (method, object) = (kept(field(object, name)), kept(object));
    held(reflect_apply(&method, &object, &array(given)))
}

/// Calls a function.
pub fn call(function: &JsValue, given: Js) {
    // What it throws is its own affair.
    let _ = reflect_apply(function, &JsValue::UNDEFINED, &array(&[given]));
}

/// Makes one of a class of the page.
pub fn make(class: &str, given: &[Js]) -> Js {
    held(reflect_construct(&kept(thing(class)), &array(given)))
}

/// Bytes for the page.
pub fn bytes(bytes: &[u8]) -> Js {
    js(Uint8Array::from(bytes).into())
}

/// The bytes of a buffer of the page.
pub fn as_bytes(buffer: Js) -> Vec<u8> {
    Uint8Array::new(&kept(buffer)).to_vec()
}

/// Something for the page to call: with what it holds for itself.
pub fn callback(call: impl Fn(Js) -> Js + 'static) -> Js {
    js(Closure::<dyn Fn(JsValue) -> JsValue>::new(move |given| {
        let before = hold(Vec::new());
        let said = kept(call(js(given)));
        hold(before);
        said
    })
    .into_js_value())
}

/// Whether the browser is sure that there is no network.
pub fn is_offline() -> bool {
    let online = field(thing("navigator"), "onLine");
    !is_nothing(online) && !is_so(online)
}

/// Whether somebody may see the page.
pub fn is_visible() -> bool {
    text(thing("document"), "visibilityState") != "hidden"
}

/// Calls `call` after `delay_ms`, with what is given, unless the timer is stopped.
pub fn later(call: Js, delay_ms: f64, given: Js) -> JsValue {
    // Browsers count in 32 bits and take more for zero.
    set_timeout(&kept(call), delay_ms.min(2e9), &kept(given))
}

/// Stops a timer.
pub fn stop(timer: &JsValue) {
    clear_timeout(timer);
}
