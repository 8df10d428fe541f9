//! C7: answers sealed on the device are opened on arrival, and from there on are
//! like any other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hpke::aead::{Aead, AesGcm128, AesGcm256};
use hpke::kdf::{HkdfSha256, HkdfSha512, Kdf};
use hpke::kem::{DhP256HkdfSha256, DhP521HkdfSha512};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable as _};
use manyi_collector::sealing::{Key, Keys};
use serde_json::{Value, json};

use crate::running::{JSON, Running, full, id, satisfied};

/// What the widget does, by another hand: seals `answers` to the public key in `to`.
pub fn sealed(to: &str, answers: &Value, id: &str) -> Value {
    let (key, public) = to.split_once('.').unwrap();
    let public = URL_SAFE_NO_PAD.decode(public).unwrap();
    let public = <DhP256HkdfSha256 as Kem>::PublicKey::from_bytes(&public).unwrap();
    let (enc, text) = hpke::single_shot_seal::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeS::Base,
        &public,
        b"manyi sealed answers v1",
        answers.to_string().as_bytes(),
        id.to_ascii_lowercase().as_bytes(),
    )
    .unwrap();
    json!({
        "key": key,
        "enc": URL_SAFE_NO_PAD.encode(enc.to_bytes()),
        "text": URL_SAFE_NO_PAD.encode(text),
    })
}

/// The response with its comment and telephone number sealed to `to`.
pub fn with_seal(mut response: Value, to: &str) -> Value {
    let mut secret = json!({});
    for question in ["comment", "phone"] {
        if let Some(answer) = response["answers"]
            .as_object_mut()
            .unwrap()
            .remove(question)
        {
            secret[question] = answer;
        }
    }
    let id = response["id"].as_str().unwrap().to_owned();
    response["sealed"] = sealed(to, &secret, &id);
    response
}

/// The public key, as the collector gives it to any page.
pub async fn public_key(server: &Running) -> String {
    let reply = server.get("/v1/sealing-key").await;
    assert_eq!(reply.status, 200);
    reply.json()["key"].as_str().unwrap().to_owned()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// RFC 9180, appendix A: the first of the encryptions in base mode.
fn opens<A: Aead, H: Kdf, M: Kem>(private: &str, enc: &str, text: &str) {
    let private = M::PrivateKey::from_bytes(&hex(private)).unwrap();
    let enc = M::EncappedKey::from_bytes(&hex(enc)).unwrap();
    let opened = hpke::single_shot_open::<A, H, M>(
        &OpModeR::Base,
        &private,
        &enc,
        b"Ode on a Grecian Urn",
        &hex(text),
        b"Count-0",
    );
    assert_eq!(opened.unwrap(), b"Beauty is truth, truth beauty");
}

#[test]
fn the_vectors_of_rfc_9180_open() {
    // A.3.1: our KEM and KDF, with AES-128.
    opens::<AesGcm128, HkdfSha256, DhP256HkdfSha256>(
        "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
        "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4",
        "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
    );
    // A.6.1: the only one with AES-256, on another curve.
    opens::<AesGcm256, HkdfSha512, DhP521HkdfSha512>(
        "01462680369ae375e4b3791070a7458ed527842f6a98a79ff5e0d4cbde83c27196a3916956655523a6a2556a7af62c5cadabe2ef9da3760bb21e005202f7b2462847",
        "040138b385ca16bb0d5fa0c0665fbbd7e69e3ee29f63991d3e9b5fa740aab8900aaeed46ed73a49055758425a0ce36507c54b29cc5b85a5cee6bae0cf1c21f2731ece2013dc3fb7c8d21654bb161b463962ca19e8c654ff24c94dd2898de12051f1ed0692237fb02b2f8d1dc1c73e9b366b529eb436e98a996ee522aef863dd5739d2f29b0",
        "170f8beddfe949b75ef9c387e201baf4132fa7374593dfafa90768788b7b2b200aafcc6d80ea4c795a7c5b841a",
    );
}

/// The private key of RFC 9180, A.3.1. What was sealed to it comes from an
/// implementation in another language that was itself held against that vector.
const PRIVATE: &str = "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2";
const PUBLIC: &str = "8710cee59cfe355a.BP6MGc4JBRkevCmKkkV5JTHybwzs4kYGOei8Oct_cGqCanebTPlpuKDlOcf2L7PTCtaqj4DjDx0Siq_WiiznLqA";
const ENC: &str =
    "BKknGcYZXVCFEE9GmouYFNWDj_crYFAeLERm5eZ7MlrJhTbXthoa9LeOW3-VHAkAvoY8QDzmXJv8uTgmVyItGMQ";
const TEXT: &str =
    "PGDVfmFNcxNxqCaCpSRfEv_Pau-2w04xxmmW_IaPfBLk7RANodwMtnyzh60hG8tR8WFJiv9CUc3Ap_q6e2wyEWaCYQ";

#[test]
fn what_another_implementation_sealed_opens() {
    let key = Key::from_private(&hex(PRIVATE), 0).unwrap();
    assert_eq!(key.text(), PUBLIC);
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let opened = key.open(&decoded(ENC), &decoded(TEXT), id(1).as_bytes());
    let expected = "{\"comment\":\"希望快一点\",\"phone\":\"13800138000\"}";
    assert_eq!(opened.unwrap().as_slice(), expected.as_bytes());
    assert!(!format!("{key:?}").contains(&URL_SAFE_NO_PAD.encode(hex(PRIVATE))));
}

#[test]
fn every_flipped_byte_and_every_other_id_is_refused() {
    let key = Key::new(0);
    let made = sealed(&key.text(), &json!({"phone": "13800138000"}), &id(1));
    let decoded = |name: &str| {
        let text = made[name].as_str().unwrap();
        URL_SAFE_NO_PAD.decode(text).unwrap()
    };
    let (enc, text) = (decoded("enc"), decoded("text"));
    assert!(key.open(&enc, &text, id(1).as_bytes()).is_some());
    assert!(key.open(&enc, &text, id(2).as_bytes()).is_none());
    assert!(Key::new(0).open(&enc, &text, id(1).as_bytes()).is_none());
    for at in 0..enc.len() {
        let mut enc = enc.clone();
        enc[at] ^= 1;
        assert!(
            key.open(&enc, &text, id(1).as_bytes()).is_none(),
            "enc {at}"
        );
    }
    for at in 0..text.len() {
        let mut text = text.clone();
        text[at] ^= 1;
        assert!(
            key.open(&enc, &text, id(1).as_bytes()).is_none(),
            "text {at}"
        );
    }
    for length in 0..text.len() {
        assert!(key.open(&enc, &text[..length], id(1).as_bytes()).is_none());
    }
    for length in 0..enc.len() {
        assert!(key.open(&enc[..length], &text, id(1).as_bytes()).is_none());
    }
}

#[tokio::test]
async fn a_sealed_response_and_its_open_twin_are_one_row() {
    let server = Running::start().await;
    let to = public_key(&server).await;
    let reply = server.json(&with_seal(full(&id(1)), &to)).await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()),
        (201, json!({"id": id(1), "status": "stored"}))
    );
    // Sealed again it is other bytes, and still the same response.
    assert_eq!(server.json(&with_seal(full(&id(1)), &to)).await.status, 200);
    assert_eq!(server.json(&full(&id(1))).await.status, 200);
    assert_eq!(server.json(&full(&id(2))).await.status, 201);
    assert_eq!(server.json(&with_seal(full(&id(2)), &to)).await.status, 200);
    let mut other = full(&id(1));
    other["answers"]["comment"] = json!("改主意了");
    assert_eq!(server.json(&with_seal(other, &to)).await.status, 409);
    let rows = server.rows().await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["answers"], full(&id(1))["answers"]);
    assert_eq!(rows[0]["content_hash"], rows[1]["content_hash"]);
    assert!(rows[0].get("sealed").is_none());
    // The id binds the seal whatever its case.
    let loud = full(&id(0xabc).to_uppercase());
    assert_eq!(server.json(&with_seal(loud, &to)).await.status, 201);
}

#[tokio::test]
async fn sealed_responses_come_in_batches_too() {
    let server = Running::start().await;
    let to = public_key(&server).await;
    let mut broken = with_seal(full(&id(2)), &to);
    broken["id"] = json!(id(3));
    let batch = json!([
        with_seal(full(&id(1)), &to),
        broken,
        full(&id(1)),
        with_seal(full(&id(2)), &to)
    ]);
    let reply = server.post("/v1/batches", &[JSON], batch.to_string()).await;
    let results = reply.json();
    let http: Vec<u64> = (0..4)
        .map(|n| results[n]["http"].as_u64().unwrap())
        .collect();
    assert_eq!(http, [201, 422, 200, 201]);
    assert_eq!(results[1]["problem"]["problems"][0]["code"], "not_openable");
    assert_eq!(server.rows().await.len(), 2);
}

#[tokio::test]
async fn what_is_sealed_is_validated_like_any_other_answer() {
    let server = Running::start().await;
    let to = public_key(&server).await;
    let problems = async |response: Value| server.json(&response).await.problems();
    let pair = |question: &str, code: &str| (question.to_owned(), code.to_owned());

    let mut wrong = full(&id(1));
    wrong["answers"]["phone"] = json!("not a number");
    wrong["answers"]["comment"] = json!("x".repeat(501));
    let found = problems(with_seal(wrong, &to)).await;
    assert_eq!(
        found,
        [pair("comment", "too_long"), pair("phone", "not_a_phone")]
    );

    let mut response = satisfied(&id(1));
    response["sealed"] = sealed(&to, &json!({"nobody": "asked"}), &id(1));
    assert_eq!(
        problems(response.clone()).await,
        [pair("nobody", "unknown_question")]
    );

    // A question that a dissatisfied person alone is asked.
    response["sealed"] = sealed(&to, &json!({"reasons": ["slow"]}), &id(1));
    assert_eq!(
        problems(response.clone()).await,
        [pair("reasons", "hidden")]
    );

    response["sealed"] = sealed(&to, &json!({"overall": "satisfied"}), &id(1));
    assert_eq!(
        problems(response.clone()).await,
        [pair("overall", "duplicate_field")]
    );

    let of = |change: &dyn Fn(&mut Value)| {
        let mut response = with_seal(full(&id(1)), &to);
        change(&mut response["sealed"]);
        response
    };
    for key in ["0123456789abcdef", "", "../../../etc/x", "0123456789ABCDEF"] {
        let response = of(&|sealed| sealed["key"] = json!(key));
        assert_eq!(
            problems(response).await,
            [pair("sealed", "unknown_key")],
            "{key}"
        );
    }
    let not_openable = [
        of(&|sealed| sealed["text"] = json!("")),
        of(&|sealed| sealed["text"] = json!("not base64!")),
        of(&|sealed| sealed["enc"] = json!("BAAA")),
        of(&|sealed| sealed["enc"] = json!("A".repeat(87))),
        // Padded, which base64url of the contract is not.
        of(&|sealed| sealed["enc"] = json!(format!("{}=", sealed["enc"].as_str().unwrap()))),
    ];
    for response in not_openable {
        assert_eq!(problems(response).await, [pair("sealed", "not_openable")]);
    }
    for secret in [json!([]), json!("text"), json!(null)] {
        let mut response = satisfied(&id(1));
        response["sealed"] = sealed(&to, &secret, &id(1));
        assert_eq!(problems(response).await, [pair("sealed", "not_openable")]);
    }
    for (change, place, code) in [
        (
            json!({"key": "a", "enc": "b"}),
            "sealed.text",
            "missing_field",
        ),
        (
            json!({"key": "a", "enc": "b", "text": "c", "more": 1}),
            "sealed.more",
            "unknown_field",
        ),
        (
            json!({"key": 1, "enc": "b", "text": "c"}),
            "sealed.key",
            "wrong_type",
        ),
        (json!(["a", "b", "c"]), "sealed", "wrong_type"),
    ] {
        let mut response = satisfied(&id(1));
        response["sealed"] = change;
        assert_eq!(problems(response).await, [pair(place, code)]);
    }
    assert_eq!(server.rows().await.len(), 0);
}

#[tokio::test]
async fn an_old_key_still_opens_after_a_rotation_without_a_restart() {
    let server = Running::start().await;
    let old = public_key(&server).await;
    let waiting = with_seal(full(&id(1)), &old);
    // By another process, as an operator would.
    let new = Keys::open(&server.folder.path().join("data")).unwrap();
    let new = new.rotate().unwrap().text();
    assert_ne!(new, old);
    assert_eq!(
        server.json(&with_seal(full(&id(2)), &new)).await.status,
        201
    );
    assert_eq!(public_key(&server).await, new);
    assert_eq!(server.json(&waiting).await.status, 201);
    assert_eq!(server.rows().await.len(), 2);
}

#[tokio::test]
async fn the_public_key_is_given_to_pages() {
    let server = Running::start().await;
    let reply = server.get("/v1/sealing-key").await;
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let key = public_key(&server).await;
    let page = server.get("/s/household-window").await;
    assert!(
        page.text().contains(&format!("sealing-key=\"{key}\"")),
        "{}",
        page.text()
    );
    // The form that comes back with its errors is the same page.
    let fields = [("survey.id", "household-window"), ("survey.version", "1")];
    let page = server.fields(&fields).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains(&format!("sealing-key=\"{key}\"")));
}
