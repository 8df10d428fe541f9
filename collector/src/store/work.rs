//! A transaction of several statements, for what the writing task does not do.

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection};

use super::sqlite::BEGIN;
use super::{Error, Store};

/// An open transaction. Dropped before its end (the client hung up) it takes its
/// connection with it, so that nothing of it is ever committed by someone else.
///
/// Said in SQL and not by sqlx, for the reason that `writer::commit` gives.
pub(super) struct Work {
    connection: Option<PoolConnection<Any>>,
}

impl Store {
    /// Begins one, with the lock that writing needs.
    pub(super) async fn begin(&self) -> Result<Work, Error> {
        let mut work = Work {
            connection: Some(self.pool.acquire().await?),
        };
        sqlx::raw_sql(BEGIN).execute(work.connection()?).await?;
        Ok(work)
    }
}

impl Work {
    /// What statements run on.
    pub(super) fn connection(&mut self) -> Result<&mut AnyConnection, Error> {
        match &mut self.connection {
            Some(connection) => Ok(&mut *connection),
            None => Err(Error::new("the transaction is over".to_owned())),
        }
    }

    /// Makes it last.
    pub(super) async fn commit(mut self) -> Result<(), Error> {
        sqlx::raw_sql("COMMIT").execute(self.connection()?).await?;
        self.connection = None;
        Ok(())
    }

    /// Undoes all of it.
    pub(super) async fn undo(mut self) -> Result<(), Error> {
        sqlx::raw_sql("ROLLBACK")
            .execute(self.connection()?)
            .await?;
        self.connection = None;
        Ok(())
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.close_on_drop();
        }
    }
}
