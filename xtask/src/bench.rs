//! `bench`: the figures, from the files that people download and a collector
//! built as a station runs it.

use std::process::Command;

use crate::arguments::Arguments;
use crate::collector::{self, Speed, WIDGET_DIR};
use crate::command;
use crate::dist;
use crate::failure::{Failure, Outcome};
use crate::tree::Tree;
use crate::widget::compile::Floor;

/// Everything after `bench` goes to `bench/run.mjs`.
pub fn run(tree: &Tree, arguments: Arguments) -> Outcome {
    if command::find(&["node"]).is_none() {
        return Err(Failure::new(
            "The benchmarks are driven by Node.js; install version 20 or later with npm.",
        ));
    }
    dist::make(tree, Floor::Today)?;
    let collector = collector::build(tree, &tree.dist(), Speed::Release)?;
    let mut cargo = command::cargo(&tree.root);
    cargo.args([
        "build",
        "--release",
        "--package",
        "manyi-collector",
        "--example",
        "ingest",
    ]);
    command::run(
        cargo.env(WIDGET_DIR, tree.dist()),
        "Building the load for the collector",
    )?;
    let mut bench = Command::new("node");
    bench
        .arg("bench/run.mjs")
        .args(arguments.rest())
        .current_dir(&tree.root);
    bench
        .env("MANYI_COLLECTOR", collector)
        .env("MANYI_DIST", tree.dist());
    bench.env("MANYI_INGEST", tree.target.join("release/examples/ingest"));
    command::run(&mut bench, "The benchmark")
}
