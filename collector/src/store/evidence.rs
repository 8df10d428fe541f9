//! What a week's figures are made of beside responses: the roster, what windows were
//! asked, which windows usually have ratings. Kept with a closed week as it was then,
//! since all of it may change afterwards.

use manyi_model::statistics::Week;
use serde::{Deserialize, Serialize};

use super::roster::on_duty;
use super::triggers::outcomes;
use super::{Error, Store};
use crate::wall;

/// A shift of the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDuty {
    /// The unit.
    pub unit: String,
    /// The window.
    pub window: String,
    /// The first moment, in milliseconds since 1970.
    pub from: i64,
    /// The first moment after it.
    pub to: i64,
    /// The officer, as an opaque token.
    pub officer: String,
}

/// How many a window was asked, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The survey's id.
    pub survey: String,
    /// The unit.
    pub unit: String,
    /// The window.
    pub window: String,
    /// The officer: as the clerk's system said, else who was on duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// By which channel the answer comes, where it is not the window's tablet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Asked for: the denominator.
    pub asked: u64,
    /// On the screen.
    pub shown: u64,
    /// Rated.
    pub answered: u64,
    /// Left alone.
    pub timed_out: u64,
    /// Refused.
    pub declined: u64,
    /// Overtaken by a newer one.
    pub replaced: u64,
}

/// A window that had ratings in the weeks before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// The unit.
    pub unit: String,
    /// The window.
    pub window: String,
    /// How many it had in them.
    pub n: u64,
}

/// How often one of the five occasions happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// The unit.
    pub unit: String,
    /// The occasion's code.
    pub occasion: String,
    /// The officer, as an opaque token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// How often.
    pub n: u64,
}

impl Store {
    /// Keeps how often occasions happened on a day each (its midnight in China, in
    /// milliseconds since 1970), in place of what was said of the same before.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn put_happened(&self, days: &[(i64, Happened)]) -> Result<(), Error> {
        let mut work = self.begin().await?;
        for (day, happened) in days {
            sqlx::query(
                "INSERT INTO happened (unit, day, occasion, officer, n) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (unit, day, occasion, officer) \
                 DO UPDATE SET n = excluded.n",
            )
            .bind(happened.unit.as_str())
            .bind(*day)
            .bind(happened.occasion.as_str())
            .bind(happened.officer.as_deref().unwrap_or_default())
            .bind(i64::try_from(happened.n).unwrap_or(i64::MAX))
            .execute(work.connection()?)
            .await?;
        }
        work.commit().await
    }

    /// How often occasions happened in a week, by unit, occasion and officer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn happened_in(&self, week: Week) -> Result<Vec<Happened>, Error> {
        let (from, to) = wall::span(week);
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "SELECT unit, occasion, officer, CAST(SUM(n) AS BIGINT) FROM happened \
             WHERE day >= $1 AND day < $2 GROUP BY unit, occasion, officer \
             ORDER BY unit, occasion, officer",
        )
        .bind(from)
        .bind(to)
        .fetch_all(&self.pool)
        .await?;
        let happened = rows
            .into_iter()
            .map(|(unit, occasion, officer, n)| Happened {
                unit,
                occasion,
                officer: Some(officer).filter(|officer| !officer.is_empty()),
                n: count(n),
            });
        Ok(happened.collect())
    }

    /// The shifts that reach into a week.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shifts_of(&self, week: Week) -> Result<Vec<OnDuty>, Error> {
        let (from, to) = wall::span(week);
        let rows: Vec<(String, String, i64, i64, String)> = sqlx::query_as(
            "SELECT unit, service_window, begins_at, ends_at, officer FROM roster \
             WHERE begins_at < $1 AND ends_at > $2 ORDER BY unit, service_window, begins_at",
        )
        .bind(to)
        .bind(from)
        .fetch_all(&self.pool)
        .await?;
        let shifts = rows
            .into_iter()
            .map(|(unit, window, from, to, officer)| OnDuty {
                unit,
                window,
                from,
                to,
                officer,
            });
        Ok(shifts.collect())
    }

    /// What windows were asked in a week, by survey, unit, window, officer and channel; by the
    /// server's clock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asked_in(&self, week: Week) -> Result<Vec<Asked>, Error> {
        type Counted = (
            String,
            String,
            String,
            String,
            Option<String>,
            i64,
            i64,
            i64,
            i64,
            i64,
            i64,
        );
        let (from, to) = wall::span(week);
        let rows: Vec<Counted> = sqlx::query_as(concat!(
            "SELECT survey_id, unit, service_window, COALESCE(t.officer, ",
            on_duty!("t", "asked_at"),
            ", ''), channel, ",
            outcomes!(),
            " FROM triggers t WHERE asked_at >= $1 AND asked_at < $2 \
             GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
        ))
        .bind(from)
        .bind(to)
        .fetch_all(&self.pool)
        .await?;
        let asked = rows.into_iter().map(|row| Asked {
            survey: row.0,
            unit: row.1,
            window: row.2,
            officer: Some(row.3).filter(|officer| !officer.is_empty()),
            channel: row.4,
            asked: count(row.5),
            shown: count(row.6),
            answered: count(row.7),
            timed_out: count(row.8),
            declined: count(row.9),
            replaced: count(row.10),
        });
        Ok(asked.collect())
    }

    /// The windows that had ratings in the weeks from `first` on and before `week`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn usual_windows(&self, first: Week, week: Week) -> Result<Vec<Usual>, Error> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT unit, service_window, COUNT(*) FROM responses \
             WHERE week >= $1 AND week < $2 AND unit IS NOT NULL AND service_window IS NOT NULL \
             GROUP BY unit, service_window ORDER BY unit, service_window",
        )
        .bind(first.to_string())
        .bind(week.to_string())
        .fetch_all(&self.pool)
        .await?;
        let windows = rows.into_iter().map(|(unit, window, n)| Usual {
            unit,
            window,
            n: count(n),
        });
        Ok(windows.collect())
    }

    /// How many numbers of each device never came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn missing_by_device(&self) -> Result<Vec<(String, u64)>, Error> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT device_id, CAST(SUM(last_seq - first_seq + 1) AS BIGINT) FROM gaps \
             GROUP BY device_id ORDER BY device_id",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(device, n)| (device, count(n)))
            .collect())
    }
}

/// The database counts in numbers with a sign.
fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}
