//! Every definition that was ever loaded.

use super::{Error, Store};

/// A definition as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The survey's id.
    pub survey: String,
    /// Its version.
    pub version: i64,
    /// `sha256:…` of the canonical JSON.
    pub hash: String,
    /// The JSON.
    pub body: String,
}

impl Store {
    /// Every definition, by survey and version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn definitions(&self) -> Result<Vec<Kept>, Error> {
        let rows: Vec<(String, i64, String, String)> = sqlx::query_as(
            "SELECT survey_id, version, hash, body FROM definitions ORDER BY survey_id, version",
        )
        .fetch_all(&self.pool)
        .await?;
        let kept = rows.into_iter().map(|(survey, version, hash, body)| Kept {
            survey,
            version,
            hash,
            body,
        });
        Ok(kept.collect())
    }

    /// Keeps `kept`, unless this version of the survey is there; gives the hash
    /// that stands there now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_definition(&self, kept: &Kept, now_ms: i64) -> Result<String, Error> {
        sqlx::query(
            "INSERT INTO definitions (survey_id, version, hash, body, loaded_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (survey_id, version) DO NOTHING",
        )
        .bind(kept.survey.as_str())
        .bind(kept.version)
        .bind(kept.hash.as_str())
        .bind(kept.body.as_str())
        .bind(now_ms)
        .execute(&self.pool)
        .await?;
        let (hash,): (String,) =
            sqlx::query_as("SELECT hash FROM definitions WHERE survey_id = $1 AND version = $2")
                .bind(kept.survey.as_str())
                .bind(kept.version)
                .fetch_one(&self.pool)
                .await?;
        Ok(hash)
    }
}
