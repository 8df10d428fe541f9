//! Answers sealed on the device: the keys in the data folder, and what they open.
//!
//! A device holds the public key alone, so that whoever carries the device away
//! reads nothing of what waits on it. RFC 9180 in base mode does the work, by the
//! crate `hpke`; no cryptography is written here.
//!
//! | module | what |
//! | --- | --- |
//! | [`key`] | one pair of keys, its id and its public text |
//! | [`file`] | what is written to disk: one file for a key, one for a backup |
//! | [`keys`] | all keys of a data folder: the current one, rotation, opening |

use std::fmt;
use std::path::Path;

pub mod file;
pub mod key;
pub mod keys;

pub use key::Key;
pub use keys::{Keys, Refusal};

/// The keys cannot be read or written.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    /// About the file or folder at `path`.
    fn at(path: &Path, reason: impl fmt::Display) -> Self {
        Self(format!("{}: {reason}", path.display()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
