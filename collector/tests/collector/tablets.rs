//! Tablets come in by a code, say how they are, and can be shut out.

use std::collections::BTreeMap;
use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::crash::{BINARY, Process};
use crate::running::{JSON, Reply, Running, id, satisfied, send};

/// `manyi-collector` with these arguments on the data of `server`.
pub fn command(server: &Running, arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .args(arguments)
        .arg("--data")
        .arg(server.folder.path().join("data"))
        .output()
        .unwrap()
}

/// The lines that it printed, cut at the tabs.
pub fn table(output: &Output) -> Vec<Vec<String>> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().map(cells).collect()
}

/// A new code for window `window` of `fenglin`.
fn code(server: &Running, window: &str) -> String {
    let output = command(
        server,
        &[
            "tablet",
            "code",
            "--unit",
            "fenglin",
            "--window",
            window,
            "--survey",
            "household-window,visitor-reception",
        ],
    );
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

async fn enrol(server: &Running, code: &str) -> Reply {
    let body = json!({"code": code, "name": "东侧"}).to_string();
    server.post("/v1/tablets", &[JSON], body).await
}

/// A tablet that came in: what it was told.
pub async fn tablet(server: &Running, window: &str) -> Value {
    let reply = enrol(server, &code(server, window)).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()
}

/// The header that a tablet shows.
pub fn bearer(told: &Value) -> String {
    format!("Bearer {}", told["credential"].as_str().unwrap())
}

async fn beat(server: &Running, bearer: &str, said: Value) -> Reply {
    let headers = [JSON, ("authorization", bearer)];
    let path = "/v1/tablets/heartbeat";
    server.post(path, &headers, said.to_string()).await
}

fn said() -> Value {
    json!({"queue": 3, "oldest_s": 120, "quarantined": 1, "clock": manyi_collector::clock::rfc3339(manyi_collector::clock::now_ms()),
        "version": "0.2.0", "battery": 87, "persisted": true})
}

pub fn database(server: &Running) -> rusqlite::Connection {
    let file = server.folder.path().join("data/manyi.sqlite");
    rusqlite::Connection::open(file).unwrap()
}

#[track_caller]
fn refused(reply: &Reply, status: u16, kind: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let body = reply.json();
    assert_eq!(body["type"], format!("urn:manyi:problem:{kind}"));
    assert_eq!(body["status"], status);
}

#[tokio::test]
async fn a_code_brings_one_tablet_in_and_is_used_up() {
    let server = Running::start().await;
    let code = code(&server, "3");
    assert_eq!(code.len(), 9, "{code}");
    // As a person types it.
    let reply = enrol(&server, &code.to_lowercase().replace('-', " ")).await;
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let told = reply.json();
    let key = server.get("/v1/sealing-key").await.json()["key"].clone();
    for (field, expected) in [
        ("unit", json!("fenglin")),
        ("window", json!("3")),
        ("surveys", json!(["household-window", "visitor-reception"])),
        ("name", json!("东侧")),
        ("sealing_key", key),
        ("config", json!(1)),
    ] {
        assert_eq!(told[field], expected, "{field}");
    }
    let credential = told["credential"].as_str().unwrap();
    assert_eq!(credential.len(), "manyi-tablet-".len() + 43);
    refused(&enrol(&server, &code).await, 403, "forbidden");

    let bearer = bearer(&told);
    let itself = server
        .get_with("/v1/tablets/self", &[("authorization", &bearer)])
        .await;
    let mut expected = told.clone();
    expected.as_object_mut().unwrap().remove("credential");
    assert_eq!(itself.json(), expected);
}

#[tokio::test]
async fn a_code_is_dead_after_a_quarter_of_an_hour() {
    let server = Running::start().await;
    let code = code(&server, "3");
    let changed = database(&server)
        .execute(
            "UPDATE enrolment_codes SET expires_at = expires_at - 900000",
            [],
        )
        .unwrap();
    assert_eq!(changed, 1);
    refused(&enrol(&server, &code).await, 403, "forbidden");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_code_typed_into_twenty_tablets_at_once_brings_one_in() {
    let server = Arc::new(Running::start().await);
    let code = code(&server, "3");
    let posts = (0..20).map(|_| {
        let (server, code) = (Arc::clone(&server), code.clone());
        tokio::spawn(async move { enrol(&server, &code).await.status.as_u16() })
    });
    let mut statuses = BTreeMap::new();
    for post in posts.collect::<Vec<_>>() {
        *statuses.entry(post.await.unwrap()).or_insert(0) += 1;
    }
    assert_eq!(statuses, BTreeMap::from([(201, 1), (403, 19)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s13_guessing_codes_is_slow() {
    let server = Arc::new(Running::start().await);
    let posts = (0..200).map(|n| {
        let server = Arc::clone(&server);
        let letters = ["A", "C", "D", "E", "F", "G", "H", "J", "K", "M"];
        let guess = format!(
            "AAAAA{}{}{}",
            letters[n / 100],
            letters[n / 10 % 10],
            letters[n % 10]
        );
        tokio::spawn(async move { enrol(&server, &guess).await })
    });
    let mut statuses = BTreeMap::new();
    for post in posts.collect::<Vec<_>>() {
        let reply = post.await.unwrap();
        if reply.status == 429 {
            let wait: u32 = reply.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait}");
        }
        *statuses.entry(reply.status.as_u16()).or_insert(0) += 1;
    }
    let tried = statuses[&403];
    // One a second comes back while the test runs.
    assert!((60..100).contains(&tried), "{statuses:?}");
    assert_eq!(statuses[&429], 200 - tried);
}

#[tokio::test]
async fn a_revoked_tablet_and_a_wrong_credential_are_401_at_once() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    let good = bearer(&told);
    assert_eq!(beat(&server, &good, said()).await.status, 200);
    for bad in [
        "Bearer manyi-tablet-nobody",
        "Basic YTpi",
        "Bearer",
        "",
        &good[..good.len() - 1],
    ] {
        let reply = beat(&server, bad, said()).await;
        refused(&reply, 401, "unauthorized");
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
    let two = [
        JSON,
        ("authorization", &*good),
        ("authorization", "Bearer x"),
    ];
    let path = "/v1/tablets/heartbeat";
    refused(
        &server.post(path, &two, said().to_string()).await,
        401,
        "unauthorized",
    );
    refused(&server.get("/v1/tablets/self").await, 401, "unauthorized");

    let id = told["device"].as_str().unwrap();
    assert!(command(&server, &["tablet", "revoke", id]).status.success());
    refused(&beat(&server, &good, said()).await, 401, "unauthorized");
    let again = command(&server, &["tablet", "revoke", id]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("there is no tablet"));
    let list = table(&command(&server, &["tablet", "list"]));
    assert_eq!(list[1][4], "revoked");
}

#[tokio::test]
async fn the_list_says_who_is_late_what_waits_and_whose_clock_is_off() {
    let server = Running::start().await;
    let [good, late, new] = [
        tablet(&server, "1").await,
        tablet(&server, "2").await,
        tablet(&server, "3").await,
    ];
    let ahead = manyi_collector::clock::now_ms() + 3_600_000;
    let mut off = said();
    off["clock"] = manyi_collector::clock::rfc3339(ahead).into();
    let answer = beat(&server, &bearer(&good), off).await.json();
    assert!(manyi_collector::clock::parse(answer["server_time"].as_str().unwrap()).is_some());
    let skew = answer["skew_ms"].as_i64().unwrap();
    assert!((3_540_000..=3_600_000).contains(&skew), "{skew}");
    assert_eq!(
        (&answer["config"], &answer["stop"]),
        (&json!(1), &json!(false))
    );
    let few = json!({"queue": 0, "clock": "2026-01-31T09:30:00+08:00", "version": "1"});
    assert_eq!(beat(&server, &bearer(&late), few).await.status, 200);
    let id = late["device"].as_str().unwrap();
    let database = database(&server);
    let set = "UPDATE tablets SET heard_at = heard_at - 181000 WHERE tablet_id = ?";
    assert_eq!(database.execute(set, [id]).unwrap(), 1);

    let output = command(&server, &["tablet", "list"]);
    let list = table(&output);
    assert_eq!(list.len(), 4);
    let row = |told: &Value| {
        let id = told["device"].as_str().unwrap();
        list.iter().find(|row| row[0] == id).unwrap()
    };
    assert_eq!(row(&good)[1..5], ["fenglin", "1", "东侧", "ok"]);
    assert_eq!(row(&good)[6..9], ["3", "120", "1"]);
    assert!(row(&good)[9].starts_with("35") || row(&good)[9] == "3600");
    assert_eq!(row(&good)[10..13], ["0.2.0", "87", "yes"]);
    assert_eq!(row(&late)[4], "late");
    assert_eq!(row(&late)[10..], ["1", "-", "-", "-", "-", "-"]);
    assert_eq!(row(&new)[4..7], ["ok", "never", "-"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "1 late\n");

    // It comes back, and that is remembered.
    assert_eq!(beat(&server, &bearer(&late), said()).await.status, 200);
    let events = table(&command(&server, &["tablet", "events", id]));
    let kinds: Vec<&str> = events[1..].iter().map(|row| row[1].as_str()).collect();
    assert_eq!(
        kinds,
        [
            "clock", "version", "returned", "clock", "version", "enrolled"
        ]
    );
}

#[tokio::test]
async fn heartbeats_do_not_make_the_database_grow() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    let bearer = bearer(&told);
    for n in 0..130 {
        let mut said = said();
        said["version"] = n.to_string().into();
        assert_eq!(beat(&server, &bearer, said).await.status, 200);
    }
    let count = |table: &str| {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let count = database(&server).query_row(&sql, [], |row| row.get::<_, i64>(0));
        count.unwrap()
    };
    assert_eq!((count("tablets"), count("tablet_events")), (1, 100));
}

#[tokio::test]
async fn a_heartbeat_that_cannot_be_is_refused_by_field() {
    let server = Running::start().await;
    let bearer = bearer(&tablet(&server, "3").await);
    for (field, value, place, code) in [
        ("queue", json!(-1), "queue", "wrong_type"),
        ("clock", json!("yesterday"), "clock", "unfit"),
        ("battery", json!(101), "battery", "unfit"),
        ("version", json!(""), "version", "unfit"),
        ("phone", json!("x"), "phone", "unknown_field"),
        (
            "marks",
            json!([{"response": "x", "mark": "quick"}]),
            "marks",
            "unfit",
        ),
        (
            "visits",
            json!({"begun": 1, "submitted": 1}),
            "visits.idle_ends",
            "missing_field",
        ),
    ] {
        let mut said = said();
        said[field] = value;
        let problems = beat(&server, &bearer, said).await.problems();
        assert_eq!(problems, [(place.to_owned(), code.to_owned())]);
    }
    let problems = beat(&server, &bearer, json!([1])).await.problems();
    assert_eq!(problems, [("(body)".to_owned(), "wrong_type".to_owned())]);
    let headers = [JSON, ("authorization", &*bearer)];
    for (body, status) in [("{", 400), ("\u{feff}{}", 400), (&*"x".repeat(8193), 413)] {
        let reply = server
            .post("/v1/tablets/heartbeat", &headers, body.to_owned())
            .await;
        assert_eq!(reply.status, status);
    }
    let form = [crate::running::FORM, ("authorization", &*bearer)];
    let reply = server.post("/v1/tablets/heartbeat", &form, "queue=1").await;
    refused(&reply, 415, "media-type");
    let reply = server.get("/v1/tablets/heartbeat").await;
    refused(&reply, 405, "method-not-allowed");
    let long = json!({"code": "x", "name": "长".repeat(61)}).to_string();
    let problems = server.post("/v1/tablets", &[JSON], long).await.problems();
    assert_eq!(problems, [("name".to_owned(), "unfit".to_owned())]);
}

#[tokio::test]
async fn staff_can_stop_tablets_and_let_them_go_on() {
    let server = Running::start().await;
    let (one, two) = (tablet(&server, "1").await, tablet(&server, "2").await);
    let stopped = async |told: &Value| {
        let answer = beat(&server, &bearer(told), said()).await.json();
        answer["stop"].as_bool().unwrap()
    };
    let id = one["device"].as_str().unwrap();
    let printed = |arguments: &[&str]| {
        let output = command(&server, arguments);
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(printed(&["tablet", "stop", id]), "1 stopped\n");
    assert!(stopped(&one).await && !stopped(&two).await);
    assert_eq!(printed(&["tablet", "stop"]), "1 stopped\n");
    assert!(stopped(&one).await && stopped(&two).await);
    assert_eq!(printed(&["tablet", "resume"]), "2 resumed\n");
    assert!(!stopped(&one).await && !stopped(&two).await);
}

#[tokio::test]
async fn a_tablet_that_moves_to_another_window_learns_of_it() {
    let server = Running::start().await;
    let told = tablet(&server, "1").await;
    let id = told["device"].as_str().unwrap();
    let change =
        |arguments: &[&str]| command(&server, &[&["tablet", "change", id], arguments].concat());
    assert!(change(&["--window", "2"]).status.success());
    let bearer = bearer(&told);
    assert_eq!(beat(&server, &bearer, said()).await.json()["config"], 2);
    let headers = [("authorization", &*bearer)];
    let itself = server.get_with("/v1/tablets/self", &headers).await.json();
    assert_eq!(
        (&itself["window"], &itself["surveys"], &itself["config"]),
        (&json!("2"), &told["surveys"], &json!(2))
    );
    assert_eq!(change(&["--survey", "no-such"]).status.code(), Some(1));
    assert_eq!(change(&["--unit", ""]).status.code(), Some(1));
    assert_eq!(beat(&server, &bearer, said()).await.json()["config"], 2);
}

#[tokio::test]
async fn a_code_for_what_cannot_be_is_refused() {
    let server = Running::start().await;
    for (arguments, part) in [
        (["fenglin", "3", "no-such"], "there is no survey `no-such`"),
        (["", "3", "visitor-reception"], "--unit"),
        (["fenglin", "", "visitor-reception"], "--window"),
    ] {
        let [unit, window, survey] = arguments;
        let output = command(
            &server,
            &[
                "tablet", "code", "--unit", unit, "--window", window, "--survey", survey,
            ],
        );
        assert_eq!(output.status.code(), Some(1));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(part), "{part} in {errors}");
    }
}

#[tokio::test]
async fn s08_a_kiosk_page_of_another_server_may_ask_when_it_is_named() {
    let server = Running::with(|settings| {
        settings.allow_origin = vec!["https://kiosk.example".to_owned()];
    })
    .await;
    let ask = async |origin| {
        let headers = [("origin", origin)];
        let at = server.collector.address();
        send(at, "OPTIONS", "/v1/tablets/heartbeat", &headers, "").await
    };
    let allowed = ask("https://kiosk.example").await;
    assert_eq!(
        allowed.header("access-control-allow-headers"),
        "authorization, content-type, last-event-id"
    );
    assert_eq!(allowed.header("access-control-allow-methods"), "GET, POST");
    assert_eq!(
        ask("https://other.example")
            .await
            .header("access-control-allow-origin"),
        ""
    );
}

#[tokio::test]
async fn s20_neither_code_nor_credential_is_in_the_log_or_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), &[]);
    let output = Command::new(BINARY)
        .args([
            "tablet",
            "code",
            "--unit",
            "u",
            "--window",
            "1",
            "--survey",
            "visitor-reception",
            "--data",
        ])
        .arg(folder.path())
        .output()
        .unwrap();
    let code = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    let body = json!({"code": code}).to_string();
    let reply = send(process.address, "POST", "/v1/tablets", &[JSON], body).await;
    let told = reply.json();
    let credential = told["credential"].as_str().unwrap().to_owned();
    let bearer = bearer(&told);
    let headers = [JSON, ("authorization", &*bearer)];
    let path = "/v1/tablets/heartbeat";
    let reply = send(process.address, "POST", path, &headers, said().to_string()).await;
    assert_eq!(reply.status, 200);
    let (status, log) = process.terminate();
    assert_eq!(status, Some(0));
    assert!(log.contains(told["device"].as_str().unwrap()), "{log}");
    let kept = std::fs::read(folder.path().join("manyi.sqlite")).unwrap();
    let kept = String::from_utf8_lossy(&kept);
    for secret in [&code, &code.replace('-', ""), &credential] {
        assert!(!log.contains(secret), "in the log");
        assert!(!kept.contains(secret), "in the database");
    }
}

#[tokio::test]
async fn people_who_walk_away_and_marks_are_known_by_what_the_tablet_says() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    let other = tablet(&server, "4").await;
    let mut visits = said();
    visits["visits"] = json!({"begun": 20, "submitted": 18, "idle_ends": 2});
    // The tablet's word may come before the response, twice, and in capitals.
    visits["marks"] = json!([
        {"response": id(1).to_uppercase(), "mark": "burst"}, {"response": id(2), "mark": "quick"}]);
    for _ in 0..2 {
        let reply = beat(&server, &bearer(&told), visits.clone()).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    // One that counts nothing leaves what was counted.
    assert_eq!(beat(&server, &bearer(&told), said()).await.status, 200);
    for (n, device) in [(1, &told), (2, &other), (3, &told)] {
        let mut response = satisfied(&id(n));
        response["channel"] = json!("kiosk");
        response["device"] = json!({"id": device["device"], "seq": n});
        let reply = server
            .post("/v1/responses", &[JSON], response.to_string())
            .await;
        assert_eq!(reply.status, 201, "{}", reply.text());
    }
    let marks: Vec<Value> = server
        .rows()
        .await
        .iter()
        .map(|row| row["mark"].clone())
        .collect();
    // The second is another tablet's: it is not this one's to mark.
    assert_eq!(marks, [json!("burst"), Value::Null, Value::Null]);
    let list = table(&command(&server, &["tablet", "list"]));
    let line = list.iter().find(|line| told["device"] == *line[0]);
    assert_eq!(line.unwrap()[13..], ["20", "18", "2"], "{list:?}");
}
