//! The answer in four figures, and what needs a look.

use manyi_model::Kind;
use manyi_model::limits::RANK_LEAST;
use manyi_model::statistics::{Formula, interval, rate};
use maud::{Markup, html};

use super::look::Looked;
use super::words;
use crate::collation::against::{Against, Sign};
use crate::collation::figures::{By, Cut};
use crate::collation::words::{between, number, percent, points};
use crate::http::query;
use crate::search::reading::Level;
use crate::{limits, wall};

/// How many rated, how many were not satisfied, the rate, and what has become of it.
pub(super) fn answer(looked: &Looked) -> Markup {
    let language = looked.language;
    let all = looked.report.counts.responses;
    let Some((_, question, three)) = looked.rating() else {
        return html! {
            section.card.answer {
                h2 { (language.say("结果", "The answer")) }
                p { (language.say(
                    format!("收到评价 {} 份。没有可以折成满意率的评价，所以没有任何比率可算。", number(all)),
                    format!("{} responses. None of them rates satisfaction: there is no rate to be computed.", number(all)),
                )) }
            }
        };
    };
    let bad = rate::share(three.dissatisfied, question.n).map(|share| share.0);
    let n = number(question.n);
    html! {
        section.card.answer {
            h2 { (language.say("结果", "The answer")) }
            dl.answers {
                div {
                    dt { (language.say("收到评价", "Responses")) }
                    dd { b { (number(all)) }
                        small { (language.say("份，全部问卷和渠道", "of all surveys and channels")) } }
                }
                div {
                    dt { (language.say("不满意", "Dissatisfied")) }
                    dd { b { (number(three.dissatisfied)) }
                        small { (percent(bad)) " = " (language.say("不满意 ÷ 评价总数", "dissatisfied ÷ all ratings")) ", n=" (n) } }
                }
                @if let Some(rate) = three.rates.first() {
                    div {
                        dt { (language.say("满意率", "Satisfaction rate")) }
                        dd { b { (percent(Some(rate.rate_hundredths))) }
                            small {
                                (words::formula(language, Formula::Satisfied)) ", n=" (n)
                                br; (language.say("95% 区间 ", "95 % interval ")) (between(rate.low_hundredths, rate.high_hundredths))
                            } }
                    }
                    div {
                        dt { (language.say("比上周", "Against last week")) }
                        dd { (change(looked, &rate.week))
                            small { (language.say("比去年同周：", "same week last year: ")) (words::against(language, &rate.year)) } }
                    }
                }
            }
            p.soft {
                (language.say("以上满意率说的是：", "The rate is of: "))
                (of_what(looked)) " "
                a href="#how" { (language.say("怎么算的", "How it is counted")) }
            }
        }
    }
}

/// Survey, mode, channels and question in one line.
pub(super) fn of_what(looked: &Looked) -> String {
    let language = looked.language;
    let Some(stratum) = looked.stratum() else {
        return String::new();
    };
    let question = looked
        .rating()
        .map_or("", |(_, question, _)| question.title.as_str());
    format!(
        "{} · {} · {} · {}",
        stratum.title,
        words::mode(language, stratum.mode),
        words::channels(language, &stratum.channels),
        question
    )
}

fn change(looked: &Looked, against: &Against) -> Markup {
    let language = looked.language;
    match against {
        Against::Unknown(_) => html! { b { "—" } small { (words::against(language, against)) } },
        Against::Compared {
            by_hundredths,
            sign,
            n,
            ..
        } => {
            let said = match sign {
                Some(Sign::Up) => language.say("↑ 变好", "↑ better"),
                Some(Sign::Down) => language.say("↓ 变差", "↓ worse"),
                None => language.say("没有明显变化", "no clear change"),
            };
            html! {
                b.word { (said) }
                small {
                    (points(*by_hundredths).replace('-', "−"))
                    (language.say(" 个百分点", " points")) ", n=" (number(*n))
                    @if sign.is_none() { (language.say("，在误差内", ", within noise")) }
                }
            }
        }
    }
}

/// A window, or a unit, that needs a look, and why.
struct Bad<'a> {
    cut: &'a Cut,
    by: i32,
    why: Vec<String>,
}

fn bad<'a>(looked: &Looked, cuts: &[&'a Cut]) -> Vec<Bad<'a>> {
    let language = looked.language;
    let of = |cut: &Cut| {
        let (_, three) = looked.of(cut)?;
        let rate = three.rates.first()?;
        Some((rate.halves, rate.n))
    };
    let sum = cuts.iter().filter_map(|cut| of(cut));
    let sum = sum.fold((0, 0), |sum: (u64, u64), one| {
        (sum.0 + one.0, sum.1 + one.1)
    });
    let mut found = Vec::new();
    for cut in cuts {
        let (Some(own), Some((_, three))) = (of(cut), looked.of(cut)) else {
            continue;
        };
        let mut why = Vec::new();
        let rest = (sum.0 - own.0, sum.1 - own.1);
        let apart = interval::difference(rest, own).filter(|_| own.1 >= RANK_LEAST);
        let apart = apart.filter(|apart| apart.is_more_than_noise && apart.by < 0);
        if let Some(apart) = apart {
            let by = points(apart.by).replace('-', "");
            why.push(language.say(
                format!(
                    "比其余的低 {by} 个百分点，超出误差（其余 n={}）",
                    number(rest.1)
                ),
                format!(
                    "{by} points below the others, more than noise (others n={})",
                    number(rest.1)
                ),
            ));
        }
        let week = three.rates.first().map(|rate| &rate.week);
        if let Some(
            against @ Against::Compared {
                sign: Some(Sign::Down),
                ..
            },
        ) = week
        {
            let said = words::against(language, against);
            why.push(language.say(
                format!("比上周：{said}"),
                format!("against last week: {said}"),
            ));
        }
        if !why.is_empty() {
            let by = apart.map_or(0, |apart| apart.by);
            found.push(Bad { cut, by, why });
        }
    }
    found.sort_by_key(|bad| bad.by);
    found
}

/// What was chosen there, the most frequent first: `办理慢 12`.
fn reasons(cut: &Cut) -> Vec<(String, Vec<String>, u64)> {
    let chosen = cut
        .questions
        .iter()
        .filter(|question| question.n > 0 && matches!(question.kind, Some(Kind::Choice)));
    let one = |question: &crate::collation::figures::Question| {
        let mut levels: Vec<_> = question
            .levels
            .iter()
            .filter(|level| level.count > 0)
            .collect();
        levels.sort_by_key(|level| std::cmp::Reverse(level.count));
        let first = levels.iter().take(limits::WEEK_REASONS);
        let said = first.map(|level| format!("{} {}", level.label, number(level.count)));
        (question.title.clone(), said.collect(), question.n)
    };
    chosen.map(one).collect()
}

/// What needs a look: windows that stand out, everything that was not satisfied, and
/// what is missing.
pub(super) fn look(looked: &Looked) -> Markup {
    let language = looked.language;
    let cuts = |by: By| {
        let stratum = if by == By::Unit {
            looked.rolled_stratum()
        } else {
            looked.stratum()
        };
        let cuts = stratum.into_iter().flat_map(|stratum| &stratum.cuts);
        cuts.filter(|cut| cut.whose.by == by).collect::<Vec<&Cut>>()
    };
    let windows = cuts(By::Window);
    let places = if windows.is_empty() {
        cuts(By::Unit)
    } else {
        windows
    };
    let standing_out = bad(looked, &places);
    let mut others: Vec<(&Cut, u64, u64)> = places
        .iter()
        .filter(|cut| !standing_out.iter().any(|bad| std::ptr::eq(bad.cut, **cut)))
        .filter_map(|cut| {
            let (question, three) = looked.of(cut)?;
            (three.dissatisfied > 0).then_some((*cut, three.dissatisfied, question.n))
        })
        .collect();
    others.sort_by_key(|(cut, bad, _)| (std::cmp::Reverse(*bad), &cut.whose));
    let left = others.len().saturating_sub(limits::WEEK_OTHERS);
    html! {
        section.card #look {
            h2 { (language.say("要看一看的", "What needs a look")) }
            @if standing_out.is_empty() {
                p { (language.say(
                    "没有明显差于其余、也没有明显变差的窗口。",
                    "No window stands out below the others, and none became clearly worse.",
                )) }
            }
            @for bad in &standing_out { (one(looked, bad)) }
            @if !others.is_empty() {
                h3 { (language.say("其他有不满意的", "Others with dissatisfied ratings")) }
                ul.plain {
                    @for (cut, count, n) in others.iter().take(limits::WEEK_OTHERS) {
                        li { (looked.name(&cut.whose)) "：" (language.say("不满意 ", "dissatisfied ")) b { (number(*count)) } " （n=" (number(*n)) "）"
                            @for (_, said, of) in reasons(cut) { span.soft { " " (said.join("、")) "（n=" (number(of)) "）" } }
                        }
                    }
                    @if left > 0 { li.soft { (language.say(format!("还有 {left} 处，见下表。"), format!("{left} more in the tables below."))) } }
                }
            }
            @if !(standing_out.is_empty() && others.is_empty()) {
                p.buttons { a.button href=(received(looked)) {
                    (language.say("看这一周收到的不满意", "The dissatisfied ones received in this week"))
                } }
            }
            (missing(looked))
        }
    }
}

/// Where the week's dissatisfied responses are found, by when they came.
fn received(looked: &Looked) -> String {
    let (begins, ends) = wall::span(looked.week);
    let day = |ms: i64| wall::rfc3339(ms)[..10].to_owned();
    let (from, to) = (day(begins), day(ends - 1));
    let asked = [
        ("from", from.as_str()),
        ("to", to.as_str()),
        ("unit", looked.unit.as_deref().unwrap_or_default()),
        ("level", Level::Dissatisfied.name()),
    ];
    let asked = asked.into_iter().filter(|(_, value)| !value.is_empty());
    format!("/admin/responses?{}", query::written(asked))
}

fn one(looked: &Looked, bad: &Bad<'_>) -> Markup {
    let language = looked.language;
    let Some((question, three)) = looked.of(bad.cut) else {
        return html! {};
    };
    html! {
        article.bad-place {
            h3 { (looked.name(&bad.cut.whose)) }
            p {
                (language.say("不满意 ", "dissatisfied ")) b { (number(three.dissatisfied)) }
                @if let Some(rate) = three.rates.first() {
                    (language.say("，满意率 ", ", rate ")) b { (percent(Some(rate.rate_hundredths))) }
                    span.soft {
                        "（" (words::formula(language, Formula::Satisfied)) ", n=" (number(question.n))
                        ", " (between(rate.low_hundredths, rate.high_hundredths)) "）"
                    }
                }
            }
            ul {
                @for why in &bad.why { li { (why) } }
                @for (title, said, n) in reasons(bad.cut) {
                    li { (title) "：" (said.join("、")) span.soft { "（n=" (number(n)) "）" } }
                }
            }
        }
    }
}

/// Silence is not satisfaction.
fn missing(looked: &Looked) -> Markup {
    let language = looked.language;
    if looked
        .report
        .edition
        .as_ref()
        .is_some_and(|head| head.part > 0)
    {
        return html! {};
    }
    let found = &looked.report.missing;
    html! {
        h3 #missing { (language.say("缺什么", "What is missing")) }
        @if found.silent.is_empty() && found.tablets.is_empty() {
            p { (language.say("没有发现沉默的窗口和失联的平板。", "No silent windows and no late tablets.")) }
        }
        ul.plain {
            @for silent in &found.silent {
                li { b { (looked.unit_name(Some(&silent.unit))) " " (looked.window_name(&silent.unit, &silent.window)) }
                    (language.say(
                        format!("：本周没有一份评价。平板 {} 台，前四周有 {} 份，本周请评 {} 次。", silent.tablets, silent.usual, silent.asked),
                        format!(": not one rating. {} tablets, {} ratings in the four weeks before, asked {} times.", silent.tablets, silent.usual, silent.asked),
                    )) }
            }
            @for tablet in &found.tablets {
                li { (language.say("平板 ", "Tablet ")) b { (tablet.name) } " "
                    (looked.unit_name(Some(&tablet.unit))) " " (looked.window_name(&tablet.unit, &tablet.window)) "："
                    (tablet_state(looked, tablet)) }
            }
        }
    }
}

fn tablet_state(looked: &Looked, tablet: &crate::collation::inputs::TabletState) -> String {
    let language = looked.language;
    let mut parts = Vec::new();
    if tablet.is_late {
        parts.push(language.say("已失联", "not heard of").to_owned());
    }
    if tablet.waiting > 0 {
        let n = tablet.waiting;
        parts.push(language.say(
            format!("还有 {n} 份未送达，以后进补报"),
            format!("{n} still to come, into a supplement"),
        ));
    }
    if tablet.quarantined > 0 {
        let n = tablet.quarantined;
        parts.push(language.say(
            format!("{n} 份被搁置，要人处理"),
            format!("{n} set apart for staff"),
        ));
    }
    if tablet.missing > 0 {
        let n = tablet.missing;
        parts.push(language.say(
            format!("累计 {n} 个编号从未收到"),
            format!("{n} numbers never came"),
        ));
    }
    parts.join(language.say("，", ", ")) + language.say("。", ".")
}
