//! The clock on the wall: days and minutes of China, which has one zone.

use manyi_model::statistics::Week;

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

/// A time as people write it, such as `2026-01-31 08:30`, `2026/1/31 8:30:15` or with an
/// offset from UTC of its own, in milliseconds since 1970. The day ends at 24:00.
pub fn minute(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(ms) = clock::parse(text) {
        return Some(ms);
    }
    let (text, is_utc) = match text.strip_suffix(['Z', 'z']) {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (date, time) = text.split_once([' ', 'T', 't'])?;
    let mut parts = date.split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let mut times = time.trim().split(':');
    let (hour, minute) = (times.next()?, times.next()?);
    let second = times.next().unwrap_or("00");
    let parts = [month, day, hour, minute, second];
    let are_short = |part: &&str| (1..=2).contains(&part.len());
    let is_over = time.contains("::") || date.split(['-', '/']).count() > 3;
    if is_over || times.next().is_some() || !parts.iter().all(are_short) || minute.len() != 2 {
        return None;
    }
    // 24:00 is the next day's midnight.
    let is_end = hour == "24" && [minute, second].iter().all(|part| *part == "00");
    let hour = if is_end { "00" } else { hour };
    let written = format!("{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}:{second:0>2}Z");
    let ms = clock::parse(&written)? + if is_end { DAY_MS } else { 0 };
    Some(if is_utc { ms } else { ms - WALL_OFFSET_MS })
}

/// When the day began in which `ms` lies.
pub fn day_of(ms: i64) -> i64 {
    ms - (ms + WALL_OFFSET_MS).rem_euclid(DAY_MS)
}

/// The day of the week in which `ms` lies, from 0 for Monday to 6.
pub fn weekday(ms: i64) -> usize {
    // 1970-01-01 was a Thursday.
    let day = ms.saturating_add(WALL_OFFSET_MS).div_euclid(DAY_MS) + 3;
    usize::try_from(day.rem_euclid(7)).unwrap_or_default()
}

/// The week in which `ms` lies. A server whose clock is beyond the calendar is in the
/// first week of 1970: what it takes in is kept all the same.
pub fn week_of(ms: i64) -> Week {
    Week::of(ms.saturating_add(WALL_OFFSET_MS).div_euclid(DAY_MS)).unwrap_or_default()
}

/// The first moment of a week and the first after it, in milliseconds since 1970.
pub fn span(week: Week) -> (i64, i64) {
    let begins = week.monday() * DAY_MS - WALL_OFFSET_MS;
    (begins, begins + 7 * DAY_MS)
}

/// `2026-11-23T09:00:00+08:00`.
pub fn rfc3339(ms: i64) -> String {
    let wall = clock::rfc3339(ms + WALL_OFFSET_MS);
    format!("{}+08:00", &wall[..19])
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, day, day_of, minute, rfc3339, span, week_of, weekday};
    use crate::clock::parse;

    #[test]
    fn times_are_read_as_people_write_them() {
        let half_past = parse("2026-01-31T08:30:00+08:00");
        for same in [
            "2026-01-31 08:30",
            "2026-01-31T08:30",
            "2026/1/31 8:30",
            " 2026-1-31 8:30:00 ",
            "2026-01-31T00:30Z",
            "2026-01-31T08:30:00+08:00",
        ] {
            assert_eq!(minute(same), half_past, "{same}");
        }
        assert_eq!(minute("2026-01-31 24:00"), day("2026-02-01"));
        for wrong in [
            "",
            "8:30",
            "2026-01-31",
            "2026-01-31 24:01",
            "2026-01-31 08:3",
            "2026-02-30 08:30",
            "2026-01-31 08:30:00:00",
            "2026-01-31-1 08:30",
            "26-01-31 08:30",
            "2026-01-31 满:30",
        ] {
            assert_eq!(minute(wrong), None, "{wrong}");
        }
    }

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

    #[test]
    fn weeks_begin_on_monday_at_midnight_in_china() {
        let at = |time: &str| parse(time).expect("a time");
        for (time, week) in [
            ("2026-11-22T23:59:59.999+08:00", "2026-W47"),
            ("2026-11-23T00:00:00+08:00", "2026-W48"),
            ("2026-11-22T16:00:00Z", "2026-W48"),
            ("2027-01-03T23:59:59+08:00", "2026-W53"),
        ] {
            assert_eq!(week_of(at(time)).to_string(), week, "{time}");
        }
        assert_eq!(weekday(at("2026-11-22T23:59:59+08:00")), 6);
        assert_eq!(weekday(at("2026-11-23T00:00:00+08:00")), 0);
        let (begins, ends) = span(week_of(at("2026-11-18T12:00:00+08:00")));
        assert_eq!(rfc3339(begins), "2026-11-16T00:00:00+08:00");
        assert_eq!(rfc3339(ends), "2026-11-23T00:00:00+08:00");
        assert_eq!(week_of(i64::MAX).to_string(), "1970-W01");
    }
}
