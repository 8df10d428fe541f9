//! How often the five occasions happened, as a file: `unit,day,occasion,officer,n`, as
//! spreadsheets write it. All of its flaws are named at once, each with its line.

use std::collections::BTreeSet;

use manyi_model::response::is_token;

use super::occasions::OCCASIONS;
use crate::store::evidence::Happened;
use crate::table::{Fault, cells};
use crate::{limits, personal, wall};

/// The columns, in English and in Chinese; the officer's may be missing.
const COLUMNS: [[&str; 2]; 5] = [
    ["unit", "单位"],
    ["day", "日期"],
    ["occasion", "场合"],
    ["n", "件数"],
    ["officer", "人员"],
];

/// Reads a file: days, as their midnight in China in milliseconds since 1970, with what
/// happened on them.
///
/// # Errors
/// Everything that is wrong with it, as far as [`limits::ROSTER_FAULTS`].
pub fn read(bytes: &[u8]) -> Result<Vec<(i64, Happened)>, Vec<Fault>> {
    let fault = |line, reason: &str| Fault::line(line, reason);
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(vec![fault(
            1,
            "the file is not UTF-8; save it as “CSV UTF-8”",
        )]);
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().map(|(n, line)| (n + 1, line));
    let head = lines
        .next()
        .map(|(_, line)| cells(line, ','))
        .unwrap_or_default();
    let places = COLUMNS.map(|names| {
        let is_it = |cell: &String| names.contains(&cell.to_lowercase().as_str());
        head.iter().position(is_it)
    });
    let [Some(unit), Some(day), Some(occasion), Some(n), officer] = places else {
        return Err(vec![fault(
            1,
            "the first line must name the columns: unit,day,occasion,officer,n",
        )]);
    };
    let mut seen = BTreeSet::new();
    let (mut days, mut faults) = (Vec::new(), Vec::new());
    for (at, line) in lines {
        if line.trim_matches([',', ' ', '\t']).is_empty() {
            continue;
        }
        let cells = cells(line, ',');
        let found = if cells.len() == head.len() {
            let officer = officer.map_or("", |officer| cells[officer].as_str());
            one(
                &cells[unit],
                &cells[day],
                &cells[occasion],
                officer,
                &cells[n],
            )
        } else {
            let (found, wanted) = (cells.len(), head.len());
            Err(format!("{found} cells, and the first line has {wanted}"))
        };
        match found {
            Ok((day, happened)) => {
                let key = (
                    happened.unit.clone(),
                    day,
                    happened.occasion.clone(),
                    happened.officer.clone(),
                );
                if seen.insert(key) {
                    days.push((day, happened));
                } else {
                    faults.push(fault(at, "an earlier line says the same of this day"));
                }
            }
            Err(reason) => faults.push(fault(at, &reason)),
        }
        if faults.len() >= limits::ROSTER_FAULTS {
            break;
        }
    }
    if days.is_empty() && faults.is_empty() {
        faults.push(fault(1, "there is no line in the file"));
    }
    if faults.is_empty() {
        Ok(days)
    } else {
        Err(faults)
    }
}

fn one(
    unit: &str,
    day: &str,
    occasion: &str,
    officer: &str,
    n: &str,
) -> Result<(i64, Happened), String> {
    for (name, is_fit) in [
        ("unit", is_token(unit)),
        ("officer", officer.is_empty() || is_token(officer)),
    ] {
        if !is_fit {
            return Err(format!("the {name} must be 1 to 200 characters"));
        }
    }
    if let Some(reason) = personal::found(officer) {
        return Err(format!("the officer {reason}"));
    }
    let short = |text: &str| text.chars().take(40).collect::<String>();
    let time = wall::minute(&format!("{day} 00:00"))
        .ok_or_else(|| format!("`{}` is no day such as 2026-01-31", short(day)))?;
    let known = OCCASIONS
        .iter()
        .find(|(id, name, _)| *id == occasion || *name == occasion)
        .ok_or_else(|| {
            let names = OCCASIONS.map(|(_, name, _)| name).join("、");
            format!("`{}` is none of {names}", short(occasion))
        })?;
    let n = n
        .parse::<u64>()
        .ok()
        .filter(|n| *n <= limits::HAPPENED_MOST)
        .ok_or_else(|| {
            format!(
                "`{}` is no number from 0 to {}",
                short(n),
                limits::HAPPENED_MOST
            )
        })?;
    Ok((
        time,
        Happened {
            unit: unit.to_owned(),
            occasion: known.0.to_owned(),
            officer: (!officer.is_empty()).then(|| officer.to_owned()),
            n,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::{Happened, read};
    use crate::wall;

    #[test]
    fn what_happened_is_read_as_spreadsheets_write_it() {
        let text = "\u{feff}日期,单位,场合,件数\r\n2026/11/16,fenglin,接处警,12\r\n,,,\r\n2026-11-17,fenglin,meeting,0\r\n";
        let happened = |occasion: &str, n| Happened {
            unit: "fenglin".to_owned(),
            occasion: occasion.to_owned(),
            officer: None,
            n,
        };
        let day = |day: &str| wall::day(day).expect("a day");
        assert_eq!(
            read(text.as_bytes()),
            Ok(vec![
                (day("2026-11-16"), happened("incident", 12)),
                (day("2026-11-17"), happened("meeting", 0)),
            ])
        );
    }

    #[test]
    fn every_flaw_is_named_with_its_line() {
        let text = "unit,day,occasion,officer,n\nfenglin,2026-02-30,incident,A,1\nfenglin,2026-11-16,开会,A,1\n\
                    fenglin,2026-11-16,incident,张三,1\n,2026-11-16,incident,A,1\nfenglin,2026-11-16,incident,A,-1\n\
                    fenglin,2026-11-16,incident,A,1\nfenglin,2026/11/16,接处警,A,2\nfenglin,2026-11-16,incident\n";
        let faults = read(text.as_bytes()).expect_err("it has flaws");
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "line 2: `2026-02-30` is no day such as 2026-01-31",
                "line 3: `开会` is none of 接处警、接待来访、行业会议、走访入户、意见反馈",
                "line 4: the officer holds Chinese characters, as names do; only an opaque token is taken",
                "line 5: the unit must be 1 to 200 characters",
                "line 6: `-1` is no number from 0 to 1000000",
                "line 8: an earlier line says the same of this day",
                "line 9: 3 cells, and the first line has 5",
            ]
        );
        for (text, why) in [
            (
                "",
                "the first line must name the columns: unit,day,occasion,officer,n",
            ),
            (
                "unit,day,occasion,officer,n\n",
                "there is no line in the file",
            ),
        ] {
            assert_eq!(
                read(text.as_bytes()).expect_err("it has a flaw")[0].reason,
                why
            );
        }
    }
}
