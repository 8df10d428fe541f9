//! `/admin/weeks`: the weeks, the newest first, each with its state, its n and its rate;
//! closing them.

use std::collections::BTreeSet;

use axum::response::Response;
use manyi_model::statistics::{Formula, Week};
use maud::{Markup, html};

use super::guard::{self, Person, Shut, Visit};
use super::reach::Reach;
use super::role::Right;
use super::say::Language;
use super::shell;
use super::week::words;
use crate::collation::close::close as close_week;
use crate::collation::figures::Figures;
use crate::collation::history::Closed;
use crate::collation::sources::Sources;
use crate::collation::wordings::Wordings;
use crate::collation::words::{between, number, percent};
use crate::http::query;
use crate::store::weeks::State;
use crate::{limits, wall};

/// A week of the list.
struct Line {
    week: Week,
    state: Option<State>,
    closed: Option<Closed>,
    /// Responses and figures of one that is open; `None` where it is not counted here.
    open: Option<(u64, Figures)>,
}

/// The page.
pub(super) async fn page(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    let (store, language) = (&visit.app.store, visit.language);
    let now = wall::week_of(visit.now);
    let before = Week::parse(visit.query.get("before"));
    let states = store.weeks().await?;
    // This week and the last are there even where nobody has rated.
    let mut weeks: BTreeSet<Week> = [Some(now), now.before()].into_iter().flatten().collect();
    weeks.extend(states.iter().filter_map(|state| Week::parse(&state.week)));
    let older = |week: &&Week| **week <= now && before.is_none_or(|before| **week < before);
    let weeks: Vec<Week> = weeks.iter().rev().filter(older).copied().collect();
    let wordings = Wordings::load(store).await?;
    let mut lines = Vec::new();
    let mut counted = 0;
    for week in weeks.iter().take(limits::WEEKS_PAGE) {
        let closed = Closed::load(store, &wordings, *week, reach.units()).await?;
        let mut open = None;
        if closed.is_none() && counted < limits::WEEKS_LIVE && before.is_none() {
            counted += 1;
            let report = Sources::live(store, *week, visit.now).await?;
            let report = report.report(reach.units());
            open = Some((report.counts.responses, report.figures));
        }
        let state = states.iter().find(|state| state.week == week.to_string());
        lines.push(Line {
            week: *week,
            state: state.cloned(),
            closed,
            open,
        });
    }
    let may_close = person.may(Right::CloseWeeks)
        && guard::reach(&visit, &person, Right::CloseWeeks)
            .await?
            .is_all();
    let heading = language.say("周报", "Weeks");
    let formula = words::formula(language, Formula::Satisfied);
    let body = html! {
        p.soft { (language.say(
            "周一到周日，北京时间。结算以后不再改动；晚到的评价进补报，与周报并列。",
            "Monday to Sunday in China. A closed week does not change any more; what comes late goes into a supplement beside it.",
        )) }
        section.card {
            div.scroll tabindex="0" role="region" aria-label=(heading) {
                table.figures {
                    thead { tr {
                        th scope="col" { (language.say("周", "Week")) }
                        th scope="col" { (language.say("状态", "State")) }
                        th.num scope="col" { (language.say("收到评价", "Responses")) }
                        th.num scope="col" { "n" small { (language.say("算满意率的", "of the rate")) } }
                        th.num scope="col" { (words::title(language, Formula::Satisfied)) small { (formula) } }
                        th scope="col" { (language.say("说的是", "Of what")) }
                        @if may_close { th scope="col" { (language.say("结算", "Close")) } }
                    } }
                    tbody {
                        @for line in &lines { (row(language, line, may_close, now)) }
                    }
                }
            }
            @if let Some(last) = weeks.get(limits::WEEKS_PAGE - 1).filter(|_| weeks.len() > limits::WEEKS_PAGE) {
                p { a href=(format!("/admin/weeks?before={last}")) { (language.say("更早的周", "Earlier weeks")) } }
            }
        }
    };
    Ok(shell::page(&visit, &person, heading, &body))
}

fn row(language: Language, line: &Line, may_close: bool, now: Week) -> Markup {
    let week = line.week.to_string();
    let place = format!("/admin/week?{}", query::written([("week", week.as_str())]));
    let (n, figures) = match (&line.closed, &line.open) {
        (Some(closed), _) => (Some(closed.responses), Some(&closed.figures)),
        (None, Some((n, figures))) => (Some(*n), Some(figures)),
        (None, None) => (None, None),
    };
    let leading = figures.and_then(Figures::leading);
    let rated = leading.and_then(|stratum| Some((stratum, stratum.rating()?)));
    let rate = rated.and_then(|(_, (_, _, three))| three.rates.first());
    let waiting = line.state.as_ref().map_or(0, |state| state.waiting);
    let is_due = line.week < now && (line.closed.is_none() || waiting > 0);
    html! {
        tr {
            th scope="row" {
                a href=(place) { (week) }
                small { (words::span(language, line.week)) }
            }
            td {
                @match &line.closed {
                    Some(closed) => {
                        (language.say(format!("第 {} 号，已结算", closed.number), format!("No. {}, closed", closed.number)))
                        @if closed.supplements > 0 {
                            small { (language.say(format!("补报 {} 次", closed.supplements), format!("{} supplements", closed.supplements))) }
                        }
                        @if may_close && waiting > 0 {
                            small { (language.say(format!("又送到 {waiting} 份"), format!("{waiting} came since"))) }
                        }
                    }
                    None => (language.say("未结算", "open")),
                }
            }
            td.num { @match n { Some(n) => (number(n)), None => "—" } }
            @match rate {
                Some(rate) => {
                    td.num { (number(rate.n)) }
                    td.num { (percent(Some(rate.rate_hundredths))) small { (between(rate.low_hundredths, rate.high_hundredths)) } }
                }
                None => {
                    td.num { "—" }
                    td.num { @if n.is_none() { (language.say("打开时现算", "counted when opened")) } @else { "—" } }
                }
            }
            td {
                @if let Some((stratum, (_, question, _))) = rated {
                    (stratum.title) small { (words::mode(language, stratum.mode)) " · " (words::channels(language, &stratum.channels)) " · " (question.title) }
                } @else { "—" }
            }
            @if may_close {
                td { @if is_due {
                    form method="post" action="/admin/weeks/close" {
                        input type="hidden" name="week" value=(week);
                        button { @if line.closed.is_some() { (language.say("出补报", "Supplement")) } @else { (language.say("结算", "Close")) }
                            span.away { " " (week) } }
                    }
                } @else if line.week >= now { span.soft { (language.say("周未结束", "not over")) } } }
            }
        }
    }
}

/// A week is everybody's: whoever reaches less than the whole house does not close it.
fn whole(reach: &Reach) -> Result<(), Shut> {
    if reach.is_all() {
        Ok(())
    } else {
        Err(Shut::NotAllowed)
    }
}

/// Closes a week that is over, or makes a supplement to a closed one.
pub(super) async fn close(visit: Visit, person: Person, reach: Reach) -> Result<Response, Shut> {
    whole(&reach)?;
    let week = Week::parse(visit.form.get("week")).ok_or(Shut::Absent)?;
    if week >= wall::week_of(visit.now) {
        return Err(Shut::Absent);
    }
    let actor = person.actor();
    close_week(&visit.app.store, week, &actor, visit.now).await?;
    Ok(shell::to("/admin/weeks?said=done"))
}
