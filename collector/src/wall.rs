//! The clock on the wall: days and minutes of China, which has one zone.

use crate::clock;
use crate::limits::WALL_OFFSET_MS;

/// A day in milliseconds; there is no daylight saving time.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// When a day such as `2026-01-31` begins, in milliseconds since 1970.
pub fn day(day: &str) -> Option<i64> {
    if day.len() != 10 {
        return None;
    }
    Some(clock::parse(&format!("{day}T00:00:00Z"))? - WALL_OFFSET_MS)
}

/// When the day began in which `ms` lies.
pub fn day_of(ms: i64) -> i64 {
    ms - (ms + WALL_OFFSET_MS).rem_euclid(DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, day, day_of};
    use crate::clock::parse;

    #[test]
    fn days_begin_at_midnight_in_china() {
        let begins = parse("2026-01-31T00:00:00+08:00");
        assert_eq!(day("2026-01-31"), begins);
        for wrong in ["2026-02-30", "2026-1-31", "31.01.2026", ""] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
        let begins = begins.unwrap_or_default();
        assert_eq!(day_of(begins), begins);
        assert_eq!(day_of(begins + DAY_MS - 1), begins);
        assert_eq!(day_of(begins - 1), begins - DAY_MS);
        assert_eq!(day_of(-1), -8 * 3_600_000);
    }
}
