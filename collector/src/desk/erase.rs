//! `/admin/response/erase?id=…`: deletes a response since its person asked for it: first
//! why, then what will happen, then it is done. For administrators alone: whoever is
//! judged by ratings must not be able to take them away.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::guard::{Person, Shut, Visit};
use super::reach::Reach;
use super::response::{reason_field, record, unfit_reason};
use super::responses::address;
use super::shell;
use super::trail::wall;
use crate::store::records::Record;

/// The first step.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let record = record(&visit, visit.query.get("id"), &reach).await?;
    Ok(first(&visit, &person, &record, None))
}

/// The second step, and the deed.
pub(super) async fn erase(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let record = record(&visit, visit.form.get("id"), &reach).await?;
    let reason = visit.form.get("reason");
    if let Some(wrong) = unfit_reason(visit.language, reason) {
        return Ok(first(&visit, &person, &record, Some(wrong)));
    }
    let id = &record.response.id;
    if visit.form.get("sure") != "yes" {
        return Ok(second(&visit, &person, &record, reason));
    }
    let (store, actor) = (&visit.app.store, person.actor());
    if !store.erase(id, reason, &reach, &actor, visit.now).await? {
        return Err(Shut::Absent);
    }
    Ok(shell::to("/admin/responses?said=erased"))
}

fn first(visit: &Visit, person: &Person, record: &Record, wrong: Option<String>) -> Response {
    let (language, id) = (visit.language, &record.response.id);
    let wrong: Vec<String> = wrong.into_iter().collect();
    let body = html! {
        (shell::wrong(&wrong))
        section.card {
            p { (language.say(
                "只在本人要求时删除。请先核实提出要求的确是评价的人。",
                "Only where the person asks for it. Make sure first that it is the person who rated.",
            )) }
            p.soft { (wall(record.received_at)) " · " (id) }
            form method="post" action="/admin/response/erase" {
                input type="hidden" name="id" value=(id);
                (reason_field(language, "erase", visit.form.get("reason")))
                div.buttons {
                    button.main { (language.say("下一步", "Next")) }
                    a.quick href=(address(id)) { (language.say("不删除", "Do not delete")) }
                }
            }
        }
    };
    let status = match wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = language.say("删除一份评价", "Delete a response");
    shell::answer(visit, person, status, title, &body)
}

fn second(visit: &Visit, person: &Person, record: &Record, reason: &str) -> Response {
    let (language, id) = (visit.language, &record.response.id);
    let week = record.week.clone().unwrap_or_default();
    let body = html! {
        section.card {
            h2 { (language.say("删除之后", "What happens")) }
            ul {
                li { (language.say(
                    "答案、原话、电话、设备信息、标签和提示全部删除，不能恢复。",
                    "Answers, words, telephone, device, tags and hints are deleted and cannot be brought back.",
                )) }
                li { (language.say(
                    "只留下编号：设备若再次上传同一份，会被告知已经收到，不会再存。",
                    "The id alone is left: a device that sends it again is told that it has come, and nothing is stored.",
                )) }
                li {
                    @if record.closed_part.is_some() {
                        (language.say(
                            format!("{week} 已结周，公布过的数字不变；重新核对那一周时会注明删除了几份。"),
                            format!("{week} is closed and its figures stay; whoever proves that week is told how many were deleted since."),
                        ))
                    } @else {
                        (language.say(
                            format!("{week} 还没有结周，结周时不再计入这份。"),
                            format!("{week} is not closed; this one is not counted when it is."),
                        ))
                    }
                }
                li { (language.say(
                    "以前的备份和导出的文件里可能还有，须另行处理。",
                    "Earlier backups and exported files may still hold it; see to them, too.",
                )) }
                li { (language.say(
                    "谁、什么时候、为什么删除，写进操作记录。",
                    "Who deleted it, when and why goes into the audit trail.",
                )) }
            }
            p { b { (language.say("理由：", "Why: ")) } (reason) }
            form method="post" action="/admin/response/erase" {
                input type="hidden" name="id" value=(id);
                input type="hidden" name="reason" value=(reason);
                input type="hidden" name="sure" value="yes";
                div.buttons {
                    button.bad { (language.say("确认删除", "Delete it")) }
                    a.quick href=(address(id)) { (language.say("不删除", "Do not delete")) }
                }
            }
        }
    };
    let title = language.say("确认删除", "Really delete?");
    shell::page(visit, person, title, &body)
}
