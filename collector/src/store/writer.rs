//! The one task that writes responses: whatever has queued up while the last
//! commit was on its way to the disk shares the next one.
//!
//! An answer goes out only after its commit, so a 2xx is a row for ever. With
//! nothing queued a response is committed at once: nobody waits for company.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::AnyConnection;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::invitations::{self, Verdict};
use super::responses::{Outcome, Row, insert};
use super::sqlite::BEGIN;
use super::{Error, Store, gaps, roster, triggers, weeks};

/// Jobs that may wait. One is 1 to 64 KiB, a batch up to 8 MiB but seldom above
/// one; beyond this callers wait, and then are told to come back.
const QUEUE: usize = 512;
/// How long a job may wait for room in the queue: a burst passes, a dead disk shows.
const PATIENCE: Duration = Duration::from_secs(10);
/// Rows that share a commit: 500 of a batch and some; a transaction of this size
/// takes a few tens of milliseconds.
const GROUP: usize = 512;

/// Says nothing and is written all the same (SQLite writes nothing where an update
/// changes nothing). After a start or a failure there
/// may be rows that can be read and were never synced: the process before was
/// killed in mid-commit. Who sends one of them again is told `duplicate`, which
/// needs no write and would sync nothing; with this in the same commit it does.
const TOUCH: &str = "UPDATE pulse SET beats = beats + 1";

/// The way to the writing task.
#[derive(Clone, Debug)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    commits: Arc<AtomicU64>,
}

/// Why nothing was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too many are waiting.
    Busy,
    /// The database did not take it.
    Failed,
}

struct Job {
    rows: Vec<Row>,
    done: oneshot::Sender<Result<Vec<Outcome>, Refusal>>,
}

impl Writer {
    /// Starts the task. It ends, after writing all that was handed in, when the
    /// last `Writer` is dropped.
    pub fn start(store: Store) -> (Self, JoinHandle<()>) {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let commits = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(write(store, waiting, Arc::clone(&commits)));
        (Self { jobs, commits }, task)
    }

    /// Stores `rows`, all in one commit, and says what became of each once that
    /// commit is on the disk.
    ///
    /// # Errors
    /// When nothing of it was stored.
    pub async fn store(&self, rows: Vec<Row>) -> Result<Vec<Outcome>, Refusal> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let (done, outcome) = oneshot::channel();
        self.jobs
            .send_timeout(Job { rows, done }, PATIENCE)
            .await
            .map_err(|_| Refusal::Busy)?;
        outcome.await.unwrap_or(Err(Refusal::Failed))
    }

    /// The count of commits, for whoever keeps behind them.
    pub fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.commits)
    }

    /// Commits so far: how well syncs are shared.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

async fn write(store: Store, mut waiting: mpsc::Receiver<Job>, commits: Arc<AtomicU64>) {
    let mut unsure = true;
    while let Some(first) = waiting.recv().await {
        let mut size = first.rows.len();
        let mut group = vec![first];
        while size < GROUP
            && let Ok(next) = waiting.try_recv()
        {
            size += next.rows.len();
            group.push(next);
        }
        match commit(&store, &group, &mut unsure).await {
            Ok(outcomes) => {
                commits.fetch_add(1, Ordering::Relaxed);
                for (job, outcomes) in group.into_iter().zip(outcomes) {
                    // The caller may have gone; the row is there all the same.
                    let _ = job.done.send(Ok(outcomes));
                }
            }
            // With the disk full or the file locked, trying each alone would only
            // keep all of them waiting, and those behind them, too.
            Err(error) if error.outage => {
                tracing::error!(%error, jobs = group.len(), "nothing can be stored");
                refuse(group);
            }
            Err(error) if group.len() == 1 => {
                tracing::error!(%error, "a response was not stored");
                refuse(group);
            }
            Err(error) => {
                tracing::error!(%error, jobs = group.len(), "a commit failed; each is tried alone");
                alone(&store, group, &commits, &mut unsure).await;
            }
        }
    }
}

/// One bad neighbour must not sink the others: each job gets its own commit. When
/// the database itself is out, the first two failures say so and nobody else waits.
async fn alone(store: &Store, group: Vec<Job>, commits: &AtomicU64, unsure: &mut bool) {
    let mut failures = 0;
    let mut jobs = group.into_iter();
    for job in jobs.by_ref() {
        let outcome = commit(store, std::slice::from_ref(&job), unsure).await;
        match outcome.map(|mut all| all.pop().unwrap_or_default()) {
            Ok(outcomes) => {
                commits.fetch_add(1, Ordering::Relaxed);
                let _ = job.done.send(Ok(outcomes));
            }
            Err(error) => {
                tracing::error!(%error, "a response was not stored");
                failures += 1;
                refuse([job]);
                if failures == 2 {
                    break;
                }
            }
        }
    }
    refuse(jobs);
}

fn refuse(jobs: impl IntoIterator<Item = Job>) {
    for job in jobs {
        let _ = job.done.send(Err(Refusal::Failed));
    }
}

/// Stores the group, all of it or nothing.
///
/// The three words of a transaction are said here and not by sqlx. SQLite ends one
/// by itself when the disk is full; sqlx 0.9 then fails to roll it back and goes on
/// counting it, so that what comes next is a savepoint inside a transaction that
/// nobody commits, and reports success (see also
/// <https://github.com/launchbadge/sqlx/issues/3742>). A plain BEGIN is refused
/// where a transaction is open, and a plain COMMIT is one.
async fn commit(
    store: &Store,
    group: &[Job],
    unsure: &mut bool,
) -> Result<Vec<Vec<Outcome>>, Error> {
    let mut connection = store.pool.acquire().await?;
    if let Err(error) = sqlx::raw_sql(BEGIN).execute(&mut *connection).await {
        let error = Error::from(error);
        if !error.outage {
            connection.close_on_drop();
        }
        return Err(error);
    }
    let done = write_all(&mut connection, group, *unsure).await;
    *unsure = done.is_err();
    if done.is_err() {
        // There may be no transaction any more; the next BEGIN finds out.
        let _ = sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await;
    }
    done
}

async fn write_all(
    connection: &mut AnyConnection,
    group: &[Job],
    unsure: bool,
) -> Result<Vec<Vec<Outcome>>, Error> {
    if unsure {
        sqlx::query(TOUCH).execute(&mut *connection).await?;
    }
    let rows = group.iter().flat_map(|job| &job.rows);
    let mut places = weeks::file(connection, rows).await?.into_iter();
    let mut outcomes = Vec::with_capacity(group.len());
    for job in group {
        let mut of_job = Vec::with_capacity(job.rows.len());
        for (row, filed) in job.rows.iter().zip(&mut places) {
            let verdict = invitations::claim(connection, row).await?;
            let outcome = match verdict {
                Verdict::Barred(outcome) => outcome,
                Verdict::Free | Verdict::Claimed => insert(connection, row, &filed).await?,
            };
            if verdict == Verdict::Claimed {
                invitations::settle(connection, row, outcome).await?;
            }
            if outcome == Outcome::Stored {
                triggers::note(connection, row).await?;
                roster::note(connection, row, filed.answered_at).await?;
            }
            of_job.push(outcome);
        }
        outcomes.push(of_job);
    }
    let rows = group.iter().flat_map(|job| &job.rows);
    gaps::note(connection, rows).await?;
    sqlx::raw_sql("COMMIT").execute(connection).await?;
    Ok(outcomes)
}
