//! Units, windows and officers come in as a file; what was done is written down.

use std::process::Output;

use crate::running::Running;
use crate::tablets::{command, database, table};

/// A county with two stations, a police room, two windows and an auxiliary.
pub const COUNTY: &str = "kind,code,name,parent\n\
    office,county,云和县公安局,\n\
    station,fenglin,枫林派出所,county\n\
    room,fenglin-1,一村警务室,fenglin\n\
    window,3,户籍窗口,fenglin\n\
    window,4,,fenglin\n\
    auxiliary,f0007,,fenglin\n\
    station,hekou,河口派出所,county\n\
    officer,012345,,hekou\n";

pub fn import(server: &Running, text: &str) -> Output {
    let file = server.folder.path().join("units.csv");
    std::fs::write(&file, text).unwrap();
    command(server, &["unit", "import", file.to_str().unwrap()])
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn listed(server: &Running) -> Vec<Vec<String>> {
    table(&command(server, &["unit", "list"]))
}

#[tokio::test]
async fn a_county_comes_in_and_is_listed_from_the_top() {
    let server = Running::start().await;
    let output = import(&server, COUNTY);
    assert_eq!(
        said(&output.stdout),
        "4 units, 2 windows, 2 officers\n",
        "{output:?}"
    );
    let rows = listed(&server);
    let short: Vec<String> = rows.iter().map(|row| row[..2].join(" ")).collect();
    assert_eq!(
        short,
        [
            "kind code",
            "office county",
            "station fenglin",
            "window 3",
            "window 4",
            "auxiliary f0007",
            "room fenglin-1",
            "station hekou",
            "officer 012345",
        ]
    );
    assert_eq!(rows[3], ["window", "3", "户籍窗口", "fenglin", ""]);
    // What is above each, for whoever asks by unit.
    let database = database(&server);
    let count = |above: &str| -> i64 {
        let count = "SELECT COUNT(*) FROM lineage WHERE above = ?1";
        database
            .query_row(count, [above], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(["county", "fenglin", "hekou"].map(count), [4, 2, 1]);
    // The same file again changes nothing; a moved station takes what is below along.
    assert!(import(&server, COUNTY).status.success());
    assert_eq!(listed(&server), rows);
    let moved = "编码,类型,上级,名称\nfenglin,派出所,,枫林派出所\n";
    assert!(import(&server, moved).status.success());
    assert_eq!(["county", "fenglin", "hekou"].map(count), [2, 2, 1]);
}

#[tokio::test]
async fn one_bad_line_and_nothing_of_the_file_is_taken() {
    let server = Running::start().await;
    let before = listed(&server);
    let text = format!("{COUNTY}room,x,警务室,nowhere\n");
    let output = import(&server, &text);
    assert_eq!(output.status.code(), Some(1));
    let errors = said(&output.stderr);
    let place = "units.csv: line 10, column parent: there is no unit `nowhere`";
    assert!(errors.contains(place), "{errors}");
    assert!(errors.contains("nothing was taken"), "{errors}");
    assert_eq!(listed(&server), before);
    let output = import(&server, "kind,code\noffice,county\n");
    let errors = said(&output.stderr);
    let head = "line 1: the first line must name the columns: kind,code,name,parent";
    assert!(errors.contains(head), "{errors}");
    // A file of 3 MB and a byte.
    let output = import(&server, &"x".repeat(3_000_001));
    let errors = said(&output.stderr);
    assert!(errors.contains("more than 3000000 bytes"), "{errors}");
}

#[tokio::test]
async fn s19_what_was_done_is_written_down_and_cannot_be_changed_unseen() {
    let server = Running::start().await;
    let check = |more: &[&str]| command(&server, &[&["audit", "check"], more].concat());
    assert_eq!(said(&check(&[]).stdout), "0:\n");
    for text in [
        COUNTY,
        "kind,code,name,parent\nwindow,5,,fenglin\n",
        "kind,code,name,parent\nwindow,6,,fenglin\n",
    ] {
        assert!(import(&server, text).status.success());
    }
    let whole = check(&[]);
    let last = said(&whole.stdout).trim().to_owned();
    assert!(last.starts_with("3:"), "{whole:?}");
    assert_eq!(last.len(), 2 + 64);
    assert!(check(&["--holds", &last]).status.success());
    let database = database(&server);
    for statement in [
        "UPDATE audit SET about = 'nothing' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
    ] {
        let refused = database.execute(statement, []).unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    // Whoever can write the file can take the triggers away; it does not stay unseen.
    database
        .execute_batch(
            "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_shortened;
             CREATE TABLE kept AS SELECT * FROM audit;",
        )
        .unwrap();
    for (statement, place) in [
        (
            "UPDATE audit SET about = 'nothing' WHERE seq = 2",
            "entry 2 ",
        ),
        ("UPDATE audit SET at = at - 1 WHERE seq = 1", "entry 1 "),
        ("UPDATE audit SET hash = 'x' WHERE seq = 1", "entry 1 "),
        ("DELETE FROM audit WHERE seq = 2", "entry 3 "),
    ] {
        database.execute(statement, []).unwrap();
        let output = check(&[]);
        assert_eq!(output.status.code(), Some(1), "{statement}");
        let errors = said(&output.stderr);
        assert!(errors.contains(place), "{statement}: {errors}");
        database
            .execute_batch("DELETE FROM audit; INSERT INTO audit SELECT * FROM kept;")
            .unwrap();
        assert_eq!(said(&check(&[]).stdout).trim(), last);
    }
    // What is cut off at the end leaves a whole trail, which is not the one of before.
    database
        .execute("DELETE FROM audit WHERE seq = 3", [])
        .unwrap();
    assert!(check(&[]).status.success());
    let output = check(&["--holds", &last]);
    assert!(
        said(&output.stderr).contains("is not the one"),
        "{output:?}"
    );
}
