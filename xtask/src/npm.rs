//! Tools that come as npm packages, each in a folder of its own: installing a
//! second one into the same folder would remove the first.

use std::path::PathBuf;
use std::process::Command;

use crate::command::{find, run};
use crate::failure::{Failure, Outcome};
use crate::tree::Tree;

/// One package at one version.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    /// Its name at the registry.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// `wasm-opt`. Debian's is too old to know what rustc emits.
pub const BINARYEN: Package = Package {
    name: "binaryen",
    version: "132.0.0",
};
/// Minifies JavaScript and CSS.
pub const ESBUILD: Package = Package {
    name: "esbuild",
    version: "0.28.2",
};

impl Package {
    /// The folder `node_modules` with the package in it, installed when it is not there.
    pub fn installed(self, tree: &Tree) -> Outcome<PathBuf> {
        let folder = tree
            .tools()
            .join("npm")
            .join(format!("{}-{}", self.name, self.version));
        let modules = folder.join("node_modules");
        // npm writes this file when everything else is in place.
        if modules.join(".package-lock.json").is_file() {
            return Ok(modules);
        }
        if find(&["npm"]).is_none() {
            return Err(Failure::new(
                "npm is not in PATH; install Node.js 20 or later with npm.",
            ));
        }
        println!("Installing {} {} …", self.name, self.version);
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
        ])
        .arg(&folder);
        run(
            npm.arg(format!("{}@{}", self.name, self.version)),
            "Installing a tool from npm",
        )?;
        Ok(modules)
    }

    /// One of its programs, to be given arguments.
    pub fn program(self, tree: &Tree, name: &str) -> Outcome<Command> {
        Ok(Command::new(self.installed(tree)?.join(".bin").join(name)))
    }
}
