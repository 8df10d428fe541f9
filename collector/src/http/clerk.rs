//! `/clerk`: a page with one button, for a browser at the window. The only page with a
//! cookie: it holds the window's key, for scripts unreadable, for a working day.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use manyi_model::response::is_uuid;

use super::body::{self, Kind};
use super::problem::Refused;
use super::{App, asset, bearer, headers, language, page, query, triggers};
use crate::pages::{self, Page, Said, Shut};
use crate::store::clerks::Clerk;
use crate::{clock, limits, secret, wall};

/// The cookie where the connection is encrypted, and where it is not: browsers take
/// the first over https alone.
const COOKIES: [&str; 2] = ["__Host-manyi-clerk", "manyi-clerk"];
/// A working day with overtime, in seconds.
const DAY_S: u32 = 12 * 60 * 60;

/// `GET /clerk`.
pub async fn get(
    State(app): State<Arc<App>>,
    RawQuery(given): RawQuery,
    asked: HeaderMap,
) -> Response {
    let pairs = page::pairs(given.as_deref());
    let said = pairs.iter().find(|(name, _)| name == "said");
    let said = said.and_then(|(_, said)| Said::named(said));
    match known(&app, &asked).await {
        Ok((clerk, window)) => desk(&app, &asked, &clerk, &window, said).await,
        Err(Closed::Shut(why)) => door(&asked, StatusCode::OK, why),
        Err(Closed::Refused(refused)) => refused.into_response(),
    }
}

/// `POST /clerk`: `do=enter` with a key, `do=ask`, or `do=leave`.
pub async fn post(State(app): State<Arc<App>>, asked: HeaderMap, body: Body) -> Response {
    let answer = async {
        if !is_own_page(&asked) {
            let detail = "This form must be sent from this collector's own page.".to_owned();
            return Err(Refused::Forbidden(detail));
        }
        if body::kind(&asked)? != Kind::Form {
            let reason = "Content-Type must be application/x-www-form-urlencoded.".to_owned();
            return Err(Refused::MediaType(reason));
        }
        let bytes = body::read(&asked, body, limits::MESSAGE_BYTES, app.patience).await?;
        let pairs = query::pairs(&bytes)
            .ok_or_else(|| Refused::Malformed("The fields are not UTF-8.".to_owned()))?;
        let field = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str())
        };
        Ok(match field("do") {
            Some("enter") => enter(&app, &asked, field("key").unwrap_or_default()).await,
            Some("leave") => with_cookie(back(None), &cookie(&asked, "", 0)),
            Some("ask") => ask(&app, &asked, field("press")).await,
            _ => {
                let detail = "The field do must be enter, ask or leave.".to_owned();
                return Err(Refused::Malformed(detail));
            }
        })
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

/// Why there is no desk.
enum Closed {
    Shut(Shut),
    Refused(Refused),
}

impl From<Refused> for Closed {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// The clerk whose key the browser holds, and the window.
async fn known(app: &App, asked: &HeaderMap) -> Result<(Clerk, String), Closed> {
    match held(asked) {
        Some(key) => check(app, key).await,
        None => Err(Closed::Shut(Shut::NoKey)),
    }
}

/// The clerk of this key, and the window.
async fn check(app: &App, key: &str) -> Result<(Clerk, String), Closed> {
    match triggers::clerk(app, &secret::hash(key)).await {
        Ok(clerk) => match clerk.window.clone() {
            Some(window) => Ok((clerk, window)),
            None => Err(Closed::Shut(Shut::WideKey)),
        },
        Err(Refused::Unauthorized) => Err(Closed::Shut(Shut::WrongKey)),
        Err(refused) => Err(refused.into()),
    }
}

/// The key in the cookie.
fn held(asked: &HeaderMap) -> Option<&str> {
    let cookies = asked.get_all(header::COOKIE).iter();
    let mut all = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='));
    let wanted = COOKIES[usize::from(!is_https(asked))];
    let found = all.find(|(name, _)| *name == wanted);
    found.map(|(_, key)| key).filter(|key| !key.is_empty())
}

fn is_https(asked: &HeaderMap) -> bool {
    let proto = asked.get("x-forwarded-proto");
    proto.is_some_and(|proto| proto == "https")
}

fn cookie(asked: &HeaderMap, key: &str, seconds: u32) -> String {
    let (name, secure) = if is_https(asked) {
        (COOKIES[0], "; Secure")
    } else {
        (COOKIES[1], "")
    };
    format!("{name}={key}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Whether a form was sent from a page of ours: the cookie is kept from other sites
/// already, this keeps out those that share the site's name.
fn is_own_page(asked: &HeaderMap) -> bool {
    let text = |name: &str| asked.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    // Older browsers; and programs, which send neither.
    let Some(origin) = text("origin") else {
        return true;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text("host")
}

async fn enter(app: &App, asked: &HeaderMap, key: &str) -> Response {
    let key = key.trim();
    match check(app, key).await {
        Ok(_) => with_cookie(back(None), &cookie(asked, key, DAY_S)),
        Err(Closed::Shut(why)) => door(asked, StatusCode::FORBIDDEN, why),
        Err(Closed::Refused(refused)) => refused.into_response(),
    }
}

async fn ask(app: &App, asked: &HeaderMap, press: Option<&str>) -> Response {
    let clerk = match known(app, asked).await {
        Ok((clerk, _)) => clerk,
        Err(Closed::Shut(why)) => return door(asked, StatusCode::FORBIDDEN, why),
        Err(Closed::Refused(_)) => return back(Some(Said::Failed)),
    };
    let press = press.filter(|press| is_uuid(press));
    let wanted = triggers::Wanted::default();
    back(Some(
        match triggers::ask(app, &clerk, &wanted, press).await {
            Ok((_, 0)) => Said::Asleep,
            Ok(_) => Said::Asked,
            Err(Refused::Absent(_)) => Said::Absent,
            Err(Refused::TooMany(_)) => Said::TooMany,
            Err(_) => Said::Failed,
        },
    ))
}

/// To the page, by GET: loading it again presses nothing.
fn back(said: Option<Said>) -> Response {
    let place = match said {
        Some(said) => format!("/clerk?said={}", said.name()),
        None => "/clerk".to_owned(),
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

async fn desk(
    app: &App,
    asked: &HeaderMap,
    clerk: &Clerk,
    window: &str,
    said: Option<Said>,
) -> Response {
    let today = wall::day_of(clock::now_ms());
    let counts = app.store.asked_since(&clerk.unit, window, today).await;
    let counts = match counts {
        Ok(counts) => counts,
        Err(error) => return bearer::out(error).into_response(),
    };
    let press = clock::new_id();
    let shown = pages::Desk {
        window,
        press: &press,
        said,
        counts: Some(counts).filter(|(asked, _)| *asked >= limits::CLERK_LEAST),
    };
    let page = pages::clerk(&language::all(asked), &shown);
    answer(asked, StatusCode::OK, page)
}

fn door(asked: &HeaderMap, status: StatusCode, why: Shut) -> Response {
    answer(asked, status, pages::clerk_door(&language::all(asked), why))
}

fn answer(asked: &HeaderMap, status: StatusCode, page: Page) -> Response {
    let policy = headers::form_policy(&page.style);
    let mut response = (status, asset::page(asked, page.html)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        let name = header::CONTENT_SECURITY_POLICY;
        response.headers_mut().insert(name, policy);
    }
    response
}
