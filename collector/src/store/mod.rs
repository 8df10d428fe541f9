//! What is kept, and how: one database, the same statements for every kind.
//!
//! | module | what |
//! | --- | --- |
//! | [`units`] | units, windows, officers |
//! | [`accounts`], [`sessions`] | who may enter the desk, and has |
//! | [`audit`] | who did what, append-only |
//! | `sqlite` | opens the database: all that is particular to SQLite |
//! | [`responses`] | rows of responses and conflicts |
//! | [`finds`], [`search`] | what the desk searches in, and the search |
//! | [`records`], [`tags`] | one response for the desk, and the words that staff puts on it |
//! | [`erasure`], [`retention`] | what is deleted: for a person, and when its time is over |
//! | [`gaps`] | which responses of a device never came |
//! | [`definitions`] | every definition ever loaded |
//! | [`tablets`] | codes, tablets, their last heartbeat |
//! | [`clerks`] | keys of clerks |
//! | [`invitations`] | links that are good for one rating |
//! | [`roster`] | who is on duty at which window |
//! | [`switches`] | what the operator has switched off |
//! | [`triggers`] | what windows were asked to show, and what became of it |
//! | [`weeks`] | which week and part a response belongs to |
//! | [`editions`] | closed weeks and their supplements |
//! | [`evidence`] | what a week's figures are made of beside responses |
//! | `work` | a transaction of several statements |
//! | [`writer`] | the one task that writes responses, many in one commit |

use std::fmt;

use sqlx::AnyPool;

pub mod accounts;
pub mod audit;
pub mod clerks;
pub mod definitions;
pub mod editions;
pub mod erasure;
pub mod evidence;
pub mod finds;
pub mod gaps;
pub mod invitations;
pub mod records;
pub mod responses;
pub mod retention;
pub mod roster;
pub mod search;
pub mod sessions;
mod sqlite;
pub mod switches;
pub mod tablets;
pub mod tags;
pub mod triggers;
pub mod units;
pub mod weeks;
mod work;
pub mod writer;

pub use sqlite::open;

/// An open database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
}

/// The database refused or is out of reach.
#[derive(Debug)]
pub struct Error {
    text: String,
    /// Whether nothing can be stored now, whatever it is.
    outage: bool,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error {
    fn new(text: String) -> Self {
        Self {
            text,
            outage: false,
        }
    }
}

impl std::error::Error for Error {}

impl From<sqlx::Error> for Error {
    /// What the database says about itself; never the values of a row.
    fn from(error: sqlx::Error) -> Self {
        let outage = match &error {
            sqlx::Error::Database(said) => sqlite::is_outage(said.code().as_deref()),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
            _ => false,
        };
        Self {
            text: format!("the database: {error}"),
            outage,
        }
    }
}

impl Store {
    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query("SELECT version FROM schema_migrations LIMIT 1")
            .fetch_optional(&self.pool)
            .await?;
        Ok(())
    }

    /// Writes everything into the one file and closes it.
    pub async fn close(&self) {
        sqlite::checkpoint(&self.pool).await;
        self.pool.close().await;
    }
}
