//! `/admin/unit?unit=…`: one unit with its windows and officers.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::guard::{Person, Shut, Visit};
use super::reach::Reach;
use super::role::Right;
use super::shell::{self, Field, TEXT, field, select, submit};
use super::units::{address, kinds, line, parents, sentences};
use crate::store::units::{Part, Put};
use crate::table::Fault;
use crate::units::file::Entry;
use crate::units::{Tree, Unit};

/// The page.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let code = visit.query.get("unit").to_owned();
    shown(&visit, &person, &reach, &code, &[]).await
}

async fn shown(
    visit: &Visit,
    person: &Person,
    reach: &Reach,
    code: &str,
    wrong: &[String],
) -> Result<Response, Shut> {
    let (store, language) = (&visit.app.store, visit.language);
    let tree = Tree::new(store.units().await?);
    let unit = tree.get(code).filter(|unit| reach.holds(&unit.code));
    let unit = unit.ok_or(Shut::Absent)?;
    let may_change = person.may(Right::ChangeUnits);
    // A right over one unit need not reach another that is seen.
    let may_change = may_change && {
        let changes = super::guard::reach(visit, person, Right::ChangeUnits).await?;
        changes.holds(code)
    };
    let way = tree.lineage(code).unwrap_or_default();
    let body = html! {
        (shell::wrong(wrong))
        p {
            span.tag { (language.kind(unit.kind)) } " "
            @if unit.is_closed { span.tag { (language.say("已撤销", "closed")) } " " }
            span.soft { (language.say("编码 ", "code ")) span.code { (unit.code) } }
            @for above in way.iter().skip(1).filter(|above| reach.holds(&above.code)) {
                " · " a href=(address(&above.code)) { (above.name) }
            }
        }
        (windows(visit, reach, unit, may_change).await?)
        (officers(visit, reach, unit, may_change).await?)
        @if may_change {
            section.card {
                h2 { (language.say("修改单位", "Change the unit")) }
                (change_form(visit, &tree, reach, unit))
            }
            section.card {
                h2 { (if unit.is_closed { language.say("恢复单位", "Open the unit again") } else { language.say("撤销单位", "Close the unit") }) }
                (close_form(visit, unit, "unit", &unit.code, unit.is_closed))
            }
        }
    };
    let status = match wrong {
        [] => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = unit.name.clone();
    Ok(shell::answer(visit, person, status, &title, &body))
}

async fn windows(
    visit: &Visit,
    reach: &Reach,
    unit: &Unit,
    may_change: bool,
) -> Result<Markup, Shut> {
    let language = visit.language;
    let mut windows = visit.app.store.windows(reach).await?;
    windows.retain(|window| window.unit == unit.code);
    Ok(html! {
        section.card {
            h2 { (language.say("窗口", "Windows")) }
            @if windows.is_empty() {
                p.soft { (language.say("还没有窗口。", "None yet.")) }
            } @else {
                div.scroll tabindex="0" role="region" aria-label=(language.say("窗口", "Windows")) {
                    table {
                        thead { tr {
                            th scope="col" { (language.say("编码", "Code")) }
                            th scope="col" { (language.say("名称", "Name")) }
                            @if may_change { th scope="col" { (language.say("操作", "Change")) } }
                        } }
                        tbody {
                            @for window in &windows {
                                tr {
                                    td { code { (window.code) } }
                                    td {
                                        (window.name.as_deref().unwrap_or("—"))
                                        @if window.is_closed { " " span.tag { (language.say("停用", "closed")) } }
                                    }
                                    @if may_change {
                                        td { (close_form(visit, unit, "window", &window.code, window.is_closed)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if may_change {
                details {
                    summary { (language.say("新增或改名", "Add or rename")) }
                    form method="post" action="/admin/unit/window" {
                        input type="hidden" name="unit" value=(unit.code);
                        div.row {
                            (field("window", &Field {
                                name: "code",
                                label: language.say("窗口编码", "Code of the window"),
                                help: language.say("与平板上填的窗口一致。", "The same as on the tablet."),
                                ..TEXT
                            }))
                            (field("window", &Field {
                                name: "name",
                                label: language.say("名称（可不填）", "Name (may be empty)"),
                                help: language.say("例如：户籍窗口", "Such as: households"),
                                required: false,
                                ..TEXT
                            }))
                        }
                        (submit(language))
                    }
                }
            }
        }
    })
}

async fn officers(
    visit: &Visit,
    reach: &Reach,
    unit: &Unit,
    may_change: bool,
) -> Result<Markup, Shut> {
    let language = visit.language;
    let mut officers = visit.app.store.officers(reach).await?;
    officers.retain(|officer| officer.unit == unit.code);
    Ok(html! {
        section.card {
            h2 { (language.say("民警和辅警", "Officers")) }
            @if officers.is_empty() {
                p.soft { (language.say("还没有人员。", "None yet.")) }
            } @else {
                div.scroll tabindex="0" role="region" aria-label=(language.say("民警和辅警", "Officers")) {
                    table {
                        thead { tr {
                            th scope="col" { (language.say("编码", "Code")) }
                            th scope="col" { (language.say("姓名", "Name")) }
                            th scope="col" { (language.say("身份", "Kind")) }
                            @if may_change { th scope="col" { (language.say("操作", "Change")) } }
                        } }
                        tbody {
                            @for officer in &officers {
                                tr {
                                    td { code { (officer.code) } }
                                    td {
                                        (officer.name.as_deref().unwrap_or("—"))
                                        @if officer.has_left { " " span.tag { (language.say("停用", "closed")) } }
                                    }
                                    td {
                                        @if officer.is_auxiliary { (language.say("辅警", "auxiliary")) }
                                        @else { (language.say("民警", "officer")) }
                                    }
                                    @if may_change {
                                        td { (close_form(visit, unit, "officer", &officer.code, officer.has_left)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if may_change {
                details {
                    summary { (language.say("新增或修改", "Add or change")) }
                    form method="post" action="/admin/unit/officer" {
                        input type="hidden" name="unit" value=(unit.code);
                        div.row {
                            (field("officer", &Field {
                                name: "code",
                                label: language.say("人员编码", "Code of the officer"),
                                help: language.say("警号一类的编码，不用姓名、手机号或身份证号。", "Such as the staff number; no name, no telephone number."),
                                ..TEXT
                            }))
                            (field("officer", &Field {
                                name: "name",
                                label: language.say("姓名（可不填）", "Name (may be empty)"),
                                help: language.say("只显示给看得到本单位的人。", "Shown to those who see this unit."),
                                required: false,
                                ..TEXT
                            }))
                        }
                        label.check {
                            input type="checkbox" name="auxiliary" value="1";
                            (language.say("是辅警", "Auxiliary police"))
                        }
                        (submit(language))
                    }
                }
            }
        }
    })
}

fn close_form(visit: &Visit, unit: &Unit, part: &str, code: &str, is_closed: bool) -> Markup {
    let language = visit.language;
    let action = match (part, is_closed) {
        ("unit", false) => language.say("撤销", "Close"),
        (_, false) => language.say("停用", "Close"),
        (_, true) => language.say("恢复", "Open again"),
    };
    html! {
        form method="post" action="/admin/unit/close" {
            input type="hidden" name="unit" value=(unit.code);
            input type="hidden" name="part" value=(part);
            input type="hidden" name="code" value=(code);
            input type="hidden" name="close" value=(if is_closed { "0" } else { "1" });
            @if part == "unit" {
                p.soft { (language.say("撤销后仍保留以前的评价和统计。", "Its ratings and figures stay.")) }
                button.bad[!is_closed] { (action) }
            } @else {
                button aria-label=(format!("{action} {code}")) { (action) }
            }
        }
    }
}

fn change_form(visit: &Visit, tree: &Tree, reach: &Reach, unit: &Unit) -> Markup {
    let language = visit.language;
    let form = &visit.form;
    let now = |name: &str, kept: &str| match form.get(name) {
        "" => kept.to_owned(),
        typed => typed.to_owned(),
    };
    let parent = unit.parent.as_deref().unwrap_or_default();
    // The unit above is shown as it is, also to one who does not reach it.
    let mut parents = parents(language, tree, reach);
    if !parents.iter().any(|(code, _)| code == parent) {
        let name = tree.get(parent).map_or("", |unit| &unit.name);
        parents.insert(0, (parent.to_owned(), name.to_owned()));
    }
    html! {
        form method="post" action="/admin/unit/change" {
            input type="hidden" name="unit" value=(unit.code);
            div.row {
                (field("change", &Field {
                    name: "name",
                    label: language.say("名称", "Name"),
                    value: &now("name", &unit.name),
                    ..TEXT
                }))
                (select("change", "kind", language.say("类型", "Kind"), &now("kind", unit.kind.name()), &kinds(language)))
                (select("change", "parent", language.say("上级", "Below"), parent, &parents))
            }
            (submit(language))
        }
    }
}

/// Puts what a form says, and shows the unit again.
async fn put(
    visit: &Visit,
    person: &Person,
    reach: &Reach,
    how: Put,
    read: Result<Vec<(usize, Entry)>, Vec<Fault>>,
) -> Result<Response, Shut> {
    let code = visit.form.get("unit");
    reach.within(code).ok_or(Shut::Absent)?;
    let store = &visit.app.store;
    let taken = match read {
        Ok(entries) => {
            let actor = person.actor();
            store
                .put_units(&entries, how, reach, &actor, visit.now)
                .await?
        }
        Err(faults) => Err(faults),
    };
    match taken {
        Ok(_) => Ok(shell::to(&format!("{}&said=done", address(code)))),
        Err(faults) => {
            let wrong = sentences(visit.language, &faults, false);
            shown(visit, person, reach, code, &wrong).await
        }
    }
}

/// Names and moves the unit.
pub(super) async fn change(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let form = &visit.form;
    let read = line([
        form.get("kind"),
        form.get("unit"),
        form.get("name"),
        form.get("parent"),
    ]);
    let read = read.map(|mut entries| {
        entries.retain(|(_, entry)| matches!(entry, Entry::Unit(_)));
        entries
    });
    match &read {
        Ok(entries) if entries.is_empty() => Err(Shut::Absent),
        _ => put(&visit, &person, &reach, Put::Known, read).await,
    }
}

/// Adds or names a window.
pub(super) async fn window(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let form = &visit.form;
    let read = line([
        "window",
        form.get("code"),
        form.get("name"),
        form.get("unit"),
    ]);
    put(&visit, &person, &reach, Put::Any, read).await
}

/// Adds or changes an officer.
pub(super) async fn officer(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let form = &visit.form;
    let kind = match form.get("auxiliary") {
        "1" => "auxiliary",
        _ => "officer",
    };
    let read = line([kind, form.get("code"), form.get("name"), form.get("unit")]);
    put(&visit, &person, &reach, Put::Any, read).await
}

/// Closes the unit, a window or an officer's place, or opens it again.
pub(super) async fn close(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let form = &visit.form;
    let within = reach.within(form.get("unit")).ok_or(Shut::Absent)?;
    let part = match form.get("part") {
        "unit" => Part::Unit,
        "window" => Part::Window(form.get("code")),
        "officer" => Part::Officer(form.get("code")),
        _ => return Err(Shut::Absent),
    };
    let (store, close) = (&visit.app.store, form.get("close") == "1");
    let actor = person.actor();
    if !store
        .close_part(&within, part, close, &actor, visit.now)
        .await?
    {
        return Err(Shut::Absent);
    }
    Ok(shell::to(&format!("{}&said=done", address(within.unit()))))
}
