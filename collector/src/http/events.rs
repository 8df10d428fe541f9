//! What tablets wait for: `GET /v1/tablets/events` as server-sent events, and
//! `GET /v1/tablets/next` as a long poll where a proxy breaks those.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::timeout;

use super::problem::Refused;
use super::tablets::unfit;
use super::{App, bearer, page};
use crate::store::tablets::Tablet;
use crate::store::triggers::Trigger;
use crate::{clock, limits};

/// One tablet that waits.
pub(super) struct Waiting {
    app: Arc<App>,
    pub(super) tablet: Tablet,
    /// The hash of its credential: it may be shut out while it waits.
    credential: String,
    /// The number of the last trigger that it had.
    after: i64,
    wake: watch::Receiver<()>,
    stop: watch::Receiver<bool>,
    is_new: bool,
}

/// Why waiting ended.
pub(super) enum Woken {
    /// There is something to show.
    Shows(Trigger),
    /// Nothing for so long.
    Nothing,
    /// The tablet may not wait here any more, or the collector stops.
    Over,
}

impl Waiting {
    async fn new(app: Arc<App>, headers: &HeaderMap, after: i64) -> Result<Self, Refused> {
        let credential = bearer::hash(headers)?;
        Self::with(app, credential, after).await
    }

    /// The tablet whose credential has this hash.
    pub(super) async fn with(
        app: Arc<App>,
        credential: String,
        after: i64,
    ) -> Result<Self, Refused> {
        let tablet = app.store.tablet(&credential).await.map_err(bearer::out)?;
        let tablet = tablet.ok_or(Refused::Unauthorized)?;
        let post = &tablet.post;
        Ok(Self {
            wake: app.hub.listen(&post.unit, &post.window),
            stop: app.stop.clone(),
            credential,
            app,
            tablet,
            after,
            is_new: true,
        })
    }

    /// Waits for something to show, for at most so long.
    pub(super) async fn wait(&mut self, longest: Duration) -> Result<Woken, Refused> {
        let until = Instant::now() + longest;
        loop {
            let post = &self.tablet.post;
            let pending = self
                .app
                .store
                .pending(&post.unit, &post.window, self.after, clock::now_ms())
                .await;
            if let Some(trigger) = pending.map_err(bearer::out)? {
                self.after = trigger.seq;
                return Ok(Woken::Shows(trigger));
            }
            let left = until.saturating_duration_since(Instant::now());
            let woken = timeout(left, async {
                tokio::select! {
                    woken = self.wake.changed() => woken.is_ok(),
                    _ = self.stop.wait_for(|stop| *stop) => false,
                }
            });
            match woken.await {
                Ok(true) => {}
                Ok(false) => return Ok(Woken::Over),
                Err(_) => return Ok(Woken::Nothing),
            }
        }
    }

    /// Whether it may go on waiting where it is.
    pub(super) async fn may_stay(&self) -> bool {
        match self.app.store.tablet(&self.credential).await {
            Ok(Some(tablet)) => tablet.config == self.tablet.config,
            Ok(None) => false,
            // The database is out; that says nothing about the tablet.
            Err(_) => true,
        }
    }

    /// The next event, or `None` where the stream ends; the tablet then asks again.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        // Something at once, so that proxies pass the head on.
        if std::mem::take(&mut self.is_new) {
            return Some((Ok(Event::default().comment("here")), self));
        }
        match self.wait(limits::STREAM_PULSE).await {
            Ok(Woken::Shows(trigger)) => {
                let event = Event::default()
                    .event("trigger")
                    .id(trigger.seq.to_string())
                    .data(told(&self.tablet, &trigger).to_string());
                Some((Ok(event), self))
            }
            Ok(Woken::Nothing) if self.may_stay().await => {
                Some((Ok(Event::default().comment("still here")), self))
            }
            Ok(Woken::Nothing | Woken::Over) | Err(_) => None,
        }
    }
}

/// A trigger as a tablet gets it: `subject` goes into the response as it is.
fn told(tablet: &Tablet, trigger: &Trigger) -> Value {
    let mut subject = json!({"unit": tablet.post.unit, "window": tablet.post.window});
    for (name, token) in [("officer", &trigger.officer), ("matter", &trigger.matter)] {
        if let Some(token) = token {
            subject[name] = token.as_str().into();
        }
    }
    json!({
        "id": trigger.id,
        "seq": trigger.seq,
        "survey": trigger.survey,
        "subject": subject,
        "asked_at": clock::rfc3339(trigger.asked_at),
        "expires_in_ms": trigger.expires_at - clock::now_ms(),
    })
}

/// `GET /v1/tablets/events`.
pub async fn stream(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.trim().parse().ok());
    let waiting = match Waiting::new(app, &headers, last.unwrap_or(0)).await {
        Ok(waiting) => waiting,
        Err(refused) => return refused.into_response(),
    };
    let events = stream::unfold(waiting, Waiting::next);
    let mut response = Sse::new(events).into_response();
    // nginx would collect them until they fill a page of memory.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

/// `GET /v1/tablets/next?after=N&wait=25`: 200 with the trigger, or 204 after so many
/// seconds.
pub async fn next(
    State(app): State<Arc<App>>,
    RawQuery(given): RawQuery,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let pairs = page::pairs(given.as_deref());
        let number = |name: &str, usual: u64| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map_or(Ok(usual), |(_, value)| {
                let number = value.parse::<u64>().ok();
                let number = number.filter(|number| i64::try_from(*number).is_ok());
                number.ok_or_else(|| {
                    let message = format!("The field {name} must be a whole number.");
                    unfit(name, "unfit", message)
                })
            })
        };
        let after = i64::try_from(number("after", 0)?).unwrap_or(i64::MAX);
        let wait = number("wait", 25)?.min(limits::LONGEST_WAIT_S);
        let mut waiting = Waiting::new(app, &headers, after).await?;
        match waiting.wait(Duration::from_secs(wait)).await? {
            Woken::Shows(trigger) => Ok(Json(told(&waiting.tablet, &trigger)).into_response()),
            Woken::Nothing | Woken::Over => {
                Ok::<_, Refused>(StatusCode::NO_CONTENT.into_response())
            }
        }
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}
