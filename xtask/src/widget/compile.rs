//! Rust to Wasm.

use std::fs;
use std::path::Path;

use crate::command;
use crate::failure::{OrFail, Outcome};
use crate::toolchain::WASM;
use crate::tree::Tree;

/// The widget with the standard library as rustup ships it: what `serve`,
/// `build` and `test` use.
pub fn quick(tree: &Tree) -> Outcome<Vec<u8>> {
    let mut cargo = command::cargo(&tree.root);
    cargo.args([
        "build",
        "--package",
        "manyi",
        "--lib",
        "--target",
        WASM,
        "--profile",
        "widget",
    ]);
    command::run(&mut cargo, "Building the widget")?;
    read(&tree.target)
}

/// The module in a target folder.
pub fn read(target: &Path) -> Outcome<Vec<u8>> {
    let path = target.join(WASM).join("widget/manyi.wasm");
    fs::read(&path).or_fail(|| {
        format!(
            "Cannot read the widget that cargo built, {}",
            path.display()
        )
    })
}
