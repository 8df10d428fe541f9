//! `manyi-collector retention`.

use std::process::ExitCode;

use clap::Subcommand;
use manyi_collector::collation::wordings::Wordings;
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::desk::reach::Reach;
use manyi_collector::search::filing;
use manyi_collector::store::Store;
use manyi_collector::store::audit::Actor;
use manyi_collector::store::retention::Rule;
use manyi_collector::{clock, limits, wall};

use super::{Failure, with_store};

/// What is to be done about what has been kept long enough.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// How long what is kept, and how many are due; deletes nothing.
    Preview,
    /// Delete what is due, in small steps; ratings come in meanwhile.
    Run,
    /// Say how long something is kept.
    Set {
        /// `texts`, `personal` or `responses`.
        rule: String,
        /// Months; `-` keeps it for good.
        months: String,
    },
}

/// Does it.
pub fn run(place: &Place, wanted: &Wanted) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    with_store(&settings, async |store: &Store| {
        let (now, actor) = (clock::now_ms(), Actor::operator());
        match wanted {
            Wanted::Set { rule, months } => set(store, rule, months, &actor, now).await?,
            Wanted::Preview => {
                filing::catch_up(store).await?;
                print(store, now).await?;
            }
            Wanted::Run => {
                filing::catch_up(store).await?;
                let wordings = Wordings::load(store).await?;
                for due in store.due(now).await? {
                    let wording = |survey: &str, version| wordings.version(survey, version);
                    let done = store
                        .run_retention(&due, wording, i64::MAX, &actor, now)
                        .await?;
                    println!("{}\t{done}", due.rule.name());
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn set(
    store: &Store,
    rule: &str,
    months: &str,
    actor: &Actor,
    now: i64,
) -> Result<(), Failure> {
    let rule = Rule::named(rule).ok_or("RULE: must be texts, personal or responses")?;
    let (least, most) = limits::KEPT_MONTHS;
    let months = match months {
        "-" => None,
        months => Some(
            months
                .parse()
                .ok()
                .filter(|months| (least..=most).contains(months))
                .ok_or_else(|| format!("MONTHS: must be {least} to {most}, or -"))?,
        ),
    };
    let house = Reach::of_the_operator();
    store
        .set_retention(rule, months, &house, actor, now)
        .await?;
    Ok(())
}

/// One line for each rule, with tabs between.
async fn print(store: &Store, now: i64) -> Result<(), Failure> {
    println!("rule\tmonths\tbefore\tdue");
    for due in store.due(now).await? {
        let months = due
            .months
            .map_or("-".to_owned(), |months| months.to_string());
        let before = due.before.map_or("-".to_owned(), wall::rfc3339);
        println!("{}\t{months}\t{before}\t{}", due.rule.name(), due.count);
    }
    Ok(())
}
