//! The task that makes new responses ready for the desk's search. It keeps behind those
//! who store: while many come in it takes a small step a second, and catches up when
//! it is quiet. What it has not come to is stored all the same, and found later.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::store::{Error, Store};
use crate::surveys::Surveys;

/// Between two steps while others store much: at 200 responses a step, as many in a
/// second as a busy county sends.
const BESIDE: Duration = Duration::from_millis(500);
/// Between two steps while nobody else stores: room for whoever begins to.
const ALONE: Duration = Duration::from_millis(20);
/// Until it is looked whether there is something new.
const REST: Duration = Duration::from_millis(500);
/// After a failure: a full disk does not get better by asking.
const FAILED: Duration = Duration::from_secs(5);
/// Commits of others between two steps, from which on they are many.
const MANY: u64 = 10;

/// Runs until it is told to stop. `commits` counts those of the task that stores.
pub async fn run(
    store: Store,
    surveys: Arc<Surveys>,
    commits: Arc<AtomicU64>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut before = commits.load(Ordering::Relaxed);
    while !*stopped.borrow() {
        let stepped = step(&store, &surveys).await;
        let now = commits.load(Ordering::Relaxed);
        let pause = match stepped {
            Ok(0) => REST,
            Ok(_) if now - before > MANY => BESIDE,
            Ok(_) => ALONE,
            Err(error) => {
                tracing::warn!(%error, "responses were not made ready for searching; it is tried again");
                FAILED
            }
        };
        before = now;
        let _ = tokio::time::timeout(pause, stopped.changed()).await;
    }
}

async fn step(store: &Store, surveys: &Surveys) -> Result<usize, Error> {
    let wording = |survey: &str, version| {
        let known = surveys.version(survey, version);
        known.map(|survey| &survey.definition)
    };
    store.file_next(wording).await
}

/// Makes all that is stored ready: for the command line, which has no task.
///
/// # Errors
/// When the database fails, or a row in it is not what was put there.
pub async fn catch_up(store: &Store) -> Result<(), crate::collation::Error> {
    let wordings = crate::collation::wordings::Wordings::load(store).await?;
    let wording = |survey: &str, version| wordings.version(survey, version);
    while store.file_next(wording).await? > 0 {}
    Ok(())
}
