//! The one place that reads the clock, makes ids and draws random bytes.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use manyi_model::response::is_rfc3339;
use uuid::Uuid;

/// Milliseconds since 1970 in UTC.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    // A clock before 1970 is a dead battery: the row is kept all the same.
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// A new UUIDv7, in lower case: ordered by time, 74 random bits.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// Bytes from the system's randomness, for what nobody may guess.
///
/// # Errors
/// When the system has none: then nothing secret can be made.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| NoRandomness(error.to_string()))?;
    Ok(bytes)
}

/// The system gave no random bytes.
#[derive(Debug)]
pub struct NoRandomness(String);

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no randomness from the system: {}", self.0)
    }
}

impl std::error::Error for NoRandomness {}

/// `2026-01-31T01:30:00.123Z`.
pub fn rfc3339(ms: i64) -> String {
    let (days, in_day) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    // Civil date from days since 1970 (Howard Hinnant's algorithm): years begin
    // in March, so that the leap day is the last one.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
    let (second, milli) = (in_day / 1000 % 60, in_day % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// Days from 1970-01-01 to a day of the calendar, which need not exist: the 31st of
/// April is the 1st of May.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    // The way back from `rfc3339`: years begin in March.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Milliseconds since 1970 of a time such as `2026-01-31T09:30:00.5+08:00`; `None`
/// where it is not one.
pub fn parse(time: &str) -> Option<i64> {
    if !is_rfc3339(time) {
        return None;
    }
    let number = |from: usize, to: usize| time.get(from..to)?.parse::<i64>().ok();
    let (rest, offset_min) = match time.strip_suffix(['Z', 'z']) {
        Some(rest) => (rest, 0),
        None => {
            let (rest, offset) = time.split_at_checked(time.len().checked_sub(6)?)?;
            let hours: i64 = offset.get(1..3)?.parse().ok()?;
            let minutes: i64 = offset.get(4..6)?.parse().ok()?;
            let minutes = hours * 60 + minutes;
            (
                rest,
                if offset.starts_with('-') {
                    -minutes
                } else {
                    minutes
                },
            )
        }
    };
    let fraction: String = rest
        .get(19..)?
        .trim_start_matches('.')
        .chars()
        .take(3)
        .collect();
    let milli: i64 = format!("{fraction:0<3}").parse().ok()?;
    let day = days(number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let minute = number(11, 13)? * 60 + number(14, 16)? - offset_min;
    Some(day * 86_400_000 + minute * 60_000 + number(17, 19)? * 1000 + milli)
}

#[cfg(test)]
mod tests {
    use super::{parse, rfc3339};

    #[test]
    fn a_time_is_read_as_it_was_printed() {
        for ms in [0, 951_782_400_000, 1_767_225_599_999, 4_107_542_400_001, -1] {
            assert_eq!(parse(&rfc3339(ms)), Some(ms));
        }
        let noon = parse("2026-01-31T12:00:00Z");
        for same in [
            "2026-01-31T20:00:00+08:00",
            "2026-01-31t06:30:00.000000-05:30",
            "2026-01-31 12:00:00.0z",
        ] {
            assert_eq!(parse(same), noon, "{same}");
        }
        assert_eq!(
            parse("2026-01-31T12:00:00.25Z"),
            noon.map(|noon| noon + 250)
        );
        for bad in [
            "",
            "2026-01-31",
            "2026-02-30T12:00:00Z",
            "2026-01-31T12:00:00",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn known_days_print_as_on_the_calendar() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(rfc3339(1_767_225_599_999), "2025-12-31T23:59:59.999Z");
        assert_eq!(rfc3339(4_107_542_400_001), "2100-03-01T00:00:00.001Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59.999Z");
    }
}
