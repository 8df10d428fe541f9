//! `/admin/response?id=…`: one response, in the words that were shown, with the way that
//! it came. Whoever sees a personal answer has said why, and sees it once.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::answers::{self, Shown};
use super::guard::{Person, Shut, Visit};
use super::reach::Reach;
use super::responses::address;
use super::role::Right;
use super::say::Language;
use super::shell::{self, Field, TEXT, field, select};
use super::trail::wall;
use crate::flags::Flag;
use crate::http::query;
use crate::store::records::Record;
use crate::store::tags::Tagged;
use crate::surveys::Survey;
use crate::units::Tree;
use crate::{limits, personal};

/// What beside the response itself is on the page.
#[derive(Default)]
struct Beside {
    /// A question and its answer as it was given, this once.
    revealed: Option<(String, Vec<String>)>,
    /// What is wrong with a form.
    wrong: Vec<String>,
}

/// The page.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let record = record(&visit, visit.query.get("id"), &reach).await?;
    shown(&visit, &person, &record, Beside::default()).await
}

/// The response of this id, where it is within reach.
pub(super) async fn record(visit: &Visit, id: &str, reach: &Reach) -> Result<Record, Shut> {
    let found = visit.app.store.record(id, reach).await?;
    found.ok_or(Shut::Absent)
}

/// What is wrong with a reason that somebody gives.
pub(super) fn unfit_reason(language: Language, reason: &str) -> Option<String> {
    let chars = reason.chars().count();
    if !(limits::REASON_LEAST..=limits::REASON_CHARS).contains(&chars)
        || reason.chars().any(char::is_control)
    {
        let (least, most) = (limits::REASON_LEAST, limits::REASON_CHARS);
        return Some(language.say(
            format!("请写明理由，{least} 到 {most} 个字。"),
            format!("Say why, in {least} to {most} characters."),
        ));
    }
    (personal::starred(reason) != reason).then(|| {
        language.say(
            "理由会留在操作记录里，请不要写电话、证件号码。".to_owned(),
            "The reason stays in the audit trail: no telephone or card numbers.".to_owned(),
        )
    })
}

/// A field for a reason.
pub(super) fn reason_field(language: Language, form: &str, value: &str) -> Markup {
    field(
        form,
        &Field {
            name: "reason",
            label: language.say("理由", "Why"),
            help: language.say(
                "写进操作记录。不要写姓名、电话。",
                "Goes into the audit trail. No names, no telephone numbers.",
            ),
            value,
            ..TEXT
        },
    )
}

/// Shows one personal answer, once, and writes down who saw it and why.
pub(super) async fn reveal(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let language = visit.language;
    let (id, question) = (visit.form.get("id"), visit.form.get("question"));
    let reason = visit.form.get("reason");
    let record = record(&visit, id, &reach).await?;
    let survey = survey(&visit, &record);
    let given = survey
        .and_then(|survey| answers::as_given(&survey.definition, &record.response, question))
        .ok_or(Shut::Absent)?;
    if let Some(wrong) = unfit_reason(language, reason) {
        let beside = Beside {
            wrong: vec![wrong],
            ..Beside::default()
        };
        return shown(&visit, &person, &record, beside).await;
    }
    let actor = person.actor();
    let store = &visit.app.store;
    let noted = store.note_seen(
        (&record.response.id, question),
        reason,
        &reach,
        &actor,
        visit.now,
    );
    if !noted.await? {
        return Err(Shut::Absent);
    }
    let beside = Beside {
        revealed: Some((question.to_owned(), given)),
        ..Beside::default()
    };
    shown(&visit, &person, &record, beside).await
}

/// Puts a tag on, or takes it off.
pub(super) async fn tag(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let language = visit.language;
    let (id, tag) = (visit.form.get("id"), visit.form.get("tag"));
    let is_put = visit.form.get("off").is_empty();
    let record = record(&visit, id, &reach).await?;
    let chars = tag.chars().count();
    let fits = (1..=limits::TAG_CHARS).contains(&chars)
        && !tag.chars().any(char::is_control)
        && personal::starred(tag) == tag;
    let wrong = if is_put && !fits {
        let most = limits::TAG_CHARS;
        language.say(
            format!("标签 1 到 {most} 个字，不能是号码。"),
            format!("A tag has 1 to {most} characters and is no number."),
        )
    } else {
        let (store, actor) = (&visit.app.store, person.actor());
        let id = &record.response.id;
        match store
            .tag(id, (tag, is_put), &reach, &actor, visit.now)
            .await?
        {
            Tagged::Done | Tagged::Same => {
                return Ok(shell::to(&format!("{}&said=done", address(id))));
            }
            Tagged::Absent => return Err(Shut::Absent),
            Tagged::Full => language.say(
                format!("一份评价最多 {} 个标签。", limits::TAGS),
                format!("A response has at most {} tags.", limits::TAGS),
            ),
        }
    };
    let beside = Beside {
        wrong: vec![wrong],
        ..Beside::default()
    };
    shown(&visit, &person, &record, beside).await
}

/// The definition that it answers.
fn survey<'v>(visit: &'v Visit, record: &Record) -> Option<&'v Survey> {
    let of = &record.response.survey;
    visit
        .app
        .surveys
        .version(&of.id, of.version)
        .map(|survey| &**survey)
}

async fn shown(
    visit: &Visit,
    person: &Person,
    record: &Record,
    beside: Beside,
) -> Result<Response, Shut> {
    let language = visit.language;
    let response = &record.response;
    let survey = survey(visit, record);
    let answered = survey.map_or_else(Vec::new, |survey| {
        answers::all(language, &survey.definition, response)
    });
    let tree = Tree::new(visit.app.store.units().await?);
    let title = survey.map_or(&*response.survey.id, |survey| {
        survey
            .definition
            .title
            .say(response.language.as_deref().unwrap_or("zh-Hans"))
            .text
    });
    let heading = language.say("一份评价", "A response");
    let body = html! {
        (shell::wrong(&beside.wrong))
        @if let Some((question, lines)) = &beside.revealed {
            section.card role="status" {
                div.once {
                    h2 { (language.say("只显示这一次", "Shown this once")) }
                    p.soft { (answered.iter().find(|shown| shown.question == *question).map_or("", |shown| &shown.title)) }
                    @for line in lines { p { b { (line) } } }
                }
            }
        }
        section.card {
            h2 { (title) " " span.tag { (language.say("第 ", "version ")) (response.survey.version) (language.say(" 版", "")) } }
            (answers::list(&answered))
            @if answered.is_empty() {
                p.soft { (language.say("没有可以显示的答案。", "There is no answer to show.")) }
            }
            (masks(visit, person, response.id.as_str(), &answered))
        }
        (hints(language, record))
        section.card {
            h2 { (language.say("标签", "Tags")) }
            (tags(visit, person, record))
        }
        section.card {
            h2 { (language.say("评的是谁", "What was rated")) }
            (subject(language, &tree, record))
        }
        section.card {
            h2 { (language.say("怎么来的", "How it came")) }
            (way(language, record))
        }
        @if person.may(Right::EraseResponses) {
            p { a href=(format!("/admin/response/erase?{}", query::written([("id", &*response.id)]))) {
                (language.say("本人要求删除这份评价", "The person asks to have this deleted"))
            } }
        }
    };
    let status = match beside.wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(shell::answer(visit, person, status, heading, &body))
}

/// The form that shows a masked answer, for whoever may see one.
fn masks(visit: &Visit, person: &Person, id: &str, answered: &[Shown]) -> Markup {
    let language = visit.language;
    let hidden: Vec<(String, String)> = answered
        .iter()
        .filter(|shown| shown.is_masked)
        .map(|shown| (shown.question.clone(), shown.title.clone()))
        .collect();
    if hidden.is_empty() || !person.may(Right::SeePersonal) {
        return html! {};
    }
    html! {
        details open[!visit.form.get("question").is_empty()] {
            summary { (language.say("查看隐去的内容", "See what is masked")) }
            form method="post" action="/admin/response/reveal" {
                input type="hidden" name="id" value=(id);
                (select("reveal", "question", language.say("看哪一项", "Which one"), visit.form.get("question"), &hidden))
                (reason_field(language, "reveal", visit.form.get("reason")))
                button.main { (language.say("显示一次", "Show once")) }
            }
        }
    }
}

fn hints(language: Language, record: &Record) -> Markup {
    let flags: Vec<Flag> = record
        .flags
        .iter()
        .filter_map(|flag| Flag::named(flag))
        .collect();
    html! {
        @if !flags.is_empty() {
            section.card {
                h2 { (language.say("提示", "Hints")) }
                p.soft { (language.say(
                    "只是提示，不是结论；这份评价照样计入统计。",
                    "Hints, no verdict: the rating counts as any other.",
                )) }
                ul {
                    @for flag in flags {
                        @let [chinese, english] = flag.rule();
                        li { b { (language.flag(flag)) } "：" (language.say(chinese, english)) }
                    }
                }
            }
        }
    }
}

fn tags(visit: &Visit, person: &Person, record: &Record) -> Markup {
    let (language, id) = (visit.language, &record.response.id);
    let may = person.may(Right::TagResponses);
    html! {
        @if record.tags.is_empty() {
            p.soft { (language.say("还没有标签。", "None yet.")) }
        }
        div.tags {
            @for tag in &record.tags {
                @if may {
                    form method="post" action="/admin/response/tag" {
                        input type="hidden" name="id" value=(id);
                        input type="hidden" name="off" value="1";
                        input type="hidden" name="tag" value=(tag);
                        button aria-label=(language.say(format!("去掉标签“{tag}”"), format!("Take the tag “{tag}” off"))) { (tag) " ×" }
                    }
                } @else { span.tag { (tag) } }
            }
        }
        @if may {
            form method="post" action="/admin/response/tag" {
                input type="hidden" name="id" value=(id);
                (field("tag", &Field {
                    name: "tag",
                    label: language.say("加一个标签", "Add a tag"),
                    help: language.say("同事都能看到，比如“待回访”。不要写姓名、电话。", "Colleagues see it, such as “call back”. No names, no numbers."),
                    ..TEXT
                }))
                button { (language.say("加上", "Add")) }
            }
        }
    }
}

fn facts(rows: &[(&str, String)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
                dt { (name) }
                dd { (value) }
            }
        }
    }
}

fn subject(language: Language, tree: &Tree, record: &Record) -> Markup {
    let subject = record.response.subject.clone().unwrap_or_default();
    let unit = subject.unit.as_deref().map(|code| {
        tree.get(code).map_or_else(
            || code.to_owned(),
            |unit| format!("{}（{code}）", unit.name),
        )
    });
    let on_duty = record.duty_officer.as_ref().map(|officer| {
        language.say(
            format!("{officer}（按值班表）"),
            format!("{officer} (by the roster)"),
        )
    });
    let none = language.say("没有写明。", "Nothing is named.");
    let rows = [
        (language.say("单位", "Unit"), unit.unwrap_or_default()),
        (
            language.say("窗口", "Window"),
            subject.window.unwrap_or_default(),
        ),
        (
            language.say("民警（辅警）", "Officer"),
            subject.officer.or(on_duty).unwrap_or_default(),
        ),
        (
            language.say("办件编号", "Matter"),
            subject.matter.unwrap_or_default(),
        ),
    ];
    html! {
        @if rows.iter().all(|(_, value)| value.is_empty()) { p.soft { (none) } }
        @else { (facts(&rows)) }
    }
}

fn way(language: Language, record: &Record) -> Markup {
    let response = &record.response;
    let at = |ms: i64| wall(ms);
    let answered = match record.answered_at {
        Some(ms) => at(ms),
        None => language.say(
            "设备的时钟不可信，按收到的时间算".to_owned(),
            "the device’s clock is not believed; by the time of arrival".to_owned(),
        ),
    };
    let waited = record
        .answered_at
        .map(|ms| (record.received_at - ms) / 60_000)
        .filter(|minutes| *minutes > 1);
    let waited = waited.map(|minutes| {
        let long = match minutes {
            ..120 => language.say(format!("{minutes} 分钟"), format!("{minutes} minutes")),
            120..2880 => language.say(
                format!("{} 小时", minutes / 60),
                format!("{} hours", minutes / 60),
            ),
            _ => language.say(
                format!("{} 天", minutes / 1440),
                format!("{} days", minutes / 1440),
            ),
        };
        language.say(
            format!("在设备上等了约 {long}（断网时先存在设备上，之后自动补传）"),
            format!(
                "lay on the device for some {long} (kept there without a network, and sent later)"
            ),
        )
    });
    let device = response.device.as_ref().map(|device| {
        let name = record
            .tablet
            .as_ref()
            .map_or(String::new(), |tablet| format!("{} · ", tablet.name));
        language.say(
            format!("{name}{} 的第 {} 份", device.id, device.seq),
            format!("{name}{}, its no. {}", device.id, device.seq),
        )
    });
    let quarantined = record
        .tablet
        .as_ref()
        .filter(|tablet| tablet.quarantined > 0)
        .map(|tablet| {
            language.say(
                format!("这台平板上有 {} 份被退回的还没处理", tablet.quarantined),
                format!(
                    "{} that were refused lie on this tablet",
                    tablet.quarantined
                ),
            )
        });
    let skew = record
        .tablet
        .as_ref()
        .and_then(|tablet| tablet.skew_ms)
        .filter(|ms| ms.abs() >= 60_000)
        .map(|ms| {
            language.say(
                format!("平板时钟差 {} 秒，已校正", ms / 1000),
                format!("the tablet’s clock is off by {} s; put right", ms / 1000),
            )
        });
    let conflicts = (!record.conflicts.is_empty()).then(|| {
        let times: Vec<String> = record.conflicts.iter().map(|ms| at(*ms)).collect();
        language.say(format!("同一编号后来又收到不同内容 {} 次（{}）；以先到的为准，后来的另存", times.len(), times.join("、")),
            format!("other content came under this id {} times ({}); the first stands, the others are kept beside it", times.len(), times.join(", ")))
    });
    let week = record.week.clone().map(|week| match record.closed_part {
        Some(0) => language.say(format!("{week}（已结周）"), format!("{week} (closed)")),
        Some(part) => language.say(
            format!("{week}（已结，补充 {part}）"),
            format!("{week} (closed, supplement {part})"),
        ),
        None => language.say(format!("{week}（未结周）"), format!("{week} (open)")),
    });
    let or_none = Option::unwrap_or_default;
    let duration = response.duration_ms.map(|ms| {
        let (seconds, tenths) = (ms / 1000, ms % 1000 / 100);
        language.say(
            format!("{seconds}.{tenths} 秒"),
            format!("{seconds}.{tenths} s"),
        )
    });
    let rows = [
        (
            language.say("渠道", "Channel"),
            language.channel(response.channel).to_owned(),
        ),
        (
            language.say("填写方式", "Filled in"),
            language.mode(response.mode).to_owned(),
        ),
        (
            language.say("询问（代填）人", "Asked or keyed in by"),
            or_none(response.asked_by.clone()),
        ),
        (language.say("什么时候评的", "Given"), answered),
        (language.say("什么时候收到", "Came"), at(record.received_at)),
        (language.say("途中", "On the way"), or_none(waited)),
        (language.say("用时", "Took"), or_none(duration)),
        (language.say("设备", "Device"), or_none(device)),
        (language.say("时钟", "Clock"), or_none(skew)),
        (language.say("被退回", "Refused"), or_none(quarantined)),
        (language.say("冲突", "Conflicts"), or_none(conflicts)),
        (language.say("周", "Week"), or_none(week)),
        (language.say("编号", "Id"), response.id.clone()),
        (
            language.say("问卷校验值", "Hash of the wording"),
            record.definition_hash.clone(),
        ),
    ];
    html! {
        (facts(&rows))
        p.soft { (language.say(
            "设备重发同一份内容时只回执，不另存，也不计数。",
            "A device that sends the same again gets its receipt; nothing is stored or counted twice.",
        )) }
    }
}
