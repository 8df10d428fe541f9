//! The lab against outboxes that are wrong: each makes named cases fail, and random
//! schedules find it, too. A lab that finds nothing here would find nothing.

use libtest_mimic::Trial;

use super::cases::CASES;
use super::schedule;
use crate::ledger::note;
use crate::timed;
use crate::world::mutant::Mutant;

/// The cases that have to notice each mutant.
fn witnesses(mutant: Mutant) -> &'static [&'static str] {
    match mutant {
        Mutant::None => &[],
        Mutant::DeletesFirst => &["f01", "f02", "f06", "f13"],
        Mutant::TakesAny200 => &["f06", "f16"],
        Mutant::NewIds => &["f03", "f05"],
        Mutant::OnSuccess => &["f22"],
        Mutant::NoLockNoUniqueId => &["f20", "f10"],
        Mutant::GivesUp => &["f02"],
        Mutant::Drops4xx => &["f13", "f14"],
    }
}

/// How many random schedules may pass before one of them notices.
const PATIENCE: u64 = 500;

/// One trial for each mutant.
pub fn trials() -> Vec<Trial> {
    let trial = |mutant: Mutant| {
        let name = format!("a::the_lab_notices_an_outbox_that_{mutant:?}");
        timed::trial(name, move || noticed(mutant))
    };
    Mutant::ALL.into_iter().map(trial).collect()
}

fn noticed(mutant: Mutant) {
    let failing: Vec<&str> = CASES
        .iter()
        .filter(|case| !(case.run)(mutant).differences.is_empty())
        .map(|case| case.name)
        .collect();
    let found = (1..=PATIENCE).find(|seed| !schedule::run(*seed, mutant).differences.is_empty());
    note(format!(
        "A      an outbox that {mutant:?}: noticed by {} of {} named faults, and by random schedule {}",
        failing.len(),
        CASES.len(),
        found.map_or("none".to_owned(), |seed| seed.to_string())
    ));
    for id in witnesses(mutant) {
        assert!(
            failing.iter().any(|name| name.starts_with(id)),
            "{id} does not notice {mutant:?}"
        );
    }
    assert!(
        found.is_some(),
        "{PATIENCE} random schedules do not notice {mutant:?}"
    );
}
