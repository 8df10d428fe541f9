//! A table that opens in Excel: UTF-8 with a mark, CRLF, one column a question,
//! and no cell that a spreadsheet would run as a formula.
//!
//! The header names are those of the form fields (`answers.overall`,
//! `subject.unit`), so they never change with a wording.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Write;

use manyi_model::{Answer, Definition, Pick, Response};

use super::Error;
use crate::clock;
use crate::store::Store;
use crate::store::responses::{Stored, Which};

const ENVELOPE: [&str; 24] = [
    "id",
    "received_at",
    "survey.id",
    "survey.version",
    "survey.hash",
    "channel",
    "mode",
    "asked_by",
    "subject.unit",
    "subject.window",
    "subject.officer",
    "subject.matter",
    "language",
    "device.id",
    "device.seq",
    "started_at",
    "submitted_at",
    "duration_ms",
    "invitation",
    "widget",
    "content_hash",
    "definition_hash",
    "duty_officer",
    "mark",
];

/// One column of answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Column {
    /// The answer itself; several choices with `; ` between them.
    Answer(String),
    /// The level of one item.
    Item(String, String),
    /// The words beside "other".
    Other(String),
}

pub(super) async fn write(
    store: &Store,
    which: Which,
    survey: Option<&str>,
    out: &mut impl Write,
) -> Result<u64, Error> {
    let columns = columns(store, survey).await?;
    out.write_all("\u{feff}".as_bytes())?;
    let named = columns.iter().map(|column| Cow::Owned(column.name()));
    line(out, ENVELOPE.into_iter().map(Cow::Borrowed).chain(named))?;
    let mut count = 0;
    store
        .each_response(which, survey, |stored| {
            let response: Response = serde_json::from_str(&stored.body).map_err(|error| {
                Error::Row(format!("a stored response cannot be read: {error}"))
            })?;
            let answers = columns
                .iter()
                .map(|column| Cow::Owned(column.cell(&response)));
            line(
                out,
                envelope(&stored, &response)
                    .into_iter()
                    .map(Cow::Owned)
                    .chain(answers),
            )?;
            count += 1;
            Ok::<(), Error>(())
        })
        .await?;
    Ok(count)
}

/// The columns of every version of the surveys, the newest version first, so
/// that a question that was dropped still has its column.
async fn columns(store: &Store, survey: Option<&str>) -> Result<Vec<Column>, Error> {
    let mut columns = Vec::new();
    let mut seen = HashSet::new();
    let mut definitions = store.definitions().await?;
    definitions.sort_by(|a, b| a.survey.cmp(&b.survey).then(b.version.cmp(&a.version)));
    for kept in definitions {
        if survey.is_some_and(|survey| survey != kept.survey) {
            continue;
        }
        let definition: Definition = serde_json::from_str(&kept.body)
            .map_err(|error| Error::Row(format!("a stored definition cannot be read: {error}")))?;
        for column in definition.questions.iter().flat_map(of_question) {
            if seen.insert(column.clone()) {
                columns.push(column);
            }
        }
    }
    Ok(columns)
}

fn of_question(question: &manyi_model::Question) -> Vec<Column> {
    let id = &question.id;
    if !question.items.is_empty() {
        let items = question.items.iter();
        return items
            .map(|item| Column::Item(id.clone(), item.id.clone()))
            .collect();
    }
    let mut columns = vec![Column::Answer(id.clone())];
    if question.has_other() {
        columns.push(Column::Other(id.clone()));
    }
    columns
}

impl Column {
    fn name(&self) -> String {
        match self {
            Self::Answer(question) => format!("answers.{question}"),
            Self::Item(question, item) => format!("answers.{question}.{item}"),
            Self::Other(question) => format!("answers.{question}.other"),
        }
    }

    fn cell(&self, response: &Response) -> String {
        let answer = |question: &str| response.answers.get(question);
        match self {
            Self::Answer(question) => answer(question).map(in_words).unwrap_or_default(),
            Self::Item(question, item) => match answer(question) {
                Some(Answer::Items(items)) => items.get(item).cloned().unwrap_or_default(),
                _ => String::new(),
            },
            Self::Other(question) => match answer(question) {
                Some(Answer::Other(text)) => text.clone(),
                Some(Answer::Picks(picks)) => {
                    let other = picks.iter().find_map(|pick| match pick {
                        Pick::Other(text) => Some(text.clone()),
                        Pick::Choice(_) => None,
                    });
                    other.unwrap_or_default()
                }
                _ => String::new(),
            },
        }
    }
}

fn in_words(answer: &Answer) -> String {
    match answer {
        Answer::Word(word) => word.clone(),
        Answer::Number(number) => number.to_string(),
        Answer::Other(_) => "other".to_owned(),
        Answer::Picks(picks) => {
            let ids = picks.iter().map(|pick| match pick {
                Pick::Choice(id) => id.as_str(),
                Pick::Other(_) => "other",
            });
            ids.collect::<Vec<_>>().join("; ")
        }
        Answer::Items(_) | Answer::Unfit(_) => String::new(),
    }
}

fn envelope(stored: &Stored, response: &Response) -> [String; 24] {
    let subject = response.subject.clone().unwrap_or_default();
    let device = response.device.clone();
    let seq = device.as_ref().map(|device| device.seq.to_string());
    let given = |value: Option<String>| value.unwrap_or_default();
    [
        response.id.clone(),
        clock::rfc3339(stored.received_at),
        response.survey.id.clone(),
        response.survey.version.to_string(),
        given(response.survey.hash.clone()),
        response.channel.name().to_owned(),
        response.mode.name().to_owned(),
        given(response.asked_by.clone()),
        given(subject.unit),
        given(subject.window),
        given(subject.officer),
        given(subject.matter),
        given(response.language.clone()),
        given(device.map(|device| device.id)),
        given(seq),
        given(response.started_at.clone()),
        given(response.submitted_at.clone()),
        given(response.duration_ms.map(|ms| ms.to_string())),
        given(response.invitation.clone()),
        given(response.widget.clone()),
        stored.content_hash.clone(),
        stored.definition_hash.clone(),
        given(stored.duty_officer.clone()),
        given(stored.mark.clone()),
    ]
}

/// Writes one line of cells, each of them harmless.
pub(crate) fn line<'a>(
    out: &mut impl Write,
    cells: impl Iterator<Item = Cow<'a, str>>,
) -> Result<(), Error> {
    for (n, cell) in cells.enumerate() {
        if n > 0 {
            out.write_all(b",")?;
        }
        out.write_all(quoted(&cell).as_bytes())?;
    }
    out.write_all(b"\r\n")?;
    Ok(())
}

/// The cell as it stands in the file: harmless, and quoted where it must be.
fn quoted(cell: &str) -> String {
    let cell = harmless(cell);
    if cell.contains(['"', ',', ';', '\r', '\n', '\t', '\'']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.into_owned()
    }
}

/// Spreadsheets run a cell that begins like a formula, in plain or full-width
/// signs and after white space. An apostrophe in front makes it text.
fn harmless(cell: &str) -> Cow<'_, str> {
    let first = cell
        .trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0')
        .chars()
        .next();
    let begins = cell.chars().next();
    let runs = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%')
    ) || matches!(begins, Some('\t' | '\r' | '\n'));
    // A number is no formula: -5 stays a number.
    let number = cell.parse::<f64>().is_ok()
        && cell
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'-' || b == b'.');
    if runs && !number {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}
