//! Columns of text that stand under each other: a Chinese character is two places wide.

/// Whether a column is flush left or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// The rows as lines; the first is the heading.
pub fn lines(align: &[Align], rows: &[Vec<String>]) -> Vec<String> {
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| width(cell)).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..align.len()).map(widest).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for ((cell, align), wide) in row.iter().zip(align).zip(&widths) {
            let gap = " ".repeat(wide - width(cell));
            match align {
                Align::Left => line.extend([cell.as_str(), &gap]),
                Align::Right => line.extend([gap.as_str(), cell]),
            }
            line.push_str("  ");
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// The places that a text takes in a terminal.
fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::{Align, lines};

    #[test]
    fn chinese_and_latin_stand_under_each_other() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["单位", "n", "率"]), row(["fenglin", "1,200", "9.5 %"])];
        assert_eq!(
            lines(&[Align::Left, Align::Right, Align::Right], &rows),
            ["单位         n     率", "fenglin  1,200  9.5 %"]
        );
    }
}
