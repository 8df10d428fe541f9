//! Where things lie: the checkout, cargo's target folder, what we put into it.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

/// The folders that the commands read and write.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
}

impl Tree {
    /// Finds them. Cargo puts this program at `TARGET/PROFILE/xtask`, which
    /// tells the target folder whatever set it: an environment variable, a
    /// configuration file or nothing.
    pub fn find() -> Outcome<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().unwrap_or(manifest).to_path_buf();
        let target = std::env::current_exe()
            .ok()
            .and_then(|program| Some(program.parent()?.parent()?.to_path_buf()))
            .ok_or_else(|| {
                Failure::new("Cannot tell where cargo built this program; run it as `cargo xtask`.")
            })?;
        if !root.join("Cargo.lock").is_file() {
            return Err(Failure::new(format!(
                "{} is not the checkout any more; run `cargo xtask` inside the checkout, so that cargo builds it anew.",
                root.display()
            )));
        }
        Ok(Self { root, target })
    }

    /// The widget's files as a browser loads them. Not `target/widget`: there
    /// cargo keeps what it builds with the profile of that name.
    pub fn widget_files(&self) -> PathBuf {
        self.target.join("widget-files")
    }

    /// Tools that a command had to install for itself.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The smallest files, for people who host the widget themselves.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }
}
