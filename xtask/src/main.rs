//! The project's own commands: `cargo xtask COMMAND`.
//!
//! A newcomer waits for this program before anything else happens, so it has
//! few dependencies, and the test runner is built only for the tests.

mod arguments;
mod bench;
mod collector;
mod command;
mod compress;
mod dist;
mod failure;
mod generate;
mod npm;
mod serve;
mod test;
mod toolchain;
mod tree;
mod widget;

use std::process::ExitCode;

use arguments::Arguments;
use collector::Speed;
use failure::{Failure, Outcome};
use tree::Tree;

const HELP: &str = "\
cargo xtask COMMAND

  serve [--listen ADDR] [--data DIR]   build all that is needed and run it (127.0.0.1:8080, data/)
  build                                the same without running it
  test [--quick | --long]              check everything; --quick leaves the browsers out
  dist [--mvp]                         the smallest files into dist/; --mvp for browsers before 2021
  bench [ARGUMENTS OF bench/run.mjs]   the figures, with the smallest files and a release collector
  generate                             write what is generated from the Rust types and tables
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_else(|| "help".into());
    let arguments = Arguments::new(words);
    let tree = Tree::find()?;
    match name.as_str() {
        "serve" => serve::run(&tree, arguments),
        "build" => build(&tree, arguments),
        "test" => test::run(&tree, arguments),
        "dist" => dist::run(&tree, arguments),
        "bench" => bench::run(&tree, arguments),
        "generate" => generate::run(&tree, arguments),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!(
            "`{other}` is no command; see: cargo xtask help"
        ))),
    }
}

fn build(tree: &Tree, arguments: Arguments) -> Outcome {
    arguments.end()?;
    toolchain::wasm_target()?;
    let files = widget::build(tree)?;
    let program = collector::build(tree, &files, Speed::Dev)?;
    println!(
        "The widget's files: {}\nThe collector: {}",
        files.display(),
        program.display()
    );
    Ok(())
}
