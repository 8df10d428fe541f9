//! `manyi-collector audit check`.

use std::process::ExitCode;

use clap::Subcommand;
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::store::Store;
use manyi_collector::store::audit::Checked;

use super::{Failure, with_store};

/// What is to be done with the audit trail.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// Compute the hash of every entry anew, and print the last one: kept elsewhere, it
    /// shows later that nothing was cut off at the end.
    Check {
        /// An entry that was printed before, which must still be there.
        #[arg(long, value_name = "NUMBER:HASH")]
        holds: Option<String>,
    },
}

/// Does it.
pub fn run(place: &Place, wanted: &Wanted) -> Result<ExitCode, Failure> {
    let Wanted::Check { holds } = wanted;
    let settings = Settings::new(place, Serving::default())?;
    let holds = match holds.as_deref() {
        Some(text) => {
            let parts = text.split_once(':');
            let parts = parts.and_then(|(seq, hash)| Some((seq.parse::<i64>().ok()?, hash)));
            let shape = "--holds: must be an entry's number, a colon and its hash";
            Some(parts.ok_or(shape)?)
        }
        None => None,
    };
    with_store(&settings, async |store: &Store| {
        let (count, last) = match store.check_audit().await? {
            Checked::Whole(count, last) => (count, last),
            Checked::Broken(seq) => {
                let reason = "does not follow from the one before it: one of them was changed, or one between was taken away";
                return Err(format!("entry {seq} {reason}").into());
            }
        };
        if let Some((seq, hash)) = holds
            && store.audit_hash(seq).await?.as_deref() != Some(hash)
        {
            return Err(format!("entry {seq} is not the one that was printed before").into());
        }
        println!("{count}:{last}");
        Ok(ExitCode::SUCCESS)
    })
}
