//! `POST /v1/responses`: one response, as JSON or as the fields of a form.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use manyi_model::limits;
use serde_json::json;

use super::body::{self, Kind};
use super::problem::Refused;
use super::{App, form, language, submission};
use crate::clock;
use crate::store::responses::{Outcome, Row};
use crate::store::writer::Refusal;

/// Takes one response in.
pub async fn post(
    State(app): State<Arc<App>>,
    RawQuery(given): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answer = async {
        let kind = body::kind(&headers)?;
        let bytes = body::read(&headers, body, limits::BODY_BYTES, app.patience).await?;
        match kind {
            Kind::Json => json(&app, &headers, &bytes).await,
            Kind::Form => Ok(form::post(&app, &headers, given.as_deref(), &bytes).await),
        }
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

async fn json(app: &App, headers: &HeaderMap, bytes: &Bytes) -> Result<Response, Refused> {
    let response = submission::parse(bytes)?;
    submission::same_key(headers.get("idempotency-key"), &response.id)?;
    submission::within_rates(app, std::iter::once(&response))?;
    // The id goes back as it was written, whatever its case.
    let given = response.id.clone();
    let language = language::preferred(headers);
    let row = submission::judge(app, response, &language, clock::now_ms()).await?;
    let (_, outcome) = store(app, row).await?;
    Ok(receipt(&given, outcome))
}

/// The answer to a response that has been handed in.
pub(super) fn receipt(id: &str, outcome: Outcome) -> Response {
    if let Some(refused) = submission::barred(outcome, id) {
        return refused.into_response();
    }
    let (status, name) = match outcome {
        Outcome::Stored => (StatusCode::CREATED, "stored"),
        // A receipt, so that the device deletes it, too.
        Outcome::Erased => (StatusCode::OK, "erased"),
        _ => (StatusCode::OK, "duplicate"),
    };
    (status, Json(json!({ "id": id, "status": name }))).into_response()
}

/// Stores one row and says what became of it.
pub(super) async fn store(app: &App, row: Row) -> Result<(String, Outcome), Refused> {
    let id = row.response.id.clone();
    let outcomes = app.writer.store(vec![row]).await.map_err(unavailable)?;
    let outcome = outcomes.first().copied().ok_or(Refused::Unavailable(5))?;
    tracing::info!(%id, ?outcome, "response");
    Ok((id, outcome))
}

/// 503, with a little patience where there is only a queue and more where the
/// database is in trouble.
pub(super) fn unavailable(refusal: Refusal) -> Refused {
    match refusal {
        Refusal::Busy => Refused::Unavailable(1),
        Refusal::Failed => Refused::Unavailable(5),
    }
}
