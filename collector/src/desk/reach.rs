//! How far somebody reaches: everything, or some units and all below them. What the
//! desk reads and changes takes a [`Reach`] or a [`Within`], and nothing but the guard
//! (and the command line, for whoever holds the files) makes one.

use std::collections::BTreeSet;

/// The units that one person may see or change, for one right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach(Units);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Units {
    All,
    Some(BTreeSet<String>),
}

/// A unit that was found to be within somebody's reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within(String);

impl Reach {
    /// All there is, for the command line: whoever runs it holds the files anyway.
    pub fn of_the_operator() -> Self {
        Self(Units::All)
    }

    /// Everything, for a role over the whole house.
    pub(super) fn all() -> Self {
        Self(Units::All)
    }

    /// These units; the caller has added what is below them.
    pub(super) fn of(units: BTreeSet<String>) -> Self {
        Self(Units::Some(units))
    }

    /// Whether it is the whole house: also units that nobody has named.
    pub fn is_all(&self) -> bool {
        self.0 == Units::All
    }

    /// Whether this unit is in it.
    pub fn holds(&self, unit: &str) -> bool {
        match &self.0 {
            Units::All => true,
            Units::Some(units) => units.contains(unit),
        }
    }

    /// The units in it, by their codes; `None` for the whole house.
    pub fn units(&self) -> Option<&BTreeSet<String>> {
        match &self.0 {
            Units::All => None,
            Units::Some(units) => Some(units),
        }
    }

    /// The proof that this unit is in it.
    pub fn within(&self, unit: &str) -> Option<Within> {
        self.holds(unit).then(|| Within(unit.to_owned()))
    }
}

impl Within {
    /// The unit.
    pub fn unit(&self) -> &str {
        &self.0
    }
}
