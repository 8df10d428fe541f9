//! `GET /v1/adapters/socket`: a WebSocket for devices and systems that speak in this
//! shape: log in with a staff number, a heartbeat, open an address.
//!
//! A terminal logs in with the credential of a tablet and is told which page to open
//! when its window is asked. A clerk's system logs in with a clerk's key and says that
//! a matter is done: by `open_url` with the address that it would have had opened. Of
//! that address, and of every message, the three fields that [`super::notify`] reads
//! are read. All others, and names, telephone numbers and numbers of identity cards
//! are among them, are dropped here, unread: they reach neither log nor database nor
//! terminal.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout_at};

use super::events::{Waiting, Woken};
use super::problem::Refused;
use super::{App, bearer, notify, origin, triggers};
use crate::store::clerks::Clerk;
use crate::store::triggers::Trigger;
use crate::{clock, limits, secret};

/// Upgrades, as long as there is a place.
pub async fn get(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        let reason = "This address is for WebSockets.".to_owned();
        return Refused::Malformed(reason).into_response();
    };
    let Ok(place) = Arc::clone(&app.sockets).try_acquire_owned() else {
        return Refused::Unavailable(30).into_response();
    };
    let origin = origin::of(&headers);
    upgrade
        .max_message_size(limits::MESSAGE_BYTES)
        .max_frame_size(limits::MESSAGE_BYTES)
        .on_upgrade(async move |socket| {
            serve(app, Line(socket), &origin).await;
            drop(place);
        })
}

/// One message as it came in. What it says besides is gone.
#[derive(Debug, Default)]
struct Said {
    kind: String,
    credential: Option<String>,
    wanted: triggers::Wanted,
}

/// A socket that speaks JSON.
struct Line(WebSocket);

impl Line {
    /// The next message. `None` where the other side has gone, or speaks nothing that
    /// is understood here.
    async fn next(&mut self, names: &notify::Names) -> Option<Said> {
        loop {
            match self.0.recv().await?.ok()? {
                Message::Text(text) => return read(names, text.as_str()),
                Message::Close(_) | Message::Binary(_) => return None,
                // Answered by themselves.
                Message::Ping(_) | Message::Pong(_) => {}
            }
        }
    }

    /// Whether it could be said.
    async fn say(&mut self, what: &Value) -> bool {
        let text = what.to_string().into();
        self.0.send(Message::Text(text)).await.is_ok()
    }

    /// Says why, in the words of the same refusal over HTTP.
    async fn refuse(&mut self, kind: &str, refused: &Refused) -> bool {
        let told = json!({"type": kind, "ok": false, "problem": refused.body()});
        self.say(&told).await
    }

    async fn end(mut self, code: u16) {
        let reason = "".into();
        // Who has gone need not hear of it.
        let _ = self
            .0
            .send(Message::Close(Some(CloseFrame { code, reason })))
            .await;
    }
}

/// Takes what is read out of a message. `None` where it is no JSON object with a type.
fn read(names: &notify::Names, text: &str) -> Option<Said> {
    let fields: Map<String, Value> = serde_json::from_str(text).ok()?;
    let word = |name: &str| match fields.get(name) {
        Some(Value::String(word)) => Some(word.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let mut said = Said {
        kind: word("type")?,
        credential: word("credential"),
        wanted: triggers::Wanted::default(),
    };
    if let Some(address) = word("url") {
        let query = address.split_once('?').map(|(_, query)| query);
        let query = query.and_then(|query| query.split('#').next());
        notify::read(
            names,
            query.unwrap_or_default().as_bytes(),
            &mut said.wanted,
        );
    }
    for (name, place) in [
        (&names.staff, &mut said.wanted.officer_token),
        (&names.matter, &mut said.wanted.matter_token),
        (&names.window, &mut said.wanted.window),
    ] {
        if let Some(token) = word(name).filter(|token| !token.is_empty()) {
            *place = Some(token);
        }
    }
    Some(said)
}

/// Who has logged in.
enum Who {
    Terminal(Box<Waiting>),
    Clerk(Clerk),
}

async fn serve(app: Arc<App>, mut line: Line, origin: &str) {
    let mut stop = app.stop.clone();
    let patience = Instant::now() + app.patience;
    let first = tokio::select! {
        first = timeout_at(patience, line.next(&app.notify)) => first,
        _ = stop.wait_for(|stop| *stop) => return,
    };
    let Ok(Some(login)) = first else {
        return line.end(close_code::POLICY).await;
    };
    let (who, staff) = match log_in(&app, login).await {
        Ok(found) => found,
        Err(refused) => {
            line.refuse("login", &refused).await;
            return line.end(close_code::POLICY).await;
        }
    };
    let beat = limits::SOCKET_BEAT.as_secs();
    if !line
        .say(&json!({"type": "login", "ok": true, "heartbeat_s": beat}))
        .await
    {
        return;
    }
    let code = match who {
        Who::Terminal(waiting) => terminal(&app, &mut line, *waiting, staff, origin).await,
        Who::Clerk(clerk) => system(&app, &mut line, &clerk, stop).await,
    };
    line.end(code).await;
}

/// Who it is, and the staff number.
async fn log_in(app: &Arc<App>, login: Said) -> Result<(Who, Option<String>), Refused> {
    let credential = match (login.kind.as_str(), login.credential) {
        ("login", Some(credential)) => secret::hash(&credential),
        _ => return Err(Refused::Unauthorized),
    };
    let staff = login.wanted.officer_token;
    triggers::check(&triggers::Wanted {
        officer_token: staff.clone(),
        ..triggers::Wanted::default()
    })?;
    if let Some(clerk) = app.store.clerk(&credential).await.map_err(bearer::out)? {
        return Ok((Who::Clerk(clerk), staff));
    }
    let waiting = Waiting::with(Arc::clone(app), credential, 0).await?;
    Ok((Who::Terminal(Box::new(waiting)), staff))
}

/// Until when a side may be silent.
fn silence() -> Instant {
    Instant::now() + limits::SOCKET_SILENCE
}

fn beat() -> Value {
    json!({"type": "heartbeat", "server_time": clock::rfc3339(clock::now_ms())})
}

/// Tells a terminal what to open, as long as it is alive. The code to close with.
async fn terminal(
    app: &App,
    line: &mut Line,
    mut waiting: Waiting,
    staff: Option<String>,
    origin: &str,
) -> u16 {
    let mut until = silence();
    loop {
        tokio::select! {
            said = timeout_at(until, line.next(&app.notify)) => match said {
                Ok(Some(said)) if said.kind == "heartbeat" => {
                    until = silence();
                    if !line.say(&beat()).await {
                        return close_code::AWAY;
                    }
                }
                Ok(Some(_)) => return close_code::UNSUPPORTED,
                Ok(None) | Err(_) => return close_code::AWAY,
            },
            woken = waiting.wait(limits::STREAM_PULSE) => match woken {
                Ok(Woken::Shows(trigger)) => {
                    let post = &waiting.tablet.post;
                    let url = address(origin, (&post.unit, &post.window), &trigger, staff.as_deref());
                    let told = json!({"type": "open_url", "id": trigger.id, "url": url});
                    if !line.say(&told).await {
                        return close_code::AWAY;
                    }
                    let now = clock::now_ms();
                    // What it does with it, its answer says, or nothing.
                    if app.store.shown(&post.unit, &post.window, &trigger.id, now).await.is_err() {
                        return close_code::ERROR;
                    }
                }
                Ok(Woken::Nothing) if waiting.may_stay().await => {}
                Ok(Woken::Nothing) => return close_code::POLICY,
                Ok(Woken::Over) => return close_code::RESTART,
                Err(_) => return close_code::ERROR,
            },
        }
    }
}

/// The hosted page with this survey for this window.
fn address(
    origin: &str,
    (unit, window): (&str, &str),
    trigger: &Trigger,
    staff: Option<&str>,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("channel", "kiosk");
    query.append_pair("unit", unit);
    query.append_pair("window", window);
    if let Some(officer) = trigger.officer.as_deref().or(staff) {
        query.append_pair("officer", officer);
    }
    if let Some(matter) = &trigger.matter {
        query.append_pair("matter", matter);
    }
    format!("{origin}/s/{}?{}", trigger.survey, query.finish())
}

/// Takes what a clerk's system asks for. The code to close with.
async fn system(
    app: &App,
    line: &mut Line,
    clerk: &Clerk,
    mut stop: tokio::sync::watch::Receiver<bool>,
) -> u16 {
    loop {
        let said = tokio::select! {
            said = timeout_at(silence(), line.next(&app.notify)) => said,
            _ = stop.wait_for(|stop| *stop) => return close_code::RESTART,
        };
        let Ok(Some(said)) = said else {
            return close_code::AWAY;
        };
        let is_heard = match said.kind.as_str() {
            "heartbeat" => line.say(&beat()).await,
            "open_url" => match notify::ask(app, clerk, said.wanted).await {
                Ok((trigger, listeners)) => {
                    let told = json!({"type": "open_url", "ok": true, "id": trigger.id,
                        "survey": trigger.survey, "tablets": listeners});
                    line.say(&told).await
                }
                Err(refused) => line.refuse("open_url", &refused).await,
            },
            _ => return close_code::UNSUPPORTED,
        };
        if !is_heard {
            return close_code::AWAY;
        }
    }
}
