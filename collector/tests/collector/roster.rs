//! AB岗: an answer belongs to the officer on duty at its minute.

use std::process::Output;

use manyi_collector::{clock, wall};
use serde_json::{Value, json};

use crate::running::{JSON, Running, id, lines, satisfied};
use crate::tablets::{bearer, command, table, tablet};
use crate::triggers::{ask, key};

fn import(server: &Running, text: &str) -> Output {
    let file = server.folder.path().join("roster.csv");
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    command(server, &["roster", "import", file, "--unit", "fenglin"])
}

fn who(server: &Running, window: &str, at: &str) -> String {
    let output = command(
        server,
        &[
            "roster", "who", "--unit", "fenglin", "--window", window, "--at", at,
        ],
    );
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// `2026-02-02 08:30` so many minutes from now.
fn in_minutes(minutes: i64) -> String {
    let wall = clock::now_ms() + 8 * 3_600_000 + minutes * 60_000;
    clock::rfc3339(wall)[..16].replace('T', " ")
}

/// A and B share window 3: A until ten minutes ago, B from then on.
fn shared() -> String {
    format!(
        "window,officer,from,to\n3,A,{},{}\n3,B,{},{}\n",
        in_minutes(-600),
        in_minutes(-10),
        in_minutes(-10),
        in_minutes(600)
    )
}

fn response(n: u32, device: &Value, minutes_ago: i64) -> Value {
    let mut response = satisfied(&id(n));
    response["channel"] = json!("kiosk");
    response["subject"] = json!({"unit": "fenglin", "window": "3"});
    response["device"] = json!({"id": device, "seq": n});
    response["submitted_at"] = clock::rfc3339(clock::now_ms() - minutes_ago * 60_000).into();
    response
}

async fn officers(server: &Running) -> Vec<(Value, Value)> {
    let rows = server.rows().await;
    let one = |row: &Value| (row["id"].clone(), row["duty_officer"].clone());
    rows.iter().map(one).collect()
}

#[tokio::test]
async fn an_answer_belongs_to_who_was_on_duty_when_it_was_given() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    let device = &told["device"];
    // Offline for an hour, one after the change; the roster comes later than both.
    let mut named = response(3, device, 0);
    named["subject"]["officer"] = json!("C");
    let mut elsewhere = response(4, device, 0);
    elsewhere["subject"]["window"] = json!("4");
    let mut web = response(5, device, 0);
    web["channel"] = json!("web");
    for one in [
        response(1, device, 60),
        response(2, device, 0),
        named,
        elsewhere,
        web,
    ] {
        assert_eq!(server.json(&one).await.status, 201);
    }
    let nobody = vec![Value::Null; 5];
    let seen = async || -> Vec<Value> {
        let mut all = officers(&server).await;
        all.sort_by_key(|(id, _)| id.to_string());
        all.into_iter().map(|(_, officer)| officer).collect()
    };
    assert_eq!(seen().await, nobody);
    let output = import(&server, &shared());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "2 shifts of 1 windows\n"
    );
    let null = Value::Null;
    assert_eq!(
        seen().await,
        [json!("A"), json!("B"), null.clone(), null.clone(), null]
    );
    // What was said stays as it was said, in both exports.
    let csv = command(&server, &["export", "--format", "csv"]);
    let csv = String::from_utf8(csv.stdout).unwrap();
    let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let place = |name: &str| head.iter().position(|cell| *cell == name).unwrap();
    let row = csv.lines().find(|line| line.starts_with(&id(1))).unwrap();
    let row: Vec<&str> = row.split(',').collect();
    assert_eq!(
        (row[place("subject.officer")], row[place("duty_officer")]),
        ("", "A")
    );
    let jsonl = command(&server, &["export", "--format", "jsonl"]);
    assert_eq!(
        lines(&jsonl.stdout)[0]["subject"],
        json!({"unit": "fenglin", "window": "3"})
    );
    // A retry is still the same response.
    let rows = server.rows().await;
    let stored = rows.iter().find(|row| row["id"] == id(1)).unwrap();
    let mut again = response(1, device, 60);
    again["submitted_at"] = stored["submitted_at"].clone();
    assert_eq!(server.json(&again).await.status, 200);
}

#[tokio::test]
async fn f33_a_tablets_clock_that_is_off_names_the_right_officer() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    import(&server, &shared());
    let bearer = bearer(&told);
    let beat = json!({"queue": 1, "version": "1",
        "clock": clock::rfc3339(clock::now_ms() + 3 * 3_600_000)});
    let headers = [JSON, ("authorization", &*bearer)];
    let reply = server
        .post("/v1/tablets/heartbeat", &headers, beat.to_string())
        .await;
    assert_eq!(reply.status, 200);
    // Given an hour ago; the tablet writes a time two hours ahead.
    let three_ahead = response(1, &told["device"], 60 - 180);
    assert_eq!(server.json(&three_ahead).await.status, 201);
    // Another device, of which nobody knows how far it is off, writes the same: nobody.
    let unknown = response(2, &json!("other"), 60 - 180);
    assert_eq!(server.json(&unknown).await.status, 201);
    let all = officers(&server).await;
    assert_eq!(all[0].1, "A");
    assert_eq!(all[1].1, Value::Null);
}

#[tokio::test]
async fn a_trigger_without_officer_has_the_one_on_duty() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    import(&server, &shared());
    let key = key(&server, Some("3"));
    assert_eq!(ask(&server, &key, json!({})).await.status, 201);
    let header = bearer(&told);
    let header = [("authorization", &*header)];
    let event = server
        .get_with("/v1/tablets/next?wait=0", &header)
        .await
        .json();
    assert_eq!(
        event["subject"],
        json!({"unit": "fenglin", "window": "3", "officer": "B"})
    );
    let named = json!({"officer_token": "C"});
    assert_eq!(ask(&server, &key, named).await.status, 201);
    let event = server
        .get_with("/v1/tablets/next?wait=0", &header)
        .await
        .json();
    assert_eq!(event["subject"]["officer"], "C");
    let today = clock::rfc3339(wall::day_of(clock::now_ms()) + 12 * 3_600_000)[..10].to_owned();
    let rows = table(&command(
        &server,
        &["triggers", "--from", &today, "--to", &today],
    ));
    assert_eq!(rows[1][..4], ["fenglin", "3", "B", "1"]);
    assert_eq!(rows[2][..4], ["fenglin", "3", "C", "1"]);
}

#[tokio::test]
async fn a_corrected_roster_replaces_its_own_span_and_no_more() {
    let server = Running::start().await;
    let day = "window,officer,from,to\n3,A,2026-02-02 08:00,2026-02-02 12:00\n\
        3,B,2026-02-02 12:00,2026-02-02 18:00\n4,X,2026-02-02 08:00,2026-02-02 18:00\n";
    for _ in 0..2 {
        assert!(import(&server, day).status.success());
    }
    let at = |window: &str, time: &str| who(&server, window, &format!("2026-02-02 {time}"));
    for (time, officer) in [
        ("07:59", ""),
        ("08:00", "A"),
        ("11:59", "A"),
        ("12:00", "B"),
        ("17:59", "B"),
        ("18:00", ""),
    ] {
        assert_eq!(at("3", time), officer, "{time}");
    }
    // C stood in from 10 to 13.
    let stand_in = "window,officer,from,to\n3,C,2026-02-02 10:00,2026-02-02 13:00\n";
    assert!(import(&server, stand_in).status.success());
    for (time, officer) in [
        ("09:59", "A"),
        ("10:00", "C"),
        ("12:59", "C"),
        ("13:00", "B"),
    ] {
        assert_eq!(at("3", time), officer, "{time}");
    }
    assert_eq!(at("4", "10:30"), "X");
    // In the middle of a shift: both ends of it stay.
    let short = "window,officer,from,to\n4,Y,2026-02-02 10:00,2026-02-02 10:15\n";
    assert!(import(&server, short).status.success());
    assert_eq!(
        ["09:59", "10:14", "10:15"].map(|time| at("4", time)),
        ["X", "Y", "X"]
    );
    // A file with a flaw changes nothing.
    let flawed = "window,officer,from,to\n3,D,2026-02-02 08:00,2026-02-02 18:00\n3,E,8,9\n";
    let output = import(&server, flawed);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("roster.csv: line 3: `8` is no time"),
        "{errors}"
    );
    assert!(errors.contains("nothing was taken"), "{errors}");
    assert_eq!(at("3", "09:00"), "A");
}
