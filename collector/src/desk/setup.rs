//! `/admin/setup`: a person sets a password, by a link for one use; the first one makes
//! the first administrator.

use axum::http::StatusCode;
use axum::response::Response;
use manyi_model::response::is_token;
use maud::html;

use super::guard::{Shut, Visit};
use super::login::{begin, hashed};
use super::password::{self, Flaw};
use super::say::Language;
use super::shell::{self, Field, TEXT, field};
use crate::store::accounts::LinkFor;
use crate::store::audit::Actor;
use crate::store::{self, Store};
use crate::{clock, limits, personal, secret};

/// Why there is no link.
#[derive(Debug)]
pub enum NoLink {
    /// The database.
    Store(store::Error),
    /// The system has no randomness.
    Randomness(clock::NoRandomness),
}

impl std::fmt::Display for NoLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Randomness(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NoLink {}

/// The path of a link for the first administrator; those before it are dead. `None`
/// where somebody administers the whole house already.
///
/// # Errors
/// When the database or the system fails.
pub async fn new_link(store: &Store) -> Result<Option<String>, NoLink> {
    let token = secret::credential(secret::Kind::Link).map_err(NoLink::Randomness)?;
    let expires_at = clock::now_ms() + limits::SETUP_MS;
    let kept = store
        .keep_setup_link(&secret::hash(&token), expires_at)
        .await;
    Ok(kept.map_err(NoLink::Store)?.then(|| path(&token)))
}

/// The path of a link.
pub fn path(token: &str) -> String {
    format!("/admin/setup?token={token}")
}

/// Asks for a password.
pub(super) async fn page(visit: Visit) -> Result<Response, Shut> {
    let token = visit.query.get("token").to_owned();
    let store = &visit.app.store;
    match store.link(&secret::hash(&token), visit.now).await? {
        Some(link) => Ok(shown(&visit, StatusCode::OK, &token, &link, &[])),
        None => Ok(dead(&visit)),
    }
}

fn dead(visit: &Visit) -> Response {
    let language = visit.language;
    let body = html! {
        div.card role="alert" {
            p { (language.say(
                "链接只能用一次，过期也会失效。请向管理员要一个新的。",
                "A link can be used once, and not for long. Please ask an administrator for a new one.",
            )) }
            p.soft { (language.say("还没有管理员时，在服务器上运行：", "Where there is no administrator yet, run on the server: ")) code { "manyi-collector account setup" } }
        }
        p { a href="/admin/login" { (language.say("去登录", "Log in")) } }
    };
    let title = language.say("这个链接已失效", "This link does not hold any more");
    shell::door(visit, StatusCode::GONE, title, &body)
}

fn shown(
    visit: &Visit,
    status: StatusCode,
    token: &str,
    link: &LinkFor,
    wrong: &[String],
) -> Response {
    let language = visit.language;
    let body = html! {
        (shell::wrong(wrong))
        form.card method="post" action="/admin/setup" {
            input type="hidden" name="token" value=(token);
            @match link {
                LinkFor::First => {
                    p { (language.say(
                        "您将成为第一个管理员，可以管理全部单位和账号。",
                        "You become the first administrator, for all units and accounts.",
                    )) }
                    (login_field(language, "setup", visit.form.get("login")))
                    (name_field(language, "setup", visit.form.get("name")))
                }
                LinkFor::Account(account) => {
                    p { (account.name) " · " span.code { (account.login) } }
                    // For the browser's own list of passwords.
                    input type="hidden" name="login" value=(account.login) autocomplete="username";
                }
            }
            (new_password(language, "setup"))
            button.main { (language.say("设置并进入", "Set it and enter")) }
        }
    };
    let title = language.say("设置密码", "Set your password");
    shell::door(visit, status, title, &body)
}

/// The field for an account's name to enter by.
pub(super) fn login_field(language: Language, form: &str, value: &str) -> maud::Markup {
    field(
        form,
        &Field {
            name: "login",
            label: language.say("账号", "Account"),
            help: language.say(
                "登录时输入，例如警号；不用姓名、手机号或身份证号。",
                "What is typed to log in, such as a staff number; no name, no telephone number.",
            ),
            value,
            complete: "username",
            ..TEXT
        },
    )
}

/// The field for a person's name.
pub(super) fn name_field(language: Language, form: &str, value: &str) -> maud::Markup {
    field(
        form,
        &Field {
            name: "name",
            label: language.say("姓名", "Name"),
            help: language.say("显示在后台页面上。", "Shown on the pages of the desk."),
            value,
            complete: "name",
            ..TEXT
        },
    )
}

/// The two fields for a new password.
pub(super) fn new_password(language: Language, form: &str) -> maud::Markup {
    html! {
        (field(form, &Field {
            name: "new",
            label: language.say("新密码", "New password"),
            help: language.say("至少 10 个字符；一句自己记得住的话最好。", "At least 10 characters; a sentence that you remember is best."),
            kind: "password",
            complete: "new-password",
            ..TEXT
        }))
        (field(form, &Field {
            name: "again",
            label: language.say("再输入一次", "The same again"),
            kind: "password",
            complete: "new-password",
            ..TEXT
        }))
    }
}

/// What is wrong with a new password that was typed twice.
pub(super) fn refused(visit: &Visit, login: &str) -> Option<&'static str> {
    let say = |chinese, english| Some(visit.language.say(chinese, english));
    let (new, again) = (visit.form.raw("new"), visit.form.raw("again"));
    match password::flaw(new, login) {
        Some(Flaw::Short) => say(
            "密码至少 10 个字符。",
            "A password needs at least 10 characters.",
        ),
        Some(Flaw::Long) => say(
            "密码最多 200 个字符。",
            "A password has at most 200 characters.",
        ),
        Some(Flaw::Common) => say(
            "这个密码太常见，容易被猜到，请换一个。",
            "Too many people use this password; please take another one.",
        ),
        Some(Flaw::LikeLogin) => say(
            "密码里不能有账号。",
            "The account must not be in the password.",
        ),
        None if new != again => say("两次输入的密码不一样。", "The two passwords differ."),
        None => None,
    }
}

/// What is wrong with an account's login and name.
pub(super) fn unfit(language: Language, login: &str, name: &str) -> Option<&'static str> {
    let most = limits::NAME_CHARS;
    let is_short = |text: &str| is_token(text) && text.chars().count() <= most;
    if !is_short(login) || login.contains(char::is_whitespace) || personal::found(login).is_some() {
        return Some(language.say(
            "账号为 1 至 60 个字符，不含空格，不用姓名、手机号或身份证号。",
            "An account has 1 to 60 characters without spaces, and is no name, telephone or identity card number.",
        ));
    }
    (!is_short(name))
        .then(|| language.say("姓名为 1 至 60 个字符。", "A name has 1 to 60 characters."))
}

/// Sets the password and lets the person in.
pub(super) async fn set(visit: Visit) -> Result<Response, Shut> {
    let token = visit.form.get("token").to_owned();
    let (store, hash) = (&visit.app.store, secret::hash(&token));
    let Some(link) = store.link(&hash, visit.now).await? else {
        return Ok(dead(&visit));
    };
    let (login, name) = match &link {
        LinkFor::First => (visit.form.get("login"), visit.form.get("name")),
        LinkFor::Account(account) => (account.login.as_str(), account.name.as_str()),
    };
    let is_first = link == LinkFor::First;
    let unfit = is_first
        .then(|| unfit(visit.language, login, name))
        .flatten();
    if let Some(wrong) = unfit.or_else(|| refused(&visit, login)) {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(shown(&visit, status, &token, &link, &[wrong.to_owned()]));
    }
    let password = hashed(&visit, visit.form.raw("new")).await?;
    let used = store
        .use_link(&hash, &password, (login, name), visit.now)
        .await?;
    // Somebody was faster with the same link.
    let Some(id) = used else {
        return Ok(dead(&visit));
    };
    let actor = Actor {
        id,
        name: login.to_lowercase(),
    };
    let mut response = shell::to("/admin");
    begin(&visit, &actor, &mut response).await?;
    Ok(response)
}
