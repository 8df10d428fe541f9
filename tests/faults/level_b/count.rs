//! The device's own count is damaged: on the disk, beside the records.

use super::{Case, case};
use crate::browser::Browser;
use crate::front::Reply;
use crate::lab::{DRAINED, Lab};
use crate::ledger::Sum;
use crate::webdriver::wait;

/// The cases of this file.
pub const CASES: &[Case] = &[
    case("f32_the_count_is_damaged_while_ratings_wait", waiting),
    case("f32_the_count_starts_again_after_all_was_sent", sent),
];

/// What a disk may make of `{id, next}`. After the first of them two entries wait, so
/// that most of these give away a place that is taken, or one that is none.
const DAMAGES: &[&str] = &[
    "meta.delete('device')",
    "delete count.id; meta.put(count)",
    "delete count.next; meta.put(count)",
    "meta.put({ ...count, next: 1 })",
    "meta.put({ ...count, next: -3 })",
    "meta.put({ ...count, next: 1.5 })",
    "meta.put({ ...count, next: NaN })",
    "meta.put({ ...count, next: 1e300 })",
    "meta.put({ ...count, next: '7' })",
    "meta.put({ ...count, id: '' })",
    "meta.put({ ...count, id: 'x'.repeat(5000) })",
    "meta.put({ ...count, id: { of: 1 } })",
    "meta.put({ key: 'device' })",
];

/// Does this to the count.
fn damage(lab: &Lab<'_>, what: &str) {
    let script = format!(
        "return new Promise((done, fail) => {{
           const open = indexedDB.open('manyi');
           open.onerror = () => fail(open.error);
           open.onsuccess = () => {{
             const base = open.result;
             const work = base.transaction('meta', 'readwrite');
             const meta = work.objectStore('meta');
             meta.get('device').onsuccess = ({{ target }}) => {{
               const count = target.result;
               {what};
             }};
             work.oncomplete = () => {{ base.close(); done(); }};
             work.onabort = () => fail(work.error);
           }};
         }})"
    );
    let done = lab.browser.wire.run(&script, &[]);
    done.unwrap_or_else(|error| panic!("{what}: {error}"));
}

/// What the collector misses.
fn gaps(lab: &Lab<'_>) -> Vec<String> {
    let said = lab.collector.say(&["gaps"]);
    said.lines().skip(1).map(str::to_owned).collect()
}

/// Nothing of what waits is overwritten or set apart, what comes later goes behind it,
/// and the collector misses nothing.
fn waiting(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 2);
    let mut kept = 2;
    for what in DAMAGES {
        damage(&lab, what);
        lab.rate(&survey, 2);
        kept += 2;
        assert_eq!(lab.holds(), (kept, 0), "after {what}");
    }
    let sum = lab.settle_in_order(&survey);
    assert_eq!(lab.holds(), (0, 0), "nothing is set apart");
    assert_eq!(gaps(&lab), [""; 0], "nothing is missing");
    sum
}

/// A count that begins again under the same id, with nothing waiting, cannot be told
/// from a new one: it costs nothing, and no number is called missing.
fn sent(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.rate(&survey, 3);
    lab.empty(&survey);
    damage(&lab, "meta.put({ ...count, next: 1 })");
    lab.rate(&survey, 2);
    wait("them to arrive", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    assert_eq!(gaps(&lab), [""; 0], "nothing is missing");
    let sum = lab.settle(&survey);
    assert_eq!(sum.rows, 5);
    sum
}
