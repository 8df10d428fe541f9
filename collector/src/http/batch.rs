//! `POST /v1/batches`: up to 500 responses as a JSON array, one result each, in
//! order. A bad element spoils no other; all good ones share one commit.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use manyi_model::limits;
use serde::Serialize;
use serde_json::value::RawValue;

use super::body::{self, Kind};
use super::ingest::unavailable;
use super::problem::{self, Refused};
use super::{App, language, submission};
use crate::clock;
use crate::store::responses::{Outcome, Row};

/// What became of one element. `status` and the rest are what a single post
/// would have been answered.
#[derive(Serialize)]
struct Done {
    id: String,
    status: &'static str,
    http: u16,
}

#[derive(Serialize)]
struct NotDone<'a> {
    id: Option<String>,
    status: &'static str,
    http: u16,
    problem: problem::Body<'a>,
}

enum Judged {
    /// As the client wrote its id; the row is at this place in the commit.
    Row(String, usize),
    Refused(Option<String>, Refused),
}

/// Takes many responses in.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    match batch(&app, &headers, body).await {
        Ok(results) => Json(results).into_response(),
        Err(refused) => refused.into_response(),
    }
}

async fn batch(app: &App, headers: &HeaderMap, body: Body) -> Result<serde_json::Value, Refused> {
    if body::kind(headers)? != Kind::Json {
        let message = "A batch must be application/json.".to_owned();
        return Err(Refused::MediaType(message));
    }
    // Batches are large: few are read at a time, so that memory stays small.
    let place = tokio::time::timeout(app.patience, app.batches.acquire()).await;
    let Ok(Ok(_place)) = place else {
        return Err(Refused::Unavailable(5));
    };
    let bytes = body::read(headers, body, limits::BATCH_BYTES, app.patience).await?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        Refused::Malformed(format!("Not UTF-8 at byte {}.", error.valid_up_to()))
    })?;
    let elements: Vec<&RawValue> = serde_json::from_str(text)
        .map_err(|error| Refused::Malformed(format!("Not a JSON array: {error}.")))?;
    let most = limits::BATCH_RESPONSES;
    if elements.len() > most {
        let sent = elements.len();
        return Err(Refused::TooLarge(format!(
            "At most {most} responses are taken; these are {sent}."
        )));
    }
    let language = language::preferred(headers);
    let now = clock::now_ms();
    let parsed: Vec<Result<manyi_model::Response, Refused>> = elements
        .into_iter()
        .map(|element| parse(element.get().as_bytes()))
        .collect();
    // Before anything is stored: the whole batch, or nothing of it.
    submission::within_rates(app, parsed.iter().flatten())?;
    let mut rows: Vec<Row> = Vec::with_capacity(parsed.len());
    let mut judged = Vec::with_capacity(parsed.len());
    for response in parsed {
        let is_sealed = response.as_ref().is_ok_and(|one| one.sealed.is_some());
        judged.push(match one(app, response, &language, now).await {
            Ok((id, row)) => {
                rows.push(row);
                Judged::Row(id, rows.len() - 1)
            }
            Err((id, refused)) => Judged::Refused(id, refused),
        });
        // Opening takes a fraction of a millisecond; others get a turn between.
        if is_sealed {
            tokio::task::yield_now().await;
        }
    }
    let outcomes = app.writer.store(rows).await.map_err(unavailable)?;
    tracing::info!(
        sent = judged.len(),
        stored = outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Stored)
            .count(),
        "batch"
    );
    Ok(judged
        .into_iter()
        .map(|judged| result(judged, &outcomes))
        .collect())
}

fn parse(bytes: &[u8]) -> Result<manyi_model::Response, Refused> {
    if bytes.len() > limits::BODY_BYTES {
        let limit = limits::BODY_BYTES;
        let detail = format!("At most {limit} bytes are taken for one response.");
        return Err(Refused::TooLarge(detail));
    }
    submission::parse(bytes)
}

async fn one(
    app: &App,
    response: Result<manyi_model::Response, Refused>,
    language: &str,
    now: i64,
) -> Result<(String, Row), (Option<String>, Refused)> {
    let response = response.map_err(|refused| (None, refused))?;
    let id = response.id.clone();
    match submission::judge(app, response, language, now).await {
        Ok(row) => Ok((id, row)),
        Err(refused) => Err((
            Some(id).filter(|id| manyi_model::response::is_uuid(id)),
            refused,
        )),
    }
}

fn result(judged: Judged, outcomes: &[Outcome]) -> serde_json::Value {
    let done = |id, status, http| serde_json::to_value(Done { id, status, http });
    let refused = |id, refused: &Refused| {
        serde_json::to_value(NotDone {
            id,
            status: refused.name(),
            http: refused.status().as_u16(),
            problem: refused.body(),
        })
    };
    let value = match judged {
        Judged::Refused(id, why) => refused(id, &why),
        Judged::Row(id, at) => match outcomes.get(at) {
            Some(Outcome::Stored) => done(id, "stored", 201),
            Some(Outcome::Duplicate) => done(id, "duplicate", 200),
            Some(Outcome::Erased) => done(id, "erased", 200),
            other => {
                let why = other.and_then(|outcome| submission::barred(*outcome, &id));
                refused(Some(id), &why.unwrap_or(Refused::Unavailable(5)))
            }
        },
    };
    // Strings and numbers only: these always become JSON.
    value.unwrap_or_default()
}
