//! An officer's own device: what an officer asks for, and the link for the citizen's own
//! phone, as the collector says it.

use manyi_model::{personal, response};
use serde_json::{Value, json};

/// What an officer has rated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The survey's id.
    pub survey: String,
    /// The matter, as an opaque token.
    pub matter: Option<String>,
}

impl Wish {
    /// What was chosen and typed; `None` where what was typed is no number of a matter,
    /// or looks like a person.
    pub fn read(survey: &str, typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let is_fit = typed.is_empty() || response::is_token(typed);
        (is_fit && personal::found(typed).is_none()).then(|| Self {
            survey: survey.to_owned(),
            matter: Some(typed.to_owned()).filter(|typed| !typed.is_empty()),
        })
    }

    /// What is posted for a link.
    pub fn body(&self) -> String {
        let mut body = json!({ "survey": self.survey });
        if let Some(matter) = &self.matter {
            body["matter_token"] = matter.as_str().into();
        }
        body.to_string()
    }
}

/// A link as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Its id.
    pub id: String,
    /// What is typed where the camera fails.
    pub url: String,
    /// Units across the code.
    pub size: u32,
    /// Its dark squares, as the `d` of a path.
    pub path: String,
    /// Whole minutes that it opens, at least one.
    pub minutes: u32,
    /// What became of it.
    pub state: State,
}

/// What became of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing yet.
    Open,
    /// Somebody rated.
    Used,
    /// It was taken back.
    Revoked,
    /// Its time is over.
    Expired,
}

impl State {
    /// Reads what the collector says of a link; None where it says nothing of the kind.
    pub fn read(text: &str) -> Option<Self> {
        let told: Value = serde_json::from_str(text).ok()?;
        Some(match told["state"].as_str()? {
            "open" => Self::Open,
            "used" => Self::Used,
            "revoked" => Self::Revoked,
            "expired" => Self::Expired,
            _ => return None,
        })
    }
}

impl Link {
    /// Reads what the collector made; None where it is none.
    pub fn read(text: &str) -> Option<Self> {
        let told: Value = serde_json::from_str(text).ok()?;
        let word = |value: &Value| value.as_str().map(str::to_owned);
        let minutes = told["expires_in_ms"].as_u64()?.div_ceil(60_000);
        Some(Self {
            id: word(&told["id"]).filter(|id| response::is_uuid(id))?,
            url: word(&told["url"])?,
            size: u32::try_from(told["qr"]["size"].as_u64()?).ok()?,
            path: word(&told["qr"]["path"])?,
            minutes: u32::try_from(minutes).ok()?.max(1),
            state: State::Open,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matters_number_is_taken_and_a_person_is_not() {
        let wish = Wish::read("home-visit", " A-2026/17 ").unwrap();
        assert_eq!(wish.matter.as_deref(), Some("A-2026/17"));
        assert_eq!(
            wish.body(),
            r#"{"matter_token":"A-2026/17","survey":"home-visit"}"#
        );
        let without = Wish::read("home-visit", "  ").unwrap();
        assert_eq!(without.body(), r#"{"survey":"home-visit"}"#);
        for person in ["张三", "138 0013 8000", "110101199003070000"] {
            assert_eq!(Wish::read("home-visit", person), None, "{person}");
        }
    }

    #[test]
    fn a_link_is_read_and_a_captive_portal_is_none() {
        let text = r#"{"id":"0193a5f0-0000-7000-8000-000000000001","url":"https://c.example/i/A",
            "expires_in_ms":599999,"qr":{"size":41,"path":"M4 4h7v1h-7z"}}"#;
        let link = Link::read(text).unwrap();
        assert_eq!((link.size, link.minutes, link.state), (41, 10, State::Open));
        assert_eq!(Link::read("<!DOCTYPE html>"), None);
        assert_eq!(State::read(r#"{"state":"used"}"#), Some(State::Used));
        assert_eq!(State::read(r#"{"state":"?"}"#), None);
    }
}
