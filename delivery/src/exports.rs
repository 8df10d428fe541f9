//! What the widget calls. The names say whose they are, so that a test can link both
//! modules into one.
//!
//! A submission is an object in, a promise of an object out;
//! see [`crate::parcel`] and [`crate::outbox`] for their fields.

use js_sys::{Array, Function, JSON, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::entry::Proof;
use crate::idb::Trouble;
use crate::outbox::{outbox, said};
use crate::outcome::classify;
use crate::parcel::Parcel;
use crate::wire::{self, Response};

/// Begins: `listener(what, said)` hears of responses that nobody waits for.
#[wasm_bindgen]
pub fn outbox_open(listener: Function) {
    outbox().open(listener);
}

/// Saves and sends a parcel.
#[wasm_bindgen]
pub fn outbox_submit(parcel: JsValue) -> Promise {
    future_to_promise(async move { Ok(outbox().submit(Parcel::read(&parcel).await).await) })
}

/// Sends everything that waits, now; how many were delivered, kept and rejected.
#[wasm_bindgen]
pub fn outbox_flush() -> Promise {
    outbox().flush()
}

/// All that lies on the device.
#[wasm_bindgen]
pub fn outbox_records() -> Promise {
    promise(async { outbox().disk.records().await.map(Into::into) })
}

/// Takes in what another device exported; how many were new.
#[wasm_bindgen]
pub fn outbox_import(text: String) -> Promise {
    promise(async move {
        let list = JSON::parse(&text).map_err(|_| Trouble::Failed)?;
        let count = outbox().import(&Array::from(&list)).await?;
        Ok(count.into())
    })
}

/// Sends what was set apart again.
#[wasm_bindgen]
pub fn outbox_release(id: String) -> Promise {
    promise(async move {
        outbox().disk.release(&id).await?;
        outbox().wake();
        Ok(JsValue::UNDEFINED)
    })
}

/// Deletes what was set apart.
#[wasm_bindgen]
pub fn outbox_discard(id: String) -> Promise {
    promise(async move {
        outbox().disk.discard(&id).await?;
        outbox().pulse();
        Ok(JsValue::UNDEFINED)
    })
}

/// What an answer that the host fetched itself means.
#[wasm_bindgen]
pub fn outbox_judge(response: Response, id: String, proof: String) -> Promise {
    future_to_promise(async move {
        let answer = wire::read(&response).await;
        Ok(said(&classify(Proof::named(&proof), &id, &answer)))
    })
}

fn promise(work: impl Future<Output = Result<JsValue, Trouble>> + 'static) -> Promise {
    future_to_promise(async move {
        work.await.map_err(|trouble| {
            let message = match trouble {
                Trouble::Absent => "This page may not store anything.",
                Trouble::Full => "The disk is full.",
                Trouble::Failed => "The list cannot be read, or the disk failed.",
            };
            js_sys::Error::new(message).into()
        })
    })
}
