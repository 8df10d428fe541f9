//! Tablets at windows: the codes they come in by, what they were told, and what was
//! last heard from them.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::{Error, Store, finds};
use crate::limits;

/// What a tablet is there for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The unit.
    pub unit: String,
    /// The window in it.
    pub window: String,
    /// Ids of the surveys that it shows; the first is its usual one.
    pub surveys: Vec<String>,
    /// Whether it is an officer's own, and handed to the citizen.
    pub is_handover: bool,
    /// Whose it is, as an opaque token.
    pub officer: Option<String>,
}

/// How it is written that a device is handed over.
const HANDOVER: &str = "handover";

impl Post {
    fn role(&self) -> Option<&'static str> {
        self.is_handover.then_some(HANDOVER)
    }
}

/// A tablet that may come and go.
#[derive(Clone, Debug)]
pub struct Tablet {
    /// Its id, which its responses carry as `device.id`.
    pub id: String,
    /// What it is there for.
    pub post: Post,
    /// What people call it.
    pub name: String,
    /// Counts up when any of these changes.
    pub config: i64,
    /// Whether it must show nothing until further notice.
    pub is_stopped: bool,
}

/// What a tablet says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Responses that wait on it.
    pub queue: i64,
    /// Age of the oldest of them, in seconds.
    pub oldest_s: Option<i64>,
    /// Responses that were set apart for staff.
    pub quarantined: i64,
    /// How far its clock is ahead of ours, in milliseconds.
    pub skew_ms: i64,
    /// The release that runs on it.
    pub version: String,
    /// Percent, where it has a battery and says so.
    pub battery: Option<i64>,
    /// Whether the browser promised to keep what waits, where it says so.
    pub is_persisted: Option<bool>,
    /// What it counted, where it says so.
    pub visits: Option<Visits>,
    /// Responses that it marked, each with why; only on the way in.
    pub marks: Vec<(String, &'static str)>,
}

/// What a tablet counted since it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visits {
    /// Visits that began.
    pub begun: i64,
    /// Those that ended with a rating.
    pub submitted: i64,
    /// Those that somebody walked away from.
    pub idle_ends: i64,
}

/// A tablet with the last that was heard from it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The tablet.
    pub tablet: Tablet,
    /// When it came in, in milliseconds since 1970, like all times here.
    pub enrolled_at: i64,
    /// When it was shut out.
    pub revoked_at: Option<i64>,
    /// When it last spoke.
    pub heard_at: Option<i64>,
    /// What it said then.
    pub last: Option<Heartbeat>,
}

impl Listed {
    /// Whether it should have spoken by `now` and has not.
    pub fn is_late(&self, now: i64) -> bool {
        let since = self.heard_at.unwrap_or(self.enrolled_at);
        self.revoked_at.is_none() && now - since > limits::LATE_MS
    }
}

/// Something that happened to a tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: i64,
    /// What kind: `enrolled`, `revoked`, `changed`, `returned`, `version`,
    /// `clock`, `stopped`, `resumed`.
    pub kind: String,
    /// More about it, for a person.
    pub detail: String,
}

fn tablet(row: &AnyRow) -> Result<Tablet, Error> {
    let stopped: i64 = row.try_get("is_stopped")?;
    Ok(Tablet {
        id: row.try_get("tablet_id")?,
        post: post(row)?,
        name: row.try_get("name")?,
        config: row.try_get("config")?,
        is_stopped: stopped != 0,
    })
}

fn post(row: &AnyRow) -> Result<Post, Error> {
    let surveys: String = row.try_get("surveys")?;
    Ok(Post {
        unit: row.try_get("unit")?,
        window: row.try_get("service_window")?,
        surveys: serde_json::from_str(&surveys)
            .map_err(|error| Error::new(format!("the surveys of a tablet: {error}")))?,
        is_handover: row.try_get::<Option<String>, _>("role")?.as_deref() == Some(HANDOVER),
        officer: row.try_get("officer")?,
    })
}

fn surveys(post: &Post) -> String {
    serde_json::Value::from(post.surveys.clone()).to_string()
}

impl Store {
    /// Keeps a code, by its hash, until `expires_at`; those that have expired by
    /// `now` go.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_code(
        &self,
        code_hash: &str,
        post: &Post,
        name: Option<&str>,
        now: i64,
    ) -> Result<(), Error> {
        sqlx::query("DELETE FROM enrolment_codes WHERE expires_at <= $1")
            .bind(now)
            .execute(&self.pool)
            .await?;
        sqlx::query(
            "INSERT INTO enrolment_codes (code_hash, unit, service_window, surveys, name, expires_at, \
             role, officer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(code_hash)
        .bind(post.unit.as_str())
        .bind(post.window.as_str())
        .bind(surveys(post))
        .bind(name)
        .bind(now + limits::CODE_LIFE_MS)
        .bind(post.role())
        .bind(post.officer.as_deref())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes the code, if there is one, and lets the tablet `id` in for what the code
    /// was made for. The code's own name wins over `name`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enrol(
        &self,
        code_hash: &str,
        id: &str,
        credential_hash: &str,
        name: Option<&str>,
        now: i64,
    ) -> Result<Option<Tablet>, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let taken = sqlx::query(
            "DELETE FROM enrolment_codes WHERE code_hash = $1 AND expires_at > $2 \
             RETURNING unit, service_window, surveys, role, officer, name",
        )
        .bind(code_hash)
        .bind(now)
        .fetch_optional(&mut *connection)
        .await?;
        let Some(taken) = taken else {
            work.undo().await?;
            return Ok(None);
        };
        let own: Option<String> = taken.try_get("name")?;
        let post = post(&taken)?;
        let tablet = Tablet {
            id: id.to_owned(),
            name: own
                .or(name.map(str::to_owned))
                .unwrap_or_else(|| format!("{} {}", post.unit, post.window)),
            post,
            config: 1,
            is_stopped: false,
        };
        sqlx::query(
            "INSERT INTO tablets (tablet_id, credential_hash, unit, service_window, surveys, name, \
             enrolled_at, config, is_stopped, role, officer) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)",
        )
        .bind(id)
        .bind(credential_hash)
        .bind(tablet.post.unit.as_str())
        .bind(tablet.post.window.as_str())
        .bind(surveys(&tablet.post))
        .bind(tablet.name.as_str())
        .bind(now)
        .bind(tablet.config)
        .bind(tablet.post.role())
        .bind(tablet.post.officer.as_deref())
        .execute(&mut *connection)
        .await?;
        note(connection, id, now, "enrolled", "").await?;
        work.commit().await?;
        Ok(Some(tablet))
    }

    /// The tablet whose credential has this hash, unless it was shut out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tablet(&self, credential_hash: &str) -> Result<Option<Tablet>, Error> {
        let row = sqlx::query(
            "SELECT tablet_id, unit, service_window, surveys, role, officer, name, config, is_stopped \
             FROM tablets WHERE credential_hash = $1 AND revoked_at IS NULL",
        )
        .bind(credential_hash)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(tablet).transpose()
    }

    /// The surveys that tablets at this window show, the usual one first; none where
    /// there is no tablet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn surveys_at(&self, unit: &str, window: &str) -> Result<Vec<String>, Error> {
        let rows = sqlx::query(
            "SELECT unit, service_window, surveys, role, officer FROM tablets \
             WHERE unit = $1 AND service_window = $2 AND revoked_at IS NULL AND role IS NULL \
             ORDER BY enrolled_at DESC, tablet_id",
        )
        .bind(unit)
        .bind(window)
        .fetch_all(&self.pool)
        .await?;
        let mut surveys = Vec::new();
        for row in &rows {
            for survey in post(row)?.surveys {
                if !surveys.contains(&survey) {
                    surveys.push(survey);
                }
            }
        }
        Ok(surveys)
    }

    /// Shuts a tablet out from `now` on; false where there is none of this id that
    /// is in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_tablet(&self, id: &str, now: i64) -> Result<bool, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let done = sqlx::query(
            "UPDATE tablets SET revoked_at = $1 WHERE tablet_id = $2 AND revoked_at IS NULL",
        )
        .bind(now)
        .bind(id)
        .execute(&mut *connection)
        .await?
        .rows_affected();
        if done > 0 {
            note(connection, id, now, "revoked", "").await?;
        }
        work.commit().await?;
        Ok(done > 0)
    }

    /// All tablets, by unit, window and the time they came in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tablets(&self) -> Result<Vec<Listed>, Error> {
        let rows = sqlx::query(
            "SELECT tablet_id, unit, service_window, surveys, role, officer, name, config, is_stopped, \
             enrolled_at, revoked_at, heard_at, queue, oldest_s, quarantined, skew_ms, version, \
             battery, is_persisted, begun, submitted, idle_ends FROM tablets \
             ORDER BY unit, service_window, enrolled_at, tablet_id",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(listed).collect()
    }
}

fn listed(row: &AnyRow) -> Result<Listed, Error> {
    let heard_at: Option<i64> = row.try_get("heard_at")?;
    let last = match heard_at {
        None => None,
        Some(_) => {
            let persisted: Option<i64> = row.try_get("is_persisted")?;
            let count = |name| row.try_get::<Option<i64>, _>(name);
            let (begun, submitted) = (count("begun")?, count("submitted")?);
            let visits = begun.zip(submitted).zip(count("idle_ends")?);
            Some(Heartbeat {
                queue: row.try_get("queue")?,
                oldest_s: row.try_get("oldest_s")?,
                quarantined: row.try_get("quarantined")?,
                skew_ms: row.try_get("skew_ms")?,
                version: row.try_get("version")?,
                battery: row.try_get("battery")?,
                is_persisted: persisted.map(|persisted| persisted != 0),
                visits: visits.map(|((begun, submitted), idle_ends)| Visits {
                    begun,
                    submitted,
                    idle_ends,
                }),
                marks: Vec::new(),
            })
        }
    };
    Ok(Listed {
        tablet: tablet(row)?,
        enrolled_at: row.try_get("enrolled_at")?,
        revoked_at: row.try_get("revoked_at")?,
        heard_at,
        last,
    })
}

/// Writes down what happened, and forgets the oldest beyond the bound.
async fn note(
    connection: &mut AnyConnection,
    id: &str,
    at: i64,
    kind: &str,
    detail: &str,
) -> Result<(), Error> {
    let (n,): (i64,) =
        sqlx::query_as("SELECT COALESCE(MAX(n), 0) + 1 FROM tablet_events WHERE tablet_id = $1")
            .bind(id)
            .fetch_one(&mut *connection)
            .await?;
    sqlx::query(
        "INSERT INTO tablet_events (tablet_id, n, at, kind, detail) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(n)
    .bind(at)
    .bind(kind)
    .bind(detail)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM tablet_events WHERE tablet_id = $1 AND n <= $2")
        .bind(id)
        .bind(n - limits::TABLET_EVENTS)
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// Keeps what a tablet said of itself in place of what it said before, and writes
    /// down what has changed that staff may ask for later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heard(&self, id: &str, said: &Heartbeat, now: i64) -> Result<(), Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let before: Option<(Option<i64>, Option<String>, Option<i64>)> =
            sqlx::query_as("SELECT heard_at, version, skew_ms FROM tablets WHERE tablet_id = $1")
                .bind(id)
                .fetch_optional(&mut *connection)
                .await?;
        sqlx::query(
            "UPDATE tablets SET heard_at = $1, queue = $2, oldest_s = $3, quarantined = $4, \
             skew_ms = $5, version = $6, battery = $7, is_persisted = $8, \
             begun = COALESCE($9, begun), submitted = COALESCE($10, submitted), \
             idle_ends = COALESCE($11, idle_ends) WHERE tablet_id = $12",
        )
        .bind(now)
        .bind(said.queue)
        .bind(said.oldest_s)
        .bind(said.quarantined)
        .bind(said.skew_ms)
        .bind(said.version.as_str())
        .bind(said.battery)
        .bind(said.is_persisted.map(i64::from))
        .bind(said.visits.map(|visits| visits.begun))
        .bind(said.visits.map(|visits| visits.submitted))
        .bind(said.visits.map(|visits| visits.idle_ends))
        .bind(id)
        .execute(&mut *connection)
        .await?;
        for (response, mark) in &said.marks {
            sqlx::query(
                "INSERT INTO marks (response_id, tablet_id, mark) VALUES ($1, $2, $3) \
                 ON CONFLICT (response_id) DO NOTHING",
            )
            .bind(response.as_str())
            .bind(id)
            .bind(*mark)
            .execute(&mut *connection)
            .await?;
            finds::mark(connection, response, id, mark).await?;
        }
        if let Some((heard_at, version, skew_ms)) = before {
            if let Some(heard_at) = heard_at.filter(|heard_at| now - heard_at > limits::LATE_MS) {
                let detail = format!(
                    "after {} s, {} waiting",
                    (now - heard_at) / 1000,
                    said.queue
                );
                note(connection, id, now, "returned", &detail).await?;
            }
            if version.as_deref() != Some(&said.version) {
                note(connection, id, now, "version", &said.version).await?;
            }
            let is_off = |skew_ms: i64| skew_ms.abs() > limits::SKEW_MS;
            if is_off(said.skew_ms) != skew_ms.is_some_and(is_off) {
                let detail = format!("{} s ahead", said.skew_ms / 1000);
                note(connection, id, now, "clock", &detail).await?;
            }
        }
        work.commit().await
    }

    /// Changes what a tablet is there for and what it is called; it asks again when it
    /// sees the new number of its configuration. False where there is none of this id
    /// that is in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_tablet(&self, tablet: &Tablet, now: i64) -> Result<bool, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let done = sqlx::query(
            "UPDATE tablets SET unit = $1, service_window = $2, surveys = $3, name = $4, \
             officer = $5, config = config + 1 WHERE tablet_id = $6 AND revoked_at IS NULL",
        )
        .bind(tablet.post.unit.as_str())
        .bind(tablet.post.window.as_str())
        .bind(surveys(&tablet.post))
        .bind(tablet.name.as_str())
        .bind(tablet.post.officer.as_deref())
        .bind(tablet.id.as_str())
        .execute(&mut *connection)
        .await?
        .rows_affected();
        if done > 0 {
            let detail = format!("{} {}", tablet.post.unit, tablet.post.window);
            note(connection, &tablet.id, now, "changed", &detail).await?;
        }
        work.commit().await?;
        Ok(done > 0)
    }

    /// Has one tablet, or all of them, show nothing until further notice, or lets them
    /// go on; says how many that changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stop_tablets(&self, id: Option<&str>, stop: bool, now: i64) -> Result<u64, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let changed: Vec<(String,)> = sqlx::query_as(
            "UPDATE tablets SET is_stopped = $1 WHERE is_stopped <> $1 AND revoked_at IS NULL \
             AND ($2 IS NULL OR tablet_id = $2) RETURNING tablet_id",
        )
        .bind(i64::from(stop))
        .bind(id)
        .fetch_all(&mut *connection)
        .await?;
        let kind = if stop { "stopped" } else { "resumed" };
        for (id,) in &changed {
            note(connection, id, now, kind, "").await?;
        }
        work.commit().await?;
        Ok(changed.len() as u64)
    }

    /// What happened to a tablet, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tablet_events(&self, id: &str) -> Result<Vec<Event>, Error> {
        let rows: Vec<(i64, String, String)> = sqlx::query_as(
            "SELECT at, kind, detail FROM tablet_events WHERE tablet_id = $1 ORDER BY n DESC",
        )
        .bind(id)
        .fetch_all(&self.pool)
        .await?;
        let events = rows
            .into_iter()
            .map(|(at, kind, detail)| Event { at, kind, detail });
        Ok(events.collect())
    }
}
