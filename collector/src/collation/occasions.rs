//! 五必评: five occasions on which people must be asked (昌吉三工). How often each happened
//! other systems must say, and how many of the ratings were checked nobody does yet: what
//! is not known is called unknown, and no rate is made of it.

use std::collections::{BTreeMap, BTreeSet};

use manyi_model::Mode;
use serde::Serialize;

use super::counts::Counts;
use super::inputs::Inputs;

/// Code and name of each occasion, and the ready surveys that are for it.
pub(super) const OCCASIONS: [(&str, &str, &[&str]); 5] = [
    ("incident", "接处警", &["response-110"]),
    ("reception", "接待来访", &["visitor-reception"]),
    ("meeting", "行业会议", &["meeting"]),
    ("home_visit", "走访入户", &["home-visit"]),
    ("feedback", "意见反馈", &["feedback"]),
];

/// One occasion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Occasion {
    /// Its code.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The surveys that count as ratings of it.
    pub surveys: &'static [&'static str],
    /// All together.
    pub all: Covered,
    /// By officer, where one is named.
    pub officers: Vec<Officer>,
}

/// How often it happened, was asked for and was rated. They stand beside each other and
/// are not divided: several people may rate one case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// How often it happened; `None` where nobody said.
    pub happened: Option<u64>,
    /// How often a window was asked to have it rated; `None` where no window ever was,
    /// and nobody kept a record of it.
    pub asked: Option<u64>,
    /// Ratings by mode.
    pub rated: BTreeMap<&'static str, u64>,
    /// How many of them were checked by a call: unknown.
    pub verified: Option<u64>,
}

/// The same of one officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Officer {
    /// The unit.
    pub unit: String,
    /// The officer.
    pub officer: String,
    /// How often.
    pub covered: Covered,
}

/// One count, and whose it is.
struct Counted<'a> {
    unit: Option<&'a str>,
    officer: Option<&'a str>,
    n: u64,
}

impl Occasion {
    /// All five, in some units or all of them; `inputs` is `None` for a supplement.
    pub fn all(counts: &Counts, inputs: Option<&Inputs>, units: super::Units<'_>) -> Vec<Self> {
        let one = |(id, name, surveys): (&'static str, &'static str, &'static [&'static str])| {
            let is_of = |survey: &str| surveys.contains(&survey);
            let is_in = |unit: &str| units.is_none_or(|units| units.contains(unit));
            let happened: Vec<Counted<'_>> = inputs
                .iter()
                .flat_map(|inputs| &inputs.happened)
                .filter(|happened| happened.occasion == id && is_in(&happened.unit))
                .map(|one| Counted {
                    unit: Some(&one.unit),
                    officer: one.officer.as_deref(),
                    n: one.n,
                })
                .collect();
            let asked: Vec<Counted<'_>> = inputs
                .iter()
                .flat_map(|inputs| &inputs.asked)
                .filter(|asked| is_of(&asked.survey) && is_in(&asked.unit))
                .map(|one| Counted {
                    unit: Some(&one.unit),
                    officer: one.officer.as_deref(),
                    n: one.asked,
                })
                .collect();
            let leaves = counts
                .leaves
                .iter()
                .filter(|leaf| is_of(&leaf.place.survey));
            let rated: Vec<(Mode, Counted<'_>)> = leaves
                .map(|leaf| {
                    let counted = Counted {
                        unit: leaf.place.unit.as_deref(),
                        officer: leaf.place.officer.as_deref(),
                        n: leaf.counted.n,
                    };
                    (leaf.place.mode, counted)
                })
                .collect();
            let covered = |whose: Option<(&str, &str)>| {
                let fits = |one: &Counted<'_>| {
                    whose.is_none_or(|(unit, officer)| {
                        one.unit == Some(unit) && one.officer == Some(officer)
                    })
                };
                let sum = |all: &[Counted<'_>]| {
                    let own = all.iter().filter(|one| fits(one)).map(|one| one.n);
                    own.fold(None, |sum: Option<u64>, n| {
                        Some(sum.unwrap_or_default() + n)
                    })
                };
                let mut by_mode: BTreeMap<&str, u64> =
                    Mode::ALL.map(|mode| (mode.name(), 0)).into();
                for (mode, counted) in rated.iter().filter(|(_, counted)| fits(counted)) {
                    *by_mode.entry(mode.name()).or_default() += counted.n;
                }
                Covered {
                    happened: sum(&happened),
                    asked: sum(&asked),
                    rated: by_mode,
                    verified: None,
                }
            };
            let everyone = happened
                .iter()
                .chain(&asked)
                .chain(rated.iter().map(|(_, one)| one));
            let named: BTreeSet<(&str, &str)> = everyone
                .filter_map(|one| Some((one.unit?, one.officer?)))
                .collect();
            Self {
                id,
                name,
                surveys,
                all: covered(None),
                officers: named
                    .into_iter()
                    .map(|(unit, officer)| Officer {
                        unit: unit.to_owned(),
                        officer: officer.to_owned(),
                        covered: covered(Some((unit, officer))),
                    })
                    .collect(),
            }
        };
        OCCASIONS.into_iter().map(one).collect()
    }
}
