//! `/clerk`: a page with one button, for a browser at the window. The only page with a
//! cookie: it holds the window's key, for scripts unreadable, for a working day.

use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use manyi_model::response::is_uuid;

use super::asset::{Asset, Cache};
use super::body::{self, Kind};
use super::cookie::Cookie;
use super::invitations::{self, Host, Wanted};
use super::problem::Refused;
use super::{App, asset, bearer, headers, language, origin, page, query, triggers};
use crate::pages::{self, Page, Said, Shut};
use crate::qr::Code;
use crate::store::clerks::Clerk;
use crate::store::invitations::State as Standing;
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
    let of = |name: &str| {
        let found = pairs
            .iter()
            .find(|(known, value)| known == name && is_uuid(value));
        found.map(|(_, id)| id.as_str())
    };
    if let Some(id) = of("state").or(of("link")) {
        return match known(&app, &asked).await {
            Ok((clerk, _)) => watched(&app, &asked, &host(&clerk), id, of("state").is_some()).await,
            Err(Closed::Shut(why)) => door(&asked, StatusCode::OK, why),
            Err(Closed::Refused(refused)) => refused.into_response(),
        };
    }
    let said = pairs.iter().find(|(name, _)| name == "said");
    let said = said.and_then(|(_, said)| Said::named(said));
    match known(&app, &asked).await {
        Ok((clerk, window)) => desk(&app, &asked, &clerk, &window, said).await,
        Err(Closed::Shut(why)) => door(&asked, StatusCode::OK, why),
        Err(Closed::Refused(refused)) => refused.into_response(),
    }
}

/// `POST /clerk`: `do=enter` with a key, `do=ask`, `do=link`, `do=revoke` with a link, or
/// `do=leave`.
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
            Some("link") => link(&app, &asked, field("press"), field("survey")).await,
            Some("revoke") => revoke(&app, &asked, field("link")).await,
            _ => {
                let detail = "The field do must be enter, ask, link, revoke or leave.".to_owned();
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

fn host(clerk: &Clerk) -> Host {
    Host {
        id: clerk.id.clone(),
        unit: clerk.unit.clone(),
        window: clerk.window.clone(),
        officer: None,
    }
}

/// A link for the citizen's own phone. The page that this is answered with is the only
/// one that can show it; loaded again it says what became of it.
async fn link(app: &App, asked: &HeaderMap, press: Option<&str>, survey: Option<&str>) -> Response {
    let clerk = match known(app, asked).await {
        Ok((clerk, _)) => clerk,
        Err(Closed::Shut(why)) => return door(asked, StatusCode::FORBIDDEN, why),
        Err(Closed::Refused(_)) => return back(Some(Said::Failed)),
    };
    let press = press.filter(|press| is_uuid(press));
    let wanted = Wanted {
        survey: survey.map(str::to_owned),
        ..Wanted::default()
    };
    let made = match invitations::make(app, asked, &host(&clerk), &wanted, press).await {
        Ok(Some(made)) => made,
        Ok(None) => return to_link(press.unwrap_or_default()),
        Err(Refused::TooMany(_)) => return back(Some(Said::TooMany)),
        Err(_) => return back(Some(Said::Failed)),
    };
    let code = Code::of(&made.url);
    let shown = pages::Link {
        id: &made.id,
        state: Standing::Open,
        shown: code.as_ref().map(|code| (code, made.url.as_str())),
        minutes: limits::INVITATION_MS / 60_000,
    };
    watching(asked, pages::link(&language::all(asked), &shown))
}

async fn revoke(app: &App, asked: &HeaderMap, id: Option<&str>) -> Response {
    let clerk = match known(app, asked).await {
        Ok((clerk, _)) => clerk,
        Err(Closed::Shut(why)) => return door(asked, StatusCode::FORBIDDEN, why),
        Err(Closed::Refused(_)) => return back(Some(Said::Failed)),
    };
    let id = id.filter(|id| is_uuid(id)).unwrap_or_default();
    match invitations::find(app, &host(&clerk), id).await {
        Ok(found) => match app
            .store
            .revoke_invitation(&found.id, clock::now_ms())
            .await
        {
            Ok(()) => to_link(&found.id),
            Err(_) => back(Some(Said::Failed)),
        },
        Err(_) => back(Some(Said::Failed)),
    }
}

/// What became of a link: as a page, or as one word for the page's script.
async fn watched(app: &App, asked: &HeaderMap, host: &Host, id: &str, as_word: bool) -> Response {
    let found = match invitations::find(app, host, id).await {
        Ok(found) => found,
        Err(refused) => return refused.into_response(),
    };
    let state = found.state(clock::now_ms());
    if as_word {
        return state.name().into_response();
    }
    let shown = pages::Link {
        id,
        state,
        shown: None,
        minutes: 0,
    };
    watching(asked, pages::link(&language::all(asked), &shown))
}

fn to_link(id: &str) -> Response {
    let place = format!("/clerk?link={id}");
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// `GET /clerk.js`.
pub async fn script(asked: HeaderMap) -> Response {
    static SCRIPT: OnceLock<Asset> = OnceLock::new();
    let script = SCRIPT.get_or_init(|| {
        let text = include_str!("../../assets/clerk.js");
        Asset::text("text/javascript; charset=utf-8", Cache::Ask, text)
    });
    script.answer(&asked)
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
    // Where no tablet says which survey is asked here, whoever makes a link does.
    let usual = match app.store.surveys_at(&clerk.unit, window).await {
        Ok(usual) => usual,
        Err(error) => return bearer::out(error).into_response(),
    };
    let wishes = language::all(asked);
    let wish = wishes.first().map_or("zh-Hans", String::as_str);
    let offered = app.surveys.offered();
    let surveys: Vec<_> = offered
        .filter(|_| usual.is_empty())
        .map(|survey| {
            let title = survey.definition.title.say(wish).text.to_owned();
            (survey.definition.id.clone(), title)
        })
        .collect();
    let shown = pages::Desk {
        surveys: &surveys,
        window,
        press: &press,
        said,
        counts: Some(counts).filter(|(asked, _)| *asked >= limits::CLERK_LEAST),
    };
    let page = pages::clerk(&wishes, &shown);
    answer(asked, StatusCode::OK, page)
}

fn door(asked: &HeaderMap, status: StatusCode, why: Shut) -> Response {
    answer(asked, status, pages::clerk_door(&language::all(asked), why))
}

fn answer(asked: &HeaderMap, status: StatusCode, page: Page) -> Response {
    let policy = headers::form_policy(&page.style);
    with_policy(asked, status, page, &policy)
}

/// With the script that looks what becomes of a link.
fn watching(asked: &HeaderMap, page: Page) -> Response {
    let policy = headers::watching_policy(&page.style);
    with_policy(asked, StatusCode::OK, page, &policy)
}

fn with_policy(asked: &HeaderMap, status: StatusCode, page: Page, policy: &str) -> Response {
    let mut response = (status, asset::page(asked, page.html)).into_response();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        let name = header::CONTENT_SECURITY_POLICY;
        response.headers_mut().insert(name, policy);
    }
    response
}
