//! The device's disk: what a transaction did is there after any crash, what it had
//! not done yet is not, and between the two nobody is told the truth for certain.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use manyi_delivery::drain::{Lost, Store};
use manyi_delivery::entry::Entry;
use manyi_delivery::outcome::Why;

use super::time::Time;

/// The version of records that this build writes.
pub const SCHEMA: u32 = 1;

/// A record as it lies on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The version that wrote it.
    pub version: u32,
    /// Whether this build can read it.
    pub is_sound: bool,
    /// What it holds.
    pub entry: Entry,
    /// Whether a power cut leaves it.
    is_durable: bool,
}

/// How the disk misbehaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trouble {
    /// Odds that a transaction fails and nothing has happened.
    pub fails: f64,
    /// Odds that it is reported as failed though it happened.
    pub lies: f64,
    /// Whether there is no room: nothing can be put, everything can be deleted.
    pub is_full: bool,
}

/// The disk of one device.
pub struct Device {
    time: Rc<Time>,
    /// What waits, in order.
    pub waiting: RefCell<BTreeMap<u64, Record>>,
    /// What is set apart.
    pub apart: RefCell<Vec<(Entry, Why)>>,
    /// What is wrong just now.
    pub trouble: Cell<Trouble>,
    next: Cell<u64>,
}

impl Device {
    /// An empty disk.
    pub fn new(time: &Rc<Time>) -> Rc<Self> {
        Rc::new(Self {
            time: time.clone(),
            waiting: RefCell::default(),
            apart: RefCell::default(),
            trouble: Cell::default(),
            next: Cell::new(1),
        })
    }

    /// One transaction: `act` happens at one moment, with a time before it in which
    /// a crash prevents it, and one after it in which nobody knows yet.
    async fn transact<T>(&self, act: impl FnOnce() -> T) -> Result<T, Lost> {
        self.time.sleep_between(0.0, 3.0).await;
        let trouble = self.trouble.get();
        if self.time.chance.is(trouble.fails) {
            return Err(Lost);
        }
        let done = act();
        self.time.sleep_between(0.0, 3.0).await;
        if self.time.chance.is(trouble.lies) {
            return Err(Lost);
        }
        Ok(done)
    }

    /// Saves an entry. `is_strict` is what the outbox does: it is told of nothing
    /// that a power cut would take back.
    pub async fn save(&self, mut entry: Entry, is_strict: bool) -> Result<u64, Lost> {
        self.time.sleep_between(0.0, 3.0).await;
        if self.trouble.get().is_full {
            return Err(Lost);
        }
        let seq = self.transact(|| self.put(&mut entry, is_strict)).await?;
        Ok(seq)
    }

    fn put(&self, entry: &mut Entry, is_durable: bool) -> u64 {
        let mut apart = self.apart.borrow_mut();
        let mut waiting = self.waiting.borrow_mut();
        // One who submits the same response again keeps its place.
        let before = waiting
            .values()
            .map(|record| &record.entry)
            .find(|before| before.id == entry.id);
        let before = before.or(apart
            .iter()
            .map(|(before, _)| before)
            .find(|before| before.id == entry.id));
        entry.seq = before.map_or_else(|| self.next.replace(self.next.get() + 1), |it| it.seq);
        self.time.note(|| format!("on disk: {}", entry.body));
        apart.retain(|(before, _)| before.id != entry.id);
        let record = Record {
            version: SCHEMA,
            is_sound: true,
            entry: entry.clone(),
            is_durable,
        };
        waiting.insert(entry.seq, record);
        entry.seq
    }

    /// Lays a record down as another build, or a broken disk, left it.
    pub fn leave(&self, mut entry: Entry, version: u32, is_sound: bool) {
        self.put(&mut entry, true);
        let mut waiting = self.waiting.borrow_mut();
        let record = waiting.get_mut(&entry.seq).expect("just put there");
        (record.version, record.is_sound) = (version, is_sound);
    }

    /// The power goes: what was only promised is gone.
    pub fn cut(&self) {
        self.waiting
            .borrow_mut()
            .retain(|_, record| record.is_durable);
    }

    /// The disk comes round to writing what was promised.
    pub fn settle(&self) {
        for record in self.waiting.borrow_mut().values_mut() {
            record.is_durable = true;
        }
    }

    /// How many records of this build wait.
    pub fn count(&self) -> usize {
        let waiting = self.waiting.borrow();
        let ours = waiting.values().filter(|record| record.version <= SCHEMA);
        ours.count()
    }

    /// What is set apart, as ids and bodies.
    pub fn set_apart(&self) -> Vec<(String, String)> {
        let apart = self.apart.borrow();
        let pairs = apart.iter().map(|(it, _)| (it.id.clone(), it.body.clone()));
        pairs.collect()
    }

    fn shift(&self, entry: &Entry, why: Why) {
        let mut waiting = self.waiting.borrow_mut();
        let is_there = |record: &Record| record.entry == *entry;
        if waiting.get(&entry.seq).is_some_and(is_there) {
            self.time.note(|| format!("set apart: {}", entry.body));
            waiting.remove(&entry.seq);
            self.apart.borrow_mut().push((entry.clone(), why));
        }
    }
}

impl Store for Device {
    async fn endpoints(&self) -> Result<Vec<String>, Lost> {
        self.transact(|| {
            let mut all: Vec<String> = Vec::new();
            for record in self.waiting.borrow().values() {
                if !all.contains(&record.entry.route.endpoint) {
                    all.push(record.entry.route.endpoint.clone());
                }
            }
            all.sort();
            all
        })
        .await
    }

    async fn peek(&self, endpoint: &str, after: u64, limit: usize) -> Result<Vec<Entry>, Lost> {
        self.transact(|| {
            let damaged: Vec<Entry> = {
                let waiting = self.waiting.borrow();
                let all = waiting.values();
                let damaged = all.filter(|record| record.version <= SCHEMA && !record.is_sound);
                damaged.map(|record| record.entry.clone()).collect()
            };
            // Without room to set it apart it is passed by.
            for entry in damaged.iter().filter(|_| !self.trouble.get().is_full) {
                self.shift(entry, Why::Damaged);
            }
            let waiting = self.waiting.borrow();
            let behind = waiting.range(after + 1..).map(|(_, record)| record);
            behind
                .filter(|it| it.version <= SCHEMA && it.is_sound)
                .map(|record| &record.entry)
                .filter(|entry| entry.route.endpoint == endpoint)
                .take(limit)
                .cloned()
                .collect()
        })
        .await
    }

    async fn delivered(&self, entries: &[&Entry]) -> Result<(), Lost> {
        self.transact(|| {
            let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
            self.time.note(|| format!("off the disk: {ids:?}"));
            let mut waiting = self.waiting.borrow_mut();
            waiting.retain(|_, record| !entries.contains(&&record.entry));
        })
        .await
    }

    async fn quarantine(&self, entry: &Entry, why: Why, _status: u16) -> Result<(), Lost> {
        if self.trouble.get().is_full {
            return Err(Lost);
        }
        self.transact(|| self.shift(entry, why)).await
    }
}
