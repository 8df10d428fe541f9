//! What a week is collated from beside its responses, as it stands when that is done. It
//! is kept with a closed week: the roster is put right, tablets come back and triggers
//! are answered late, and the closed week must come out the same all the same.

use manyi_model::statistics::Week;
use serde::{Deserialize, Serialize};

use super::against::Why;
use super::counts::Counts;
use super::{Error, Frozen};
use crate::limits;
use crate::store::Store;
use crate::store::evidence::{Asked, Happened, OnDuty, Usual};
use crate::store::tablets::Listed;
use crate::wall;

/// All of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Inputs {
    /// When that was, in milliseconds since 1970.
    pub as_of: i64,
    /// Who was on duty.
    pub shifts: Vec<OnDuty>,
    /// What windows were asked.
    pub asked: Vec<Asked>,
    /// How often the five occasions happened, as far as other systems have said.
    pub happened: Vec<Happened>,
    /// The tablets that were there in the week.
    pub tablets: Vec<TabletState>,
    /// The windows that had ratings in the weeks before.
    pub usual: Vec<Usual>,
    /// The editions of the week before.
    pub week: Reference,
    /// Those of the same week a year before.
    pub year: Reference,
}

/// A tablet at a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TabletState {
    /// Its id.
    pub device: String,
    /// What people call it.
    pub name: String,
    /// The unit.
    pub unit: String,
    /// The window.
    pub window: String,
    /// When it last spoke, in milliseconds since 1970.
    pub heard_at: Option<i64>,
    /// Whether it should have spoken since.
    pub is_late: bool,
    /// Responses that waited on it then, and were still to come.
    pub waiting: i64,
    /// Responses that it has set apart for staff.
    pub quarantined: i64,
    /// Numbers of it that never came.
    pub missing: u64,
}

/// A week to be held against, by its editions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The week; `None` where there is no such one.
    pub week: Option<String>,
    /// Numbers and hashes of its editions at that time; empty where it was not closed.
    pub editions: Vec<(i64, String)>,
}

impl Inputs {
    /// Gathers them for a week.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gather(store: &Store, week: Week, now: i64) -> Result<Self, Error> {
        let missing = store.missing_by_device().await?;
        let missing = |device: &str| {
            let found = missing.iter().find(|(id, _)| id == device);
            found.map_or(0, |(_, n)| *n)
        };
        let (from, to) = wall::span(week);
        let was_there = |listed: &Listed| {
            listed.enrolled_at < to && listed.revoked_at.is_none_or(|revoked| revoked > from)
        };
        let mut tablets: Vec<TabletState> = store
            .tablets()
            .await?
            .into_iter()
            .filter(was_there)
            .map(|listed| TabletState {
                is_late: listed.is_late(now),
                heard_at: listed.heard_at,
                waiting: listed.last.as_ref().map_or(0, |last| last.queue),
                quarantined: listed.last.as_ref().map_or(0, |last| last.quarantined),
                missing: missing(&listed.tablet.id),
                device: listed.tablet.id,
                name: listed.tablet.name,
                unit: listed.tablet.post.unit,
                window: listed.tablet.post.window,
            })
            .collect();
        tablets
            .sort_by(|a, b| (&a.unit, &a.window, &a.device).cmp(&(&b.unit, &b.window, &b.device)));
        let mut first = week;
        for _ in 0..limits::USUAL_WEEKS {
            first = first.before().unwrap_or(first);
        }
        Ok(Self {
            as_of: now,
            shifts: store.shifts_of(week).await?,
            asked: store.asked_in(week).await?,
            happened: store.happened_in(week).await?,
            tablets,
            usual: store.usual_windows(first, week).await?,
            week: reference(store, week.before()).await?,
            year: reference(store, week.year_before()).await?,
        })
    }

    /// What was counted in the two weeks that this one is held against: the week before,
    /// and the same week a year before.
    ///
    /// # Errors
    /// When the database fails, or an edition is not what it was.
    pub async fn earlier(&self, store: &Store) -> Result<[Past; 2], Error> {
        Ok([self.week.load(store).await?, self.year.load(store).await?])
    }
}

/// What was counted in an earlier week; why it cannot be compared with.
pub type Past = Result<Counts, Why>;

async fn reference(store: &Store, week: Option<Week>) -> Result<Reference, Error> {
    let Some(week) = week else {
        return Ok(Reference::default());
    };
    let editions = store.editions_of(week).await?.into_iter();
    let made = editions.filter_map(|edition| Some((edition.number, edition.made?.hash)));
    Ok(Reference {
        week: Some(week.to_string()),
        editions: made.collect(),
    })
}

impl Reference {
    async fn load(&self, store: &Store) -> Result<Past, Error> {
        if self.week.is_none() {
            return Ok(Err(Why::NoSuchWeek));
        }
        if self.editions.is_empty() {
            return Ok(Err(Why::NotClosed));
        }
        let mut parts = Vec::new();
        for (number, hash) in &self.editions {
            let edition = store.edition(*number).await?;
            let made = edition.and_then(|edition| edition.made);
            let Some(made) = made.filter(|made| made.hash == *hash) else {
                return Err(Error::Row(format!("edition {number} is not what it was")));
            };
            parts.push(Frozen::read(&made)?.counts);
        }
        Ok(Ok(Counts::sum(&parts)))
    }
}
