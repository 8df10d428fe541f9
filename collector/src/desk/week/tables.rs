//! The tables. Each row has its n, each rate the formula in the head of its column and
//! its interval below it.

use manyi_model::limits::RANK_LEAST;
use manyi_model::statistics::Formula;
use maud::{Markup, html};

use super::first::of_what;
use super::look::{Looked, channels};
use super::words;
use crate::collation::asked::ResponseRate;
use crate::collation::figures::{By, Cut, Question, Threefold};
use crate::collation::words::{between, number, percent};
use crate::limits;

/// The columns that every table of rates has after the name.
fn columns(looked: &Looked) -> Markup {
    let language = looked.language;
    let [good, fair, bad] = words::levels(language);
    html! {
        th.num scope="col" { "n" }
        th.num scope="col" { (good) }
        th.num scope="col" { (fair) }
        th.num scope="col" { (bad) }
        @for formula in Formula::ALL {
            th.num scope="col" {
                (words::title(language, formula))
                small { (words::formula(language, formula)) }
            }
        }
    }
}

/// The cells below them.
fn cells(three: &Threefold) -> Markup {
    html! {
        td.num { (number(three.satisfied + three.basically + three.dissatisfied)) }
        td.num { (number(three.satisfied)) }
        td.num { (number(three.basically)) }
        td.num { (number(three.dissatisfied)) }
        @for rate in &three.rates {
            td.num {
                (percent(Some(rate.rate_hundredths)))
                small { (between(rate.low_hundredths, rate.high_hundredths)) }
            }
        }
    }
}

/// A response rate with its denominator.
fn response(looked: &Looked, rate: &ResponseRate) -> Markup {
    match rate {
        ResponseRate::Unknown(_) => html! { (looked.language.say("不详", "unknown")) },
        ResponseRate::Asked {
            asked,
            answered,
            rate_hundredths,
            low_hundredths,
            high_hundredths,
            ..
        } => html! {
            (percent(Some(*rate_hundredths)))
            small { (number(*answered)) " ÷ " (number(*asked)) ", " (between(*low_hundredths, *high_hundredths)) }
        },
    }
}

fn response_head(looked: &Looked) -> Markup {
    let language = looked.language;
    html! {
        th.num scope="col" {
            (language.say("回收率", "Response rate"))
            small { (language.say("已评 ÷ 窗口请评", "answered ÷ asked by the window")) }
        }
    }
}

fn scroll(label: &str, table: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { table.figures { (table) } } }
}

/// The link to a table as CSV.
pub(super) fn csv(looked: &Looked, table: &str) -> Markup {
    let place = looked.address("/admin/week.csv", &[("table", table)]);
    html! { a.csv href=(place) { "CSV" } }
}

/// By survey, mode and channels: the way to each of them.
pub(super) fn strata(looked: &Looked) -> Markup {
    let language = looked.language;
    let title = language.say("按问卷、方式、渠道", "By survey, mode and channel");
    let strata = &looked.report.figures.strata;
    if strata.is_empty() {
        return html! {};
    }
    let own = looked.stratum().map(std::ptr::from_ref);
    let table = html! {
        thead { tr {
            th scope="col" { (language.say("问卷", "Survey")) }
            th scope="col" { (language.say("方式", "Mode")) }
            th scope="col" { (language.say("渠道", "Channels")) }
            th.num scope="col" { (language.say("份数", "Responses")) }
            th scope="col" { (language.say("问题", "Question")) }
            (columns(looked))
            (response_head(looked))
        } }
        tbody {
            @for stratum in strata {
                @let here = own == Some(std::ptr::from_ref(stratum));
                tr class=[here.then_some("here")] {
                    th scope="row" {
                        a href={ (looked.address("/admin/week", &[
                            ("survey", &stratum.survey),
                            ("mode", stratum.mode.name()),
                            ("channels", &channels(stratum)),
                            ("question", ""),
                        ])) "#detail" } aria-current=[here.then_some("true")] { (stratum.title) }
                    }
                    td { (words::mode(language, stratum.mode)) }
                    td { (words::channels(language, &stratum.channels)) }
                    td.num { (number(stratum.all().map_or(0, |all| all.n))) }
                    @match stratum.rating().filter(|(_, _, three)| !three.rates.is_empty()) {
                        Some((_, question, three)) => { td { (question.title) } (cells(three)) }
                        None => { td colspan="8" { (language.say("没有满意度题", "no question on satisfaction")) } }
                    }
                    td.num { @if let Some(all) = stratum.all() { (response(looked, &all.response)) } }
                }
            }
        }
    };
    html! {
        section.card #strata {
            h2 { (title) " " (csv(looked, "all")) }
            p.soft { (language.say(
                "怎么问会改变怎么答：本人评价、他人询问、工作人员代录从不合在一起算。点一行，下面就看这一行。",
                "How one asks changes what is answered: modes are never put together. Choose a line to see it below.",
            )) }
            (scroll(title, &table))
        }
    }
}

/// What the pictures and tables below are of.
pub(super) fn heading(looked: &Looked) -> Markup {
    let language = looked.language;
    html! {
        h2 { (of_what(looked)) }
        @if let Some((all, ..)) = looked.rating() {
            @if let ResponseRate::Unknown(why) = &all.response {
                p.soft { (language.say("回收率", "Response rate ")) (words::unasked(language, *why)) "。" }
            }
            @if looked.rating().is_some_and(|(_, _, three)| three.scale == "satisfaction-5") {
                p.soft { (language.say(
                    "五级折成三级：非常满意、满意算满意；不满意、非常不满意算不满意。",
                    "Five levels are folded into three: very satisfied counts as satisfied, very dissatisfied as dissatisfied.",
                )) }
            }
        }
    }
}

/// By question, unit, window and officer.
pub(super) fn all(looked: &Looked) -> Markup {
    html! {
        (questions(looked))
        @for by in [By::Unit, By::Window, By::Officer] { (compared(looked, by)) }
    }
}

fn questions(looked: &Looked) -> Markup {
    let language = looked.language;
    let all = looked.stratum().and_then(|stratum| stratum.all());
    let rated: Vec<(&Question, &Threefold)> = all
        .into_iter()
        .flat_map(|all| &all.questions)
        .filter_map(|question| Some((question, question.three.as_ref()?)))
        .filter(|(_, three)| !three.rates.is_empty())
        .collect();
    let current = looked.rating().map(|(_, question, _)| question.id.as_str());
    let title = language.say("各问题", "By question");
    let table = html! {
        thead { tr {
            th scope="col" { (language.say("问题", "Question")) }
            (columns(looked))
            (change_heads(looked))
        } }
        tbody {
            @for (question, three) in &rated {
                @let here = current == Some(question.id.as_str());
                tr class=[here.then_some("here")] {
                    th scope="row" {
                        a href={ (looked.address("/admin/week", &[("question", &question.id)])) "#detail" } aria-current=[here.then_some("true")] { (question.title) }
                    }
                    (cells(three))
                    (changes(looked, three))
                }
            }
        }
    };
    html! {
        section.card {
            h2 { (title) " " (csv(looked, "questions")) }
            (scroll(title, &table))
        }
    }
}

fn change_heads(looked: &Looked) -> Markup {
    let language = looked.language;
    html! {
        th scope="col" {
            (language.say("比上周", "Against last week"))
            small { (language.say("百分点，只计满意", "points, satisfied only")) }
        }
        th scope="col" {
            (language.say("比去年同周", "Same week last year"))
            small { (language.say("百分点，只计满意", "points, satisfied only")) }
        }
    }
}

fn changes(looked: &Looked, three: &Threefold) -> Markup {
    html! {
        @if let Some(rate) = three.rates.first() {
            td.change { (words::against(looked.language, &rate.week)) }
            td.change { (words::against(looked.language, &rate.year)) }
        }
    }
}

/// The cuts of one kind with the question that is looked at, in the order of their
/// places; those without one by name.
pub(super) fn cuts(looked: &Looked, by: By) -> Vec<(&Cut, &Question, &Threefold)> {
    let stratum = match by {
        By::Unit => looked.rolled_stratum(),
        _ => looked.stratum(),
    };
    let cuts = stratum.into_iter().flat_map(|stratum| &stratum.cuts);
    let of_kind = cuts.filter(|cut| cut.whose.by == by);
    let mut found: Vec<_> = of_kind
        .filter_map(|cut| {
            let (question, three) = looked.of(cut)?;
            Some((cut, question, three))
        })
        .collect();
    found.sort_by_key(|(cut, _, three)| (place(three).unwrap_or(usize::MAX), &cut.whose));
    found
}

fn place(three: &Threefold) -> Option<usize> {
    three.rates.first().and_then(|rate| rate.place)
}

fn compared(looked: &Looked, by: By) -> Markup {
    let language = looked.language;
    let rows = cuts(looked, by);
    if rows.is_empty() {
        return html! {};
    }
    let name = words::by(language, by);
    let title = language.say(format!("各{name}"), format!("By {name}"));
    let more = rows.len().saturating_sub(limits::WEEK_ROWS);
    let table = html! {
        thead { tr {
            th scope="col" { (name) }
            (columns(looked))
            (change_heads(looked))
            (response_head(looked))
            th.num scope="col" { (language.say("名次", "Place")) }
        } }
        tbody {
            @for (cut, _, three) in rows.iter().take(limits::WEEK_ROWS) {
                tr {
                    th scope="row" { (row_name(looked, cut)) }
                    (cells(three))
                    (changes(looked, three))
                    td.num { (response(looked, &cut.response)) }
                    td.num { @match place(three) { Some(place) => (place), None => "—" } }
                }
            }
        }
    };
    let file = match by {
        By::Unit => "units",
        By::Window => "windows",
        _ => "officers",
    };
    html! {
        section.card id=(file) {
            h2 { (title) " " (csv(looked, file)) }
            p.soft {
                (language.say(
                    format!("按“只计满意”排名，不足 {RANK_LEAST} 份不排名。"),
                    format!("Places by “satisfied only”; below {RANK_LEAST} ratings there is none."),
                ))
                @if by == By::Unit && looked.tree.units().next().is_some() {
                    (language.say(" 每个单位连同它下面的；点名称往下看。", " Each unit with all below it; choose a name to go down."))
                }
            }
            (scroll(&title, &table))
            @if more > 0 {
                p.soft { (language.say(format!("还有 {more} 行，在 CSV 里，或选下级单位看。"), format!("{more} more lines are in the CSV, or in a unit below."))) }
            }
        }
    }
}

/// A unit's name leads to it.
fn row_name(looked: &Looked, cut: &Cut) -> Markup {
    let name = looked.name(&cut.whose);
    let whose = &cut.whose;
    let below = whose.unit.as_deref().filter(|unit| {
        whose.by == By::Unit
            && looked.base.as_deref() != Some(unit)
            && looked.tree.get(unit).is_some()
    });
    html! {
        @match below {
            Some(unit) => a href=(looked.address("/admin/week", &[("unit", unit)])) { (name) },
            None => (name),
        }
    }
}
