//! `/admin/person?account=…`: one account: its roles, a new link, whether it may enter.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::guard::{Person, Shut, Visit};
use super::people::{address, grant, grant_fields, grant_words, link, state};
use super::reach::Reach;
use super::role::Right;
use super::shell::{self, submit};
use crate::store::accounts::{Change, Changed};
use crate::units::Tree;

/// The page.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let id = visit.query.get("account").to_owned();
    shown(&visit, &person, &reach, &id, None).await
}

async fn shown(
    visit: &Visit,
    person: &Person,
    reach: &Reach,
    id: &str,
    wrong: Option<&str>,
) -> Result<Response, Shut> {
    let (store, language) = (&visit.app.store, visit.language);
    let account = store.account(id, reach).await?.ok_or(Shut::Absent)?;
    let tree = Tree::new(store.units().await?);
    let changes = super::guard::reach(visit, person, Right::ChangePeople).await?;
    let is_own = account.id == person.account.id;
    let may_change =
        person.may(Right::ChangePeople) && !is_own && store.account(id, &changes).await?.is_some();
    let wrong: Vec<String> = wrong.map(str::to_owned).into_iter().collect();
    let action = |what: &str, label: &str, class: &str| {
        html! {
            form method="post" action="/admin/person/change" {
                input type="hidden" name="account" value=(account.id);
                button.bad[class == "bad"] name="do" value=(what) { (label) }
            }
        }
    };
    let body = html! {
        (shell::wrong(&wrong))
        p {
            span.code { (account.login) } " · " span.tag { (state(language, &account)) }
            @if is_own { " " a href="/admin/me" { (language.say("这是您自己的账号", "This is your own account")) } }
        }
        section.card {
            h2 { (language.say("角色", "Roles")) }
            @if account.grants.is_empty() {
                p { (language.say("没有角色。", "None.")) }
            } @else {
                div.scroll tabindex="0" role="region" aria-label=(language.say("角色", "Roles")) { table {
                    thead { tr {
                        th scope="col" { (language.say("角色和管到哪里", "Role and units")) }
                        @if may_change { th scope="col" { (language.say("操作", "Change")) } }
                    } }
                    tbody {
                        @for grant in &account.grants {
                            @let words = grant_words(language, &tree, grant);
                            tr {
                                td { (words) }
                                @if may_change {
                                    td {
                                        form method="post" action="/admin/person/change" {
                                            input type="hidden" name="account" value=(account.id);
                                            input type="hidden" name="role" value=(grant.role.name());
                                            input type="hidden" name="unit" value=(grant.unit.as_deref().unwrap_or_default());
                                            @let take = language.say("收回", "Take away");
                                            button name="do" value="take" aria-label=(format!("{take} {words}")) { (take) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                } }
            }
            @if may_change {
                details {
                    summary { (language.say("增加角色", "Give a role")) }
                    form method="post" action="/admin/person/change" {
                        input type="hidden" name="account" value=(account.id);
                        input type="hidden" name="do" value="give";
                        (grant_fields(visit, "give", &tree, &changes))
                        (submit(language))
                    }
                }
            }
        }
        @if may_change {
            section.card {
                h2 { (language.say("登录", "Logging in")) }
                p.soft { (language.say(
                    "忘记密码时给一个新链接；停用后立即退出，记录保留。",
                    "A new link is for one who has forgotten the password. Who is shut out is logged out at once; the records stay.",
                )) }
                div.buttons {
                    @if account.is_disabled {
                        (action("enable", language.say("恢复账号", "Let in again"), ""))
                    } @else {
                        (action("link", language.say("新的一次性链接", "New one-time link"), ""))
                        (action("disable", language.say("停用账号", "Shut out"), "bad"))
                    }
                }
            }
        }
    };
    let status = match wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = account.name.clone();
    Ok(shell::answer(visit, person, status, &title, &body))
}

/// Changes one thing of an account.
pub(super) async fn change(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let store = &visit.app.store;
    let id = visit.form.get("account").to_owned();
    let change = match visit.form.get("do") {
        "give" => Change::Give(grant(&visit, &reach)?),
        "take" => Change::Take(grant(&visit, &reach)?),
        "disable" => Change::Disable,
        "enable" => Change::Enable,
        "link" => {
            return match link(&visit, &person, &reach, &id).await? {
                Ok(page) => Ok(page),
                Err(why) => refused(&visit, &person, &reach, &id, why).await,
            };
        }
        _ => return Err(Shut::Absent),
    };
    if let Change::Give(grant) = &change
        && let Some(unit) = &grant.unit
        && !store.units().await?.iter().any(|known| known.code == *unit)
    {
        return Err(Shut::Absent);
    }
    let actor = person.actor();
    match store
        .change_account(&id, &change, &reach, &actor, visit.now)
        .await?
    {
        Changed::Done if store.account(&id, &reach).await?.is_some() => {
            Ok(shell::to(&format!("{}&said=done", address(&id))))
        }
        // Without a role it is out of a part's reach.
        Changed::Done => Ok(shell::to("/admin/people?said=done")),
        why => refused(&visit, &person, &reach, &id, why).await,
    }
}

async fn refused(
    visit: &Visit,
    person: &Person,
    reach: &Reach,
    id: &str,
    why: Changed,
) -> Result<Response, Shut> {
    let language = visit.language;
    let wrong = match why {
        Changed::Own => language.say(
            "不能改自己的角色，也不能停用自己。",
            "Nobody changes their own roles, or shuts themselves out.",
        ),
        Changed::Last => language.say(
            "这是最后一个全部单位的管理员，不能收回或停用。",
            "This is the last administrator of all units.",
        ),
        Changed::Done | Changed::Absent => return Err(Shut::Absent),
    };
    shown(visit, person, reach, id, Some(wrong)).await
}
