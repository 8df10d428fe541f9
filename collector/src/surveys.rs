//! The surveys that can be shown and answered.
//!
//! Offered are those of the folder (or the ready ones); answerable are all that
//! this database ever saw. A broken file is a [`Fault`] and stops nobody else.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use manyi_model::{Definition, hash, limits};

use crate::clock;
use crate::store::{self, Store, definitions::Kept};

/// The definitions that come with the binary: file name and content.
const READY: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/surveys.rs"));

/// One version of a survey.
#[derive(Debug)]
pub struct Survey {
    /// The definition.
    pub definition: Definition,
    /// `sha256:…` of its canonical JSON.
    pub hash: String,
    /// Its canonical JSON.
    pub body: String,
    /// Whether it is in the folder now, and so shown in lists.
    pub offered: bool,
}

/// Why a definition is not served: file, place and reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, as it was named.
    pub file: String,
    /// The path inside the JSON, such as `questions[2].scale`.
    pub place: String,
    /// Line and column, where the file itself is at fault.
    pub position: Option<(usize, usize)>,
    /// The sentence.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        if !self.place.is_empty() {
            write!(f, ": {}", self.place)?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Reads one definition and finds every flaw in it.
///
/// # Errors
/// With the flaws.
pub fn read(file: &str, bytes: &[u8]) -> Result<Survey, Vec<Fault>> {
    let fault = |place: String, position, reason: String| Fault {
        file: file.to_owned(),
        place,
        position,
        reason,
    };
    let alone = |reason: String| vec![fault(String::new(), None, reason)];
    if bytes.len() > limits::DEFINITION_BYTES {
        let limit = limits::DEFINITION_BYTES;
        return Err(alone(format!(
            "has {} bytes; at most {limit} are read",
            bytes.len()
        )));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    // By the trait: what serde derives on the type itself takes arrays, too.
    let parsed: Result<Definition, serde_json::Error> = serde::Deserialize::deserialize(tracked);
    let parsed = parsed.and_then(|parsed| reader.end().map(|()| parsed));
    let definition = parsed.map_err(|error| {
        let place = match track.path().to_string().as_str() {
            "." => String::new(),
            place => place.to_owned(),
        };
        let position = (error.line() > 0).then(|| (error.line(), error.column()));
        vec![fault(place, position, crate::bare(&error))]
    })?;
    let flaws = definition.check();
    if !flaws.is_empty() {
        let faults = flaws
            .into_iter()
            .map(|flaw| fault(flaw.place, None, flaw.reason));
        return Err(faults.collect());
    }
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|error| alone(error.to_string()))?;
    Ok(Survey {
        definition,
        hash: hash::definition_hash(&value),
        body: hash::canonical(&value),
        offered: true,
    })
}

/// The sound definitions of the folder, or the ready ones, and what is wrong
/// with the others.
///
/// # Errors
/// When the folder cannot be read.
pub fn offered(folder: Option<&Path>) -> Result<(Vec<Survey>, Vec<Fault>), Error> {
    let (found, faults) = found(folder)?;
    Ok((
        found.into_iter().map(|(_, survey)| survey).collect(),
        faults,
    ))
}

type Found = (Vec<(String, Survey)>, Vec<Fault>);

fn found(folder: Option<&Path>) -> Result<Found, Error> {
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for (file, bytes) in sources(folder)? {
        match bytes.map_err(|error| error.to_string()) {
            Ok(bytes) => match read(&file, &bytes) {
                Ok(survey) => found.push((file, survey)),
                Err(more) => faults.extend(more),
            },
            Err(reason) => faults.push(Fault {
                file,
                place: String::new(),
                position: None,
                reason,
            }),
        }
    }
    Ok((found, faults))
}

/// All surveys, by id and version.
#[derive(Debug, Default)]
pub struct Surveys {
    by_id: BTreeMap<String, BTreeMap<u32, Arc<Survey>>>,
}

impl Surveys {
    /// Reads the folder, or the ready surveys where there is none; keeps every
    /// sound definition in `store` and takes the earlier ones from there.
    ///
    /// # Errors
    /// When the folder or the database cannot be read. Broken files are no error:
    /// they are given beside the surveys.
    pub async fn load(folder: Option<&Path>, store: &Store) -> Result<(Self, Vec<Fault>), Error> {
        let (found, mut faults) = found(folder)?;
        let mut surveys = Self::default();
        surveys.recall(store, &mut faults).await?;
        for (file, survey) in found {
            surveys.add(file, survey, store, &mut faults).await?;
        }
        Ok((surveys, faults))
    }

    /// Takes in what the database knows.
    async fn recall(&mut self, store: &Store, faults: &mut Vec<Fault>) -> Result<(), Error> {
        for kept in store.definitions().await? {
            let file = format!("database: {} version {}", kept.survey, kept.version);
            match read(&file, kept.body.as_bytes()) {
                Ok(survey) => {
                    let survey = Survey {
                        offered: false,
                        ..survey
                    };
                    let versions = self.by_id.entry(kept.survey).or_default();
                    versions.insert(survey.definition.version, Arc::new(survey));
                }
                Err(more) => faults.extend(more),
            }
        }
        Ok(())
    }

    /// Takes in one from a file. The same version with other content would change
    /// the meaning of answers already given, so what is stored stays.
    async fn add(
        &mut self,
        file: String,
        survey: Survey,
        store: &Store,
        faults: &mut Vec<Fault>,
    ) -> Result<(), Error> {
        let (id, version) = (survey.definition.id.clone(), survey.definition.version);
        let kept = Kept {
            survey: id.clone(),
            version: i64::from(version),
            hash: survey.hash.clone(),
            body: survey.body.clone(),
        };
        let stored = store.keep_definition(&kept, clock::now_ms()).await?;
        let versions = self.by_id.entry(id.clone()).or_default();
        if stored == survey.hash {
            versions.insert(version, Arc::new(survey));
            return Ok(());
        }
        faults.push(Fault {
            file,
            place: "version".to_owned(),
            position: None,
            reason: format!(
                "survey `{id}` version {version} is known with other content, which stays in \
                 force; give the changed one a higher version"
            ),
        });
        if let Some(old) = versions.get_mut(&version).and_then(Arc::get_mut) {
            old.offered = true;
        }
        Ok(())
    }

    /// One version of a survey, offered or not.
    pub fn version(&self, id: &str, version: u32) -> Option<&Arc<Survey>> {
        self.by_id.get(id)?.get(&version)
    }

    /// The newest version on offer, else the newest known.
    pub fn newest(&self, id: &str) -> Option<&Arc<Survey>> {
        let versions = self.by_id.get(id)?;
        let offered = versions.values().rev().find(|survey| survey.offered);
        offered.or_else(|| versions.values().next_back())
    }

    /// Whether any version of the survey is known.
    pub fn knows(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// The newest offered version of each survey, by id.
    pub fn offered(&self) -> impl Iterator<Item = &Arc<Survey>> {
        let newest = |versions: &'_ BTreeMap<u32, Arc<Survey>>| {
            versions
                .iter()
                .rev()
                .find(|(_, survey)| survey.offered)
                .map(|(version, _)| *version)
        };
        self.by_id
            .values()
            .filter_map(move |versions| versions.get(&newest(versions)?))
    }

    /// Every known version of every survey, newest first within a survey.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Survey>> {
        self.by_id
            .values()
            .flat_map(|versions| versions.values().rev())
    }
}

/// The surveys could not be loaded at all.
#[derive(Debug)]
pub enum Error {
    /// The folder cannot be read.
    Folder(String),
    /// The database fails.
    Store(store::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(reason) => f.write_str(reason),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

type Source = (String, std::io::Result<Vec<u8>>);

/// File names and contents, by name.
fn sources(folder: Option<&Path>) -> Result<Vec<Source>, Error> {
    let Some(folder) = folder else {
        let ready = READY
            .iter()
            .map(|(name, bytes)| ((*name).to_owned(), Ok(bytes.to_vec())));
        return Ok(ready.collect());
    };
    let failed = |error: std::io::Error| Error::Folder(format!("{}: {error}", folder.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    let read = |path: std::path::PathBuf| (path.display().to_string(), bounded(&path));
    Ok(paths.into_iter().map(read).collect())
}

/// Reads a file, but not beyond the limit by more than one byte.
pub(crate) fn bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let limit = limits::DEFINITION_BYTES as u64 + 1;
    std::fs::File::open(path)?
        .take(limit)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
