//! Which week and part a response belongs to. Said once, in the transaction that stores
//! it; docs/collation.md says why by this time and no other.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use manyi_model::Channel;
use manyi_model::statistics::Week;
use sqlx::{AnyConnection, Row as _};

use super::responses::Row;
use super::{Error, Store};
use crate::{clock, limits, wall};

/// Where a response stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filed {
    /// When it was given, in milliseconds since 1970; `None` where the device's clock is
    /// not believed.
    pub answered_at: Option<i64>,
    /// Its week.
    pub week: String,
    /// 0 until the week is closed, then the number of the next supplement.
    pub part: i64,
}

/// A response for collating.
#[derive(Clone, Debug)]
pub struct Collated {
    /// When it was given, in milliseconds since 1970; `None` where the device's clock is
    /// not believed.
    pub answered_at: Option<i64>,
    /// The response as canonical JSON.
    pub body: String,
}

/// How a week stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The week, such as `2026-W47`.
    pub week: String,
    /// How often it has been closed: the week and its supplements.
    pub parts: i64,
    /// Its responses.
    pub responses: i64,
    /// Those of them that no edition has yet.
    pub waiting: i64,
}

/// Says for each of `rows` where it stands, and holds their weeks until the commit:
/// nobody closes one of them meanwhile.
pub(super) async fn file(
    connection: &mut AnyConnection,
    rows: impl Iterator<Item = &Row>,
) -> Result<Vec<Filed>, Error> {
    let mut filed = Vec::new();
    // In the order of their names, so that two collectors never wait for each other.
    let mut parts: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows {
        let skew_ms = skew(connection, row).await?;
        let said = row.response.submitted_at.as_deref().and_then(clock::parse);
        let answered_at = moment(said, skew_ms, row.received_at);
        let week = wall::week_of(answered_at.unwrap_or(row.received_at)).to_string();
        parts.insert(week.clone(), 0);
        filed.push(Filed {
            answered_at,
            week,
            part: 0,
        });
    }
    for (week, part) in &mut parts {
        (*part,) = sqlx::query_as(
            "INSERT INTO weeks (week, parts) VALUES ($1, 0) \
             ON CONFLICT (week) DO UPDATE SET parts = weeks.parts RETURNING parts",
        )
        .bind(week.as_str())
        .fetch_one(&mut *connection)
        .await?;
    }
    for one in &mut filed {
        one.part = parts.get(&one.week).copied().unwrap_or_default();
    }
    Ok(filed)
}

/// How far the clock of the tablet is ahead that a response came from, in milliseconds.
async fn skew(connection: &mut AnyConnection, row: &Row) -> Result<i64, Error> {
    let (Channel::Kiosk, Some(device)) = (row.response.channel, &row.response.device) else {
        return Ok(0);
    };
    let known: Option<(Option<i64>,)> =
        sqlx::query_as("SELECT skew_ms FROM tablets WHERE tablet_id = $1")
            .bind(device.id.as_str())
            .fetch_optional(connection)
            .await?;
    Ok(known.and_then(|(skew_ms,)| skew_ms).unwrap_or(0))
}

/// When a response was given that came at `received_at`, all in milliseconds: what the
/// device's clock `said`, put right by how far it is ahead. `None` where that cannot
/// be: nobody is better than the wrong officer.
fn moment(said: Option<i64>, skew_ms: i64, received_at: i64) -> Option<i64> {
    let Some(said) = said else {
        return Some(received_at);
    };
    let at = said.saturating_sub(skew_ms);
    let waited = received_at.saturating_sub(at);
    let is_possible = (-limits::SKEW_MS..=limits::BELIEVED_MS).contains(&waited);
    is_possible.then_some(at.min(received_at))
}

impl Store {
    /// Gives every row its week that an earlier release has stored, some hundred at a
    /// time, so that whoever stores others in between waits for nothing long. What the
    /// roster's moments say of a row stays true for it.
    pub(super) async fn file_the_rest(&self) -> Result<(), Error> {
        type Old = (String, i64, Option<String>, Option<i64>);
        loop {
            let rows: Vec<Old> = sqlx::query_as(
                "SELECT r.id, r.received_at, r.submitted_at, m.answered_at \
                 FROM responses r LEFT JOIN moments m ON m.response_id = r.id \
                 WHERE r.week IS NULL LIMIT 500",
            )
            .fetch_all(&self.pool)
            .await?;
            if rows.is_empty() {
                return Ok(());
            }
            let mut work = self.begin().await?;
            let connection = work.connection()?;
            for (id, received_at, said, noted) in rows {
                let said = said.as_deref().and_then(clock::parse);
                let answered_at = noted.or(moment(said, 0, received_at));
                let week = wall::week_of(answered_at.unwrap_or(received_at));
                // No week was ever closed before there was this column.
                sqlx::query(
                    "UPDATE responses SET answered_at = $1, week = $2, part = 0 \
                     WHERE id = $3 AND week IS NULL",
                )
                .bind(answered_at)
                .bind(week.to_string())
                .bind(id)
                .execute(&mut *connection)
                .await?;
                sqlx::query(
                    "INSERT INTO weeks (week, parts) VALUES ($1, 0) ON CONFLICT (week) DO NOTHING",
                )
                .bind(week.to_string())
                .execute(&mut *connection)
                .await?;
            }
            work.commit().await?;
        }
    }

    /// A response as canonical JSON; `None` where there is none of this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn response(&self, id: &str) -> Result<Option<String>, Error> {
        let found: Option<(String,)> = sqlx::query_as("SELECT body FROM responses WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.map(|(body,)| body))
    }

    /// Every response of a week, or those of one part of it, in no order, one at a time.
    ///
    /// # Errors
    /// When the database fails, or `each` does.
    pub async fn each_of_week<E: From<Error>>(
        &self,
        week: Week,
        part: Option<i64>,
        mut each: impl FnMut(Collated) -> Result<(), E>,
    ) -> Result<(), E> {
        let week = week.to_string();
        let mut rows = match part {
            None => sqlx::query("SELECT answered_at, body FROM responses WHERE week = $1")
                .bind(week)
                .fetch(&self.pool),
            Some(part) => {
                sqlx::query("SELECT answered_at, body FROM responses WHERE week = $1 AND part = $2")
                    .bind(week)
                    .bind(part)
                    .fetch(&self.pool)
            }
        };
        while let Some(row) = rows.try_next().await.map_err(Error::from)? {
            each(Collated {
                answered_at: row.try_get(0).map_err(Error::from)?,
                body: row.try_get(1).map_err(Error::from)?,
            })?;
        }
        Ok(())
    }

    /// The weeks that have responses or are closed, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn weeks(&self) -> Result<Vec<State>, Error> {
        let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
            "SELECT w.week, w.parts, \
             (SELECT COUNT(*) FROM responses r WHERE r.week = w.week), \
             (SELECT COUNT(*) FROM responses r WHERE r.week = w.week AND r.part = w.parts) \
             FROM weeks w ORDER BY w.week",
        )
        .fetch_all(&self.pool)
        .await?;
        let states = rows
            .into_iter()
            .map(|(week, parts, responses, waiting)| State {
                week,
                parts,
                responses,
                waiting,
            });
        Ok(states.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    const NOW: i64 = 1_770_000_000_000;
    const HOUR: i64 = 3_600_000;
    const YEAR: i64 = 365 * 24 * HOUR;

    #[test]
    fn f33_the_devices_clock_is_put_right_or_not_believed() {
        assert_eq!(moment(None, 0, NOW), Some(NOW));
        assert_eq!(moment(Some(NOW - HOUR), 0, NOW), Some(NOW - HOUR));
        assert_eq!(moment(Some(NOW + 60_000), 0, NOW), Some(NOW));
        // Ten years ahead, and known to be.
        let ahead = 10 * YEAR;
        assert_eq!(
            moment(Some(NOW - HOUR + ahead), ahead, NOW),
            Some(NOW - HOUR)
        );
        // The same and not known; long ago; put right between answer and heartbeat.
        assert_eq!(moment(Some(NOW + ahead), 0, NOW), None);
        assert_eq!(moment(Some(NOW - YEAR), 0, NOW), None);
        assert_eq!(moment(Some(NOW - HOUR), ahead, NOW), None);
        assert_eq!(moment(Some(i64::MIN), 1, NOW), None);
    }
}
