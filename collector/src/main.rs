//! The command line of the collector.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::run()
}
