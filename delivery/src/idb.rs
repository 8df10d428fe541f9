//! IndexedDB, as much of it as the outbox needs.

use std::cell::RefCell;
use std::collections::VecDeque;

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::platform::{Timer, field, set, thing, word};

/// The database's name.
const NAME: &str = "manyi";
/// Its structure. Entries have a version of their own.
const VERSION: u32 = 1;
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

#[wasm_bindgen]
extern "C" {
    type Factory;
    #[wasm_bindgen(method, catch)]
    fn open(this: &Factory, name: &str, version: u32) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch, js_name = open)]
    fn open_as_it_is(this: &Factory, name: &str) -> Result<Request, JsValue>;

    /// A request under way.
    pub type Request;
    #[wasm_bindgen(method, getter)]
    fn result(this: &Request) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = onsuccess)]
    fn on_success(this: &Request, call: &Function);
    #[wasm_bindgen(method, setter, js_name = onerror)]
    fn on_error(this: &Request, call: &Function);
    #[wasm_bindgen(method, setter, js_name = onupgradeneeded)]
    fn on_upgrade(this: &Request, call: &JsValue);

    #[derive(Clone)]
    type Base;
    #[wasm_bindgen(method, js_name = createObjectStore)]
    fn create_store(this: &Base, name: &str, options: &JsValue) -> Table;
    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Base,
        names: &Array,
        mode: &str,
        options: &JsValue,
    ) -> Result<Transaction, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Base);
    #[wasm_bindgen(method, setter, js_name = onversionchange)]
    fn on_version_change(this: &Base, call: &JsValue);
    #[wasm_bindgen(method, setter, js_name = onclose)]
    fn on_close(this: &Base, call: &JsValue);

    #[derive(Clone)]
    type Transaction;
    #[wasm_bindgen(method, js_name = objectStore)]
    fn table(this: &Transaction, name: &str) -> Table;
    #[wasm_bindgen(method, setter, js_name = oncomplete)]
    fn on_complete(this: &Transaction, call: &Function);
    #[wasm_bindgen(method, setter, js_name = onabort)]
    fn on_abort(this: &Transaction, call: &Function);
    #[wasm_bindgen(method, catch)]
    fn abort(this: &Transaction) -> Result<(), JsValue>;

    /// An object store.
    pub type Table;
    #[wasm_bindgen(method, js_name = createIndex)]
    fn create_index(this: &Table, name: &str, path: &JsValue, options: &JsValue);
    /// An index of it.
    #[wasm_bindgen(method)]
    pub fn index(this: &Table, name: &str) -> Index;
    /// The value at a key.
    #[wasm_bindgen(method, catch)]
    pub fn get(this: &Table, key: &JsValue) -> Result<Request, JsValue>;
    /// Puts a value that carries its key.
    #[wasm_bindgen(method, catch)]
    pub fn put(this: &Table, value: &JsValue) -> Result<Request, JsValue>;
    /// Removes what is at a key.
    #[wasm_bindgen(method, catch)]
    pub fn delete(this: &Table, key: &JsValue) -> Result<Request, JsValue>;
    /// How many there are.
    #[wasm_bindgen(method, catch)]
    pub fn count(this: &Table) -> Result<Request, JsValue>;
    /// The first values of a range.
    #[wasm_bindgen(method, catch, js_name = getAll)]
    pub fn all(this: &Table, range: &JsValue, count: u32) -> Result<Request, JsValue>;

    /// An index.
    pub type Index;
    /// The first value of a range.
    #[wasm_bindgen(method, catch)]
    pub fn get(this: &Index, range: &JsValue) -> Result<Request, JsValue>;
    /// The first place of a range.
    #[wasm_bindgen(method, catch, js_name = getKey)]
    pub fn key(this: &Index, range: &JsValue) -> Result<Request, JsValue>;
    /// How many there are.
    #[wasm_bindgen(method, catch)]
    pub fn count(this: &Index) -> Result<Request, JsValue>;
    /// The first values of a range.
    #[wasm_bindgen(method, catch, js_name = getAll)]
    pub fn all(this: &Index, range: &JsValue, count: u32) -> Result<Request, JsValue>;

    #[wasm_bindgen(js_namespace = IDBKeyRange, js_name = bound)]
    fn bound(lower: &JsValue, upper: &JsValue, is_open: bool) -> JsValue;
    #[wasm_bindgen(js_namespace = IDBKeyRange, js_name = lowerBound)]
    fn lower_bound(lower: &JsValue) -> JsValue;
}

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

type Tried<T> = Result<T, Trouble>;

/// Waits for a request; its result.
pub async fn result(request: Result<Request, JsValue>) -> Tried<JsValue> {
    let request = request.map_err(|error| trouble(&error))?;
    in_time(settled(&request))
        .await
        .map_err(|event| trouble(&event))?;
    Ok(request.result())
}

/// The result of a request behind which a later one of the same transaction has answered.
pub fn answered(request: &Request) -> JsValue {
    request.result()
}

/// What a failed request, an aborted transaction or a thrown exception says.
fn trouble(said: &JsValue) -> Trouble {
    let error = field(said, "target").and_then(|target| field(&target, "error"));
    let error = error.as_ref().unwrap_or(said);
    match word(error, "name").as_deref() {
        Some("QuotaExceededError") => Trouble::Full,
        Some("SecurityError") => Trouble::Absent,
        _ => Trouble::Failed,
    }
}

fn settled(request: &Request) -> Promise {
    Promise::new(&mut |resolve, reject| {
        request.on_success(&resolve);
        request.on_error(&reject);
    })
}

/// What is promised, if it comes in time. A page that was left in the middle of a
/// transaction may hold a store for as long as it is kept for the way back; a person
/// who submits is not to wait for that.
async fn in_time(promise: Promise) -> Result<JsValue, JsValue> {
    let mut timer = None;
    let late = Promise::new(&mut |_, reject| timer = Some(Timer::resolve(WAIT_MS, &reject)));
    let either = JsFuture::from(Promise::race(&Array::of2(&promise, &late))).await;
    drop(timer);
    either
}

/// Places of an entry's index by line: those of `endpoint` behind `after`.
pub fn behind(endpoint: &str, after: f64) -> JsValue {
    let endpoint = JsValue::from(endpoint);
    let from = Array::of2(&endpoint, &after.into());
    let to = Array::of2(&endpoint, &f64::INFINITY.into());
    bound(&from, &to, true)
}

/// The places behind all of `endpoint`: arrays sort behind numbers.
pub fn beyond(endpoint: &str) -> JsValue {
    lower_bound(&Array::of2(&endpoint.into(), &Array::new()))
}

/// The connection, opened when it is first needed and again when the browser closed it.
#[derive(Default)]
pub struct Connection {
    base: RefCell<Option<Base>>,
    /// The transactions begun last, but for those that are spared.
    begun: RefCell<VecDeque<Transaction>>,
}

/// A transaction: nothing in it counts before [`Work::done`] says so.
pub struct Work {
    transaction: Transaction,
    done: Promise,
}

impl Work {
    /// One of the stores it was begun for.
    pub fn table(&self, name: &str) -> Table {
        self.transaction.table(name)
    }

    /// Waits until all of it is on the disk. That a request succeeded says nothing:
    /// with the quota full, the transaction is aborted afterwards.
    pub async fn done(self) -> Tried<()> {
        match in_time(self.done).await {
            Ok(_) => Ok(()),
            Err(event) => Err(trouble(&event)),
        }
    }
}

impl Connection {
    /// Begins a transaction over `names`. One that writes is strict: it is complete
    /// only when the disk has it.
    pub async fn begin(&'static self, names: &[&str], writes: bool) -> Tried<Work> {
        // A connection that the browser closed is found out by using it.
        for _ in 0..2 {
            let base = self.opened().await?;
            let mode = if writes { "readwrite" } else { "readonly" };
            let options = Object::new();
            set(&options, "durability", "strict");
            let names: Array = names.iter().map(|name| JsValue::from(*name)).collect();
            match base.transaction(&names, mode, &options) {
                Ok(transaction) => {
                    let done = Promise::new(&mut |resolve, reject| {
                        transaction.on_complete(&resolve);
                        // Nobody waits for the end of one that only reads.
                        transaction.on_abort(if writes { &reject } else { &resolve });
                    });
                    let mut begun = self.begun.borrow_mut();
                    begun.push_back(transaction.clone());
                    if begun.len() > BEGUN {
                        begun.pop_front();
                    }
                    drop(begun);
                    return Ok(Work { transaction, done });
                }
                Err(_) => self.forget(),
            }
        }
        Err(Trouble::Failed)
    }

    /// Lets go of the store, as the page hides: WebKit keeps such a page for the way
    /// back with its transactions open, and the next page's wait behind them.
    pub fn let_go(&self) {
        for transaction in self.begun.take() {
            // One that has ended cannot be aborted, and need not be.
            let _ = transaction.abort();
        }
    }

    /// Spares the transaction begun last when the page hides: what it writes is
    /// nowhere else.
    pub fn spare(&self) {
        self.begun.borrow_mut().pop_back();
    }

    fn forget(&self) {
        if let Some(base) = self.base.take() {
            base.close();
        }
    }

    async fn opened(&'static self) -> Tried<Base> {
        if let Some(base) = self.base.borrow().clone() {
            return Ok(base);
        }
        let factory: Factory = thing("indexedDB").ok_or(Trouble::Absent)?.unchecked_into();
        let opened = match open(&factory, true).await {
            // A newer release was here: its entries are not ours to understand, but
            // ours are still ours to send.
            Err(error) if word(&error, "name").as_deref() == Some("VersionError") => {
                open(&factory, false).await
            }
            opened => opened,
        };
        let base: Base = opened.map_err(|error| trouble(&error))?.unchecked_into();
        let mine = base.clone();
        let gone = Closure::<dyn Fn()>::new(move || {
            mine.close();
            self.forget();
        });
        let gone = gone.into_js_value();
        base.on_version_change(&gone);
        base.on_close(&gone);
        // Two may have asked at the same time; the other one's is as good.
        if let Some(base) = self.base.replace(Some(base.clone())) {
            base.close();
        }
        Ok(base)
    }
}

/// Opens the database; the error's own object where it fails.
async fn open(factory: &Factory, as_ours: bool) -> Result<JsValue, JsValue> {
    let request = if as_ours {
        factory.open(NAME, VERSION)?
    } else {
        factory.open_as_it_is(NAME)?
    };
    let upgrade = request.clone_of();
    request.on_upgrade(&Closure::once_into_js(move || {
        create(&upgrade.result().unchecked_into());
    }));
    match in_time(settled(&request)).await {
        Ok(_) => Ok(request.result()),
        Err(event) => {
            // It may still open: then nobody holds it, and an upgrade of another page
            // must not wait for it.
            request.on_success(&Closure::once_into_js(close_late).unchecked_into());
            let error = field(&event, "target").and_then(|target| field(&target, "error"));
            Err(error.unwrap_or(event))
        }
    }
}

fn close_late(event: JsValue) {
    let base = field(&event, "target").and_then(|target| field(&target, "result"));
    if let Some(base) = base {
        base.unchecked_into::<Base>().close();
    }
}

fn create(base: &Base) {
    let by = |path: &str| {
        let options = Object::new();
        set(&options, "keyPath", path);
        options
    };
    let unique = Object::new();
    set(&unique, "unique", true);
    for name in [WAITING, QUARANTINE] {
        let table = base.create_store(name, &by("seq"));
        table.create_index(BY_ID, &"id".into(), &unique);
        let line = Array::of2(&"endpoint".into(), &"seq".into());
        table.create_index(BY_LINE, &line, &JsValue::UNDEFINED);
    }
    base.create_store(META, &by("key"));
}

impl Request {
    /// The same request, held twice.
    fn clone_of(&self) -> Self {
        let value: &JsValue = self.as_ref();
        value.clone().unchecked_into()
    }
}
