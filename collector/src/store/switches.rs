//! What the operator has switched off for everybody.

use super::{Error, Store};

/// The kiosk: tablets drop every version of it that they keep.
pub const KIOSK: &str = "kiosk";

impl Store {
    /// Since when a switch is thrown, in milliseconds since 1970; `None` where it is
    /// not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn thrown(&self, name: &str) -> Result<Option<i64>, Error> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT thrown_at FROM switches WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|(thrown_at,)| thrown_at))
    }

    /// Throws a switch, if it is not thrown yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn throw(&self, name: &str, now: i64) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO switches (name, thrown_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(name)
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Puts a switch back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_back(&self, name: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM switches WHERE name = $1")
            .bind(name)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
