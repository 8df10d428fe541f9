//! The ledger: what people did and were told, against what the collector has.
//!
//! | word | what |
//! | --- | --- |
//! | tapped | every tap on submit, by the response's id, with its content |
//! | shown | every id that the page called 已提交, with the content it spoke of |
//! | accepted | every id that was saved on the device or has a receipt |
//! | rows | what the collector has |
//! | apart | what is set apart for staff: on the device, or beside a row |

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

/// Ids with their contents.
pub type Pairs = Vec<(String, String)>;

/// What one case did and was told.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    tapped: BTreeMap<String, Vec<String>>,
    shown: BTreeMap<String, String>,
    accepted: BTreeSet<String>,
}

/// What a case came to.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    /// How many ids were tapped.
    pub tapped: usize,
    /// How many were shown as submitted.
    pub shown: usize,
    /// How many rows there are.
    pub rows: usize,
    /// How many are set apart.
    pub apart: usize,
    /// What does not agree, as sentences.
    pub differences: Vec<String>,
}

impl Ledger {
    /// Somebody tapped submit.
    pub fn tapped(&mut self, id: &str, content: &str) {
        let contents = self.tapped.entry(id.to_owned()).or_default();
        if contents.last().is_none_or(|last| last != content) {
            contents.push(content.to_owned());
        }
    }

    /// The page said 已提交.
    pub fn shown(&mut self, id: &str, content: &str) {
        self.shown.insert(id.to_owned(), content.to_owned());
        self.accepted(id);
    }

    /// It is on the disk, or there is a receipt.
    pub fn accepted(&mut self, id: &str) {
        self.accepted.insert(id.to_owned());
    }

    /// The ids shown so far.
    pub fn ids_shown(&self) -> Vec<String> {
        self.shown.keys().cloned().collect()
    }

    /// Compares. `apart` is what lies in quarantine or in the table of conflicts.
    pub fn compare(&self, rows: &Pairs, apart: &Pairs) -> Sum {
        let mut wrong = Vec::new();
        let mut by_id: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (id, content) in rows {
            by_id.entry(id).or_default().push(content);
        }
        for (id, contents) in &by_id {
            if contents.len() > 1 {
                wrong.push(format!("{id} has {} rows", contents.len()));
            }
            match self.tapped.get(*id) {
                None => wrong.push(format!("{id} has a row and no tap")),
                Some(said)
                    if !contents
                        .iter()
                        .all(|content| said.iter().any(|it| it == content)) =>
                {
                    wrong.push(format!("{id} has a row that says what nobody said"));
                }
                Some(_) => {}
            }
        }
        for (id, content) in &self.shown {
            // Who submits the same form again and says something else takes the
            // earlier words back, if they have not left yet.
            let said = &self.tapped[id];
            let from = said.iter().rposition(|it| it == content);
            let holds = |kept: &str| said[from.unwrap_or_default()..].iter().any(|it| it == kept);
            let is_row = by_id.get(id.as_str());
            let is_row = is_row.is_some_and(|all| all.len() == 1 && holds(all[0]));
            let is_apart = || apart.iter().any(|(of, kept)| of == id && holds(kept));
            if !is_row && !is_apart() {
                wrong.push(format!("{id} was shown as submitted and is lost"));
            }
        }
        let apart_ids: BTreeSet<&str> = apart.iter().map(|(id, _)| id.as_str()).collect();
        for id in &self.accepted {
            let id = id.as_str();
            if !by_id.contains_key(id) && !apart_ids.contains(id) {
                wrong.push(format!("{id} was accepted and is lost"));
            }
        }
        for id in &apart_ids {
            if !self.tapped.contains_key(*id) {
                wrong.push(format!("{id} is set apart and nobody tapped it"));
            }
        }
        Sum {
            tapped: self.tapped.len(),
            shown: self.shown.len(),
            rows: rows.len(),
            apart: apart_ids.len(),
            differences: wrong,
        }
    }
}

/// One line of the table.
struct Line {
    level: &'static str,
    case: String,
    runs: u32,
    sum: Sum,
}

static TABLE: Mutex<Vec<Line>> = Mutex::new(Vec::new());

/// Enters what a case came to into the table, and fails when something differs.
pub fn enter(level: &'static str, case: &str, runs: u32, sum: Sum) {
    let wrong = sum.differences.clone();
    let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    table.push(Line {
        level,
        case: case.to_owned(),
        runs,
        sum,
    });
    drop(table);
    assert!(
        wrong.is_empty(),
        "{case}: {} ledger differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Puts a line under the table.
pub fn note(line: String) {
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner);
    notes.push(line);
}

/// All that was entered, and how many differences there are.
pub fn table() -> (String, usize) {
    let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    table.sort_by(|a, b| (a.level, &a.case).cmp(&(b.level, &b.case)));
    let width = table.iter().map(|line| line.case.chars().count()).max();
    let width = width.unwrap_or_default().max(4);
    let mut text = format!(
        "level  {:<width$}    runs  tapped   shown    rows   apart  differences\n",
        "case"
    );
    let mut total = 0;
    for Line {
        level,
        case,
        runs,
        sum,
    } in table.iter()
    {
        total += sum.differences.len();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{level:<5}  {case:<width$}  {runs:>6}  {:>6}  {:>6}  {:>6}  {:>6}  {:>11}",
            sum.tapped,
            sum.shown,
            sum.rows,
            sum.apart,
            sum.differences.len()
        );
    }
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner);
    notes.sort();
    for line in notes.iter() {
        let _ = writeln!(text, "{line}");
    }
    (text, total)
}

impl std::ops::AddAssign for Sum {
    fn add_assign(&mut self, more: Self) {
        self.tapped += more.tapped;
        self.shown += more.shown;
        self.rows += more.rows;
        self.apart += more.apart;
        self.differences.extend(more.differences);
    }
}
