//! Opening hours: `1-5/08:30-12:00,13:30-17:30;6/09:00-12:00`, Monday is 1.

use manyi_model::limits;

/// Minutes of a day.
const DAY: u32 = 24 * 60;

/// When the window is open. Without any span it always is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    spans: Vec<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    /// First and last day, 1 to 7.
    days: (u32, u32),
    /// First minute of the day, and the first one that is closed again.
    minutes: (u32, u32),
}

impl Hours {
    /// Reads the text of the setting.
    ///
    /// # Errors
    /// The part that says nothing, word for word.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut spans = Vec::new();
        for rule in text
            .split(';')
            .map(str::trim)
            .filter(|rule| !rule.is_empty())
        {
            let wrong = || rule.to_owned();
            let (days, times) = rule.split_once('/').ok_or_else(wrong)?;
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let day = |text: &str| text.trim().parse().ok().filter(|day| (1..=7).contains(day));
            let days = day(first).zip(day(last)).ok_or_else(wrong)?;
            for time in times.split(',') {
                let (from, to) = time.split_once('-').ok_or_else(wrong)?;
                let minutes = minute(from).zip(minute(to)).ok_or_else(wrong)?;
                if days.0 > days.1 || minutes.0 >= minutes.1 || spans.len() == limits::KIOSK_SPANS {
                    return Err(wrong());
                }
                spans.push(Span { days, minutes });
            }
        }
        Ok(Self { spans })
    }

    /// Whether it is open on this day of the week (Monday is 1) at this minute (0 to 1439).
    pub fn is_open(&self, day: u32, minute: u32) -> bool {
        self.spans.is_empty() || self.spans.iter().any(|span| span.holds(day, minute))
    }

    /// The times of one day as people read them, such as `08:30–12:00`.
    pub fn of_day(&self, day: u32) -> Vec<String> {
        let spans = self.spans.iter();
        spans
            .filter(|span| (span.days.0..=span.days.1).contains(&day))
            .map(|span| format!("{}–{}", clock(span.minutes.0), clock(span.minutes.1)))
            .collect()
    }
}

impl Span {
    fn holds(&self, day: u32, minute: u32) -> bool {
        (self.days.0..=self.days.1).contains(&day)
            && (self.minutes.0..self.minutes.1).contains(&minute)
    }
}

fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60)
        .then_some(hour * 60 + minute)
        .filter(|all| *all <= DAY)
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_in_the_morning_and_afternoon_of_working_days_closed_at_noon() {
        let hours = Hours::read("1-5/08:30-12:00,13:30-17:30; 6/09:00-12:00").unwrap();
        for (day, time, is_open) in [
            (1, "08:29", false),
            (1, "08:30", true),
            (5, "11:59", true),
            (5, "12:00", false),
            (3, "13:30", true),
            (6, "08:59", false),
            (6, "09:00", true),
            (7, "10:00", false),
        ] {
            assert_eq!(
                hours.is_open(day, minute(time).unwrap()),
                is_open,
                "{day} {time}"
            );
        }
        assert_eq!(hours.of_day(2), ["08:30–12:00", "13:30–17:30"]);
        assert!(hours.of_day(7).is_empty());
    }

    #[test]
    fn without_hours_it_is_always_open() {
        assert!(Hours::read("").unwrap().is_open(7, 0));
    }

    #[test]
    fn what_says_nothing_is_named() {
        for text in [
            "8-9/08:00-09:00",
            "1/9-17",
            "1/18:00-09:00",
            "always",
            "5-1/08:00-09:00",
            "1/08:00-24:01",
            "1/08:60-09:00",
        ] {
            assert_eq!(Hours::read(text), Err(text.to_owned()), "{text}");
        }
        assert!(Hours::read("1-7/00:00-24:00").unwrap().is_open(7, DAY - 1));
        let many = format!(
            "1/{}",
            vec!["08:00-09:00"; limits::KIOSK_SPANS + 1].join(",")
        );
        assert!(Hours::read(&many).is_err());
    }
}
