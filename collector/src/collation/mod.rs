//! The weekly collation: what a week's ratings come to, and the closed weeks.
//!
//! | module | what |
//! | --- | --- |
//! | [`counts`] | whole numbers out of responses |
//! | [`inputs`] | what else a week is made of, as it was then |
//! | [`figures`] | rates, intervals, changes and places out of counts |
//! | [`sources`] | all that a week is made of, read once |
//! | [`against`] | the weeks that it is held against |
//! | [`asked`] | the response rate |
//! | [`missing`] | silent windows, late tablets |
//! | [`occasions`], [`happened`] | 五必评, and the file that says how often each happened |
//! | [`history`] | closed weeks one after another |
//! | [`close`] | closes a week, and proves a closed one |
//! | [`public`] | what may leave the house |
//! | [`read`] | the free texts worth reading |
//! | [`text`], [`csv`] | how a person and a spreadsheet see it |
//! | [`wordings`], [`words`] | what ids are called |
//!
//! A report is a pure function of the counts, the inputs and the weeks before; see
//! docs/collation.md.

use std::collections::BTreeSet;
use std::fmt;

use manyi_model::hash;
use manyi_model::statistics::Week;
use serde::{Deserialize, Serialize};

use crate::store::editions::{Edition, Made};
use crate::store::{self, Store};
use crate::wall;

pub mod against;
pub mod asked;
pub mod close;
pub mod counts;
pub mod csv;
pub mod figures;
pub mod happened;
pub mod history;
pub mod inputs;
pub mod missing;
pub mod occasions;
pub mod public;
pub mod read;
pub mod sources;
mod table;
pub mod text;
pub mod wordings;
pub mod words;

use counts::{Counter, Counts};
use figures::Figures;
use inputs::Inputs;
use missing::Missing;
use occasions::Occasion;
use sources::Sources;
use wordings::Wordings;

/// The shape of the JSON. A closed week keeps the one that it was closed in.
const FORMAT: u32 = 1;

/// The units that are looked at: all of them where it is `None`. Those of a subtree are
/// named one by one.
pub type Units<'a> = Option<&'a BTreeSet<String>>;

/// A week as it is read.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The shape of this JSON.
    pub format: u32,
    /// The week, such as `2026-W47`.
    pub week: String,
    /// Its first moment.
    pub from: String,
    /// The first moment after it.
    pub to: String,
    /// Its number and part; `None` while it is open and figures may still change.
    pub edition: Option<Head>,
    /// When what can change afterwards was looked at: tablets, the roster.
    pub as_of: String,
    /// The units that it is about; `None` where it is about all.
    pub units: Option<BTreeSet<String>>,
    /// The weeks that it is held against.
    pub compared: Compared,
    /// The counts.
    pub counts: Counts,
    /// The figures.
    pub figures: Figures,
    /// What is missing.
    pub missing: Missing,
    /// 五必评.
    pub occasions: Vec<Occasion>,
}

/// Which edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Its number.
    pub number: i64,
    /// 0 for the week, from 1 on for its supplements.
    pub part: i64,
    /// When it was closed.
    pub closed_at: String,
}

/// Two weeks by their editions.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// The week before.
    pub week: inputs::Reference,
    /// The same week a year before.
    pub year: inputs::Reference,
}

/// What is read of a closed week for adding it up: its counts.
#[derive(Debug, Deserialize)]
pub(crate) struct Frozen {
    pub counts: Counts,
}

impl Frozen {
    pub fn read(made: &Made) -> Result<Self, Error> {
        serde_json::from_str(&made.body)
            .map_err(|error| Error::Row(format!("a closed week cannot be read: {error}")))
    }
}

/// Why there is no collation.
#[derive(Debug)]
pub enum Error {
    /// The database failed.
    Store(store::Error),
    /// A row in the database is not what was put there.
    Row(String),
    /// The week is not over; when it will be.
    NotOver(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Row(reason) => f.write_str(reason),
            Self::NotOver(ends) => write!(f, "the week is not over before {ends}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl Report {
    /// A week as it stands now, closed or not: all that has come for it so far.
    ///
    /// # Errors
    /// When the database fails, or a row in it is not what was put there.
    pub async fn live(
        store: &Store,
        week: Week,
        units: Units<'_>,
        now: i64,
    ) -> Result<Self, Error> {
        Ok(Sources::live(store, week, now).await?.report(units))
    }

    /// A closed week or a supplement, out of what was kept of it.
    ///
    /// # Errors
    /// When the database fails, or what was kept cannot be read.
    pub async fn closed(store: &Store, edition: &Edition, units: Units<'_>) -> Result<Self, Error> {
        Ok(Sources::closed(store, edition).await?.report(units))
    }

    fn new(sources: &Sources, units: Units<'_>) -> Self {
        let (week, edition, inputs) = (sources.week, &sources.edition, &sources.inputs);
        let counts = sources.counts.of(units);
        let is_supplement = sources.is_supplement();
        let asked = (!is_supplement).then_some(inputs.asked.as_slice());
        let earlier = sources.earlier(|counts| counts.of(units));
        let wordings = sources.wordings.answered(&counts.versions);
        let (from, to) = wall::span(week);
        Self {
            format: FORMAT,
            week: week.to_string(),
            from: wall::rfc3339(from),
            to: wall::rfc3339(to),
            edition: edition.as_ref().map(|edition| Head {
                number: edition.number,
                part: edition.part,
                closed_at: wall::rfc3339(edition.closed_at),
            }),
            as_of: wall::rfc3339(inputs.as_of),
            units: units.cloned(),
            compared: Compared {
                week: inputs.week.clone(),
                year: inputs.year.clone(),
            },
            figures: Figures::new(&counts, asked, &earlier, &wordings),
            missing: if is_supplement {
                Missing::default()
            } else {
                Missing::new(&counts, inputs, units)
            },
            occasions: Occasion::all(&counts, (!is_supplement).then_some(inputs), units),
            counts,
        }
    }

    /// The same report always gives the same text.
    pub fn canonical(&self) -> String {
        // Numbers, strings and maps with string keys always become JSON.
        hash::canonical(&serde_json::to_value(self).unwrap_or_default())
    }
}

/// Counts the responses of a week, or of one part of it.
async fn count(
    store: &Store,
    week: Week,
    part: Option<i64>,
    inputs: &Inputs,
    wordings: &Wordings,
) -> Result<Counts, Error> {
    let mut counter = Counter::new(wordings, &inputs.shifts);
    store
        .each_of_week(week, part, |row| counter.count(&row))
        .await?;
    Ok(counter.end())
}
