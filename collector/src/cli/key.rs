//! `manyi-collector key …`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use manyi_collector::clock;
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::sealing::Keys;

use super::Failure;

/// What is to be done with the keys.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// List the keys: id, when made, which one is current.
    List,
    /// Make the first key, as `serve` does; says so where there is one.
    Create,
    /// Make a new key and have devices seal to it from now on. Old keys keep opening.
    Rotate,
    /// Print the public key, for the attribute `sealing-key`.
    Public,
    /// Write all keys into a new file. Whoever has it can open every sealed answer.
    Backup {
        /// The file to make.
        file: PathBuf,
    },
    /// Put the keys of a backup beside those that are here. None is overwritten.
    Restore {
        /// The backup.
        file: PathBuf,
    },
}

/// Does it.
pub fn run(place: &Place, wanted: &Wanted) -> Result<ExitCode, Failure> {
    let data = Settings::new(place, Serving::default())?.data;
    match wanted {
        Wanted::List => {
            let keys = Keys::open(&data)?;
            let current = keys.current();
            for key in keys.all() {
                let made = clock::rfc3339(key.created_at);
                let mark = if key.id() == current.id() {
                    "  current"
                } else {
                    ""
                };
                println!("{}  {made}{mark}", key.id());
            }
        }
        Wanted::Create => match Keys::open(&data) {
            Ok(keys) => println!("there is a key: {}", keys.current().id()),
            Err(_) => println!("made {}", Keys::open_or_create(&data)?.current().id()),
        },
        Wanted::Rotate => println!("now current: {}", Keys::open(&data)?.rotate()?.id()),
        Wanted::Public => println!("{}", Keys::open(&data)?.current().text()),
        Wanted::Backup { file } => {
            let count = Keys::open(&data)?.backup(file)?;
            println!("{count} in {}", file.display());
        }
        Wanted::Restore { file } => println!("{} restored", Keys::restore(&data, file)?),
    }
    Ok(ExitCode::SUCCESS)
}
