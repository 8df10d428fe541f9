//! The outbox of a page: takes submissions, drains, and says what became of them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::disk::{Disk, Draft};
use crate::drain::{Clock, News, Wire, drain};
use crate::entry::Entry;
use crate::idb::Trouble;
use crate::line::Lines;
use crate::lock;
use crate::outcome::{Outcome, Why};
use crate::parcel::Parcel;
use crate::platform::{Page, Timer, is_offline, is_visible, on, set};
use crate::receipts::Receipts;
use crate::wire::Fetch;

/// How long a person who has tapped waits for the receipt before the page says that
/// the rating is saved and will be sent: as long as one waits without wondering.
const PATIENCE_MS: f64 = 2_000.0;
/// When the disk failed while draining, it is tried again after so long.
const DISK_REST_MS: f64 = 5_000.0;

/// The outbox of a page.
#[derive(Default)]
pub struct Outbox {
    /// What lies on the device.
    pub disk: Disk,
    /// What posts.
    pub wire: Fetch,
    lines: Lines,
    /// Who waits for what becomes of a response: its id, its endpoint, whom to tell.
    pending: RefCell<Vec<(String, String, Function)>>,
    /// Responses of this page that were last heard of as saved.
    saved: RefCell<Vec<String>>,
    receipts: Receipts,
    /// Told what becomes of responses that nobody waits for.
    listener: RefCell<Option<Function>>,
    is_draining: Cell<bool>,
    /// Whether something came in while draining.
    is_asked: Cell<bool>,
    timer: RefCell<Option<Timer>>,
    /// Who waits for the end of the draining.
    waiters: RefCell<Vec<Function>>,
    delivered: Cell<u32>,
    /// Whether a test asked for a crash in the next drain.
    pub is_cursed: Cell<bool>,
}

/// The one outbox of this instance.
pub fn outbox() -> &'static Outbox {
    thread_local! {
        static OUTBOX: &'static Outbox = Box::leak(Box::default());
    }
    OUTBOX.with(|outbox| *outbox)
}

impl Outbox {
    /// Begins: tells `listener` from now on, and sends what an earlier page left.
    pub fn open(&'static self, listener: Function) {
        if self.listener.replace(Some(listener)).is_some() {
            return;
        }
        self.receipts.open(|| outbox().hear_others());
        on("online", || outbox().wake());
        // A page that hides holds up no other (see `idb`), and begins nothing. Posts
        // under way end by themselves (`keepalive`).
        on("pagehide", || outbox().disk.let_go());
        on("visibilitychange", || {
            if is_visible() {
                outbox().wake();
            }
        });
        on("pageshow", || outbox().wake());
        self.sweep();
    }

    /// Sets damaged records apart, then sends what waits.
    fn sweep(&'static self) {
        spawn_local(async move {
            let _ = self.disk.sweep().await;
            self.pulse();
        });
    }

    /// Saves and sends; what became of it, as far as it is known soon.
    pub async fn submit(&'static self, parcel: Parcel) -> JsValue {
        let Parcel { draft, headers, .. } = &parcel;
        let endpoint = &draft.route.endpoint;
        self.wire.use_headers(endpoint, headers.clone());
        self.is_cursed.set(parcel.is_cursed);
        let kept = match parcel.may_lie_here {
            true => self.disk.save(draft).await,
            false => Err(Trouble::Absent),
        };
        if let Err(trouble) = kept {
            let unsaved = match trouble {
                _ if !parcel.may_lie_here => "unprotected",
                Trouble::Full => "full",
                Trouble::Absent => "absent",
                Trouble::Failed => "failed",
            };
            let said = self.straight(draft, unsaved).await;
            // A disk may have done what it reported as failed.
            self.pulse();
            return said;
        }
        self.saved.borrow_mut().push(draft.id.clone());
        if is_offline() || !self.lines.is_open(endpoint, Page.now_ms()) {
            self.pulse();
            return kept_for(Why::Network);
        }
        let id = draft.id.clone();
        let told = Promise::new(&mut |resolve, _| {
            let pending = (draft.id.clone(), endpoint.clone(), resolve);
            self.pending.borrow_mut().push(pending);
        });
        self.pulse();
        let _patience = Timer::after(PATIENCE_MS, move || {
            self.settle(&id, &kept_for(Why::Network));
        });
        JsFuture::from(told).await.unwrap_or_default()
    }

    /// Posts what cannot lie on the disk. Only a receipt counts.
    async fn straight(&self, draft: &Draft, unsaved: &str) -> JsValue {
        let entry = Entry {
            seq: 0,
            id: draft.id.clone(),
            route: draft.route.clone(),
            body: (draft.body)(None),
        };
        let outcome = self.wire.post(&entry).await;
        let said = said(&outcome);
        if let Outcome::Retry { .. } = outcome {
            set(&said, "state", "kept");
            set(&said, "unsaved", unsaved);
        }
        said
    }

    /// Tries everything again, now.
    pub fn wake(&'static self) {
        self.lines.wake();
        self.pulse();
    }

    /// Sends what waits, as far as it may be tried now.
    pub fn pulse(&'static self) {
        self.is_asked.set(true);
        if self.is_draining.replace(true) {
            return;
        }
        spawn_local(async move {
            while self.is_asked.replace(false) {
                // Who asks from now on is answered by the next round.
                let waiters = self.waiters.take();
                let is_well = self.round().await;
                self.rest(is_well, waiters).await;
            }
            self.is_draining.set(false);
        });
    }

    /// Drains once; whether the disk did what it was asked.
    async fn round(&'static self) -> bool {
        // Who has nothing to send needs no lock. Without a disk there is nothing.
        let counts = self.disk.counts().await;
        if !counts.is_ok_and(|counts| counts.waiting > 0.0) {
            return true;
        }
        let is_done = Rc::new(Cell::new(false));
        let done = is_done.clone();
        lock::alone(&self.disk, move || async move {
            let told = &mut |news: News<'_>| {
                if let News::Delivered { id, receipt } = news {
                    self.receipts.tell(id, receipt);
                }
                self.heard(&news);
            };
            let disk = &&self.disk;
            let drained = drain(disk, &self.wire, &Page, &self.lines, told).await;
            done.set(drained.is_ok());
        })
        .await;
        is_done.get()
    }

    /// After draining: who is still waiting hears where things stand.
    async fn rest(&'static self, is_well: bool, waiters: Vec<Function>) {
        self.hear_others();
        let counts = self.disk.counts().await.unwrap_or_default();
        let said = Object::new();
        set(&said, "waiting", counts.waiting);
        set(&said, "quarantined", counts.quarantined);
        self.tell("counts", &said);
        let counted = Object::new();
        set(&counted, "delivered", self.delivered.get());
        set(&counted, "kept", counts.waiting);
        set(&counted, "rejected", counts.quarantined);
        for waiter in waiters {
            // A resolver does not throw.
            let _ = waiter.call1(&JsValue::NULL, &counted);
        }
        let wait = self.lines.next_ms(Page.now_ms());
        let wait = if is_well { wait } else { Some(DISK_REST_MS) };
        let timer = wait.filter(|_| counts.waiting > 0.0);
        let timer = timer.map(|wait| Timer::after(wait, || outbox().pulse()));
        self.timer.replace(timer);
    }

    /// Sends everything that waits, whatever was agreed; the counts at the end.
    pub fn flush(&'static self) -> Promise {
        self.lines.wake_all();
        self.delivered.set(0);
        let promise = Promise::new(&mut |resolve, _| self.waiters.borrow_mut().push(resolve));
        self.sweep();
        promise
    }

    fn heard(&self, news: &News<'_>) {
        assert!(
            !cfg!(debug_assertions) || !self.is_cursed.take(),
            "a test asked for a panic in drain"
        );
        match *news {
            News::Delivered { id, receipt } => {
                self.delivered.set(self.delivered.get() + 1);
                self.forget(id);
                let said = delivered(receipt);
                if !self.settle(id, &said) {
                    set(&said, "id", id);
                    self.tell("delivered", &said);
                }
            }
            News::Quarantined {
                id,
                why,
                status,
                problems,
            } => {
                self.forget(id);
                let said = rejected(why, status, problems);
                if !self.settle(id, &said) {
                    set(&said, "id", id);
                    self.tell("rejected", &said);
                }
            }
            News::Kept { id, why } => {
                self.settle(id, &kept_for(why));
            }
            News::Closed { endpoint, why } => {
                let pending = self.pending.borrow();
                let here = pending.iter().filter(|(_, of, _)| of == endpoint);
                let ids: Vec<String> = here.map(|(id, ..)| id.clone()).collect();
                drop(pending);
                for id in ids {
                    self.settle(&id, &kept_for(why));
                }
            }
        }
    }

    /// Another tab may have sent what was saved here.
    fn hear_others(&self) {
        let saved = self.saved.borrow().clone();
        for id in saved {
            if let Some(receipt) = self.receipts.of(&id) {
                self.heard(&News::Delivered {
                    id: &id,
                    receipt: &receipt,
                });
            }
        }
    }

    fn forget(&self, id: &str) {
        self.saved.borrow_mut().retain(|saved| saved != id);
    }

    /// Tells whoever waits for `id`; whether somebody did.
    fn settle(&self, id: &str, said: &JsValue) -> bool {
        let mut pending = self.pending.borrow_mut();
        let Some(place) = pending.iter().position(|(of, ..)| of == id) else {
            return false;
        };
        let (_, _, tell) = pending.remove(place);
        drop(pending);
        // A resolver does not throw.
        let _ = tell.call1(&JsValue::NULL, said);
        true
    }

    fn tell(&self, what: &str, said: &JsValue) {
        let listener = self.listener.borrow().clone();
        if let Some(listener) = listener {
            // What a listener throws is its own affair, and reported as such.
            let _ = listener.call2(&JsValue::NULL, &what.into(), said);
        }
    }

    /// Puts the records of an export in; how many were not here yet.
    pub async fn import(&'static self, records: &Array) -> Result<u32, Trouble> {
        let mut count = 0;
        for record in records.iter() {
            count += u32::from(self.disk.import(&record).await?);
        }
        self.wake();
        Ok(count)
    }
}

/// An outcome as the page is told of it.
pub fn said(outcome: &Outcome) -> JsValue {
    match outcome {
        Outcome::Delivered { receipt, .. } => delivered(receipt),
        Outcome::Retry { why, .. } => kept_for(*why),
        Outcome::Quarantined {
            why,
            status,
            problems,
        } => rejected(*why, *status, problems),
    }
}

fn delivered(receipt: &str) -> JsValue {
    let said = Object::new();
    set(&said, "state", "delivered");
    set(&said, "receipt", receipt);
    said.into()
}

fn kept_for(why: Why) -> JsValue {
    let said = Object::new();
    set(&said, "state", "saved");
    set(&said, "why", why.name());
    said.into()
}

fn rejected(why: Why, status: u16, problems: &str) -> JsValue {
    let said = Object::new();
    set(&said, "state", "rejected");
    set(&said, "why", why.name());
    set(&said, "status", status);
    set(&said, "problems", problems);
    said.into()
}
