//! All keys of a data folder: `keys/ID.key` for each, and `keys/current`, which
//! names the one that devices seal to now. No key is ever taken away: a device may
//! hold for months what it sealed to an old one.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use manyi_model::{Answers, Sealed};

use super::{Error, Key, file};
use crate::clock;

/// Why sealed answers are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The key is none of these.
    UnknownKey,
    /// It was changed on its way, belongs to another response, or holds no answers.
    NotOpenable,
}

/// The keys of one data folder. Another process may add to the folder at any time
/// (`key rotate`, `key restore`), and nobody restarts the collector for it.
#[derive(Debug)]
pub struct Keys {
    folder: PathBuf,
    held: RwLock<Held>,
}

#[derive(Debug)]
struct Held {
    /// Oldest first.
    keys: Vec<Arc<Key>>,
    current: Arc<Key>,
}

impl Held {
    fn key(&self, id: &str) -> Option<Arc<Key>> {
        self.keys.iter().find(|key| key.id() == id).cloned()
    }
}

impl Keys {
    /// The keys in the data folder `data`.
    ///
    /// # Errors
    /// When there are none, or they cannot be read.
    pub fn open(data: &Path) -> Result<Self, Error> {
        let folder = data.join("keys");
        let held = read(&folder)?.ok_or_else(|| {
            let reason = "there are no keys here: `key create` makes the first";
            Error::at(&folder, reason)
        })?;
        Ok(Self {
            folder,
            held: RwLock::new(held),
        })
    }

    /// The same, making the first key where there is none.
    ///
    /// # Errors
    /// When they cannot be read or written.
    pub fn open_or_create(data: &Path) -> Result<Self, Error> {
        let folder = data.join("keys");
        if read(&folder)?.is_none() {
            make_folder(&folder)?;
            let key = Key::new(clock::now_ms());
            add(&folder, &key)?;
            // Two collectors may start on one folder at once: then both keys are
            // here and open, and the last one named is current.
            file::put(&folder.join("current"), key.id())?;
        }
        Self::open(data)
    }

    /// The key that devices seal to.
    pub fn current(&self) -> Arc<Key> {
        let (known, current) = {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            (Arc::clone(&held.current), read_current(&self.folder))
        };
        match current {
            Ok(Some(id)) if id == known.id() => known,
            // A folder that cannot be read now was read before.
            _ => {
                self.read_again();
                let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(&held.current)
            }
        }
    }

    /// All keys, oldest first.
    pub fn all(&self) -> Vec<Arc<Key>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.keys.clone()
    }

    fn key(&self, id: &str) -> Option<Arc<Key>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.key(id)
    }

    fn read_again(&self) {
        match read(&self.folder) {
            Ok(Some(held)) => {
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
            }
            Ok(None) => tracing::error!("the folder of the keys is empty"),
            Err(error) => tracing::error!(%error, "the keys could not be read again"),
        }
    }

    /// Makes a new current key. What was sealed to the others still opens.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn rotate(&self) -> Result<Arc<Key>, Error> {
        let key = Key::new(clock::now_ms());
        add(&self.folder, &key)?;
        file::put(&self.folder.join("current"), key.id())?;
        self.read_again();
        Ok(self.current())
    }

    /// Writes all keys into one new file.
    ///
    /// # Errors
    /// When the file is there or cannot be written.
    pub fn backup(&self, path: &Path) -> Result<usize, Error> {
        let keys: Vec<Key> = self.all().iter().map(|key| (**key).clone()).collect();
        file::write_backup(path, &keys, self.current().id())?;
        Ok(keys.len())
    }

    /// Puts the keys of a backup beside those of `data`: how many were not there.
    /// The backup's current key becomes current where there is none yet.
    ///
    /// # Errors
    /// When the backup cannot be read or a key cannot be written.
    pub fn restore(data: &Path, path: &Path) -> Result<usize, Error> {
        let (keys, current) = file::read_backup(path)?;
        let folder = data.join("keys");
        make_folder(&folder)?;
        let mut added = 0;
        for key in &keys {
            let at = path_of(&folder, key.id());
            if at.exists() {
                // What is there stays; that it is whole is what one wants to know.
                file::read(&at)?;
            } else {
                add(&folder, key)?;
                added += 1;
            }
        }
        if read_current(&folder)?.is_none() {
            file::put(&folder.join("current"), &current)?;
        }
        Ok(added)
    }

    /// The answers in `sealed`, which came with the response of this id, in lower case.
    ///
    /// # Errors
    /// When the key is unknown, or it does not open.
    pub fn open_sealed(&self, sealed: &Sealed, id: &str) -> Result<Answers, Refusal> {
        // What looks like no key costs no look into the folder.
        let is_id = sealed.key.len() == 16
            && (sealed.key.bytes()).all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !is_id {
            return Err(Refusal::UnknownKey);
        }
        let key = match self.key(&sealed.key) {
            Some(key) => key,
            // Another collector on this folder may have made it a moment ago.
            None if path_of(&self.folder, &sealed.key).exists() => {
                self.read_again();
                self.key(&sealed.key).ok_or(Refusal::UnknownKey)?
            }
            None => return Err(Refusal::UnknownKey),
        };
        let decoded = |text: &str| {
            URL_SAFE_NO_PAD
                .decode(text)
                .map_err(|_| Refusal::NotOpenable)
        };
        let (enc, text) = (decoded(&sealed.enc)?, decoded(&sealed.text)?);
        let opened = key
            .open(&enc, &text, id.as_bytes())
            .ok_or(Refusal::NotOpenable)?;
        serde_json::from_slice(&opened).map_err(|_| Refusal::NotOpenable)
    }
}

fn path_of(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.key"))
}

fn add(folder: &Path, key: &Key) -> Result<(), Error> {
    file::write(&path_of(folder, key.id()), key)
}

/// The folder, for its owner alone, with its name on the disk.
fn make_folder(folder: &Path) -> Result<(), Error> {
    let failed = |error| Error::at(folder, error);
    if let Some(data) = folder.parent() {
        std::fs::create_dir_all(data).map_err(failed)?;
    }
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    match builder.create(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(failed(error)),
        _ => file::sync_folder_of(folder).map_err(failed),
    }
}

fn read_current(folder: &Path) -> Result<Option<String>, Error> {
    let path = folder.join("current");
    match std::fs::read_to_string(&path) {
        Ok(id) => Ok(Some(id.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::at(&path, error)),
    }
}

/// What is in the folder; `None` where no key was ever made.
fn read(folder: &Path) -> Result<Option<Held>, Error> {
    let Some(current) = read_current(folder)? else {
        return Ok(None);
    };
    let failed = |error| Error::at(folder, error);
    let mut keys = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "key") {
            keys.push(Arc::new(file::read(&path)?));
        }
    }
    keys.sort_by(|a, b| (a.created_at, a.id()).cmp(&(b.created_at, b.id())));
    let Some(of_now) = keys.iter().find(|key| key.id() == current).cloned() else {
        let reason = format!("the current key {current} is missing: restore it from a backup");
        return Err(Error::at(folder, reason));
    };
    Ok(Some(Held {
        keys,
        current: of_now,
    }))
}
