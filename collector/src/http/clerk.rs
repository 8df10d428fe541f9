//! `/clerk`: a page with one button, for a browser at the window. The only page with a
//! cookie: it holds the window's key, for scripts unreadable, for a working day.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use manyi_model::response::is_uuid;

use super::body::{self, Kind};
use super::cookie::Cookie;
use super::problem::Refused;
use super::{App, asset, bearer, headers, language, origin, page, query, triggers};
use crate::pages::{self, Page, Said, Shut};
use crate::store::clerks::Clerk;
use crate::{clock, limits, secret, wall};

/// Holds the window's key.
const COOKIE: Cookie = Cookie {
    secure: "__Host-manyi-clerk",
    plain: "manyi-clerk",
};
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
        // Programs say nothing of it, and hold no cookie that was not given to them.
        if origin::is_own_page(&asked) == Some(false) {
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
            Some("leave") => {
                let mut gone = back(None);
                COOKIE.put(&asked, &mut gone, "", 0);
                gone
            }
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
    match COOKIE.held(asked) {
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

async fn enter(app: &App, asked: &HeaderMap, key: &str) -> Response {
    let key = key.trim();
    match check(app, key).await {
        Ok(_) => {
            let mut entered = back(None);
            COOKIE.put(asked, &mut entered, key, DAY_S);
            entered
        }
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
