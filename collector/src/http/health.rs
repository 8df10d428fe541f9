//! `GET /healthz`: whether the database answers.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::time::timeout;

use super::App;
use super::problem::Refused;

/// 200 when the database answers within three seconds, else 503.
pub async fn get(State(app): State<Arc<App>>) -> Response {
    match timeout(Duration::from_secs(3), app.store.ping()).await {
        Ok(Ok(())) => Json(json!({ "status": "ok" })).into_response(),
        _ => Refused::Unavailable(5).into_response(),
    }
}
