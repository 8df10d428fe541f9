//! `/admin/retention`: how long what is kept, what is due, and deleting it. Of the whole
//! house: whoever has a part of it does not get here.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::guard::{Person, Shut, Visit};
use super::reach::Reach;
use super::role::Right;
use super::say::Language;
use super::shell::{self, Field, TEXT, field};
use crate::store::retention::{Due, Rule};
use crate::{limits, wall};

/// The page.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    whole(&reach)?;
    shown(&visit, &person, &[]).await
}

fn whole(reach: &Reach) -> Result<(), Shut> {
    if reach.is_all() {
        Ok(())
    } else {
        Err(Shut::NotAllowed)
    }
}

/// Sets how long each is kept.
pub(super) async fn set(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    whole(&reach)?;
    let (least, most) = limits::KEPT_MONTHS;
    let mut wanted = Vec::new();
    for rule in Rule::ALL {
        let typed = visit.form.get(rule.name());
        let months = match typed {
            "" => None,
            typed => match typed.parse::<i64>() {
                Ok(months) if (least..=most).contains(&months) => Some(months),
                _ => {
                    let name = name(visit.language, rule);
                    let wrong = visit.language.say(
                        format!("{name}：填 {least} 到 {most} 个月，或留空。"),
                        format!("{name}: {least} to {most} months, or nothing."),
                    );
                    return shown(&visit, &person, &[wrong]).await;
                }
            },
        };
        wanted.push((rule, months));
    }
    let (store, actor) = (&visit.app.store, person.actor());
    for (rule, months) in wanted {
        store
            .set_retention(rule, months, &reach, &actor, visit.now)
            .await?;
    }
    Ok(shell::to("/admin/retention?said=done"))
}

/// Deletes some of what is due by one rule; the page says what is left.
pub(super) async fn run(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    whole(&reach)?;
    let rule = Rule::named(visit.form.get("rule")).ok_or(Shut::Absent)?;
    let store = &visit.app.store;
    let due = store
        .due(visit.now)
        .await?
        .into_iter()
        .find(|due| due.rule == rule);
    let due = due.ok_or(Shut::Absent)?;
    let wording = |survey: &str, version| {
        let known = visit.app.surveys.version(survey, version);
        known.map(|survey| &survey.definition)
    };
    let actor = person.actor();
    let most = limits::RETENTION_PER_VISIT;
    store
        .run_retention(&due, wording, most, &actor, visit.now)
        .await?;
    Ok(shell::to("/admin/retention?said=done"))
}

fn name(language: Language, rule: Rule) -> &'static str {
    match rule {
        Rule::Texts => language.say("原话", "Words"),
        Rule::Personal => language.say(
            "电话等个人信息",
            "Telephone numbers and other personal answers",
        ),
        Rule::Responses => language.say("整份评价", "Whole responses"),
    }
}

fn about(language: Language, rule: Rule) -> &'static str {
    match rule {
        Rule::Texts => language.say(
            "群众自己写的话换成等长的方块；评价和统计不变。",
            "Blocks of the same length take the place of what people wrote; ratings and figures stay.",
        ),
        Rule::Personal => language.say(
            "删去电话和标为个人信息的答案；评价和统计不变。",
            "Telephone numbers and answers to personal questions are deleted; ratings and figures stay.",
        ),
        Rule::Responses => language.say(
            "只删已结周里的；结周的数字不变，只留编号。",
            "Of closed weeks alone; their figures stay, and the ids.",
        ),
    }
}

async fn shown(visit: &Visit, person: &Person, wrong: &[String]) -> Result<Response, Shut> {
    let language = visit.language;
    let all = visit.app.store.due(visit.now).await?;
    let may = person.may(Right::ChangeRetention);
    let heading = language.say("保存多久", "How long what is kept");
    let body = html! {
        (shell::wrong(wrong))
        section.card {
            h2 { (language.say("到期的内容", "What is due")) }
            p.soft { (language.say(
                "先看有多少，再清理。也可在服务器上用 manyi-collector retention preview 和 run，交给定时任务。",
                "See how much it is before you delete it. On the server: manyi-collector retention preview and run, for a timer.",
            )) }
            (preview(language, &all, may))
        }
        @if may {
            section.card {
                h2 { (language.say("期限", "Months")) }
                form method="post" action="/admin/retention/set" {
                    div.row { @for due in &all { (months(visit, due)) } }
                    (shell::submit(language))
                }
            }
        }
    };
    let status = match wrong {
        [] => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(shell::answer(visit, person, status, heading, &body))
}

fn months(visit: &Visit, due: &Due) -> Markup {
    let language = visit.language;
    let kept = due
        .months
        .map_or_else(String::new, |months| months.to_string());
    let typed = visit.form.get(due.rule.name());
    field(
        "keep",
        &Field {
            name: due.rule.name(),
            label: &language.say(
                format!("{}（月）", name(language, due.rule)),
                format!("{} (months)", name(language, due.rule)),
            ),
            help: language.say("留空为一直保存", "Nothing: kept for good"),
            value: if typed.is_empty() { &kept } else { typed },
            required: false,
            ..TEXT
        },
    )
}

fn preview(language: Language, all: &[Due], may: bool) -> Markup {
    let region = language.say("到期的内容", "What is due");
    html! {
        div.scroll tabindex="0" role="region" aria-label=(region) {
            table {
                thead { tr {
                    th scope="col" { (language.say("内容", "What")) }
                    th scope="col" { (language.say("早于", "Before")) }
                    th.num scope="col" { (language.say("份数", "Responses")) }
                    @if may { th scope="col" { span.soft { (language.say("清理", "Delete")) } } }
                } }
                tbody {
                    @for due in all {
                        tr {
                            td.what { b { (name(language, due.rule)) } div.soft { (about(language, due.rule)) } }
                            td.when {
                                @match due.before {
                                    Some(before) => (&wall::rfc3339(before)[..10]),
                                    None => (language.say("一直保存", "kept")),
                                }
                            }
                            td.num { @if due.before.is_some() { (due.count) } @else { "—" } }
                            @if may {
                                td { @if due.count > 0 {
                                    form method="post" action="/admin/retention/run" {
                                        input type="hidden" name="rule" value=(due.rule.name());
                                        button.bad { (language.say(
                                            format!("删除 {} 份", due.count.min(limits::RETENTION_PER_VISIT)),
                                            format!("Delete {}", due.count.min(limits::RETENTION_PER_VISIT)),
                                        )) }
                                    }
                                } @else { "—" } }
                            }
                        }
                    }
                }
            }
        }
    }
}
