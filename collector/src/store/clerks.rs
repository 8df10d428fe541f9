//! Keys of clerks' pages and of the systems that clerks work with.

use super::{Error, Store};

/// Whom a key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clerk {
    /// The key's id; not the key.
    pub id: String,
    /// The unit.
    pub unit: String,
    /// The one window that it reaches; `None` for all of the unit.
    pub window: Option<String>,
}

/// A key as it is listed.
#[derive(Clone, Debug)]
pub struct ClerkKey {
    /// Whom it belongs to.
    pub clerk: Clerk,
    /// When it was made, in milliseconds since 1970.
    pub made_at: i64,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
}

impl Store {
    /// Keeps a key by its hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_clerk(&self, hash: &str, clerk: &Clerk, now: i64) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO clerk_keys (key_id, credential_hash, unit, service_window, made_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(clerk.id.as_str())
        .bind(hash)
        .bind(clerk.unit.as_str())
        .bind(clerk.window.as_deref())
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The clerk whose key has this hash, unless it was taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clerk(&self, hash: &str) -> Result<Option<Clerk>, Error> {
        let row: Option<(String, String, Option<String>)> = sqlx::query_as(
            "SELECT key_id, unit, service_window FROM clerk_keys \
             WHERE credential_hash = $1 AND revoked_at IS NULL",
        )
        .bind(hash)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|(id, unit, window)| Clerk { id, unit, window }))
    }

    /// All keys, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clerks(&self) -> Result<Vec<ClerkKey>, Error> {
        type Found = (String, String, Option<String>, i64, Option<i64>);
        let rows: Vec<Found> = sqlx::query_as(
            "SELECT key_id, unit, service_window, made_at, revoked_at FROM clerk_keys \
             ORDER BY made_at, key_id",
        )
        .fetch_all(&self.pool)
        .await?;
        let keys = rows
            .into_iter()
            .map(|(id, unit, window, made_at, revoked_at)| ClerkKey {
                clerk: Clerk { id, unit, window },
                made_at,
                revoked_at,
            });
        Ok(keys.collect())
    }

    /// Takes a key back; false where there is none of this id that holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_clerk(&self, id: &str, now: i64) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE clerk_keys SET revoked_at = $1 WHERE key_id = $2 AND revoked_at IS NULL",
        )
        .bind(now)
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}
