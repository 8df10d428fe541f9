//! `GET /v1/sealing-key`: the public key, for pages that were not made here.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{App, headers};

/// The current key. Public like the definitions, and never kept: after a rotation
/// the next page has the new one.
pub async fn get(State(app): State<Arc<App>>) -> Response {
    let mut response = Json(json!({ "key": app.keys.current().text() })).into_response();
    headers::open_to_all(response.headers_mut());
    response
}
