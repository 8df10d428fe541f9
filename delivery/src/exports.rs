//! What the widget calls: by name, because one export weighs less than eight. It says
//! whose it is, so that a test can link both modules into one.
//!
//! | name | given | said |
//! | --- | --- | --- |
//! | `outbox_open` | a listener | nothing; `listener(what, said)` hears of responses that nobody waits for |
//! | `outbox_submit` | a parcel, see [`crate::parcel`] | what became of it, see [`crate::outbox`] |
//! | `outbox_flush` | nothing | how many were delivered, kept and rejected |
//! | `outbox_records` | nothing | all that lies on the device; the list's `durability` is `strict` where the disk takes it so |
//! | `outbox_import` | what another device exported, as text | how many were new |
//! | `outbox_release` | the id of what was set apart | nothing; it is sent again |
//! | `outbox_discard` | the same | nothing; it is deleted |
//! | `outbox_adopt` | an id | nothing; responses are from now on this device's |
//! | `outbox_judge` | an answer that the host fetched itself, the id, what proves it | what it means |

use wasm_bindgen::prelude::*;

use crate::entry::Proof;
use crate::idb::Trouble;
use crate::outbox::{outbox, said};
use crate::outcome::classify;
use crate::platform::{
    Js, UNDEFINED, as_text, call, count, field, is_nothing, items, js, json, make, say, text,
};
use crate::task::spawn;
use crate::wire;

/// Does what `name` says with the list `given`, and calls `done` or `fail` once.
#[wasm_bindgen(js_name = outbox)]
pub fn entrance(name: JsValue, given: JsValue, done: JsValue, fail: JsValue) {
    spawn(Box::pin(async move {
        let name = name.as_string().unwrap_or_default();
        if let Err(trouble) = act(&name, js(given), &done).await {
            let message = match trouble {
                Trouble::Absent => "This page may not store anything.",
                Trouble::Full => "The disk is full.",
                Trouble::Failed => "The list cannot be read, or the disk failed.",
            };
            call(&fail, make("Error", &[say(message)]));
        }
    }));
}

async fn act(name: &str, given: Js, done: &JsValue) -> Result<(), Trouble> {
    let outbox = outbox();
    let first = field(given, "0");
    let mut answer = UNDEFINED;
    match name {
        "outbox_open" => outbox.open(first).await,
        "outbox_submit" => {
            outbox.submit(first, done).await;
            return Ok(());
        }
        "outbox_flush" => {
            outbox.flush(done).await;
            return Ok(());
        }
        "outbox_records" => answer = outbox.disk.records().await?,
        "outbox_import" => {
            let list = json(&as_text(first));
            if is_nothing(list) {
                return Err(Trouble::Failed);
            }
            let mut new = 0.0;
            for record in items(list) {
                new += outbox.disk.import(record).await?;
            }
            outbox.wake();
            answer = count(new);
        }
        "outbox_release" => {
            outbox.disk.release(first).await?;
            outbox.wake();
        }
        "outbox_adopt" => outbox.disk.adopt(first).await?,
        "outbox_discard" => {
            outbox.disk.discard(first).await?;
            outbox.pulse();
        }
        _ => {
            let read = wire::read(first).await;
            let proof = Proof::named(&text(given, "2"));
            answer = said(&classify(proof, &text(given, "1"), &read));
        }
    }
    call(done, answer);
    Ok(())
}
