//! IndexedDB, as much of it as the outbox needs.

use std::cell::{Cell, RefCell};
use std::pin::Pin;

use wasm_bindgen::prelude::*;

use crate::platform::{
    Js, TRUE, UNDEFINED, callback, count, field, invoke, is_nothing, js, json, kept, later, list,
    next, nth, say, set, stop, text, thing,
};
use crate::task::{event, hands};

/// The database's name.
const NAME: &str = "manyi";
/// Its structure. Entries have a version of their own.
const VERSION: f64 = 1.0;
/// An older page of ours closes when asked to, and lets go of a store; one that does not
/// is not waited for.
const WAIT_MS: f64 = 5_000.0;

/// So many transactions may be under way at once: a page drains, counts and looks.
const BEGUN: usize = 8;

/// What waits to be sent, by place in the order of this device.
pub const WAITING: &str = "waiting";
/// What is set apart for staff.
pub const QUARANTINE: &str = "quarantine";
/// The device's id and count, and the lease.
pub const META: &str = "meta";
/// Entries by response id.
pub const BY_ID: &str = "id";
/// Entries by endpoint and place.
pub const BY_LINE: &str = "line";

/// Why something is not on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no IndexedDB here, or the page may not use it.
    Absent,
    /// The disk is full, or the quota.
    Full,
    /// Something else failed.
    Failed,
}

/// What an error says.
fn trouble(error: Js) -> Trouble {
    match text(error, "name").as_str() {
        "QuotaExceededError" => Trouble::Full,
        "SecurityError" => Trouble::Absent,
        _ => Trouble::Failed,
    }
}

/// Waits for the event `good` of `target`, or `bad`, or so long that a person should
/// not wait on; whether the good one came.
async fn came(target: Js, good: &str, bad: &str) -> bool {
    let (resume, fail) = hands();
    set(target, good, resume);
    set(target, bad, fail);
    let timer = later(fail, WAIT_MS, UNDEFINED);
    let brought = event().await;
    stop(&timer);
    // The task waits for something else from now on.
    set(target, good, UNDEFINED);
    set(target, bad, UNDEFINED);
    !is_nothing(brought)
}

/// Behind the last place that an entry may have: up to here doubles count by one.
pub const END: f64 = 9_007_199_254_740_992.0;

/// Places of an entry's index by line: those of `endpoint` behind `after`.
pub fn behind(endpoint: &str, after: f64) -> Js {
    let from = list(&[say(endpoint), count(after)]);
    let to = list(&[say(endpoint), count(END)]);
    invoke(thing("IDBKeyRange"), "bound", &[from, to, TRUE, TRUE])
}

/// All places before `end`, and some between them.
pub fn below(end: f64) -> Js {
    let range = [count(0.0), count(end), TRUE, TRUE];
    invoke(thing("IDBKeyRange"), "bound", &range)
}

/// The places behind all of `endpoint`, whatever stands for a place there: those of the
/// next word there is.
pub fn beyond(endpoint: &str) -> Js {
    let from = list(&[say(&[endpoint, "\0"].concat())]);
    invoke(thing("IDBKeyRange"), "lowerBound", &[from])
}

/// The connection, opened when it is first needed and again when the browser closed it.
#[derive(Default)]
pub struct Connection {
    base: RefCell<JsValue>,
    /// The transactions begun last, but for those that are spared.
    begun: RefCell<Vec<JsValue>>,
}

/// A question to a store: its name, that of its index or none, and what is asked.
pub type Question = [&'static str; 3];

/// What a transaction begins with: a question, and what it is about.
pub type Ask = (&'static Question, Js, Js);

/// What was answered to the questions, in their order.
#[derive(Clone, Copy)]
pub struct Found(usize);

impl Found {
    /// The answer to the question at this place.
    pub fn at(self, place: usize) -> Js {
        nth(self.0 + place)
    }
}

/// What became of a transaction.
type Done<'a> = Pin<Box<dyn Future<Output = Result<Found, Trouble>> + 'a>>;

/// Changes something by what was found.
pub type Change<'a> = &'a mut dyn FnMut(&Work, Found);

/// A transaction over all stores, under way.
pub struct Work {
    transaction: Js,
    is_sound: Cell<bool>,
}

impl Work {
    fn ask(&self, [table, index, what]: &[&str; 3], given: &[Js]) -> Js {
        let mut place = invoke(self.transaction, "objectStore", &[say(table)]);
        if !index.is_empty() {
            place = invoke(place, "index", &[say(index)]);
        }
        let request = invoke(place, what, given);
        if is_nothing(request) {
            self.is_sound.set(false);
        }
        request
    }

    /// Puts a value that carries its key.
    pub fn put(&self, table: &str, value: Js) {
        self.ask(&[table, "", "put"], &[value]);
    }

    /// Removes what is at a key.
    pub fn delete(&self, table: &str, key: Js) {
        self.ask(&[table, "", "delete"], &[key]);
    }
}

/// The result of a request that has answered.
fn answered(request: Js) -> Js {
    field(request, "result")
}

impl Connection {
    /// One transaction: asks, and where that is to change something, changes it by what
    /// was answered. The answers, when all of it is on the disk; else nothing is. That
    /// a request succeeded says nothing: with the quota full, the transaction is
    /// aborted afterwards.
    ///
    /// In a box and one for all: an `await` for each of its steps, in each of its
    /// callers, was a quarter of the module.
    pub fn begin<'a>(
        &'static self,
        asks: &'a [Ask],
        change: Option<Change<'a>>,
        is_spared: bool,
    ) -> Done<'a> {
        Box::pin(async move {
            let mode = if change.is_some() {
                "readwrite"
            } else {
                "readonly"
            };
            let mut work = self.started(mode, self.opened().await?);
            if is_nothing(work.transaction) {
                // The browser had closed the connection.
                self.forget();
                work = self.started(mode, self.opened().await?);
            }
            if !is_spared {
                let mut begun = self.begun.borrow_mut();
                begun.push(kept(work.transaction));
                if begun.len() > BEGUN {
                    begun.remove(0);
                }
            }
            let mut requests = Vec::new();
            for (question, first, second) in asks {
                requests.push(work.ask(question, &[*first, *second]));
            }
            let last = requests.last().copied().unwrap_or_default();
            if work.is_sound.get() && came(last, "onsuccess", "onerror").await {
                // Each is held behind the one before.
                let found = Found(next());
                for request in requests {
                    answered(request);
                }
                // And behind the last, how the disk takes what is written: `strict`, or
                // in older browsers nothing.
                field(work.transaction, "durability");
                let Some(change) = change else {
                    return Ok(found);
                };
                change(&work, found);
                // It would commit by itself, but only after the page has heard of the
                // end of each request. Old browsers do that.
                invoke(work.transaction, "commit", &[]);
                if work.is_sound.get() && came(work.transaction, "oncomplete", "onabort").await {
                    return Ok(found);
                }
            }
            let error = field(work.transaction, "error");
            invoke(work.transaction, "abort", &[]);
            Err(trouble(error))
        })
    }

    /// A transaction; one that writes is strict: it is complete only when the disk has it.
    fn started(&self, mode: &str, base: Js) -> Work {
        let names = field(base, "objectStoreNames");
        let options = json(r#"{"durability":"strict"}"#);
        Work {
            transaction: invoke(base, "transaction", &[names, say(mode), options]),
            is_sound: Cell::new(true),
        }
    }

    /// Lets go of the store, as the page hides: WebKit keeps such a page for the way
    /// back with its transactions open, and the next page's wait behind them. A
    /// transaction that is spared is finished.
    pub fn let_go(&self) {
        for transaction in self.begun.take() {
            // One that has ended cannot be aborted, and need not be.
            invoke(js(transaction), "abort", &[]);
        }
    }

    fn forget(&self) {
        self.keep(UNDEFINED);
    }

    fn keep(&self, base: Js) {
        let before = js(self.base.replace(kept(base)));
        invoke(before, "close", &[]);
    }

    async fn opened(&'static self) -> Result<Js, Trouble> {
        let base = js(self.base.borrow().clone());
        if !is_nothing(base) {
            return Ok(base);
        }
        let mut version = count(VERSION);
        loop {
            let request = invoke(thing("indexedDB"), "open", &[say(NAME), version]);
            if is_nothing(request) {
                return Err(Trouble::Absent);
            }
            set(request, "onupgradeneeded", callback(create));
            if came(request, "onsuccess", "onerror").await {
                let base = answered(request);
                let gone = callback(|_| {
                    self.forget();
                    UNDEFINED
                });
                set(base, "onversionchange", gone);
                set(base, "onclose", gone);
                // Two may have asked at the same time; the other one's is as good.
                self.keep(base);
                return Ok(base);
            }
            let error = field(request, "error");
            // A newer release was here: its entries are not ours to understand, but
            // ours are still ours to send.
            if is_nothing(version) || text(error, "name") != "VersionError" {
                // It may still open: then nobody holds it, and an upgrade of another
                // page must not wait for it.
                set(request, "onsuccess", callback(close_late));
                return Err(trouble(error));
            }
            version = UNDEFINED;
        }
    }
}

fn close_late(event: Js) -> Js {
    invoke(answered(field(event, "target")), "close", &[])
}

fn create(event: Js) -> Js {
    let base = answered(field(event, "target"));
    let store =
        |name: &str, options: &str| invoke(base, "createObjectStore", &[say(name), json(options)]);
    for name in [WAITING, QUARANTINE] {
        let table = store(name, r#"{"keyPath":"seq"}"#);
        let index = |name: &str, path: &str, options: &str| {
            invoke(
                table,
                "createIndex",
                &[say(name), json(path), json(options)],
            );
        };
        index(BY_ID, r#""id""#, r#"{"unique":true}"#);
        index(BY_LINE, r#"["endpoint","seq"]"#, "{}");
    }
    store(META, r#"{"keyPath":"key"}"#)
}
