//! `/admin/login` and `/admin/logout`.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::guard::{COOKIE, Person, Shut, Visit};
use super::routes::{ROUTES, Verb};
use super::shell::{self, Field, TEXT, field};
use super::{password, say::Language};
use crate::store::audit::Actor;
use crate::{limits, secret};

/// Asks who it is.
pub(super) async fn page(visit: Visit) -> Result<Response, Shut> {
    let is_fresh = !visit.app.store.is_led().await?;
    Ok(shown(&visit, StatusCode::OK, "", None, is_fresh))
}

fn shown(
    visit: &Visit,
    status: StatusCode,
    login: &str,
    wrong: Option<&str>,
    is_fresh: bool,
) -> Response {
    let language = visit.language;
    let then = match visit.form.get("then") {
        "" => visit.query.get("then"),
        then => then,
    };
    let wrong: Vec<String> = wrong.map(str::to_owned).into_iter().collect();
    let body = html! {
        (shell::wrong(&wrong))
        @if is_fresh {
            div.said {
                p { (language.say(
                    "这里还没有管理员。请打开服务器启动时显示的一次性链接，设置第一个管理员。",
                    "There is no administrator yet. Open the one-time link that the server printed at its start, to set up the first administrator.",
                )) }
                p.soft { (language.say("链接过期时，在服务器上运行：", "If it has expired, run on the server: ")) code { "manyi-collector account setup" } }
            }
        }
        form.card method="post" action="/admin/login" {
            input type="hidden" name="then" value=(then);
            (field("login", &Field {
                name: "login",
                label: language.say("账号", "Account"),
                value: login,
                complete: "username",
                ..TEXT
            }))
            (field("login", &Field {
                name: "password",
                label: language.say("密码", "Password"),
                kind: "password",
                complete: "current-password",
                ..TEXT
            }))
            button.main { (language.say("登录", "Log in")) }
        }
        p.soft { (language.say("忘记密码时，请管理员给您一个新的链接。", "If you have forgotten your password, ask an administrator for a new link.")) }
        @if !visit.is_elder {
            p { a href="/admin/login?view=elder" { (language.say("长辈版（大字）", "Large type")) } }
        }
    };
    shell::door(
        visit,
        status,
        language.say("登录后台", "Log in to the desk"),
        &body,
    )
}

/// Whether a password is somebody's; takes its time. One place for all that ask.
pub(super) async fn is_right(
    visit: &Visit,
    given: &str,
    kept: Option<String>,
) -> Result<bool, Shut> {
    let given = given.to_owned();
    // A long text is no password, and hashing it would be somebody's way to keep us busy.
    if given.chars().count() > limits::PASSWORD_MOST {
        return Ok(false);
    }
    let _place = visit.app.hashes.acquire().await.map_err(|_| Shut::Out)?;
    let checked = tokio::task::spawn_blocking(move || password::is_right(&given, kept.as_deref()));
    checked.await.map_err(|_| Shut::Out)
}

/// The hash of a new password.
pub(super) async fn hashed(visit: &Visit, given: &str) -> Result<String, Shut> {
    let given = given.to_owned();
    let _place = visit.app.hashes.acquire().await.map_err(|_| Shut::Out)?;
    let hashed = tokio::task::spawn_blocking(move || password::hash(&given));
    let hashed = hashed.await.map_err(|_| Shut::Out)?;
    hashed.map_err(|error| {
        tracing::error!(%error, "a new password");
        Shut::Out
    })
}

/// What an attempt is counted by: login and address, and the address alone.
pub(super) fn counted_by(visit: &Visit, login: &str) -> [String; 2] {
    let (login, from) = (login.to_lowercase(), visit.from);
    [
        secret::hash(&format!("{from}\n{login}")),
        secret::hash(&from.to_string()),
    ]
}

/// That there were too many attempts.
pub(super) fn too_many(language: Language) -> &'static str {
    language.say(
        "试的次数太多，请 15 分钟后再试。",
        "Too many attempts; please try again in 15 minutes.",
    )
}

/// Lets somebody in whose password is right. Of one who is not let in nothing is told:
/// no such account, a wrong password, none set yet and shut out take as long and look
/// the same.
pub(super) async fn enter(visit: Visit) -> Result<Response, Shut> {
    let store = &visit.app.store;
    let language = visit.language;
    let login = visit.form.get("login");
    let [pair, from] = counted_by(&visit, login);
    if !store.attempt(&pair, &from, visit.now).await? {
        let wrong = Some(too_many(language));
        return Ok(shown(
            &visit,
            StatusCode::TOO_MANY_REQUESTS,
            login,
            wrong,
            false,
        ));
    }
    let known = store.account_of_login(login).await?;
    let kept = known.as_ref().and_then(|(_, kept)| kept.clone());
    let is_right = is_right(&visit, visit.form.raw("password"), kept).await?;
    match known {
        Some((account, _)) if is_right && !account.is_disabled => {
            store.forget_attempts(&pair).await?;
            let actor = Actor {
                id: account.id,
                name: account.login,
            };
            let mut response = shell::to(next(visit.form.get("then")));
            begin(&visit, &actor, &mut response).await?;
            Ok(response)
        }
        known => {
            // Where there is no such account, what was typed may be a password.
            let login_known = known.map(|(account, _)| account.login);
            store
                .note_refusal(login_known.as_deref().unwrap_or("?"), visit.now)
                .await?;
            let wrong = language.say("账号或密码不对。", "The account or the password is wrong.");
            Ok(shown(
                &visit,
                StatusCode::FORBIDDEN,
                login,
                Some(wrong),
                false,
            ))
        }
    }
}

/// Begins a session; the one that the browser had is over.
pub(super) async fn begin(
    visit: &Visit,
    actor: &Actor,
    response: &mut Response,
) -> Result<(), Shut> {
    let token = secret::credential(secret::Kind::Session).map_err(|error| {
        tracing::error!(%error, "a session");
        Shut::Out
    })?;
    let before = COOKIE.held(&visit.asked).map(secret::hash);
    let store = &visit.app.store;
    let hash = secret::hash(&token);
    store
        .begin_session(&hash, before.as_deref(), actor, visit.now)
        .await?;
    let seconds = u32::try_from(limits::SESSION_MS / 1000).unwrap_or_default();
    COOKIE.put(&visit.asked, response, &token, seconds);
    Ok(())
}

/// Where somebody wanted to go: a page of ours, without anything behind it.
fn next(then: &str) -> &'static str {
    let mut pages = ROUTES.iter().filter(|route| route.verb == Verb::Get);
    let found = pages.find(|route| route.path == then);
    match found.map_or("/admin", |route| route.path) {
        // Pages about one thing, and those that are for others.
        "/admin/login" | "/admin/setup" | "/admin/unit" | "/admin/person" => "/admin",
        path => path,
    }
}

/// Ends the session.
pub(super) async fn leave(visit: Visit, person: Person) -> Result<Response, Shut> {
    visit.app.store.end_session(&person.session).await?;
    let mut response = shell::to("/admin/login");
    COOKIE.put(&visit.asked, &mut response, "", 0);
    Ok(response)
}
