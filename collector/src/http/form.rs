//! A response as the fields of a form: the browser without script. It is led to
//! a page of thanks, or gets its form back with what is wrong beside each field.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use manyi_model::words::words;
use manyi_model::{
    Answers, Channel, Code, Device, Mode, Problem, Subject, SurveyRef, fields, visible,
};
use serde_json::json;

use super::problem::{Refused, Wrong};
use super::{App, ingest, language, page, query, submission};
use crate::clock;
use crate::surveys::Survey;

/// The fields beside the answers, each of which may stand there once.
const FIELDS: [&str; 19] = [
    "id",
    "survey.id",
    "survey.version",
    "survey.hash",
    "channel",
    "mode",
    "asked_by",
    "language",
    "started_at",
    "submitted_at",
    "duration_ms",
    "device.id",
    "device.seq",
    "subject.unit",
    "subject.window",
    "subject.officer",
    "subject.matter",
    "invitation",
    "widget",
];

/// Takes a form in. `given` is the query of the address it was sent to, which
/// says how the page looked.
pub async fn post(app: &App, asked: &HeaderMap, given: Option<&str>, bytes: &[u8]) -> Response {
    let elder = page::is_elder(&page::pairs(given));
    let wish = language::preferred(asked);
    let result = match read(app, bytes) {
        Ok((survey, response)) => {
            let key = submission::same_key(asked.get("idempotency-key"), &response.id);
            let within =
                key.and_then(|()| submission::within_rates(app, std::iter::once(&response)));
            let judged = match within {
                Ok(()) => submission::judge(app, response.clone(), &wish, clock::now_ms()).await,
                Err(refused) => Err(refused),
            };
            let stored = match judged {
                Ok(row) => ingest::store(app, row).await,
                Err(refused) => Err(refused),
            };
            match stored {
                Ok((id, outcome)) => match submission::barred(outcome, &response.id) {
                    Some(refused) => Err((Some((survey, response)), refused)),
                    None => Ok((survey, response, id, outcome)),
                },
                Err(refused) => Err((Some((survey, response)), refused)),
            }
        }
        Err(refused) => Err((None, refused)),
    };
    let for_person = wants_page(asked);
    match result {
        Ok((_, response, id, _)) if for_person => thanks(&response, &id, elder),
        Ok((_, _, id, outcome)) => ingest::receipt(&id, outcome),
        Err((_, refused)) if !for_person => refused.into_response(),
        Err((Some((survey, response)), refused)) => {
            back(app, asked, survey, response, elder, &refused)
        }
        Err((None, refused)) => trouble(asked, &wish, &refused),
    }
}

/// A browser takes HTML; a program that wants JSON says so.
fn wants_page(asked: &HeaderMap) -> bool {
    let accept = asked
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    accept.is_none_or(|accept| !accept.contains("application/json") || accept.contains("text/html"))
}

fn thanks(response: &manyi_model::Response, id: &str, elder: bool) -> Response {
    let mut pairs = vec![("receipt", id)];
    if let Some(language) = response
        .language
        .as_deref()
        .filter(|tag| language::is_tag(tag))
    {
        pairs.push(("lang", language));
    }
    if elder {
        pairs.push(("elder", "1"));
    }
    let place = format!("/s/{}/thanks?{}", response.survey.id, query::written(pairs));
    match HeaderValue::from_str(&place) {
        Ok(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        // Ids are plain letters, so this is never reached; the row is there.
        Err(_) => Json(json!({ "id": id, "status": "stored" })).into_response(),
    }
}

/// The form again with all answers, or one sentence where it was refused for good.
fn back(
    app: &App,
    asked: &HeaderMap,
    survey: &Survey,
    response: manyi_model::Response,
    elder: bool,
    refused: &Refused,
) -> Response {
    let language = response
        .language
        .clone()
        .unwrap_or_else(|| language::preferred(asked));
    let words = words(&language);
    if let Refused::Conflict(_) = refused {
        return page::trouble(
            asked,
            refused.status(),
            words.failed_conflict,
            &language,
            None,
        );
    }
    if let Refused::Link(over) = refused {
        return page::over(asked, refused.status(), *over, &language);
    }
    let nothing = Vec::new();
    let (wrong, notice) = match refused {
        Refused::Unfit(wrong) => (wrong, None),
        _ => (&nothing, Some(words.failed_server)),
    };
    let hidden = fields::of(&response)
        .into_iter()
        .filter_map(|(name, value)| {
            let known = FIELDS.into_iter().find(|field| *field == name)?;
            Some((known, value))
        });
    let mut answer = page::again(
        app,
        asked,
        page::Again {
            survey,
            language,
            hidden: hidden.collect(),
            subject: response.subject.clone().unwrap_or_default(),
            channel: response.channel,
            invitation: response.invitation.clone(),
            elder,
            answers: response.answers.clone(),
            wrong,
            notice,
            status: refused.status(),
        },
    );
    if let Refused::TooMany(seconds) | Refused::Unavailable(seconds) = refused {
        answer
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    answer
}

fn trouble(asked: &HeaderMap, wish: &str, refused: &Refused) -> Response {
    let words = words(wish);
    let sentence = match refused {
        Refused::TooMany(_) | Refused::Unavailable(_) => words.failed_server,
        _ => words.failed_refused,
    };
    let detail = match refused {
        Refused::Unfit(wrong) => wrong
            .first()
            .map(|wrong| format!("{}: {}", wrong.question, wrong.message)),
        Refused::Malformed(detail) => Some(detail.clone()),
        _ => None,
    };
    page::trouble(asked, refused.status(), sentence, wish, detail.as_deref())
}

/// The survey and the response in the fields. Answers to questions that are not
/// shown are dropped: without script they may have been on screen.
fn read<'a>(app: &'a App, bytes: &[u8]) -> Result<(&'a Survey, manyi_model::Response), Refused> {
    let pairs = query::pairs(bytes)
        .ok_or_else(|| Refused::Malformed("The fields are not UTF-8.".to_owned()))?;
    let mut given = Given::default();
    let mut answers = Vec::new();
    for (name, value) in &pairs {
        if name.starts_with("answers.") {
            answers.push((name.as_str(), value.as_str()));
        } else {
            given.take(name, value);
        }
    }
    let mut response = given.response();
    let unfit = |wrong| Err(Refused::Unfit(wrong));
    if !given.wrong.is_empty() {
        return unfit(given.wrong);
    }
    if let Some(problem) = response
        .check()
        .iter()
        .find(|problem| problem.question.starts_with("survey."))
    {
        return unfit(vec![submission::plain(problem)]);
    }
    let survey = submission::survey(&app.surveys, &response)?;
    response.answers = fields::answers(&survey.definition, answers);
    let shown = visible(&survey.definition, &response.answers);
    for (question, shown) in survey.definition.questions.iter().zip(shown) {
        if !shown {
            response.answers.remove(&question.id);
        }
    }
    Ok((survey, response))
}

/// The fields beside the answers, and what is wrong with them.
#[derive(Default)]
struct Given<'a> {
    values: BTreeMap<&'static str, &'a str>,
    wrong: Vec<Wrong>,
}

impl<'a> Given<'a> {
    /// Empty fields are as good as absent: a form cannot leave one out.
    fn take(&mut self, name: &str, value: &'a str) {
        let wrong = match FIELDS.into_iter().find(|field| *field == name) {
            None => Wrong::field(
                name.chars().take(200).collect::<String>(),
                "unknown_field",
                "This form has no such field.",
            ),
            Some(field) if !value.is_empty() && self.values.insert(field, value).is_some() => {
                Wrong::field(field, "duplicate_field", "This field may stand there once.")
            }
            Some(_) => return,
        };
        if self.wrong.len() < manyi_model::limits::PROBLEMS {
            self.wrong.push(wrong);
        }
    }

    fn text(&self, name: &'static str) -> Option<String> {
        self.values.get(name).map(|value| (*value).to_owned())
    }

    fn unfit(&mut self, name: &'static str, wanted: &str) {
        let wanted = wanted.to_owned();
        self.wrong.push(submission::plain(&Problem::new(
            name,
            Code::Unfit { wanted },
        )));
    }

    fn number<N: std::str::FromStr>(&mut self, name: &'static str) -> Option<N> {
        let number = self.values.get(name)?.parse().ok();
        if number.is_none() {
            self.unfit(name, "a whole number");
        }
        number
    }

    /// The response without its answers. A form that was made without a server
    /// has no id; it gets one here.
    fn response(&mut self) -> manyi_model::Response {
        let version = self.number("survey.version");
        if version.is_none() && !self.values.contains_key("survey.version") {
            self.unfit("survey.version", "given");
        }
        let channel = match self.values.get("channel") {
            None => Some(Channel::Web),
            Some(name) => Channel::named(name),
        };
        if channel.is_none() {
            self.unfit(
                "channel",
                "one of web, kiosk, sms, phone, visit, meeting, paper",
            );
        }
        let mode = match self.values.get("mode") {
            None => Some(Mode::Myself),
            Some(name) => Mode::named(name),
        };
        if mode.is_none() {
            self.unfit("mode", "one of self, asked, entered");
        }
        let device_seq = self.number("device.seq");
        let duration_ms = self.number("duration_ms");
        let device = match (self.text("device.id"), device_seq) {
            (Some(id), Some(seq)) => Some(Device { id, seq }),
            (None, None) => None,
            _ => {
                self.unfit("device", "both device.id and device.seq, or neither");
                None
            }
        };
        let subject = Subject {
            unit: self.text("subject.unit"),
            window: self.text("subject.window"),
            officer: self.text("subject.officer"),
            matter: self.text("subject.matter"),
        };
        manyi_model::Response {
            id: self.text("id").unwrap_or_else(clock::new_id),
            survey: SurveyRef {
                id: self.text("survey.id").unwrap_or_default(),
                version: version.unwrap_or_default(),
                hash: self.text("survey.hash"),
            },
            answers: Answers::new(),
            sealed: None,
            channel: channel.unwrap_or(Channel::Web),
            mode: mode.unwrap_or_default(),
            asked_by: self.text("asked_by"),
            subject: (!subject.is_empty()).then_some(subject),
            language: self.text("language"),
            device,
            started_at: self.text("started_at"),
            submitted_at: self.text("submitted_at"),
            duration_ms,
            invitation: self.text("invitation"),
            widget: self.text("widget"),
        }
    }
}
