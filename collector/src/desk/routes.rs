//! Every page and form of the desk, with what it needs. A route that is not in this
//! table is not there; a test walks it with every role, for units near and far.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::routing::{get, post};

use super::guard::{Answer, Person, Visit, pass};
use super::reach::Reach;
use super::role::Right;
use super::{erase, home, login, me, people, person, response, responses, retention};
use super::{setup, trail, unit, units, week, weeks};
use crate::http::App;

/// How a route is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// A page. It changes nothing.
    Get,
    /// A form.
    Post,
}

/// What a route needs, and who answers.
#[derive(Debug)]
pub enum Door {
    /// Nothing: logging in.
    Open(fn(Visit) -> Answer),
    /// Somebody who is signed in, whatever the role.
    SignedIn(fn(Visit, Person) -> Answer),
    /// A right; the page gets the units for which it holds.
    May(Right, fn(Visit, Person, Reach) -> Answer),
}

/// A page or a form.
#[derive(Debug)]
pub struct Route {
    /// How it is asked.
    pub verb: Verb,
    /// Where; what it is about stands behind the question mark, as codes may hold any
    /// letter.
    pub path: &'static str,
    /// What it needs.
    pub door: Door,
}

const fn page(path: &'static str, door: Door) -> Route {
    Route {
        verb: Verb::Get,
        path,
        door,
    }
}

const fn form(path: &'static str, door: Door) -> Route {
    Route {
        verb: Verb::Post,
        path,
        door,
    }
}

use Door::{May, Open, SignedIn};
use Right::{
    ChangePeople, ChangeRetention, ChangeUnits, CloseWeeks, EraseResponses, SeeFigures, SeePeople,
    SeePersonal, SeeResponses, SeeRetention, SeeTrail, SeeUnits, TagResponses,
};

/// The table.
pub static ROUTES: [Route; 39] = [
    page("/admin", SignedIn(|v, p| Box::pin(home::page(v, p)))),
    page("/admin/login", Open(|v| Box::pin(login::page(v)))),
    form("/admin/login", Open(|v| Box::pin(login::enter(v)))),
    form(
        "/admin/logout",
        SignedIn(|v, p| Box::pin(login::leave(v, p))),
    ),
    page("/admin/setup", Open(|v| Box::pin(setup::page(v)))),
    form("/admin/setup", Open(|v| Box::pin(setup::set(v)))),
    page("/admin/me", SignedIn(|v, p| Box::pin(me::page(v, p)))),
    form("/admin/me/view", SignedIn(|v, p| Box::pin(me::view(v, p)))),
    form(
        "/admin/me/password",
        SignedIn(|v, p| Box::pin(me::password(v, p))),
    ),
    form(
        "/admin/me/sessions",
        SignedIn(|v, p| Box::pin(me::sessions(v, p))),
    ),
    page(
        "/admin/units",
        May(SeeUnits, |v, p, r| Box::pin(units::page(v, p, r))),
    ),
    form(
        "/admin/units/add",
        May(ChangeUnits, |v, p, r| Box::pin(units::add(v, p, r))),
    ),
    form(
        "/admin/units/import",
        May(ChangeUnits, |v, p, r| Box::pin(units::import(v, p, r))),
    ),
    page(
        "/admin/unit",
        May(SeeUnits, |v, p, r| Box::pin(unit::page(v, p, r))),
    ),
    form(
        "/admin/unit/change",
        May(ChangeUnits, |v, p, r| Box::pin(unit::change(v, p, r))),
    ),
    form(
        "/admin/unit/window",
        May(ChangeUnits, |v, p, r| Box::pin(unit::window(v, p, r))),
    ),
    form(
        "/admin/unit/officer",
        May(ChangeUnits, |v, p, r| Box::pin(unit::officer(v, p, r))),
    ),
    form(
        "/admin/unit/close",
        May(ChangeUnits, |v, p, r| Box::pin(unit::close(v, p, r))),
    ),
    page(
        "/admin/people",
        May(SeePeople, |v, p, r| Box::pin(people::page(v, p, r))),
    ),
    form(
        "/admin/people/add",
        May(ChangePeople, |v, p, r| Box::pin(people::add(v, p, r))),
    ),
    page(
        "/admin/person",
        May(SeePeople, |v, p, r| Box::pin(person::page(v, p, r))),
    ),
    form(
        "/admin/person/change",
        May(ChangePeople, |v, p, r| Box::pin(person::change(v, p, r))),
    ),
    page(
        "/admin/responses",
        May(SeeResponses, |v, p, r| Box::pin(responses::page(v, p, r))),
    ),
    form(
        "/admin/responses/search",
        May(SeeResponses, |v, p, r| Box::pin(responses::search(v, p, r))),
    ),
    page(
        "/admin/response",
        May(SeeResponses, |v, p, r| Box::pin(response::page(v, p, r))),
    ),
    form(
        "/admin/response/reveal",
        May(SeePersonal, |v, p, r| Box::pin(response::reveal(v, p, r))),
    ),
    form(
        "/admin/response/tag",
        May(TagResponses, |v, p, r| Box::pin(response::tag(v, p, r))),
    ),
    page(
        "/admin/response/erase",
        May(EraseResponses, |v, p, r| Box::pin(erase::page(v, p, r))),
    ),
    form(
        "/admin/response/erase",
        May(EraseResponses, |v, p, r| Box::pin(erase::erase(v, p, r))),
    ),
    page(
        "/admin/retention",
        May(SeeRetention, |v, p, r| Box::pin(retention::page(v, p, r))),
    ),
    form(
        "/admin/retention/set",
        May(ChangeRetention, |v, p, r| Box::pin(retention::set(v, p, r))),
    ),
    form(
        "/admin/retention/run",
        May(ChangeRetention, |v, p, r| Box::pin(retention::run(v, p, r))),
    ),
    page(
        "/admin/trail",
        May(SeeTrail, |v, p, r| Box::pin(trail::page(v, p, r))),
    ),
    page(
        "/admin/weeks",
        May(SeeFigures, |v, p, r| Box::pin(weeks::page(v, p, r))),
    ),
    form(
        "/admin/weeks/close",
        May(CloseWeeks, |v, p, r| Box::pin(weeks::close(v, p, r))),
    ),
    page(
        "/admin/week",
        May(SeeFigures, |v, p, r| Box::pin(week::page(v, p, r))),
    ),
    page(
        "/admin/week.csv",
        May(SeeFigures, |v, p, r| Box::pin(week::file::csv(v, p, r))),
    ),
    page(
        "/admin/week/bulletin",
        May(SeeFigures, |v, p, r| {
            Box::pin(week::bulletin::page(v, p, r))
        }),
    ),
    page(
        "/admin/week/bulletin.txt",
        May(SeeFigures, |v, p, r| {
            Box::pin(week::bulletin::text(v, p, r))
        }),
    ),
];

/// All of them behind the guard.
pub fn router() -> Router<Arc<App>> {
    ROUTES.iter().fold(Router::new(), |router, route| {
        let handle = move |State(app): State<Arc<App>>, request: Request| pass(route, app, request);
        let method = match route.verb {
            Verb::Get => get(handle),
            Verb::Post => post(handle),
        };
        router.route(route.path, method)
    })
}
