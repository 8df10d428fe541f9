//! What is sealed here opens by the RFC, and only with the right key and id.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JSON, Promise, Reflect};
use manyi_delivery::seal::{self, Sealed, Unsealed};
use manyi_delivery::task::spawn;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(module = "/tests/browser/sealing.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn open(jwk: &JsValue, id: &str, enc: &str, sealed: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn prepare(jwk: &JsValue) -> Result<JsValue, JsValue>;
    fn hide();
    fn restore();
}

/// A message with all that belongs to it. `tests/sealing.rs` opens the same one.
const MESSAGE: &str = include_str!("../sealing/message.json");

/// RFC 9180, A.3.1: the recipient, the one-time key and what they share. The
/// rest of the vector is of another AEAD.
const RFC_KEY: &str = "8710cee59cfe355a.BP6MGc4JBRkevCmKkkV5JTHybwzs4kYGOei8Oct_cGqCanebTPlpuKDlOcf2L7PTCtaqj4DjDx0Siq_WiiznLqA";
const RFC_ONCE: &str = r#"{"kty":"EC","crv":"P-256","x":"qScZxhldUIUQT0aai5gU1YOP9ytgUB4sRGbl5nsyWsk","y":"hTbXthoa9LeOW3-VHAkAvoY8QDzmXJv8uTgmVyItGMQ","d":"SZV4jvS51hMrJJzlmncoFJPrOa83PSNqH-QVywwte-s"}"#;
const RFC_SHARED: &str = "c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8";

/// Seals in a task of the outbox: only there it can wait.
async fn seal(key: &str, id: &str, plaintext: &str) -> Result<Sealed, Unsealed> {
    let given = [key, id, plaintext].map(str::to_owned);
    let said = Rc::new(RefCell::new(None));
    let end = Promise::new(&mut |end, _| {
        let (given, said) = (given.clone(), said.clone());
        spawn(Box::pin(async move {
            let [key, id, plaintext] = &given;
            said.replace(Some(seal::seal(key, id, plaintext).await));
            end.call0(&JsValue::NULL).expect("a resolver");
        }));
    });
    JsFuture::from(end).await.expect("it resolves");
    said.take().expect("it was said")
}

fn field(name: &str) -> JsValue {
    Reflect::get(&JSON::parse(MESSAGE).expect("in the message"), &name.into())
        .expect("in the message")
}

fn text(name: &str) -> String {
    field(name).as_string().expect("in the message")
}

async fn opened(id: &str, sealed: &Sealed) -> Option<String> {
    let opened = open(&field("private"), id, &sealed.enc, &sealed.text).await;
    opened.ok()?.as_string()
}

#[wasm_bindgen_test]
async fn what_is_sealed_opens_by_the_rfc() {
    let long = "民警态度很好，但是等了很久。😀".repeat(1500);
    for plaintext in ["{}", "", "{\"comment\":\"窗口\"}", &long] {
        let sealed = seal(&text("public"), &text("id"), plaintext)
            .await
            .expect("it is done");
        assert_eq!(sealed.key, &text("public")[..16]);
        let opened = opened(&text("id"), &sealed).await;
        assert_eq!(opened.as_deref(), Some(plaintext));
    }
}

#[wasm_bindgen_test]
async fn each_message_has_a_key_of_its_own() {
    let (key, id) = (text("public"), text("id"));
    let one = seal(&key, &id, "{}").await.expect("it is done");
    let two = seal(&key, &id, "{}").await.expect("it is done");
    assert_ne!(one.enc, two.enc);
    assert_ne!(one.text, two.text);
}

#[wasm_bindgen_test]
async fn it_opens_for_its_response_alone_and_only_as_it_was() {
    let id = text("id");
    let sealed = seal(&text("public"), &id.to_uppercase(), "{}").await;
    let sealed = sealed.expect("sealed");
    assert_eq!(opened(&id, &sealed).await.as_deref(), Some("{}"));

    let other = id.replace('0', "1");
    assert_eq!(opened(&other, &sealed).await, None);
    let first = if sealed.text.starts_with('A') {
        "B"
    } else {
        "A"
    };
    let changed = Sealed {
        text: format!("{first}{}", &sealed.text[1..]),
        ..sealed.clone()
    };
    assert_eq!(opened(&id, &changed).await, None);
    let another = Sealed {
        enc: seal(&text("public"), &id, "{}")
            .await
            .expect("it is done")
            .enc,
        ..sealed
    };
    assert_eq!(opened(&id, &another).await, None);
}

#[wasm_bindgen_test]
async fn the_same_one_time_key_gives_the_very_bytes_that_the_vetted_crate_opens() {
    prepare(&field("once")).await.expect("it is done");
    let sealed = seal(&text("public"), &text("id"), &text("plaintext")).await;
    restore();
    let sealed = sealed.expect("sealed");
    let wanted = |name: &str| {
        let wanted = Reflect::get(&field("sealed"), &name.into()).expect("in the message");
        wanted.as_string().expect("in the message")
    };
    assert_eq!(sealed.key, wanted("key"));
    assert_eq!(sealed.enc, wanted("enc"));
    assert_eq!(sealed.text, wanted("text"));
}

#[wasm_bindgen_test]
async fn the_shared_secret_is_the_rfcs() {
    let derived = prepare(&JSON::parse(RFC_ONCE).expect("in the message"))
        .await
        .expect("it is done");
    let sealed = seal(RFC_KEY, &text("id"), "{}").await;
    restore();
    sealed.expect("sealed");
    // After the curve's secret.
    let shared = Array::from(&derived).get(1).as_string();
    assert_eq!(shared.as_deref(), Some(RFC_SHARED));
}

#[wasm_bindgen_test]
async fn what_is_no_key_is_said() {
    let key = text("public");
    let (name, point) = key.split_once('.').expect("ID.KEY");
    let last = |letter: char| format!("{}{letter}", &key[..key.len() - 1]);
    let cases = [
        String::new(),
        name.into(),
        point.into(),
        format!("{name}{point}"),
        format!("{name}:{point}"),
        format!("{name}.{}", &point[1..]),
        format!("{name}.{point}="),
        format!("{name}.{}", point.replace(['-', '_'], "+")),
        format!("{}.{point}", name.to_uppercase()),
        // Another key's id, and another key.
        format!("8710cee59cfe355a.{point}"),
        format!("{name}.{}", &RFC_KEY[17..]),
        // Bits behind the last byte.
        last('d'),
        // No point of the curve; its id is right.
        "59ef1a5a00f35b1a.BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
        "窗口".repeat(20),
    ];
    for key in cases {
        let said = seal(&key, &text("id"), "{}").await;
        assert_eq!(said, Err(Unsealed::BadKey), "{key}");
    }
    let pasted = format!("\n  {key}\n");
    assert!(seal(&pasted, &text("id"), "{}").await.is_ok());
}

#[wasm_bindgen_test]
async fn a_page_without_webcrypto_is_told_apart() {
    hide();
    let said = seal(&text("public"), &text("id"), "{}").await;
    restore();
    assert_eq!(said, Err(Unsealed::NoCrypto));
    assert!(seal(&text("public"), &text("id"), "{}").await.is_ok());
}
