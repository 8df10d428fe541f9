//! `manyi-collector triggers`.

use std::process::ExitCode;

use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::store::Store;
use manyi_collector::{clock, wall};

use super::{Failure, with_store};

/// Prints one line for each window and officer, with tabs between.
pub fn print(place: &Place, from: &str, to: &str) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    let day = |option: &str, day: &str| {
        wall::day(day).ok_or_else(|| format!("{option}: `{day}` is no day such as 2026-01-31"))
    };
    let (first, last) = (day("--from", from)?, day("--to", to)?);
    if last < first {
        return Err("--to: this is before --from".into());
    }
    with_store(&settings, async |store: &Store| {
        let tallies = store.tallies(first, last + wall::DAY_MS).await?;
        println!(
            "unit\twindow\tofficer\tasked\tshown\tanswered\ttimed_out\tdeclined\treplaced\tunheard"
        );
        for tally in &tallies {
            println!(
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                tally.unit,
                tally.window,
                tally.officer,
                tally.asked,
                tally.shown,
                tally.answered,
                tally.timed_out,
                tally.declined,
                tally.replaced,
                tally.unheard()
            );
        }
        eprintln!("until {}", clock::rfc3339(clock::now_ms()));
        Ok(ExitCode::SUCCESS)
    })
}
