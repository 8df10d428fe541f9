//! The outbox on the device's disk.

use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use crate::drain::{Lost, Store};
use crate::entry::{Entry, Format, Proof, Route};
use crate::idb::{
    BY_ID, BY_LINE, Connection, META, QUARANTINE, Trouble, WAITING, Work, answered, behind, beyond,
    result,
};
use crate::outcome::Why;
use crate::platform::{field, new_id, now_ms, set, word};

/// The shape of an entry, as this version writes it. What has a higher number
/// belongs to a newer release and is left alone.
const SCHEMA: f64 = 1.0;
/// The longest id. A UUID has 36 characters, and a header takes a few thousand.
const ID_BYTES: usize = 200;
/// The record in `meta` that holds the device's id and count.
const DEVICE: &str = "device";

/// The waiting and the quarantined.
#[derive(Default)]
pub struct Disk(Connection);

/// Writes a body for a device's id and a place in its count.
pub type Body = Rc<dyn Fn(Option<(&str, u64)>) -> String>;

/// An entry without its place, and with what only becomes text with it.
pub struct Draft {
    /// The response's id.
    pub id: String,
    /// Which survey, for staff who look at the list.
    pub survey: String,
    /// Where it goes.
    pub route: Route,
    /// Writes the body for a device's id and a place in its count.
    pub body: Body,
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
    /// Puts the draft on the disk. When this returns, it is there to stay.
    ///
    /// # Errors
    /// When it is not there. Then nothing has changed.
    pub async fn save(&'static self, draft: &Draft) -> Result<Entry, Trouble> {
        let work = self.0.begin(&[WAITING, QUARANTINE, META], true).await?;
        self.0.spare();
        let (waiting, apart, meta) = tables(&work);
        let id = JsValue::from(&draft.id);
        let device = meta.get(&DEVICE.into()).map_err(|_| Trouble::Failed)?;
        let before = waiting.index(BY_ID).key(&id).map_err(|_| Trouble::Failed)?;
        // One who corrects what was refused submits the same response again: it keeps
        // its place.
        let set_apart = result(apart.index(BY_ID).key(&id)).await?;
        let before = answered(&before).as_f64().or(set_apart.as_f64());
        let device = answered(&device);
        let next = field(&device, "next").and_then(|next| next.as_f64());
        let (device, next) = match (word(&device, "id"), next) {
            (Some(id), Some(next)) => (id, next),
            _ => (new_id(), 1.0),
        };
        let seq = before.unwrap_or(next);
        let entry = Entry {
            seq: place(seq),
            id: draft.id.clone(),
            route: draft.route.clone(),
            body: (draft.body)(Some((&device, place(seq)))),
        };
        // First of all: a put that throws ends here, with nothing done yet.
        put(waiting.put(&record(&entry, &draft.survey)))?;
        if set_apart.as_f64().is_some() {
            put(apart.delete(&set_apart))?;
        }
        if before.is_none() {
            let count = Object::new();
            set(&count, "key", DEVICE);
            set(&count, "id", device);
            set(&count, "next", seq + 1.0);
            put(meta.put(&count))?;
        }
        work.done().await?;
        Ok(entry)
    }

    /// Lets go of the store, as the page hides. What was being looked at or taken out
    /// is looked at or taken out again.
    pub fn let_go(&self) {
        self.0.let_go();
    }

    /// How many there are.
    pub async fn counts(&'static self) -> Result<Counts, Trouble> {
        let work = self.0.begin(&[WAITING, QUARANTINE], false).await?;
        let waiting = work.table(WAITING).count().map_err(|_| Trouble::Failed)?;
        let quarantined = result(work.table(QUARANTINE).count()).await?;
        Ok(Counts {
            waiting: answered(&waiting).as_f64().unwrap_or_default(),
            quarantined: quarantined.as_f64().unwrap_or_default(),
        })
    }

    /// All records as they lie there, for an export: first the waiting.
    pub async fn records(&'static self) -> Result<Array, Trouble> {
        let work = self.0.begin(&[WAITING, QUARANTINE], false).await?;
        let all = Array::new();
        for (name, state) in [(WAITING, "waiting"), (QUARANTINE, "quarantined")] {
            let list = result(work.table(name).all(&JsValue::UNDEFINED, u32::MAX)).await?;
            for record in Array::from(&list).iter() {
                set(&record, "state", state);
                all.push(&record);
            }
        }
        Ok(all)
    }

    /// Puts a record of an export in, to be sent from this device, unless its
    /// response is here already. Whether it was put in.
    pub async fn import(&'static self, given: &JsValue) -> Result<bool, Trouble> {
        let mut entry = entry_of(given).ok_or(Trouble::Failed)?;
        let work = self.0.begin(&[WAITING, QUARANTINE, META], true).await?;
        self.0.spare();
        let (waiting, apart, meta) = tables(&work);
        let id = JsValue::from(&entry.id);
        let count = meta.get(&"imported".into()).map_err(|_| Trouble::Failed)?;
        let here = waiting.index(BY_ID).key(&id).map_err(|_| Trouble::Failed)?;
        let there = result(apart.index(BY_ID).key(&id)).await?;
        if answered(&here).as_f64().or(there.as_f64()).is_some() {
            return Ok(false);
        }
        let n = field(&answered(&count), "n").and_then(|n| n.as_f64());
        let n = n.unwrap_or_default() + 1.0;
        // Behind all of this device, and without a place in its count: the body
        // carries the count of the device that it comes from.
        entry.seq = (1 << 52) + place(n);
        put(waiting.put(&record(&entry, &word(given, "survey").unwrap_or_default())))?;
        let count = Object::new();
        set(&count, "key", "imported");
        set(&count, "n", n);
        put(meta.put(&count))?;
        work.done().await?;
        Ok(true)
    }

    /// Takes the lease for `me`, or prolongs it, or with 0 gives it back. Whether it
    /// is `me`'s. A lease that ends further away than leases do was made by a clock
    /// that has been set since, and does not count.
    pub async fn lease(&'static self, me: &str, for_ms: f64) -> Result<bool, Trouble> {
        let work = self.0.begin(&[META], true).await?;
        let meta = work.table(META);
        let lease = result(meta.get(&"lease".into())).await?;
        let until = field(&lease, "until").and_then(|until| until.as_f64());
        let rest_ms = until.unwrap_or_default() - now_ms();
        let is_held = rest_ms > 0.0 && rest_ms <= crate::lock::LEASE_MS;
        if is_held && word(&lease, "holder").as_deref() != Some(me) {
            return Ok(false);
        }
        let lease = Object::new();
        set(&lease, "key", "lease");
        set(&lease, "holder", me);
        set(&lease, "until", now_ms() + for_ms);
        put(meta.put(&lease))?;
        work.done().await?;
        Ok(true)
    }

    /// Sends what was set apart again: the server may have been mended.
    pub async fn release(&'static self, id: &str) -> Result<(), Trouble> {
        self.shift(id, QUARANTINE, Some(WAITING)).await
    }

    /// Deletes what was set apart, for good.
    pub async fn discard(&'static self, id: &str) -> Result<(), Trouble> {
        self.shift(id, QUARANTINE, None).await
    }

    /// Sets damaged records apart. They are found by counting: an index leaves out
    /// what lacks the fields it is made of.
    pub async fn sweep(&'static self) -> Result<(), Trouble> {
        let work = self.0.begin(&[WAITING], false).await?;
        let table = work.table(WAITING);
        let indexed = table.index(BY_LINE).count().map_err(|_| Trouble::Failed)?;
        let named = table.index(BY_ID).count().map_err(|_| Trouble::Failed)?;
        let all = result(table.count()).await?.as_f64();
        if answered(&indexed).as_f64() == all && answered(&named).as_f64() == all {
            return Ok(());
        }
        let work = self.0.begin(&[WAITING], false).await?;
        let list = result(work.table(WAITING).all(&JsValue::UNDEFINED, u32::MAX)).await?;
        for record in Array::from(&list).iter() {
            if is_ours(&record) && entry_of(&record).is_none() {
                let seq = field(&record, "seq").unwrap_or_default();
                self.set_apart(&seq).await?;
            }
        }
        Ok(())
    }

    /// Sets the record at `seq`, which is damaged, apart.
    async fn set_apart(&'static self, seq: &JsValue) -> Result<(), Trouble> {
        let work = self.0.begin(&[WAITING, QUARANTINE], true).await?;
        let record = result(work.table(WAITING).get(seq)).await?;
        if record.is_object() {
            set(&record, "why", Why::Damaged.name());
            // Without an id it could not be named, shown or deleted.
            if word(&record, "id").is_none() {
                set(&record, "id", new_id());
            }
            put(work.table(QUARANTINE).put(&record))?;
            put(work.table(WAITING).delete(seq))?;
        }
        work.done().await
    }

    async fn shift(&'static self, id: &str, from: &str, to: Option<&str>) -> Result<(), Trouble> {
        let work = self.0.begin(&[WAITING, QUARANTINE], true).await?;
        let found = result(work.table(from).index(BY_ID).get(&id.into())).await?;
        if let Some(seq) = field(&found, "seq") {
            if let Some(to) = to {
                put(work.table(to).put(&found))?;
            }
            put(work.table(from).delete(&seq))?;
        }
        work.done().await
    }
}

impl Store for &'static Disk {
    async fn endpoints(&self) -> Result<Vec<String>, Lost> {
        let work = self.0.begin(&[WAITING], false).await.map_err(lost)?;
        let index = work.table(WAITING).index(BY_LINE);
        let mut all = Vec::new();
        let mut range = beyond("");
        loop {
            let first = result(index.get(&range)).await.map_err(lost)?;
            let Some(endpoint) = word(&first, "endpoint") else {
                return Ok(all);
            };
            range = beyond(&endpoint);
            all.push(endpoint);
        }
    }

    async fn peek(&self, endpoint: &str, after: u64, limit: usize) -> Result<Vec<Entry>, Lost> {
        let work = self.0.begin(&[WAITING], false).await.map_err(lost)?;
        let index = work.table(WAITING).index(BY_LINE);
        let count = u32::try_from(limit).unwrap_or(u32::MAX);
        let mut after = float(after);
        loop {
            let list = result(index.all(&behind(endpoint, after), count)).await;
            let list = Array::from(&list.map_err(lost)?);
            let mut entries = Vec::new();
            for record in list.iter() {
                let seq = field(&record, "seq").unwrap_or_default();
                after = seq.as_f64().unwrap_or(after);
                match entry_of(&record) {
                    Some(entry) if is_ours(&record) => entries.push(entry),
                    None if is_ours(&record) => {
                        // Without room to set it apart it is passed by.
                        let _ = self.set_apart(&seq).await;
                    }
                    _ => {}
                }
            }
            // What a newer release left here is passed by.
            if !entries.is_empty() || list.length() == 0 {
                return Ok(entries);
            }
        }
    }

    async fn delivered(&self, entries: &[&Entry]) -> Result<(), Lost> {
        let Some((last, rest)) = entries.split_last() else {
            return Ok(());
        };
        let work = self.0.begin(&[WAITING], true).await.map_err(lost)?;
        let table = work.table(WAITING);
        let index = table.index(BY_ID);
        // By id and not by place: a receipt names an id.
        let mut asked = Vec::with_capacity(rest.len());
        for entry in rest {
            asked.push(index.get(&entry.id.as_str().into()).map_err(|_| Lost)?);
        }
        let last = result(index.get(&last.id.as_str().into())).await;
        let found = asked.iter().map(answered).chain([last.map_err(lost)?]);
        for (entry, record) in entries.iter().zip(found) {
            if let Some(seq) = as_sent(&record, entry) {
                put(table.delete(&seq)).map_err(lost)?;
            }
        }
        work.done().await.map_err(lost)
    }

    async fn quarantine(&self, entry: &Entry, why: Why, status: u16) -> Result<(), Lost> {
        let work = self.0.begin(&[WAITING, QUARANTINE], true).await;
        let work = work.map_err(lost)?;
        let table = work.table(WAITING);
        let found = result(table.index(BY_ID).get(&entry.id.as_str().into())).await;
        let found = found.map_err(lost)?;
        if let Some(seq) = as_sent(&found, entry) {
            set(&found, "why", why.name());
            set(&found, "status", status);
            put(work.table(QUARANTINE).put(&found)).map_err(lost)?;
            put(table.delete(&seq)).map_err(lost)?;
        }
        work.done().await.map_err(lost)
    }
}

/// The place of `record` where it still holds what was sent as `entry`.
fn as_sent(record: &JsValue, entry: &Entry) -> Option<JsValue> {
    let is_same = word(record, "body").is_some_and(|body| body == entry.body);
    field(record, "seq").filter(|_| is_same)
}

fn lost(_: Trouble) -> Lost {
    Lost
}

fn tables(work: &Work) -> (crate::idb::Table, crate::idb::Table, crate::idb::Table) {
    (
        work.table(WAITING),
        work.table(QUARANTINE),
        work.table(META),
    )
}

/// A request whose result nobody needs: the transaction speaks for it.
fn put(request: Result<crate::idb::Request, JsValue>) -> Result<(), Trouble> {
    request.map(drop).map_err(|_| Trouble::Failed)
}

fn record(entry: &Entry, survey: &str) -> JsValue {
    let record = Object::new();
    set(&record, "v", SCHEMA);
    set(&record, "seq", float(entry.seq));
    set(&record, "id", entry.id.as_str());
    set(&record, "endpoint", entry.route.endpoint.as_str());
    set(&record, "format", entry.route.format.name());
    set(&record, "credentials", entry.route.credentials.as_str());
    set(&record, "proof", entry.route.proof.name());
    set(&record, "survey", survey);
    set(&record, "saved_ms", now_ms());
    set(&record, "body", entry.body.as_str());
    record.into()
}

fn is_ours(record: &JsValue) -> bool {
    let version = field(record, "v").and_then(|version| version.as_f64());
    version.is_none_or(|version| version <= SCHEMA)
}

/// The entry in a record; none where something is missing, or is such that no request
/// could carry it: `fetch` throws then as it does without a network, and everything
/// behind would wait for ever.
fn entry_of(record: &JsValue) -> Option<Entry> {
    let seq = field(record, "seq")?.as_f64()?;
    let id = word(record, "id")?;
    let fits_a_header = id.bytes().all(|byte| byte.is_ascii_graphic());
    let credentials = word(record, "credentials")?;
    let is_known = ["omit", "same-origin", "include"].contains(&credentials.as_str());
    if id.is_empty() || id.len() > ID_BYTES || !fits_a_header || !is_known {
        return None;
    }
    Some(Entry {
        seq: place(seq),
        id,
        route: Route {
            endpoint: word(record, "endpoint")?,
            format: Format::named(&word(record, "format")?),
            credentials,
            proof: Proof::named(&word(record, "proof")?),
        },
        body: word(record, "body")?,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; a browser's keys are doubles"
)]
fn place(seq: f64) -> u64 {
    seq as u64
}

#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn float(seq: u64) -> f64 {
    seq as f64
}
