//! `test`: sets up what is missing, checks everything, and counts.

mod marked;
mod plan;
mod setup;
mod table;
mod tally;

use crate::arguments::Arguments;
use crate::failure::{Failure, Outcome};
use crate::tree::Tree;
use table::Table;

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What needs no browser.
    Quick,
    /// What every change has to pass.
    All,
    /// The same with more generated cases and rounds.
    Long,
}

/// Runs the steps in order, goes on after a failure where that tells more,
/// and ends with the sum alone on a line.
pub fn run(tree: &Tree, mut arguments: Arguments) -> Outcome {
    let extent = match (arguments.flag("--quick"), arguments.flag("--long")) {
        (true, true) => return Err(Failure::new("`--quick` and `--long` exclude each other.")),
        (true, false) => Extent::Quick,
        (false, true) => Extent::Long,
        (false, false) => Extent::All,
    };
    arguments.end()?;
    marked::listen()?;

    let mut table = Table::default();
    plan::follow(tree, extent, &mut table);
    print!("\n{table}");
    println!("{}", table.sum());
    if table.sum().failed > 0 {
        // The last line stays the sum.
        std::process::exit(1);
    }
    Ok(())
}
