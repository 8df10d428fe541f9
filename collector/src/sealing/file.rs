//! What is written to disk: one file for each key, and one with all of them for a
//! backup. A file appears whole or not at all, and is on the disk before anyone is
//! told of it: a key that is lost takes with it what was sealed to it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Error, Key};
use crate::bare;

/// A key as it stands in a file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    created_at: i64,
    /// 32 bytes in base64url.
    private: Zeroizing<String>,
}

/// All keys of a folder, in one file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Backup {
    current: String,
    keys: Vec<Written>,
}

fn written(key: &Key) -> Written {
    Written {
        id: key.id().to_owned(),
        created_at: key.created_at,
        private: Zeroizing::new(URL_SAFE_NO_PAD.encode(&*key.private())),
    }
}

fn understood(path: &Path, written: &Written) -> Result<Key, Error> {
    let bytes = URL_SAFE_NO_PAD
        .decode(written.private.as_bytes())
        .map(Zeroizing::new);
    bytes
        .ok()
        .and_then(|bytes| Key::from_private(&bytes, written.created_at))
        .filter(|key| key.id() == written.id)
        .ok_or_else(|| Error::at(path, "this is no key, or not the one it says it is"))
}

/// Reads a key's file.
///
/// # Errors
/// When it cannot be read or is not whole.
pub fn read(path: &Path) -> Result<Key, Error> {
    understood(path, &parsed(path)?)
}

/// Writes a key's file. Its name comes from the key, so there is never another
/// key to lose under it.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, key: &Key) -> Result<(), Error> {
    put(path, &text(path, &written(key))?)
}

/// Reads a backup: the keys, and the id of the current one.
///
/// # Errors
/// When it cannot be read or is not whole.
pub fn read_backup(path: &Path) -> Result<(Vec<Key>, String), Error> {
    let backup: Backup = parsed(path)?;
    let keys = backup.keys.iter().map(|written| understood(path, written));
    let keys = keys.collect::<Result<Vec<Key>, Error>>()?;
    if keys.iter().any(|key| key.id() == backup.current) {
        Ok((keys, backup.current))
    } else {
        Err(Error::at(path, "the current key is not among the keys"))
    }
}

/// Writes a backup to a new file.
///
/// # Errors
/// When the file is there, or cannot be written.
pub fn write_backup(path: &Path, keys: &[Key], current: &str) -> Result<(), Error> {
    let backup = Backup {
        current: current.to_owned(),
        keys: keys.iter().map(written).collect(),
    };
    let text = text(path, &backup)?;
    let whole = create(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        sync_folder_of(path)
    });
    whole.map_err(|error| Error::at(path, error))
}

fn parsed<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::at(path, error))?;
    let bytes = Zeroizing::new(bytes);
    serde_json::from_slice(&bytes).map_err(|error| Error::at(path, bare(&error)))
}

fn text(path: &Path, value: &impl Serialize) -> Result<Zeroizing<String>, Error> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::at(path, error))?;
    Ok(Zeroizing::new(text + "\n"))
}

/// Puts a file at `path`, in place of what is there: all of it or nothing.
pub(super) fn put(path: &Path, text: &str) -> Result<(), Error> {
    // Several may be at it at once, here and in other processes.
    static DRAFTS: AtomicU32 = AtomicU32::new(0);
    let draft = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = path.with_extension(format!("{}-{draft}.draft", std::process::id()));
    // One may have been left by a process of this number that was killed.
    let _ = std::fs::remove_file(&draft);
    let written = create(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        sync_folder_of(path)
    });
    written.map_err(|error| Error::at(path, error))
}

/// A new file that only its owner may read.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// A file's name is on the disk when its folder is.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Windows opens no folders, and writes names through by itself.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
