//! Pictures of figures: pure functions from numbers to SVG, each with a table of the
//! same numbers behind it. They need no script and no style of their own but the classes
//! in `desk.css`, which hold in dark, in forced colours and on paper. Nothing is said by
//! colour alone: each mark has its number beside it.
//!
//! | module | what |
//! | --- | --- |
//! | [`trend`] | a rate over weeks, in its interval |
//! | [`levels`] | three levels as bars to both sides, one line for each |
//! | [`days`] | windows by the days of a week |
//! | [`funnel`] | asked, shown, answered |
//!
//! All are as wide as a phone: 340 units, 14 of which are the height of a letter.

use maud::{Markup, html};

pub mod days;
pub mod funnel;
pub mod levels;
pub mod trend;

/// Width of every picture, in its own units.
const WIDTH: u32 = 340;

/// What stands around a picture.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Begins the ids in it: pictures of one page have different ones.
    pub id: &'a str,
    /// What it shows, above it.
    pub title: &'a str,
    /// The same with its numbers, for whoever does not see it.
    pub about: &'a str,
    /// How it is counted, below it.
    pub how: &'a str,
    /// What opens the table.
    pub table: &'a str,
}

/// A picture with its heading, its reading and its table.
fn framed(frame: &Frame<'_>, height: u32, drawing: &Markup, table: &Markup) -> Markup {
    let (title, about) = (format!("{}-title", frame.id), format!("{}-about", frame.id));
    let both = format!("{title} {about}");
    html! {
        figure.picture {
            figcaption { (frame.title) }
            svg viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-labelledby=(both) {
                title id=(title) { (frame.title) }
                desc id=(about) { (frame.about) }
                (drawing)
            }
            p.how { (frame.how) }
            details {
                summary { (frame.table) }
                div.scroll tabindex="0" role="region" aria-label=(frame.title) { table { (table) } }
            }
        }
    }
}

/// The head of a table: the first column is text, the others are numbers.
fn head(columns: &[&str]) -> Markup {
    html! {
        thead { tr {
            @for (at, column) in columns.iter().enumerate() {
                th scope="col" class=[(at > 0).then_some("num")] { (column) }
            }
        } }
    }
}

/// Hundredths of a percent as a place between `from` and `to`, in whole units.
fn place(hundredths: u32, (least, most): (u32, u32), (from, to): (u32, u32)) -> u32 {
    let span = u64::from(most.saturating_sub(least).max(1));
    let at = u64::from(hundredths.clamp(least, most) - least);
    let units = |n: u32| u64::from(n);
    let found = if to >= from {
        units(from) + (units(to - from) * at + span / 2) / span
    } else {
        units(from) - (units(from - to) * at + span / 2) / span
    };
    u32::try_from(found).unwrap_or_default()
}

/// `text` in at most `most` columns, of which a Chinese character takes two.
fn short(text: &str, most: usize) -> String {
    let width = |c: char| if c.is_ascii() { 1 } else { 2 };
    if text.chars().map(width).sum::<usize>() <= most {
        return text.to_owned();
    }
    let mut room = most.saturating_sub(2);
    let mut cut = String::new();
    for c in text.chars() {
        match room.checked_sub(width(c)) {
            Some(left) => room = left,
            None => break,
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// `92 %`, for where there is no room for more; the table has the rest.
fn whole(hundredths: u32) -> String {
    format!("{} %", (hundredths + 50) / 100)
}

#[cfg(test)]
mod tests {
    use super::{place, short, whole};

    #[test]
    fn a_place_goes_both_ways_and_never_out() {
        assert_eq!(place(0, (0, 10_000), (10, 110)), 10);
        assert_eq!(place(5_000, (0, 10_000), (10, 110)), 60);
        assert_eq!(place(10_000, (0, 10_000), (110, 10)), 10);
        assert_eq!(place(7_500, (5_000, 10_000), (110, 10)), 60);
        assert_eq!(place(1, (5_000, 10_000), (110, 10)), 110);
        assert_eq!(place(0, (0, 0), (10, 110)), 10);
    }

    #[test]
    fn long_names_are_cut_where_the_room_ends() {
        assert_eq!(short("户籍窗口", 8), "户籍窗口");
        assert_eq!(short("户籍窗口一", 8), "户籍窗…");
        assert_eq!(short("window 12", 8), "window…");
        assert_eq!(whole(9_249), "92 %");
        assert_eq!(whole(9_250), "93 %");
    }
}

#[cfg(test)]
mod tests_of {
    use super::{Frame, WIDTH};

    /// A frame for tests.
    pub const FRAME: Frame<'static> = Frame {
        id: "one",
        title: "A picture",
        about: "What it shows",
        how: "How it is counted",
        table: "As a table",
    };

    /// That a picture is named, has a table, and stays within its frame.
    pub fn is_drawn(drawn: &str) {
        for wanted in [
            r#"role="img" aria-labelledby="one-title one-about""#,
            r#"<title id="one-title">A picture</title>"#,
            r#"<desc id="one-about">What it shows</desc>"#,
            "How it is counted",
            "<table>",
        ] {
            assert!(drawn.contains(wanted), "{wanted}: {drawn}");
        }
        assert!(!drawn.contains("style="), "{drawn}");
        for rect in drawn.split("<rect").skip(1) {
            let number = |name: &str| {
                let (_, rest) = rect.split_once(&format!(" {name}=\"")).expect(rect);
                let number = rest.split('"').next().unwrap_or_default();
                number.parse::<u32>().expect("a number that is not below 0")
            };
            assert!(number("x") + number("width") <= WIDTH + 1, "{rect}");
        }
    }
}
