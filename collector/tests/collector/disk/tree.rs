//! Files and folders, each as it is and as it was when it was last synced.

use std::collections::{BTreeMap, HashMap};

use fuser::Errno;

/// What is the matter with the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No power: every write and every sync fails.
    Dead,
    /// No room: writes fail.
    Full,
    /// It became read-only, as a file system does that found itself damaged.
    ReadOnly,
    /// Syncs fail: a bad cable, a dying disk.
    NoSync,
    /// It says that it has synced, and has not.
    Lying,
}

/// A change of a file that was not synced.
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Default)]
pub struct File {
    now: Vec<u8>,
    synced: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Default)]
pub struct Folder {
    now: BTreeMap<String, u64>,
    synced: BTreeMap<String, u64>,
}

pub enum Node {
    File(File),
    Folder(Folder),
}

impl Node {
    pub fn file() -> Self {
        Self::File(File::default())
    }

    pub fn folder() -> Self {
        Self::Folder(Folder::default())
    }

    pub fn is_folder(&self) -> bool {
        matches!(self, Self::Folder(_))
    }

    pub fn size(&self) -> u64 {
        match self {
            Self::File(file) => file.now.len() as u64,
            Self::Folder(_) => 0,
        }
    }
}

pub struct Tree {
    /// 1 is the root. Numbers are never used again.
    nodes: HashMap<u64, Node>,
    next: u64,
    pub trouble: Option<Trouble>,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            nodes: HashMap::from([(1, Node::folder())]),
            next: 2,
            trouble: None,
        }
    }
}

/// What a disk writes at once; a longer write may be torn here.
const SECTOR: usize = 512;

impl Tree {
    pub fn node(&self, ino: u64) -> &Node {
        &self.nodes[&ino]
    }

    fn folder(&mut self, ino: u64) -> &mut Folder {
        match self.nodes.get_mut(&ino) {
            Some(Node::Folder(folder)) => folder,
            _ => panic!("{ino} is no folder"),
        }
    }

    fn file(&mut self, ino: u64) -> &mut File {
        match self.nodes.get_mut(&ino) {
            Some(Node::File(file)) => file,
            _ => panic!("{ino} is no file"),
        }
    }

    pub fn children(&self, ino: u64) -> impl Iterator<Item = (&str, u64)> {
        let folder = match self.node(ino) {
            Node::Folder(folder) => Some(folder),
            Node::File(_) => None,
        };
        let children = folder.into_iter().flat_map(|folder| &folder.now);
        children.map(|(name, ino)| (name.as_str(), *ino))
    }

    pub fn child(&self, ino: u64, name: &str) -> Option<u64> {
        let mut children = self.children(ino);
        children
            .find(|(child, _)| *child == name)
            .map(|(_, ino)| ino)
    }

    /// Whether something may be changed; `more` says whether that takes room.
    fn may_change(&self, more: bool) -> Result<(), Errno> {
        match self.trouble {
            Some(Trouble::Dead) => Err(Errno::EIO),
            Some(Trouble::ReadOnly) => Err(Errno::EROFS),
            Some(Trouble::Full) if more => Err(Errno::ENOSPC),
            _ => Ok(()),
        }
    }

    pub fn add(&mut self, parent: u64, name: &str, node: Node) -> Result<u64, Errno> {
        self.may_change(true)?;
        if self.child(parent, name).is_some() {
            return Err(Errno::EEXIST);
        }
        let ino = self.next;
        self.next += 1;
        self.nodes.insert(ino, node);
        self.folder(parent).now.insert(name.to_owned(), ino);
        Ok(ino)
    }

    pub fn remove(&mut self, parent: u64, name: &str) -> Result<u64, Errno> {
        self.may_change(false)?;
        let removed = self.folder(parent).now.remove(name);
        // The file itself stays: it may be open, and its name may come back.
        removed.ok_or(Errno::ENOENT)
    }

    pub fn rename(&mut self, from: (u64, &str), to: (u64, &str)) -> Result<(), Errno> {
        let ino = self.remove(from.0, from.1)?;
        self.folder(to.0).now.insert(to.1.to_owned(), ino);
        Ok(())
    }

    pub fn read(&self, ino: u64, offset: u64, size: u64) -> &[u8] {
        let Node::File(file) = self.node(ino) else {
            return &[];
        };
        let length = file.now.len() as u64;
        let start = offset.min(length);
        let end = (offset + size).min(length);
        &file.now[start as usize..end as usize]
    }

    pub fn write(&mut self, ino: u64, offset: u64, data: &[u8]) -> Result<(), Errno> {
        self.may_change(true)?;
        self.file(ino).change(Change::Write(offset, data.to_vec()));
        Ok(())
    }

    pub fn truncate(&mut self, ino: u64, size: u64) -> Result<(), Errno> {
        self.may_change(size > self.node(ino).size())?;
        self.file(ino).change(Change::Truncate(size));
        Ok(())
    }

    pub fn sync(&mut self, ino: u64) -> Result<(), Errno> {
        match self.trouble {
            Some(Trouble::Dead | Trouble::NoSync) => return Err(Errno::EIO),
            Some(Trouble::Lying) => return Ok(()),
            _ => {}
        }
        match self.nodes.get_mut(&ino) {
            Some(Node::File(file)) => file.sync(),
            Some(Node::Folder(folder)) => folder.synced = folder.now.clone(),
            None => return Err(Errno::ENOENT),
        }
        Ok(())
    }

    /// What is left after the power was cut: all that was synced, and of the other
    /// changes none, all or some, sector by sector and in no order. A folder is
    /// old or new as a whole, as with every file system that keeps a journal.
    pub fn forget(&mut self, seed: u64) {
        let mut chance = Chance(seed);
        let mut inos: Vec<u64> = self.nodes.keys().copied().collect();
        inos.sort_unstable();
        for ino in inos {
            match self.nodes.get_mut(&ino) {
                Some(Node::File(file)) => file.forget(&mut chance),
                Some(Node::Folder(folder)) if chance.of(2) == 0 => {
                    folder.now = folder.synced.clone();
                }
                Some(Node::Folder(folder)) => folder.synced = folder.now.clone(),
                None => {}
            }
        }
        self.trouble = None;
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(offset, data) => {
            let start = *offset as usize;
            let end = start + data.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[start..end].copy_from_slice(data);
        }
        Change::Truncate(size) => bytes.resize(*size as usize, 0),
    }
}

impl File {
    fn change(&mut self, change: Change) {
        apply(&mut self.now, &change);
        self.pending.push(change);
    }

    fn sync(&mut self) {
        for change in self.pending.drain(..) {
            apply(&mut self.synced, &change);
        }
    }

    fn forget(&mut self, chance: &mut Chance) {
        let pending = std::mem::take(&mut self.pending);
        let mood = chance.of(3);
        for change in &pending {
            match (mood, change) {
                (0, _) => {}
                (1, _) => apply(&mut self.synced, change),
                (_, Change::Truncate(_)) => {
                    if chance.of(2) == 0 {
                        apply(&mut self.synced, change);
                    }
                }
                (_, Change::Write(offset, data)) => {
                    for (at, sector) in data.chunks(SECTOR).enumerate() {
                        if chance.of(2) == 0 {
                            let offset = offset + (at * SECTOR) as u64;
                            apply(&mut self.synced, &Change::Write(offset, sector.to_vec()));
                        }
                    }
                }
            }
        }
        self.now = self.synced.clone();
    }
}

/// SplitMix64: the same seed, the same fate.
struct Chance(u64);

impl Chance {
    fn of(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}
