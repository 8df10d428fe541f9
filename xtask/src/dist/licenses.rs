//! The licences that go with the files: ours, and those of the crates whose
//! code is inside the Wasm.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{cargo, output};
use crate::failure::{Failure, OrFail, Outcome};
use crate::toolchain::WASM;
use crate::tree::Tree;
use crate::widget::bundle::File;

/// LICENSE-… of the project and THIRD-PARTY.txt.
pub fn files(tree: &Tree) -> Outcome<Vec<File>> {
    let mut files = Vec::new();
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let path = tree.root.join(name);
        let bytes = fs::read(&path).or_fail(|| format!("Cannot read {}", path.display()))?;
        files.push(File {
            name: name.into(),
            bytes,
        });
    }
    let crates = crates(tree)?;
    files.push(File {
        name: "THIRD-PARTY.txt".into(),
        bytes: third_party(&crates, &texts).into_bytes(),
    });
    Ok(files)
}

/// `name version (licence)` of each crate in the Wasm that is not ours.
fn crates(tree: &Tree) -> Outcome<BTreeSet<String>> {
    let mut tree_of = cargo(&tree.root);
    tree_of.args([
        "tree",
        "--package",
        "manyi",
        "--package",
        "manyi-delivery",
        "--package",
        "manyi-queue",
        "--target",
        WASM,
        "--edges",
        "normal,no-proc-macro",
    ]);
    let lines =
        output(tree_of.args(["--prefix", "none", "--format", "{p} ({l})"])).ok_or_else(|| {
            Failure::new(
                "`cargo tree --package manyi --package manyi-delivery --package manyi-queue` fails; run it to see why.",
            )
        })?;
    // A path stands behind the version of our own packages, a mark behind repetitions.
    let foreign = lines
        .lines()
        .filter(|line| !line.contains(" (/"))
        .map(|line| line.trim_end_matches(" (*)"));
    Ok(foreign
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect())
}

fn third_party(crates: &BTreeSet<String>, texts: &dyn Fn(&str) -> Vec<String>) -> String {
    let mut text = String::from(
        "The Wasm contains code of these crates. Where a licence may be chosen, MIT was.\n",
    );
    for name in crates {
        text += &format!("\n{}\n{name}\n", "=".repeat(72));
        for license in texts(name) {
            text += &format!("\n{}\n", license.trim());
        }
    }
    text
}

/// The licence texts that came with a crate's source; the MIT one alone where there is one.
fn texts(name: &str) -> Vec<String> {
    let mut words = name.split(' ');
    let (Some(package), Some(version)) = (words.next(), words.next()) else {
        return Vec::new();
    };
    let folder = format!("{package}-{}", version.trim_start_matches('v'));
    let sources = registry().and_then(|registry| fs::read_dir(registry).ok());
    let folders = sources
        .into_iter()
        .flatten()
        .flatten()
        .map(|source| source.path().join(&folder));
    let mut found: Vec<PathBuf> = folders.flat_map(licenses_in).collect();
    found.sort();
    if let Some(mit) = found
        .iter()
        .find(|path| path.to_string_lossy().contains("MIT"))
    {
        found = vec![mit.clone()];
    }
    found
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect()
}

fn licenses_in(folder: PathBuf) -> Vec<PathBuf> {
    let named = |path: &Path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_ascii_uppercase();
        path.is_file() && (name.starts_with("LICENSE") || name.starts_with("COPYING"))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| named(path))
        .collect()
}

fn registry() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
    Some(home.join("registry/src"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_is_named_with_its_text() {
        let crates = BTreeSet::from(["yew v0.23.0 (MIT OR Apache-2.0)".to_owned()]);
        let text = third_party(&crates, &|name| vec![format!("Copyright of {name}\n\n")]);
        assert!(
            text.contains("\nyew v0.23.0 (MIT OR Apache-2.0)\n\nCopyright of yew"),
            "{text}"
        );
    }
}
