//! What an answer means: the rules C3 and C4 of the delivery contract, as a pure function.

use crate::entry::Proof;
use crate::schedule::RETRY_AFTER_MS;

/// The most of an answer that is read: a receipt takes 100 bytes, a list of problems
/// a few thousand, and the results of a batch of 100 less than 100 kB.
pub const ANSWER_BYTES: usize = 1024 * 1024;
/// How long an answer may take to begin and to end.
pub const TIME_OUT_MS: u32 = 30_000;
/// The longest receipt shown. A UUID has 36 characters; backends may have their own.
const RECEIPT_CHARS: usize = 100;

/// What became of one post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A receipt came back.
    Delivered {
        /// What the person is shown.
        receipt: String,
        /// Whether our collector says so: it takes batches.
        is_ours: bool,
    },
    /// It may pass later, unchanged.
    Retry {
        /// The server's wish to be left alone for so long.
        after_ms: Option<u64>,
        /// Why.
        why: Why,
        /// Whether the next entry would meet the same: no connection, or a server
        /// that says that it is busy. Else it may be this entry alone.
        is_general: bool,
    },
    /// The server refuses this content. Kept, never sent again by itself.
    Quarantined {
        /// Why.
        why: Why,
        /// The status.
        status: u16,
        /// What the server named: a JSON array as text, empty if nothing.
        problems: String,
    },
}

/// Why a post did not end in a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No connection, or no answer in time.
    Network,
    /// The server is busy, in repair or not set up.
    Server,
    /// What came back is no receipt: a login page, a redirect, another id.
    Answer,
    /// The server refuses the content.
    Refused,
    /// This id arrived before, with other content.
    Conflict,
    /// What lay on the device is no entry that this version can read.
    Damaged,
}

impl Why {
    /// The word for it in events and on disk.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Server => "server",
            Self::Answer => "answer",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Damaged => "damaged",
        }
    }
}

impl Outcome {
    /// No connection, or no answer in time.
    pub fn unreached() -> Self {
        Self::Retry {
            after_ms: None,
            why: Why::Network,
            is_general: true,
        }
    }
}

/// What came back over the wire.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The status; 0 where the browser hides it behind a redirect.
    pub status: u16,
    /// Whether the answer is a redirect, which is never followed.
    pub redirect: bool,
    /// Whether the `Content-Type` says HTML.
    pub html: bool,
    /// `Retry-After`, as milliseconds from now.
    pub retry_after_ms: Option<u64>,
    /// What the body says, where it is JSON, whole and not over [`ANSWER_BYTES`].
    pub said: Option<Said>,
}

/// What the JSON of an answer says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// The id it echoes.
    pub id: Option<String>,
    /// A receipt number of the backend's own.
    pub receipt: Option<String>,
    /// Whether it speaks of the response's status as our collector does.
    pub is_ours: bool,
    /// What it found wrong: a JSON array as text.
    pub problems: String,
    /// What it says of each element, where it is the answer to a batch.
    pub each: Vec<Answer>,
}

/// What `answer` to the post of `id` means.
///
/// A status that no rule names keeps the response, because keeping loses nothing.
pub fn classify(proof: Proof, id: &str, answer: &Answer) -> Outcome {
    let retry = |why| Outcome::Retry {
        after_ms: answer.retry_after_ms,
        why,
        is_general: matches!(answer.status, 408 | 425 | 429 | 502..=504),
    };
    if answer.redirect {
        return retry(Why::Answer);
    }
    let said = answer.said.as_ref();
    match answer.status {
        200..=299 => {
            // Some databases print a UUID in capitals; it is the same UUID.
            let echoed = said
                .and_then(|said| said.id.as_deref())
                .is_some_and(|echo| echo.eq_ignore_ascii_case(id));
            let by_status = proof == Proof::Status
                && match answer.status {
                    201 | 202 | 204 => true,
                    200 => !answer.html,
                    _ => false,
                };
            if !echoed && !by_status {
                return retry(Why::Answer);
            }
            let receipt = said
                .and_then(|said| said.receipt.as_deref())
                .filter(|receipt| !receipt.is_empty() && receipt.len() <= RECEIPT_CHARS)
                .unwrap_or(id);
            Outcome::Delivered {
                receipt: receipt.to_owned(),
                is_ours: said.is_some_and(|said| said.is_ours),
            }
        }
        status @ (400 | 409 | 413 | 415 | 422) => Outcome::Quarantined {
            why: if status == 409 {
                Why::Conflict
            } else {
                Why::Refused
            },
            status,
            problems: said.map(|said| said.problems.clone()).unwrap_or_default(),
        },
        300..=399 => retry(Why::Answer),
        _ => retry(Why::Server),
    }
}

/// `Retry-After` as milliseconds from `now_ms`: seconds, or an HTTP date that
/// `date_ms` reads. Never more than a day, whatever the server or a clock says.
pub fn retry_after_ms(
    header: &str,
    now_ms: f64,
    date_ms: impl Fn(&str) -> Option<f64>,
) -> Option<u64> {
    let header = header.trim_ascii();
    let mut wait_ms = (!header.is_empty()).then_some(0);
    for byte in header.bytes() {
        let digit = u64::from(byte.wrapping_sub(b'0'));
        wait_ms = wait_ms.filter(|_| digit < 10);
        wait_ms = wait_ms.map(|ms| (ms * 10 + digit * 1000).min(RETRY_AFTER_MS));
    }
    if wait_ms.is_some() {
        return wait_ms;
    }
    let wait = date_ms(header)? - now_ms;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and the clamp before it leaves 0 to a day"
    )]
    wait.is_finite()
        .then(|| wait.clamp(0.0, RETRY_AFTER_MS as f64) as u64)
}

#[cfg(test)]
mod tests;
