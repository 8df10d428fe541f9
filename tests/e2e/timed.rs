//! How long each trial took, so that a slow one is seen before the whole run is slow.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use libtest_mimic::Trial;

/// So many are named at the end.
const SLOWEST: usize = 12;

static TOOK: Mutex<Vec<(Duration, String)>> = Mutex::new(Vec::new());

/// A trial that passes when `run` returns, and whose time is taken.
pub fn trial(name: impl Into<String>, run: impl FnOnce() + Send + 'static) -> Trial {
    let name = name.into();
    Trial::test(name.clone(), move || {
        let start = Instant::now();
        run();
        let mut took = TOOK.lock().unwrap_or_else(PoisonError::into_inner);
        took.push((start.elapsed(), name));
        Ok(())
    })
}

/// The trials that `wait` evenly among those that `work`, each in their order: beside
/// one of the first there is room for another.
#[allow(dead_code, reason = "tests/faults has one kind alone")]
pub fn spread(work: Vec<Trial>, wait: Vec<Trial>) -> Vec<Trial> {
    let (of_work, of_wait) = (work.len(), wait.len());
    let mut all = Vec::with_capacity(of_work + of_wait);
    let (mut work, mut wait) = (work.into_iter(), wait.into_iter());
    // Whichever is less far along its own list is next.
    while work.len() + wait.len() > 0 {
        let is_wait = wait.len() * of_work.max(1) >= work.len() * of_wait.max(1);
        all.extend(if is_wait { wait.next() } else { work.next() });
    }
    all
}

/// The slowest trials, a line each, and the time of all together; nothing where none
/// passed. `MANYI_TIMES` names all of them.
pub fn table() -> String {
    let mut took = TOOK.lock().unwrap_or_else(PoisonError::into_inner);
    if took.is_empty() {
        return String::new();
    }
    took.sort_by(|one, other| other.cmp(one));
    let all: Duration = took.iter().map(|(time, _)| *time).sum();
    let named = if std::env::var_os("MANYI_TIMES").is_some() {
        took.len()
    } else {
        SLOWEST
    };
    let mut text = format!("The slowest of {:.0} s of trials:\n", all.as_secs_f64());
    for (time, name) in took.iter().take(named) {
        text += &format!("{:>7.1} s  {name}\n", time.as_secs_f64());
    }
    text
}
