//! Against other weeks: closed ones only, since an open one is not finished.

use std::collections::BTreeMap;

use manyi_model::statistics::{Formula, Three, interval, rate};
use serde::Serialize;

use super::counts::{Counted, Counts};
use super::figures::{Key, cut, fold};

/// What has become of a rate since another week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// It cannot be said.
    Unknown(Why),
    /// It is compared.
    Compared {
        /// The ratings of the other week.
        n: u64,
        /// Their rate.
        rate_hundredths: u32,
        /// The change in hundredths of a percentage point.
        by_hundredths: i32,
        /// The lower end of its 95 % interval.
        low_hundredths: i32,
        /// The upper end.
        high_hundredths: i32,
        /// Up or down; `None` where it may be noise.
        sign: Option<Sign>,
    },
}

/// Why it cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// There is no such week: last year had no 53rd.
    NoSuchWeek,
    /// It was never closed.
    NotClosed,
    /// Nobody rated this there, in this way.
    NoRatings,
    /// It was rated on another scale.
    OtherScale,
    /// A supplement is a remainder: it is compared with nothing.
    Supplement,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Better.
    Up,
    /// Worse.
    Down,
}

/// The two weeks that a week is held against.
#[derive(Debug)]
pub struct Earlier {
    /// The week before.
    pub week: Other,
    /// The same week a year before.
    pub year: Other,
}

/// A week to be held against.
#[derive(Debug)]
pub struct Other(Result<BTreeMap<Key, Counted>, Why>);

impl Other {
    /// A week that cannot be compared with.
    pub fn unknown(why: Why) -> Self {
        Self(Err(why))
    }

    /// A closed week, its supplements included.
    pub fn closed(counts: &Counts) -> Self {
        Self(Ok(cut(counts)))
    }

    /// What has become of the rate `now`, in halves and n.
    pub(super) fn against(
        &self,
        key: &Key,
        question: &str,
        three: &Three,
        formula: Formula,
        now: (u64, u64),
    ) -> Against {
        let cuts = match &self.0 {
            Ok(cuts) => cuts,
            Err(why) => return Against::Unknown(*why),
        };
        let tally = cuts
            .get(key)
            .and_then(|counted| counted.questions.get(question));
        let levels = tally.map(|tally| fold(three, tally)).unwrap_or_default();
        if tally.is_some_and(|tally| tally.n != levels.n()) {
            return Against::Unknown(Why::OtherScale);
        }
        let then = (formula.halves(levels), levels.n());
        match (rate::rate(then.0, then.1), interval::difference(then, now)) {
            (Some(rate), Some(found)) => Against::Compared {
                n: then.1,
                rate_hundredths: rate.0,
                by_hundredths: found.by,
                low_hundredths: found.low,
                high_hundredths: found.high,
                sign: match (found.is_more_than_noise, found.by < 0) {
                    (false, _) => None,
                    (true, false) => Some(Sign::Up),
                    (true, true) => Some(Sign::Down),
                },
            },
            _ => Against::Unknown(Why::NoRatings),
        }
    }
}

impl Against {
    /// Whether there was something to compare with.
    pub fn is_made(&self) -> bool {
        matches!(self, Self::Compared { .. })
    }
}
