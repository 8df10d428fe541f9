//! What of a week may leave the house: one table for each survey, mode and set of
//! channels, units by levels. Small units are pooled, and cells that could point at a
//! person are hidden together with as many others as it takes that nobody can compute
//! them from the totals. Windows, officers and free texts stay inside.

use manyi_model::limits::CELL_LEAST;
use manyi_model::statistics::{Formula, Levels, suppress};
use manyi_model::{Channel, Mode};
use serde::Serialize;

use super::Report;
use super::figures::{By, Stratum};
use super::table::{Align, lines};
use super::words;

/// What may be seen by everyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Public {
    /// The week.
    pub week: String,
    /// The number of the edition; `None` while the week is open.
    pub number: Option<i64>,
    /// Fewer people than this are not shown.
    pub cell_least: u64,
    /// The tables.
    pub tables: Vec<Table>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The survey's title.
    pub title: String,
    /// The question.
    pub question: String,
    /// Who filled it in.
    pub mode: Mode,
    /// Where it was asked.
    pub channels: Vec<Channel>,
    /// All together; `None` where they are too few to say anything of them.
    pub total: Option<Row>,
    /// By unit; empty where it cannot be published beside the total.
    pub rows: Vec<Row>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The unit, 合计 or 其他单位合计.
    pub name: String,
    /// Ratings.
    pub n: u64,
    /// 满意, 基本满意, 不满意; `None` where it is hidden.
    pub levels: [Option<u64>; 3],
    /// By each formula that gives nothing hidden away.
    pub rates: Vec<PublicRate>,
}

/// A rate with its formula.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicRate {
    /// The formula in words.
    pub words: &'static str,
    /// In hundredths of a percent.
    pub rate_hundredths: u32,
}

impl Public {
    /// Out of a report. Only one such set may be published of a week: the difference of
    /// two that are cut differently could tell what each of them hides.
    pub fn new(report: &Report) -> Self {
        // Where it was asked in several ways, those together: the ways one by one are
        // parts of it, and its totals would tell their hidden cells.
        let is_widest = |stratum: &&Stratum| {
            report.figures.strata.iter().all(|other| {
                (&other.survey, other.mode) != (&stratum.survey, stratum.mode)
                    || other.channels.len() <= stratum.channels.len()
            })
        };
        let strata = report.figures.strata.iter().filter(is_widest);
        Self {
            week: report.week.clone(),
            number: report.edition.as_ref().map(|head| head.number),
            cell_least: CELL_LEAST,
            tables: strata.flat_map(tables).collect(),
        }
    }
}

fn tables(stratum: &Stratum) -> Vec<Table> {
    let all = stratum.cuts.iter().find(|cut| cut.whose.by == By::All);
    let questions = all.into_iter().flat_map(|cut| &cut.questions);
    // The first rating speaks for the survey: the others are asked of the same people.
    let first = questions
        .filter(|question| question.three.is_some())
        .take(1);
    first
        .map(|question| {
            let units: Vec<(String, [u64; 3])> = stratum
                .cuts
                .iter()
                .filter(|cut| cut.whose.by == By::Unit)
                .filter_map(|cut| {
                    let found = cut.questions.iter().find(|found| found.id == question.id)?;
                    let three = found.three.as_ref()?;
                    let name = cut
                        .whose
                        .unit
                        .clone()
                        .unwrap_or_else(|| "未注明单位".to_owned());
                    Some((name, [three.satisfied, three.basically, three.dissatisfied]))
                })
                .collect();
            let (total, rows) = hide(&units);
            Table {
                title: stratum.title.clone(),
                question: question.title.clone(),
                mode: stratum.mode,
                channels: stratum.channels.clone(),
                total,
                rows,
            }
        })
        .collect()
}

/// The total and the lines of units, with what must be hidden left out.
fn hide(units: &[(String, [u64; 3])]) -> (Option<Row>, Vec<Row>) {
    let sum = |rows: &[[u64; 3]]| {
        rows.iter().fold([0; 3], |mut sum, row| {
            sum.iter_mut()
                .zip(row)
                .for_each(|(sum, count)| *sum += count);
            sum
        })
    };
    let counts: Vec<[u64; 3]> = units.iter().map(|(_, counts)| *counts).collect();
    let totals: Vec<u64> = counts.iter().map(|counts| counts.iter().sum()).collect();
    let pooled = suppress::pooled(&totals, CELL_LEAST);
    let all = sum(&counts);
    let is_small = |counts: &[u64; 3]| counts.iter().any(|count| (1..CELL_LEAST).contains(count));
    if all.iter().sum::<u64>() < CELL_LEAST {
        return (None, Vec::new());
    }
    // A small count in the total itself cannot be hidden behind larger ones: then only
    // how many rated is said.
    if is_small(&all) {
        return (Some(row("合计", all, [true; 3])), Vec::new());
    }
    let mut named: Vec<(String, [u64; 3])> = units
        .iter()
        .zip(&pooled)
        .filter(|((_, counts), is_pooled)| !**is_pooled && counts.iter().sum::<u64>() > 0)
        .map(|(unit, _)| unit.clone())
        .collect();
    let pool: Vec<[u64; 3]> = counts
        .iter()
        .zip(&pooled)
        .filter(|(_, is_pooled)| **is_pooled)
        .map(|(counts, _)| *counts)
        .collect();
    if !pool.is_empty() {
        named.push(("其他单位合计".to_owned(), sum(&pool)));
    }
    let total = row("合计", all, [false; 3]);
    let cells: Vec<Vec<u64>> = named.iter().map(|(_, counts)| counts.to_vec()).collect();
    let Some(hidden) = suppress::hidden(&cells, CELL_LEAST) else {
        return (Some(total), Vec::new());
    };
    let rows = named
        .iter()
        .zip(&hidden)
        .map(|((name, counts), hidden)| row(name, *counts, [hidden[0], hidden[1], hidden[2]]));
    (Some(total), rows.collect())
}

/// A rate is shown where every count in it is: with n beside it, it tells the count.
fn row(name: &str, counts: [u64; 3], hidden: [bool; 3]) -> Row {
    let levels = Levels {
        satisfied: counts[0],
        basically: counts[1],
        dissatisfied: counts[2],
    };
    let shown = |formula: Formula| match formula {
        Formula::Satisfied => !hidden[0],
        Formula::Half => !hidden[0] && !hidden[1],
        // It tells what is left: 不满意.
        Formula::AtLeastBasically => !hidden[2],
    };
    let rates = Formula::ALL.into_iter().filter(|formula| shown(*formula));
    let mut visible = [None; 3];
    for (place, (count, hidden)) in visible.iter_mut().zip(counts.into_iter().zip(hidden)) {
        *place = (!hidden).then_some(count);
    }
    Row {
        name: name.to_owned(),
        n: levels.n(),
        levels: visible,
        rates: rates
            .filter_map(|formula| {
                Some(PublicRate {
                    words: formula.words(),
                    rate_hundredths: formula.rate(levels)?.0,
                })
            })
            .collect(),
    }
}

/// The tables as text.
pub fn write(public: &Public) -> String {
    let mut out = vec![match public.number {
        Some(number) => format!("满意通报　{}　第 {number} 号", public.week),
        None => format!("满意通报　{}　未结算，数字还会变", public.week),
    }];
    for table in &public.tables {
        out.push(String::new());
        out.push(format!(
            "【{}】{}　{} · {}",
            table.title,
            table.question,
            words::mode(table.mode),
            words::channels(&table.channels)
        ));
        let mut rows = vec![
            [
                "",
                "n",
                "满意",
                "基本满意",
                "不满意",
                "满意率（各算法见下）",
            ]
            .map(str::to_owned)
            .to_vec(),
        ];
        for row in table.rows.iter().chain(&table.total) {
            let rates: Vec<String> = row
                .rates
                .iter()
                .map(|rate| {
                    format!(
                        "{} {}",
                        rate.words,
                        words::percent(Some(rate.rate_hundredths))
                    )
                })
                .collect();
            let cell = |count: Option<u64>| count.map_or_else(|| "＊".to_owned(), words::number);
            rows.push(vec![
                row.name.clone(),
                words::number(row.n),
                cell(row.levels[0]),
                cell(row.levels[1]),
                cell(row.levels[2]),
                rates.join("；"),
            ]);
        }
        use Align::{Left, Right};
        let found = lines(&[Left, Right, Right, Right, Right, Left], &rows);
        out.extend(found.into_iter().map(|line| format!("  {line}")));
        if table.total.is_none() {
            out.push(format!("  不足 {} 份，不公布。", public.cell_least));
        } else if table.rows.is_empty() {
            out.push("  各单位人数太少，不分列。".to_owned());
        }
    }
    out.push(String::new());
    out.push(format!(
        "＊：为了不让人认出是谁评的，1 至 {} 份的格子不公布，并另隐去几格，使它算不出来。",
        public.cell_least - 1
    ));
    out.join("\n") + "\n"
}
