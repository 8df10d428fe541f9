//! What is heard over HTTP. Each module sets out one kind of request.
//!
//! | module | requests |
//! | --- | --- |
//! | `ingest`, `form` | `POST /v1/responses` as JSON and as a form |
//! | `batch` | `POST /v1/batches` |
//! | `sealing_key` | `GET /v1/sealing-key` |
//! | `tablets` | `POST /v1/tablets`, `/v1/tablets/heartbeat`, `GET /v1/tablets/self` |
//! | `definitions` | `GET /surveys`, `/surveys/{id}.json`, `/schema/…` |
//! | `page` | `GET /s/{survey}`, its thanks, `/` |
//! | `files` | the widget, the kiosk's page and the operator's |
//! | `invitations` | `/i/{token}`, `/v1/invitations` |
//! | `health` | `GET /healthz` |
//! | `triggers` | `POST /v1/triggers`, `/v1/tablets/triggers/{id}` |
//! | `notify` | `/v1/adapters/notify` |
//! | `socket` | `GET /v1/adapters/socket` |
//! | `clerk` | `/clerk` |
//! | [`desk`](crate::desk) | `/admin/…` |
//! | `events` | `GET /v1/tablets/events`, `/v1/tablets/next` |
//!
//! Beside them: `submission` (from bytes to a row), `body` (reading within
//! bounds), `problem` (refusals), `rate` (how many a device may send), `throttle`
//! (how often anything else may be asked), `bearer`, `cookie`, `peer`, `origin` (who
//! asks, from where), `hub`
//! (who is woken), `headers`, `cors`, `asset`, `language`, `server`, `stall`.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::{get, post};
use axum::{Router, middleware};
use tokio::sync::{Semaphore, watch};

use crate::sealing::Keys;
use crate::store::Store;
use crate::store::writer::Writer;
use crate::surveys::Surveys;

pub(crate) mod asset;
mod batch;
mod bearer;
pub(crate) mod body;
mod clerk;
pub(crate) mod cookie;
mod cors;
mod definitions;
mod events;
mod files;
mod form;
pub(crate) mod headers;
mod health;
mod hub;
mod ingest;
mod invitations;
pub(crate) mod language;
mod notify;
pub(crate) mod origin;
mod page;
pub(crate) mod peer;
pub(crate) mod problem;
pub(crate) mod query;
mod rate;
mod sealing_key;
pub mod server;
mod socket;
mod stall;
mod submission;
mod tablets;
mod throttle;
mod triggers;

pub use definitions::Definitions;
pub use files::Files;
pub use hub::Hub;
pub use notify::Names;
pub use problem::{Over, Wrong};
pub use rate::{DEVICE, Rate, Rates, SURVEY};
pub use tablets::check_name;
pub use throttle::Throttle;

/// Batches that are read at a time: 8 MiB each, and as much again as rows.
pub const BATCHES: usize = 4;

/// What every request can reach.
#[derive(Debug)]
pub struct App {
    /// The database, for reading.
    pub store: Store,
    /// The way to the task that writes.
    pub writer: Writer,
    /// The surveys.
    pub surveys: Arc<Surveys>,
    /// What opens sealed answers.
    pub keys: Keys,
    /// The surveys as they are sent.
    pub definitions: Definitions,
    /// What is served by name.
    pub files: Files,
    /// Origins whose pages may post.
    pub allow_origin: Vec<String>,
    /// How long a body may take to arrive.
    pub patience: Duration,
    /// What devices and surveys may still send.
    pub rates: Rates,
    /// Places for batches.
    pub batches: Semaphore,
    /// Enrolment codes that may still be tried.
    pub codes: Throttle,
    /// Triggers that each clerk's key may still make.
    pub triggers: Throttle,
    /// What the fields of a notification are called.
    pub notify: Names,
    /// Addresses of the operator's own proxies.
    pub proxies: Vec<IpAddr>,
    /// Places for hashing passwords.
    pub hashes: Semaphore,
    /// Who waits for triggers.
    pub hub: Hub,
    /// Places for WebSockets.
    pub sockets: Arc<Semaphore>,
    /// Turns true when the collector stops: who waits goes.
    pub stop: watch::Receiver<bool>,
}

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    let ingest = Router::new()
        .route("/v1/responses", post(ingest::post))
        .route("/v1/batches", post(batch::post))
        .route("/v1/tablets", post(tablets::enrol))
        .route("/v1/tablets/self", get(tablets::itself))
        .route("/v1/tablets/heartbeat", post(tablets::heartbeat))
        .route("/v1/tablets/events", get(events::stream))
        .route("/v1/tablets/next", get(events::next))
        .route("/v1/tablets/triggers/{id}", post(triggers::outcome))
        .route("/v1/triggers", post(triggers::post))
        .route("/v1/invitations", post(invitations::post))
        .route("/v1/invitations/{id}", get(invitations::state))
        .route("/v1/invitations/{id}/revoke", post(invitations::revoke))
        .method_not_allowed_fallback(async || problem::Refused::Method)
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            cors::around,
        ));
    Router::new()
        .merge(ingest)
        .merge(crate::desk::router())
        .route("/", get(page::index))
        .route("/healthz", get(health::get))
        .route("/surveys", get(definitions::list))
        .route("/surveys/{file}", get(definitions::one))
        .route("/schema/survey.json", get(definitions::survey_schema))
        .route("/schema/response.json", get(definitions::response_schema))
        .route(
            "/v1/adapters/notify",
            get(notify::notify).post(notify::notify),
        )
        .route("/v1/adapters/socket", get(socket::get))
        .route("/clerk", get(clerk::get).post(clerk::post))
        .route("/clerk.js", get(clerk::script))
        .route("/v1/sealing-key", get(sealing_key::get))
        .route("/kiosk", get(files::kiosk))
        .route("/handover", get(files::handover))
        .route("/kiosk.json", get(files::kiosk_list))
        .route("/i/{token}", get(page::invited))
        .route("/s/{survey}", get(page::survey))
        .route("/s/{survey}/thanks", get(page::thanks))
        .fallback(files::get)
        .method_not_allowed_fallback(async || problem::Refused::Method)
        .layer(middleware::from_fn(headers::around))
        .with_state(app)
}
