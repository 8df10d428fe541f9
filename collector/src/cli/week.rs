//! `manyi-collector week …`.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use manyi_collector::collation::close::{Closed, Proof, close, prove};
use manyi_collector::collation::public::Public;
use manyi_collector::collation::{Report, csv, happened, public, read, text};
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::store::Store;
use manyi_collector::store::audit::Actor;
use manyi_collector::store::editions::Edition;
use manyi_collector::{clock, limits, wall};
use manyi_model::statistics::Week;

use super::{Failure, check_token, with_store};

/// What is to be done with weeks.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// Print a week: the closed one where it is closed, else as it stands now.
    Show {
        /// The week; the last one that is over, where none is named.
        #[arg(value_name = "2026-W47")]
        week: Option<String>,
        /// Which supplement to the closed week, in place of the week itself.
        #[arg(long, value_name = "N")]
        supplement: Option<i64>,
        /// All that has come so far, supplements and what waits for one included.
        #[arg(long, conflicts_with = "supplement")]
        live: bool,
        /// Only this unit; repeat it for several.
        #[arg(long, value_name = "UNIT")]
        unit: Vec<String>,
        /// What may leave the house: small numbers hidden, no windows, officers or texts.
        #[arg(long, conflicts_with = "unit")]
        public: bool,
        /// Free texts to print, at most.
        #[arg(long, value_name = "N", default_value_t = 50)]
        texts: usize,
        /// How it is printed.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Close a week that is over, or make a supplement to a closed one of what has come
    /// since. Without a week: all that are due.
    Close {
        /// The week.
        #[arg(value_name = "2026-W47")]
        week: Option<String>,
    },
    /// List the closed weeks and supplements, and the weeks that are open.
    List,
    /// Take in how often the five must-rate occasions happened: unit,day,occasion,officer,n.
    Happened {
        /// The CSV file, in UTF-8.
        file: PathBuf,
    },
    /// Make a closed week and its supplements again out of the responses, and compare.
    Prove {
        /// The week.
        #[arg(value_name = "2026-W47")]
        week: String,
    },
}

/// How a week is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person.
    #[default]
    Text,
    /// Canonical JSON; of a closed week the very bytes that were kept.
    Json,
    /// A table for a spreadsheet.
    Csv,
}

/// Does it.
pub fn run(place: &Place, wanted: Wanted) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    let now = clock::now_ms();
    match wanted {
        Wanted::Show {
            week,
            supplement,
            live,
            unit,
            public,
            texts,
            format,
        } => {
            for unit in &unit {
                check_token("--unit", unit)?;
            }
            let units: BTreeSet<String> = unit.into_iter().collect();
            let units = (!units.is_empty()).then_some(units);
            let week = match week {
                Some(week) => parse(&week)?,
                None => last(now)?,
            };
            with_store(&settings, async |store: &Store| {
                let edition = match live {
                    true => None,
                    false => edition(store, week, supplement).await?,
                };
                let report = match &edition {
                    Some(edition) => Report::closed(store, edition, units.as_ref()).await?,
                    None => Report::live(store, week, units.as_ref(), now).await?,
                };
                if public && edition.as_ref().is_none_or(|edition| edition.part > 0) {
                    // Two tables of one week could tell by their difference what each hides.
                    return Err("--public: only a closed week is published, and only once".into());
                }
                let mut out = std::io::stdout().lock();
                match (public, format) {
                    (true, Format::Csv) => {
                        return Err("--public is printed as text or json".into());
                    }
                    (true, Format::Text) => {
                        out.write_all(public::write(&Public::new(&report)).as_bytes())?;
                    }
                    (true, Format::Json) => {
                        writeln!(out, "{}", serde_json::to_string(&Public::new(&report))?)?;
                    }
                    (false, Format::Text) => {
                        let said = read::texts(store, &report, texts).await?;
                        out.write_all(text::write(&report, &said).as_bytes())?;
                    }
                    (false, Format::Csv) => csv::write(&report, &mut out)?,
                    (false, Format::Json) => {
                        let kept = edition.and_then(|edition| edition.made);
                        let kept = kept.filter(|_| units.is_none());
                        let body = kept.map_or_else(|| report.canonical(), |made| made.body);
                        out.write_all(body.as_bytes())?;
                    }
                }
                later(store, week).await?;
                Ok(ExitCode::SUCCESS)
            })
        }
        Wanted::Close { week } => {
            let named = week.as_deref().map(parse).transpose()?;
            with_store(&settings, async |store: &Store| {
                let weeks = match named {
                    Some(week) => vec![week],
                    None => due(store, now).await?,
                };
                for week in weeks {
                    match close(store, week, &Actor::operator(), now).await? {
                        Closed::Made(edition) => println!("{}", line(&edition)),
                        Closed::NothingNew => {
                            println!("{week}: closed, and nothing has come since")
                        }
                    }
                }
                Ok(ExitCode::SUCCESS)
            })
        }
        Wanted::List => with_store(&settings, async |store: &Store| {
            println!("week\tpart\tnumber\tclosed_at\tresponses\thash");
            for state in store.weeks().await? {
                let week = parse(&state.week)?;
                for edition in store.editions_of(week).await? {
                    println!("{}", line(&edition));
                }
                if state.parts == 0 || state.waiting > 0 {
                    println!("{}\topen\t\t\t{}\t", state.week, state.waiting);
                }
            }
            Ok(ExitCode::SUCCESS)
        }),
        Wanted::Happened { file } => import(&settings, &file),
        Wanted::Prove { week } => {
            let week = parse(&week)?;
            with_store(&settings, async |store: &Store| {
                prove_all(store, week).await
            })
        }
    }
}

fn import(settings: &Settings, file: &Path) -> Result<ExitCode, Failure> {
    let name = file.display();
    let bytes = super::bounded(file, limits::HAPPENED_BYTES)?;
    let days = match happened::read(&bytes) {
        Ok(days) => days,
        Err(faults) => {
            for fault in faults {
                eprintln!("{name}: {fault}");
            }
            return Err(format!("{name}: nothing was taken").into());
        }
    };
    with_store(settings, async |store: &Store| {
        store.put_happened(&days).await?;
        println!("{} lines", days.len());
        Ok(ExitCode::SUCCESS)
    })
}

async fn prove_all(store: &Store, week: Week) -> Result<ExitCode, Failure> {
    let editions = store.editions_of(week).await?;
    if editions.is_empty() {
        return Err(format!("{week} is not closed").into());
    }
    let mut done = ExitCode::SUCCESS;
    for edition in &editions {
        let number = edition.number;
        match prove(store, edition).await? {
            Proof::Same => println!("{number}\tthe same, to the byte"),
            Proof::Changed => {
                done = ExitCode::FAILURE;
                println!("{number}\twhat was kept is not what its hash says");
            }
            Proof::Differs { then, now } => {
                done = ExitCode::FAILURE;
                let erased = store.erased_of(week, edition.part).await?;
                println!(
                    "{number}\tdiffers: {then} responses then, {now} now, {erased} deleted since"
                );
            }
        }
    }
    Ok(done)
}

/// The weeks that are over and not closed, or have had responses since, and last week
/// even where nobody rated at all: that, too, is to be said.
async fn due(store: &Store, now: i64) -> Result<Vec<Week>, Failure> {
    let last = last(now)?;
    let mut weeks = BTreeSet::new();
    for state in store.weeks().await? {
        let week = parse(&state.week)?;
        let is_due = state.waiting > 0 || state.parts == 0 && state.responses > 0;
        if week <= last && is_due {
            weeks.insert(week);
        }
    }
    if store.editions_of(last).await?.is_empty() {
        weeks.insert(last);
    }
    Ok(weeks.into_iter().collect())
}

async fn edition(
    store: &Store,
    week: Week,
    supplement: Option<i64>,
) -> Result<Option<Edition>, Failure> {
    let part = supplement.unwrap_or(0);
    let editions = store.editions_of(week).await?;
    let found = editions
        .into_iter()
        .find(|edition| edition.part == part && edition.made.is_some());
    if found.is_none() && supplement.is_some() {
        return Err(format!("{week} has no supplement {part}").into());
    }
    Ok(found)
}

/// Says on the other stream what else there is.
async fn later(store: &Store, week: Week) -> Result<(), Failure> {
    let supplements = store.editions_of(week).await?.len().saturating_sub(1);
    if supplements > 0 {
        eprintln!(
            "{week} has {supplements} supplements: --supplement N, or --live for all together"
        );
    }
    let states = store.weeks().await?;
    let state = states.iter().find(|state| state.week == week.to_string());
    if let Some(state) = state.filter(|state| state.parts > 0 && state.waiting > 0) {
        eprintln!(
            "{} responses came since; close the week again for a supplement",
            state.waiting
        );
    }
    Ok(())
}

fn line(edition: &Edition) -> String {
    let made = edition.made.as_ref();
    let body = made.and_then(|made| serde_json::from_str::<serde_json::Value>(&made.body).ok());
    let responses = body.map(|body| body["counts"]["responses"].to_string());
    format!(
        "{}\t{}\t{}\t{}\t{}\t{}",
        edition.week,
        edition.part,
        edition.number,
        wall::rfc3339(edition.closed_at),
        responses.unwrap_or_default(),
        made.map_or("not made yet", |made| &made.hash)
    )
}

fn parse(week: &str) -> Result<Week, Failure> {
    Week::parse(week).ok_or_else(|| format!("`{week}` is no week such as 2026-W47").into())
}

fn last(now: i64) -> Result<Week, Failure> {
    let week = wall::week_of(now).before();
    week.ok_or_else(|| "there is no week before this one".into())
}
