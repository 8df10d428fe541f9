//! Gives the responses out again, one row at a time.

use std::fmt;
use std::io::{self, Write};

use clap::ValueEnum;

use crate::store::responses::Which;
use crate::store::{self, Store};

mod csv;
mod jsonl;

pub(crate) use csv::line;

/// What an export looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for a spreadsheet.
    Csv,
    /// One JSON object a line, with everything.
    Jsonl,
}

/// Why an export is incomplete.
#[derive(Debug)]
pub enum Error {
    /// The database failed.
    Store(store::Error),
    /// The other side took no more.
    Write(io::Error),
    /// A row in the database is not what was put there.
    Row(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Write(error) => write!(f, "cannot write: {error}"),
            Self::Row(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Writes every response, or those to `survey`, and says how many they were.
///
/// # Errors
/// When it is incomplete.
pub async fn write(
    store: &Store,
    format: Format,
    survey: Option<&str>,
    out: &mut impl Write,
) -> Result<u64, Error> {
    write_which(store, format, Which::Responses, survey, out).await
}

/// The same for [`Which::Conflicts`], for a person to compare with the rows of the
/// same ids.
///
/// # Errors
/// When it is incomplete.
pub async fn write_which(
    store: &Store,
    format: Format,
    which: Which,
    survey: Option<&str>,
    out: &mut impl Write,
) -> Result<u64, Error> {
    let count = match format {
        Format::Csv => csv::write(store, which, survey, out).await?,
        Format::Jsonl => jsonl::write(store, which, survey, out).await?,
    };
    out.flush()?;
    Ok(count)
}
