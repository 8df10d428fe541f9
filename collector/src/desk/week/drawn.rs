//! The pictures of a week.

use manyi_model::limits::{CELL_LEAST, RANK_LEAST};
use manyi_model::statistics::{Formula, Levels, Week, interval};
use maud::{Markup, html};

use super::look::Looked;
use super::{tables, words};
use crate::collation::asked::ResponseRate;
use crate::collation::figures::By;
use crate::collation::history::{Closed, Rating};
use crate::limits;
use crate::pictures::{Frame, days, funnel, levels, trend};

/// All of them that have something to show.
pub(super) fn all(looked: &Looked, past: &[(Week, Option<Closed>)]) -> Markup {
    html! {
        div.pictures {
            (over_weeks(looked, past))
            (by_day(looked))
            (distribution(looked, By::Unit))
            (distribution(looked, By::Window))
            (answered(looked))
        }
    }
}

/// What every frame of this page has.
fn frame<'a>(
    looked: &Looked,
    id: &'a str,
    title: &'a str,
    about: &'a str,
    how: &'a str,
) -> Frame<'a> {
    let table = looked.language.say("看数据", "As a table");
    Frame {
        id,
        title,
        about,
        how,
        table,
    }
}

fn point(week: Week, levels: Levels) -> trend::Point {
    let formula = Formula::Satisfied;
    let interval = interval::wilson(formula.halves(levels), levels.n());
    let rate = formula.rate(levels).zip(interval);
    trend::Point {
        label: week
            .to_string()
            .split_once('-')
            .map_or_else(String::new, |(_, week)| week.to_owned()),
        n: levels.n(),
        rate: rate.map(|(rate, interval)| [rate.0, interval.low.0, interval.high.0]),
    }
}

fn over_weeks(looked: &Looked, past: &[(Week, Option<Closed>)]) -> Markup {
    let language = looked.language;
    let (Some(stratum), Some((_, question, three))) = (looked.stratum(), looked.rating()) else {
        return html! {};
    };
    let rating = Rating {
        survey: &stratum.survey,
        mode: stratum.mode,
        channels: &stratum.channels,
        question: &question.id,
    };
    let mut points: Vec<trend::Point> = past
        .iter()
        .map(|(week, closed)| {
            point(
                *week,
                closed
                    .as_ref()
                    .map_or_else(Levels::default, |closed| closed.levels(rating)),
            )
        })
        .collect();
    points.push(point(
        looked.week,
        Levels {
            satisfied: three.satisfied,
            basically: three.basically,
            dissatisfied: three.dissatisfied,
        },
    ));
    let title = language.say("满意率，每周", "Rate by week");
    let about = language.say(
        format!("{} 周的满意率和 95% 区间，数在表里。", points.len()),
        format!(
            "The rate of {} weeks with its 95 % interval; the numbers are in the table.",
            points.len()
        ),
    );
    let formula = words::formula(language, Formula::Satisfied);
    let how = language.say(
        format!("{formula}；浅色是 95% 区间。各周以结算时为准；没有结算或不足 {RANK_LEAST} 份的周是缺口。"),
        format!("{formula}; the light band is the 95 % interval. Weeks as they were closed; one that was not, or has fewer than {RANK_LEAST} ratings, is a gap."),
    );
    let words = trend::Words {
        columns: language.say(
            ["周", "n", "满意率", "95% 区间"],
            ["Week", "n", "Rate", "95 % interval"],
        ),
        too_few: language.say("太少", "too few"),
    };
    trend::draw(
        &frame(looked, "trend", title, &about, &how),
        &points,
        RANK_LEAST,
        words,
    )
}

fn distribution(looked: &Looked, by: By) -> Markup {
    let language = looked.language;
    let mut rows: Vec<levels::Row> = tables::cuts(looked, by)
        .into_iter()
        .map(|(cut, _, three)| levels::Row {
            name: looked.name(&cut.whose),
            levels: [three.satisfied, three.basically, three.dissatisfied],
        })
        .collect();
    if rows.len() < 2 {
        return html! {};
    }
    let all = rows.len();
    // The worst of many: the table has all of them.
    rows.sort_by_key(|row| {
        let n: u64 = row.levels.iter().sum();
        std::cmp::Reverse((row.levels[2] * 10_000 / n.max(1), n))
    });
    rows.truncate(limits::PICTURE_ROWS);
    let id = if by == By::Unit {
        "levels-units"
    } else {
        "levels-windows"
    };
    let name = words::by(language, by);
    let title = language.say(
        format!("三级分布，各{name}"),
        format!("Three levels by {name}"),
    );
    let about = language.say(
        "向左是不满意，向右是满意和基本满意，数在表里。",
        "To the left dissatisfied, to the right satisfied and basically satisfied; the numbers are in the table.",
    );
    let [good, fair, bad] = words::levels(language);
    let mut how = language.say(
        "条长是占评价总数 n 的份额；不满意份额大的在前。".to_owned(),
        "Lengths are shares of all ratings n; the greatest share of dissatisfied comes first."
            .to_owned(),
    );
    if all > rows.len() {
        how += &language.say(
            format!("只画前 {} 个，共 {all} 个。", rows.len()),
            format!(" The first {} of {all}.", rows.len()),
        );
    }
    let columns = [name, "n", good, fair, bad];
    levels::draw(&frame(looked, id, &title, about, &how), &rows, columns)
}

fn by_day(looked: &Looked) -> Markup {
    let language = looked.language;
    let Some(stratum) = looked.stratum() else {
        return html! {};
    };
    let mut rows: std::collections::BTreeMap<(String, String), [[u64; 3]; 7]> = Default::default();
    for leaf in &looked.report.counts.leaves {
        let place = &leaf.place;
        let is_of = (&place.survey, place.mode) == (&stratum.survey, stratum.mode)
            && stratum.channels.contains(&place.channel);
        if let (true, Some(unit), Some(window)) = (is_of, &place.unit, &place.window) {
            let days = rows.entry((unit.clone(), window.clone())).or_default();
            for (day, add) in days.iter_mut().zip(&leaf.counted.days) {
                day.iter_mut().zip(add).for_each(|(sum, n)| *sum += n);
            }
        }
    }
    let n = |days: &[[u64; 3]; 7]| days.iter().flatten().sum::<u64>();
    let is_one_unit = rows
        .keys()
        .map(|(unit, _)| unit)
        .collect::<std::collections::BTreeSet<_>>()
        .len()
        < 2;
    let mut rows: Vec<_> = rows.into_iter().filter(|(_, days)| n(days) > 0).collect();
    if rows.is_empty() {
        return html! {};
    }
    let all = rows.len();
    rows.sort_by_key(|(_, days)| {
        let bad: u64 = days.iter().map(|day| day[2]).sum();
        std::cmp::Reverse((bad * 10_000 / n(days).max(1), n(days)))
    });
    rows.truncate(limits::PICTURE_ROWS);
    let rows: Vec<days::Row> = rows
        .into_iter()
        .map(|((unit, window), days)| days::Row {
            name: match is_one_unit {
                true => looked.window_name(&unit, &window),
                false => {
                    let name = looked.unit_name(Some(&unit));
                    format!("{} {window}", name.trim_end_matches("派出所"))
                }
            },
            days,
        })
        .collect();
    let title = language.say("窗口 × 星期", "Windows by day");
    let formula = words::formula(language, Formula::Satisfied);
    let about = language.say(
        "每格是那个窗口那一天的满意率和份数，数在表里。",
        "Each cell has the rate and the ratings of a window on a day; the numbers are in the table.",
    );
    let mut how = language.say(
        format!("{formula}；不满意的份额越大，颜色越深；不足 {CELL_LEAST} 份只写 n。取问卷的第一个满意度题。"),
        format!("{formula}; the darker, the greater the share of dissatisfied; below {CELL_LEAST} ratings only n. Of the survey’s first question on satisfaction."),
    );
    if all > rows.len() {
        how += &language.say(
            format!("只画前 {} 个窗口，共 {all} 个。", rows.len()),
            format!(" The first {} of {all} windows.", rows.len()),
        );
    }
    let frame = frame(looked, "days", title, about, &how);
    days::draw(
        &frame,
        &rows,
        Formula::Satisfied,
        words::days(language),
        CELL_LEAST,
    )
}

fn answered(looked: &Looked) -> Markup {
    let language = looked.language;
    let all = looked.stratum().and_then(|stratum| stratum.all());
    let Some(ResponseRate::Asked {
        asked,
        shown,
        answered,
        timed_out,
        declined,
        replaced,
        ..
    }) = all.map(|all| &all.response)
    else {
        return html! {};
    };
    let step = |name: &str, n: u64| funnel::Step {
        name: name.to_owned(),
        n,
    };
    let steps = [
        step(language.say("窗口请评", "Asked by the window"), *asked),
        step(language.say("平板显示", "On the screen"), *shown),
        step(language.say("评了", "Answered"), *answered),
    ];
    let title = language.say("从请评到评价", "From asked to answered");
    let unheard = asked.saturating_sub(answered + timed_out + declined + replaced);
    let about = language.say(
        format!("请评 {asked} 次，显示 {shown} 次，评了 {answered} 次。"),
        format!("Asked {asked} times, shown {shown}, answered {answered}."),
    );
    let how = language.say(
        format!("各步 ÷ 请评次数（n={asked}）。没有评的：超时 {timed_out}，谢绝 {declined}，被下一位顶替 {replaced}，无回音 {unheard}。"),
        format!("Each step ÷ asked (n={asked}). Not answered: timed out {timed_out}, declined {declined}, overtaken {replaced}, unheard of {unheard}."),
    );
    let columns = language.say(["步骤", "次数", "占请评"], ["Step", "Times", "Of asked"]);
    funnel::draw(
        &frame(looked, "funnel", title, &about, &how),
        &steps,
        columns,
    )
}
