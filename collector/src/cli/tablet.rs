//! `manyi-collector tablet …`.

use std::process::ExitCode;

use clap::Subcommand;
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::store::Store;
use manyi_collector::store::tablets::{Listed, Post};
use manyi_collector::{clock, limits, secret, surveys};

use super::{Failure, check_token, with_store};

/// What is to be done with tablets.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// Print a code that brings one tablet in, within 15 minutes.
    Code {
        /// The unit that the tablet stands in.
        #[arg(long)]
        unit: String,
        /// The window that it stands at.
        #[arg(long)]
        window: String,
        /// The surveys that it shows, the usual one first.
        #[arg(long, required = true, value_delimiter = ',', value_name = "ID")]
        survey: Vec<String>,
        /// What to call it; else what the tablet says.
        #[arg(long)]
        name: Option<String>,
        /// It is an officer's phone or laptop, handed to the citizen for each rating.
        #[arg(long)]
        handover: bool,
        /// Whose it is, as an opaque token: who is rated.
        #[arg(long)]
        officer: Option<String>,
    },
    /// List the tablets: who is late, what waits on them, how far their clocks are off.
    List,
    /// Change what a tablet is there for; it learns of it with its next heartbeat.
    Change {
        /// Its id.
        id: String,
        /// Another unit.
        #[arg(long)]
        unit: Option<String>,
        /// Another window.
        #[arg(long)]
        window: Option<String>,
        /// Other surveys, the usual one first.
        #[arg(long, value_delimiter = ',', value_name = "ID")]
        survey: Option<Vec<String>>,
        /// Another name.
        #[arg(long)]
        name: Option<String>,
        /// Another officer.
        #[arg(long)]
        officer: Option<String>,
    },
    /// Shut a tablet out: its credential is dead at once.
    Revoke {
        /// Its id.
        id: String,
    },
    /// Have a tablet, or all of them, show nothing until further notice.
    Stop {
        /// Its id; all where there is none.
        id: Option<String>,
    },
    /// Let a tablet, or all of them, go on.
    Resume {
        /// Its id; all where there is none.
        id: Option<String>,
    },
    /// What happened to a tablet, the newest first.
    Events {
        /// Its id.
        id: String,
    },
}

/// Does it.
pub fn run(place: &Place, wanted: Wanted) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    match wanted {
        Wanted::Code {
            unit,
            window,
            survey,
            name,
            handover,
            officer,
        } => {
            let post = Post {
                unit,
                window,
                surveys: survey,
                is_handover: handover,
                officer,
            };
            check(&post)?;
            if let Some(name) = &name {
                manyi_collector::http::check_name(name)?;
            }
            with_store(&settings, async |store: &Store| {
                known(&settings, store, &post).await?;
                let code = secret::code()?;
                let now = clock::now_ms();
                let hash = secret::hash(&code);
                store.keep_code(&hash, &post, name.as_deref(), now).await?;
                println!("{}-{}", &code[..4], &code[4..]);
                let until = clock::rfc3339(now + limits::CODE_LIFE_MS);
                eprintln!("for one tablet, until {until}");
                Ok(ExitCode::SUCCESS)
            })
        }
        Wanted::List => with_store(&settings, async |store: &Store| {
            list(&store.tablets().await?);
            Ok(ExitCode::SUCCESS)
        }),
        Wanted::Change {
            id,
            unit,
            window,
            survey,
            name,
            officer,
        } => with_store(&settings, async |store: &Store| {
            let all = store.tablets().await?;
            let found = all.into_iter().find(|listed| listed.tablet.id == id);
            let missing = || format!("there is no tablet `{id}` that is in");
            let mut tablet = found.ok_or_else(missing)?.tablet;
            tablet.post = Post {
                unit: unit.unwrap_or(tablet.post.unit),
                window: window.unwrap_or(tablet.post.window),
                surveys: survey.unwrap_or(tablet.post.surveys),
                is_handover: tablet.post.is_handover,
                officer: officer.or(tablet.post.officer),
            };
            tablet.name = name.unwrap_or(tablet.name);
            check(&tablet.post)?;
            manyi_collector::http::check_name(&tablet.name)?;
            known(&settings, store, &tablet.post).await?;
            if !store.change_tablet(&tablet, clock::now_ms()).await? {
                return Err(missing().into());
            }
            println!("changed {id}");
            Ok(ExitCode::SUCCESS)
        }),
        Wanted::Revoke { id } => with_store(&settings, async |store: &Store| {
            if !store.revoke_tablet(&id, clock::now_ms()).await? {
                return Err(format!("there is no tablet `{id}` that is in").into());
            }
            println!("revoked {id}");
            Ok(ExitCode::SUCCESS)
        }),
        Wanted::Stop { id } => stop(&settings, id.as_deref(), true),
        Wanted::Resume { id } => stop(&settings, id.as_deref(), false),
        Wanted::Events { id } => with_store(&settings, async |store: &Store| {
            println!("at\tevent\tdetail");
            for event in store.tablet_events(&id).await? {
                let at = clock::rfc3339(event.at);
                println!("{at}\t{}\t{}", event.kind, event.detail);
            }
            Ok(ExitCode::SUCCESS)
        }),
    }
}

fn check(post: &Post) -> Result<(), Failure> {
    check_token("--unit", &post.unit)?;
    check_token("--window", &post.window)?;
    if let Some(officer) = &post.officer {
        check_token("--officer", officer)?;
        if let Some(reason) = manyi_collector::personal::found(officer) {
            return Err(format!("--officer: this {reason}").into());
        }
    }
    let most = limits::TABLET_SURVEYS;
    if post.surveys.len() > most {
        return Err(format!("--survey: a tablet shows at most {most} surveys").into());
    }
    Ok(())
}

/// Whether the surveys are ones that `serve` has shown, or would show.
async fn known(settings: &Settings, store: &Store, post: &Post) -> Result<(), Failure> {
    let (offered, _) = surveys::offered(settings.surveys.as_deref())?;
    let kept = store.definitions().await?;
    for survey in &post.surveys {
        let is_kept = kept.iter().any(|kept| kept.survey == *survey);
        let is_offered = offered.iter().any(|one| one.definition.id == *survey);
        if !is_kept && !is_offered {
            return Err(format!("--survey: there is no survey `{survey}`").into());
        }
    }
    Ok(())
}

fn stop(settings: &Settings, id: Option<&str>, stop: bool) -> Result<ExitCode, Failure> {
    with_store(settings, async |store: &Store| {
        let count = store.stop_tablets(id, stop, clock::now_ms()).await?;
        println!("{count} {}", if stop { "stopped" } else { "resumed" });
        Ok(ExitCode::SUCCESS)
    })
}

/// One line for each, with tabs between.
fn list(tablets: &[Listed]) {
    println!(
        "id\tunit\twindow\tname\tstate\theard\tqueue\toldest_s\tquarantined\tskew_s\tversion\tbattery\tpersisted\tbegun\tsubmitted\tidle_ends"
    );
    let now = clock::now_ms();
    let mut late = 0;
    for listed in tablets {
        let tablet = &listed.tablet;
        let state = if listed.revoked_at.is_some() {
            "revoked"
        } else if listed.is_late(now) {
            late += 1;
            "late"
        } else if tablet.is_stopped {
            "stopped"
        } else {
            "ok"
        };
        let heard = listed.heard_at.map_or("never".to_owned(), clock::rfc3339);
        let last = listed.last.as_ref();
        let visits = last.and_then(|last| last.visits);
        let number = |number: Option<i64>| number.map_or("-".to_owned(), |n| n.to_string());
        let persisted = match last.and_then(|last| last.is_persisted) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "-",
        };
        println!(
            "{}\t{}\t{}\t{}\t{state}\t{heard}\t{}\t{}\t{}\t{}\t{}\t{}\t{persisted}\t{}\t{}\t{}",
            tablet.id,
            tablet.post.unit,
            tablet.post.window,
            tablet.name,
            number(last.map(|last| last.queue)),
            number(last.and_then(|last| last.oldest_s)),
            number(last.map(|last| last.quarantined)),
            number(last.map(|last| last.skew_ms / 1000)),
            last.map_or("-", |last| &last.version),
            number(last.and_then(|last| last.battery)),
            number(visits.map(|visits| visits.begun)),
            number(visits.map(|visits| visits.submitted)),
            number(visits.map(|visits| visits.idle_ends)),
        );
    }
    eprintln!("{late} late");
}
