//! `/admin/units`: the tree, as far as one sees; adding to it, one by one or as a table.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::guard::{Person, Shut, Visit};
use super::reach::Reach;
use super::role::Right;
use super::say::Language;
use super::shell::{self, Field, TEXT, field, select, submit};
use crate::http::query;
use crate::store::units::Put;
use crate::table::Fault;
use crate::units::file::{self, Entry};
use crate::units::{Kind, Tree, Unit};

/// The page.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    shown(&visit, &person, &reach, &[]).await
}

/// The address of a unit's own page.
pub(super) fn address(code: &str) -> String {
    format!("/admin/unit?{}", query::written([("unit", code)]))
}

/// What is wrong with a table or a form, as sentences.
pub(super) fn sentences(language: Language, faults: &[Fault], is_table: bool) -> Vec<String> {
    let one = |fault: &Fault| {
        let reason = language.say(&fault.chinese, &fault.reason);
        match (is_table, language) {
            (false, _) => format!("{}{reason}", column(language, fault.column)),
            (true, Language::Chinese) => {
                let column = column(language, fault.column);
                format!("第 {} 行：{column}{reason}", fault.line)
            }
            (true, Language::English) => fault.to_string(),
        }
    };
    faults.iter().map(one).collect()
}

fn column(language: Language, column: Option<&str>) -> String {
    let name = match column {
        Some("kind") => language.say("类型", "kind"),
        Some("code") => language.say("编码", "code"),
        Some("name") => language.say("名称", "name"),
        Some("parent") => language.say("上级", "parent"),
        _ => return String::new(),
    };
    language.say(format!("{name}："), format!("{name}: "))
}

/// The tops of what somebody sees: nothing above them is shown.
pub(super) fn tops<'a>(tree: &'a Tree, reach: &Reach) -> Vec<&'a Unit> {
    let is_top = |unit: &&Unit| {
        let parent = unit.parent.as_deref();
        reach.holds(&unit.code) && !parent.is_some_and(|parent| reach.holds(parent))
    };
    tree.units().filter(is_top).collect()
}

/// The units of somebody's reach from the top down, as choices of a form; each is led
/// by as many spaces as there are units above it.
pub(super) fn choices(tree: &Tree, reach: &Reach) -> Vec<(String, String)> {
    let mut next: Vec<(usize, &Unit)> = tops(tree, reach)
        .into_iter()
        .map(|unit| (0, unit))
        .collect();
    next.reverse();
    let mut all = Vec::new();
    while let Some((depth, unit)) = next.pop() {
        let indent = "\u{3000}".repeat(depth);
        all.push((unit.code.clone(), format!("{indent}{}", unit.name)));
        let below: Vec<&Unit> = tree.children(Some(&unit.code)).collect();
        next.extend(below.into_iter().rev().map(|unit| (depth + 1, unit)));
    }
    all
}

async fn shown(
    visit: &Visit,
    person: &Person,
    reach: &Reach,
    wrong: &[String],
) -> Result<Response, Shut> {
    let (store, language) = (&visit.app.store, visit.language);
    let tree = Tree::new(store.units().await?);
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for window in store.windows(reach).await? {
        counts.entry(window.unit).or_default()[0] += usize::from(!window.is_closed);
    }
    for officer in store.officers(reach).await? {
        counts.entry(officer.unit).or_default()[1] += usize::from(!officer.has_left);
    }
    let tops = tops(&tree, reach);
    let may_change = person.may(Right::ChangeUnits);
    let body = html! {
        (shell::wrong(wrong))
        section.card {
            @if tops.is_empty() {
                p { (language.say("还没有单位。", "There is no unit yet.")) }
            } @else {
                ul.tree { @for unit in tops { (branch(language, &tree, unit, &counts)) } }
            }
        }
        @if may_change {
            section.card {
                details open[tree.units().next().is_none() || visit.path.ends_with("/add")] {
                    summary { (language.say("新增单位", "Add a unit")) }
                    (add_form(visit, &tree, reach))
                }
            }
            section.card {
                details open[visit.path.ends_with("/import")] {
                    summary { (language.say("从表格导入", "Take a table in")) }
                    (import_form(visit))
                }
            }
        }
    };
    let title = language.say("单位", "Units");
    let status = match wrong {
        [] => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(shell::answer(visit, person, status, title, &body))
}

fn branch(
    language: Language,
    tree: &Tree,
    unit: &Unit,
    counts: &BTreeMap<String, [usize; 2]>,
) -> Markup {
    let [windows, officers] = counts.get(&unit.code).copied().unwrap_or_default();
    html! {
        li {
            div.unit {
                a href=(address(&unit.code)) { (unit.name) }
                span.tag { (language.kind(unit.kind)) }
                @if unit.is_closed { span.tag { (language.say("已撤销", "closed")) } }
                @if windows + officers > 0 {
                    span.soft {
                        @if windows > 0 { (windows) " " (language.say("个窗口", "windows")) " " }
                        @if officers > 0 { (officers) " " (language.say("人", "officers")) }
                    }
                }
            }
            @let below: Vec<&Unit> = tree.children(Some(&unit.code)).collect();
            @if !below.is_empty() {
                ul { @for unit in below { (branch(language, tree, unit, counts)) } }
            }
        }
    }
}

/// The kinds of units as choices.
pub(super) fn kinds(language: Language) -> Vec<(String, String)> {
    let one = |kind: Kind| (kind.name().to_owned(), language.kind(kind).to_owned());
    Kind::ALL.into_iter().map(one).collect()
}

/// The units above which one may put another; the top, too, for whoever reaches all.
pub(super) fn parents(language: Language, tree: &Tree, reach: &Reach) -> Vec<(String, String)> {
    let mut parents = choices(tree, reach);
    if reach.is_all() {
        let top = language.say("（最上级）", "(at the top)").to_owned();
        parents.insert(0, (String::new(), top));
    }
    parents
}

fn add_form(visit: &Visit, tree: &Tree, reach: &Reach) -> Markup {
    let language = visit.language;
    let form = &visit.form;
    html! {
        form method="post" action="/admin/units/add" {
            div.row {
                (select("add", "kind", language.say("类型", "Kind"), form.get("kind"), &kinds(language)))
                (select("add", "parent", language.say("上级", "Below"), form.get("parent"), &parents(language, tree, reach)))
            }
            div.row {
                (field("add", &Field {
                    name: "name",
                    label: language.say("名称", "Name"),
                    value: form.get("name"),
                    ..TEXT
                }))
                (field("add", &Field {
                    name: "code",
                    label: language.say("编码", "Code"),
                    help: language.say("与平板、网页上填的单位一致，以后不能改。", "The same as on tablets and pages; it cannot be changed later."),
                    value: form.get("code"),
                    ..TEXT
                }))
            }
            (submit(language))
        }
    }
}

fn import_form(visit: &Visit) -> Markup {
    let language = visit.language;
    html! {
        form method="post" action="/admin/units/import" {
            p { (language.say(
                "在 Excel 里选中整张表，复制，粘贴到下面。第一行写列名；有一行不对就全部不收，并指出在哪里。表里没有的单位保持不变。",
                "Select the whole table in Excel, copy it and paste it below. The first line names the columns; if one line is wrong nothing is taken, and it says where. Units that are not in the table stay.",
            )) }
            pre tabindex="0" { (language.say(
                "类型\t编码\t名称\t上级\n县局\tpingan\t平安县公安局\n派出所\tdongmen\t东门派出所\tpingan\n窗口\t1\t户籍窗口\tdongmen\n民警\t100001\t\tdongmen",
                "kind\tcode\tname\tparent\noffice\tpingan\tPing'an office\nstation\tdongmen\tDongmen station\tpingan\nwindow\t1\tHouseholds\tdongmen\nofficer\t100001\t\tdongmen",
            )) }
            p.soft { (language.say("类型有：", "Kinds: ")) (language.say(
                "县局、派出所、中队、警务室、窗口、民警、辅警",
                "office, station, section, room, window, officer, auxiliary",
            )) }
            div.field.wide {
                label for="import-table" { (language.say("表格", "Table")) }
                textarea id="import-table" name="table" required spellcheck="false" { (visit.form.raw("table")) }
            }
            button.main { (language.say("导入", "Take it in")) }
        }
    }
}

/// What was typed, as the one line of a file.
pub(super) fn line(cells: [&str; 4]) -> Result<Vec<(usize, Entry)>, Vec<Fault>> {
    file::one(cells.map(str::to_owned))
}

/// Adds one unit.
pub(super) async fn add(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let form = &visit.form;
    let cells = ["kind", "code", "name", "parent"].map(|name| form.get(name));
    // Windows and officers are added on their unit's page.
    if Kind::named(cells[0]).is_none() {
        return Err(Shut::Absent);
    }
    let taken = match line(cells) {
        Ok(entries) => {
            let store = &visit.app.store;
            let actor = person.actor();
            store
                .put_units(&entries, Put::New, &reach, &actor, visit.now)
                .await?
        }
        Err(faults) => Err(faults),
    };
    match taken {
        Ok(_) => Ok(shell::to(&format!("{}&said=done", address(cells[1])))),
        Err(faults) => {
            let wrong = sentences(visit.language, &faults, false);
            shown(&visit, &person, &reach, &wrong).await
        }
    }
}

/// Takes a table in.
pub(super) async fn import(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let taken = match file::read(visit.form.raw("table").as_bytes()) {
        Ok(entries) => {
            let store = &visit.app.store;
            let actor = person.actor();
            store
                .put_units(&entries, Put::Any, &reach, &actor, visit.now)
                .await?
        }
        Err(faults) => Err(faults),
    };
    match taken {
        Ok(_) => Ok(shell::to("/admin/units?said=done")),
        Err(faults) => {
            let wrong = sentences(visit.language, &faults, true);
            shown(&visit, &person, &reach, &wrong).await
        }
    }
}
