//! From the bytes of one response to a row: parse strictly, find the survey, open
//! what is sealed, validate with the model. Every way in (single, batch, form) goes through here.

use std::time::Instant;

use manyi_model::{Response, validate};

use super::problem::{Over, Refused, Wrong};
use super::{App, invitations};
use crate::bare;
use crate::sealing;
use crate::store::responses::{Outcome, Row};
use crate::surveys::{Survey, Surveys};

/// Reads one response of JSON.
///
/// # Errors
/// 400 where it is not JSON, with line and column; 422 where it is no response,
/// with the field.
pub fn parse(bytes: &[u8]) -> Result<Response, Refused> {
    read(bytes)
}

/// Reads one JSON object, strictly.
///
/// # Errors
/// As [`parse`].
pub(super) fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    let Err(error) = std::str::from_utf8(bytes) else {
        return read_utf8(bytes);
    };
    let at = error.valid_up_to();
    Err(Refused::Malformed(format!("Not UTF-8 at byte {at}.")))
}

fn read_utf8<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    // By the trait: what serde derives on the type itself takes arrays, too.
    let parsed: Result<T, serde_json::Error> = serde::Deserialize::deserialize(tracked);
    let error = match parsed {
        Ok(read) => match reader.end() {
            Ok(()) => return Ok(read),
            Err(error) => error,
        },
        Err(error) => error,
    };
    // What comes after a wrong field may not be JSON at all; that is said first.
    // And a number in place of a name (`"channel": 5`) is called a matter of
    // syntax, though it is JSON.
    let error = match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(_) => {
            let path = track.path().to_string();
            return Err(Refused::Unfit(vec![misfit(&path, &bare(&error))]));
        }
        Err(syntax) if error.is_data() => syntax,
        Err(_) => error,
    };
    Err(Refused::Malformed(format!("Not JSON: {error}.")))
}

/// What serde says about a field, as a place, a code and a sentence.
fn misfit(path: &str, reason: &str) -> Wrong {
    let quoted = |start: &str| {
        let rest = reason.strip_prefix(start)?;
        rest.split('`').next()
    };
    let (name, code) = if let Some(name) = quoted("unknown field `") {
        (name, "unknown_field")
    } else if let Some(name) = quoted("missing field `") {
        (name, "missing_field")
    } else if let Some(name) = quoted("duplicate field `") {
        (name, "duplicate_field")
    } else if reason.ends_with(" twice") {
        // The model's maps name the key in back-ticks, too.
        (
            reason.split('`').nth(1).unwrap_or_default(),
            "duplicate_field",
        )
    } else {
        ("", "wrong_type")
    };
    let parent = match path {
        "." => "",
        path => path,
    };
    let answered = parent == "answers" || parent.starts_with("answers.");
    let place = match (parent, name) {
        ("" | "answers", name) if !name.is_empty() => name.to_owned(),
        ("", _) => "(body)".to_owned(),
        (parent, "") if answered => parent.trim_start_matches("answers.").to_owned(),
        (parent, "") => parent.to_owned(),
        // The path may already end in the key that the reason names.
        (parent, name) if parent == name || parent.ends_with(&format!(".{name}")) => {
            parent.to_owned()
        }
        (parent, name) => format!("{parent}.{name}"),
    };
    // Names come from outside and may be as long as the body.
    let place = place.chars().take(200).collect::<String>();
    let reason = reason.chars().take(400).collect::<String>();
    Wrong::field(place, code, reason)
}

/// Counts `responses` against what their devices and surveys may send: all of them
/// or, where that is too many, none.
///
/// # Errors
/// 429 with the time to wait.
pub fn within_rates<'a>(
    app: &App,
    responses: impl Iterator<Item = &'a Response>,
) -> Result<(), Refused> {
    let is_known = |survey: &str| app.surveys.knows(survey);
    app.rates
        .take(responses, is_known, Instant::now())
        .map_err(Refused::TooMany)
}

/// The survey that `response` says it answers.
///
/// # Errors
/// 422 with the field that names none.
pub fn survey<'a>(surveys: &'a Surveys, response: &Response) -> Result<&'a Survey, Refused> {
    let wanted = &response.survey;
    let unfit = |field: &str, code: &str, message: String| {
        Err(Refused::Unfit(vec![Wrong::field(field, code, message)]))
    };
    let Some(survey) = surveys.version(&wanted.id, wanted.version) else {
        return if surveys.knows(&wanted.id) {
            unfit(
                "survey.version",
                "unknown_version",
                "This version of the survey is not known here.".to_owned(),
            )
        } else {
            unfit(
                "survey.id",
                "unknown_survey",
                "This survey is not known here.".to_owned(),
            )
        };
    };
    if wanted
        .hash
        .as_ref()
        .is_some_and(|hash| *hash != survey.hash)
    {
        let message = "This is not the hash of that version of the survey.".to_owned();
        return unfit("survey.hash", "unknown_hash", message);
    }
    Ok(survey)
}

/// The row for `response`, when everything in it fits.
///
/// # Errors
/// 422 with everything that does not, in the response's language, else in
/// `language`; 409 where the link that it came by takes none.
pub async fn judge(
    app: &App,
    mut response: Response,
    language: &str,
    received_at: i64,
) -> Result<Row, Refused> {
    let envelope = response.check();
    // Without a sound envelope there may be no survey to speak of.
    if let Some(first) = envelope
        .iter()
        .find(|problem| problem.question.starts_with("survey."))
    {
        return Err(Refused::Unfit(vec![plain(first)]));
    }
    let survey = survey(&app.surveys, &response)?;
    let is_invited = invitations::fill(app, &mut response).await?;
    // Whoever made up an id or a survey costs no work with keys.
    let response = opened(app, response)?;
    let language = response.language.as_deref().unwrap_or(language);
    let mut wrong: Vec<Wrong> = envelope
        .iter()
        .map(|problem| Wrong::said(problem, &survey.definition, language))
        .collect();
    let problems = validate(&survey.definition, &response.answers);
    wrong.extend(
        problems
            .iter()
            .map(|problem| Wrong::said(problem, &survey.definition, language)),
    );
    if wrong.is_empty() {
        let row = Row::new(response, &survey.hash, received_at);
        Ok(Row { is_invited, ..row })
    } else {
        Err(Refused::Unfit(wrong))
    }
}

/// Why a response of this id was not stored; `None` where it is a row.
pub(super) fn barred(outcome: Outcome, id: &str) -> Option<Refused> {
    Some(match outcome {
        Outcome::Stored | Outcome::Duplicate | Outcome::Erased => return None,
        Outcome::Conflict => Refused::Conflict(id.to_owned()),
        Outcome::Used => Refused::Link(Over::Used),
        Outcome::Revoked => Refused::Link(Over::Revoked),
        Outcome::Expired => Refused::Link(Over::Expired),
    })
}

/// The response with what was sealed among its answers: from here on it is like
/// any other, and what is kept and compared knows nothing of seals.
///
/// # Errors
/// 422 where the key is not known here or the seal is broken.
fn opened(app: &App, mut response: Response) -> Result<Response, Refused> {
    let Some(sealed) = response.sealed.take() else {
        return Ok(response);
    };
    let wrong = match app
        .keys
        .open_sealed(&sealed, &response.id.to_ascii_lowercase())
    {
        Ok(answers) => {
            let mut twice = Vec::new();
            for (question, answer) in answers.iter() {
                if response.answers.insert(question, answer.clone()).is_some() {
                    let message = "This question is answered twice: openly and sealed.";
                    // Names come from outside and may be as long as the body.
                    let question = question.chars().take(200).collect::<String>();
                    twice.push(Wrong::field(question, "duplicate_field", message));
                }
            }
            twice.truncate(manyi_model::limits::PROBLEMS);
            twice
        }
        Err(sealing::Refusal::UnknownKey) => vec![Wrong::field(
            "sealed",
            "unknown_key",
            "This collector does not have the key that the answers were sealed to.",
        )],
        Err(sealing::Refusal::NotOpenable) => vec![Wrong::field(
            "sealed",
            "not_openable",
            "The sealed answers cannot be opened: they were changed, or belong to another response.",
        )],
    };
    if wrong.is_empty() {
        Ok(response)
    } else {
        Err(Refused::Unfit(wrong))
    }
}

/// A problem with a field beside the answers, said in English: it reaches programmers.
pub(super) fn plain(problem: &manyi_model::Problem) -> Wrong {
    let wanted = match &problem.code {
        manyi_model::Code::Unfit { wanted } => wanted.as_str(),
        _ => "something else",
    };
    let message = format!("The field {} must be {wanted}.", problem.question);
    Wrong::field(&problem.question, problem.code.name(), message)
}

/// Whether `Idempotency-Key`, where it is given, is the id of the body.
///
/// # Errors
/// 422 when it is another.
pub fn same_key(key: Option<&axum::http::HeaderValue>, id: &str) -> Result<(), Refused> {
    let Some(key) = key else { return Ok(()) };
    let key = key.to_str().unwrap_or_default().trim().trim_matches('"');
    if key.eq_ignore_ascii_case(id) {
        return Ok(());
    }
    let message = "Idempotency-Key must be the id in the body.";
    Err(Refused::Unfit(vec![Wrong::field(
        "id",
        "key_mismatch",
        message,
    )]))
}
