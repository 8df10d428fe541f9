//! `/admin/trail`: the audit trail, the newest first.

use axum::response::Response;
use maud::html;

use super::guard::{Person, Shut, Visit};
use super::reach::Reach;
use super::say::Language;
use super::shell;
use crate::store::audit::{Act, Entry};
use crate::{clock, limits};

/// Rows that are read at a time, for somebody who sees but some of them.
const READ: i64 = 500;
/// And how often, at most: then the next page goes on.
const READS: usize = 20;

/// The page.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let language = visit.language;
    let mut before: i64 = visit.query.get("before").parse().unwrap_or(i64::MAX);
    let mut shown: Vec<Entry> = Vec::new();
    let mut is_end = false;
    for _ in 0..READS {
        let rows = visit.app.store.audit(before, READ).await?;
        let Some(last) = rows.last() else {
            is_end = true;
            break;
        };
        before = last.seq;
        let mine =
            |entry: &Entry| reach.is_all() || (!entry.unit.is_empty() && reach.holds(&entry.unit));
        shown.extend(rows.into_iter().filter(mine));
        if shown.len() > limits::TRAIL_PAGE {
            shown.truncate(limits::TRAIL_PAGE);
            before = shown.last().map_or(before, |entry| entry.seq);
            break;
        }
    }
    let heading = language.say("操作记录", "Audit trail");
    let body = html! {
        p.soft { (language.say(
            "每一条都带着前一条的校验值，改动或删除会被发现。在服务器上用 manyi-collector audit check 检查。",
            "Each entry holds a hash of the one before it: what is changed or taken away is found. Check it on the server with manyi-collector audit check.",
        )) }
        section.card {
            @if shown.is_empty() {
                p { (language.say("没有记录。", "There is nothing.")) }
            } @else {
                div.scroll tabindex="0" role="region" aria-label=(heading) {
                    table {
                        thead { tr {
                            th.num scope="col" { (language.say("序号", "No.")) }
                            th scope="col" { (language.say("时间", "When")) }
                            th scope="col" { (language.say("谁", "Who")) }
                            th scope="col" { (language.say("做了什么", "What")) }
                            th scope="col" { (language.say("单位", "Unit")) }
                            th scope="col" { (language.say("对象", "About")) }
                        } }
                        tbody {
                            @for entry in &shown {
                                tr {
                                    td.num { (entry.seq) }
                                    td.when { (wall(entry.at)) }
                                    td { (who(language, entry)) }
                                    td { (what(language, &entry.act)) }
                                    td { @if entry.unit.is_empty() { "—" } @else { code { (entry.unit) } } }
                                    td {
                                        (entry.about)
                                        @if !entry.reason.is_empty() {
                                            div.soft { (language.say("理由：", "Why: ")) (entry.reason) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if !is_end && before > 1 {
                p { a href=(format!("/admin/trail?before={before}")) { (language.say("更早的记录", "Earlier ones")) } }
            }
        }
    };
    Ok(shell::page(&visit, &person, heading, &body))
}

/// `2026-01-31 08:30:15`, by the clock on the wall.
pub(super) fn wall(ms: i64) -> String {
    clock::rfc3339(ms + limits::WALL_OFFSET_MS)[..19].replace('T', " ")
}

fn who(language: Language, entry: &Entry) -> String {
    match entry.actor.id.as_str() {
        "operator" => language.say("服务器命令行", "command line").to_owned(),
        "nobody" => language.say("未登录", "not logged in").to_owned(),
        _ => entry.actor.name.clone(),
    }
}

fn what(language: Language, name: &str) -> &str {
    let act = Act::ALL.into_iter().find(|act| act.name() == name);
    let say = |chinese, english| language.say(chinese, english);
    match act {
        Some(Act::Login) => say("登录", "logged in"),
        Some(Act::LoginRefused) => say("登录失败", "could not log in"),
        Some(Act::LogoutEverywhere) => say("退出所有登录", "logged out everywhere"),
        Some(Act::PasswordSet) => say("设置密码", "set a password"),
        Some(Act::AccountMade) => say("新增账号", "made an account"),
        Some(Act::AccountLink) => say("给出一次性链接", "gave a one-time link"),
        Some(Act::AccountDisabled) => say("停用账号", "shut an account out"),
        Some(Act::AccountEnabled) => say("恢复账号", "let an account in again"),
        Some(Act::RoleGiven) => say("增加角色", "gave a role"),
        Some(Act::RoleTaken) => say("收回角色", "took a role away"),
        Some(Act::UnitsImported) => say("导入单位", "took units in"),
        Some(Act::UnitPut) => say("新增或修改单位", "named or changed"),
        Some(Act::UnitClosed) => say("撤销或停用", "closed"),
        Some(Act::UnitReopened) => say("恢复", "opened again"),
        Some(Act::WeekClosed) => say("结算一周", "closed a week"),
        Some(Act::PersonalSeen) => say("查看个人信息", "saw a personal answer"),
        Some(Act::TagPut) => say("加标签", "put a tag"),
        Some(Act::TagTaken) => say("去掉标签", "took a tag off"),
        Some(Act::ResponseErased) => say("应本人要求删除评价", "deleted a response on request"),
        Some(Act::RetentionSet) => say("修改保存期限", "changed how long something is kept"),
        Some(Act::RetentionBegan) => say("开始清理到期内容", "began to delete what is due"),
        Some(Act::RetentionEnded) => say("清理到期内容完毕", "deleted what was due"),
        None => name,
    }
}
