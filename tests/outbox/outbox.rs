//! What was submitted lies on the device until a receipt comes.

use crate::page::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

async fn rate(survey: &HtmlElement) {
    choose(survey, "answers.overall", "satisfied").await;
    press(survey, "submit").await;
}

async fn queue(survey: &HtmlElement) -> Vec<Value> {
    serde_json::from_str(&call(survey, "exportQueue").await).expect("a list")
}

/// Runs `code` with the outbox's database open as `base`.
async fn on_disk(survey: &HtmlElement, code: &str) -> Value {
    let open = "const base = await new Promise((done, fail) => { const r = indexedDB.open('manyi');
        r.onsuccess = () => done(r.result); r.onerror = () => fail(r.error); });
        const table = (name, mode) => base.transaction([name], mode || 'readonly').objectStore(name);
        const result = (r) => new Promise((done, fail) => { r.onsuccess = () => done(r.result); r.onerror = () => fail(r.error); });
        try {";
    run(
        survey,
        &format!("{open} {code} }} finally {{ base.close(); }}"),
    )
    .await
}

#[wasm_bindgen_test]
async fn f01_offline_it_is_saved_and_said_so_and_sent_later() {
    let survey = small("").await;
    answers_nothing();
    rate(&survey).await;
    until_said("queued", 1).await;
    assert_eq!(details("queued")[0]["where"], "device");
    until_sees(&survey, "saved").await;
    assert_eq!(text(&survey, "thanks-title").as_deref(), Some("已提交"));
    let id = details("ready")[0]["id"].clone();
    assert_eq!(queue(&survey).await[0]["id"], id);
    answers_echo();
    run(&survey, "dispatchEvent(new Event('online'))").await;
    until_said("delivered", 1).await;
    assert_eq!(details("delivered")[0], json!({"id": id, "receipt": id}));
    assert!(!sees(&survey, "saved") && sees(&survey, "thanks"));
    assert_eq!(body(0)["device"]["seq"], 1);
    assert_eq!(queue(&survey).await, Vec::<Value>::new());
    assert_eq!(post_count(), 1);
}

#[wasm_bindgen_test]
async fn f03_what_arrives_only_after_the_person_has_begun_anew_is_news_for_the_host() {
    let survey = small("").await;
    answers_nothing();
    rate(&survey).await;
    until_sees(&survey, "saved").await;
    let first = details("ready")[0]["id"].clone();
    call(&survey, "reset").await;
    answers_echo();
    call(&survey, "flush").await;
    until_said("delivered", 1).await;
    assert_eq!(details("delivered")[0]["id"], first);
    assert!(sees(&survey, "submit"), "the new visit is left alone");
}

#[wasm_bindgen_test]
async fn the_devices_count_goes_up_by_one_for_each() {
    let survey = small("").await;
    for seq in 1..=3 {
        rate(&survey).await;
        until_said("delivered", seq).await;
        assert_eq!(body(seq - 1)["device"]["seq"], seq);
        assert_eq!(body(seq - 1)["device"]["id"], body(0)["device"]["id"]);
        call(&survey, "reset").await;
    }
}

#[wasm_bindgen_test]
async fn f14_what_is_refused_is_set_apart_and_counted() {
    let survey = small("").await;
    answers(422, "{}", "application/problem+json");
    rate(&survey).await;
    until_said("rejected", 1).await;
    until_sees(&survey, "apart").await;
    let queue = queue(&survey).await;
    assert_eq!(queue[0]["state"], "quarantined");
    assert_eq!(
        (&queue[0]["status"], &queue[0]["why"]),
        (&json!(422), &json!("refused"))
    );
    // One who mends it submits the same response again, in its old place.
    answers_echo();
    press(&survey, "submit").await;
    until_said("delivered", 1).await;
    assert_eq!(
        (&body(0)["id"], &body(0)["device"]["seq"]),
        (&queue[0]["id"], &json!(1))
    );
}

#[wasm_bindgen_test]
async fn f25_without_room_the_page_says_so_and_keeps_the_answers() {
    let survey = small("").await;
    answers_nothing();
    let full = "window.put_before = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function () { throw new DOMException('full', 'QuotaExceededError'); }";
    run(&survey, full).await;
    rate(&survey).await;
    until_said("queued", 1).await;
    run(&survey, "IDBObjectStore.prototype.put = window.put_before").await;
    assert_eq!(details("queued")[0]["where"], "page");
    until_sees(&survey, "failure").await;
    assert!(!sees(&survey, "thanks"));
    assert!(radios(&survey, "answers.overall").contains("满意*"));
    // There is room again.
    press(&survey, "submit").await;
    until_said("queued", 2).await;
    assert_eq!(details("queued")[1]["where"], "device");
    assert_eq!(details("queued")[1]["id"], details("queued")[0]["id"]);
}

#[wasm_bindgen_test]
async fn f27_a_connection_that_the_browser_closed_is_opened_again() {
    let survey = small("").await;
    rate(&survey).await;
    until_said("delivered", 1).await;
    let closed = "const real = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function (...given) {
          IDBDatabase.prototype.transaction = real; this.close(); return real.apply(this, given); }";
    run(&survey, closed).await;
    call(&survey, "reset").await;
    answers_nothing();
    rate(&survey).await;
    until_said("queued", 1).await;
    assert_eq!(details("queued")[0]["where"], "device");
}

#[wasm_bindgen_test]
async fn f28_an_older_page_gives_way_to_a_newer_database() {
    let survey = small("").await;
    rate(&survey).await;
    until_said("delivered", 1).await;
    let newer = "const end = (word) => (r) => done(word); let done;
        const said = new Promise((d) => (done = d));
        const r = indexedDB.open('manyi', 7);
        r.onupgradeneeded = () => r.result.createObjectStore('later', { keyPath: 'k' });
        r.onsuccess = () => { r.result.close(); done('opened'); };
        r.onblocked = () => done('blocked');
        return said;";
    assert_eq!(run(&survey, newer).await, "opened");
    // And the older build goes on with what it knows.
    call(&survey, "reset").await;
    rate(&survey).await;
    until_said("delivered", 2).await;
    let back = "return new Promise((done) => Object.assign(indexedDB.deleteDatabase('manyi'), { onsuccess: () => done('gone'), onerror: () => done('error') }))";
    assert_eq!(run(&survey, back).await, "gone");
}

#[wasm_bindgen_test]
async fn f29_without_a_database_a_rating_is_still_sent() {
    let survey = small("").await;
    let gone = "window.before = Object.getOwnPropertyDescriptor(window, 'indexedDB');
        Object.defineProperty(window, 'indexedDB', { value: undefined, configurable: true })";
    run(&survey, gone).await;
    rate(&survey).await;
    until_said("delivered", 1).await;
    assert!(body(0).get("device").is_none());
    call(&survey, "reset").await;
    answers_nothing();
    rate(&survey).await;
    until_said("queued", 1).await;
    assert_eq!(details("queued")[0]["where"], "page");
    until_sees(&survey, "failure").await;
    let back = "Object.defineProperty(window, 'indexedDB', window.before)";
    run(&survey, back).await;
}

#[wasm_bindgen_test]
async fn f31_f32_a_newer_record_is_left_alone_and_a_damaged_one_set_apart() {
    let survey = small("").await;
    rate(&survey).await;
    until_said("delivered", 1).await;
    let seed = "const t = table('waiting', 'readwrite');
        const whole = { v: 1, format: 'json', credentials: 'omit', proof: 'id', endpoint: new URL('/v1/responses', location).href };
        t.put({ ...whole, v: 2, seq: 100, id: 'newer', shape: 'unknown' });
        t.put({ ...whole, seq: 101, id: 'bodiless' });
        t.put({ v: 1, seq: 102 });
        t.put({ ...whole, seq: 103, id: 'sound', body: JSON.stringify({ id: 'sound' }) });
        await new Promise((done) => (t.transaction.oncomplete = done)); return 1;";
    on_disk(&survey, seed).await;
    assert_eq!(
        call(&survey, "flush").await,
        r#"{"delivered":1,"kept":1,"rejected":2}"#
    );
    let left = on_disk(
        &survey,
        "return [await result(table('waiting').getAll()), await result(table('quarantine').getAll())]",
    )
    .await;
    assert_eq!(left[0][0]["shape"], "unknown", "{left}");
    assert_eq!(
        (&left[1][0]["id"], &left[1][0]["why"]),
        (&json!("bodiless"), &json!("damaged"))
    );
}

#[wasm_bindgen_test]
async fn personal_answers_without_a_key_ask_before_they_touch_the_disk() {
    let survey = small("").await;
    write(&survey, "answers.phone", "13800138000").await;
    answers_nothing();
    rate(&survey).await;
    until_sees(&survey, "keep").await;
    assert_eq!(
        on_disk(
            &survey,
            "return (await result(table('waiting').getAll())).length"
        )
        .await,
        0
    );
    press(&survey, "keep").await;
    until_sees(&survey, "saved").await;
    let kept = on_disk(
        &survey,
        "return (await result(table('waiting').getAll()))[0].body",
    )
    .await;
    assert!(
        kept.as_str()
            .is_some_and(|body| body.contains("13800138000"))
    );
}

#[wasm_bindgen_test]
async fn s17_with_a_key_what_is_personal_lies_sealed_on_the_disk() {
    // Made for this test; nobody has the other half.
    let key = run(&put("<p></p>"), "const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
        const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
        const hex = [...hash.slice(0, 8)].map((b) => b.toString(16).padStart(2, '0')).join('');
        return hex + '.' + btoa(String.fromCharCode(...raw)).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '')").await;
    let survey = small(&format!("sealing-key={}", key.as_str().expect("a key"))).await;
    write(&survey, "answers.phone", "13800138000").await;
    write(&survey, "answers.comment", "只给负责人看").await;
    answers_nothing();
    rate(&survey).await;
    until_sees(&survey, "saved").await;
    let lies = queue(&survey).await;
    let text = lies[0].to_string();
    assert!(
        !text.contains("13800138000") && !text.contains("负责人"),
        "{text}"
    );
    let body: Value =
        serde_json::from_str(lies[0]["body"].as_str().expect("a text")).expect("JSON");
    assert_eq!(body["answers"], json!({"overall": "satisfied"}));
    assert!(
        body["sealed"]["text"]
            .as_str()
            .is_some_and(|text| text.len() > 60)
    );
}
