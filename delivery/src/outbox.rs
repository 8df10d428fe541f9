//! The outbox of a page: takes submissions, drains, and says what became of them.
//!
//! What it says is an object: `state` is `delivered` (with `receipt`), `saved` or
//! `kept` (with `why`, and `unsaved` where it does not lie on the device), or
//! `rejected` (with `why`, `status` and `problems`, which is JSON).

use std::cell::{Cell, RefCell};

use wasm_bindgen::prelude::*;

use crate::disk::{Disk, entry_of};
use crate::drain::{Clock, News, Wire, drain};
use crate::idb::Trouble;
use crate::line::Lines;
use crate::lock;
use crate::outcome::{Outcome, Why};
use crate::parcel::{body, is_kiosk, may_lie_here};
use crate::platform::{
    Js, Page, UNDEFINED, as_text, call, callback, field, forget, invoke, is_offline, is_visible,
    js, json, kept, later, say, set, set_number, set_word, stop, text, thing,
};
use crate::receipts::Receipts;
use crate::task::spawn;
use crate::wire::Fetch;

/// How long a person who has tapped waits for the receipt before the page says that
/// the rating is saved and will be sent: as long as one waits without wondering.
const PATIENCE_MS: f64 = 2_000.0;
/// Where it cannot be sent now, the disk is not read while the page draws that it is
/// saved.
const AFTER_THANKS_MS: f64 = 100.0;
/// When the disk failed while draining, it is tried again after so long.
const DISK_REST_MS: f64 = 5_000.0;

/// The outbox of a page.
#[derive(Default)]
pub struct Outbox {
    /// What lies on the device.
    pub disk: Disk,
    wire: Fetch,
    lines: Lines,
    /// Who waits for what becomes of a response.
    pending: RefCell<Vec<Pending>>,
    /// Responses of this page that were last heard of as saved.
    saved: RefCell<Vec<String>>,
    receipts: Receipts,
    /// Told what becomes of responses that nobody waits for.
    listener: RefCell<JsValue>,
    is_draining: Cell<bool>,
    /// Whether something came in while draining.
    is_asked: Cell<bool>,
    timer: RefCell<JsValue>,
    /// Who waits for the end of the draining.
    waiters: RefCell<Vec<JsValue>>,
    delivered: Cell<u32>,
    /// Whether the browser was asked to keep what lies here.
    is_bound: Cell<bool>,
    /// Whether a test asked for a crash in the next drain.
    is_cursed: Cell<bool>,
}

struct Pending {
    id: String,
    endpoint: String,
    tell: JsValue,
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
    pub async fn open(&'static self, listener: Js) {
        self.listener.replace(kept(listener));
        self.receipts.open(|| self.hear_others());
        // A page that hides holds up no other (see `idb`), and begins nothing. Posts
        // under way end by themselves (`keepalive`).
        let turned = callback(|event| {
            match text(event, "type").as_str() {
                "pagehide" => self.disk.let_go(),
                "visibilitychange" if !is_visible() => {}
                _ => self.wake(),
            }
            UNDEFINED
        });
        for name in ["online", "pagehide", "pageshow", "visibilitychange"] {
            invoke(
                thing("globalThis"),
                "addEventListener",
                &[say(name), turned],
            );
        }
        self.sweep().await;
    }

    /// Sets damaged records apart, then sends what waits.
    async fn sweep(&'static self) {
        self.disk.sweep().await;
        self.pulse();
    }

    /// Saves and sends. `done` is called with what became of it as soon as that is
    /// known, or when nobody should wait for it any longer.
    pub async fn submit(&'static self, parcel: Js, done: &JsValue) {
        let record = field(parcel, "record");
        let endpoint = text(record, "endpoint");
        self.wire.use_headers(&endpoint, field(parcel, "headers"));
        self.is_cursed.set(text(parcel, "panic") == "drain");
        let mut unsaved = "unprotected";
        if may_lie_here(parcel).await {
            unsaved = match self.disk.save(parcel, record).await {
                Ok(()) => "",
                Err(Trouble::Full) => "full",
                Err(Trouble::Absent) => "absent",
                Err(Trouble::Failed) => "failed",
            };
        }
        let mut is_thanked = false;
        if unsaved.is_empty() {
            let id = text(record, "id");
            self.saved.borrow_mut().push(id.clone());
            if is_offline() || !self.lines.is_open(&endpoint, Page.now_ms()) {
                call(done, kept_for(Why::Network));
                is_thanked = true;
            } else {
                self.pending.borrow_mut().push(Pending {
                    id,
                    endpoint,
                    tell: done.clone(),
                });
                let late = callback(|id| {
                    self.settle(&as_text(id), kept_for(Why::Network));
                    UNDEFINED
                });
                later(late, PATIENCE_MS, field(record, "id"));
            }
            // Once, and at a kiosk alone: Firefox asks whoever stands before it. Where
            // something could be saved this is not refused with an error.
            if !self.is_bound.get() && is_kiosk(parcel) {
                self.is_bound.set(true);
                invoke(field(thing("navigator"), "storage"), "persist", &[]);
            }
        } else {
            call(done, self.straight(parcel, record, unsaved).await);
        }
        // Also where it is not saved: a disk may have done what it reported as failed.
        if is_thanked {
            later(self.pulsing(), AFTER_THANKS_MS, UNDEFINED);
        } else {
            self.pulse();
        }
    }

    /// Posts what cannot lie on the disk. Only a receipt counts.
    async fn straight(&self, parcel: Js, record: Js, unsaved: &str) -> Js {
        set(record, "body", body(parcel, UNDEFINED, 0.0));
        // An entry has a place; nobody asks for this one's.
        set_number(record, "seq", 1.0);
        let outcome = match entry_of(record) {
            Some(entry) => self.wire.post(&entry).await,
            None => Outcome::unreached(),
        };
        let said = said(&outcome);
        if let Outcome::Retry { .. } = outcome {
            set_word(said, "state", "kept");
            set_word(said, "unsaved", unsaved);
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
        spawn(Box::pin(async move {
            while self.is_asked.replace(false) {
                // Who asks from now on is answered by the next round.
                let waiters = self.waiters.take();
                forget();
                let is_well = self.round().await;
                self.rest(is_well, &waiters).await;
            }
            self.is_draining.set(false);
        }));
    }

    /// Drains once; whether the disk did what it was asked.
    async fn round(&'static self) -> bool {
        // Who has nothing to send needs no lock. Without a disk there is nothing.
        if self.disk.counts().await.waiting == 0.0 {
            return true;
        }
        if !lock::take(&self.disk).await {
            return false;
        }
        let told = &mut |news: News<'_>| {
            if let News::Delivered { id, receipt } = news {
                self.receipts.tell(id, receipt);
            }
            self.heard(&news);
        };
        let drained = drain(&&self.disk, &self.wire, &Page, &self.lines, told).await;
        lock::give_back(&self.disk).await;
        drained.is_ok()
    }

    /// After draining: who is still waiting hears where things stand.
    async fn rest(&'static self, is_well: bool, waiters: &[JsValue]) {
        self.hear_others();
        let counts = self.disk.counts().await;
        let said = json("{}");
        set_number(said, "waiting", counts.waiting);
        set_number(said, "quarantined", counts.quarantined);
        self.tell("counts", said);
        let counted = json("{}");
        set_number(counted, "delivered", f64::from(self.delivered.get()));
        set_number(counted, "kept", counts.waiting);
        set_number(counted, "rejected", counts.quarantined);
        for waiter in waiters {
            call(waiter, counted);
        }
        stop(&self.timer.take());
        let mut wait = self.lines.next_ms(Page.now_ms());
        if !is_well {
            wait = Some(DISK_REST_MS);
        }
        if let Some(wait) = wait.filter(|_| counts.waiting > 0.0) {
            self.timer.replace(later(self.pulsing(), wait, UNDEFINED));
        }
    }

    fn pulsing(&'static self) -> Js {
        callback(|_| {
            self.pulse();
            UNDEFINED
        })
    }

    /// Sends everything that waits, whatever was agreed; tells `done` the counts at the
    /// end.
    pub async fn flush(&'static self, done: &JsValue) {
        self.lines.wake_all();
        self.delivered.set(0);
        self.waiters.borrow_mut().push(done.clone());
        self.sweep().await;
    }

    fn heard(&self, news: &News<'_>) {
        assert!(
            !cfg!(debug_assertions) || !self.is_cursed.take(),
            "a test asked for a panic in drain"
        );
        let (id, what, said) = match *news {
            News::Delivered { id, receipt } => {
                self.delivered.set(self.delivered.get() + 1);
                (id, "delivered", delivered(receipt))
            }
            News::Quarantined {
                id,
                why,
                status,
                problems,
            } => (id, "rejected", rejected(why, status, problems)),
            News::Kept { id, why } => {
                self.settle(id, kept_for(why));
                return;
            }
            News::Closed { endpoint, why } => {
                let said = kept_for(why);
                self.pending.borrow_mut().retain(|pending| {
                    let is_other = pending.endpoint != endpoint;
                    if !is_other {
                        call(&pending.tell, said);
                    }
                    is_other
                });
                return;
            }
        };
        self.saved.borrow_mut().retain(|saved| saved != id);
        if !self.settle(id, said) {
            set_word(said, "id", id);
            self.tell(what, said);
        }
    }

    /// Another tab may have sent what was saved here.
    fn hear_others(&self) {
        let saved = self.saved.borrow().clone();
        for id in &saved {
            if let Some(receipt) = self.receipts.of(id) {
                let receipt = &receipt;
                self.heard(&News::Delivered { id, receipt });
            }
        }
    }

    /// Tells whoever waits for `id`; whether somebody did.
    fn settle(&self, id: &str, said: Js) -> bool {
        let mut is_told = false;
        self.pending.borrow_mut().retain(|pending| {
            let is_it = pending.id == id;
            if is_it {
                call(&pending.tell, said);
            }
            is_told |= is_it;
            !is_it
        });
        is_told
    }

    fn tell(&self, what: &str, said: Js) {
        let listener = js(self.listener.borrow().clone());
        invoke(listener, "call", &[UNDEFINED, say(what), said]);
    }
}

/// An outcome as the page is told of it.
pub fn said(outcome: &Outcome) -> Js {
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

fn delivered(receipt: &str) -> Js {
    let said = json(r#"{"state":"delivered"}"#);
    set_word(said, "receipt", receipt);
    said
}

fn kept_for(why: Why) -> Js {
    let said = json(r#"{"state":"saved"}"#);
    set_word(said, "why", why.name());
    said
}

fn rejected(why: Why, status: u16, problems: &str) -> Js {
    let said = json(r#"{"state":"rejected"}"#);
    set_word(said, "why", why.name());
    set_number(said, "status", f64::from(status));
    set_word(said, "problems", problems);
    said
}
