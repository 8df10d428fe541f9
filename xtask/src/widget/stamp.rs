//! A note beside the widget's files of what they were made from, so that a
//! warm `serve` neither binds nor compresses again.

use std::fs;
use std::path::{Path, PathBuf};

use super::bundle::hex;
use crate::failure::{OrFail, Outcome};

/// What decides about the files besides what was compiled.
const OUR_PART: [&str; 5] = [
    include_str!("glue.rs"),
    include_str!("kiosk.rs"),
    include_str!("bundle.rs"),
    include_str!("modules.rs"),
    include_str!("../compress.rs"),
];

/// The stamp of these inputs. The code that writes the files is one of them.
pub fn of<'a>(inputs: impl Iterator<Item = &'a Vec<u8>>) -> String {
    let ours = OUR_PART.iter().map(|source| hex(source.as_bytes()));
    let hashes: String = ours.chain(inputs.map(|input| hex(input))).collect();
    hex(hashes.as_bytes())
}

/// Whether the folder was written from these inputs.
pub fn stands(folder: &Path, stamp: &str) -> bool {
    folder.is_dir() && fs::read_to_string(path(folder)).is_ok_and(|text| text == stamp)
}

/// Notes it, after everything else was written.
pub fn put(folder: &Path, stamp: &str) -> Outcome {
    fs::write(path(folder), stamp).or_fail(|| format!("Cannot write {}", path(folder).display()))
}

/// Beside the folder, not in it: all that lies in it is shipped.
fn path(folder: &Path) -> PathBuf {
    folder.with_extension("stamp")
}
