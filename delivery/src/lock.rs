//! One drainer per origin. Nothing depends on it: two at once cost double posts and
//! no double rows.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::disk::Disk;
use crate::platform::{
    TRUE, UNDEFINED, call, callback, field, invoke, is_nothing, js, kept, later, make, say, soon,
    thing,
};
use crate::task::{event, hands};

/// The lock's name; the outbox is the origin's.
const NAME: &str = "manyi-outbox";
/// How long a lease holds where there are no locks (pages without TLS have none): a
/// drainer that was killed is missed for no longer. Longer than a post may take.
pub const LEASE_MS: f64 = 60_000.0;
/// How often somebody who waits for a lease looks again.
const LOOK_MS: f64 = 2_000.0;

thread_local! {
    /// What gives the lock back.
    static GIVE_BACK: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// Waits until no other page of this origin drains, as far as the browser can tell.
/// Whether this one may.
pub async fn take(disk: &'static Disk) -> bool {
    let locks = field(thing("navigator"), "locks");
    if is_nothing(locks) {
        disk.uses_leases();
        // Without a disk, or with a full one, there is nothing to share.
        while disk.lease(LEASE_MS).await == Ok(false) {
            let (resume, _) = hands();
            later(resume, LOOK_MS, UNDEFINED);
            event().await;
        }
        return true;
    }
    // The lock is held until this promise is resolved.
    let end = callback(|end| {
        GIVE_BACK.replace(kept(end));
        UNDEFINED
    });
    let held = kept(make("Promise", &[end]));
    let (resume, fail) = hands();
    let resume = kept(invoke(resume, "bind", &[UNDEFINED, TRUE]));
    let granted = callback(move |_| {
        soon(&resume);
        js(held.clone())
    });
    let request = invoke(locks, "request", &[say(NAME), granted]);
    // It fails where the page may not lock; then the next event tries again.
    invoke(request, "catch", &[fail]);
    !is_nothing(event().await)
}

/// Lets the next one drain.
pub async fn give_back(disk: &'static Disk) {
    call(&GIVE_BACK.take(), UNDEFINED);
    let _ = disk.lease(0.0).await;
}
