//! Counting what the test harnesses print.

use std::fmt;
use std::ops::AddAssign;

/// How many passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests or checks that passed.
    pub passed: u32,
    /// Those that did not.
    pub failed: u32,
}

impl Tally {
    /// One check that is its own test, like the formatter.
    pub const PASSED: Self = Self {
        passed: 1,
        failed: 0,
    };
    /// The same, failed.
    pub const FAILED: Self = Self {
        passed: 0,
        failed: 1,
    };

    /// Reads `test result: ok. 3 passed; 0 failed; …`, as cargo's harness and
    /// wasm-bindgen's print it.
    pub fn of_line(line: &str) -> Option<Self> {
        let rest = line.split_once("test result: ")?.1;
        let before = |word: &str| -> Option<u32> {
            rest.split_once(word)?
                .0
                .rsplit([' ', '.'])
                .next()?
                .parse()
                .ok()
        };
        Some(Self {
            passed: before(" passed")?,
            failed: before(" failed")?,
        })
    }

    /// What a step of tests amounts to: a harness that stopped before it could
    /// count, and one that found no test, have failed.
    pub fn judged(self, succeeded: bool) -> Self {
        let counted = if succeeded {
            self.passed > 0
        } else {
            self.failed > 0
        };
        if counted {
            self
        } else {
            Self {
                failed: self.failed + 1,
                ..self
            }
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_harnesses_are_understood() {
        let native = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(
            Tally::of_line(native),
            Some(Tally {
                passed: 12,
                failed: 0
            })
        );
        let browser =
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out; finished in 0.4s";
        assert_eq!(
            Tally::of_line(browser),
            Some(Tally {
                passed: 3,
                failed: 2
            })
        );
        assert_eq!(Tally::of_line("test result: nonsense"), None);
        assert_eq!(Tally::of_line("test a_test ... ok"), None);
    }

    #[test]
    fn a_run_that_stops_early_or_finds_no_test_has_failed() {
        let none = Tally::default();
        assert_eq!(none.judged(true), Tally::FAILED);
        assert_eq!(none.judged(false), Tally::FAILED);
        let some = Tally {
            passed: 3,
            failed: 0,
        };
        assert_eq!(some.judged(true), some);
        assert_eq!(
            some.judged(false),
            Tally {
                passed: 3,
                failed: 1
            }
        );
        let red = Tally {
            passed: 3,
            failed: 2,
        };
        assert_eq!(red.judged(false), red);
    }
}
