//! What staff have to know of the device's clock. It decides nothing: where it is
//! wrong, secure connections fail, and a page cannot tell that from a dead network.

use crate::words::Words;

/// 2026-01-01, which this program is younger than. An earlier time is a wrong one.
const MADE_MS: f64 = 1_767_225_600_000.0;
/// Whoever has waited for so long although the device says that it is online waits
/// for something that staff can mend.
const LONG_MS: f64 = 10.0 * 60.0 * 1_000.0;
/// Clocks are put right by so much without anybody's doing.
const SLACK_MS: f64 = 5.0 * 60.0 * 1_000.0;

/// What is known of the clock, in milliseconds since 1970 by that very clock.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clock {
    /// What it shows.
    pub now_ms: f64,
    /// When what waits was saved: the earliest and the latest; none where nothing
    /// waits.
    pub saved_ms: Option<(f64, f64)>,
    /// Whether the device says that it has a network.
    pub is_online: bool,
}

impl Clock {
    /// Takes one more entry that waits into account.
    pub fn waits(&mut self, saved_ms: f64) {
        let (first, last) = self.saved_ms.unwrap_or((saved_ms, saved_ms));
        self.saved_ms = Some((first.min(saved_ms), last.max(saved_ms)));
    }

    /// What to do about it; `date` is what it shows, in words. Nothing where nothing
    /// waits, or it may well be right.
    pub fn sentence(&self, words: &Words, date: &str) -> Option<String> {
        let (first, last) = self.saved_ms?;
        let said = if self.now_ms < MADE_MS || self.now_ms < last - SLACK_MS {
            words.clock_is_wrong
        } else if self.is_online && self.now_ms - first > LONG_MS {
            words.clock_may_be_wrong
        } else {
            return None;
        };
        Some(said.replace("{date}", date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    const NOON: f64 = MADE_MS + 500.0 * 86_400_000.0;

    fn said(now_ms: f64, saved_ms: &[f64], is_online: bool) -> Option<String> {
        let mut clock = Clock {
            now_ms,
            saved_ms: None,
            is_online,
        };
        for &saved_ms in saved_ms {
            clock.waits(saved_ms);
        }
        clock.sentence(words("en"), "1 May")
    }

    fn is_wrong(said: Option<&str>) -> bool {
        said.is_some_and(|said| said.starts_with("This device's clock is wrong: it shows 1 May"))
    }

    #[test]
    fn a_clock_before_this_program_was_made_is_wrong() {
        for now_ms in [0.0, MADE_MS - 1.0] {
            assert!(is_wrong(said(now_ms, &[now_ms], true).as_deref()));
            assert!(is_wrong(said(now_ms, &[now_ms], false).as_deref()));
        }
    }

    #[test]
    fn a_clock_before_what_was_saved_by_it_is_wrong() {
        let said = said(NOON, &[NOON - 1.0, NOON + SLACK_MS + 1.0], false);
        assert!(is_wrong(said.as_deref()), "{said:?}");
    }

    #[test]
    fn who_waits_long_though_online_is_told_to_look_at_the_clock_too() {
        let ten_years_ms = 10.0 * 365.0 * 86_400_000.0;
        for waited_ms in [LONG_MS + 1.0, ten_years_ms] {
            let said = said(NOON, &[NOON - waited_ms, NOON], true).unwrap_or_default();
            assert!(said.contains("check the date and time"), "{said}");
            assert!(said.contains("it shows 1 May"), "{said}");
        }
    }

    #[test]
    fn nothing_is_said_where_all_may_be_well() {
        // Nothing waits, it has just been saved, the clock was put right by a little,
        // or there is no network.
        assert_eq!(said(0.0, &[], true), None);
        assert_eq!(said(NOON, &[NOON - LONG_MS, NOON], true), None);
        assert_eq!(said(NOON, &[NOON + SLACK_MS], true), None);
        assert_eq!(said(NOON, &[NOON - 10.0 * LONG_MS], false), None);
    }
}
