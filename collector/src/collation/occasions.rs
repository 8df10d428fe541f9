//! 五必评: five occasions on which people must be asked (昌吉三工). How many there were,
//! and how many of the ratings were checked, nobody tells the collector: it says so, and
//! makes no rate of what it does not know.

use std::collections::BTreeMap;

use manyi_model::Mode;
use serde::Serialize;

use super::counts::Counts;
use crate::store::evidence::Asked;

/// The occasions, and the ready surveys that are for each.
const OCCASIONS: [(&str, &[&str]); 5] = [
    ("接处警", &["response-110"]),
    ("接待来访", &["visitor-reception"]),
    ("行业会议", &["meeting"]),
    ("走访入户", &["home-visit"]),
    ("意见反馈", &["feedback"]),
];

/// One occasion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Occasion {
    /// Its name.
    pub name: &'static str,
    /// The surveys that count as ratings of it.
    pub surveys: &'static [&'static str],
    /// How often it happened: unknown.
    pub happened: Option<u64>,
    /// How often a window was asked to have it rated; `None` where no window ever was,
    /// and nobody kept a record of it.
    pub asked: Option<u64>,
    /// Ratings by mode.
    pub rated: BTreeMap<&'static str, u64>,
    /// How many of them were checked by a call: unknown.
    pub verified: Option<u64>,
}

impl Occasion {
    /// All five.
    pub fn all(counts: &Counts, asked: &[Asked], units: super::Units<'_>) -> Vec<Self> {
        let one = |(name, surveys): (&'static str, &'static [&'static str])| {
            let is_of = |survey: &str| surveys.contains(&survey);
            let mut rated: BTreeMap<&str, u64> = Mode::ALL.map(|mode| (mode.name(), 0)).into();
            for leaf in counts
                .leaves
                .iter()
                .filter(|leaf| is_of(&leaf.place.survey))
            {
                *rated.entry(leaf.place.mode.name()).or_default() += leaf.counted.n;
            }
            let asked = asked.iter().filter(|asked| {
                is_of(&asked.survey) && units.is_none_or(|units| units.contains(&asked.unit))
            });
            let asked: u64 = asked.map(|asked| asked.asked).sum();
            Self {
                name,
                surveys,
                happened: None,
                asked: Some(asked).filter(|asked| *asked > 0),
                rated,
                verified: None,
            }
        };
        OCCASIONS.into_iter().map(one).collect()
    }
}
