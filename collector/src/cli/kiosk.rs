//! `manyi-collector kiosk …`.

use std::process::ExitCode;

use clap::Subcommand;
use manyi_collector::clock;
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::store::Store;
use manyi_collector::store::switches::KIOSK;

use super::{Failure, with_store};

/// What is to be done with the kiosk page on all tablets.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Wanted {
    /// Have every tablet drop the versions of the page that it keeps, and load it from
    /// the network: when a release does harm that no tablet recovers from. What waits
    /// to be sent stays.
    Kill,
    /// Let tablets keep versions again.
    Revive,
    /// Say which of the two it is.
    Status,
}

/// Does it.
pub fn run(place: &Place, wanted: Wanted) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    with_store(&settings, async |store: &Store| {
        match wanted {
            Wanted::Kill => store.throw(KIOSK, clock::now_ms()).await?,
            Wanted::Revive => store.put_back(KIOSK).await?,
            Wanted::Status => {}
        }
        match store.thrown(KIOSK).await? {
            Some(at) => println!("killed since {}", clock::rfc3339(at)),
            None => println!("alive"),
        }
        Ok(ExitCode::SUCCESS)
    })
}
