//! From a visit and its surroundings to the response that is posted.

use manyi_model::text::fallbacks;
use manyi_model::{Answer, Answers, Definition, Kind, Pick, Response, SurveyRef, limits};

use super::config::Config;
use crate::visit::Visit;

/// The widget's version, as it stands in responses.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a visit does not know about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circumstances {
    /// When the form opened, as local time.
    pub started_at: String,
    /// The same in milliseconds since 1970.
    pub started_ms: f64,
    /// Now, as local time.
    pub submitted_at: String,
    /// The same in milliseconds since 1970.
    pub submitted_ms: f64,
    /// The hash of the definition, where the page is a secure context.
    pub hash: Option<String>,
}

/// The response that `visit` makes with `answers`.
pub fn respond(
    visit: &Visit,
    answers: Answers,
    config: &Config,
    circumstances: Circumstances,
) -> Response {
    let definition = &visit.definition;
    // A clock that was set back in between says nothing about the duration.
    let duration_ms = circumstances.submitted_ms - circumstances.started_ms;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "checked to lie between 0 and 31 days"
    )]
    let duration_ms = (0.0..=limits::DURATION_MS as f64)
        .contains(&duration_ms)
        .then_some(duration_ms as u64);
    Response {
        id: visit.id.clone(),
        survey: survey_ref(visit, circumstances.hash),
        answers,
        sealed: None,
        channel: config.channel,
        mode: config.mode,
        asked_by: config.asked_by.clone(),
        subject: (!config.subject.is_empty()).then(|| config.subject.clone()),
        language: Some(read_in(&visit.language, &definition.offered_languages())),
        device: None,
        started_at: Some(circumstances.started_at),
        submitted_at: Some(circumstances.submitted_at),
        duration_ms,
        invitation: config.invitation.clone(),
        widget: Some(VERSION.to_owned()),
    }
}

/// The questions whose answers must not lie readable on a device that is stolen: the
/// personal ones, and those that hold words that somebody wrote.
/// All that are answered, where that is wanted.
pub fn private<'a>(definition: &'a Definition, answers: &Answers, all: bool) -> Vec<&'a str> {
    let questions = definition.questions.iter().filter(|question| {
        let is_written = match answers.get(&question.id) {
            None => return false,
            Some(_) if all => return true,
            Some(Answer::Other(_)) => true,
            Some(Answer::Picks(picks)) => picks.iter().any(|pick| matches!(pick, Pick::Other(_))),
            Some(_) => matches!(question.kind, Kind::Text | Kind::Phone),
        };
        is_written || question.personal
    });
    questions.map(|question| question.id.as_str()).collect()
}

/// Which survey `visit` answers.
pub fn survey_ref(visit: &Visit, hash: Option<String>) -> SurveyRef {
    SurveyRef {
        id: visit.definition.id.clone(),
        version: visit.definition.version,
        hash,
    }
}

/// The language that a reader of `wanted` really reads, of those offered.
fn read_in(wanted: &str, offered: &[&str]) -> String {
    let spoken = fallbacks(wanted).into_iter().find_map(|tag| {
        let found = offered
            .iter()
            .find(|offer| offer.eq_ignore_ascii_case(&tag));
        found.map(|offer| (*offer).to_owned())
    });
    spoken
        .or_else(|| offered.first().map(|tag| (*tag).to_owned()))
        .unwrap_or_else(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use manyi_model::{Answer, Definition, Mode, Subject, validate};
    use std::rc::Rc;

    fn definition() -> Definition {
        serde_json::from_str(
            r#"{"id": "window", "version": 3, "title": {"zh-Hans": "评价", "en": "Rating"},
                "questions": [{"id": "overall", "type": "rating", "scale": "satisfaction-3",
                               "required": true, "title": "?"}]}"#,
        )
        .expect("a definition")
    }

    fn config() -> Config {
        let (config, _) = Config::read(&|_| None, None, None);
        config
    }

    fn circumstances() -> Circumstances {
        Circumstances {
            started_at: "2026-01-31T09:30:00.000+08:00".to_owned(),
            started_ms: 1_000.0,
            submitted_at: "2026-01-31T09:30:08.200+08:00".to_owned(),
            submitted_ms: 9_200.0,
            hash: Some(format!("sha256:{}", "0".repeat(64))),
        }
    }

    fn made(config: &Config, circumstances: Circumstances, language: &str) -> Response {
        let id = "0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f".to_owned();
        let mut answers = Answers::new();
        answers.insert("overall", Answer::Word("satisfied".to_owned()));
        let visit =
            Visit::new(Rc::new(definition()), id, language.to_owned()).with_answers(answers);
        respond(&visit, visit.sendable(), config, circumstances)
    }

    #[test]
    fn a_response_is_one_that_the_model_accepts() {
        let config = Config {
            mode: Mode::Asked,
            asked_by: Some("u7".to_owned()),
            subject: Subject {
                unit: Some("fengli".to_owned()),
                ..Subject::default()
            },
            ..config()
        };
        let response = made(&config, circumstances(), "zh-CN");
        assert_eq!(response.check(), Vec::new());
        assert_eq!(validate(&definition(), &response.answers), Vec::new());
        assert_eq!(response.duration_ms, Some(8_200));
        assert_eq!(response.survey.version, 3);
        assert_eq!(response.widget.as_deref(), Some(VERSION));
    }

    #[test]
    fn a_clock_set_back_leaves_the_duration_out() {
        let back = Circumstances {
            submitted_ms: 0.0,
            ..circumstances()
        };
        let response = made(&config(), back, "en");
        assert_eq!((response.duration_ms, response.check()), (None, Vec::new()));
    }

    #[test]
    fn a_subject_without_fields_is_no_subject() {
        assert_eq!(made(&config(), circumstances(), "en").subject, None);
    }

    #[test]
    fn the_language_is_the_one_that_was_read() {
        for (wanted, read) in [
            ("zh-Hans", "zh-Hans"),
            ("zh-CN", "zh-Hans"),
            ("zh-TW", "zh-Hans"),
            ("en-GB", "en"),
            ("ug", "zh-Hans"),
            ("fr", "zh-Hans"),
        ] {
            let response = made(&config(), circumstances(), wanted);
            assert_eq!(response.language.as_deref(), Some(read), "{wanted}");
        }
    }
}
