//! `/admin/people`: the accounts that lie within somebody's units, and new ones.

use axum::http::{StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

use super::guard::{Person, Shut, Visit};
use super::reach::Reach;
use super::role::{Grant, Right, Role};
use super::say::Language;
use super::setup::{self, login_field, name_field, unfit};
use super::shell::{self, select};
use super::units::choices;
use crate::http::cookie::is_https;
use crate::http::query;
use crate::store::accounts::{Account, Change, Changed};
use crate::units::Tree;
use crate::{limits, secret};

/// The page.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    shown(&visit, &person, &reach, None).await
}

/// The address of an account's own page.
pub(super) fn address(id: &str) -> String {
    format!("/admin/person?{}", query::written([("account", id)]))
}

/// A role and its unit in words.
pub(super) fn grant_words(language: Language, tree: &Tree, grant: &Grant) -> String {
    let unit = match &grant.unit {
        None => language.say("全部单位", "all units").to_owned(),
        Some(code) => tree
            .get(code)
            .map_or_else(|| code.clone(), |unit| unit.name.clone()),
    };
    format!("{} · {unit}", language.role(grant.role))
}

/// Whether somebody may enter, in words.
pub(super) fn state(language: Language, account: &Account) -> &'static str {
    if account.is_disabled {
        language.say("停用", "shut out")
    } else if account.has_password {
        language.say("在用", "in use")
    } else {
        language.say("未设密码", "no password yet")
    }
}

async fn shown(
    visit: &Visit,
    person: &Person,
    reach: &Reach,
    wrong: Option<&str>,
) -> Result<Response, Shut> {
    let (store, language) = (&visit.app.store, visit.language);
    let accounts = store.accounts(reach).await?;
    let tree = Tree::new(store.units().await?);
    let wrong: Vec<String> = wrong.map(str::to_owned).into_iter().collect();
    let heading = language.say("账号", "Accounts");
    let body = html! {
        (shell::wrong(&wrong))
        section.card {
            div.scroll tabindex="0" role="region" aria-label=(heading) {
                table {
                    thead { tr {
                        th scope="col" { (language.say("账号", "Account")) }
                        th scope="col" { (language.say("姓名", "Name")) }
                        th scope="col" { (language.say("角色", "Roles")) }
                        th scope="col" { (language.say("状态", "State")) }
                    } }
                    tbody {
                        @for account in &accounts {
                            tr {
                                td { a href=(address(&account.id)) { (account.login) } }
                                td { (account.name) }
                                td { @for grant in &account.grants { div { (grant_words(language, &tree, grant)) } } }
                                td { (state(language, account)) }
                            }
                        }
                    }
                }
            }
        }
        @if person.may(Right::ChangePeople) {
            section.card {
                details open[!wrong.is_empty()] {
                    summary { (language.say("新增账号", "Add an account")) }
                    form method="post" action="/admin/people/add" {
                        div.row {
                            (login_field(language, "add", visit.form.get("login")))
                            (name_field(language, "add", visit.form.get("name")))
                        }
                        (grant_fields(visit, "add", &tree, reach))
                        p.soft { (language.say(
                            "保存后得到一个一次性链接，交给本人设置密码。",
                            "You get a one-time link, by which the person sets a password.",
                        )) }
                        (shell::submit(language))
                    }
                }
            }
        }
    };
    let status = match wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(shell::answer(visit, person, status, heading, &body))
}

/// The fields for a role and the unit over which it holds.
pub(super) fn grant_fields(visit: &Visit, form: &str, tree: &Tree, reach: &Reach) -> Markup {
    let language = visit.language;
    let roles: Vec<(String, String)> = Role::ALL
        .into_iter()
        .map(|role| (role.name().to_owned(), language.role(role).to_owned()))
        .collect();
    let mut units = choices(tree, reach);
    if reach.is_all() {
        let all = language.say("全部单位", "All units").to_owned();
        units.insert(0, (String::new(), all));
    }
    html! {
        div.row {
            (select(form, "role", language.say("角色", "Role"), visit.form.get("role"), &roles))
            (select(form, "unit", language.say("管到哪里", "Over which unit"), visit.form.get("unit"), &units))
        }
    }
}

/// The role that a form gives, for a unit within reach.
pub(super) fn grant(visit: &Visit, reach: &Reach) -> Result<Grant, Shut> {
    let role = Role::named(visit.form.get("role")).ok_or(Shut::Absent)?;
    let unit = match visit.form.get("unit") {
        "" if reach.is_all() => None,
        unit => Some(reach.within(unit).ok_or(Shut::Absent)?.unit().to_owned()),
    };
    Ok(Grant { role, unit })
}

/// Makes an account and shows the link for its person.
pub(super) async fn add(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let (store, language) = (&visit.app.store, visit.language);
    let (login, name) = (visit.form.get("login"), visit.form.get("name"));
    let grant = grant(&visit, &reach)?;
    if let Some(unit) = &grant.unit
        && !store.units().await?.iter().any(|known| known.code == *unit)
    {
        return Err(Shut::Absent);
    }
    if let Some(wrong) = unfit(language, login, name) {
        return shown(&visit, &person, &reach, Some(wrong)).await;
    }
    let actor = person.actor();
    let made = store
        .make_account(login, name, &grant, &actor, visit.now)
        .await?;
    let Some(id) = made else {
        let wrong = language.say("这个账号已经有人用了。", "This account is taken.");
        return shown(&visit, &person, &reach, Some(wrong)).await;
    };
    match link(&visit, &person, &reach, &id).await? {
        Ok(page) => Ok(page),
        Err(_) => Err(Shut::Absent),
    }
}

/// Gives an account a new link and shows it, this once.
pub(super) async fn link(
    visit: &Visit,
    person: &Person,
    reach: &Reach,
    id: &str,
) -> Result<Result<Response, Changed>, Shut> {
    let (store, language) = (&visit.app.store, visit.language);
    let token = secret::credential(secret::Kind::Link).map_err(|error| {
        tracing::error!(%error, "a link");
        Shut::Out
    })?;
    let change = Change::Link {
        hash: secret::hash(&token),
        expires_at: visit.now + limits::LINK_MS,
    };
    let actor = person.actor();
    match store
        .change_account(id, &change, reach, &actor, visit.now)
        .await?
    {
        Changed::Done => {}
        other => return Ok(Err(other)),
    }
    let account = store.account(id, reach).await?.ok_or(Shut::Absent)?;
    let host = visit
        .asked
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let scheme = if is_https(&visit.asked) {
        "https"
    } else {
        "http"
    };
    let path = setup::path(&token);
    let place = host.map_or_else(|| path.clone(), |host| format!("{scheme}://{host}{path}"));
    let body = html! {
        div.card {
            p { b { (account.name) } " · " span.code { (account.login) } }
            p { (language.say(
                "把这个链接交给本人。只能用一次，3 天内有效；离开本页后不再显示。",
                "Hand this link to the person. It can be used once, within 3 days, and is not shown again.",
            )) }
            p.link { (place) }
        }
        p { a href=(address(id)) { (language.say("去这个账号", "To the account")) } }
    };
    let title = language.say("一次性链接", "One-time link");
    Ok(Ok(shell::page(visit, person, title, &body)))
}
