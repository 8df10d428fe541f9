//! Deletes responses. What is left is an id, so that none comes back, and the part of
//! the week that it was counted in.

use manyi_model::statistics::Week;
use sqlx::AnyConnection;

use super::audit::{self, Act, Actor, Note};
use super::records::unit_of;
use super::{Error, Store, finds, sqlite};
use crate::desk::reach::Reach;

/// Why something was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The person asked for it.
    Person,
    /// Its time was over.
    Retention,
}

impl Cause {
    fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Retention => "retention",
        }
    }
}

impl Store {
    /// Deletes a response since the person asked for it; says whether there was one
    /// within reach. It is gone from the files when this returns, but for copies that
    /// others made of them.
    ///
    /// # Errors
    /// When the database fails; then nothing was deleted.
    pub async fn erase(
        &self,
        id: &str,
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
        erase(connection, id, Cause::Person, now).await?;
        let note = Note {
            actor,
            act: Act::ResponseErased,
            unit: &unit,
            about: id,
            reason,
        };
        audit::note(connection, &note, now).await?;
        work.commit().await?;
        // The log still has the pages as they were.
        sqlite::checkpoint(&self.pool).await;
        Ok(true)
    }

    /// How many of a part of a week have been deleted since: so many fewer there are
    /// when it is counted again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erased_of(&self, week: Week, part: i64) -> Result<i64, Error> {
        let (count,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM erased WHERE week = $1 AND part = $2")
                .bind(week.to_string())
                .bind(part)
                .fetch_one(&self.pool)
                .await?;
        Ok(count)
    }
}

/// Deletes one response and all that tells of it.
pub(super) async fn erase(
    connection: &mut AnyConnection,
    id: &str,
    cause: Cause,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO erased (response_id, erased_at, cause, week, part) \
         SELECT id, $2, $3, COALESCE(week, ''), COALESCE(part, 0) FROM responses WHERE id = $1 \
         ON CONFLICT (response_id) DO NOTHING",
    )
    .bind(id)
    .bind(now)
    .bind(cause.name())
    .execute(&mut *connection)
    .await?;
    finds::forget(connection, id).await?;
    for statement in [
        "DELETE FROM conflicts WHERE id = $1",
        "DELETE FROM moments WHERE response_id = $1",
        "DELETE FROM marks WHERE response_id = $1",
        // That the window was asked and somebody answered stays: it is counted.
        "UPDATE triggers SET response_id = NULL, matter = NULL WHERE response_id = $1",
        "DELETE FROM responses WHERE id = $1",
    ] {
        sqlx::query(statement)
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
