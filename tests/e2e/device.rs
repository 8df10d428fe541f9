//! What lies on the device: the store of the page's origin, read past the outbox.

use serde_json::{Value, json};

use crate::browser::Browser;

/// Opens the database as it is, without making one, and runs `$WORK` over its stores
/// in a transaction of `$MODE`.
const OPEN: &str = "
return new Promise((done) => {
  let request;
  try { request = indexedDB.open('manyi'); } catch { return done(null); }
  request.onupgradeneeded = () => request.transaction.abort();
  request.onerror = () => done(null);
  request.onsuccess = () => {
    const base = request.result;
    const names = ['waiting', 'quarantine'];
    const work = base.transaction(names, '$MODE');
    const found = {};
    for (const name of names) {
      const store = work.objectStore(name);
      store.getAllKeys().onsuccess = (event) => (found[name] = event.target.result.length);
      $WORK
    }
    work.oncomplete = () => { base.close(); done(found); };
    work.onabort = () => done(String(work.error));
  };
});";

/// How many ratings lie on the device for the page's origin. Null where the page has no
/// database.
pub fn holds(browser: &Browser) -> Value {
    run(browser, "readonly", "")
}

/// All records there are, by store.
pub fn records(browser: &Browser) -> Value {
    let all = "store.getAll().onsuccess = (event) => (found[name] = event.target.result);";
    run(browser, "readonly", all)
}

/// Nothing lies on the device: what one trial leaves would meet the next.
pub fn assert_empty(browser: &Browser) {
    let holds = holds(browser);
    assert!(
        holds.is_null() || holds == json!({ "waiting": 0, "quarantine": 0 }),
        "left on the device: {holds}"
    );
}

/// Takes everything off the device, as staff may.
pub fn empty(browser: &Browser) {
    run(browser, "readwrite", "store.clear();");
}

fn run(browser: &Browser, mode: &str, work: &str) -> Value {
    let script = OPEN.replace("$MODE", mode).replace("$WORK", work);
    let found = browser.wire.run(&script, &[]);
    found.unwrap_or_else(|error| panic!("the device's store: {error}"))
}
