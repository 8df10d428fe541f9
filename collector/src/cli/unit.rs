//! `manyi-collector unit …`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::desk::reach::Reach;
use manyi_collector::store::Store;
use manyi_collector::store::audit::Actor;
use manyi_collector::store::units::{Put, Taken};
use manyi_collector::units::{Tree, file};
use manyi_collector::{clock, limits};

use super::{Failure, bounded, with_store};

/// What is to be done with units.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// Take a file of units, windows and officers in: kind,code,name,parent. All of it
    /// or nothing; what is not in the file stays.
    Import {
        /// The CSV file, in UTF-8.
        file: PathBuf,
    },
    /// List units, windows and officers, in the columns of a file.
    List,
}

/// Does it.
pub fn run(place: &Place, wanted: Wanted) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    match wanted {
        Wanted::Import { file } => import(&settings, &file),
        Wanted::List => with_store(&settings, list),
    }
}

fn import(settings: &Settings, path: &Path) -> Result<ExitCode, Failure> {
    let name = path.display();
    let bytes = bounded(path, limits::UNIT_BYTES)?;
    let refuse = |faults: Vec<_>| -> Result<ExitCode, Failure> {
        for fault in faults {
            eprintln!("{name}: {fault}");
        }
        Err(format!("{name}: nothing was taken").into())
    };
    let entries = match file::read(&bytes) {
        Ok(entries) => entries,
        Err(faults) => return refuse(faults),
    };
    with_store(settings, async |store: &Store| {
        let (reach, actor) = (Reach::of_the_operator(), Actor::operator());
        let now = clock::now_ms();
        let taken = store.put_units(&entries, Put::Any, &reach, &actor, now);
        match taken.await? {
            Ok(Taken {
                units,
                windows,
                officers,
            }) => println!("{units} units, {windows} windows, {officers} officers"),
            Err(faults) => return refuse(faults),
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn list(store: &Store) -> Result<ExitCode, Failure> {
    let reach = Reach::of_the_operator();
    let tree = Tree::new(store.units().await?);
    let windows = store.windows(&reach).await?;
    let officers = store.officers(&reach).await?;
    println!("kind\tcode\tname\tparent\tstate");
    let state = |is_closed: bool| if is_closed { "closed" } else { "" };
    let mut next: Vec<&str> = tree.children(None).map(|unit| &*unit.code).collect();
    next.reverse();
    while let Some(code) = next.pop() {
        let Some(unit) = tree.get(code) else { continue };
        let (kind, name) = (unit.kind.name(), &unit.name);
        let parent = unit.parent.as_deref().unwrap_or_default();
        println!(
            "{kind}\t{code}\t{name}\t{parent}\t{}",
            state(unit.is_closed)
        );
        for window in windows.iter().filter(|window| window.unit == code) {
            let (own, name) = (&window.code, window.name.as_deref().unwrap_or_default());
            println!("window\t{own}\t{name}\t{code}\t{}", state(window.is_closed));
        }
        for officer in officers.iter().filter(|officer| officer.unit == code) {
            let (own, name) = (&officer.code, officer.name.as_deref().unwrap_or_default());
            let kind = if officer.is_auxiliary {
                "auxiliary"
            } else {
                "officer"
            };
            println!("{kind}\t{own}\t{name}\t{code}\t{}", state(officer.has_left));
        }
        let below: Vec<&str> = tree.children(Some(code)).map(|unit| &*unit.code).collect();
        next.extend(below.into_iter().rev());
    }
    Ok(ExitCode::SUCCESS)
}
