//! The words that staff puts on responses.

use super::audit::{self, Act, Actor, Note};
use super::records::unit_of;
use super::{Error, Store};
use crate::desk::reach::Reach;
use crate::limits;

/// What became of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagged {
    /// It is put on, or taken off.
    Done,
    /// It was before.
    Same,
    /// There are as many as there may be.
    Full,
    /// There is no such response within reach.
    Absent,
}

impl Store {
    /// Puts a tag on a response, or takes it off.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tag(
        &self,
        id: &str,
        (tag, is_put): (&str, bool),
        reach: &Reach,
        actor: &Actor,
        now: i64,
    ) -> Result<Tagged, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let Some(unit) = unit_of(connection, id, reach).await? else {
            work.undo().await?;
            return Ok(Tagged::Absent);
        };
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM tags WHERE response_id = $1")
            .bind(id)
            .fetch_one(&mut *connection)
            .await?;
        if is_put && count >= limits::TAGS {
            work.undo().await?;
            return Ok(Tagged::Full);
        }
        let statement = if is_put {
            "INSERT INTO tags (response_id, tag) VALUES ($1, $2) ON CONFLICT (response_id, tag) DO NOTHING"
        } else {
            "DELETE FROM tags WHERE response_id = $1 AND tag = $2"
        };
        let changed = sqlx::query(statement)
            .bind(id)
            .bind(tag)
            .execute(&mut *connection)
            .await?
            .rows_affected();
        if changed == 0 {
            work.undo().await?;
            return Ok(Tagged::Same);
        }
        let note = Note {
            actor,
            act: if is_put { Act::TagPut } else { Act::TagTaken },
            unit: &unit,
            about: &format!("{id} {tag}"),
            reason: "",
        };
        audit::note(connection, &note, now).await?;
        work.commit().await?;
        Ok(Tagged::Done)
    }

    /// The tags that are in use within reach, the most used first; at most `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tags(&self, reach: &Reach, most: i64) -> Result<Vec<String>, Error> {
        let units = reach
            .units()
            .map(|units| serde_json::json!(units).to_string());
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT t.tag FROM tags t JOIN finds f ON f.response_id = t.response_id \
             WHERE $1 IS NULL OR f.unit IN (SELECT value FROM json_each($1)) \
             GROUP BY t.tag ORDER BY COUNT(*) DESC, t.tag LIMIT $2",
        )
        .bind(units)
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(tag,)| tag).collect())
    }
}
