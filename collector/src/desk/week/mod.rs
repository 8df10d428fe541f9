//! `/admin/week`: one week on one page. What a leader asks first stands first: how many
//! rated, how many were not satisfied, whether it became better or worse; then what
//! needs a look and why; then the tables that all of it is made of.
//!
//! | module | what |
//! | --- | --- |
//! | `look` | which week, unit, survey and question the address names |
//! | `first` | the answer, and what needs a look |
//! | `tables` | n, levels and rates by survey, question, unit, window and officer |
//! | `drawn` | the pictures |
//! | `rest` | reasons, texts, 五必评, and how it is counted |
//! | `file` | the tables as CSV |
//! | `bulletin` | what may leave the house, as text |
//! | `words` | names of figures in both languages |

use axum::response::Response;
use manyi_model::statistics::Week;
use maud::{Markup, html};

use super::guard::{Person, Shut, Visit};
use super::reach::Reach;
use super::role::Right;
use super::{guard, shell, units};
use crate::collation::history::Closed;
use crate::collation::read;
use crate::collation::wordings::Wordings;
use crate::limits;

pub mod bulletin;
mod drawn;
pub mod file;
mod first;
pub(super) mod look;
mod rest;
mod tables;
pub(super) mod words;

use look::{Looked, Part};

/// The page.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let looked = Looked::at(&visit, &reach).await?;
    let store = &visit.app.store;
    let texts = if person.may(Right::ReadTexts) {
        let readable = guard::reach(&visit, &person, Right::ReadTexts).await?;
        let mut said = read::texts(store, &looked.report, limits::WEEK_TEXTS).await?;
        said.retain(|one| match &one.worth.unit {
            Some(unit) => readable.holds(unit),
            None => readable.is_all(),
        });
        Some(said)
    } else {
        None
    };
    let past = past(&visit, &looked).await?;
    let body = html! {
        (head(&looked, &reach))
        (first::answer(&looked))
        (first::look(&looked))
        (tables::strata(&looked))
        @if looked.rating().is_some() {
            section.card #detail {
                (tables::heading(&looked))
                (drawn::all(&looked, &past))
            }
            (tables::all(&looked))
        }
        (rest::reasons(&looked))
        @if let Some(texts) = &texts { (rest::texts(&looked, texts)) }
        (rest::occasions(&looked))
        (rest::how(&looked))
    };
    let title = format!("{} · {}", looked.scope(), looked.week);
    Ok(shell::page(&visit, &person, &title, &body))
}

/// The closed weeks up to this one, the oldest first; those that were not closed between
/// them are there by name.
async fn past(visit: &Visit, looked: &Looked) -> Result<Vec<(Week, Option<Closed>)>, Shut> {
    let store = &visit.app.store;
    let wordings = Wordings::load(store).await?;
    let mut past = Vec::new();
    let mut next = looked.week.before();
    while let Some(week) = next.filter(|_| past.len() + 1 < limits::TREND_WEEKS) {
        let closed = Closed::load(store, &wordings, week, looked.units.as_ref()).await?;
        past.push((week, closed));
        next = week.before();
    }
    // What lies before the first closed week is no gap.
    while past.last().is_some_and(|(_, closed)| closed.is_none()) {
        past.pop();
    }
    past.reverse();
    Ok(past)
}

/// Which week, which part of it, which unit; and the ways to others.
fn head(looked: &Looked, reach: &Reach) -> Markup {
    let language = looked.language;
    let report = &looked.report;
    let there = |week: Option<Week>, name: &str| {
        html! {
            @if let Some(week) = week {
                a.button href=(looked.address("/admin/week", &[("week", &week.to_string()), ("part", "")])) { (name) }
            }
        }
    };
    let state = match (&report.edition, looked.editions.is_empty()) {
        (Some(head), _) => {
            let at = words::moment(&head.closed_at);
            let (kind, no) = (head.part, head.number);
            match kind {
                0 => language.say(
                    format!("第 {no} 号，{at} 结算，此后不再改动。"),
                    format!("No. {no}, closed {at}; it does not change any more."),
                ),
                part => language.say(
                    format!("第 {no} 号，第 {part} 次补报，{at} 结算：只有结算以后送到的评价。"),
                    format!(
                        "No. {no}, supplement {part}, closed {at}: only what came after the close."
                    ),
                ),
            }
        }
        (None, is_open) => {
            let at = words::moment(&report.as_of);
            if is_open {
                language.say(
                    format!("未结算，数字还会变。截至 {at}。"),
                    format!("Open: figures may still change. As of {at}."),
                )
            } else {
                language.say(
                    format!("周报、补报和还没有进补报的合在一起，不是结算数。截至 {at}。"),
                    format!("Week, supplements and what waits for one, together; not closed. As of {at}."),
                )
            }
        }
    };
    let is_open = report.edition.is_none() && looked.editions.is_empty();
    html! {
        div.week-head {
            p { b { (words::span(language, looked.week)) } " "
                span.tag.open[is_open] { @if is_open { (language.say("未结算", "open")) } @else { (language.say("已结算", "closed")) } } }
            p.soft { (state) }
            p.print-only { (language.say("打印内容：满意后台周报，算法和区间见文末。", "Printed from the Manyi desk; how it is counted stands at the end.")) }
            nav.buttons aria-label=(language.say("换一周", "Other weeks")) {
                (there(looked.week.before(), language.say("← 上一周", "← Week before")))
                (there(looked.week.after().filter(|week| *week <= crate::wall::week_of(crate::clock::now_ms())), language.say("下一周 →", "Week after →")))
                @if reach.is_all() { a.button href=(format!("/admin/week/bulletin?week={}", looked.week)) { (language.say("通报", "Bulletin")) } }
                a.button href=(looked.address("/admin/week.csv", &[("table", "rates")])) { (language.say("下载 CSV", "Download CSV")) }
            }
        }
        (parts(looked))
        (ways(looked, reach))
    }
}

/// The week and what came after it was closed, side by side.
fn parts(looked: &Looked) -> Markup {
    let language = looked.language;
    let is_whole = looked.editions.len() < 2 && looked.waiting == 0;
    if looked.editions.is_empty() || is_whole {
        return html! {};
    }
    let current = |part: Part| (looked.part() == part).then_some("page");
    html! {
        nav.tabs aria-label=(language.say("周报和补报", "Week and supplements")) {
            @for edition in &looked.editions {
                @let part = edition.part.to_string();
                @let shown = if edition.part == 0 { "" } else { part.as_str() };
                a href=(looked.address("/admin/week", &[("part", shown)])) aria-current=[current(Part::Edition(edition.part))] {
                    @if edition.part == 0 { (language.say("周报", "The week")) }
                    @else { (language.say("补报 ", "Supplement ")) (part) }
                    " " small { (language.say("第 ", "no. ")) (edition.number) (language.say(" 号", "")) }
                }
            }
            a href=(looked.address("/admin/week", &[("part", "all")])) aria-current=[current(Part::Live)] {
                (language.say("合在一起", "All together"))
            }
        }
        @if looked.waiting > 0 && looked.units.is_none() {
            p.soft { (language.say(
                format!("结算以后又送到 {} 份，再结算一次就成为补报。", looked.waiting),
                format!("{} came since it was closed; closing it again makes a supplement of them.", looked.waiting),
            )) }
        }
    }
}

/// The units above this one, as far as one reaches, and all that one may choose.
fn ways(looked: &Looked, reach: &Reach) -> Markup {
    let language = looked.language;
    let to = |unit: &str| looked.address("/admin/week", &[("unit", unit)]);
    let way = looked
        .unit
        .as_deref()
        .map(|unit| looked.tree.lineage(unit).unwrap_or_default());
    let choices = units::choices(&looked.tree, reach);
    html! {
        @if choices.len() > 1 {
            nav.way aria-label=(language.say("单位", "Units")) {
                a href=(to("")) aria-current=[looked.unit.is_none().then_some("page")] {
                    @if reach.is_all() { (language.say("全部单位", "All units")) }
                    @else { (language.say("我的单位", "My units")) }
                }
                @for unit in way.into_iter().flatten().rev().filter(|unit| reach.holds(&unit.code)) {
                    span aria-hidden="true" { "›" }
                    a href=(to(&unit.code)) aria-current=[(looked.unit.as_deref() == Some(&unit.code)).then_some("page")] { (unit.name) }
                }
            }
            details.choose {
                summary { (language.say("选择单位", "Choose a unit")) }
                ul.links {
                    @for (code, name) in choices {
                        li { a href=(to(&code)) { (name) } }
                    }
                }
            }
        }
    }
}
