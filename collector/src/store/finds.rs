//! Makes stored responses ready for the desk's search: some hundred at a time, in
//! transactions of their own. Two collectors on one database may do it together.
//!
//! What is new is what SQLite has put behind the last one that is ready (`rowid`: it
//! grows with each row, and is looked up anew each time, as VACUUM may renumber it).

use manyi_model::{Definition, Mode, Response};
use sqlx::AnyConnection;

use super::{Error, Store};
use crate::flags::{self, Flag, Signs};
use crate::limits;
use crate::search::facets::Facets;
use crate::search::number_at;
use crate::search::reading::{self, Level};

/// A stored response, as it is read.
type Stored = (String, i64, Option<i64>, String);

/// What is kept of a response for searching.
#[derive(Debug)]
struct Find {
    id: String,
    received_at: i64,
    answered_at: Option<i64>,
    response: Response,
    level: Option<Level>,
    words: Option<String>,
    has_personal: bool,
}

impl Find {
    fn new(stored: Stored, definition: Option<&Definition>) -> Result<Self, Error> {
        let (id, received_at, answered_at, body) = stored;
        let response: Response = serde_json::from_str(&body)
            .map_err(|error| Error::new(format!("the response {id} cannot be read: {error}")))?;
        Ok(Self {
            level: definition.and_then(|definition| reading::level(definition, &response)),
            words: definition.and_then(|definition| reading::words(definition, &response)),
            // Of what nobody knows the wording of, the worst is taken to be true.
            has_personal: definition
                .is_none_or(|definition| reading::has_personal(definition, &response)),
            id,
            received_at,
            answered_at,
            response,
        })
    }

    fn unit(&self) -> Option<&str> {
        self.response.subject.as_ref()?.unit.as_deref()
    }

    fn facets(&self) -> Facets<'_> {
        Facets {
            survey: &self.response.survey.id,
            channel: self.response.channel.name(),
            mode: self.response.mode.name(),
            unit: self.unit(),
            level: self.level,
            has_text: self.words.is_some(),
        }
    }
}

impl Store {
    /// Makes the next ones ready, at most [`limits::FILED_AT_ONCE`], and says how many
    /// they were.
    ///
    /// # Errors
    /// When the database fails, or a row in it is not what was put there.
    pub async fn file_next<'d>(
        &self,
        definition: impl Fn(&str, u32) -> Option<&'d Definition>,
    ) -> Result<usize, Error> {
        let mut connection = self.pool.acquire().await?;
        let (last, _) = newest(&mut connection).await?;
        let rows: Vec<Stored> = sqlx::query_as(
            "SELECT id, received_at, answered_at, body FROM responses \
             WHERE rowid > COALESCE((SELECT rowid FROM responses WHERE id = $1), 0) \
             ORDER BY rowid LIMIT $2",
        )
        .bind(last.as_str())
        .bind(limits::FILED_AT_ONCE)
        .fetch_all(&mut *connection)
        .await?;
        drop(connection);
        if rows.is_empty() {
            return Ok(0);
        }
        // Read before the lock is taken that others write with.
        let finds: Vec<Find> = rows
            .into_iter()
            .map(|row| {
                let known = serde_json::from_str::<Which>(&row.3).ok();
                let wording =
                    known.and_then(|known| definition(&known.survey.id, known.survey.version));
                Find::new(row, wording)
            })
            .collect::<Result<_, _>>()?;
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let (still, mut n) = newest(connection).await?;
        if still != last {
            // Another one was faster.
            work.undo().await?;
            return Ok(finds.len());
        }
        for find in &finds {
            n = number_at(find.received_at).max(n + 1);
            put(connection, n, find).await?;
        }
        work.commit().await?;
        Ok(finds.len())
    }

    /// How many of the newest responses are not ready, as far as it can be told at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn not_ready(&self) -> Result<i64, Error> {
        let (count,): (i64,) = sqlx::query_as(
            "SELECT COALESCE((SELECT MAX(rowid) FROM responses), 0) - COALESCE((SELECT rowid \
             FROM responses WHERE id = (SELECT response_id FROM finds ORDER BY n DESC LIMIT 1)), 0)",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(count)
    }
}

/// Which wording a response answers.
#[derive(serde::Deserialize)]
struct Which {
    survey: manyi_model::SurveyRef,
}

/// The last one that is ready: its id and number.
async fn newest(connection: &mut AnyConnection) -> Result<(String, i64), Error> {
    let found: Option<(String, i64)> =
        sqlx::query_as("SELECT response_id, n FROM finds ORDER BY n DESC LIMIT 1")
            .fetch_optional(connection)
            .await?;
    Ok(found.unwrap_or_default())
}

async fn put(connection: &mut AnyConnection, n: i64, find: &Find) -> Result<(), Error> {
    let response = &find.response;
    let device = response.device.as_ref().map(|device| device.id.as_str());
    let duration_ms = response
        .duration_ms
        .map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
    raise(connection, n, find, device, duration_ms).await?;
    sqlx::query(
        "INSERT INTO finds (n, response_id, received_at, survey_id, channel, mode, unit, level, \
         device_id, duration_ms, has_text, has_personal) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(n)
    .bind(find.id.as_str())
    .bind(find.received_at)
    .bind(response.survey.id.as_str())
    .bind(response.channel.name())
    .bind(response.mode.name())
    .bind(find.unit())
    .bind(find.level.map_or("", Level::name))
    .bind(device)
    .bind(duration_ms)
    .bind(i64::from(find.words.is_some()))
    .bind(i64::from(find.has_personal))
    .execute(&mut *connection)
    .await?;
    sqlx::query("INSERT INTO facets (rowid, words) VALUES ($1, $2)")
        .bind(n)
        .bind(find.facets().words())
        .execute(&mut *connection)
        .await?;
    if let Some(words) = &find.words {
        sqlx::query("INSERT INTO said (n, words) VALUES ($1, $2)")
            .bind(n)
            .bind(words.as_str())
            .execute(&mut *connection)
            .await?;
        sqlx::query("INSERT INTO texts (rowid, words) VALUES ($1, $2)")
            .bind(n)
            .bind(words.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Puts the flags of one that is not there yet, and those that it gives to others of its
/// device.
async fn raise(
    connection: &mut AnyConnection,
    n: i64,
    find: &Find,
    device: Option<&str>,
    duration_ms: Option<i64>,
) -> Result<(), Error> {
    let mode = find.response.mode;
    let mut before: Vec<(i64, Option<i64>)> = Vec::new();
    let (mut mark, mut is_staffs) = (None, false);
    if let Some(device) = device {
        before = sqlx::query_as(
            "SELECT n, duration_ms FROM finds WHERE device_id = $1 ORDER BY n DESC LIMIT $2",
        )
        .bind(device)
        .bind(limits::FLAG_NEIGHBOURS - 1)
        .fetch_all(&mut *connection)
        .await?;
        mark = sqlx::query_as("SELECT mark FROM marks WHERE response_id = $1 AND tablet_id = $2")
            .bind(find.id.as_str())
            .bind(device)
            .fetch_optional(&mut *connection)
            .await?
            .map(|(mark,): (String,)| mark);
        let staffs: Option<(i64,)> = sqlx::query_as(
            "SELECT n FROM (SELECT n, mode FROM finds WHERE device_id = $1 ORDER BY n DESC \
             LIMIT $2) AS last WHERE mode <> 'self' LIMIT 1",
        )
        .bind(device)
        .bind(limits::FLAG_STAFF)
        .fetch_optional(&mut *connection)
        .await?;
        is_staffs = staffs.is_some();
    }
    let shown: Option<(Option<i64>,)> =
        sqlx::query_as("SELECT shown_at FROM triggers WHERE response_id = $1")
            .bind(find.id.as_str())
            .fetch_optional(&mut *connection)
            .await?;
    let shown_at = shown.and_then(|(shown_at,)| shown_at);
    let before_ms: Vec<i64> = before.iter().filter_map(|(_, ms)| *ms).collect();
    let raised = flags::of(&Signs {
        mark: mark.as_deref(),
        duration_ms,
        before_ms: &before_ms,
        since_shown_ms: find.answered_at.zip(shown_at).map(|(at, shown)| at - shown),
        mode,
        is_staffs,
    });
    for flag in &raised {
        flag_one(connection, n, *flag).await?;
    }
    if raised.contains(&Flag::SameDuration) {
        for (other, _) in before.iter().filter(|(_, ms)| *ms == duration_ms) {
            flag_one(connection, *other, Flag::SameDuration).await?;
        }
    }
    if mode != Mode::Myself
        && let Some(device) = device
    {
        sqlx::query(
            "INSERT INTO flags (n, flag) SELECT n, $3 FROM (SELECT n, mode FROM finds \
             WHERE device_id = $1 ORDER BY n DESC LIMIT $2) AS last WHERE mode = 'self' \
             ON CONFLICT (n, flag) DO NOTHING",
        )
        .bind(device)
        .bind(limits::FLAG_STAFF)
        .bind(Flag::StaffDevice.name())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn flag_one(connection: &mut AnyConnection, n: i64, flag: Flag) -> Result<(), Error> {
    sqlx::query("INSERT INTO flags (n, flag) VALUES ($1, $2) ON CONFLICT (n, flag) DO NOTHING")
        .bind(n)
        .bind(flag.name())
        .execute(connection)
        .await?;
    Ok(())
}

/// Puts a tablet's mark on a response that is ready; on one that is not, filing does.
pub(super) async fn mark(
    connection: &mut AnyConnection,
    response: &str,
    tablet: &str,
    mark: &str,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO flags (n, flag) SELECT n, $3 FROM finds WHERE response_id = $1 \
         AND device_id = $2 ON CONFLICT (n, flag) DO NOTHING",
    )
    .bind(response)
    .bind(tablet)
    .bind(mark)
    .execute(connection)
    .await?;
    Ok(())
}

/// A row of `finds` with what has to be known to take it out again.
struct Filed {
    n: i64,
    survey: String,
    channel: String,
    mode: String,
    unit: Option<String>,
    level: String,
    has_text: bool,
    words: Option<String>,
}

impl Filed {
    fn facets(&self) -> Facets<'_> {
        Facets {
            survey: &self.survey,
            channel: &self.channel,
            mode: &self.mode,
            unit: self.unit.as_deref(),
            level: Level::named(&self.level),
            has_text: self.has_text,
        }
    }
}

async fn filed(connection: &mut AnyConnection, response: &str) -> Result<Option<Filed>, Error> {
    type Found = (
        i64,
        String,
        String,
        String,
        Option<String>,
        String,
        i64,
        Option<String>,
    );
    let found: Option<Found> = sqlx::query_as(
        "SELECT f.n, f.survey_id, f.channel, f.mode, f.unit, f.level, f.has_text, s.words \
         FROM finds f LEFT JOIN said s ON s.n = f.n WHERE f.response_id = $1",
    )
    .bind(response)
    .fetch_optional(connection)
    .await?;
    Ok(found.map(
        |(n, survey, channel, mode, unit, level, has_text, words)| Filed {
            n,
            survey,
            channel,
            mode,
            unit,
            level,
            has_text: has_text == 1,
            words,
        },
    ))
}

/// Takes the words of a response out of all that is searched. The response may be found
/// by everything else.
pub(super) async fn forget_words(
    connection: &mut AnyConnection,
    response: &str,
) -> Result<(), Error> {
    let Some(mut filed) = filed(connection, response).await? else {
        return Ok(());
    };
    let Some(words) = filed.words.take() else {
        return Ok(());
    };
    // The index has no words of its own: it has to be told which they were.
    sqlx::query("INSERT INTO texts (texts, rowid, words) VALUES ('delete', $1, $2)")
        .bind(filed.n)
        .bind(words)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM said WHERE n = $1")
        .bind(filed.n)
        .execute(&mut *connection)
        .await?;
    forget_facets(connection, &filed).await?;
    filed.has_text = false;
    sqlx::query("INSERT INTO facets (rowid, words) VALUES ($1, $2)")
        .bind(filed.n)
        .bind(filed.facets().words())
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE finds SET has_text = 0 WHERE n = $1")
        .bind(filed.n)
        .execute(connection)
        .await?;
    Ok(())
}

async fn forget_facets(connection: &mut AnyConnection, filed: &Filed) -> Result<(), Error> {
    sqlx::query("INSERT INTO facets (facets, rowid, words) VALUES ('delete', $1, $2)")
        .bind(filed.n)
        .bind(filed.facets().words())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a response out of all that is searched.
pub(super) async fn forget(connection: &mut AnyConnection, response: &str) -> Result<(), Error> {
    forget_words(connection, response).await?;
    if let Some(filed) = filed(connection, response).await? {
        forget_facets(connection, &filed).await?;
        sqlx::query("DELETE FROM flags WHERE n = $1")
            .bind(filed.n)
            .execute(&mut *connection)
            .await?;
        sqlx::query("DELETE FROM finds WHERE n = $1")
            .bind(filed.n)
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("DELETE FROM tags WHERE response_id = $1")
        .bind(response)
        .execute(connection)
        .await?;
    Ok(())
}
