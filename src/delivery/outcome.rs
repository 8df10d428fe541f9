//! What an answer means: the rules C3 and C4 of the delivery contract, as a pure function.

use manyi_model::Problem;

use super::{Outcome, Proof, Why};

/// The most of an answer that is read: a receipt takes 100 bytes, and a list of
/// problems a few thousand.
pub const ANSWER_BYTES: usize = 1024 * 1024;
/// How long an answer may take to begin and to end.
pub const TIME_OUT_MS: u32 = 30_000;
/// The longest receipt shown. A UUID has 36 characters; backends may have their own.
const RECEIPT_CHARS: usize = 100;

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
    /// What it found wrong.
    pub problems: Vec<Problem>,
}

/// What `answer` to the post of `id` means.
///
/// A status that no rule names keeps the response, because keeping loses nothing.
pub fn classify(proof: Proof, id: &str, answer: &Answer) -> Outcome {
    let retry = |why| Outcome::Retry {
        after_ms: answer.retry_after_ms,
        why,
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
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit()) {
        let seconds: u64 = header.parse().unwrap_or(u64::MAX);
        return Some(seconds.saturating_mul(1000).min(DAY_MS));
    }
    let wait = date_ms(header)? - now_ms;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and the clamp before it leaves 0 to a day"
    )]
    wait.is_finite()
        .then(|| wait.clamp(0.0, DAY_MS as f64) as u64)
}

#[cfg(test)]
mod tests;
