//! All that the figures of a week are made of, read once: the reports of any units, and
//! units rolled up under those above them, are pure functions of it.

use std::collections::BTreeMap;

use manyi_model::statistics::Week;

use super::against::{Earlier, Other, Why};
use super::close;
use super::counts::Counts;
use super::figures::Figures;
use super::inputs::{Inputs, Past};
use super::wordings::Wordings;
use super::{Error, Frozen, Report, Units, count};
use crate::store::Store;
use crate::store::editions::Edition;

/// A week, or one part of it, with the weeks that it is held against.
#[derive(Debug)]
pub struct Sources {
    pub(super) week: Week,
    pub(super) edition: Option<Edition>,
    pub(super) counts: Counts,
    pub(super) inputs: Inputs,
    past: [Past; 2],
    pub(super) wordings: Wordings,
}

impl Sources {
    /// A week as it stands now, closed or not: all that has come for it so far.
    ///
    /// # Errors
    /// When the database fails, or a row in it is not what was put there.
    pub async fn live(store: &Store, week: Week, now: i64) -> Result<Self, Error> {
        let inputs = Inputs::gather(store, week, now).await?;
        let wordings = Wordings::load(store).await?;
        let counts = count(store, week, None, &inputs, &wordings).await?;
        Self::new(store, (week, None), counts, inputs, wordings).await
    }

    /// A closed week or a supplement, out of what was kept of it.
    ///
    /// # Errors
    /// When the database fails, or what was kept cannot be read.
    pub async fn closed(store: &Store, edition: &Edition) -> Result<Self, Error> {
        let made = edition
            .made
            .as_ref()
            .ok_or_else(|| Error::Row("the week was closed and never made".to_owned()))?;
        let at = (close::week(edition)?, Some(edition.clone()));
        let counts = Frozen::read(made)?.counts;
        let wordings = Wordings::load(store).await?;
        Self::new(store, at, counts, close::inputs(made)?, wordings).await
    }

    /// A closed week or a supplement, counted again out of its responses.
    pub(super) async fn of_edition(
        store: &Store,
        edition: &Edition,
        inputs: Inputs,
    ) -> Result<Self, Error> {
        let week = close::week(edition)?;
        let wordings = Wordings::load(store).await?;
        let counts = count(store, week, Some(edition.part), &inputs, &wordings).await?;
        let at = (week, Some(edition.clone()));
        Self::new(store, at, counts, inputs, wordings).await
    }

    async fn new(
        store: &Store,
        (week, edition): (Week, Option<Edition>),
        counts: Counts,
        inputs: Inputs,
        wordings: Wordings,
    ) -> Result<Self, Error> {
        let past = inputs.earlier(store).await?;
        Ok(Self {
            week,
            edition,
            counts,
            inputs,
            past,
            wordings,
        })
    }

    /// The report of some units, or of all of them.
    pub fn report(&self, units: Units<'_>) -> Report {
        Report::new(self, units)
    }

    /// The figures of some units, or of all of them, rolled up: `above` says of a unit
    /// under which one it is counted; one that it does not hold stands for itself.
    pub fn rolled_up(&self, units: Units<'_>, above: &BTreeMap<String, String>) -> Figures {
        let counts = self.counts.of(units).renamed(above);
        let mut asked = self.inputs.asked.clone();
        for one in &mut asked {
            if let Some(name) = above.get(&one.unit) {
                one.unit.clone_from(name);
            }
        }
        let earlier = self.earlier(|counts| counts.of(units).renamed(above));
        let asked = (!self.is_supplement()).then_some(asked.as_slice());
        let wordings = self.wordings.answered(&counts.versions);
        Figures::new(&counts, asked, &earlier, &wordings)
    }

    /// Whether it is what came after a week was closed: a remainder, compared with
    /// nothing.
    pub(super) fn is_supplement(&self) -> bool {
        self.edition
            .as_ref()
            .is_some_and(|edition| edition.part > 0)
    }

    /// The weeks to be held against, each with what `part` takes of its counts.
    pub(super) fn earlier(&self, part: impl Fn(&Counts) -> Counts) -> Earlier {
        let other = |past: &Past| match past {
            _ if self.is_supplement() => Other::unknown(Why::Supplement),
            Ok(counts) => Other::closed(&part(counts)),
            Err(why) => Other::unknown(*why),
        };
        Earlier {
            week: other(&self.past[0]),
            year: other(&self.past[1]),
        }
    }
}
