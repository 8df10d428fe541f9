//! Opens the database: everything that is particular to SQLite stands here.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, ConnectOptions};

use super::{Error, Store};
use crate::clock;

/// Write-ahead log, so that readers never wait for the writer; FULL, so that a
/// commit is on the disk before anyone is told of it; 5 s of patience with
/// another process (a back-up, an export); what is deleted is overwritten with zeros.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; \
     PRAGMA secure_delete = ON;";

/// How a transaction that writes begins: with the lock it needs, or not at all.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";

/// Each file is one version, applied once and never edited again.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        1,
        "responses",
        include_str!("../../migrations/0001_responses.sql"),
    ),
    (
        2,
        "devices",
        include_str!("../../migrations/0002_devices.sql"),
    ),
    (
        3,
        "tablets",
        include_str!("../../migrations/0003_tablets.sql"),
    ),
    (
        4,
        "triggers",
        include_str!("../../migrations/0004_triggers.sql"),
    ),
    (
        5,
        "roster",
        include_str!("../../migrations/0005_roster.sql"),
    ),
    (
        6,
        "visits",
        include_str!("../../migrations/0006_visits.sql"),
    ),
    (
        7,
        "switches",
        include_str!("../../migrations/0007_switches.sql"),
    ),
    (8, "units", include_str!("../../migrations/0008_units.sql")),
    (9, "desk", include_str!("../../migrations/0009_desk.sql")),
    (10, "weeks", include_str!("../../migrations/0010_weeks.sql")),
    (
        11,
        "happened",
        include_str!("../../migrations/0011_happened.sql"),
    ),
    (
        12,
        "invitations",
        include_str!("../../migrations/0012_invitations.sql"),
    ),
    (
        13,
        "responses of the desk",
        include_str!("../../migrations/0013_responses_of_the_desk.sql"),
    ),
];

/// The name of the file in the data folder.
const FILE: &str = "manyi.sqlite";

/// Opens the database at `url`, or the file in the folder `data`, and brings its
/// tables up to date. `create` says whether it may be made where there is none.
///
/// # Errors
/// When it cannot be opened or belongs to a newer release.
pub async fn open(data: &Path, url: Option<&str>, create: bool) -> Result<Store, Error> {
    sqlx::any::install_default_drivers();
    let url = match url {
        Some(url) if url.starts_with("sqlite:") => url.to_owned(),
        Some(url) => {
            let scheme = url.split(':').next().unwrap_or_default();
            return Err(Error::new(format!(
                "--database: this build knows addresses that begin with `sqlite:`, not `{scheme}:`"
            )));
        }
        None => {
            if create {
                std::fs::create_dir_all(data)
                    .map_err(|error| Error::new(format!("{}: {error}", data.display())))?;
            }
            let mode = if create { "rwc" } else { "rw" };
            format!("sqlite://{}?mode={mode}", encoded(&data.join(FILE))?)
        }
    };
    let options = AnyConnectOptions::from_str(&url)?
        // Statements are logged by nobody: their values are what people said.
        .disable_statement_logging();
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    let pool = AnyPoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(SETTINGS).execute(connection).await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .map_err(|error| {
            Error::new(format!(
                "cannot open {}: {error}",
                data.join(FILE).display()
            ))
        })?;
    migrate(&pool).await?;
    let store = Store { pool };
    store.file_the_rest().await?;
    Ok(store)
}

/// The path as part of an address: what is not plain is percent-encoded.
fn encoded(path: &Path) -> Result<String, Error> {
    let Some(path) = path.to_str() else {
        return Err(Error::new(format!(
            "{}: the path is not UTF-8",
            path.display()
        )));
    };
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(encoded)
}

async fn migrate(pool: &AnyPool) -> Result<(), Error> {
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS schema_migrations \
         (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)",
    )
    .execute(pool)
    .await?;
    let (done,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(version), 0) FROM schema_migrations")
        .fetch_one(pool)
        .await?;
    let newest = MIGRATIONS.last().map_or(0, |(version, _, _)| *version);
    if done > newest {
        return Err(Error::new(format!(
            "the database has version {done}, and this release knows versions up to {newest}: use a newer release"
        )));
    }
    for (version, name, statements) in MIGRATIONS {
        if *version <= done {
            continue;
        }
        // One process at a time: a second one waits here and then finds it done.
        let mut transaction = pool.begin_with(BEGIN).await?;
        let applied = sqlx::query("SELECT version FROM schema_migrations WHERE version = $1")
            .bind(*version)
            .fetch_optional(&mut *transaction)
            .await?;
        if applied.is_none() {
            sqlx::raw_sql(*statements)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(
                "INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)",
            )
            .bind(*version)
            .bind(*name)
            .bind(clock::now_ms())
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            tracing::info!(version, name, "migrated");
        }
    }
    Ok(())
}

/// Whether the database says that it cannot write at all, by the code of its error:
/// busy, locked, out of memory, read-only, I/O, full or not to be opened. Larger
/// codes carry details above the lowest byte.
pub(super) fn is_outage(code: Option<&str>) -> bool {
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 5..=8 | 10 | 13 | 14))
}

/// Moves the write-ahead log into the file. A failure loses nothing: the log is
/// read again at the next start.
pub(super) async fn checkpoint(pool: &AnyPool) {
    let done = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(pool)
        .await;
    if let Err(error) = done {
        tracing::warn!(%error, "the log could not be moved into the database file");
    }
}
