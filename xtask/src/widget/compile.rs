//! Rust to Wasm.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::modules::Modules;
use crate::command;
use crate::failure::{OrFail, Outcome};
use crate::toolchain::WASM;
use crate::tree::Tree;

/// The oldest browsers that can run the modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    /// Chrome 96, Safari 15.1, Firefox 79.
    Today,
    /// Wasm's first version with mutable globals.
    Mvp,
}

/// All modules with the standard library as rustup ships it: what `serve`,
/// `build` and `test` use.
pub fn quick(tree: &Tree) -> Outcome<Modules<Vec<u8>>> {
    command::run(&mut cargo(tree), "Building the widget")?;
    read(&tree.target)
}

/// All modules in as few bytes as rustc can: what `dist` uses. With std's
/// source at hand std is built anew for size: a panic then is the
/// instruction `unreachable` and nothing else, so it reaches the page as a
/// `WebAssembly.RuntimeError` without a message.
pub fn smallest(tree: &Tree, floor: Floor, own_std: bool) -> Outcome<Modules<Vec<u8>>> {
    // Flags for every crate make cargo build every crate anew; in a folder of
    // their own they leave what `serve` built alone.
    let name = if floor == Floor::Mvp {
        "dist-mvp"
    } else {
        "dist"
    };
    let target = tree.target.join(name);
    let mut flags = Vec::new();
    let mut cargo = cargo(tree);
    if own_std {
        cargo.args([
            "-Zbuild-std=std,panic_abort",
            "-Zbuild-std-features=optimize_for_size",
        ]);
        // The flags are unstable, the toolchain is pinned: they mean the same
        // until rust-toolchain.toml changes, and then `dist` is tried again.
        cargo.env("RUSTC_BOOTSTRAP", "1");
        flags.extend(["-Zunstable-options", "-Cpanic=immediate-abort"]);
        flags.extend(["-Zlocation-detail=none", "-Zfmt-debug=none"]);
    }
    if floor == Floor::Mvp {
        flags.push("-Ctarget-cpu=mvp");
    }
    cargo
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    command::run(&mut cargo, "Building the widget for size")?;
    read(&target)
}

/// One command for all: what they share is built once.
fn cargo(tree: &Tree) -> Command {
    let mut cargo = command::cargo(&tree.root);
    cargo.args([
        "build",
        "--package",
        "manyi",
        "--package",
        "manyi-delivery",
        "--package",
        "manyi-queue",
        "--package",
        "manyi-kiosk",
        "--lib",
        "--target",
        WASM,
        "--profile",
        "widget",
    ]);
    cargo
}

fn read(target: &Path) -> Outcome<Modules<Vec<u8>>> {
    let built = |name: &str| {
        let path = target.join(WASM).join("widget").join(name);
        fs::read(&path).or_fail(|| format!("Cannot read what cargo built, {}", path.display()))
    };
    Ok(Modules {
        widget: built("manyi.wasm")?,
        outbox: built("manyi_delivery.wasm")?,
        queue: built("manyi_queue.wasm")?,
        kiosk: built("manyi_kiosk.wasm")?,
    })
}
