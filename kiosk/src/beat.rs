//! What a tablet says of itself every minute.

use manyi_model::limits;
use serde_json::{Value, json};

use crate::kiosk::Counts;

/// What it says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beat {
    /// Responses that wait.
    pub queue: usize,
    /// Milliseconds since 1970 when the oldest of them was saved.
    pub oldest_ms: Option<f64>,
    /// Responses that were set apart.
    pub quarantined: usize,
    /// Milliseconds since 1970 by the device's clock.
    pub now_ms: f64,
    /// The same as RFC 3339.
    pub clock: String,
    /// The release.
    pub version: String,
    /// Percent.
    pub battery: Option<u8>,
    /// Whether the browser promised to keep what waits.
    pub is_persisted: bool,
    /// What was counted since it came in.
    pub counts: Counts,
}

impl Beat {
    /// The body, with the first of the marks that are owed, one a line: an id and why.
    pub fn body(&self, owed: &str) -> String {
        let seconds = |ms: f64| {
            let seconds = (ms / 1000.0).clamp(0.0, f64::from(u32::MAX));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped"
            )]
            let seconds = seconds as u32;
            seconds
        };
        let marks: Vec<Value> = said(owed)
            .filter_map(|line| line.split_once(' '))
            .map(|(response, mark)| json!({ "response": response, "mark": mark }))
            .collect();
        let mut body = json!({
            "queue": self.queue, "quarantined": self.quarantined, "clock": self.clock,
            "version": self.version, "persisted": self.is_persisted, "marks": marks,
            "visits": {
                "begun": self.counts.begun, "submitted": self.counts.submitted,
                "idle_ends": self.counts.idle_ends,
            },
        });
        if let Some(oldest) = self.oldest_ms {
            body["oldest_s"] = seconds(self.now_ms - oldest).into();
        }
        if let Some(battery) = self.battery {
            body["battery"] = battery.min(100).into();
        }
        body.to_string()
    }
}

/// The marks that one heartbeat says.
fn said(owed: &str) -> impl Iterator<Item = &str> {
    owed.lines().take(limits::MARKS_AT_ONCE)
}

/// The marks that are owed still when those that were `owed` have been said: others may
/// have come meanwhile.
pub fn after(owed: &str, now: &str) -> String {
    let gone: Vec<&str> = said(owed).collect();
    let left: Vec<&str> = now.lines().filter(|line| !gone.contains(line)).collect();
    left.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beat_says_what_the_collector_takes() {
        let beat = Beat {
            queue: 3,
            oldest_ms: Some(880_000.0),
            quarantined: 1,
            now_ms: 1_000_000.0,
            clock: "1970-01-01T00:16:40.000Z".into(),
            version: "0.1.0".into(),
            battery: Some(87),
            is_persisted: true,
            counts: Counts {
                begun: 20,
                submitted: 18,
                idle_ends: 2,
                flagged: 1,
            },
        };
        let body: Value = serde_json::from_str(&beat.body("a quick\nb burst")).unwrap();
        let wanted = json!({
            "queue": 3, "oldest_s": 120, "quarantined": 1, "clock": "1970-01-01T00:16:40.000Z",
            "version": "0.1.0", "battery": 87, "persisted": true,
            "visits": {"begun": 20, "submitted": 18, "idle_ends": 2},
            "marks": [{"response": "a", "mark": "quick"}, {"response": "b", "mark": "burst"}],
        });
        assert_eq!(body, wanted);
        // A clock that was put back is no reason for a negative age.
        let beat = Beat {
            oldest_ms: Some(5_000.0),
            ..Beat::default()
        };
        assert!(beat.body("").contains(r#""oldest_s":0"#) && !beat.body("").contains("battery"));
    }

    #[test]
    fn marks_are_owed_until_they_were_said() {
        let owed: Vec<String> = (0..60).map(|n| format!("{n} quick")).collect();
        let owed = owed.join("\n");
        let meanwhile = format!("{owed}\n60 burst");
        let left = after(&owed, &meanwhile);
        assert_eq!(left.lines().count(), 11);
        assert!(left.starts_with("50 quick") && left.ends_with("60 burst"));
    }
}
