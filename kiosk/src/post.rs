//! What a tablet was told when it came in: where it stands, what it shows, who it is.
//! Kept as the JSON that the collector said.

use manyi_model::limits;
use serde_json::{Value, json};

/// A tablet's post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Its id, which its responses carry.
    pub device: String,
    /// What it shows to be known; never on a screen, never in an address.
    pub credential: String,
    /// What staff calls it.
    pub name: String,
    /// Where it stands.
    pub unit: String,
    /// At which window.
    pub window: String,
    /// Ids of the surveys that it shows; the first is the usual one.
    pub surveys: Vec<String>,
    /// The collector's key, where it has one.
    pub sealing_key: String,
    /// Whether it is an officer's own, and handed to the citizen.
    pub is_handover: bool,
    /// Whose it is.
    pub officer: Option<String>,
    /// The number of all this; another one when it has changed.
    pub config: i64,
}

impl Post {
    /// Reads what the collector said, or what was kept of it. What it leaves out of a
    /// credential is the one that is known already.
    pub fn read(text: &str, known: Option<&str>) -> Option<Self> {
        let told: Value = serde_json::from_str(text).ok()?;
        let word = |name: &str| told[name].as_str().map(str::to_owned);
        let surveys = told["surveys"].as_array()?.iter();
        let surveys: Vec<String> = surveys
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect();
        if surveys.is_empty() {
            return None;
        }
        Some(Self {
            device: word("device")?,
            credential: word("credential").or(known.map(str::to_owned))?,
            name: word("name").unwrap_or_default(),
            unit: word("unit")?,
            window: word("window")?,
            surveys,
            sealing_key: word("sealing_key").unwrap_or_default(),
            is_handover: told["role"] == "handover",
            officer: word("officer"),
            config: told["config"].as_i64()?,
        })
    }

    /// What is kept.
    pub fn text(&self) -> String {
        let mut kept = json!({
            "device": self.device, "credential": self.credential, "name": self.name,
            "unit": self.unit, "window": self.window, "surveys": self.surveys,
            "sealing_key": self.sealing_key, "config": self.config,
        });
        if self.is_handover {
            kept["role"] = "handover".into();
        }
        if let Some(officer) = &self.officer {
            kept["officer"] = officer.as_str().into();
        }
        kept.to_string()
    }

    /// The same as settings. They come before what the operator wrote.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let pairs = [
            ("survey", self.surveys.first().map_or("", String::as_str)),
            ("unit", &self.unit),
            ("window", &self.window),
            ("device", &self.name),
            ("sealing-key", &self.sealing_key),
            ("officer", self.officer.as_deref().unwrap_or_default()),
        ];
        let owned = pairs.into_iter();
        owned
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// Whether a pair that the operator wrote means anything beside it: who rates what,
    /// and where that goes, the collector said.
    pub fn leaves(name: &str) -> bool {
        !["src", "endpoint", "officer"].contains(&name)
    }

    /// Whether what a heartbeat was answered is about another post than this.
    pub fn is_old(&self, answer: &Answer) -> bool {
        let key = self.sealing_key.split('.').next().unwrap_or_default();
        answer.config != self.config || answer.sealing_key != key
    }
}

/// What a heartbeat is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How far the device's clock is ahead, in milliseconds.
    pub skew_ms: i64,
    /// The number of the tablet's post.
    pub config: i64,
    /// The id of the collector's key.
    pub sealing_key: String,
    /// Whether nothing may be shown.
    pub stop: bool,
}

impl Answer {
    /// Reads it; None where it is none: a captive portal answers everything.
    pub fn read(text: &str) -> Option<Self> {
        let told: Value = serde_json::from_str(text).ok()?;
        Some(Self {
            skew_ms: told["skew_ms"].as_i64()?,
            config: told["config"].as_i64()?,
            sealing_key: told["sealing_key"].as_str()?.to_owned(),
            stop: told["stop"].as_bool()?,
        })
    }
}

/// A code as it is shown while it is typed: `7KQ4-X···`.
pub fn spaced(typed: &str) -> String {
    let half = limits::CODE_CHARS / 2;
    let mut shown = String::new();
    for place in 0..limits::CODE_CHARS {
        if place == half {
            shown.push('-');
        }
        shown.push(typed.chars().nth(place).unwrap_or('·'));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = r#"{"device":"0198","credential":"manyi-tablet-x","name":"east","unit":"fenglin",
        "window":"3","surveys":["household-window","five-level"],"sealing_key":"00ff.abc","config":1}"#;

    #[test]
    fn what_the_collector_said_is_kept_and_is_the_settings() {
        let post = Post::read(TOLD, None).unwrap();
        assert_eq!(Post::read(&post.text(), None), Some(post.clone()));
        let settings = crate::settings::Settings::read(post.pairs());
        assert_eq!(
            (
                settings.get("survey"),
                settings.get("unit"),
                settings.get("window")
            ),
            (Some("household-window"), Some("fenglin"), Some("3"))
        );
        assert_eq!(settings.get("sealing-key"), Some("00ff.abc"));
        // Its own name is for staff: citizens see the unit's.
        assert_eq!(settings.name(), "fenglin");
    }

    #[test]
    fn asked_again_it_keeps_the_credential_that_is_said_once() {
        let again = TOLD.replace(r#""credential":"manyi-tablet-x","#, "");
        assert_eq!(Post::read(&again, None), None);
        let post = Post::read(&again, Some("manyi-tablet-x")).unwrap();
        assert_eq!(post.credential, "manyi-tablet-x");
        assert_eq!(Post::read("<!DOCTYPE html>", Some("x")), None);
        assert_eq!(
            Post::read(
                &TOLD.replace(r#""household-window","five-level""#, ""),
                None
            ),
            None
        );
    }

    #[test]
    fn another_configuration_or_key_is_noticed_by_the_heartbeat() {
        let post = Post::read(TOLD, None).unwrap();
        let answer = |config: i64, key: &str| {
            let text = format!(
                r#"{{"server_time":"x","skew_ms":-12,"config":{config},"sealing_key":"{key}","stop":false}}"#
            );
            Answer::read(&text).unwrap()
        };
        assert!(!post.is_old(&answer(1, "00ff")));
        assert!(post.is_old(&answer(2, "00ff")) && post.is_old(&answer(1, "00fe")));
        assert_eq!(Answer::read(r#"{"id":"x"}"#), None);
    }

    #[test]
    fn an_officers_device_knows_what_it_is_and_whose() {
        let told = TOLD.replace(
            r#""config":1"#,
            r#""config":1,"role":"handover","officer":"012345""#,
        );
        let post = Post::read(&told, None).unwrap();
        assert!(post.is_handover);
        assert_eq!(Post::read(&post.text(), None), Some(post.clone()));
        let settings = crate::settings::Settings::read(post.pairs());
        assert_eq!(settings.get("officer"), Some("012345"));
        assert!(!Post::read(TOLD, None).unwrap().is_handover);
    }

    #[test]
    fn a_code_is_shown_in_two_halves() {
        assert_eq!(spaced(""), "····-····");
        assert_eq!(spaced("7KQ4X"), "7KQ4-X···");
        assert_eq!(spaced("7KQ4XM3A"), "7KQ4-XM3A");
    }
}
