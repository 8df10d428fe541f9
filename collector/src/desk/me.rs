//! `/admin/me`: how the pages look, the password, the sessions.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::guard::{COOKIE, Person, Shut, Visit};
use super::login::{begin, counted_by, hashed, is_right, too_many};
use super::say::Language;
use super::setup::{new_password, refused};
use super::shell::{self, Field, TEXT, field, select, submit};

/// The page.
pub(super) async fn page(visit: Visit, person: Person) -> Result<Response, Shut> {
    Ok(shown(&visit, &person, StatusCode::OK, None))
}

fn shown(visit: &Visit, person: &Person, status: StatusCode, wrong: Option<&str>) -> Response {
    let language = visit.language;
    let wrong: Vec<String> = wrong.map(str::to_owned).into_iter().collect();
    let choices = [
        (
            String::new(),
            language
                .say("跟随浏览器", "As the browser wishes")
                .to_owned(),
        ),
        ("zh-Hans".to_owned(), "简体中文".to_owned()),
        ("en".to_owned(), "English".to_owned()),
    ];
    let chosen = person.account.language.as_deref().unwrap_or_default();
    let body = html! {
        (shell::wrong(&wrong))
        p { (person.account.name) " · " span.code { (person.account.login) } }
        section.card {
            h2 { (language.say("页面", "Pages")) }
            form method="post" action="/admin/me/view" {
                (select("view", "language", language.say("语言", "Language"), chosen, &choices))
                label.check {
                    input type="checkbox" name="elder" value="1" checked[person.account.is_elder];
                    (language.say("长辈版（大字）", "Large type"))
                }
                (submit(language))
            }
        }
        section.card {
            h2 { (language.say("修改密码", "Change the password")) }
            p.soft { (language.say("改后，其他电脑上的登录全部失效。", "All other computers are logged out by this.")) }
            form method="post" action="/admin/me/password" {
                input type="hidden" name="login" value=(person.account.login) autocomplete="username";
                (field("password", &Field {
                    name: "password",
                    label: language.say("现在的密码", "The password now"),
                    kind: "password",
                    complete: "current-password",
                    ..TEXT
                }))
                (new_password(language, "password"))
                (submit(language))
            }
        }
        section.card {
            h2 { (language.say("退出所有登录", "Log out everywhere")) }
            p.soft { (language.say("在哪台电脑上登录过，都会退出，包括这一台。", "On every computer, this one as well.")) }
            form method="post" action="/admin/me/sessions" {
                button { (language.say("全部退出", "Log out everywhere")) }
            }
        }
    };
    let title = language.say("我的账号", "My account");
    shell::answer(visit, person, status, title, &body)
}

/// Keeps how the pages shall look.
pub(super) async fn view(visit: Visit, person: Person) -> Result<Response, Shut> {
    let language = Language::tagged(visit.form.get("language")).map(Language::tag);
    let is_elder = visit.form.get("elder") == "1";
    let store = &visit.app.store;
    store
        .set_view(&person.account.id, language, is_elder)
        .await?;
    Ok(shell::to("/admin/me?said=done"))
}

/// Changes the password, for whoever knows the one before.
pub(super) async fn password(visit: Visit, person: Person) -> Result<Response, Shut> {
    let store = &visit.app.store;
    let (language, login) = (visit.language, &person.account.login);
    let [pair, from] = counted_by(&visit, login);
    if !store.attempt(&pair, &from, visit.now).await? {
        let wrong = Some(too_many(language));
        return Ok(shown(&visit, &person, StatusCode::TOO_MANY_REQUESTS, wrong));
    }
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    let kept = store.account_of_login(login).await?;
    let kept = kept.and_then(|(_, kept)| kept);
    if !is_right(&visit, visit.form.raw("password"), kept).await? {
        let wrong = language.say("现在的密码不对。", "The password now is wrong.");
        return Ok(shown(&visit, &person, unfit, Some(wrong)));
    }
    if let Some(wrong) = refused(&visit, login) {
        return Ok(shown(&visit, &person, unfit, Some(wrong)));
    }
    let hash = hashed(&visit, visit.form.raw("new")).await?;
    store
        .set_password(&person.actor(), &hash, visit.now)
        .await?;
    store.forget_attempts(&pair).await?;
    let mut response = shell::to("/admin/me?said=done");
    begin(&visit, &person.actor(), &mut response).await?;
    Ok(response)
}

/// Ends all sessions.
pub(super) async fn sessions(visit: Visit, person: Person) -> Result<Response, Shut> {
    let store = &visit.app.store;
    store.end_all_sessions(&person.actor(), visit.now).await?;
    let mut response = shell::to("/admin/login");
    COOKIE.put(&visit.asked, &mut response, "", 0);
    Ok(response)
}
