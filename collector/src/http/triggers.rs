//! `POST /v1/triggers` of a clerk's system, and what a tablet says became of it.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use manyi_model::response::{is_token, is_uuid};
use serde::Deserialize;
use serde_json::json;

use super::problem::{Refused, Wrong};
use super::tablets::{message, unfit};
use super::{App, bearer};
use crate::store::clerks::Clerk;
use crate::store::triggers::{Outcome, Trigger, Wish};
use crate::{clock, personal};

/// What a clerk's system asks for. Without a window, the one of its key; without a
/// survey, the usual one of the tablet there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    pub window: Option<String>,
    pub officer_token: Option<String>,
    pub matter_token: Option<String>,
    pub survey: Option<String>,
}

/// `POST /v1/triggers`.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        let clerk = clerk(&app, &bearer::hash(&headers)?).await?;
        let wanted = message(&app, &headers, body).await?;
        let (trigger, listeners) = ask(&app, &clerk, &wanted, None).await?;
        let told = json!({"id": trigger.id, "survey": trigger.survey, "tablets": listeners});
        Ok::<_, Refused>((StatusCode::CREATED, Json(told)).into_response())
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

/// The clerk whose key has this hash.
///
/// # Errors
/// 401 where there is none.
pub(super) async fn clerk(app: &App, hash: &str) -> Result<Clerk, Refused> {
    let clerk = app.store.clerk(hash).await.map_err(bearer::out)?;
    clerk.ok_or(Refused::Unauthorized)
}

/// Has a window show a survey; gives the trigger and how many tablets were woken. What
/// is asked for again under the same id `press` is one trigger.
///
/// # Errors
/// 403 for a window that the key does not reach, 404 where no tablet stands, 409 where
/// the matter has been rated, 422 for tokens that name a person, 429.
pub(super) async fn ask(
    app: &App,
    clerk: &Clerk,
    wanted: &Wanted,
    press: Option<&str>,
) -> Result<(Trigger, usize), Refused> {
    check(wanted)?;
    let window = window(wanted.window.as_deref(), clerk.window.as_deref())?;
    app.triggers
        .take(&clerk.id, Instant::now())
        .map_err(Refused::TooMany)?;
    let surveys = app.store.surveys_at(&clerk.unit, window).await;
    let surveys = surveys.map_err(bearer::out)?;
    let Some(usual) = surveys.first() else {
        let detail = "No tablet is enrolled at this window.".to_owned();
        return Err(Refused::Absent(detail));
    };
    let survey = wanted.survey.as_ref().unwrap_or(usual);
    if !surveys.contains(survey) {
        let message = "No tablet at this window shows this survey.";
        return Err(unfit("survey", "unknown_survey", message));
    }
    let wish = Wish {
        unit: &clerk.unit,
        window,
        survey,
        officer: wanted.officer_token.as_deref(),
        matter: wanted.matter_token.as_deref(),
    };
    let id = press.map_or_else(clock::new_id, str::to_ascii_lowercase);
    let now = clock::now_ms();
    let asked = app.store.ask(&id, &wish, now).await;
    let Some(trigger) = asked.map_err(bearer::out)? else {
        return Err(rated());
    };
    let listeners = app.hub.wake(&clerk.unit, window);
    tracing::info!(id = %trigger.id, listeners, "trigger");
    Ok((trigger, listeners))
}

/// The window that is meant: the one that is named, or the only one that the key reaches.
///
/// # Errors
/// 403 for another than that, 422 where it must be said.
pub(super) fn window<'a>(
    wanted: Option<&'a str>,
    own: Option<&'a str>,
) -> Result<&'a str, Refused> {
    match (wanted, own) {
        (Some(window), Some(own)) if window != own => {
            let detail = "This key is for another window.".to_owned();
            Err(Refused::Forbidden(detail))
        }
        (Some(window), _) | (None, Some(window)) => Ok(window),
        (None, None) => {
            let message = "The field window must be given: this key is for a whole unit.";
            Err(unfit("window", "missing_field", message))
        }
    }
}

/// 409: one matter, one rating.
pub(super) fn rated() -> Refused {
    let detail = "该办件已评价，无需重复评价。 This matter has been rated and is not asked again.";
    Refused::Already(detail.to_owned())
}

/// Whether the tokens may stand in a response and look like nobody.
///
/// # Errors
/// 422, with each that does not.
pub(super) fn check(wanted: &Wanted) -> Result<(), Refused> {
    let mut wrong = Vec::new();
    let tokens = [
        ("officer_token", &wanted.officer_token),
        ("matter_token", &wanted.matter_token),
    ];
    let all = [("window", &wanted.window), ("survey", &wanted.survey)];
    for (field, token) in all.into_iter().chain(tokens) {
        let is_unfit = |token: &String| !is_token(token) || token.contains('\u{fffd}');
        if token.as_ref().is_some_and(is_unfit) {
            let message = format!(
                "The field {field} must be 1 to 200 characters without control characters."
            );
            wrong.push(Wrong::field(field, "unfit", message));
        }
    }
    for (field, token) in tokens {
        if let Some(reason) = token.as_deref().and_then(personal::found) {
            let message = format!("The field {field} {reason}.");
            wrong.push(Wrong::field(field, "personal", message));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Refused::Unfit(wrong))
}

/// What a tablet says of a trigger.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    outcome: Happened,
    response: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Happened {
    Shown,
    Answered,
    TimedOut,
    Declined,
}

/// `POST /v1/tablets/triggers/{id}`.
pub async fn outcome(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answer = async {
        let tablet = bearer::tablet(&app, &headers).await?;
        let said: Said = message(&app, &headers, body).await?;
        let response = match (said.outcome, said.response) {
            (Happened::Answered, Some(id)) if is_uuid(&id) => Some(id.to_ascii_lowercase()),
            (Happened::Answered, _) => {
                let message = "The field response must be the UUID of the response.";
                return Err(unfit("response", "unfit", message));
            }
            (_, Some(_)) => {
                let message = "The field response is for `answered` alone.";
                return Err(unfit("response", "unfit", message));
            }
            (_, None) => None,
        };
        let absent = || Refused::Absent("This window was asked for nothing of this id.".to_owned());
        let outcome = match said.outcome {
            Happened::Shown => None,
            Happened::Answered => Some(Outcome::Answered),
            Happened::TimedOut => Some(Outcome::TimedOut),
            Happened::Declined => Some(Outcome::Declined),
        };
        let (unit, window, now) = (&tablet.post.unit, &tablet.post.window, clock::now_ms());
        let Some(outcome) = outcome else {
            let shown = app.store.shown(unit, window, &id, now).await;
            return if shown.map_err(bearer::out)? {
                Ok(Json(json!({"id": id, "outcome": "shown"})).into_response())
            } else {
                Err(absent())
            };
        };
        let ended = app
            .store
            .ended((unit, window), &id, outcome, response.as_deref(), now)
            .await;
        let (stands, with) = ended.map_err(bearer::out)?.ok_or_else(absent)?;
        if response.is_some() && response != with {
            let detail = "This was answered by another response, which stands.".to_owned();
            return Err(Refused::Already(detail));
        }
        Ok(Json(json!({"id": id, "outcome": stands})).into_response())
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}
