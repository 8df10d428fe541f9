//! Building the collector, with the widget's files inside it.

use std::path::{Path, PathBuf};

use crate::command;
use crate::failure::Outcome;
use crate::tree::Tree;

/// How fast the collector has to be against how fast it has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// For a first look and for tests: shares its dependencies with `cargo test`.
    Dev,
    /// For figures and for a real station.
    Release,
}

/// Tells the collector's build script which widget to put in. Every cargo
/// command of ours says the same, or each would rebuild what the other built.
pub const WIDGET_DIR: &str = "MANYI_WIDGET_DIR";

/// Builds it and gives the program's path.
pub fn build(tree: &Tree, widget: &Path, speed: Speed) -> Outcome<PathBuf> {
    let mut cargo = command::cargo(&tree.root);
    cargo
        .args([
            "build",
            "--package",
            "manyi-collector",
            "--bin",
            "manyi-collector",
        ])
        .env(WIDGET_DIR, widget);
    let profile = match speed {
        Speed::Dev => "debug",
        Speed::Release => {
            cargo.arg("--release");
            "release"
        }
    };
    command::run(&mut cargo, "Building the collector")?;
    Ok(tree
        .target
        .join(profile)
        .join(format!("manyi-collector{}", std::env::consts::EXE_SUFFIX)))
}
