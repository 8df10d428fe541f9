//! Level b: real browsers, a bad network, the real collector.

mod count;
mod device;
mod network;
mod page;
mod tabs;
mod tls;
mod worker;

use libtest_mimic::Trial;

use crate::browser::{Browser, Kind, with};
use crate::ledger::{Sum, enter};
use crate::shots::on_failure;
use crate::timed;

/// How often each case runs where time is no matter.
const ROUNDS_LONG: u32 = 50;

/// A named fault.
pub struct Case {
    /// Its name, which begins with its number.
    pub name: &'static str,
    /// Runs it; the ledger at its end.
    pub run: fn(&Browser) -> Sum,
    /// Whether it needs what only Chromium's driver can do.
    pub is_chromium: bool,
}

/// A case for every browser.
pub const fn case(name: &'static str, run: fn(&Browser) -> Sum) -> Case {
    Case {
        name,
        run,
        is_chromium: false,
    }
}

/// A case for Chromium.
pub const fn chromium(name: &'static str, run: fn(&Browser) -> Sum) -> Case {
    Case {
        is_chromium: true,
        ..case(name, run)
    }
}

/// Whether this is the long run.
pub fn is_long() -> bool {
    std::env::var_os("MANYI_LONG").is_some()
}

/// The trials of this level.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let all = [
        network::CASES,
        tabs::CASES,
        device::CASES,
        page::CASES,
        tls::CASES,
        count::CASES,
        worker::CASES,
    ];
    all.into_iter()
        .flatten()
        .filter(|case| kind == Kind::Chromium || !case.is_chromium)
        .map(|case| trial(kind, case))
        .collect()
}

fn trial(kind: Kind, case: &'static Case) -> Trial {
    let name = format!("b::{}::{}", kind.name(), case.name);
    let shot = name.replace("::", "-");
    timed::trial(name, move || {
        let rounds = if is_long() { ROUNDS_LONG } else { 1 };
        let mut sum = Sum::default();
        for _ in 0..rounds {
            with(kind, |browser| {
                on_failure(browser, &shot, || sum += (case.run)(browser));
            });
        }
        let line = format!("{} in {}", case.name, kind.name());
        enter("B", &line, rounds, sum);
    })
}
