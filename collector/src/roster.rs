//! A roster as a file: `window,officer,from,to`, one shift a line, as spreadsheets
//! write it. All of its flaws are named at once, each with its line.

use std::collections::BTreeMap;

use manyi_model::response::is_token;

use crate::table::{self, Column, Fault, Row, short};
use crate::{clock, limits, personal, wall};

/// One officer at one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The window.
    pub window: String,
    /// The officer, as an opaque token.
    pub officer: String,
    /// The first moment, in milliseconds since 1970.
    pub from: i64,
    /// The first moment after it.
    pub to: i64,
}

/// The columns, in English and in Chinese.
const COLUMNS: [Column; 4] = [
    ["window", "窗口"],
    ["officer", "人员"],
    ["from", "开始"],
    ["to", "结束"],
];

/// Reads a roster.
///
/// # Errors
/// Everything that is wrong with it, as far as [`limits::ROSTER_FAULTS`].
pub fn read(bytes: &[u8]) -> Result<Vec<Shift>, Vec<Fault>> {
    let (rows, mut faults) = table::read(bytes, COLUMNS).map_err(|fault| vec![fault])?;
    let mut shifts: Vec<(usize, Shift)> = Vec::new();
    for Row { line, cells } in rows {
        let [window, officer, from, to] = &cells;
        match shift(window, officer, from, to) {
            Ok(shift) => shifts.push((line, shift)),
            Err(reason) => faults.push(Fault::line(line, reason)),
        }
    }
    faults.extend(overlaps(&shifts));
    faults.sort_by_key(|fault| fault.line);
    faults.truncate(limits::ROSTER_FAULTS);
    if !faults.is_empty() {
        return Err(faults);
    }
    if shifts.is_empty() {
        return Err(vec![Fault::line(1, "there is no shift in the file")]);
    }
    Ok(shifts.into_iter().map(|(_, shift)| shift).collect())
}

fn shift(window: &str, officer: &str, from: &str, to: &str) -> Result<Shift, String> {
    for (name, token) in [("window", window), ("officer", officer)] {
        if !is_token(token) {
            return Err(format!("the {name} must be 1 to 200 characters"));
        }
    }
    if let Some(reason) = personal::found(officer) {
        return Err(format!("the officer {reason}"));
    }
    let time = |text: &str| {
        wall::minute(text)
            .ok_or_else(|| format!("`{}` is no time such as 2026-01-31 08:30", short(text)))
    };
    let (begins, ends) = (time(from)?, time(to)?);
    if ends <= begins {
        return Err(format!("it ends at {to}, which is not after {from}"));
    }
    if ends - begins > limits::SHIFT_MS {
        return Err("it is longer than a year".to_owned());
    }
    Ok(Shift {
        window: window.to_owned(),
        officer: officer.to_owned(),
        from: begins,
        to: ends,
    })
}

/// Shifts of one window that stand in each other's way: an answer belongs to one officer.
fn overlaps(shifts: &[(usize, Shift)]) -> Vec<Fault> {
    let mut windows: BTreeMap<&str, Vec<&(usize, Shift)>> = BTreeMap::new();
    for shift in shifts {
        windows.entry(&shift.1.window).or_default().push(shift);
    }
    let mut faults = Vec::new();
    for (window, mut shifts) in windows {
        shifts.sort_by_key(|(at, shift)| (shift.from, *at));
        let mut longest: Option<&(usize, Shift)> = None;
        for one in shifts {
            if let Some((line, before)) = longest.filter(|(_, before)| before.to > one.1.from) {
                let (later, earlier) = (one.0.max(*line), one.0.min(*line));
                let until = clock::rfc3339(before.to + limits::WALL_OFFSET_MS);
                let until = until[..16].replace('T', " ");
                let first = clock::rfc3339(one.1.from + limits::WALL_OFFSET_MS);
                let first = first[..16].replace('T', " ");
                let reason = format!(
                    "window {window} is held from {first} to {until} by two shifts, this and that of line {earlier}"
                );
                faults.push(Fault::line(later, reason));
            }
            if longest.is_none_or(|(_, before)| before.to < one.1.to) {
                longest = Some(one);
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::{Shift, read};
    use crate::clock::parse;

    fn flaws(text: &str) -> Vec<String> {
        let faults = read(text.as_bytes()).expect_err("it has flaws");
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        let text = "\u{feff}window,officer,from,to\r\n3,A,2026-02-02 08:30,2026-02-02 12:00\r\n\
            \"3\",B,2026/2/2 12:00,2026/2/2 24:00\r\n,,,\r\n4,\"A\"\"1\",2026-02-02T08:30:00+08:00,2026-02-02T09:00Z\r\n";
        let at = |time: &str| parse(time).expect("a time");
        let shift = |window: &str, officer: &str, from, to| Shift {
            window: window.to_owned(),
            officer: officer.to_owned(),
            from,
            to,
        };
        let morning = at("2026-02-02T08:30:00+08:00");
        let noon = at("2026-02-02T12:00:00+08:00");
        assert_eq!(
            read(text.as_bytes()),
            Ok(vec![
                shift("3", "A", morning, noon),
                shift("3", "B", noon, at("2026-02-03T00:00:00+08:00")),
                shift("4", "A\"1", morning, at("2026-02-02T09:00:00Z")),
            ])
        );
        let chinese = "人员,开始,结束,窗口\nA,2026-02-02 08:30,2026-02-02 12:00,3";
        assert_eq!(
            read(chinese.as_bytes()),
            Ok(vec![shift("3", "A", morning, noon)])
        );
    }

    #[test]
    fn every_flaw_is_named_with_its_line() {
        assert_eq!(
            flaws(
                "window,officer,from,to\n3,A,8:30,12:00\n\n3,张三,2026-02-02 08:30,2026-02-02 12:00\n\
                   3,A,2026-02-30 08:30,2026-03-01 12:00\n3,A,2026-02-02 12:00,2026-02-02 12:00\n\
                   3,A,2026-02-02 08:30\n,A,2026-02-02 08:30,2026-02-02 12:00\n3,A,2024-01-01 00:00,2026-01-01 00:00"
            ),
            [
                "line 2: `8:30` is no time such as 2026-01-31 08:30",
                "line 4: the officer holds Chinese characters, as names do; only an opaque token is taken",
                "line 5: `2026-02-30 08:30` is no time such as 2026-01-31 08:30",
                "line 6: it ends at 2026-02-02 12:00, which is not after 2026-02-02 12:00",
                "line 7: 3 cells, and the first line has 4",
                "line 8: the window must be 1 to 200 characters",
                "line 9: it is longer than a year",
            ]
        );
        assert_eq!(
            flaws("3,A,2026-02-02 08:30,2026-02-02 12:00"),
            ["line 1: the first line must name the columns: window,officer,from,to"]
        );
        assert_eq!(
            flaws("window,officer,from,to\n"),
            ["line 1: there is no shift in the file"]
        );
        let gbk = read(b"\xb4\xb0\xbf\xda,officer\n").expect_err("not UTF-8");
        assert!(gbk[0].reason.contains("CSV UTF-8"));
    }

    #[test]
    fn two_at_one_window_at_once_are_a_flaw() {
        assert_eq!(
            flaws(
                "window,officer,from,to\n3,A,2026-02-02 08:30,2026-02-02 12:00\n4,B,2026-02-02 08:30,2026-02-02 12:00\n\
                 3,B,2026-02-02 11:30,2026-02-02 18:00\n3,C,2026-02-02 08:00,2026-02-02 09:00"
            ),
            [
                "line 4: window 3 is held from 2026-02-02 11:30 to 2026-02-02 12:00 by two shifts, this and that of line 2",
                "line 5: window 3 is held from 2026-02-02 08:30 to 2026-02-02 09:00 by two shifts, this and that of line 2",
            ]
        );
    }
}
