//! One response for the desk: all that is known of it and of the way that it came.

use manyi_model::Response;
use sqlx::AnyConnection;

use super::audit::{self, Act, Actor, Note};
use super::roster::on_duty;
use super::{Error, Store};
use crate::desk::reach::Reach;

/// A response and the way that it came.
#[derive(Clone, Debug)]
pub struct Record {
    /// The response.
    pub response: Response,
    /// When the server had it, in milliseconds since 1970.
    pub received_at: i64,
    /// When it was given; `None` where the device's clock is not believed.
    pub answered_at: Option<i64>,
    /// The hash of the definition it answers.
    pub definition_hash: String,
    /// Its week.
    pub week: Option<String>,
    /// The part of the week, where that has been closed.
    pub closed_part: Option<i64>,
    /// Who was on duty, where it names no officer.
    pub duty_officer: Option<String>,
    /// The names of its flags.
    pub flags: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// When other content came under its id, in milliseconds since 1970.
    pub conflicts: Vec<i64>,
    /// The tablet, where it came from one that is enrolled.
    pub tablet: Option<Tablet>,
}

/// The tablet that a response came from.
#[derive(Clone, Debug)]
pub struct Tablet {
    /// What it is called.
    pub name: String,
    /// Responses that were refused and lie on it, as it said last.
    pub quarantined: i64,
    /// How far its clock is ahead, in milliseconds, as it said last.
    pub skew_ms: Option<i64>,
}

/// The unit of a response that is within reach; empty where it names none. `None` where
/// there is no such response, or it is out of reach.
pub(super) async fn unit_of(
    connection: &mut AnyConnection,
    id: &str,
    reach: &Reach,
) -> Result<Option<String>, Error> {
    let found: Option<(Option<String>,)> =
        sqlx::query_as("SELECT unit FROM responses WHERE id = $1")
            .bind(id)
            .fetch_optional(connection)
            .await?;
    Ok(found.and_then(|(unit,)| match unit {
        Some(unit) => reach.holds(&unit).then_some(unit),
        None => reach.is_all().then(String::new),
    }))
}

impl Store {
    /// One response; `None` where there is none of this id within reach.
    ///
    /// # Errors
    /// When the database fails, or the row is not what was put there.
    pub async fn record(&self, id: &str, reach: &Reach) -> Result<Option<Record>, Error> {
        let mut connection = self.pool.acquire().await?;
        if unit_of(&mut connection, id, reach).await?.is_none() {
            return Ok(None);
        }
        type Row = (
            i64,
            Option<i64>,
            String,
            String,
            Option<String>,
            Option<i64>,
            Option<String>,
        );
        let row: Option<Row> = sqlx::query_as(concat!(
            "SELECT r.received_at, r.answered_at, r.definition_hash, r.body, r.week, \
             (SELECT r.part FROM weeks w WHERE w.week = r.week AND w.parts > r.part), ",
            on_duty!("m", "answered_at"),
            " FROM responses r LEFT JOIN moments m ON m.response_id = r.id WHERE r.id = $1"
        ))
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
        let Some((received_at, answered_at, definition_hash, body, week, closed_part, duty)) = row
        else {
            return Ok(None);
        };
        let response: Response = serde_json::from_str(&body)
            .map_err(|error| Error::new(format!("the response {id} cannot be read: {error}")))?;
        let flags: Vec<(String,)> = sqlx::query_as(
            "SELECT g.flag FROM flags g JOIN finds f ON f.n = g.n WHERE f.response_id = $1 ORDER BY g.flag",
        )
        .bind(id)
        .fetch_all(&mut *connection)
        .await?;
        let tags: Vec<(String,)> =
            sqlx::query_as("SELECT tag FROM tags WHERE response_id = $1 ORDER BY tag")
                .bind(id)
                .fetch_all(&mut *connection)
                .await?;
        let conflicts: Vec<(i64,)> =
            sqlx::query_as("SELECT received_at FROM conflicts WHERE id = $1 ORDER BY received_at")
                .bind(id)
                .fetch_all(&mut *connection)
                .await?;
        let device = response.device.as_ref().map(|device| device.id.clone());
        let tablet: Option<(String, Option<i64>, Option<i64>)> =
            sqlx::query_as("SELECT name, quarantined, skew_ms FROM tablets WHERE tablet_id = $1")
                .bind(device)
                .fetch_optional(&mut *connection)
                .await?;
        Ok(Some(Record {
            response,
            received_at,
            answered_at,
            definition_hash,
            week,
            closed_part,
            duty_officer: duty,
            flags: flags.into_iter().map(|(flag,)| flag).collect(),
            tags: tags.into_iter().map(|(tag,)| tag).collect(),
            conflicts: conflicts.into_iter().map(|(at,)| at).collect(),
            tablet: tablet.map(|(name, quarantined, skew_ms)| Tablet {
                name,
                quarantined: quarantined.unwrap_or_default(),
                skew_ms,
            }),
        }))
    }

    /// Writes down that somebody is about to see the answer to `question`, and why; only
    /// then it may be shown. Says whether there is such a response within reach.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_seen(
        &self,
        (id, question): (&str, &str),
        reason: &str,
        reach: &Reach,
        actor: &Actor,
        now: i64,
    ) -> Result<bool, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let Some(unit) = unit_of(connection, id, reach).await? else {
            work.undo().await?;
            return Ok(false);
        };
        let note = Note {
            actor,
            act: Act::PersonalSeen,
            unit: &unit,
            about: &format!("{id} {question}"),
            reason,
        };
        audit::note(connection, &note, now).await?;
        work.commit().await?;
        Ok(true)
    }
}
