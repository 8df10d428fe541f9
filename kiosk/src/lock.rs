//! The PIN, as a hash that takes a while to make (PBKDF2).

use std::fmt::Write as _;

use js_sys::Uint8Array;
use manyi_model::limits;
use wasm_bindgen::prelude::*;

use crate::dom::{called, field, object};
use crate::memory::{self, Line};
use crate::platform;

fn subtle() -> JsValue {
    let window = web_sys::window().map(JsValue::from).unwrap_or_default();
    field(&field(&window, "crypto"), "subtle")
}

/// Whether this page can hash: browsers do it under HTTPS and on localhost alone.
pub fn is_possible() -> bool {
    subtle().is_truthy()
}

/// Whether there is a PIN.
pub fn is_set() -> bool {
    memory::get(Line::Pin).is_some()
}

/// Keeps a PIN; whether it could.
pub async fn set(pin: &str) -> bool {
    let Some(salt) = platform::salt() else {
        return false;
    };
    let rounds = limits::KIOSK_PIN_ROUNDS;
    match hash(pin, &salt, rounds).await {
        Some(hash) => {
            memory::put(Line::Pin, &format!("{rounds}:{}:{hash}", hex(&salt)));
            is_set()
        }
        None => false,
    }
}

/// Whether it is the PIN.
pub async fn is_right(pin: &str) -> bool {
    let kept = memory::get(Line::Pin).unwrap_or_default();
    let mut parts = kept.split(':');
    let (rounds, salt, wanted) = (parts.next(), parts.next(), parts.next());
    let rounds = rounds
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or_default();
    let salt = bytes(salt.unwrap_or_default());
    let made = hash(pin, &salt, rounds).await;
    made.is_some() && made.as_deref() == wanted
}

async fn hash(pin: &str, salt: &[u8], rounds: u32) -> Option<String> {
    let subtle = subtle();
    let raw: JsValue = Uint8Array::from(pin.as_bytes()).into();
    let uses: JsValue = js_sys::Array::of1(&"deriveBits".into()).into();
    let given = ["raw".into(), raw, "PBKDF2".into(), false.into(), uses];
    let key = called(&subtle, "importKey", &given).await.ok()?;
    let how = object(&[
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", Uint8Array::from(salt).into()),
        ("iterations", rounds.into()),
    ]);
    let bits = called(&subtle, "deriveBits", &[how, key, 256.into()])
        .await
        .ok()?;
    let bits = bits.is_object().then(|| Uint8Array::new(&bits).to_vec())?;
    Some(hex(&bits))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len())
        .step_by(2)
        .filter_map(|at| hex.get(at..at + 2));
    pairs
        .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
        .collect()
}
