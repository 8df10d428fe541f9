//! The collector as its contract has it: one row for an id, whatever is sent how often.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use manyi_delivery::outcome::{Answer, Said};

/// What a body says. In virtual time a body is words with a `;` between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The response's id.
    pub id: String,
    /// The survey's version.
    pub version: u32,
    /// The status of a server that refuses it; 0 where nothing is wrong with it.
    pub flaw: u16,
    /// The invitation it was made with; empty without.
    pub invitation: String,
    /// What the person said.
    pub words: String,
}

impl Spoken {
    /// As a body.
    pub fn body(&self) -> String {
        let Self {
            id,
            version,
            flaw,
            invitation,
            words,
        } = self;
        format!("{id};{version};{flaw};{invitation};{words}")
    }

    /// Read from a body.
    pub fn read(body: &str) -> Self {
        let mut words = body.splitn(5, ';');
        let mut next = || words.next().unwrap_or_default();
        Self {
            id: next().to_owned(),
            version: next().parse().unwrap_or_default(),
            flaw: next().parse().unwrap_or_default(),
            invitation: next().to_owned(),
            words: next().to_owned(),
        }
    }

    /// What two posts are compared by: not the id, and not what a device adds.
    pub fn content(&self) -> String {
        format!("{};{}", self.version, self.words)
    }
}

/// The collector.
pub struct Server {
    /// Ids and contents, in the order of their coming.
    pub rows: RefCell<Vec<(String, String)>>,
    /// Kept beside a row for staff.
    pub conflicts: RefCell<Vec<(String, String)>>,
    /// How many posts and batches it has seen.
    pub asked: Cell<u32>,
    /// The newest version of the survey; it takes all up to it.
    pub version: Cell<u32>,
    /// Whether ids are unique. They are; only a mutant's are not.
    pub is_unique: Cell<bool>,
    invitations: RefCell<BTreeMap<String, String>>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            rows: RefCell::default(),
            conflicts: RefCell::default(),
            asked: Cell::default(),
            version: Cell::new(1),
            is_unique: Cell::new(true),
            invitations: RefCell::default(),
        }
    }
}

impl Server {
    /// Takes what one post or batch brings; one answer for each body.
    pub fn take(&self, bodies: &[String]) -> Vec<Answer> {
        self.asked.set(self.asked.get() + 1);
        bodies.iter().map(|body| self.one(body)).collect()
    }

    fn one(&self, body: &str) -> Answer {
        let spoken = Spoken::read(body);
        let (id, content) = (spoken.id.clone(), spoken.content());
        let status = self.judge(&spoken, &content);
        if status == 201 {
            self.rows.borrow_mut().push((id.clone(), content));
        } else if status == 409 {
            let kept = (id.clone(), content);
            let mut conflicts = self.conflicts.borrow_mut();
            if !conflicts.contains(&kept) {
                conflicts.push(kept);
            }
        }
        Answer {
            status,
            said: Some(Said {
                id: Some(id),
                is_ours: true,
                ..Said::default()
            }),
            ..Answer::default()
        }
    }

    fn judge(&self, spoken: &Spoken, content: &str) -> u16 {
        if spoken.flaw != 0 {
            return spoken.flaw;
        }
        if spoken.version > self.version.get() {
            return 422;
        }
        let rows = self.rows.borrow();
        let before = rows.iter().find(|(id, _)| *id == spoken.id);
        if let Some((_, before)) = before.filter(|_| self.is_unique.get()) {
            return if before == content { 200 } else { 409 };
        }
        if spoken.invitation.is_empty() {
            return 201;
        }
        let mut invitations = self.invitations.borrow_mut();
        let of = invitations.entry(spoken.invitation.clone());
        let of = of.or_insert_with(|| spoken.id.clone());
        if *of == spoken.id { 201 } else { 409 }
    }
}
