//! `manyi-collector serve | export | check | fragment | key | gaps | tablet |
//! clerk | triggers | roster | kiosk | week | unit | account | audit | retention`.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use manyi_collector::config::{LogFormat, Place, Serving, Settings};
use manyi_collector::export::{self, Format};
use manyi_collector::store::responses::Which;
use manyi_collector::{Collector, desk, store, surveys};
use manyi_model::response::is_token;
use tracing_subscriber::filter::LevelFilter;

/// Takes the ratings of <manyi-survey> in and keeps them.
#[derive(Debug, Parser)]
#[command(name = "manyi-collector", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve surveys, take responses in.
    Serve {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        serving: Serving,
    },
    /// Write all responses to standard output.
    Export {
        #[command(flatten)]
        place: Place,
        /// What to write.
        #[arg(long, value_enum)]
        format: Format,
        /// Only the responses to this survey.
        #[arg(long, value_name = "ID")]
        survey: Option<String>,
        /// What came later under the id of a response with other content, and was
        /// kept beside it, in place of the responses.
        #[arg(long)]
        conflicts: bool,
    },
    /// Find every flaw in survey definitions.
    Check {
        /// The files.
        #[arg(required = true, value_name = "SURVEY.json")]
        files: Vec<PathBuf>,
    },
    /// Print the HTML of a survey's form with the element around it, for pasting
    /// into a page of another site.
    Fragment(Fragment),
    /// List the responses that devices numbered and never sent.
    Gaps {
        #[command(flatten)]
        place: Place,
    },
    /// The keys that personal answers and free text are sealed to on the devices.
    Key {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: key::Wanted,
    },
    /// The tablets at windows: bring one in, list them, shut one out.
    Tablet {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: tablet::Wanted,
    },
    /// The kiosk page on all tablets: end it, let it live again.
    Kiosk {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: kiosk::Wanted,
    },
    /// The keys by which clerks have a window's tablet show a survey.
    Clerk {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: clerk::Wanted,
    },
    /// Who is on duty at which window.
    Roster {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: roster::Wanted,
    },
    /// The weekly collation: show, close, list and prove weeks.
    Week {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: week::Wanted,
    },
    /// The offices, stations, windows and officers, and who belongs to whom.
    Unit {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: unit::Wanted,
    },
    /// The accounts of the back office.
    Account {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: account::Wanted,
    },
    /// The audit trail of the back office.
    Audit {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: audit::Wanted,
    },
    /// How long what is kept, and deleting what is due.
    Retention {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        wanted: retention::Wanted,
    },
    /// Count what windows were asked to show, and what became of it.
    Triggers {
        #[command(flatten)]
        place: Place,
        /// The first day, in China.
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: String,
        /// The last day.
        #[arg(long, value_name = "YYYY-MM-DD")]
        to: String,
    },
}

mod account;
mod audit;
mod clerk;
mod fragment;
mod gaps;
mod key;
mod kiosk;
mod retention;
mod roster;
mod tablet;
mod triggers;
mod unit;
mod week;
use fragment::Fragment;

type Failure = Box<dyn std::error::Error>;

/// Does what the command line says; 1 where it failed, 2 where it was not understood.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve { place, serving } => serve(&place, serving),
        Command::Export {
            place,
            format,
            survey,
            conflicts,
        } => {
            let which = if conflicts {
                Which::Conflicts
            } else {
                Which::Responses
            };
            export(&place, format, which, survey.as_deref())
        }
        Command::Check { files } => check(&files),
        Command::Fragment(wanted) => fragment::print(&wanted),
        Command::Gaps { place } => gaps::print(&place),
        Command::Key { place, wanted } => key::run(&place, &wanted),
        Command::Tablet { place, wanted } => tablet::run(&place, wanted),
        Command::Kiosk { place, wanted } => kiosk::run(&place, wanted),
        Command::Clerk { place, wanted } => clerk::run(&place, wanted),
        Command::Roster { place, wanted } => roster::run(&place, wanted),
        Command::Week { place, wanted } => week::run(&place, wanted),
        Command::Unit { place, wanted } => unit::run(&place, wanted),
        Command::Account { place, wanted } => account::run(&place, wanted),
        Command::Audit { place, wanted } => audit::run(&place, &wanted),
        Command::Retention { place, wanted } => retention::run(&place, &wanted),
        Command::Triggers { place, from, to } => triggers::print(&place, &from, &to),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("manyi-collector: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(place: &Place, serving: Serving) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, serving)?;
    log(settings.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Whoever reads that it listens may already end it.
        let told_to_stop = told_to_stop()?;
        let collector = Collector::start(settings).await?;
        // A stable line for whoever started this, on its own stream.
        println!("listening on {}", collector.url());
        std::io::stdout().flush()?;
        // Ratings are taken in whatever becomes of this.
        match desk::new_link(collector.store()).await {
            Ok(Some(path)) => {
                // Whoever read the first line alone may be gone by now.
                let mut out = std::io::stdout();
                let sentence = "set up the back office, once and within a day:";
                let _ = writeln!(out, "{sentence} {}{path}", collector.url());
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "no link for setting the back office up"),
        }
        tracing::info!(address = %collector.address(), "listening");
        told_to_stop.await;
        tracing::info!("stopping");
        collector.stop().await;
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    })
}

/// SIGTERM, as service managers send it, or Ctrl+C: heard from now on.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn log(format: LogFormat) {
    let lines = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::INFO)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}

fn export(
    place: &Place,
    format: Format,
    which: Which,
    survey: Option<&str>,
) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let store = store::open(&settings.data, settings.database.as_deref(), false).await?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let count = export::write_which(&store, format, which, survey, &mut out).await?;
        eprintln!("{count} responses");
        Ok(ExitCode::SUCCESS)
    })
}

/// The bytes of a file, which may have at most `most`.
fn bounded(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let name = path.display();
    let failed = |error: std::io::Error| format!("{name}: {error}");
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).map_err(failed)?;
    opened
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(format!("{name}: more than {most} bytes").into());
    }
    Ok(bytes)
}

/// Whether an option may stand for a unit or a window.
fn check_token(option: &str, token: &str) -> Result<(), Failure> {
    if is_token(token) {
        return Ok(());
    }
    let reason = "must be 1 to 200 characters without control characters";
    Err(format!("{option}: {reason}").into())
}

/// Does something with the database, which must be there.
fn with_store(
    settings: &Settings,
    work: impl AsyncFnOnce(&store::Store) -> Result<ExitCode, Failure>,
) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let store = store::open(&settings.data, settings.database.as_deref(), false).await?;
        work(&store).await
    })
}

fn check(files: &[PathBuf]) -> Result<ExitCode, Failure> {
    let mut sound = true;
    for file in files {
        let name = file.display().to_string();
        match std::fs::read(file) {
            Err(error) => {
                sound = false;
                eprintln!("{name}: {error}");
            }
            Ok(bytes) => match surveys::read(&name, &bytes) {
                Ok(survey) => println!(
                    "{name}: sound: survey {} version {}, {} questions, {}",
                    survey.definition.id,
                    survey.definition.version,
                    survey.definition.questions.len(),
                    survey.hash
                ),
                Err(faults) => {
                    sound = false;
                    for fault in faults {
                        eprintln!("{fault}");
                    }
                }
            },
        }
    }
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
