//! Elements made of text alone, and objects of the browser called by their names.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AddEventListenerOptions, Document, Element, Event, EventTarget};

#[wasm_bindgen]
extern "C" {
    // Not those of js-sys: wasm-bindgen holds what a call gave in a table of references,
    // and after a throw never lets go of the place taken for a plain `JsValue`. For an
    // `Option` it takes none.
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    fn reflect_get(object: &JsValue, name: &str) -> Result<Option<JsValue>, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = apply, catch)]
    fn reflect_apply(
        call: &Function,
        of: &JsValue,
        given: &Array,
    ) -> Result<Option<JsValue>, JsValue>;
}

/// The page.
pub fn document() -> Document {
    // A page's script has a window with a document.
    let document = web_sys::window().and_then(|window| window.document());
    document.unwrap_or_else(|| JsValue::NULL.unchecked_into())
}

/// The element with this id.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// A fresh element with a class, or none.
pub fn element(name: &str, class: &str) -> Element {
    let made = document().create_element(name);
    // The names are ours and right.
    let element = made.unwrap_or_else(|_| JsValue::NULL.unchecked_into());
    if !class.is_empty() {
        put(&element, "class", class);
    }
    element
}

/// The same with text.
pub fn text(name: &str, class: &str, text: &str) -> Element {
    let element = element(name, class);
    element.set_text_content(Some(text));
    element
}

/// A button that does `act`.
pub fn button(act: &str, class: &str, label: &str) -> Element {
    let button = text("button", class, label);
    put(&button, "type", "button");
    put(&button, "data-act", act);
    button
}

/// A drawing in a box of 48: one path for each of `paths`.
pub fn drawing(class: &str, paths: &[&str]) -> Element {
    const SVG: Option<&str> = Some("http://www.w3.org/2000/svg");
    let made = |name: &str| document().create_element_ns(SVG, name);
    let Ok(svg) = made("svg") else {
        return element("span", class);
    };
    put(&svg, "class", class);
    put(&svg, "viewBox", "0 0 48 48");
    put(&svg, "aria-hidden", "true");
    for path in paths {
        if let Ok(line) = made("path") {
            put(&line, "d", path);
            add(&svg, &line);
        }
    }
    svg
}

/// A code to be scanned: dark on white, so many units across.
pub fn qr(size: u32, path: &str, name: &str) -> Element {
    let code = drawing("qr", &[path]);
    let size = size.to_string();
    for (attribute, value) in [
        ("viewBox", ["0 0 ", &size, " ", &size].concat().as_str()),
        ("shape-rendering", "crispEdges"),
        ("role", "img"),
        ("aria-label", name),
        ("aria-hidden", "false"),
    ] {
        put(&code, attribute, value);
    }
    code
}

/// Sets an attribute.
pub fn put(element: &Element, name: &str, value: &str) {
    // The names are ours and right.
    let _ = element.set_attribute(name, value);
}

/// Appends.
pub fn add(parent: &Element, child: &Element) {
    // A fresh element can be put anywhere.
    let _ = parent.append_child(child);
}

/// Shows it or not.
pub fn shown(element: &Element, is_shown: bool) {
    // The name is right.
    let _ = element.toggle_attribute_with_force("hidden", !is_shown);
}

/// Listens before anybody else in the page, and may prevent what would follow.
pub fn listen(target: &EventTarget, name: &str, call: impl Fn(Event) + 'static) {
    let call = Closure::<dyn Fn(Event)>::new(call).into_js_value();
    let options = AddEventListenerOptions::new();
    options.set_capture(true);
    options.set_passive(false);
    let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
        name,
        call.unchecked_ref(),
        &options,
    );
}

/// A property; undefined where there is none, or null.
pub fn field(object: &JsValue, name: &str) -> JsValue {
    let found = reflect_get(object, name).ok().flatten();
    found.unwrap_or_default()
}

/// A property that is text.
pub fn word(object: &JsValue, name: &str) -> String {
    field(object, name).as_string().unwrap_or_default()
}

/// Calls a method; undefined where there is none, or where it fails.
pub fn call(object: &JsValue, name: &str, given: &[JsValue]) -> JsValue {
    let Ok(method) = field(object, name).dyn_into::<Function>() else {
        return JsValue::UNDEFINED;
    };
    let given: Array = given.iter().collect();
    let said = reflect_apply(&method, object, &given).ok().flatten();
    said.unwrap_or_default()
}

/// The same, and waits for what it promises.
pub async fn called(object: &JsValue, name: &str, given: &[JsValue]) -> Result<JsValue, JsValue> {
    match call(object, name, given).dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await,
        Err(value) => Ok(value),
    }
}

/// An object of pairs.
pub fn object(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in pairs {
        // A fresh object takes everything.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// The browser's `navigator.NAME`.
pub fn of_navigator(name: &str) -> JsValue {
    let window = web_sys::window().map(JsValue::from).unwrap_or_default();
    field(&field(&window, "navigator"), name)
}
