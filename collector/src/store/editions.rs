//! Closed weeks and their supplements: numbered, and never changed.

use manyi_model::statistics::Week;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::audit::{self, Act, Actor, Note};
use super::{Error, Store};

/// A closed week or a supplement to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Its number; they count up by one through all weeks.
    pub number: i64,
    /// The week, such as `2026-W47`.
    pub week: String,
    /// 0 for the week, from 1 on for its supplements.
    pub part: i64,
    /// When it was closed, in milliseconds since 1970.
    pub closed_at: i64,
    /// What it says; `None` where whoever closed it did not live to make it.
    pub made: Option<Made>,
}

/// What an edition says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What the figures were made of beside the responses, as canonical JSON.
    pub inputs: String,
    /// The figures, as canonical JSON.
    pub body: String,
    /// `sha256:…` of `body`.
    pub hash: String,
}

/// The columns of [`Edition`].
macro_rules! editions {
    ($where:literal) => {
        concat!(
            "SELECT number, week, part, closed_at, inputs, body, hash FROM editions ",
            $where
        )
    };
}

impl Store {
    /// Closes a week, or, where it is closed, ends its next supplement: what is stored
    /// from now on goes into the one after. The edition says nothing yet; see
    /// [`make_edition`](Self::make_edition). `None` where it would hold nothing new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_week(
        &self,
        week: Week,
        actor: &Actor,
        now: i64,
    ) -> Result<Option<Edition>, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let week = week.to_string();
        let (part,): (i64,) = sqlx::query_as(
            "INSERT INTO weeks (week, parts) VALUES ($1, 1) \
             ON CONFLICT (week) DO UPDATE SET parts = weeks.parts + 1 RETURNING parts - 1",
        )
        .bind(week.as_str())
        .fetch_one(&mut *connection)
        .await?;
        if part > 0 && !has_any(connection, &week, part).await? {
            work.undo().await?;
            return Ok(None);
        }
        let (number,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(number), 0) + 1 FROM editions")
            .fetch_one(&mut *connection)
            .await?;
        sqlx::query("INSERT INTO editions (number, week, part, closed_at) VALUES ($1, $2, $3, $4)")
            .bind(number)
            .bind(week.as_str())
            .bind(part)
            .bind(now)
            .execute(&mut *connection)
            .await?;
        let note = Note {
            actor,
            act: Act::WeekClosed,
            unit: "",
            about: &format!("{week} · {number}"),
            reason: "",
        };
        audit::note(connection, &note, now).await?;
        work.commit().await?;
        Ok(Some(Edition {
            number,
            week,
            part,
            closed_at: now,
            made: None,
        }))
    }

    /// Keeps what an edition says, unless it says something already, and gives what it
    /// says now.
    ///
    /// # Errors
    /// When the database fails, or there is no such edition.
    pub async fn make_edition(&self, number: i64, made: &Made) -> Result<Edition, Error> {
        sqlx::query(
            "UPDATE editions SET inputs = $1, body = $2, hash = $3 \
             WHERE number = $4 AND body IS NULL",
        )
        .bind(made.inputs.as_str())
        .bind(made.body.as_str())
        .bind(made.hash.as_str())
        .bind(number)
        .execute(&self.pool)
        .await?;
        let found = sqlx::query(editions!("WHERE number = $1"))
            .bind(number)
            .fetch_one(&self.pool)
            .await?;
        edition(&found)
    }

    /// The editions of a week, by part.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn editions_of(&self, week: Week) -> Result<Vec<Edition>, Error> {
        let rows = sqlx::query(editions!("WHERE week = $1 ORDER BY part"))
            .bind(week.to_string())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(edition).collect()
    }

    /// The edition of this number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn edition(&self, number: i64) -> Result<Option<Edition>, Error> {
        let row = sqlx::query(editions!("WHERE number = $1"))
            .bind(number)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(edition).transpose()
    }
}

async fn has_any(connection: &mut AnyConnection, week: &str, part: i64) -> Result<bool, Error> {
    let found: Option<(i64,)> = sqlx::query_as(
        "SELECT CAST(1 AS BIGINT) FROM responses WHERE week = $1 AND part = $2 LIMIT 1",
    )
    .bind(week)
    .bind(part)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

fn edition(row: &AnyRow) -> Result<Edition, Error> {
    let inputs: Option<String> = row.try_get(4)?;
    let body: Option<String> = row.try_get(5)?;
    let hash: Option<String> = row.try_get(6)?;
    let made = match (inputs, body, hash) {
        (Some(inputs), Some(body), Some(hash)) => Some(Made { inputs, body, hash }),
        _ => None,
    };
    Ok(Edition {
        number: row.try_get(0)?,
        week: row.try_get(1)?,
        part: row.try_get(2)?,
        closed_at: row.try_get(3)?,
        made,
    })
}
