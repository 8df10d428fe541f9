//! The hash of the definition that was on screen: over its canonical JSON
//! (RFC 8785), so that it names the wording and not the layout of a file. Equals
//! `manyi_model::hash::definition_hash`, which the collector uses.

use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::platform::push_hex;

/// `sha256:` and 64 hex digits over `definition`; nothing where the page is no
/// secure context, because browsers offer no digest there.
pub async fn definition_hash(definition: &JsValue) -> Option<String> {
    let mut text = String::new();
    write(definition, &mut text);
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    if subtle.is_undefined() {
        return None;
    }
    let digest = subtle
        .digest_with_str_and_u8_array("SHA-256", text.as_bytes())
        .ok()?;
    let digest = Uint8Array::new(&JsFuture::from(digest).await.ok()?).to_vec();
    let mut hash = String::with_capacity(71);
    hash.push_str("sha256:");
    for byte in digest {
        push_hex(&mut hash, byte);
    }
    Some(hash)
}

/// Writes `value` as canonical JSON. JavaScript prints strings and numbers as the
/// RFC asks, and sorts by UTF-16 code units.
fn write(value: &JsValue, text: &mut String) {
    if Array::is_array(value) {
        text.push('[');
        for (n, part) in Array::from(value).iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            write(&part, text);
        }
        text.push(']');
    } else if let Some(object) = value.dyn_ref::<Object>() {
        text.push('{');
        for (n, key) in Object::keys(object).sort().iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            leaf(&key, text);
            text.push(':');
            write(&Reflect::get(value, &key).unwrap_or_default(), text);
        }
        text.push('}');
    } else {
        leaf(value, text);
    }
}

fn leaf(value: &JsValue, text: &mut String) {
    let printed = JSON::stringify(value).ok();
    text.push_str(&printed.map(String::from).unwrap_or_default());
}
