//! `manyi-collector clerk …`.

use std::process::ExitCode;

use clap::Subcommand;
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::store::Store;
use manyi_collector::store::clerks::Clerk;
use manyi_collector::{clock, secret};

use super::{Failure, check_token, with_store};

/// What is to be done with clerks' keys.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// Print a new key, for a clerk's page or for the system that clerks work with.
    /// It is shown this once.
    Key {
        /// The unit whose windows it reaches.
        #[arg(long)]
        unit: String,
        /// The one window that it reaches; all of the unit without it.
        #[arg(long)]
        window: Option<String>,
    },
    /// List the keys; not what they are.
    List,
    /// Take a key back: it is dead at once.
    Revoke {
        /// Its id.
        id: String,
    },
}

/// Does it.
pub fn run(place: &Place, wanted: Wanted) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    match wanted {
        Wanted::Key { unit, window } => {
            check_token("--unit", &unit)?;
            if let Some(window) = &window {
                check_token("--window", window)?;
            }
            let clerk = Clerk {
                id: clock::new_id(),
                unit,
                window,
            };
            with_store(&settings, async |store: &Store| {
                let key = secret::credential(secret::Kind::Clerk)?;
                let hash = secret::hash(&key);
                store.keep_clerk(&hash, &clerk, clock::now_ms()).await?;
                println!("{key}");
                eprintln!("{} (to take it back)", clerk.id);
                Ok(ExitCode::SUCCESS)
            })
        }
        Wanted::List => with_store(&settings, async |store: &Store| {
            println!("id\tunit\twindow\tmade\trevoked");
            for key in store.clerks().await? {
                let made = clock::rfc3339(key.made_at);
                let revoked = key.revoked_at.map_or("-".to_owned(), clock::rfc3339);
                let window = key.clerk.window.as_deref().unwrap_or("(all)");
                let (id, unit) = (key.clerk.id, key.clerk.unit);
                println!("{id}\t{unit}\t{window}\t{made}\t{revoked}");
            }
            Ok(ExitCode::SUCCESS)
        }),
        Wanted::Revoke { id } => with_store(&settings, async |store: &Store| {
            if !store.revoke_clerk(&id, clock::now_ms()).await? {
                return Err(format!("there is no key `{id}` that holds").into());
            }
            println!("revoked {id}");
            Ok(ExitCode::SUCCESS)
        }),
    }
}
