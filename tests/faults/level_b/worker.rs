//! A service worker that drains, beside the pages that do.
//!
//! The kiosk's own worker keeps versions and sends nothing: a sync in the background
//! is Chromium's alone, and pages that drain when they open need none. But the
//! collector must not depend on who sends. So a worker of the test's own, which knows
//! neither locks nor batches, takes what waits out of the same database and posts it
//! one by one while tabs drain.

use serde_json::json;

use super::{Case, case};
use crate::browser::Browser;
use crate::front::{Gate, Reply};
use crate::lab::{DRAINED, Lab};
use crate::ledger::Sum;
use crate::webdriver::wait;

/// The cases of this file.
pub const CASES: &[Case] = &[case("f20_a_tab_and_a_service_worker_drain_a_hundred", both)];

/// Posts all that waits, each by itself, and deletes nothing.
const WORKER: &str = "
const waiting = () => new Promise((done, fail) => {
  const open = indexedDB.open('manyi');
  open.onerror = () => fail(open.error);
  open.onsuccess = () => {
    const base = open.result;
    const all = base.transaction('waiting').objectStore('waiting').getAll();
    all.onsuccess = () => { base.close(); done(all.result); };
    all.onerror = () => fail(all.error);
  };
});
const drain = async () => {
  const entries = await waiting();
  const statuses = [];
  for (const { id, endpoint, body } of entries) {
    const headers = { 'content-type': 'application/json', 'idempotency-key': id, 'x-worker': '1' };
    statuses.push((await fetch(endpoint, { method: 'POST', headers, body })).status);
  }
  return statuses;
};
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => {
  const tell = (said) => event.ports[0].postMessage(said);
  event.waitUntil(drain().then(tell, (error) => tell(String(error))));
});";

/// In the page: has the worker drain; what it said is in `window.drained`.
const DRAIN: &str = "
return (async () => {
  await navigator.serviceWorker.register('/worker.js');
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => { window.drained = data; };
  active.postMessage('drain', [port2]);
})();";

fn both(browser: &Browser) -> Sum {
    let lab = Lab::with_page(browser, "");
    let survey = lab.visit_page();
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 100);
    assert_eq!(lab.holds(), (100, 0));
    // The page's posts wait until the worker has read what waits and begun.
    let gate = Gate::default();
    let held = gate.clone();
    lab.turn(move |request| {
        if request.path == "/worker.js" {
            return Reply::text(200, "text/javascript", WORKER);
        }
        let is_of_page = request.header("x-worker").is_none();
        if request.method == "POST" && is_of_page {
            held.pass();
        }
        Reply::Forward
    });
    survey.ask("arguments[0].flush()");
    survey.ask(DRAIN);
    let by_worker = || {
        let requests = lab.requests();
        let of_worker = |request: &&crate::front::Request| request.header("x-worker").is_some();
        requests.iter().filter(of_worker).count()
    };
    wait("the worker to be in mid-drain", DRAINED, || {
        (by_worker() >= 10).then_some(())
    });
    gate.open();
    let drained = wait("the worker's end", DRAINED, || {
        let said = survey.ask("return window.drained || null");
        (!said.is_null()).then_some(said)
    });
    let statuses = drained.as_array().unwrap_or_else(|| panic!("{drained}"));
    assert_eq!(statuses.len(), 100, "it posted everything");
    // Each was new, or was there with the same content.
    let (stored, known) = (json!(201), json!(200));
    assert!(
        statuses.iter().all(|it| *it == stored || *it == known),
        "{drained}"
    );
    assert!(lab.ids().len() > 100, "some were posted by both");
    let sum = lab.settle(&survey);
    assert_eq!(sum.rows, 100);
    let leave = "return navigator.serviceWorker.ready.then((it) => it.unregister())";
    survey.ask(leave);
    sum
}
