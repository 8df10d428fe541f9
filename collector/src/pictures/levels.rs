//! Three levels as bars to both sides of one line: 不满意 to the left of it, the others to
//! the right. The counts stand on the bars, n and the rate beside the name.

use manyi_model::statistics::rate::share;
use maud::{Markup, html};

use super::{Frame, WIDTH, framed, head, place, short};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The unit or window.
    pub name: String,
    /// 满意, 基本满意, 不满意.
    pub levels: [u64; 3],
}

impl Row {
    fn n(&self) -> u64 {
        self.levels.iter().sum()
    }

    /// 不满意 of all, in hundredths of a percent.
    fn bad(&self) -> u32 {
        share(self.levels[2], self.n()).map_or(0, |share| share.0)
    }
}

/// Height of a line: a name and its bar.
const LINE: u32 = 50;
const TOP: u32 = 22;

/// The picture, the greatest share of 不满意 first; `columns` are what its table calls
/// the name, n and the three levels.
pub fn draw(frame: &Frame<'_>, rows: &[Row], columns: [&str; 5]) -> Markup {
    let mut rows: Vec<&Row> = rows.iter().filter(|row| row.n() > 0).collect();
    rows.sort_by_key(|row| (std::cmp::Reverse((row.bad(), row.n())), &row.name));
    let worst = rows.iter().map(|row| row.bad()).max().unwrap_or_default();
    // The left side is as wide as the greatest share on it needs, and never nothing.
    let left = worst.div_ceil(500).max(2) * 500;
    let middle = place(left, (0, left + 10_000), (26, WIDTH));
    let long = |part: u64, n: u64| {
        let part = share(part, n).map_or(0, |share| share.0);
        place(part, (0, 10_000), (0, WIDTH - middle))
    };
    let count = u32::try_from(rows.len()).unwrap_or_default();
    let height = TOP + count * LINE;
    let drawing = html! {
        text.small x=(middle - 6) y="14" text-anchor="end" { (columns[4]) }
        text.small x=(middle + 4) y="14" { (columns[2]) }
        text.small x=(WIDTH) y="14" text-anchor="end" { (columns[3]) }
        @for (row, y) in rows.iter().zip((TOP..).step_by(LINE as usize)) {
            @let [good, fair, bad] = row.levels;
            @let (n, bar) = (row.n(), y + 22);
            text.name x="0" y=(y + 15) { (short(&row.name, 28)) }
            text.small x=(WIDTH) y=(y + 15) text-anchor="end" { "n=" (n) }
            rect.bad x=(middle - long(bad, n)) y=(bar) width=(long(bad, n)) height="18" {}
            rect.good x=(middle) y=(bar) width=(long(good, n)) height="18" {}
            rect.fair x=(middle + long(good, n)) y=(bar) width=(long(fair, n)) height="18" {}
            text.small.strong x=(middle - long(bad, n) - 4) y=(bar + 14) text-anchor="end" { (bad) }
            line.axis x1=(middle) x2=(middle) y1=(bar - 3) y2=(bar + 21) {}
            @if long(good, n) > 30 {
                text.on x=(middle + 5) y=(bar + 14) { (good) }
            }
            @if long(fair, n) > 24 {
                text.on-fair x=(middle + long(good, n) + long(fair, n) - 4) y=(bar + 14) text-anchor="end" { (fair) }
            }
        }
    };
    let table = html! {
        (head(&columns))
        tbody {
            @for row in &rows {
                tr {
                    th scope="row" { (row.name) }
                    td.num { (row.n()) }
                    @for count in row.levels { td.num { (count) } }
                }
            }
        }
    };
    framed(frame, height, &drawing, &table)
}

#[cfg(test)]
mod tests {
    use super::super::tests_of::{FRAME, is_drawn};
    use super::{Row, draw};

    const COLUMNS: [&str; 5] = ["unit", "n", "good", "fair", "bad"];

    fn row(name: &str, levels: [u64; 3]) -> Row {
        Row {
            name: name.to_owned(),
            levels,
        }
    }

    #[test]
    fn the_greatest_share_comes_first_and_nobody_is_no_line() {
        let rows = [
            row("calm", [99, 0, 1]),
            row("empty", [0, 0, 0]),
            row("bad", [5, 0, 5]),
        ];
        let drawn = draw(&FRAME, &rows, COLUMNS).into_string();
        is_drawn(&drawn);
        assert!(drawn.find("bad</text>").unwrap_or(0) < drawn.find("calm</text>").unwrap_or(0));
        assert!(!drawn.contains("empty"));
        assert_eq!(drawn.matches("<rect").count(), 6);
    }

    #[test]
    fn no_bar_leaves_the_picture() {
        for levels in [[0, 0, 7], [7, 0, 0], [0, 7, 0], [u64::MAX / 4, 1, 1]] {
            is_drawn(&draw(&FRAME, &[row("one", levels)], COLUMNS).into_string());
        }
        is_drawn(&draw(&FRAME, &[], COLUMNS).into_string());
    }
}
