//! A rate over weeks, in the interval that it lies in. Where too few rated there is a
//! gap: neither point nor line.

use manyi_model::statistics::Hundredths;
use maud::{Markup, html};

use super::{Frame, WIDTH, framed, head, place, whole};

/// One week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The week, such as `W47`.
    pub label: String,
    /// How many rated.
    pub n: u64,
    /// The rate and the ends of its interval, in hundredths of a percent; `None` where
    /// nobody rated.
    pub rate: Option<[u32; 3]>,
}

/// What its table calls things: week, n, rate, interval, and where there are too few.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The four columns.
    pub columns: [&'a str; 4],
    /// In place of a rate.
    pub too_few: &'a str,
}

const HEIGHT: u32 = 190;
/// Left and right end of the weeks: beside them stand the scale and the last figure.
const SIDES: (u32, u32) = (44, 268);
const UP: (u32, u32) = (150, 22);

/// The picture of these weeks, the oldest first; those with fewer than `least` ratings
/// are gaps.
pub fn draw(frame: &Frame<'_>, points: &[Point], least: u64, words: Words<'_>) -> Markup {
    let seen = |point: &Point| point.rate.filter(|_| point.n >= least);
    let lowest = points.iter().filter_map(seen).map(|[_, low, _]| low).min();
    // From a round number below everything to the whole: five steps at most.
    let floor = lowest.map_or(0, |low| low / 1_000 * 1_000).min(9_000);
    let scale = (floor, 10_000);
    let up = |hundredths| place(hundredths, scale, UP);
    let steps = u32::try_from(points.len().saturating_sub(1).max(1)).unwrap_or(1);
    let across = |at: usize| {
        let at = u32::try_from(at).unwrap_or_default();
        SIDES.0 + (SIDES.1 - SIDES.0) * at / steps
    };
    let lines = [floor, u32::midpoint(floor, 10_000), 10_000];
    let last = points.iter().rposition(|point| seen(point).is_some());
    let every = points.len().div_ceil(4).max(1);
    let drawing = html! {
        @for line in lines {
            line.grid x1=(SIDES.0) x2=(SIDES.1) y1=(up(line)) y2=(up(line)) {}
            text.small x=(SIDES.0 - 6) y=(up(line) + 5) text-anchor="end" { (whole(line)) }
        }
        @for run in runs(points, least) {
            @let ends: Vec<(u32, [u32; 3])> = run.iter()
                .filter_map(|at| Some((across(*at), points.get(*at)?.rate?)))
                .collect();
            @let upper = ends.iter().map(|(x, [_, _, high])| format!("{x},{}", up(*high)));
            @let lower = ends.iter().rev().map(|(x, [_, low, _])| format!("{x},{}", up(*low)));
            polygon.band points=(upper.chain(lower).collect::<Vec<_>>().join(" ")) {}
            @let line = ends.iter().map(|(x, [rate, _, _])| format!("{x},{}", up(*rate)));
            polyline.line points=(line.collect::<Vec<_>>().join(" ")) {}
            @for (x, [rate, low, high]) in &ends {
                @if ends.len() == 1 {
                    line.line x1=(x) x2=(x) y1=(up(*low)) y2=(up(*high)) {}
                }
                circle.point cx=(x) cy=(up(*rate)) r="3.5" {}
            }
        }
        @for (at, point) in points.iter().enumerate() {
            @if seen(point).is_none() {
                text.small x=(across(at)) y=(UP.0 + 2) text-anchor="middle" { "·" }
            }
            @if at % every == (points.len() - 1) % every {
                text.small x=(across(at)) y=(UP.0 + 24) text-anchor="middle" { (point.label) }
            }
        }
        @if let Some((at, [rate, ..])) = last.and_then(|at| Some((at, points.get(at)?.rate?))) {
            text.strong x=(across(at) + 10) y=(up(rate) + 1) { (Hundredths(rate)) }
            text.small x=(across(at) + 10) y=(up(rate) + 18) { "n=" (points[at].n) }
        }
    };
    let table = html! {
        (head(&words.columns))
        tbody {
            @for point in points {
                tr {
                    th scope="row" { (point.label) }
                    td.num { (point.n) }
                    @match seen(point) {
                        Some([rate, low, high]) => {
                            td.num { (Hundredths(rate)) }
                            td.num { (Hundredths(low)) " – " (Hundredths(high)) }
                        }
                        None => { td { (words.too_few) } td {} }
                    }
                }
            }
        }
    };
    debug_assert!(SIDES.1 < WIDTH);
    framed(frame, HEIGHT, &drawing, &table)
}

/// The weeks that follow one another without a gap.
fn runs(points: &[Point], least: u64) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut is_open = false;
    for (at, point) in points.iter().enumerate() {
        let is_seen = point.rate.is_some() && point.n >= least;
        match (is_seen, is_open) {
            (false, _) => {}
            (true, false) => runs.push(vec![at]),
            (true, true) => runs.last_mut().into_iter().for_each(|run| run.push(at)),
        }
        is_open = is_seen;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::super::tests_of::{FRAME, is_drawn};
    use super::{Point, Words, draw, runs};

    fn point(label: &str, n: u64) -> Point {
        Point {
            label: label.to_owned(),
            n,
            rate: (n > 0).then_some([9_000, 8_000, 9_500]),
        }
    }

    const WORDS: Words<'static> = Words {
        columns: ["week", "n", "rate", "interval"],
        too_few: "too few",
    };

    #[test]
    fn weeks_with_too_few_are_a_gap() {
        let points = [("W1", 40), ("W2", 40), ("W3", 3), ("W4", 0), ("W5", 40)];
        let points = points.map(|(label, n)| point(label, n));
        assert_eq!(runs(&points, 30), [vec![0, 1], vec![4]]);
        let drawn = draw(&FRAME, &points, 30, WORDS).into_string();
        is_drawn(&drawn);
        assert_eq!(drawn.matches("<circle").count(), 3);
        assert_eq!(drawn.matches("too few").count(), 2);
        assert!(drawn.contains("90.00 %") && drawn.contains("n=40"));
    }

    #[test]
    fn nothing_at_all_is_drawn_as_nothing() {
        let drawn = draw(&FRAME, &[], 30, WORDS).into_string();
        is_drawn(&drawn);
        assert_eq!(drawn.matches("<circle").count(), 0);
        let one = draw(&FRAME, &[point("W1", 30)], 30, WORDS).into_string();
        assert_eq!(one.matches("<circle").count(), 1);
    }
}
