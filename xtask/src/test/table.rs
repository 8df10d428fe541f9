//! The table at the end: step, result, time.

use std::fmt;
use std::time::{Duration, Instant};

use super::tally::Tally;
use crate::failure::Outcome;

/// The steps that were taken.
#[derive(Debug, Default)]
pub struct Table(Vec<Row>);

#[derive(Debug)]
struct Row {
    name: String,
    tally: Tally,
    took: Duration,
    said: Option<String>,
}

impl Table {
    /// Takes a step that counts tests. A step that could not be taken at all
    /// counts as one failure. Gives whether all was well.
    pub fn tests(&mut self, name: &str, step: impl FnOnce() -> Outcome<Tally>) -> bool {
        println!("\n━━ {name}");
        let start = Instant::now();
        let (tally, said) = match step() {
            Ok(tally) => (tally, None),
            Err(failure) => {
                eprintln!("xtask: {failure}");
                (Tally::FAILED, Some(failure.to_string()))
            }
        };
        self.0.push(Row {
            name: name.to_owned(),
            tally,
            took: start.elapsed(),
            said,
        });
        tally.failed == 0
    }

    /// Takes a step that is a check by itself.
    pub fn check(&mut self, name: &str, step: impl FnOnce() -> Outcome) -> bool {
        self.tests(name, || step().map(|()| Tally::PASSED))
    }

    /// All steps together.
    pub fn sum(&self) -> Tally {
        let mut sum = Tally::default();
        self.0.iter().for_each(|row| sum += row.tally);
        sum
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .0
            .iter()
            .map(|row| row.name.chars().count())
            .max()
            .unwrap_or_default();
        for row in &self.0 {
            let mark = if row.tally.failed == 0 {
                "ok    "
            } else {
                "FAILED"
            };
            let seconds = row.took.as_secs_f64();
            writeln!(
                out,
                "{mark}  {:<width$}  {seconds:>7.1} s  {}",
                row.name, row.tally
            )?;
        }
        let took: Duration = self.0.iter().map(|row| row.took).sum();
        writeln!(
            out,
            "        {:<width$}  {:>7.1} s",
            "in all",
            took.as_secs_f64()
        )?;
        for row in &self.0 {
            if let Some(said) = &row.said {
                writeln!(out, "{}: {said}", row.name)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn the_sum_counts_tests_checks_and_steps_that_could_not_be_taken() {
        let mut table = Table::default();
        assert!(table.check("formatting", || Ok(())));
        assert!(table.tests("native", || Ok(Tally {
            passed: 40,
            failed: 0
        })));
        assert!(!table.tests("browser", || Err(Failure::new(
            "No browser; run: apt-get install chromium"
        ))));
        assert_eq!(table.sum().to_string(), "41 passed, 1 failed");
        let text = table.to_string();
        assert!(text.contains("FAILED  browser"), "{text}");
        assert!(
            text.ends_with("browser: No browser; run: apt-get install chromium\n"),
            "{text}"
        );
    }
}
