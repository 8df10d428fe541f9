//! `manyi-collector roster …`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::roster::read;
use manyi_collector::store::Store;
use manyi_collector::{limits, wall};

use super::{Failure, bounded, check_token, with_store};

/// What is to be done with the roster.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// Put a file of shifts in: window,officer,from,to. They replace, window by window,
    /// what the roster held from the first to the last moment in the file.
    Import {
        /// The CSV file, in UTF-8.
        file: PathBuf,
        /// The unit whose windows they are.
        #[arg(long)]
        unit: String,
    },
    /// Print who is on duty at a window.
    Who {
        /// The unit.
        #[arg(long)]
        unit: String,
        /// The window.
        #[arg(long)]
        window: String,
        /// When, by the clock on the wall.
        #[arg(long, value_name = "YYYY-MM-DD HH:MM")]
        at: String,
    },
}

/// Does it.
pub fn run(place: &Place, wanted: Wanted) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    match wanted {
        Wanted::Import { file, unit } => import(&settings, &file, &unit),
        Wanted::Who { unit, window, at } => {
            let moment = wall::minute(&at)
                .ok_or_else(|| format!("--at: `{at}` is no time such as 2026-01-31 08:30"))?;
            with_store(&settings, async |store: &Store| {
                match store.on_duty(&unit, &window, moment).await? {
                    Some(officer) => println!("{officer}"),
                    None => eprintln!("nobody"),
                }
                Ok(ExitCode::SUCCESS)
            })
        }
    }
}

fn import(settings: &Settings, file: &Path, unit: &str) -> Result<ExitCode, Failure> {
    check_token("--unit", unit)?;
    let name = file.display();
    let bytes = bounded(file, limits::ROSTER_BYTES)?;
    let shifts = match read(&bytes) {
        Ok(shifts) => shifts,
        Err(faults) => {
            for fault in faults {
                eprintln!("{name}: {fault}");
            }
            return Err(format!("{name}: nothing was taken").into());
        }
    };
    with_store(settings, async |store: &Store| {
        store.put_roster(unit, &shifts).await?;
        let windows: BTreeSet<&str> = shifts.iter().map(|shift| &*shift.window).collect();
        println!("{} shifts of {} windows", shifts.len(), windows.len());
        Ok(ExitCode::SUCCESS)
    })
}
