//! Outboxes that are wrong in one way each. The lab runs its cases with them, too,
//! and has to find something.

use std::rc::Rc;

use manyi_delivery::drain::{Batch, Lost, Store, Wire};
use manyi_delivery::entry::Entry;
use manyi_delivery::outcome::{Outcome, Why, classify};

use super::device::Device;
use super::network::Line;
use super::server::Spoken;

/// In which way an outbox is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mutant {
    /// In none: it is ours.
    #[default]
    None,
    /// It removes an entry and then sends it.
    DeletesFirst,
    /// It takes every 200 for a receipt.
    TakesAny200,
    /// It sends again under a new id.
    NewIds,
    /// It says "saved" at `onsuccess` and not at `oncomplete`.
    OnSuccess,
    /// It knows no lock, and ids are not unique at the server.
    NoLockNoUniqueId,
    /// It drops what failed five times.
    GivesUp,
    /// It takes a status of 4xx for an end, as many an outbox does.
    Drops4xx,
}

impl Mutant {
    /// All that are wrong.
    pub const ALL: [Self; 7] = [
        Self::DeletesFirst,
        Self::TakesAny200,
        Self::NewIds,
        Self::OnSuccess,
        Self::NoLockNoUniqueId,
        Self::GivesUp,
        Self::Drops4xx,
    ];
}

/// The store of [`Mutant::DeletesFirst`].
pub struct Eager(pub Rc<Device>);

impl Store for Eager {
    async fn endpoints(&self) -> Result<Vec<String>, Lost> {
        self.0.endpoints().await
    }

    async fn peek(&self, endpoint: &str, after: u64, limit: usize) -> Result<Vec<Entry>, Lost> {
        let entries = self.0.peek(endpoint, after, limit).await?;
        let all: Vec<&Entry> = entries.iter().collect();
        self.0.delivered(&all).await?;
        Ok(entries)
    }

    async fn delivered(&self, _entries: &[&Entry]) -> Result<(), Lost> {
        Ok(())
    }

    async fn quarantine(&self, entry: &Entry, why: Why, status: u16) -> Result<(), Lost> {
        self.0.quarantine(entry, why, status).await
    }
}

/// The wire of the mutants that misread or mis-send.
pub struct Wrong {
    /// The network behind it.
    pub line: Line,
    /// In which way.
    pub mutant: Mutant,
}

fn gone() -> Outcome {
    Outcome::Delivered {
        receipt: String::new(),
        is_ours: false,
    }
}

impl Wire for Wrong {
    async fn post(&self, entry: &Entry) -> Outcome {
        let count = self.line.0.posts.borrow().len();
        if self.mutant == Mutant::NewIds {
            let mut other = entry.clone();
            let mut spoken = Spoken::read(&entry.body);
            spoken.id = format!("{}-{count}", spoken.id);
            other.id.clone_from(&spoken.id);
            other.body = spoken.body();
            return self.line.post(&other).await;
        }
        let Some(answer) = self.line.answer(entry).await else {
            return match self.mutant {
                Mutant::GivesUp if count % 5 == 4 => gone(),
                _ => Outcome::unreached(),
            };
        };
        match self.mutant {
            Mutant::TakesAny200 if answer.status == 200 => gone(),
            Mutant::Drops4xx if (400..500).contains(&answer.status) => gone(),
            _ => classify(entry.route.proof, &entry.id, &answer),
        }
    }

    async fn batch(&self, _address: &str, _entries: &[Entry]) -> Batch {
        Batch::Unknown
    }
}
