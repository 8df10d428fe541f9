//! Windows by the days of a week: each cell has its rate and its n, and is the darker
//! the more were not satisfied. Where too few rated there is n alone.

use manyi_model::statistics::Levels;
use manyi_model::statistics::{Formula, Hundredths};
use maud::{Markup, html};

use super::{Frame, framed, head, short, whole};

/// One window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// 满意, 基本满意, 不满意 of each day, from Monday on.
    pub days: [[u64; 3]; 7],
}

const LINE: u32 = 42;
const TOP: u32 = 24;
/// Where the cells begin, and how wide one is.
const LEFT: u32 = 88;
const CELL: u32 = 36;

fn levels(day: [u64; 3]) -> Levels {
    Levels {
        satisfied: day[0],
        basically: day[1],
        dissatisfied: day[2],
    }
}

/// The share of 不满意 in steps: none, up to 5, 10 and 20 %, and above.
fn shade(levels: Levels) -> &'static str {
    let share = manyi_model::statistics::rate::share(levels.dissatisfied, levels.n());
    match share.map_or(0, |share| share.0) {
        0 => "s0",
        1..=500 => "s1",
        501..=1_000 => "s2",
        1_001..=2_000 => "s3",
        _ => "s4",
    }
}

/// The picture; `days` are what Monday to Sunday are called, and below `least` ratings
/// no rate is shown.
pub fn draw(
    frame: &Frame<'_>,
    rows: &[Row],
    formula: Formula,
    days: [&str; 7],
    least: u64,
) -> Markup {
    let count = u32::try_from(rows.len()).unwrap_or_default();
    let shown = |day: [u64; 3]| {
        formula
            .rate(levels(day))
            .filter(|_| levels(day).n() >= least)
    };
    let cells = || (LEFT..).step_by(CELL as usize);
    let drawing = html! {
        @for (day, x) in days.iter().zip(cells()) {
            text.small x=(x + CELL / 2) y="15" text-anchor="middle" { (day) }
        }
        @for (row, y) in rows.iter().zip((TOP..).step_by(LINE as usize)) {
            text.name x="0" y=(y + 24) { (short(&row.name, 11)) }
            @for (day, x) in row.days.iter().zip(cells()) {
                @let (found, n) = (levels(*day), levels(*day).n());
                @let class = shown(*day).map_or("s0", |_| shade(found));
                rect class={ "cell " (class) } x=(x + 1) y=(y + 1) width=(CELL - 2) height=(LINE - 2) {}
                @if let Some(rate) = shown(*day) {
                    text class={ "tiny on-" (class) } x=(x + CELL / 2) y=(y + 18) text-anchor="middle" { (whole(rate.0).replace(' ', "")) }
                }
                @if n > 0 {
                    text class={ "tiny on-" (class) } x=(x + CELL / 2) y=(y + 34) text-anchor="middle" { "n=" (n) }
                } @else {
                    text.tiny x=(x + CELL / 2) y=(y + 26) text-anchor="middle" { "—" }
                }
            }
        }
    };
    let columns = [&[frame.title][..], &days].concat();
    let table = html! {
        (head(&columns))
        tbody {
            @for row in rows {
                tr {
                    th scope="row" { (row.name) }
                    @for day in row.days {
                        td.num {
                            @if let Some(Hundredths(rate)) = shown(day) { (Hundredths(rate)) br; }
                            "n=" (levels(day).n())
                        }
                    }
                }
            }
        }
    };
    framed(frame, TOP + count * LINE + 2, &drawing, &table)
}

#[cfg(test)]
mod tests {
    use manyi_model::statistics::Formula;

    use super::super::tests_of::{FRAME, is_drawn};
    use super::{Row, draw};

    const DAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

    #[test]
    fn a_cell_has_its_rate_and_its_n_and_few_have_n_alone() {
        let mut days = [[0; 3]; 7];
        days[0] = [9, 0, 1];
        days[1] = [4, 0, 0];
        let rows = [Row {
            name: "3".to_owned(),
            days,
        }];
        let drawn = draw(&FRAME, &rows, Formula::Satisfied, DAYS, 5).into_string();
        is_drawn(&drawn);
        let svg = drawn.split_once("</svg>").map_or("", |(svg, _)| svg);
        assert!(svg.contains("90%") && svg.contains("n=10") && svg.contains("n=4"));
        assert!(!svg.contains("100%"));
        assert_eq!(svg.matches('—').count(), 5);
        assert_eq!(svg.matches("<rect").count(), 7);
    }
}
