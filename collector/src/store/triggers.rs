//! What windows were asked to show, and what became of it.

use manyi_model::Channel;
use sqlx::AnyConnection;

use super::responses::Row;
use super::roster::on_duty;
use super::{Error, Store};
use crate::limits;

/// A survey that a window is to show now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Its number: later ones have larger ones.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// When it was asked for, in milliseconds since 1970, like all times here.
    pub asked_at: i64,
    /// Until when it may be shown.
    pub expires_at: i64,
    /// The survey's id.
    pub survey: String,
    /// The officer, as an opaque token: as the clerk's system said, else who is on duty.
    pub officer: Option<String>,
    /// The matter, as an opaque token.
    pub matter: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// The unit.
    pub unit: &'a str,
    /// The window.
    pub window: &'a str,
    /// The survey's id.
    pub survey: &'a str,
    /// The officer, as an opaque token.
    pub officer: Option<&'a str>,
    /// The matter, as an opaque token.
    pub matter: Option<&'a str>,
}

/// What became of a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The person rated.
    Answered,
    /// Nobody did anything.
    TimedOut,
    /// The person said no.
    Declined,
}

impl Outcome {
    /// The name as written in JSON and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::TimedOut => "timed_out",
            Self::Declined => "declined",
        }
    }
}

/// How many of a window and officer were asked, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The unit.
    pub unit: String,
    /// The window.
    pub window: String,
    /// The officer; empty where none is known.
    pub officer: String,
    /// Asked for: the denominator.
    pub asked: i64,
    /// On the screen.
    pub shown: i64,
    /// Rated.
    pub answered: i64,
    /// Left alone.
    pub timed_out: i64,
    /// Refused.
    pub declined: i64,
    /// Overtaken by a newer one.
    pub replaced: i64,
}

impl Tally {
    /// Asked for, and nothing was heard of it: no tablet was there, or it is still
    /// on the screen, or the tablet died.
    pub fn unheard(&self) -> i64 {
        self.asked - self.answered - self.timed_out - self.declined - self.replaced
    }
}

/// SQL for how many triggers of a group there were, and what became of them.
macro_rules! outcomes {
    () => {
        "COUNT(*), COUNT(shown_at), \
         COUNT(CASE WHEN outcome = 'answered' THEN 1 END), \
         COUNT(CASE WHEN outcome = 'timed_out' THEN 1 END), \
         COUNT(CASE WHEN outcome = 'declined' THEN 1 END), \
         COUNT(CASE WHEN outcome = 'replaced' THEN 1 END)"
    };
}
pub(super) use outcomes;

impl Store {
    /// Asks a window to show a survey, in place of what it was asked before and has
    /// not ended; the same id again is the same trigger. `None` where the matter has
    /// been rated.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask(&self, id: &str, wish: &Wish<'_>, now: i64) -> Result<Option<Trigger>, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let known: Option<(i64, i64, i64)> = sqlx::query_as(
            "SELECT seq, asked_at, expires_at FROM triggers \
             WHERE id = $1 AND unit = $2 AND service_window = $3",
        )
        .bind(id)
        .bind(wish.unit)
        .bind(wish.window)
        .fetch_optional(&mut *connection)
        .await?;
        if let Some((seq, asked_at, expires_at)) = known {
            work.undo().await?;
            return Ok(Some(trigger(id, wish, seq, asked_at, expires_at)));
        }
        if let Some(matter) = wish.matter
            && is_rated(connection, wish.unit, matter).await?
        {
            work.undo().await?;
            return Ok(None);
        }
        sqlx::query(
            "UPDATE triggers SET outcome = 'replaced', outcome_at = $1 \
             WHERE unit = $2 AND outcome IS NULL AND expires_at > $1 \
             AND ((service_window = $3 AND channel IS NULL) OR matter = $4)",
        )
        .bind(now)
        .bind(wish.unit)
        .bind(wish.window)
        .bind(wish.matter)
        .execute(&mut *connection)
        .await?;
        let expires_at = now + limits::TRIGGER_LIFE_MS;
        let seq = put(connection, id, wish, now, expires_at, None).await?;
        work.commit().await?;
        Ok(Some(trigger(id, wish, seq, now, expires_at)))
    }

    /// What a window is to show now, if it is newer than number `after` and no tablet
    /// shows it yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pending(
        &self,
        unit: &str,
        window: &str,
        after: i64,
        now: i64,
    ) -> Result<Option<Trigger>, Error> {
        type Found = (
            i64,
            String,
            i64,
            i64,
            String,
            Option<String>,
            Option<String>,
        );
        let found: Option<Found> = sqlx::query_as(concat!(
            "SELECT seq, id, asked_at, expires_at, survey_id, COALESCE(t.officer, ",
            on_duty!("t", "asked_at"),
            "), matter FROM triggers t \
                 WHERE unit = $1 AND service_window = $2 AND seq > $3 AND outcome IS NULL \
                 AND shown_at IS NULL AND expires_at > $4 ORDER BY seq DESC LIMIT 1"
        ))
        .bind(unit)
        .bind(window)
        .bind(after)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(
            |(seq, id, asked_at, expires_at, survey, officer, matter)| Trigger {
                seq,
                id,
                asked_at,
                expires_at,
                survey,
                officer,
                matter,
            },
        ))
    }

    /// Notes that a window shows the trigger; false where the window has none of this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shown(&self, unit: &str, window: &str, id: &str, now: i64) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE triggers SET shown_at = COALESCE(shown_at, $1), \
             expires_at = CASE WHEN shown_at IS NULL THEN $2 ELSE expires_at END \
             WHERE unit = $3 AND service_window = $4 AND id = $5",
        )
        .bind(now)
        .bind(now + limits::VISIT_MS)
        .bind(unit)
        .bind(window)
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes what became of a trigger, and says what stands there now: its outcome and
    /// response. An answer wins over everything but another answer; of the rest the
    /// first stays. `None` where the window has none of this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ended(
        &self,
        (unit, window): (&str, &str),
        id: &str,
        outcome: Outcome,
        response: Option<&str>,
        now: i64,
    ) -> Result<Option<(String, Option<String>)>, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        sqlx::query(
            "UPDATE triggers SET outcome = $1, outcome_at = $2, response_id = $3, \
             shown_at = COALESCE(shown_at, $2) \
             WHERE unit = $4 AND service_window = $5 AND id = $6 \
             AND (outcome IS NULL OR ($1 = 'answered' AND outcome <> 'answered'))",
        )
        .bind(outcome.name())
        .bind(now)
        .bind(response)
        .bind(unit)
        .bind(window)
        .bind(id)
        .execute(&mut *connection)
        .await?;
        let stands: Option<(String, Option<String>)> = sqlx::query_as(
            "SELECT outcome, response_id FROM triggers \
             WHERE unit = $1 AND service_window = $2 AND id = $3",
        )
        .bind(unit)
        .bind(window)
        .bind(id)
        .fetch_optional(connection)
        .await?;
        work.commit().await?;
        Ok(stands)
    }

    /// How many a window was asked since `from`, and how many of them were answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asked_since(
        &self,
        unit: &str,
        window: &str,
        from: i64,
    ) -> Result<(i64, i64), Error> {
        let counts = sqlx::query_as(
            "SELECT COUNT(*), COUNT(CASE WHEN outcome = 'answered' THEN 1 END) FROM triggers \
             WHERE unit = $1 AND service_window = $2 AND asked_at >= $3",
        )
        .bind(unit)
        .bind(window)
        .bind(from)
        .fetch_one(&self.pool)
        .await?;
        Ok(counts)
    }

    /// Counts what was asked from `from` on and before `to`, by unit, window and officer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tallies(&self, from: i64, to: i64) -> Result<Vec<Tally>, Error> {
        type Counted = (String, String, String, i64, i64, i64, i64, i64, i64);
        let rows: Vec<Counted> = sqlx::query_as(concat!(
            "SELECT unit, service_window, COALESCE(t.officer, ",
            on_duty!("t", "asked_at"),
            ", ''), ",
            outcomes!(),
            " FROM triggers t WHERE asked_at >= $1 AND asked_at < $2 \
                 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        ))
        .bind(from)
        .bind(to)
        .fetch_all(&self.pool)
        .await?;
        let tallies = rows.into_iter().map(|row| Tally {
            unit: row.0,
            window: row.1,
            officer: row.2,
            asked: row.3,
            shown: row.4,
            answered: row.5,
            timed_out: row.6,
            declined: row.7,
            replaced: row.8,
        });
        Ok(tallies.collect())
    }
}

/// Writes down that somebody is asked, and gives the number of it. By a `channel` of
/// their own they have it before their eyes at once, and no tablet shows it.
pub(super) async fn put(
    connection: &mut AnyConnection,
    id: &str,
    wish: &Wish<'_>,
    now: i64,
    expires_at: i64,
    channel: Option<Channel>,
) -> Result<i64, Error> {
    let (seq,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(seq), 0) + 1 FROM triggers")
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO triggers (seq, id, asked_at, expires_at, unit, service_window, survey_id, \
         officer, matter, channel, shown_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(seq)
    .bind(id)
    .bind(now)
    .bind(expires_at)
    .bind(wish.unit)
    .bind(wish.window)
    .bind(wish.survey)
    .bind(wish.officer)
    .bind(wish.matter)
    .bind(channel.map(Channel::name))
    .bind(channel.map(|_| now))
    .execute(connection)
    .await?;
    Ok(seq)
}

fn trigger(id: &str, wish: &Wish<'_>, seq: i64, asked_at: i64, expires_at: i64) -> Trigger {
    Trigger {
        seq,
        id: id.to_owned(),
        asked_at,
        expires_at,
        survey: wish.survey.to_owned(),
        officer: wish.officer.map(str::to_owned),
        matter: wish.matter.map(str::to_owned),
    }
}

/// Whether a matter has been rated, at a window or in any other way.
pub(super) async fn is_rated(
    connection: &mut AnyConnection,
    unit: &str,
    matter: &str,
) -> Result<bool, Error> {
    let found: Option<(i64,)> = sqlx::query_as(
        "SELECT CAST(1 AS BIGINT) FROM responses WHERE unit = $1 AND matter = $2 \
         UNION ALL SELECT CAST(1 AS BIGINT) FROM triggers \
         WHERE unit = $1 AND matter = $2 AND outcome = 'answered' LIMIT 1",
    )
    .bind(unit)
    .bind(matter)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// Notes, in the transaction that stores it, that a response at a window has answered
/// the trigger of its matter: the tablet's own word for it may come later or never.
pub(super) async fn note(connection: &mut AnyConnection, row: &Row) -> Result<(), Error> {
    let Some(subject) = &row.response.subject else {
        return Ok(());
    };
    let (Channel::Kiosk, Some(unit), Some(window), Some(matter)) = (
        row.response.channel,
        &subject.unit,
        &subject.window,
        &subject.matter,
    ) else {
        return Ok(());
    };
    sqlx::query(
        "UPDATE triggers SET outcome = 'answered', outcome_at = $1, response_id = $2, \
         shown_at = COALESCE(shown_at, $1) \
         WHERE seq = (SELECT MAX(seq) FROM triggers \
                      WHERE unit = $3 AND service_window = $4 AND matter = $5) \
         AND (outcome IS NULL OR outcome <> 'answered')",
    )
    .bind(row.received_at)
    .bind(row.response.id.as_str())
    .bind(unit.as_str())
    .bind(window.as_str())
    .bind(matter.as_str())
    .execute(connection)
    .await?;
    Ok(())
}
