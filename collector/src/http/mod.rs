//! What is heard over HTTP. Each module sets out one kind of request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};

use crate::store::Store;
use crate::store::writer::Writer;
use crate::surveys::Surveys;

mod body;
mod health;
mod ingest;
mod language;
mod problem;
pub mod server;
mod submission;

/// What every request can reach.
#[derive(Debug)]
pub struct App {
    /// The database, for reading.
    pub store: Store,
    /// The way to the task that writes.
    pub writer: Writer,
    /// The surveys.
    pub surveys: Surveys,
    /// How long a body may take to arrive.
    pub patience: Duration,
}

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(health::get))
        .route("/v1/responses", post(ingest::post))
        .fallback(async || problem::Refused::NotFound)
        .method_not_allowed_fallback(async || problem::Refused::Method)
        .with_state(app)
}
