//! Peek, send, delete on a receipt: the outbox's one algorithm.
//!
//! It knows neither IndexedDB nor `fetch`: those are behind [`Store`], [`Wire`] and
//! [`Clock`], so that the fault lab runs the very same code in virtual time. Nothing
//! here may assume that it is alone: two drainers at once only cost double posts,
//! because the server's row is unique by id.

use crate::entry::{Entry, Route};
use crate::line::Lines;
use crate::outcome::{Outcome, Why};

/// How many entries are looked at together, and the most in one batch.
pub const PAGE: usize = 100;
/// The most bytes in one batch: 30 s, the time-out, on a line of 64 kbit/s.
pub const BATCH_BYTES: usize = 240 * 1024;
/// After so many entries in a row that failed for a reason that may be their own,
/// it is the server's.
const DOUBTS: u32 = 2;

/// The disk failed, or is gone. What it was asked may or may not have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost;

/// Where entries wait. Each call is one transaction.
#[expect(
    async_fn_in_trait,
    reason = "one page, one thread: nobody needs to send these futures elsewhere"
)]
pub trait Store {
    /// The endpoints for which something waits.
    async fn endpoints(&self) -> Result<Vec<String>, Lost>;
    /// What waits for `endpoint` behind the entry `after`, in order, at most `limit`.
    async fn peek(&self, endpoint: &str, after: u64, limit: usize) -> Result<Vec<Entry>, Lost>;
    /// Removes these entries, for which there are receipts. One that has other content
    /// by now (somebody went back and said something else) stays: nobody has that yet.
    async fn delivered(&self, entries: &[&Entry]) -> Result<(), Lost>;
    /// Sets the entry apart, unless it has other content by now: it is kept, and not
    /// sent again by itself.
    async fn quarantine(&self, entry: &Entry, why: Why, status: u16) -> Result<(), Lost>;
}

/// The way to the server.
#[expect(
    async_fn_in_trait,
    reason = "one page, one thread: nobody needs to send these futures elsewhere"
)]
pub trait Wire {
    /// Posts one entry, once.
    async fn post(&self, entry: &Entry) -> Outcome;
    /// Posts entries of one route together to `address`.
    async fn batch(&self, address: &str, entries: &[Entry]) -> Batch;
}

/// A clock that nobody sets, and chance.
pub trait Clock {
    /// Milliseconds since some moment, never going back.
    fn now_ms(&self) -> f64;
    /// From 0 up to 1.
    fn random(&self) -> f64;
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Batch {
    /// One outcome for each entry, in order.
    Each(Vec<Outcome>),
    /// The server takes no batches.
    Unknown,
    /// Nothing is known of any entry.
    Whole(Outcome),
}

/// What a pass finds out, as it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News<'a> {
    /// A receipt came; the entry is gone from the disk.
    Delivered {
        /// The response's id.
        id: &'a str,
        /// What the person is shown.
        receipt: &'a str,
    },
    /// Refused; set apart.
    Quarantined {
        /// The response's id.
        id: &'a str,
        /// Why.
        why: Why,
        /// The status.
        status: u16,
        /// What the server named.
        problems: &'a str,
    },
    /// This one waits on.
    Kept {
        /// The response's id.
        id: &'a str,
        /// Why.
        why: Why,
    },
    /// All that goes to `endpoint` waits on.
    Closed {
        /// The endpoint.
        endpoint: &'a str,
        /// Why.
        why: Why,
    },
}

/// One pass over all that waits: every endpoint that is not resting.
pub async fn drain(
    store: &impl Store,
    wire: &impl Wire,
    clock: &impl Clock,
    lines: &Lines,
    tell: &mut impl FnMut(News<'_>),
) -> Result<(), Lost> {
    let endpoints = store.endpoints().await?;
    lines.keep_only(&endpoints);
    for endpoint in &endpoints {
        if lines.is_open(endpoint, clock.now_ms()) {
            let mut pass = Pass {
                store,
                wire,
                clock,
                lines,
                endpoint,
                tell,
                after: 0,
                doubts: 0,
                is_single: false,
            };
            pass.run().await?;
        }
    }
    Ok(())
}

/// A pass along one endpoint.
struct Pass<'a, S, W, C, T> {
    store: &'a S,
    wire: &'a W,
    clock: &'a C,
    lines: &'a Lines,
    endpoint: &'a str,
    tell: &'a mut T,
    /// The entry behind which to go on.
    after: u64,
    /// How many in a row failed, each perhaps by itself.
    doubts: u32,
    /// Whether a batch failed: some entry in it may be to blame, singly they show.
    is_single: bool,
}

/// Whether the line goes on.
#[derive(PartialEq, Eq)]
enum Go {
    On,
    Stop,
}

impl<S: Store, W: Wire, C: Clock, T: FnMut(News<'_>)> Pass<'_, S, W, C, T> {
    async fn run(&mut self) -> Result<(), Lost> {
        let begin_ms = self.clock.now_ms();
        loop {
            let limit = self.lines.batch_limit(self.endpoint);
            let mut entries = self.store.peek(self.endpoint, self.after, limit).await?;
            let Some(last) = entries.last() else { break };
            let (last, now_ms) = (last.seq, self.clock.now_ms());
            entries.retain(|entry| !self.lines.is_stuck(self.endpoint, entry.seq, now_ms));
            let Some(first) = entries.first() else {
                self.after = last;
                continue;
            };
            let address = first.route.batches();
            let address = address.filter(|_| limit > 1 && !self.is_single);
            let go = match address {
                Some(address) if entries.len() > 1 => {
                    let together = together(&entries);
                    self.many(&address, &entries[..together]).await?
                }
                _ => self.one(first).await?,
            };
            if go == Go::Stop {
                return Ok(());
            }
        }
        self.lines.answered(self.endpoint);
        self.lines.passed(self.endpoint, begin_ms);
        Ok(())
    }

    async fn one(&mut self, entry: &Entry) -> Result<Go, Lost> {
        let outcome = self.wire.post(entry).await;
        self.after = entry.seq;
        if let Outcome::Delivered { is_ours, .. } = &outcome {
            self.lines.met(self.endpoint, *is_ours);
        }
        self.settle(entry, outcome).await
    }

    async fn many(&mut self, address: &str, entries: &[Entry]) -> Result<Go, Lost> {
        match self.wire.batch(address, entries).await {
            Batch::Each(outcomes) => {
                // Receipts first, in one transaction: whatever fails after it, they count.
                let mut there = Vec::with_capacity(entries.len());
                for (entry, outcome) in entries.iter().zip(&outcomes) {
                    if let Outcome::Delivered { .. } = outcome {
                        there.push(entry);
                    }
                }
                self.store.delivered(&there).await?;
                self.lines.grew(self.endpoint);
                for (entry, outcome) in entries.iter().zip(outcomes) {
                    self.after = entry.seq;
                    let go = match outcome {
                        Outcome::Delivered { receipt, .. } => {
                            self.arrived(entry, &receipt);
                            Go::On
                        }
                        other => self.settle(entry, other).await?,
                    };
                    if go == Go::Stop {
                        return Ok(go);
                    }
                }
                Ok(Go::On)
            }
            Batch::Unknown => {
                self.lines.takes_no_batches(self.endpoint);
                Ok(Go::On)
            }
            Batch::Whole(Outcome::Retry {
                after_ms,
                why,
                is_general: true,
            }) => {
                // Perhaps it was too long for this line: next time half as many.
                self.lines.shrank(self.endpoint);
                self.close(after_ms, why);
                Ok(Go::Stop)
            }
            Batch::Whole(_) => {
                self.is_single = true;
                Ok(Go::On)
            }
        }
    }

    /// Carries out what the outcome of one entry asks for.
    async fn settle(&mut self, entry: &Entry, outcome: Outcome) -> Result<Go, Lost> {
        match outcome {
            Outcome::Delivered { receipt, .. } => {
                self.store.delivered(&[entry]).await?;
                self.arrived(entry, &receipt);
            }
            Outcome::Quarantined {
                why,
                status,
                problems,
            } => {
                self.doubts = 0;
                // A full disk may have no room to set it apart. Then it stays where
                // it is, and the others go on.
                match self.store.quarantine(entry, why, status).await {
                    Ok(()) => self.lines.left(self.endpoint, entry.seq),
                    Err(Lost) => self.stick(entry),
                }
                (self.tell)(News::Quarantined {
                    id: &entry.id,
                    why,
                    status,
                    problems: &problems,
                });
            }
            Outcome::Retry {
                after_ms,
                why,
                is_general,
            } => {
                self.doubts += 1;
                if is_general || self.doubts >= DOUBTS {
                    self.close(after_ms, why);
                    return Ok(Go::Stop);
                }
                self.stick(entry);
                (self.tell)(News::Kept { id: &entry.id, why });
            }
        }
        Ok(Go::On)
    }

    fn arrived(&mut self, entry: &Entry, receipt: &str) {
        self.doubts = 0;
        self.lines.answered(self.endpoint);
        self.lines.left(self.endpoint, entry.seq);
        (self.tell)(News::Delivered {
            id: &entry.id,
            receipt,
        });
    }

    fn stick(&self, entry: &Entry) {
        let (now_ms, random) = (self.clock.now_ms(), self.clock.random());
        self.lines.stick(self.endpoint, entry.seq, now_ms, random);
    }

    fn close(&mut self, after_ms: Option<u64>, why: Why) {
        let (now_ms, random) = (self.clock.now_ms(), self.clock.random());
        self.lines.close(self.endpoint, after_ms, now_ms, random);
        (self.tell)(News::Closed {
            endpoint: self.endpoint,
            why,
        });
    }
}

/// How many of `entries`, from the first on, go into one batch.
fn together(entries: &[Entry]) -> usize {
    let route: &Route = &entries[0].route;
    let mut bytes = 0;
    entries
        .iter()
        .take_while(|entry| {
            bytes += entry.body.len() + 1;
            entry.route == *route && bytes <= BATCH_BYTES
        })
        .count()
        .max(1)
}

#[cfg(test)]
mod tests;
