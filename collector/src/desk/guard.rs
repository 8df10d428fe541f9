//! The one way in. Every page and form of the desk is behind it, and it alone makes a
//! [`Reach`]: the connection, the page that a form comes from, the session, the right,
//! and the units for which it holds, in this order.

use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::reach::Reach;
use super::role::{Grant, Right};
use super::routes::{Door, Route, Verb};
use super::say::Language;
use super::shell;
use crate::http::cookie::{Cookie, is_https};
use crate::http::peer::{self, Peer};
use crate::http::problem::Refused;
use crate::http::{App, body, language, origin, query};
use crate::store::accounts::Account;
use crate::store::audit::Actor;
use crate::{clock, limits, secret, store};

/// Holds the session's token.
pub const COOKIE: Cookie = Cookie {
    secure: "__Host-manyi-desk",
    plain: "manyi-desk",
};

/// What a page or a form becomes.
pub type Answer = Pin<Box<dyn Future<Output = Result<Response, Shut>> + Send>>;

/// Names and values, of an address or a form.
#[derive(Clone, Debug, Default)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// The first value of this name without spaces around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The same as it was typed: a password may begin with a space.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Visit {
    /// What every request can reach.
    pub app: Arc<App>,
    /// The request's headers.
    pub asked: HeaderMap,
    /// The path of the route.
    pub path: &'static str,
    /// What stands behind the question mark.
    pub query: Pairs,
    /// What a form says; nothing where it is a page that is asked for.
    pub form: Pairs,
    /// The language to answer in.
    pub language: Language,
    /// Whether in large type.
    pub is_elder: bool,
    /// The address that asks; of IPv6 the network, which is one subscriber's.
    pub from: IpAddr,
    /// The time, in milliseconds since 1970.
    pub now: i64,
}

/// Whoever is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account.
    pub account: Account,
    /// The hash of the session's token.
    pub session: String,
}

impl Person {
    /// Whether any role gives this right, over whichever unit.
    pub fn may(&self, right: Right) -> bool {
        self.account
            .grants
            .iter()
            .any(|grant| grant.role.may(right))
    }

    /// As the trail names this person.
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.account.id.clone(),
            name: self.account.login.clone(),
        }
    }
}

/// Why somebody does not get in. The doc of a variant begins with its status.
#[derive(Debug)]
pub enum Shut {
    /// 403: over a line that others can read.
    Insecure,
    /// 403: a form that was sent from elsewhere.
    Foreign,
    /// 303 to the login; 403 for a form.
    SignedOut,
    /// 403: signed in, without the right.
    NotAllowed,
    /// 404: not there, or out of reach, which is not told apart.
    Absent,
    /// What is wrong with the body.
    Body(Refused),
    /// 503: the database, or the system.
    Out,
}

impl From<store::Error> for Shut {
    fn from(error: store::Error) -> Self {
        tracing::error!(%error, "a request of the desk");
        Self::Out
    }
}

/// Lets a request in by its route, or says why not.
pub async fn pass(route: &'static Route, app: Arc<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get::<Peer>().copied();
    let peer = peer.unwrap_or(Peer(IpAddr::V6(Ipv6Addr::UNSPECIFIED)));
    let from = peer::client(peer, &parts.headers, &app.proxies);
    let pairs = |text: &[u8]| query::pairs(text).map(Pairs);
    let asked = parts.headers;
    let mut visit = Visit {
        path: route.path,
        query: pairs(parts.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default(),
        form: Pairs::default(),
        language: Language::wished(&language::all(&asked)),
        is_elder: false,
        from: network(from),
        now: clock::now_ms(),
        app,
        asked,
    };
    visit.is_elder = visit.query.get("view") == "elder";
    let entered = async {
        if !is_private(&visit.asked, peer) {
            return Err(Shut::Insecure);
        }
        if route.verb == Verb::Post && origin::is_own_page(&visit.asked) != Some(true) {
            return Err(Shut::Foreign);
        }
        let admitted = admit(route, &mut visit).await?;
        // A form is read once it is known whose it is.
        if route.verb == Verb::Post {
            let most = match admitted {
                Admitted::Open(_) => limits::MESSAGE_BYTES,
                _ => limits::DESK_FORM_BYTES,
            };
            let bytes = form(&visit, body, most).await.map_err(Shut::Body)?;
            let malformed = || Refused::Malformed("The fields are not UTF-8.".to_owned());
            visit.form = pairs(&bytes).ok_or_else(|| Shut::Body(malformed()))?;
        }
        Ok(match admitted {
            Admitted::Open(page) => page(visit.clone()),
            Admitted::SignedIn(page, person) => page(visit.clone(), person),
            Admitted::May(page, person, reach) => page(visit.clone(), person, reach),
        })
    };
    match entered.await {
        Ok(answer) => match answer.await {
            Ok(response) => response,
            Err(shut) => shell::shut(&visit, &shut),
        },
        Err(Shut::SignedOut) if route.verb == Verb::Get => {
            let place = query::written([("then", route.path)]);
            let place = format!("/admin/login?{place}");
            (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
        }
        Err(shut) => shell::shut(&visit, &shut),
    }
}

/// Who got in, and the page that answers.
enum Admitted {
    Open(fn(Visit) -> Answer),
    SignedIn(fn(Visit, Person) -> Answer, Person),
    May(fn(Visit, Person, Reach) -> Answer, Person, Reach),
}

async fn admit(route: &'static Route, visit: &mut Visit) -> Result<Admitted, Shut> {
    let known = person(visit).await?;
    if let Some(person) = &known {
        let own = person.account.language.as_deref();
        visit.language = own.and_then(Language::tagged).unwrap_or(visit.language);
        visit.is_elder |= person.account.is_elder;
    }
    match (&route.door, known) {
        (Door::Open(page), _) => Ok(Admitted::Open(*page)),
        (_, None) => Err(Shut::SignedOut),
        (Door::SignedIn(page), Some(person)) => Ok(Admitted::SignedIn(*page, person)),
        (Door::May(right, page), Some(person)) => {
            if !person.may(*right) {
                return Err(Shut::NotAllowed);
            }
            let reach = reach(visit, &person, *right).await?;
            Ok(Admitted::May(*page, person, reach))
        }
    }
}

/// Whoever's session the browser holds.
async fn person(visit: &Visit) -> Result<Option<Person>, Shut> {
    let Some(token) = COOKIE.held(&visit.asked) else {
        return Ok(None);
    };
    let session = secret::hash(token);
    let account = visit.app.store.session(&session, visit.now).await?;
    Ok(account.map(|account| Person { account, session }))
}

/// The units for which a person has a right.
pub(super) async fn reach(visit: &Visit, person: &Person, right: Right) -> Result<Reach, Shut> {
    let mut tops = Vec::new();
    for Grant { role, unit } in &person.account.grants {
        match unit {
            _ if !role.may(right) => {}
            None => return Ok(Reach::all()),
            Some(unit) => tops.push(unit.as_str()),
        }
    }
    Ok(Reach::of(visit.app.store.below(&tops).await?))
}

/// Whether nobody on the way can read along: https, or within this one machine. A proxy
/// on this machine that does not say which it was is taken for neither.
fn is_private(asked: &HeaderMap, peer: Peer) -> bool {
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        let is_port = port.bytes().all(|b| b.is_ascii_digit());
        if is_port { name } else { host }
    });
    let is_here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    is_https(asked) || (is_here && peer.0.to_canonical().is_loopback())
}

/// The address, or the network of 2^64 addresses that one subscriber has.
fn network(from: IpAddr) -> IpAddr {
    match from {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

async fn form(visit: &Visit, body: axum::body::Body, most: usize) -> Result<bytes::Bytes, Refused> {
    if body::kind(&visit.asked)? != body::Kind::Form {
        let reason = "Content-Type must be application/x-www-form-urlencoded.".to_owned();
        return Err(Refused::MediaType(reason));
    }
    body::read(&visit.asked, body, most, visit.app.patience).await
}
