//! From asked to answered: each step as a bar of what was asked, with its count and its
//! share.

use manyi_model::statistics::rate::share;
use maud::{Markup, html};

use super::{Frame, WIDTH, framed, head, place};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// How many.
    pub n: u64,
}

const LINE: u32 = 54;

/// The picture; the first step is the whole of all others. `columns` are what its table
/// calls the step, its count and its share.
pub fn draw(frame: &Frame<'_>, steps: &[Step], columns: [&str; 3]) -> Markup {
    let all = steps.first().map_or(0, |step| step.n);
    let part = |n: u64| share(n, all).map_or(0, |share| share.0);
    let percent = |n: u64| share(n, all).map_or_else(|| "—".to_owned(), |share| share.to_string());
    let count = u32::try_from(steps.len()).unwrap_or_default();
    let drawing = html! {
        @for (step, y) in steps.iter().zip((0..).step_by(LINE as usize)) {
            text.name x="0" y=(y + 16) { (step.name) }
            text.small x=(WIDTH) y=(y + 16) text-anchor="end" { (step.n) " · " (percent(step.n)) }
            rect.rest x="0" y=(y + 24) width=(WIDTH) height="18" {}
            rect.good x="0" y=(y + 24) width=(place(part(step.n), (0, 10_000), (0, WIDTH))) height="18" {}
        }
    };
    let table = html! {
        (head(&columns))
        tbody {
            @for step in steps {
                tr {
                    th scope="row" { (step.name) }
                    td.num { (step.n) }
                    td.num { (percent(step.n)) }
                }
            }
        }
    };
    framed(frame, (count * LINE).max(1), &drawing, &table)
}

#[cfg(test)]
mod tests {
    use super::super::tests_of::{FRAME, is_drawn};
    use super::{Step, draw};

    #[test]
    fn each_step_is_a_part_of_the_first() {
        let step = |name: &str, n| Step {
            name: name.to_owned(),
            n,
        };
        let columns = ["step", "n", "share"];
        let steps = [step("asked", 200), step("shown", 150), step("answered", 50)];
        let drawn = draw(&FRAME, &steps, columns).into_string();
        is_drawn(&drawn);
        for wanted in ["200 · 100.00 %", "150 · 75.00 %", "50 · 25.00 %"] {
            assert!(drawn.contains(wanted), "{wanted}: {drawn}");
        }
        is_drawn(&draw(&FRAME, &[step("asked", 0)], columns).into_string());
        is_drawn(&draw(&FRAME, &[], columns).into_string());
    }
}
