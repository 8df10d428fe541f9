//! The table that opens in Excel.

use manyi_collector::export::{self, Format};
use serde::Deserialize;
use serde_json::json;

use crate::running::{Running, folder_of, full, id, satisfied};

#[derive(Deserialize)]
struct Corpus {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    /// The text as someone typed it.
    text: String,
    /// The cell as it must be read back.
    cell: String,
}

const CORPUS: &str = include_str!("../../../tests/corpus/csv-formulas.json");

async fn table(server: &Running, survey: Option<&str>) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    export::write(server.collector.store(), Format::Csv, survey, &mut out)
        .await
        .unwrap();
    let text = String::from_utf8(out).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a mark for Excel");
    assert!(text.ends_with("\r\n"));
    parsed(text)
}

/// RFC 4180, strictly.
fn parsed(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().unwrap();
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => {
                chars.next();
                row.last_mut().unwrap().push('"');
            }
            ('"', true) => quoted = false,
            ('"', false) => {
                assert!(row.last().unwrap().is_empty(), "a quote inside a bare cell");
                quoted = true;
            }
            (',', false) => row.push(String::new()),
            ('\r', false) => {
                assert_eq!(chars.next(), Some('\n'), "lines end in CRLF");
                rows.push(vec![String::new()]);
            }
            ('\n', false) => panic!("a bare line feed"),
            (c, _) => row.last_mut().unwrap().push(c),
        }
    }
    assert!(!quoted);
    assert_eq!(rows.pop().unwrap(), [""]);
    rows
}

fn cell<'a>(table: &'a [Vec<String>], row: usize, column: &str) -> &'a str {
    let at = table[0]
        .iter()
        .position(|name| name == column)
        .unwrap_or_else(|| panic!("{column}"));
    &table[row][at]
}

#[tokio::test]
async fn every_field_of_the_contract_has_a_column() {
    let server = Running::start().await;
    assert_eq!(server.json(&full(&id(1))).await.status, 201);
    let table = table(&server, Some("household-window")).await;
    assert_eq!(table.len(), 2);
    let cells = [
        ("id", id(1)),
        ("survey.id", "household-window".into()),
        ("survey.version", "1".into()),
        ("channel", "kiosk".into()),
        ("mode", "asked".into()),
        ("asked_by", "clerk-7".into()),
        ("subject.unit", "fenglin".into()),
        ("subject.window", "3".into()),
        ("subject.officer", "012345".into()),
        ("subject.matter", "m-1".into()),
        ("language", "zh-Hans".into()),
        ("device.id", "tablet-1".into()),
        ("device.seq", "41".into()),
        ("started_at", "2026-01-31T09:30:00+08:00".into()),
        ("submitted_at", "2026-01-31T09:30:08+08:00".into()),
        ("duration_ms", "8200".into()),
        ("invitation", "inv-1".into()),
        ("widget", "0.1.0".into()),
        ("answers.overall", "dissatisfied".into()),
        ("answers.reasons", "slow; other".into()),
        ("answers.reasons.other", "等了两个小时".into()),
        ("answers.done", "no".into()),
        ("answers.comment", "希望快一点".into()),
        ("answers.phone", "13800138000".into()),
    ];
    for (column, wanted) in cells {
        assert_eq!(cell(&table, 1, column), wanted, "{column}");
    }
    assert!(cell(&table, 1, "received_at").ends_with('Z'));
    assert!(cell(&table, 1, "content_hash").starts_with("sha256:"));
    let width = table[0].len();
    assert!(table.iter().all(|row| row.len() == width));
}

#[tokio::test]
async fn items_have_a_column_each_and_dropped_questions_keep_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = crate::running::definition("rows", 1, "评价");
    first["questions"].as_array_mut().unwrap().push(json!({
        "id": "parts", "type": "rating", "scale": "satisfaction-5", "title": "各方面",
        "items": [{"id": "speed", "label": "速度"}, {"id": "manner", "label": "态度"}],
    }));
    let second = crate::running::definition("rows", 2, "评价");
    let files = [
        ("1.json", first.to_string()),
        ("2.json", second.to_string()),
    ];
    let surveys = folder_of(folder.path(), &files);
    let server = Running::with(|settings| settings.surveys = Some(surveys)).await;
    let mut response = satisfied(&id(1));
    response["survey"]["id"] = json!("rows");
    response["answers"]["parts"] = json!({"speed": "satisfied", "manner": "very_satisfied"});
    assert_eq!(server.json(&response).await.status, 201);
    let table = table(&server, None).await;
    assert_eq!(cell(&table, 1, "answers.parts.speed"), "satisfied");
    assert_eq!(cell(&table, 1, "answers.parts.manner"), "very_satisfied");
}

#[tokio::test]
async fn s06_no_cell_is_a_formula() {
    let corpus: Corpus = serde_json::from_str(CORPUS).unwrap();
    assert!(corpus.cases.len() >= 60);
    let server = Running::start().await;
    let mut wanted = Vec::new();
    for (n, case) in corpus.cases.iter().enumerate() {
        let id = id(u32::try_from(n).unwrap());
        let mut response = satisfied(&id);
        response["answers"]["comment"] = json!(case.text);
        let reply = server.json(&response).await;
        // Control characters never get in; everything else does, as it was typed.
        match reply.status.as_u16() {
            201 => wanted.push((id, case)),
            422 => {
                assert_eq!(
                    reply.problems(),
                    [("comment".into(), "control_character".into())],
                    "{}",
                    case.name
                );
                assert!(case.text.chars().any(|c| c.is_control()), "{}", case.name);
            }
            status => panic!("{}: {status} {}", case.name, reply.text()),
        }
    }
    assert!(wanted.len() >= 45, "{}", wanted.len());
    let table = table(&server, None).await;
    for (id, case) in wanted {
        let row = table.iter().position(|row| row[0] == id).unwrap();
        assert_eq!(
            cell(&table, row, "answers.comment"),
            case.cell,
            "{}",
            case.name
        );
    }
}

#[tokio::test]
async fn s06_no_token_is_a_formula_either() {
    let server = Running::start().await;
    let mut response = full(&id(1));
    response["subject"] =
        json!({"unit": "=1+1", "window": "+3", "officer": "@SUM(1)", "matter": "-2+3"});
    response["asked_by"] = json!("＝1+1");
    response["widget"] = json!("a,\"b\"");
    assert_eq!(server.json(&response).await.status, 201);
    let table = table(&server, None).await;
    for (column, wanted) in [
        ("subject.unit", "'=1+1"),
        ("subject.window", "'+3"),
        ("subject.officer", "'@SUM(1)"),
        ("subject.matter", "'-2+3"),
        ("asked_by", "'＝1+1"),
        ("widget", "a,\"b\""),
    ] {
        assert_eq!(cell(&table, 1, column), wanted);
    }
}
