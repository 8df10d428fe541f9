//! Closes a week, and proves a closed one.

use manyi_model::hash;
use manyi_model::statistics::Week;

use super::Error;
use super::inputs::Inputs;
use super::sources::Sources;
use crate::store::Store;
use crate::store::audit::Actor;
use crate::store::editions::{Edition, Made};
use crate::wall;

/// What became of closing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// There is a new edition.
    Made(Edition),
    /// The week is closed, and nothing has come for it since.
    NothingNew,
}

/// Whether a closed week comes out of the rows again as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// To the byte.
    Same,
    /// What was kept has not the hash that was kept with it: it was changed.
    Changed,
    /// The rows give another one: rows were deleted or changed, or this release counts
    /// differently. Holds how many responses there were and are.
    Differs {
        /// Responses in the closed week.
        then: u64,
        /// Responses now.
        now: u64,
    },
}

/// Closes a week that is over; of one that is closed, makes a supplement of what has come
/// since. Ends, too, what an earlier attempt did not.
///
/// # Errors
/// When the week is not over, the database fails, or a row in it is not what was put
/// there.
pub async fn close(store: &Store, week: Week, actor: &Actor, now: i64) -> Result<Closed, Error> {
    let (_, ends) = wall::span(week);
    if now < ends {
        return Err(Error::NotOver(wall::rfc3339(ends)));
    }
    let editions = store.editions_of(week).await?;
    let begun = editions.into_iter().find(|edition| edition.made.is_none());
    let edition = match begun {
        Some(edition) => edition,
        None => match store.close_week(week, actor, now).await? {
            Some(edition) => edition,
            None => return Ok(Closed::NothingNew),
        },
    };
    let inputs = Inputs::gather(store, week, now).await?;
    let made = make(store, &edition, &inputs).await?;
    Ok(Closed::Made(
        store.make_edition(edition.number, &made).await?,
    ))
}

/// Makes the edition once more, out of the rows and what was kept beside them.
///
/// # Errors
/// When the database fails, or a row in it is not what was put there.
pub async fn prove(store: &Store, edition: &Edition) -> Result<Proof, Error> {
    let kept = edition
        .made
        .as_ref()
        .ok_or_else(|| Error::Row("the week was closed and never made".to_owned()))?;
    if hash::sha256(&kept.body) != kept.hash {
        return Ok(Proof::Changed);
    }
    let again = make(store, edition, &inputs(kept)?).await?;
    if again.body == kept.body {
        return Ok(Proof::Same);
    }
    Ok(Proof::Differs {
        then: super::Frozen::read(kept)?.counts.responses,
        now: super::Frozen::read(&again)?.counts.responses,
    })
}

async fn make(store: &Store, edition: &Edition, inputs: &Inputs) -> Result<Made, Error> {
    let report = Sources::of_edition(store, edition, inputs.clone())
        .await?
        .report(None);
    let body = report.canonical();
    Ok(Made {
        inputs: hash::canonical(&serde_json::to_value(inputs).unwrap_or_default()),
        hash: hash::sha256(&body),
        body,
    })
}

/// What was kept beside the figures.
pub(super) fn inputs(made: &Made) -> Result<Inputs, Error> {
    serde_json::from_str(&made.inputs).map_err(|error| {
        Error::Row(format!(
            "what a week was closed with cannot be read: {error}"
        ))
    })
}

pub(super) fn week(edition: &Edition) -> Result<Week, Error> {
    Week::parse(&edition.week).ok_or_else(|| Error::Row(format!("`{}` is no week", edition.week)))
}
