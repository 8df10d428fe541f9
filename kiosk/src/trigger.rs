//! What a window is asked to show, and the word for what became of it.

use manyi_model::limits;
use manyi_model::response::{is_token, is_uuid};
use serde_json::{Value, json};

/// A survey that the window is asked to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Its id.
    pub id: String,
    /// Its number; the next one has a higher.
    pub seq: i64,
    /// The survey.
    pub survey: String,
    /// What is rated, as the response carries it.
    pub subject: Vec<(String, String)>,
    /// Milliseconds until nobody may be shown it any more.
    pub expires_in_ms: f64,
}

impl Trigger {
    /// Reads what the collector says; None where it is none.
    pub fn read(text: &str) -> Option<Self> {
        let told: Value = serde_json::from_str(text).ok()?;
        let subject = told["subject"].as_object()?.iter();
        let subject = subject
            .map(|(name, value)| {
                let value = value.as_str().filter(|value| is_token(value))?;
                Some((name.clone(), value.to_owned()))
            })
            .collect::<Option<_>>()?;
        Some(Self {
            id: told["id"].as_str().filter(|id| is_uuid(id))?.to_owned(),
            seq: told["seq"].as_i64()?,
            survey: told["survey"].as_str()?.to_owned(),
            subject,
            expires_in_ms: told["expires_in_ms"].as_f64()?,
        })
    }
}

/// What became of a trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on the screen.
    Shown,
    /// Nobody touched it.
    TimedOut,
    /// The person went back to the first screen.
    Declined,
    /// Rated.
    Answered {
        /// The response's id.
        response: String,
    },
}

/// The word for it, which is owed to the collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The trigger's id.
    pub trigger: String,
    /// What became of it.
    pub outcome: Outcome,
}

impl Word {
    fn name(&self) -> &'static str {
        match self.outcome {
            Outcome::Shown => "shown",
            Outcome::TimedOut => "timed_out",
            Outcome::Declined => "declined",
            Outcome::Answered { .. } => "answered",
        }
    }

    /// What is posted.
    pub fn body(&self) -> String {
        let mut body = json!({ "outcome": self.name() });
        if let Outcome::Answered { response } = &self.outcome {
            body["response"] = response.as_str().into();
        }
        body.to_string()
    }

    /// The line that is kept.
    pub fn line(&self) -> String {
        let line = format!("{} {}", self.trigger, self.name());
        match &self.outcome {
            Outcome::Answered { response } => format!("{line} {response}"),
            _ => line,
        }
    }

    /// Reads a line that was kept.
    pub fn read(line: &str) -> Option<Self> {
        let mut parts = line.split(' ');
        let trigger = parts.next().filter(|id| is_uuid(id))?.to_owned();
        let outcome = match (parts.next()?, parts.next()) {
            ("shown", None) => Outcome::Shown,
            ("timed_out", None) => Outcome::TimedOut,
            ("declined", None) => Outcome::Declined,
            ("answered", Some(id)) if is_uuid(id) => Outcome::Answered {
                response: id.to_owned(),
            },
            _ => return None,
        };
        Some(Self { trigger, outcome })
    }
}

/// The kept lines with another one; the oldest go where there are too many.
pub fn with(kept: &str, word: &Word) -> String {
    let line = word.line();
    let mut lines: Vec<&str> = kept.lines().collect();
    lines.push(&line);
    let from = lines.len().saturating_sub(limits::KIOSK_OUTCOMES);
    lines[from..].join("\n")
}

/// Whether the collector, answering with this status, has heard it for good: it took
/// it, or it never will.
pub fn is_heard(status: u16) -> bool {
    matches!(status, 200 | 404 | 409 | 422)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198a000-0000-7000-8000-000000000001";
    const OTHER: &str = "0198a000-0000-7000-8000-000000000002";

    #[test]
    fn a_trigger_says_what_is_rated_and_until_when() {
        let text = format!(
            r#"{{"id":"{ID}","seq":17,"survey":"five-level","subject":{{"unit":"fenglin","window":"3","matter":"m-1"}},"asked_at":"x","expires_in_ms":119900}}"#
        );
        let trigger = Trigger::read(&text).unwrap();
        assert_eq!((trigger.seq, trigger.survey.as_str()), (17, "five-level"));
        let matter = ("matter".to_owned(), "m-1".to_owned());
        assert!(trigger.subject.contains(&matter));
        assert_eq!(trigger.expires_in_ms, 119_900.0);
        for wrong in [
            "",
            "null",
            "<p>",
            r#"{"id":"x"}"#,
            &text.replace(r#""m-1""#, "5"),
        ] {
            assert_eq!(Trigger::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_word_is_kept_as_a_line_and_reads_as_the_same() {
        for outcome in [
            Outcome::Shown,
            Outcome::TimedOut,
            Outcome::Declined,
            Outcome::Answered {
                response: OTHER.to_owned(),
            },
        ] {
            let word = Word {
                trigger: ID.to_owned(),
                outcome,
            };
            assert_eq!(Word::read(&word.line()), Some(word));
        }
        for wrong in [
            "",
            "x shown",
            &format!("{ID} answered"),
            &format!("{ID} shown {ID}"),
        ] {
            assert_eq!(Word::read(wrong), None, "{wrong}");
        }
        let answered = Word::read(&format!("{ID} answered {OTHER}")).unwrap();
        assert_eq!(
            answered.body(),
            format!(r#"{{"outcome":"answered","response":"{OTHER}"}}"#)
        );
    }

    #[test]
    fn a_week_without_a_network_keeps_the_newest() {
        let word = Word::read(&format!("{ID} shown")).unwrap();
        let mut kept = String::new();
        for _ in 0..limits::KIOSK_OUTCOMES + 5 {
            kept = with(&kept, &word);
        }
        assert_eq!(kept.lines().count(), limits::KIOSK_OUTCOMES);
        assert_eq!(with("", &word), word.line());
    }
}
