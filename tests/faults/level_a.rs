//! Level a: the real draining in virtual time.

mod cases;
mod mutants;
mod schedule;

use std::time::Instant;

use libtest_mimic::Trial;

use crate::ledger::{Sum, enter};
use crate::timed;
use crate::world::mutant::Mutant;

/// How many random schedules one run takes.
const SCHEDULES: u64 = 10_000;
/// Before a release.
const SCHEDULES_LONG: u64 = 1_000_000;
/// Into how many trials they are divided, so that two cores share them.
const SHARES: u64 = 4;

/// The trials of this level.
pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = cases::CASES
        .iter()
        .map(|case| {
            timed::trial(format!("a::{}", case.name), move || {
                enter("A", case.name, 1, (case.run)(Mutant::None));
            })
        })
        .collect();
    for share in 0..SHARES {
        trials.push(timed::trial(
            format!("a::random_schedules_{}_of_{SHARES}", share + 1),
            move || random(share),
        ));
    }
    trials.extend(mutants::trials());
    trials
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let number = text.trim().parse();
    Some(number.unwrap_or_else(|_| panic!("{name} is `{text}`, which is no number")))
}

/// The seed of the first schedule: another every time, unless it is named.
fn first_seed() -> u64 {
    use std::sync::OnceLock;
    static SEED: OnceLock<u64> = OnceLock::new();
    *SEED.get_or_init(|| {
        number("MANYI_SEED").unwrap_or_else(|| {
            let now = std::time::SystemTime::now();
            let since = now.duration_since(std::time::UNIX_EPOCH);
            since.map_or(1, |since| since.as_secs() * SCHEDULES_LONG)
        })
    })
}

fn random(share: u64) {
    let long = std::env::var_os("MANYI_LONG").is_some();
    let usual = if long { SCHEDULES_LONG } else { SCHEDULES };
    let all = number("MANYI_SCHEDULES").unwrap_or(usual);
    let first = first_seed();
    let begin = Instant::now();
    let mut sum = Sum::default();
    let mut runs = 0;
    for seed in (first..first + all).filter(|seed| seed % SHARES == share) {
        let mut one = schedule::run(seed, Mutant::None);
        if !one.differences.is_empty() {
            let hint = format!(
                "seed {seed}, again with: MANYI_SEED={seed} MANYI_SCHEDULES=1 \
                 cargo test --test faults -- a::random"
            );
            one.differences.insert(0, hint);
        }
        sum += one;
        runs += 1;
        if sum.differences.len() > 20 {
            break;
        }
    }
    println!(
        "{runs} random schedules from seed {first} on in {:.1} s",
        begin.elapsed().as_secs_f64()
    );
    enter("A", "random schedules", runs, sum);
}
