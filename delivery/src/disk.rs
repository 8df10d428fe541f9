//! The outbox on the device's disk.

use std::cell::Cell;

use crate::drain::{Lost, Store};
use crate::entry::{Entry, Format, Proof, Route};
use crate::idb::{
    Ask, BY_ID, BY_LINE, Connection, END, Found, META, QUARANTINE, Question, Trouble, WAITING,
    Work, behind, below, beyond,
};
use crate::lock::LEASE_MS;
use crate::outcome::Why;
use crate::parcel::body;
use crate::platform::{
    Js, UNDEFINED, as_number, as_text, count, field, forget, invoke, is_nothing, items, json, list,
    new_id, now_ms, number, random, say, set, set_number, set_word, text, word,
};

/// The shape of an entry, as this version writes it. What has a higher number
/// belongs to a newer release and is left alone.
const SCHEMA: f64 = 1.0;
/// The longest id. A UUID has 36 characters, and a header takes a few thousand.
const ID_BYTES: usize = 200;
/// Behind all of a device's own: where imported entries begin.
const IMPORTED: f64 = 4_503_599_627_370_496.0;

/// What is written stands nowhere else: a page that hides finishes it.
const SPARED: bool = true;

/// The place of a response among the waiting.
const WAITING_PLACE: &Question = &[WAITING, BY_ID, "getKey"];
/// Its place among what is set apart.
const APART_PLACE: &Question = &[QUARANTINE, BY_ID, "getKey"];
/// The last place that is taken, see [`last`].
const WAITING_LAST: &Question = &[WAITING, "", "openKeyCursor"];
const APART_LAST: &Question = &[QUARANTINE, "", "openKeyCursor"];
/// The record of a response that is set apart.
const QUARANTINED: &Question = &[QUARANTINE, BY_ID, "get"];
const META_RECORD: &Question = &[META, "", "get"];

/// The waiting and the quarantined.
#[derive(Default)]
pub struct Disk {
    connection: Connection,
    /// Who this page is where a lease stands in for a lock; 0 where none does.
    holder: Cell<f64>,
}

/// What lies on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// To be sent.
    pub waiting: f64,
    /// Set apart for staff.
    pub quarantined: f64,
}

impl Disk {
    /// Puts a parcel's record on the disk, with its place and its body. When this
    /// returns, it is there to stay.
    ///
    /// # Errors
    /// When it is not there. Then nothing has changed.
    pub async fn save(&'static self, parcel: Js, record: Js) -> Result<(), Trouble> {
        let id = field(record, "id");
        let asks = [
            about(META_RECORD, say("device")),
            about(WAITING_PLACE, id),
            about(APART_PLACE, id),
            last(WAITING_LAST, IMPORTED),
            last(APART_LAST, IMPORTED),
        ];
        let change = &mut |work: &Work, found: Found| {
            let (mut count, before, apart) = (found.at(0), found.at(1), found.at(2));
            let (top, next) = (top(found, 3), number(count, "next").unwrap_or_default());
            // A count that is damaged would give away a place that is taken, or one
            // that is none. Another one begins, of another device: so the collector
            // misses nothing of either. `from` is where its places begin.
            if !is_id(&text(count, "id")) || !is_place(next) || next <= top {
                count = json(r#"{"key":"device"}"#);
                set_word(count, "id", &new_id());
                set_number(count, "from", top);
                set_number(count, "next", top + 1.0);
            }
            let from = number(count, "from").unwrap_or_default();
            // One who corrects what was refused submits the same response again: it
            // keeps its place, unless that is one of another count.
            let kept = as_number(before).or(as_number(apart));
            let kept = kept.filter(|seq| *seq > from);
            let seq = kept.or(number(count, "next")).unwrap_or_default();
            place(record, seq);
            set(record, "body", body(parcel, field(count, "id"), seq - from));
            for (table, place) in [(WAITING, before), (QUARANTINE, apart)] {
                if !is_nothing(place) {
                    work.delete(table, place);
                }
            }
            work.put(WAITING, record);
            if kept.is_none() {
                set_number(count, "next", seq + 1.0);
                work.put(META, count);
            }
        };
        self.connection
            .begin(&asks, Some(change), SPARED)
            .await
            .map(drop)
    }

    /// Has the device be called `id` from now on. What lies here keeps the name and
    /// number that it has; the count under the new name begins with 1.
    ///
    /// # Errors
    /// When that is not on the disk.
    pub async fn adopt(&'static self, id: Js) -> Result<(), Trouble> {
        let asks = [
            about(META_RECORD, say("device")),
            last(WAITING_LAST, IMPORTED),
            last(APART_LAST, IMPORTED),
        ];
        let change = &mut |work: &Work, found: Found| {
            if word(found.at(0), "id").as_deref() == Some(&as_text(id)) {
                return;
            }
            let next = number(found.at(0), "next").filter(|next| is_place(*next));
            let next = next.unwrap_or_default().max(top(found, 1) + 1.0);
            let count = json(r#"{"key":"device"}"#);
            set(count, "id", id);
            set_number(count, "from", next - 1.0);
            set_number(count, "next", next);
            work.put(META, count);
        };
        self.connection
            .begin(&asks, Some(change), false)
            .await
            .map(drop)
    }

    /// How many there are; none where there is no disk.
    pub async fn counts(&'static self) -> Counts {
        let asks = [
            all(&[WAITING, "", "count"]),
            all(&[QUARANTINE, "", "count"]),
        ];
        let mut counts = Counts::default();
        if let Ok(found) = self.connection.begin(&asks, None, false).await {
            counts.waiting = as_number(found.at(0)).unwrap_or_default();
            counts.quarantined = as_number(found.at(1)).unwrap_or_default();
        }
        counts
    }

    /// Lets go of the store, as the page hides. What was being looked at or taken out
    /// is looked at or taken out again.
    pub fn let_go(&self) {
        self.connection.let_go();
    }

    /// All records as they lie there, for an export: first the waiting. The list's
    /// `durability` is what the browser granted.
    pub async fn records(&'static self) -> Result<Js, Trouble> {
        let asks = [
            all(&[WAITING, "", "getAll"]),
            all(&[QUARANTINE, "", "getAll"]),
        ];
        let found = self.connection.begin(&asks, None, false).await?;
        let records = list(&[]);
        set(records, "durability", found.at(2));
        for (place, state) in ["waiting", "quarantined"].into_iter().enumerate() {
            for record in items(found.at(place)) {
                set_word(record, "state", state);
                invoke(records, "push", &[record]);
            }
        }
        Ok(records)
    }

    /// Puts a record of an export in, to be sent from this device, unless its
    /// response is here already, or it is none that could be sent: the others of the
    /// export are put in all the same. How many were put in.
    pub async fn import(&'static self, record: Js) -> Result<f64, Trouble> {
        let id = field(record, "id");
        place(record, 1.0);
        for mark in ["why", "status", "state"] {
            set(record, mark, UNDEFINED);
        }
        if entry_of(record).is_none() {
            return Ok(0.0);
        }
        let asks = [
            about(WAITING_PLACE, id),
            about(APART_PLACE, id),
            last(WAITING_LAST, END),
            last(APART_LAST, END),
        ];
        let mut new = 0.0;
        let change = &mut |work: &Work, found: Found| {
            if is_nothing(found.at(0)) && is_nothing(found.at(1)) {
                new = 1.0;
                // Behind all of this device, and without a place in its count: the
                // body carries the count of the device that it comes from.
                place(record, top(found, 2).max(IMPORTED) + 1.0);
                work.put(WAITING, record);
            }
        };
        self.connection.begin(&asks, Some(change), SPARED).await?;
        Ok(new)
    }

    /// From now on the page has a lease, which [`Store::peek`] prolongs.
    pub fn uses_leases(&self) {
        if self.holder.get() == 0.0 {
            self.holder.set(random() + 1.0);
        }
    }

    /// Takes the lease, or prolongs it, or with 0 gives it back. Whether it is this
    /// page's. A lease that ends further away than leases do was made by a clock
    /// that has been set since, and does not count.
    pub async fn lease(&'static self, for_ms: f64) -> Result<bool, Trouble> {
        let me = self.holder.get();
        if me == 0.0 {
            return Ok(true);
        }
        let mut is_mine = true;
        let change = &mut |work: &Work, found: Found| {
            let rest_ms = number(found.at(0), "until").unwrap_or_default() - now_ms();
            let is_held = rest_ms > 0.0 && rest_ms <= LEASE_MS;
            is_mine = !is_held || number(found.at(0), "holder") == Some(me);
            if is_mine {
                let lease = json(r#"{"key":"lease"}"#);
                set_number(lease, "holder", me);
                set_number(lease, "until", now_ms() + for_ms);
                work.put(META, lease);
            }
        };
        let asks = [about(META_RECORD, say("lease"))];
        self.connection.begin(&asks, Some(change), false).await?;
        Ok(is_mine)
    }

    /// Sends what was set apart again: the server may have been mended.
    pub async fn release(&'static self, id: Js) -> Result<(), Trouble> {
        self.shift(id, QUARANTINED, Some(WAITING)).await
    }

    /// Deletes what was set apart, for good.
    pub async fn discard(&'static self, id: Js) -> Result<(), Trouble> {
        self.shift(id, QUARANTINED, None).await
    }

    /// Sets damaged records apart. They are found by counting: an index leaves out
    /// what lacks the fields it is made of, and what is out of place is not among the
    /// places, where a drain would never come by.
    pub async fn sweep(&'static self) {
        let asks = [
            all(&[WAITING, "", "count"]),
            all(&[WAITING, BY_LINE, "count"]),
            all(&[WAITING, BY_ID, "count"]),
            about(&[WAITING, "", "count"], below(END)),
            all(&[WAITING, "", "getAll"]),
        ];
        let Ok(found) = self.connection.begin(&asks[..4], None, false).await else {
            return;
        };
        let whole = as_number(found.at(0));
        if (1..4).all(|n| as_number(found.at(n)) == whole) {
            return;
        }
        let Ok(found) = self.connection.begin(&asks[4..], None, false).await else {
            return;
        };
        for record in items(found.at(0)) {
            if is_ours(record) && entry_of(record).is_none() {
                self.set_apart(record).await;
            }
        }
    }

    /// Sets a record, which is damaged, apart. Without room for it there it stays.
    async fn set_apart(&'static self, record: Js) {
        let asks = [about(&[WAITING, "", "get"], field(record, "seq"))];
        let change = &mut |work: &Work, found: Found| {
            if is_nothing(found.at(0)) {
                return;
            }
            set_word(record, "why", Why::Damaged.name());
            // Without an id it could not be named, shown or deleted.
            if word(record, "id").is_none() {
                set_word(record, "id", &new_id());
            }
            work.put(QUARANTINE, record);
            work.delete(WAITING, field(record, "seq"));
        };
        let _ = self.connection.begin(&asks, Some(change), false).await;
    }

    async fn shift(
        &'static self,
        id: Js,
        from: &'static Question,
        to: Option<&str>,
    ) -> Result<(), Trouble> {
        let asks = [about(from, id)];
        let change = &mut |work: &Work, found: Found| {
            if !is_nothing(found.at(0)) {
                if let Some(to) = to {
                    work.put(to, found.at(0));
                }
                work.delete(from[0], field(found.at(0), "seq"));
            }
        };
        self.connection
            .begin(&asks, Some(change), false)
            .await
            .map(drop)
    }
}

impl Store for &'static Disk {
    async fn endpoints(&self) -> Result<Vec<String>, Lost> {
        let mut endpoints = Vec::new();
        let mut range = beyond("");
        loop {
            let asks = [about(&[WAITING, BY_LINE, "get"], range)];
            let found = self
                .connection
                .begin(&asks, None, false)
                .await
                .map_err(lost)?;
            let Some(endpoint) = word(found.at(0), "endpoint") else {
                return Ok(endpoints);
            };
            range = beyond(&endpoint);
            endpoints.push(endpoint);
        }
    }

    async fn peek(&self, endpoint: &str, after: u64, limit: usize) -> Result<Vec<Entry>, Lost> {
        // The drain begins its next step: what it held for the last one is done with.
        forget();
        // At most one post lies between two looks, and a lease holds for longer.
        let _ = self.lease(LEASE_MS).await;
        let mut after = float(after);
        loop {
            let range = behind(endpoint, after);
            let asks = [(&[WAITING, BY_LINE, "getAll"], range, count(limit as f64))];
            let found = self
                .connection
                .begin(&asks, None, false)
                .await
                .map_err(lost)?;
            let found = items(found.at(0));
            let mut entries = Vec::new();
            for record in &found {
                after = number(*record, "seq").unwrap_or(after);
                if is_ours(*record) {
                    match entry_of(*record) {
                        Some(entry) => entries.push(entry),
                        None => self.set_apart(*record).await,
                    }
                }
            }
            // What a newer release left here is passed by.
            if !entries.is_empty() || found.is_empty() {
                return Ok(entries);
            }
        }
    }

    async fn delivered(&self, entries: &[&Entry]) -> Result<(), Lost> {
        if entries.is_empty() {
            return Ok(());
        }
        let change = &mut |work: &Work, found: Found| {
            for (place, entry) in entries.iter().enumerate() {
                let record = found.at(place);
                if is_as_sent(record, entry) {
                    work.delete(WAITING, field(record, "seq"));
                }
            }
        };
        let asks = named(entries);
        self.connection
            .begin(&asks, Some(change), false)
            .await
            .map_err(lost)?;
        Ok(())
    }

    async fn quarantine(&self, entry: &Entry, why: Why, status: u16) -> Result<(), Lost> {
        let change = &mut |work: &Work, found: Found| {
            if is_as_sent(found.at(0), entry) {
                set_word(found.at(0), "why", why.name());
                set_number(found.at(0), "status", f64::from(status));
                work.put(QUARANTINE, found.at(0));
                work.delete(WAITING, field(found.at(0), "seq"));
            }
        };
        let asks = named(&[entry]);
        self.connection
            .begin(&asks, Some(change), false)
            .await
            .map_err(lost)?;
        Ok(())
    }
}

/// Asks for the records of entries: by id and not by place, for a receipt names an id.
fn named(entries: &[&Entry]) -> Vec<Ask> {
    let mut asks = Vec::new();
    for entry in entries {
        asks.push(about(&[WAITING, BY_ID, "get"], say(&entry.id)));
    }
    asks
}

/// A question about something.
fn about(question: &'static Question, what: Js) -> Ask {
    (question, what, UNDEFINED)
}

/// A question about the last place below `end` that is taken.
fn last(question: &'static Question, end: f64) -> Ask {
    (question, below(end), say("prev"))
}

/// The answers to two such questions, at `place` and behind it; 0 where none is taken.
fn top(found: Found, place: usize) -> f64 {
    let key = |place| number(found.at(place), "key").unwrap_or_default();
    key(place).max(key(place + 1))
}

/// A question about all of a store.
fn all(question: &'static Question) -> Ask {
    about(question, UNDEFINED)
}

/// Whether `record` still holds what was sent as `entry`.
fn is_as_sent(record: Js, entry: &Entry) -> bool {
    text(record, "body") == entry.body
}

fn lost(_: Trouble) -> Lost {
    Lost
}

/// Gives a record its place, and marks when and by which version it came there.
fn place(record: Js, seq: f64) {
    set_number(record, "seq", seq);
    set_number(record, "v", SCHEMA);
    set(record, "saved_ms", count(now_ms()));
}

fn is_ours(record: Js) -> bool {
    number(record, "v").is_none_or(|version| version <= SCHEMA)
}

/// A record as it is sent; none where something is missing, or is such that no request
/// could carry it: `fetch` throws then as it does without a network, and everything
/// behind would wait for ever.
pub fn entry_of(record: Js) -> Option<Entry> {
    let seq = number(record, "seq").unwrap_or_default();
    // Between two places a drain would come by again and again.
    let mut is_whole = seq > 0.0 && seq < END && seq.trunc() == seq;
    let mut word = |name| {
        let word = word(record, name);
        is_whole &= word.is_some();
        word.unwrap_or_default()
    };
    let entry = Entry {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number below 2^53"
        )]
        seq: seq as u64,
        id: word("id"),
        route: Route {
            endpoint: word("endpoint"),
            format: Format::named(&word("format")),
            credentials: word("credentials"),
            proof: Proof::named(&word("proof")),
        },
        body: word("body"),
    };
    let credentials = entry.route.credentials.as_str();
    is_whole &= is_id(&entry.id);
    is_whole &= matches!(credentials, "omit" | "same-origin" | "include");
    is_whole.then_some(entry)
}

/// Whether it could be the next place of this device's own.
fn is_place(next: f64) -> bool {
    next.trunc() == next && next <= IMPORTED
}

/// Whether a header, or a collector, can carry it as an id.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= ID_BYTES && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn float(seq: u64) -> f64 {
    seq as f64
}
