//! What a page knows of each endpoint: when to try it again, and whether it takes
//! batches. It is forgotten with the page; nothing depends on it.

use std::cell::{RefCell, RefMut};

use crate::drain::PAGE;
use crate::schedule::wait_ms;

/// How many entries may be stuck at a time. With more, it is not the entries.
const STUCK: usize = 20;

/// All endpoints met so far.
#[derive(Debug, Default)]
pub struct Lines(RefCell<Vec<Line>>);

#[derive(Debug)]
struct Line {
    endpoint: String,
    /// Failures in a row.
    failures: u32,
    /// By the clock that nobody sets.
    not_before_ms: f64,
    /// Whether the server asked to be left alone until then.
    is_asked: bool,
    /// How many entries go together; 1 where batches are not known to be taken.
    batch: usize,
    /// Whether the server said that it takes none.
    is_single: bool,
    /// Entries that failed where others passed, with their own failures and rest.
    stuck: Vec<Stuck>,
}

#[derive(Debug)]
struct Stuck {
    seq: u64,
    failures: u32,
    not_before_ms: f64,
}

impl Lines {
    /// What is known of `endpoint`. A function of its own and no closure that it takes:
    /// the module would have a copy for each.
    fn of(&self, endpoint: &str) -> RefMut<'_, Line> {
        let mut lines = self.0.borrow_mut();
        let mut at = 0;
        while at < lines.len() && lines[at].endpoint != endpoint {
            at += 1;
        }
        if at == lines.len() {
            lines.push(Line {
                endpoint: endpoint.to_owned(),
                failures: 0,
                not_before_ms: 0.0,
                is_asked: false,
                batch: 1,
                is_single: false,
                stuck: Vec::new(),
            });
        }
        RefMut::map(lines, |lines| &mut lines[at])
    }

    /// Forgets the failures of endpoints for which nothing waits any more.
    pub(crate) fn keep_only(&self, endpoints: &[String]) {
        let mut lines = self.0.borrow_mut();
        for line in lines.iter_mut() {
            if !endpoints.contains(&line.endpoint) {
                line.failures = 0;
                line.stuck.clear();
            }
        }
    }

    /// Whether `endpoint` may be tried now.
    pub fn is_open(&self, endpoint: &str, now_ms: f64) -> bool {
        self.of(endpoint).not_before_ms <= now_ms
    }

    /// How many milliseconds from now the next endpoint may be tried, if one rests.
    pub fn next_ms(&self, now_ms: f64) -> Option<f64> {
        let mut next = f64::INFINITY;
        for line in self.0.borrow().iter() {
            // A server's wish outlives its failures: see `keep_only`.
            if line.failures > 0 || line.not_before_ms > now_ms {
                next = next.min(line.not_before_ms);
            }
            // An entry cannot be tried before its line.
            for stuck in &line.stuck {
                next = next.min(stuck.not_before_ms.max(line.not_before_ms));
            }
        }
        (next < f64::INFINITY).then(|| (next - now_ms).max(0.0))
    }

    /// The network came back: everything may be tried at once, but where a server
    /// asked for patience.
    pub fn wake(&self) {
        for line in self.0.borrow_mut().iter_mut() {
            if !line.is_asked {
                line.not_before_ms = 0.0;
            }
            for stuck in &mut line.stuck {
                stuck.not_before_ms = 0.0;
            }
        }
    }

    /// The same, whatever a server asked for.
    pub fn wake_all(&self) {
        for line in self.0.borrow_mut().iter_mut() {
            line.is_asked = false;
        }
        self.wake();
    }

    pub(crate) fn batch_limit(&self, endpoint: &str) -> usize {
        self.of(endpoint).batch
    }

    /// A single post was answered, by our collector or by another backend.
    pub(crate) fn met(&self, endpoint: &str, is_ours: bool) {
        let mut line = self.of(endpoint);
        if !is_ours || line.is_single {
            line.batch = 1;
        } else if line.failures == 0 {
            line.batch = PAGE;
        } else {
            line.batch = line.batch.max(2);
        }
    }

    pub(crate) fn takes_no_batches(&self, endpoint: &str) {
        let mut line = self.of(endpoint);
        (line.is_single, line.batch) = (true, 1);
    }

    pub(crate) fn grew(&self, endpoint: &str) {
        let mut line = self.of(endpoint);
        line.batch = (line.batch * 2).min(PAGE);
    }

    pub(crate) fn shrank(&self, endpoint: &str) {
        let mut line = self.of(endpoint);
        line.batch = (line.batch / 2).max(1);
    }

    /// Whether the entry `seq`, which failed where others passed, still rests.
    pub(crate) fn is_stuck(&self, endpoint: &str, seq: u64, now_ms: f64) -> bool {
        let line = self.of(endpoint);
        let mut stuck = line.stuck.iter();
        stuck.any(|stuck| stuck.seq == seq && stuck.not_before_ms > now_ms)
    }

    /// The entry `seq` failed for a reason that may be its own. Next time the ones
    /// behind it get their turn first, so that a few that never pass block nobody.
    pub(crate) fn stick(&self, endpoint: &str, seq: u64, now_ms: f64, random: f64) {
        let stuck = &mut self.of(endpoint).stuck;
        let place = stuck.iter().position(|stuck| stuck.seq == seq);
        let place = place.unwrap_or_else(|| {
            if stuck.len() >= STUCK {
                stuck.clear();
            }
            stuck.push(Stuck {
                seq,
                failures: 0,
                not_before_ms: 0.0,
            });
            stuck.len() - 1
        });
        let stuck = &mut stuck[place];
        stuck.failures = stuck.failures.saturating_add(1);
        stuck.not_before_ms = now_ms + float(wait_ms(stuck.failures, None, random));
    }

    /// The entry `seq` does not wait any more.
    pub(crate) fn left(&self, endpoint: &str, seq: u64) {
        let mut line = self.of(endpoint);
        line.stuck.retain(|stuck| stuck.seq != seq);
    }

    /// A pass that began at `begin_ms` came to its end: whatever was due then and was
    /// not met is not there any more. Another tab may have sent it.
    pub(crate) fn passed(&self, endpoint: &str, begin_ms: f64) {
        let mut line = self.of(endpoint);
        line.stuck.retain(|stuck| stuck.not_before_ms > begin_ms);
    }

    pub(crate) fn close(&self, endpoint: &str, after_ms: Option<u64>, now_ms: f64, random: f64) {
        let mut line = self.of(endpoint);
        line.failures = line.failures.saturating_add(1);
        line.not_before_ms = now_ms + float(wait_ms(line.failures, after_ms, random));
        line.is_asked = after_ms.is_some_and(|wish_ms| wish_ms > 0);
        let wait_ms = line.not_before_ms - now_ms;
        for stuck in &mut line.stuck {
            stuck.not_before_ms += wait_ms;
        }
    }

    /// The endpoint answers.
    pub(crate) fn answered(&self, endpoint: &str) {
        let mut line = self.of(endpoint);
        line.failures = 0;
        line.not_before_ms = 0.0;
        line.is_asked = false;
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most a day's milliseconds")]
fn float(ms: u64) -> f64 {
    ms as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: &str = "https://rate.example/v1/responses";

    #[test]
    fn f12_a_wish_is_waited_for_though_nothing_was_left_to_send_meanwhile() {
        let lines = Lines::default();
        lines.close(ENDPOINT, Some(600_000), 0.0, 0.0);
        // Another tab sent what waited; then something new comes in.
        lines.keep_only(&[]);
        assert!(!lines.is_open(ENDPOINT, 1_000.0));
        assert_eq!(lines.next_ms(1_000.0), Some(599_000.0));
        assert_eq!(lines.next_ms(600_000.0), None);
    }

    #[test]
    fn an_entry_that_is_stuck_does_not_wake_its_resting_line() {
        let lines = Lines::default();
        lines.stick(ENDPOINT, 1, 0.0, 0.0);
        lines.close(ENDPOINT, Some(60_000), 50_000.0, 0.0);
        assert_eq!(lines.next_ms(50_000.0), Some(60_000.0));
    }

    #[test]
    fn f20_an_entry_that_another_tab_sent_is_not_waited_for() {
        let lines = Lines::default();
        lines.stick(ENDPOINT, 1, 0.0, 0.0);
        lines.passed(ENDPOINT, 2_000.0);
        assert_eq!(lines.next_ms(2_000.0), None);
    }
}
