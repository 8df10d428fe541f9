//! One drainer per origin. Nothing depends on it: two at once cost double posts and
//! no double rows.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::disk::Disk;
use crate::idb::Trouble;
use crate::platform::{Timer, field, new_id, thing};

/// The lock's name; the outbox is the origin's.
const NAME: &str = "manyi-outbox";
/// How long a lease holds where there are no locks (pages without TLS have none): a
/// drainer that was killed is missed for no longer.
pub const LEASE_MS: f64 = 60_000.0;
/// How often somebody who waits for a lease looks again.
const LOOK_MS: f64 = 2_000.0;

#[wasm_bindgen]
extern "C" {
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, call: &JsValue) -> Promise;
}

/// Runs `work` while no other page of this origin does, as far as the browser can tell.
pub async fn alone<F: Future<Output = ()> + 'static>(
    disk: &'static Disk,
    work: impl FnOnce() -> F + 'static,
) {
    let locks = thing("navigator").and_then(|navigator| field(&navigator, "locks"));
    let Some(locks) = locks else {
        return leased(disk, work()).await;
    };
    let call = Closure::once_into_js(move || {
        let work = work();
        future_to_promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    // It fails where the page may not lock; then the next event tries again.
    let _ = JsFuture::from(locks.unchecked_into::<Locks>().request(NAME, &call)).await;
}

/// The same by a lease on the disk.
async fn leased(disk: &'static Disk, work: impl Future<Output = ()>) {
    let me = new_id();
    loop {
        match disk.lease(&me, LEASE_MS).await {
            Ok(true) | Err(Trouble::Full) => break,
            Ok(false) => sleep(LOOK_MS).await,
            // Without a disk there is nothing to share.
            Err(_) => return work.await,
        }
    }
    let is_done = Rc::new(Cell::new(false));
    renew(disk, me.clone(), is_done.clone());
    work.await;
    is_done.set(true);
    let _ = disk.lease(&me, 0.0).await;
}

/// Prolongs the lease until the work is done; a killed page prolongs nothing.
fn renew(disk: &'static Disk, me: String, is_done: Rc<Cell<bool>>) {
    wasm_bindgen_futures::spawn_local(async move {
        loop {
            sleep(LEASE_MS / 3.0).await;
            if is_done.get() {
                return;
            }
            let _ = disk.lease(&me, LEASE_MS).await;
        }
    });
}

/// Waits.
pub async fn sleep(delay_ms: f64) {
    let mut timer = None;
    let late = Promise::new(&mut |resolve, _| timer = Some(Timer::resolve(delay_ms, &resolve)));
    let _ = JsFuture::from(late).await;
}
