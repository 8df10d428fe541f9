//! What is missing: silence is not satisfaction.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::counts::Counts;
use super::inputs::{Inputs, TabletState};

/// All that is missing in a week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Windows without a single rating that have a tablet, had ratings in the weeks before
    /// or were asked to have people rate.
    pub silent: Vec<Silent>,
    /// Tablets that have not spoken, or on which something waits: their ratings may still
    /// come, in a supplement.
    pub tablets: Vec<TabletState>,
}

/// A window without ratings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Silent {
    /// The unit.
    pub unit: String,
    /// The window.
    pub window: String,
    /// Tablets there.
    pub tablets: u64,
    /// Ratings in the four weeks before.
    pub usual: u64,
    /// How often it was asked in this week.
    pub asked: u64,
}

impl Missing {
    /// What is missing, in some units or in all of them.
    pub fn new(counts: &Counts, inputs: &Inputs, units: super::Units<'_>) -> Self {
        let is_in = |unit: &str| units.is_none_or(|units| units.contains(unit));
        let heard: BTreeSet<(&str, &str)> = counts
            .leaves
            .iter()
            .filter_map(|leaf| Some((leaf.place.unit.as_deref()?, leaf.place.window.as_deref()?)))
            .collect();
        let mut silent: BTreeMap<(&str, &str), Silent> = BTreeMap::new();
        let mut at = |unit, window, note: &dyn Fn(&mut Silent)| {
            if is_in(unit) && !heard.contains(&(unit, window)) {
                note(silent.entry((unit, window)).or_default());
            }
        };
        for tablet in &inputs.tablets {
            at(&tablet.unit, &tablet.window, &|silent| silent.tablets += 1);
        }
        for usual in &inputs.usual {
            at(&usual.unit, &usual.window, &|silent| {
                silent.usual += usual.n
            });
        }
        for asked in &inputs.asked {
            at(&asked.unit, &asked.window, &|silent| {
                silent.asked += asked.asked
            });
        }
        let silent = silent.into_iter().map(|((unit, window), silent)| Silent {
            unit: unit.to_owned(),
            window: window.to_owned(),
            ..silent
        });
        let is_missing = |tablet: &&TabletState| {
            is_in(&tablet.unit)
                && (tablet.is_late
                    || tablet.waiting > 0
                    || tablet.quarantined > 0
                    || tablet.missing > 0)
        };
        Self {
            silent: silent.collect(),
            tablets: inputs.tablets.iter().filter(is_missing).cloned().collect(),
        }
    }
}
