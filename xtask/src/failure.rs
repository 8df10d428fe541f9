//! What a command says when it cannot go on: one sentence, with what to run.

use std::fmt;

/// A sentence for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

/// What every step gives back.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure that says this.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Turns an error of a library or the system into a sentence of ours.
pub trait OrFail<T> {
    /// `sentence` says what was being done; the error's own words follow it.
    fn or_fail(self, sentence: impl FnOnce() -> String) -> Outcome<T>;
}

impl<T, E: fmt::Display> OrFail<T> for Result<T, E> {
    fn or_fail(self, sentence: impl FnOnce() -> String) -> Outcome<T> {
        // `{:#}` because wasm-bindgen's errors keep their causes behind it.
        self.map_err(|error| Failure(format!("{}: {error:#}", sentence())))
    }
}
