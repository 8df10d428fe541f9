//! A disk that forgets: a file system of this process, mounted by FUSE, that keeps
//! what was written in one place and what was synced in another. Cutting its power
//! leaves what was synced, and of the rest what chance leaves, as real disks do.
//! It can also be full, read-only, or lie about having synced.
//!
//! LazyFS does the same by fault commands; it is in no package registry.

#[path = "disk/tree.rs"]
mod tree;

use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use fuser::{
    BackgroundSession, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags,
    Generation, INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate,
    ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyStatfs, ReplyWrite, Request, TimeOrNow,
    WriteFlags,
};
use tempfile::TempDir;
use tree::{Node, Tree};

pub use tree::Trouble;

/// The disk, mounted somewhere.
pub struct Disk {
    tree: Arc<Mutex<Tree>>,
    folder: TempDir,
    mounted: Option<BackgroundSession>,
}

impl Disk {
    pub fn new() -> Self {
        let mut disk = Self {
            tree: Arc::default(),
            folder: tempfile::tempdir().unwrap(),
            mounted: None,
        };
        disk.mount();
        disk
    }

    fn mount(&mut self) {
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("forgetful".to_owned())];
        let view = View(Arc::clone(&self.tree));
        let mounted = fuser::spawn_mount(view, self.folder.path(), &config)
            .expect("mounting needs /dev/fuse and root: try `unshare -rm cargo test`");
        self.mounted = Some(mounted);
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A way to change it while someone else holds it.
    pub fn switch(&self) -> Switch {
        Switch(Arc::clone(&self.tree))
    }

    /// Power back on, after [`Switch::cut`] and the end of every process on it.
    pub fn back_on(&mut self, seed: u64) {
        let mounted = self.mounted.take().unwrap();
        mounted.umount_and_join().unwrap();
        self.tree.lock().unwrap().forget(seed);
        self.mount();
    }
}

#[derive(Clone)]
pub struct Switch(Arc<Mutex<Tree>>);

impl Switch {
    /// From here on nothing is written and nothing is synced.
    pub fn cut(&self) {
        self.trouble(Some(Trouble::Dead));
    }

    pub fn trouble(&self, trouble: Option<Trouble>) {
        self.0.lock().unwrap().trouble = trouble;
    }
}

/// The tree as the kernel sees it.
struct View(Arc<Mutex<Tree>>);

/// The kernel alone changes anything, so it may remember what it was told.
const TTL: Duration = Duration::from_secs(60);

impl View {
    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.0.lock().unwrap()
    }
}

fn attributes(ino: u64, node: &Node) -> FileAttr {
    let size = node.size();
    let is_folder = node.is_folder();
    FileAttr {
        ino: INodeNo(ino),
        size,
        blocks: size.div_ceil(512),
        atime: SystemTime::UNIX_EPOCH,
        mtime: SystemTime::UNIX_EPOCH,
        ctime: SystemTime::UNIX_EPOCH,
        crtime: SystemTime::UNIX_EPOCH,
        kind: if is_folder {
            FileType::Directory
        } else {
            FileType::RegularFile
        },
        perm: if is_folder { 0o700 } else { 0o600 },
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: 0,
        blksize: 4096,
        flags: 0,
    }
}

fn name(name: &OsStr) -> &str {
    name.to_str().unwrap()
}

impl Filesystem for View {
    fn lookup(&self, _: &Request, parent: INodeNo, child: &OsStr, reply: ReplyEntry) {
        let tree = self.tree();
        match tree.child(parent.0, name(child)) {
            Some(ino) => reply.entry(&TTL, &attributes(ino, tree.node(ino)), Generation(0)),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        reply.attr(&TTL, &attributes(ino.0, self.tree().node(ino.0)));
    }

    fn setattr(
        &self,
        _: &Request,
        ino: INodeNo,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<fuser::BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let mut tree = self.tree();
        if let Some(size) = size
            && let Err(error) = tree.truncate(ino.0, size)
        {
            return reply.error(error);
        }
        reply.attr(&TTL, &attributes(ino.0, tree.node(ino.0)));
    }

    fn mkdir(
        &self,
        _: &Request,
        parent: INodeNo,
        child: &OsStr,
        _: u32,
        _: u32,
        reply: ReplyEntry,
    ) {
        let mut tree = self.tree();
        match tree.add(parent.0, name(child), Node::folder()) {
            Ok(ino) => reply.entry(&TTL, &attributes(ino, tree.node(ino)), Generation(0)),
            Err(error) => reply.error(error),
        }
    }

    fn create(
        &self,
        _: &Request,
        parent: INodeNo,
        child: &OsStr,
        _: u32,
        _: u32,
        _: i32,
        reply: ReplyCreate,
    ) {
        let mut tree = self.tree();
        match tree.add(parent.0, name(child), Node::file()) {
            Ok(ino) => {
                let attributes = attributes(ino, tree.node(ino));
                let flags = FopenFlags::empty();
                reply.created(&TTL, &attributes, Generation(0), FileHandle(0), flags);
            }
            Err(error) => reply.error(error),
        }
    }

    fn unlink(&self, _: &Request, parent: INodeNo, child: &OsStr, reply: ReplyEmpty) {
        match self.tree().remove(parent.0, name(child)) {
            Ok(_) => reply.ok(),
            Err(error) => reply.error(error),
        }
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        child: &OsStr,
        new_parent: INodeNo,
        new_child: &OsStr,
        _: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let from = (parent.0, name(child));
        match self.tree().rename(from, (new_parent.0, name(new_child))) {
            Ok(()) => reply.ok(),
            Err(error) => reply.error(error),
        }
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        reply.data(self.tree().read(ino.0, offset, u64::from(size)));
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.tree().write(ino.0, offset, data) {
            Ok(()) => reply.written(u32::try_from(data.len()).unwrap()),
            Err(error) => reply.error(error),
        }
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        match self.tree().sync(ino.0) {
            Ok(()) => reply.ok(),
            Err(error) => reply.error(error),
        }
    }

    fn fsyncdir(
        &self,
        request: &Request,
        ino: INodeNo,
        handle: FileHandle,
        data: bool,
        reply: ReplyEmpty,
    ) {
        self.fsync(request, ino, handle, data, reply);
    }

    fn readdir(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let tree = self.tree();
        let skipped = usize::try_from(offset).unwrap();
        for (at, (name, child)) in tree.children(ino.0).enumerate().skip(skipped) {
            let kind = attributes(child, tree.node(child)).kind;
            if reply.add(INodeNo(child), at as u64 + 1, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        let full = self.tree().trouble == Some(Trouble::Full);
        let free = if full { 0 } else { 1 << 20 };
        reply.statfs(1 << 21, free, free, 1 << 20, 1 << 19, 4096, 255, 4096);
    }
}
