//! What a browser seals, the crate of the collector opens. `tests/browser` makes
//! the same message, byte by byte, with the same one-time key.

#![cfg(not(target_arch = "wasm32"))]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, Serializable};
use serde_json::Value;

type Private = <DhP256HkdfSha256 as Kem>::PrivateKey;
type Enc = <DhP256HkdfSha256 as Kem>::EncappedKey;

const INFO: &[u8] = b"manyi sealed answers v1";

fn message() -> Value {
    serde_json::from_str(include_str!("sealing/message.json")).expect("as the message has it")
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD
        .decode(text.as_str().expect("as the message has it"))
        .expect("as the message has it")
}

fn opened(message: &Value, id: &str) -> Option<String> {
    let private =
        Private::from_bytes(&bytes(&message["private"]["d"])).expect("as the message has it");
    let enc = Enc::from_bytes(&bytes(&message["sealed"]["enc"])).expect("as the message has it");
    let text = bytes(&message["sealed"]["text"]);
    let opened = hpke::single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeR::Base,
        &private,
        &enc,
        INFO,
        &text,
        id.as_bytes(),
    );
    Some(String::from_utf8(opened.ok()?).expect("as the message has it"))
}

#[test]
fn the_vetted_crate_opens_what_the_browser_seals() {
    let message = message();
    let id = message["id"].as_str().expect("as the message has it");
    assert_eq!(
        opened(&message, id).as_deref(),
        message["plaintext"].as_str()
    );
    assert_eq!(opened(&message, &id.replace('0', "1")), None);
}

#[test]
fn the_text_form_of_the_key_is_that_of_the_private_one() {
    let message = message();
    let private =
        Private::from_bytes(&bytes(&message["private"]["d"])).expect("as the message has it");
    let public = DhP256HkdfSha256::sk_to_pk(&private).to_bytes();
    let (_, point) = message["public"]
        .as_str()
        .expect("as the message has it")
        .split_once('.')
        .expect("as the message has it");
    assert_eq!(URL_SAFE_NO_PAD.encode(public), point);
}
