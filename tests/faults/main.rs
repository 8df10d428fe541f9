//! The fault lab: nothing lost, nothing doubled, whatever happens in between.
//!
//! `cargo xtask test` builds what is needed and runs this. By hand, with part of a
//! name to choose trials: `cargo test --test faults -- a::` needs no browser.
//!
//! | level | what |
//! | --- | --- |
//! | a | the real draining between a modelled disk, network and collector, in virtual time |
//! | b | real browsers, a bad network, the real collector |
//! | c | the same, and the browser is killed |
//!
//! `MANYI_SCHEDULES` says how many random schedules level a runs, `MANYI_SEED` from
//! which seed on; `MANYI_LONG` makes all of it longer.

mod ledger;
mod level_a;
mod world;

fn main() -> std::process::ExitCode {
    let mut arguments = libtest_mimic::Arguments::from_args();
    // Two browsers at a time: each of them wants a core.
    arguments.test_threads.get_or_insert(2);
    let trials = level_a::trials();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let (table, differences) = ledger::table();
    if !arguments.list {
        println!("{table}{differences} ledger differences");
    }
    conclusion.exit_code()
}
