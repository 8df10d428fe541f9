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

#[path = "../e2e/browser.rs"]
mod browser;
#[allow(dead_code, reason = "tests/e2e uses the rest")]
#[path = "../e2e/collector.rs"]
mod collector;
mod corpus;
#[allow(dead_code, reason = "tests/e2e uses the rest")]
#[path = "../e2e/device.rs"]
mod device;
#[allow(dead_code, reason = "tests/e2e uses the rest")]
#[path = "../e2e/front.rs"]
mod front;
mod lab;
mod ledger;
mod level_a;
mod level_b;
mod level_c;
#[allow(dead_code, reason = "tests/e2e uses the rest")]
#[path = "../e2e/page.rs"]
mod page;
#[allow(dead_code, reason = "tests/e2e uses the rest")]
#[path = "../e2e/plan.rs"]
mod plan;
mod secrets;
#[allow(dead_code, reason = "tests/e2e uses the rest")]
#[path = "../e2e/shots.rs"]
mod shots;
#[path = "../e2e/timed.rs"]
mod timed;
mod tls;
#[allow(dead_code, reason = "tests/e2e uses the rest")]
#[path = "../e2e/webdriver.rs"]
mod webdriver;
mod world;

fn main() -> std::process::ExitCode {
    let mut arguments = libtest_mimic::Arguments::from_args();
    // Two browsers at a time: each of them wants a core.
    arguments.test_threads.get_or_insert(2);
    let mut trials = level_a::trials();
    for kind in browsers() {
        trials.extend(level_b::trials(kind));
        trials.extend(corpus::trials(kind));
        trials.extend(secrets::trials(kind));
        trials.extend(level_c::trials(kind));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    browser::end_all();
    print!("{}", timed::table());
    let (table, differences) = ledger::table();
    if !arguments.list {
        println!("{table}{differences} ledger differences");
        // Whoever broke off before the comparison is not in the table.
        if conclusion.num_failed > 0 {
            println!(
                "{} trials failed: their ledgers may not be compared",
                conclusion.num_failed
            );
        }
    }
    conclusion.exit_code()
}

/// The browsers asked for that can be killed and asked about their disks.
fn browsers() -> Vec<browser::Kind> {
    let mut kinds = browser::Kind::asked_for();
    kinds.retain(|kind| *kind != browser::Kind::Webkit);
    kinds
}
