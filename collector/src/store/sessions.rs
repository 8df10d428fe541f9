//! Sessions of the desk, and attempts to begin one.

use super::accounts::{self, Account};
use super::audit::{self, Act, Actor, Note};
use super::{Error, Store};
use crate::{clock, limits};

impl Store {
    /// Begins a session of an account; the one that the browser had before is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_session(
        &self,
        hash: &str,
        before: Option<&str>,
        actor: &Actor,
        now: i64,
    ) -> Result<(), Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        // Those of yesterday go, too.
        sqlx::query(
            "DELETE FROM sessions WHERE session_hash = $1 OR made_at <= $2 OR seen_at <= $3",
        )
        .bind(before.unwrap_or_default())
        .bind(now - limits::SESSION_MS)
        .bind(now - limits::SESSION_IDLE_MS)
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "INSERT INTO sessions (session_hash, account_id, made_at, seen_at) \
             VALUES ($1, $2, $3, $3)",
        )
        .bind(hash)
        .bind(actor.id.as_str())
        .bind(now)
        .execute(&mut *connection)
        .await?;
        let note = Note {
            actor,
            act: Act::Login,
            unit: "",
            about: "",
            reason: "",
        };
        audit::note(connection, &note, now).await?;
        work.commit().await
    }

    /// Whose session this is, where it goes on. It is written down that it was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, hash: &str, now: i64) -> Result<Option<Account>, Error> {
        let connection = &mut *self.pool.acquire().await?;
        let found: Option<(String, i64)> = sqlx::query_as(
            "SELECT account_id, seen_at FROM sessions \
             WHERE session_hash = $1 AND made_at > $2 AND seen_at > $3",
        )
        .bind(hash)
        .bind(now - limits::SESSION_MS)
        .bind(now - limits::SESSION_IDLE_MS)
        .fetch_optional(&mut *connection)
        .await?;
        let Some((id, seen_at)) = found else {
            return Ok(None);
        };
        if now - seen_at >= limits::SESSION_SEEN_MS {
            let noted = sqlx::query("UPDATE sessions SET seen_at = $1 WHERE session_hash = $2")
                .bind(now)
                .bind(hash)
                .execute(&mut *connection)
                .await;
            // On a full disk one can still read, for the half hour that is left.
            if let Err(error) = noted {
                tracing::warn!(%error, "that a session was used could not be noted");
            }
        }
        let account = accounts::by_id(connection, &id).await?;
        Ok(account.filter(|account| !account.is_disabled))
    }

    /// Ends one session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, hash: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM sessions WHERE session_hash = $1")
            .bind(hash)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Ends all sessions of whoever asks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_all_sessions(&self, actor: &Actor, now: i64) -> Result<(), Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        accounts::end_sessions(connection, &actor.id).await?;
        let note = Note {
            actor,
            act: Act::LogoutEverywhere,
            unit: "",
            about: "",
            reason: "",
        };
        audit::note(connection, &note, now).await?;
        work.commit().await
    }

    /// Counts an attempt to log in, by the hashes of login and address and of the
    /// address alone. `false` where there were too many: then it is not counted, so that
    /// who waits gets in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt(&self, pair: &str, from: &str, now: i64) -> Result<bool, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        sqlx::query("DELETE FROM login_attempts WHERE at <= $1")
            .bind(now - limits::ATTEMPTS_MS)
            .execute(&mut *connection)
            .await?;
        let mut may = true;
        for (statement, hash, most) in [
            (
                "SELECT COUNT(*) FROM login_attempts WHERE pair_hash = $1",
                pair,
                limits::ATTEMPTS,
            ),
            (
                "SELECT COUNT(*) FROM login_attempts WHERE from_hash = $1",
                from,
                limits::ATTEMPTS_FROM,
            ),
        ] {
            let (count,): (i64,) = sqlx::query_as(statement)
                .bind(hash)
                .fetch_one(&mut *connection)
                .await?;
            may &= count < most;
        }
        if may {
            sqlx::query(
                "INSERT INTO login_attempts (attempt_id, at, pair_hash, from_hash) \
                 VALUES ($1, $2, $3, $4)",
            )
            .bind(clock::new_id())
            .bind(now)
            .bind(pair)
            .bind(from)
            .execute(&mut *connection)
            .await?;
        }
        work.commit().await?;
        Ok(may)
    }

    /// Forgets the attempts of a pair: it has come in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_attempts(&self, pair: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM login_attempts WHERE pair_hash = $1")
            .bind(pair)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Writes down that somebody tried to enter an account and could not; `?` where there
    /// is no such account, since what was typed may be a password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_refusal(&self, login: &str, now: i64) -> Result<(), Error> {
        let mut work = self.begin().await?;
        let note = Note {
            actor: &Actor::nobody(),
            act: Act::LoginRefused,
            unit: "",
            about: login,
            reason: "",
        };
        audit::note(work.connection()?, &note, now).await?;
        work.commit().await
    }
}
