//! Rows of responses, and what came later under the same id.

use futures_util::TryStreamExt;
use manyi_model::{Response, hash};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::roster::on_duty;
use super::weeks::Filed;
use super::{Error, Store};

/// One response as it is kept.
#[derive(Clone, Debug)]
pub struct Row {
    /// When the server had it, in milliseconds since 1970.
    pub received_at: i64,
    /// The hash of the definition it answers.
    pub definition_hash: String,
    /// Tells a repeat from a contradiction.
    pub content_hash: String,
    /// The response, its id in lower case.
    pub response: Response,
    /// The same as canonical JSON.
    pub body: String,
    /// Whether it came by a link of ours: its invitation is the id of that.
    pub is_invited: bool,
}

/// What became of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is a row now.
    Stored,
    /// It was one already, with the same content.
    Duplicate,
    /// The id is taken by other content; both are kept.
    Conflict,
    /// Another response has used the link, or rated the matter; it is kept beside that.
    Used,
    /// The link was taken back.
    Revoked,
    /// The link's time is over.
    Expired,
    /// It was deleted here; whoever sends it may let go of it.
    Erased,
}

impl Row {
    /// The row for `response`, which has been found sound.
    pub fn new(mut response: Response, definition_hash: &str, received_at: i64) -> Self {
        response.id.make_ascii_lowercase();
        // Strings, numbers and maps with string keys always become JSON.
        let value = serde_json::to_value(&response).unwrap_or_default();
        Self {
            received_at,
            definition_hash: definition_hash.to_owned(),
            content_hash: hash::content_hash(&response),
            body: hash::canonical(&value),
            response,
            is_invited: false,
        }
    }
}

/// Puts `row` in where it is `filed`, unless its id is there, or was and has been deleted:
/// what a person had deleted does not come back with a tablet that was in a drawer.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    row: &Row,
    filed: &Filed,
) -> Result<Outcome, Error> {
    let response = &row.response;
    let subject = response.subject.clone().unwrap_or_default();
    let device = response.device.as_ref();
    let added = sqlx::query(
        "INSERT INTO responses (id, received_at, survey_id, version, definition_hash, channel, mode, \
         asked_by, unit, service_window, officer, matter, language, device_id, device_seq, \
         started_at, submitted_at, duration_ms, invitation, widget, content_hash, body, \
         answered_at, week, part) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25 \
         WHERE NOT EXISTS (SELECT 1 FROM erased WHERE response_id = $1) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(response.id.as_str())
    .bind(row.received_at)
    .bind(response.survey.id.as_str())
    .bind(i64::from(response.survey.version))
    .bind(row.definition_hash.as_str())
    .bind(response.channel.name())
    .bind(response.mode.name())
    .bind(response.asked_by.as_deref())
    .bind(subject.unit)
    .bind(subject.window)
    .bind(subject.officer)
    .bind(subject.matter)
    .bind(response.language.as_deref())
    .bind(device.map(|device| device.id.as_str()))
    .bind(device.map(|device| whole(device.seq)))
    .bind(response.started_at.as_deref())
    .bind(response.submitted_at.as_deref())
    .bind(response.duration_ms.map(whole))
    .bind(response.invitation.as_deref())
    .bind(response.widget.as_deref())
    .bind(row.content_hash.as_str())
    .bind(row.body.as_str())
    .bind(filed.answered_at)
    .bind(filed.week.as_str())
    .bind(filed.part)
    .execute(&mut *connection)
    .await?
    .rows_affected();
    if added > 0 {
        return Ok(Outcome::Stored);
    }
    let stored: Option<(String,)> =
        sqlx::query_as("SELECT content_hash FROM responses WHERE id = $1")
            .bind(response.id.as_str())
            .fetch_optional(&mut *connection)
            .await?;
    let Some((stored_hash,)) = stored else {
        return Ok(Outcome::Erased);
    };
    if stored_hash == row.content_hash {
        return Ok(Outcome::Duplicate);
    }
    sqlx::query(
        "INSERT INTO conflicts (id, content_hash, stored_hash, received_at, body) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id, content_hash) DO NOTHING",
    )
    .bind(response.id.as_str())
    .bind(row.content_hash.as_str())
    .bind(stored_hash)
    .bind(row.received_at)
    .bind(row.body.as_str())
    .execute(connection)
    .await?;
    Ok(Outcome::Conflict)
}

/// The validator has bounded it to 2^53.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What of the responses leaves the collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The rows.
    Responses,
    /// What came later under the id of a row, with other content.
    Conflicts,
}

/// A row as it leaves the collector.
#[derive(Clone, Debug)]
pub struct Stored {
    /// When the server had it, in milliseconds since 1970.
    pub received_at: i64,
    /// The hash of the definition it answers.
    pub definition_hash: String,
    /// The content hash.
    pub content_hash: String,
    /// The response as canonical JSON.
    pub body: String,
    /// Who was on duty at the window, where the response names no officer.
    pub duty_officer: Option<String>,
    /// Why the tablet marked it: `quick` or `burst`.
    pub mark: Option<String>,
}

/// The columns of [`Stored`].
macro_rules! rows {
    () => {
        concat!(
            "SELECT r.received_at, r.definition_hash, r.content_hash, r.body, ",
            on_duty!("m", "answered_at"),
            ", k.mark "
        )
    };
}

/// Where they come from.
macro_rules! from {
    () => {
        "FROM responses r LEFT JOIN moments m ON m.response_id = r.id \
         LEFT JOIN marks k ON k.response_id = r.id AND k.tablet_id = r.device_id "
    };
}

impl Store {
    /// Every response of `which`, or those to `survey`, in the order received, one
    /// at a time: the rows are never all in memory.
    ///
    /// # Errors
    /// When the database fails, or `each` does.
    pub async fn each_response<E: From<Error>>(
        &self,
        which: Which,
        survey: Option<&str>,
        mut each: impl FnMut(Stored) -> Result<(), E>,
    ) -> Result<(), E> {
        let all = concat!(rows!(), from!(), "ORDER BY r.received_at, r.id");
        let of_survey = concat!(
            rows!(),
            from!(),
            "WHERE r.survey_id = $1 ORDER BY r.received_at, r.id"
        );
        let conflicts = "SELECT c.received_at, r.definition_hash, c.content_hash, c.body, \
                         CAST(NULL AS TEXT), CAST(NULL AS TEXT) FROM conflicts c JOIN responses r ON r.id = COALESCE(c.response_id, c.id) \
                         ORDER BY c.received_at, c.id, c.content_hash";
        let conflicts_of_survey = "SELECT c.received_at, r.definition_hash, c.content_hash, c.body, \
                                   CAST(NULL AS TEXT), CAST(NULL AS TEXT) \
                                   FROM conflicts c JOIN responses r ON r.id = COALESCE(c.response_id, c.id) \
                                   WHERE r.survey_id = $1 \
                                   ORDER BY c.received_at, c.id, c.content_hash";
        let (all, of_survey) = match which {
            Which::Responses => (all, of_survey),
            Which::Conflicts => (conflicts, conflicts_of_survey),
        };
        let mut rows = match survey {
            None => sqlx::query(all).fetch(&self.pool),
            Some(survey) => sqlx::query(of_survey)
                .bind(survey.to_owned())
                .fetch(&self.pool),
        };
        while let Some(row) = rows.try_next().await.map_err(Error::from)? {
            each(stored(&row).map_err(Error::from)?)?;
        }
        Ok(())
    }
}

fn stored(row: &AnyRow) -> Result<Stored, sqlx::Error> {
    Ok(Stored {
        received_at: row.try_get(0)?,
        definition_hash: row.try_get(1)?,
        content_hash: row.try_get(2)?,
        body: row.try_get(3)?,
        duty_officer: row.try_get(4)?,
        mark: row.try_get(5)?,
    })
}
