//! Links that are good for one rating: a clerk's system or an officer's device has one
//! made, shows it as a QR code, and hears when it was used; never by which answer.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use manyi_model::{Channel, Subject};
use serde::Deserialize;
use serde_json::json;

use super::problem::{Over, Refused};
use super::tablets::{message, unfit};
use super::{App, bearer, origin, triggers};
use crate::qr::Code;
use crate::store::invitations::{Invitation, Invited};
use crate::store::triggers::Wish;
use crate::{clock, secret};

/// What a link is wanted for. A device's own window and officer need not be said;
/// without a survey it is the usual one of the window.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    pub window: Option<String>,
    pub officer_token: Option<String>,
    pub matter_token: Option<String>,
    pub survey: Option<String>,
    pub channel: Option<String>,
}

/// Who hands links out.
#[derive(Clone, Debug)]
pub(super) struct Host {
    /// The id of its key or device.
    pub id: String,
    pub unit: String,
    /// The one window that it reaches; all of the unit where there is none.
    pub window: Option<String>,
    pub officer: Option<String>,
}

/// A link that was made. This is the only time that its token is there.
pub(super) struct Made {
    pub id: String,
    pub survey: String,
    pub url: String,
    pub expires_at: i64,
}

/// `POST /v1/invitations`.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        let host = host(&app, &headers).await?;
        let wanted = message(&app, &headers, body).await?;
        let made = make(&app, &headers, &host, &wanted, None).await?;
        let made = made.ok_or(Refused::Unavailable(5))?;
        let code = Code::of(&made.url);
        let told = json!({
            "id": made.id,
            "survey": made.survey,
            "url": made.url,
            "expires_at": clock::rfc3339(made.expires_at),
            "expires_in_ms": made.expires_at - clock::now_ms(),
            "qr": code.map(|code| json!({ "size": code.size, "path": code.path })),
        });
        Ok::<_, Refused>((StatusCode::CREATED, Json(told)).into_response())
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

/// `GET /v1/invitations/{id}`: whether it still opens.
pub async fn state(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let host = host(&app, &headers).await?;
        let found = find(&app, &host, &id).await?;
        Ok::<_, Refused>(standing(&found))
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

/// `POST /v1/invitations/{id}/revoke`.
pub async fn revoke(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let host = host(&app, &headers).await?;
        find(&app, &host, &id).await?;
        let revoked = app.store.revoke_invitation(&id, clock::now_ms()).await;
        revoked.map_err(bearer::out)?;
        let found = find(&app, &host, &id).await?;
        Ok::<_, Refused>(standing(&found))
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

fn standing(found: &Invitation) -> Response {
    let now = clock::now_ms();
    Json(json!({
        "id": found.id,
        "state": found.state(now).name(),
        "expires_in_ms": (found.expires_at - now).max(0),
    }))
    .into_response()
}

/// Whose credential the request shows: a clerk's, or a device's.
async fn host(app: &App, headers: &HeaderMap) -> Result<Host, Refused> {
    let hash = bearer::hash(headers)?;
    if let Some(clerk) = app.store.clerk(&hash).await.map_err(bearer::out)? {
        return Ok(Host {
            id: clerk.id,
            unit: clerk.unit,
            window: clerk.window,
            officer: None,
        });
    }
    let tablet = bearer::tablet(app, headers).await?;
    Ok(Host {
        id: tablet.id,
        unit: tablet.post.unit,
        window: Some(tablet.post.window),
        officer: tablet.post.officer,
    })
}

/// A link of this host.
///
/// # Errors
/// 404 where there is none of this id, or another handed it out.
pub(super) async fn find(app: &App, host: &Host, id: &str) -> Result<Invitation, Refused> {
    let found = app
        .store
        .invitation_of((&host.unit, host.window.as_deref()), id)
        .await;
    let absent = || Refused::Absent("There is no link of this id here.".to_owned());
    found.map_err(bearer::out)?.ok_or_else(absent)
}

/// Makes a link, which counts as asked. What is wanted again under the same id `press`
/// is one link, whose token cannot be said again: `None`.
///
/// # Errors
/// 403 for a window that the host does not reach, 409 where the matter has been rated,
/// 422 for a survey that is not known or tokens that name a person, 429.
pub(super) async fn make(
    app: &App,
    headers: &HeaderMap,
    host: &Host,
    wanted: &Wanted,
    press: Option<&str>,
) -> Result<Option<Made>, Refused> {
    triggers::check(&triggers::Wanted {
        window: wanted.window.clone(),
        officer_token: wanted.officer_token.clone(),
        matter_token: wanted.matter_token.clone(),
        survey: wanted.survey.clone(),
    })?;
    let window = triggers::window(wanted.window.as_deref(), host.window.as_deref())?;
    let channel = match wanted.channel.as_deref() {
        None => Channel::Web,
        Some(name) => Channel::named(name)
            .filter(|channel| *channel != Channel::Kiosk)
            .ok_or_else(|| {
                let message =
                    "The field channel must be one of web, sms, phone, visit, meeting, paper.";
                unfit("channel", "unfit", message)
            })?,
    };
    app.triggers
        .take(&host.id, Instant::now())
        .map_err(Refused::TooMany)?;
    let survey = match &wanted.survey {
        Some(survey) => survey.clone(),
        None => {
            let surveys = app.store.surveys_at(&host.unit, window).await;
            let usual = surveys.map_err(bearer::out)?.into_iter().next();
            usual.ok_or_else(|| {
                let message =
                    "The field survey must be given: no tablet is enrolled at this window.";
                unfit("survey", "missing_field", message)
            })?
        }
    };
    if app.surveys.newest(&survey).is_none() {
        let message = "This survey is not known here.";
        return Err(unfit("survey", "unknown_survey", message));
    }
    let now = clock::now_ms();
    let officer = match wanted.officer_token.clone().or(host.officer.clone()) {
        Some(officer) => Some(officer),
        None => {
            let on_duty = app.store.on_duty(&host.unit, window, now).await;
            on_duty.map_err(bearer::out)?
        }
    };
    let token = secret::invitation().map_err(|error| {
        tracing::error!(%error, "no randomness");
        Refused::Unavailable(5)
    })?;
    let id = press.map_or_else(clock::new_id, str::to_ascii_lowercase);
    let wish = Wish {
        unit: &host.unit,
        window,
        survey: &survey,
        officer: officer.as_deref(),
        matter: wanted.matter_token.as_deref(),
    };
    let invited = app
        .store
        .invite(&id, &secret::hash(&token), &wish, channel, now)
        .await;
    match invited.map_err(bearer::out)? {
        Invited::Made { expires_at } => {
            tracing::info!(%id, "link");
            let url = format!("{}/i/{token}", origin::of(headers));
            Ok(Some(Made {
                id,
                survey,
                url,
                expires_at,
            }))
        }
        Invited::Known => Ok(None),
        Invited::Rated => Err(triggers::rated()),
    }
}

/// Looks up the link that a response says it came by, where it is one of ours: what is
/// rated, and the channel, are what the link was made for, whatever the response says.
/// Whether it is.
///
/// # Errors
/// 409 where there is no such link, or it is for another survey; 503 where the database
/// fails.
pub(super) async fn fill(app: &App, response: &mut manyi_model::Response) -> Result<bool, Refused> {
    let Some(token) = response.invitation.as_deref().and_then(secret::invited) else {
        return Ok(false);
    };
    let found = app.store.invitation(&secret::hash(&token)).await;
    let found = found
        .map_err(bearer::out)?
        .ok_or(Refused::Link(Over::Unknown))?;
    if found.survey != response.survey.id {
        return Err(Refused::Link(Over::Elsewhere));
    }
    response.subject = Some(Subject {
        unit: Some(found.unit),
        window: Some(found.window),
        officer: found.officer,
        matter: found.matter,
    });
    response.channel = found.channel;
    // The token is kept nowhere.
    response.invitation = Some(found.id);
    Ok(true)
}
