//! `generate`: hands over to the program that knows the model and the element.

use crate::arguments::Arguments;
use crate::command;
use crate::failure::Outcome;
use crate::tree::Tree;

/// Builds and runs it.
pub fn run(tree: &Tree, arguments: Arguments) -> Outcome {
    arguments.end()?;
    let mut cargo = command::cargo(&tree.root);
    cargo.args([
        "run",
        "--package",
        "xtask",
        "--features",
        "generate",
        "--bin",
        "generate",
    ]);
    command::run(&mut cargo, "Generating")
}
