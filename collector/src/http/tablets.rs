//! Tablets come in by a code, and say every minute how they are.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use manyi_model::response::is_uuid;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::body::{self, Kind};
use super::problem::{Refused, Wrong};
use super::{App, bearer, submission};
use crate::secret;
use crate::store::tablets::{self, Heartbeat, Tablet};
use crate::{clock, limits};

/// Reads a small JSON object.
///
/// # Errors
/// 400, 408, 413, 415 and 422, as for responses.
pub(super) async fn message<T: DeserializeOwned>(
    app: &App,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Refused> {
    if body::kind(headers)? != Kind::Json {
        let reason = "Content-Type must be application/json.".to_owned();
        return Err(Refused::MediaType(reason));
    }
    let bytes = body::read(headers, body, limits::MESSAGE_BYTES, app.patience).await?;
    // What is derived takes arrays for objects, too.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(unfit("(body)", "wrong_type", "A JSON object is needed."));
    }
    submission::read(&bytes)
}

/// 422 for one field.
pub(super) fn unfit(field: &str, code: &str, message: impl Into<String>) -> Refused {
    Refused::Unfit(vec![Wrong::field(field, code, message)])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enrolment {
    code: String,
    name: Option<String>,
}

/// `POST /v1/tablets`: a code for a credential, once.
pub async fn enrol(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        let wanted: Enrolment = message(&app, &headers, body).await?;
        if let Some(name) = &wanted.name {
            check_name(name).map_err(|reason| unfit("name", "unfit", reason))?;
        }
        app.codes
            .take("", Instant::now())
            .map_err(Refused::TooMany)?;
        let unknown = || {
            let minutes = limits::CODE_LIFE_MS / 60_000;
            Refused::Forbidden(format!(
                "This code is not known here, has been used, or is older than {minutes} minutes."
            ))
        };
        let code = secret::typed(&wanted.code).ok_or_else(unknown)?;
        let credential = secret::credential(secret::Kind::Tablet).map_err(|error| {
            tracing::error!(%error, "no randomness");
            Refused::Unavailable(5)
        })?;
        let (code, proof) = (secret::hash(&code), secret::hash(&credential));
        let (id, now) = (clock::new_id(), clock::now_ms());
        let name = wanted.name.as_deref().filter(|name| !name.is_empty());
        let enrolled = app.store.enrol(&code, &id, &proof, name, now).await;
        let tablet = enrolled.map_err(bearer::out)?.ok_or_else(unknown)?;
        tracing::info!(%id, "tablet enrolled");
        let mut told = told(&app, &tablet);
        told["credential"] = credential.into();
        Ok::<_, Refused>((StatusCode::CREATED, Json(told)).into_response())
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

/// Whether a tablet may be called that.
///
/// # Errors
/// A sentence where it may not.
pub fn check_name(name: &str) -> Result<(), String> {
    let most = limits::NAME_CHARS;
    if name.chars().count() > most || name.chars().any(char::is_control) {
        return Err(format!(
            "A name has at most {most} characters, and no control characters."
        ));
    }
    Ok(())
}

/// What a tablet needs to know.
fn told(app: &App, tablet: &Tablet) -> Value {
    let mut told = json!({
        "device": tablet.id,
        "name": tablet.name,
        "unit": tablet.post.unit,
        "window": tablet.post.window,
        "surveys": tablet.post.surveys,
        "sealing_key": app.keys.current().text(),
        "config": tablet.config,
    });
    if tablet.post.is_handover {
        told["role"] = "handover".into();
    }
    if let Some(officer) = &tablet.post.officer {
        told["officer"] = officer.as_str().into();
    }
    told
}

/// `GET /v1/tablets/self`: the same again, after the configuration or the key changed.
pub async fn itself(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    match bearer::tablet(&app, &headers).await {
        Ok(tablet) => Json(told(&app, &tablet)).into_response(),
        Err(refused) => refused.into_response(),
    }
}

/// What a tablet says every minute.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Beat {
    queue: u32,
    oldest_s: Option<u32>,
    #[serde(default)]
    quarantined: u32,
    clock: String,
    version: String,
    battery: Option<u8>,
    persisted: Option<bool>,
    visits: Option<Visits>,
    #[serde(default)]
    marks: Vec<Mark>,
}

/// What it counted since it came in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Visits {
    begun: u32,
    submitted: u32,
    idle_ends: u32,
}

/// A response that it marked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    response: String,
    mark: Why,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Quick,
    Burst,
}

impl Why {
    fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Burst => "burst",
        }
    }
}

/// `POST /v1/tablets/heartbeat`.
pub async fn heartbeat(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        // The clocks are compared at the moment when the request is here.
        let now = clock::now_ms();
        let tablet = bearer::tablet(&app, &headers).await?;
        let beat: Beat = message(&app, &headers, body).await?;
        let clock = clock::parse(&beat.clock).ok_or_else(|| {
            let wanted = "The field clock must be a time such as 2026-01-31T09:30:00+08:00.";
            unfit("clock", "unfit", wanted)
        })?;
        if !manyi_model::response::is_token(&beat.version) {
            let wanted =
                "The field version must be 1 to 200 characters without control characters.";
            return Err(unfit("version", "unfit", wanted));
        }
        if beat.battery.is_some_and(|percent| percent > 100) {
            return Err(unfit(
                "battery",
                "unfit",
                "The field battery must be 0 to 100.",
            ));
        }
        let most = manyi_model::limits::MARKS_AT_ONCE;
        if beat.marks.len() > most || beat.marks.iter().any(|mark| !is_uuid(&mark.response)) {
            let wanted = format!("The field marks must be at most {most} marks, each with a UUID.");
            return Err(unfit("marks", "unfit", wanted));
        }
        let marks = beat.marks.iter();
        let said = Heartbeat {
            queue: beat.queue.into(),
            oldest_s: beat.oldest_s.map(i64::from),
            quarantined: beat.quarantined.into(),
            skew_ms: clock - now,
            version: beat.version,
            battery: beat.battery.map(i64::from),
            is_persisted: beat.persisted,
            visits: beat.visits.map(|visits| tablets::Visits {
                begun: visits.begun.into(),
                submitted: visits.submitted.into(),
                idle_ends: visits.idle_ends.into(),
            }),
            marks: marks
                .map(|mark| (mark.response.to_ascii_lowercase(), mark.mark.name()))
                .collect(),
        };
        let kept = app.store.heard(&tablet.id, &said, now).await;
        kept.map_err(bearer::out)?;
        Ok::<_, Refused>(
            Json(json!({
                "server_time": clock::rfc3339(now),
                "skew_ms": said.skew_ms,
                "config": tablet.config,
                "sealing_key": app.keys.current().id(),
                "stop": tablet.is_stopped,
            }))
            .into_response(),
        )
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}
