//! ISO weeks (ISO 8601): Monday to Sunday; a week belongs to the year that its Thursday
//! is in, so the first one of a year holds 4 January.

use std::fmt;

/// A week such as `2026-W47`, of the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Week {
    year: i32,
    number: u8,
}

/// Ten thousand years before and after: nothing overflows within.
const DAYS: std::ops::Range<i64> = -3_660_000..3_660_000;

/// Days from 1970-01-01, a Thursday, to the 1st of January of `year`.
fn new_year(year: i64) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    // 719 162 days lie between the first day of the year 1 and 1970.
    365 * before + leap_days - 719_162
}

/// Days from 1970-01-01 to the Monday of the first week of `year`.
fn first_monday(year: i64) -> i64 {
    monday_of(new_year(year) + 3)
}

fn monday_of(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

impl Week {
    /// The week of a day that is so many days after 1970-01-01; `None` outside of the
    /// years 1 to 9999.
    pub fn of(day: i64) -> Option<Self> {
        if !DAYS.contains(&day) {
            return None;
        }
        let thursday = monday_of(day) + 3;
        // 400 years have 146 097 days: the guess is off by one at most.
        let guess = 1970 + (thursday * 400).div_euclid(146_097);
        let year = (guess - 1..=guess + 1)
            .rev()
            .find(|year| new_year(*year) <= thursday)?;
        let number = (thursday - new_year(year)) / 7 + 1;
        Some(Self {
            year: i32::try_from(year)
                .ok()
                .filter(|year| (1..=9999).contains(year))?,
            number: u8::try_from(number).ok()?,
        })
    }

    /// Reads `2026-W47`; `None` where there is no such week.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.split_once("-W")?;
        let is_digits = |text: &str, count| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_digits(year, 4) || !is_digits(number, 2) {
            return None;
        }
        let week = Self {
            year: year.parse().ok()?,
            number: number.parse().ok()?,
        };
        // The 53rd of a year that has none would be the first of the next.
        (Self::of(week.monday()) == Some(week)).then_some(week)
    }

    /// Its first day, in days after 1970-01-01.
    pub fn monday(self) -> i64 {
        first_monday(i64::from(self.year)) + 7 * (i64::from(self.number) - 1)
    }

    /// The week before.
    pub fn before(self) -> Option<Self> {
        Self::of(self.monday() - 7)
    }

    /// The week after.
    pub fn after(self) -> Option<Self> {
        Self::of(self.monday() + 7)
    }

    /// The week of the same number a year earlier; `None` for a 53rd week, which has no
    /// such one: it is not compared with another season's.
    pub fn year_before(self) -> Option<Self> {
        let week = Self {
            year: self.year - 1,
            number: self.number,
        };
        (Self::of(week.monday()) == Some(week)).then_some(week)
    }
}

impl Default for Week {
    /// The first week of 1970.
    fn default() -> Self {
        Self {
            year: 1970,
            number: 1,
        }
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::Week;

    #[test]
    fn every_day_of_four_centuries_is_in_the_week_that_a_calendar_says() {
        // The slow way: day by day from Monday, 29 December 1969, on.
        let (mut year, mut month, mut date) = (1969, 12, 29);
        let mut ordinal = 363;
        let is_leap = |year: i32| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let mut thursdays = Vec::new();
        let mut days = Vec::new();
        for day in -3..400 * 366_i64 {
            let weekday = (day + 3) % 7;
            if weekday == 3 {
                thursdays.push((year, (ordinal - 1) / 7 + 1));
            }
            days.push(day);
            let length = match month {
                2 if is_leap(year) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (date, ordinal) = (date + 1, ordinal + 1);
            if date > length {
                (month, date) = (month + 1, 1);
            }
            if month > 12 {
                (year, month, ordinal) = (year + 1, 1, 1);
            }
        }
        for (n, (year, number)) in thursdays.iter().enumerate() {
            let said = format!("{year:04}-W{number:02}");
            let week = Week::parse(&said).expect("the calendar has it");
            for day in &days[7 * n..(7 * n + 7).min(days.len())] {
                assert_eq!(Week::of(*day), Some(week), "{day}");
            }
            assert_eq!((week.to_string(), week.monday()), (said, days[7 * n]));
            if n > 0 {
                let before = week.before().expect("there is one");
                assert_eq!(before.after(), Some(week));
                assert_eq!(before.monday() + 7, week.monday());
            }
        }
    }

    #[test]
    fn the_turn_of_the_year_is_as_in_the_standard() {
        // 1 January 2027 is a Friday, 31 December 2024 a Tuesday.
        for (day, week) in [
            (20_454, "2026-W01"),
            (20_819, "2026-W53"),
            (20_088, "2025-W01"),
            (0, "1970-W01"),
            (-1, "1970-W01"),
            (-4, "1969-W52"),
        ] {
            assert_eq!(
                Week::of(day).map(|week| week.to_string()),
                Some(week.to_owned()),
                "{day}"
            );
        }
        let long = Week::parse("2026-W53").expect("2026 has 53 weeks");
        assert_eq!(long.after(), Week::parse("2027-W01"));
        assert_eq!(long.year_before(), None);
        let usual = Week::parse("2026-W47").and_then(Week::year_before);
        assert_eq!(usual, Week::parse("2025-W47"));
    }

    #[test]
    fn what_is_no_week_is_refused() {
        for wrong in [
            "",
            "2026",
            "2026-47",
            "2026-W7",
            "2026-W00",
            "2026-W54",
            "2025-W53",
            "0000-W01",
            "2026-w47",
            "2026-W4a",
            "-026-W10",
            "2026-W+1",
            "12026-W01",
            "２０２６-W01",
        ] {
            assert_eq!(Week::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Week::of(i64::MAX), None);
        assert_eq!(Week::of(i64::MIN), None);
        assert_eq!(Week::of(3_000_000), None);
    }
}
