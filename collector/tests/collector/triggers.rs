//! A clerk's system asks, the tablet at the window shows, and what became of it is
//! counted.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::Request;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::running::{JSON, Reply, Running, id, satisfied, send};
use crate::tablets::{bearer, command, database, table, tablet};

/// A clerk's key for `fenglin`, as a header.
pub fn key(server: &Running, window: Option<&str>) -> String {
    let mut arguments = vec!["clerk", "key", "--unit", "fenglin"];
    arguments.extend(window.iter().flat_map(|window| ["--window", window]));
    let output = command(server, &arguments);
    assert!(output.status.success(), "{output:?}");
    let key = String::from_utf8(output.stdout).unwrap();
    format!("Bearer {}", key.trim())
}

pub async fn ask(server: &Running, key: &str, wanted: Value) -> Reply {
    let headers = [JSON, ("authorization", key)];
    server
        .post("/v1/triggers", &headers, wanted.to_string())
        .await
}

/// What a full request of a clerk's system holds.
fn wanted(matter: &str) -> Value {
    json!({"window": "3", "officer_token": "012345", "matter_token": matter,
        "survey": "household-window"})
}

async fn next(server: &Running, bearer: &str, after: i64, wait: u32) -> Option<Value> {
    let path = format!("/v1/tablets/next?after={after}&wait={wait}");
    let reply = server.get_with(&path, &[("authorization", bearer)]).await;
    match reply.status.as_u16() {
        200 => Some(reply.json()),
        204 => None,
        other => panic!("{other} {}", reply.text()),
    }
}

async fn said(server: &Running, bearer: &str, id: &Value, said: Value) -> Reply {
    let path = format!("/v1/tablets/triggers/{}", id.as_str().unwrap());
    let headers = [JSON, ("authorization", bearer)];
    server.post(&path, &headers, said.to_string()).await
}

/// A stream of events that is read as it comes.
pub struct Stream {
    body: Incoming,
    text: String,
}

impl Stream {
    pub async fn open(at: std::net::SocketAddr, headers: &[(&str, &str)]) -> Self {
        let stream = TcpStream::connect(at).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request = Request::get("/v1/tablets/events").header("host", "collector.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), 200);
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/event-stream");
        assert_eq!(header("x-accel-buffering"), "no");
        let mut stream = Self {
            body: response.into_body(),
            text: String::new(),
        };
        // A comment, at once.
        assert_eq!(stream.block().await.as_deref(), Some(": here"));
        stream
    }

    /// What stands before the next empty line; `None` at the end.
    pub async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let frame = timeout(Duration::from_secs(40), self.body.frame())
                .await
                .expect("neither an event nor an end");
            let data = frame?.ok()?.into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&data).unwrap());
        }
    }

    /// The next trigger, passing over comments: its number and data.
    pub async fn trigger(&mut self) -> (i64, Value) {
        loop {
            let block = self.block().await.expect("the stream goes on");
            if block.starts_with(':') {
                continue;
            }
            let line = |start: &str| {
                let found = block.lines().find_map(|line| line.strip_prefix(start));
                found
                    .unwrap_or_else(|| panic!("no {start} in {block}"))
                    .trim()
            };
            assert_eq!(line("event:"), "trigger");
            let data: Value = serde_json::from_str(line("data:")).unwrap();
            return (line("id:").parse().unwrap(), data);
        }
    }
}

#[tokio::test]
async fn what_a_clerk_asks_for_is_on_the_tablet_with_its_subject() {
    let server = Running::start().await;
    let bearer = bearer(&tablet(&server, "3").await);
    let other = crate::tablets::bearer(&tablet(&server, "4").await);
    let key = key(&server, None);
    let auth = [("authorization", &*bearer)];
    let mut stream = Stream::open(server.collector.address(), &auth).await;
    let asked = ask(&server, &key, wanted("m-1")).await;
    assert_eq!(asked.status, 201, "{}", asked.text());
    assert_eq!(asked.json()["tablets"], 1);
    let (seq, data) = stream.trigger().await;
    assert_eq!(data["id"], asked.json()["id"]);
    assert_eq!(data["seq"], seq);
    assert_eq!(data["survey"], "household-window");
    assert_eq!(
        data["subject"],
        json!({"unit": "fenglin", "window": "3", "officer": "012345", "matter": "m-1"})
    );
    let left = data["expires_in_ms"].as_i64().unwrap();
    assert!((100_000..=120_000).contains(&left), "{left}");
    // The other window sees nothing of it; a long poll has the same event.
    assert_eq!(next(&server, &other, 0, 0).await, None);
    let mut polled = next(&server, &bearer, 0, 0).await.unwrap();
    let mut streamed = data.clone();
    for event in [&mut polled, &mut streamed] {
        event.as_object_mut().unwrap().remove("expires_in_ms");
    }
    assert_eq!(polled, streamed);
    assert_eq!(next(&server, &bearer, seq, 0).await, None);
    // A poll that waits is woken.
    let (polled, asked) = tokio::join!(next(&server, &bearer, seq, 25), async {
        ask(&server, &key, json!({"window": "3"})).await.json()
    });
    let polled = polled.unwrap();
    assert_eq!(polled["id"], asked["id"]);
    assert_eq!(polled["subject"], json!({"unit": "fenglin", "window": "3"}));
    assert_eq!(
        polled["survey"], "household-window",
        "the tablet's usual one"
    );
    assert_eq!(stream.trigger().await.1["id"], asked["id"]);
}

#[tokio::test]
async fn a_stream_resumes_behind_the_last_event_it_had() {
    let server = Running::start().await;
    let bearer = bearer(&tablet(&server, "3").await);
    let key = key(&server, Some("3"));
    let at = server.collector.address();
    // Asked while no tablet listened: shown when it comes back within two minutes.
    let asked = ask(&server, &key, json!({})).await.json();
    assert_eq!(asked["tablets"], 0);
    let mut stream = Stream::open(at, &[("authorization", &bearer)]).await;
    let (seq, data) = stream.trigger().await;
    assert_eq!(data["id"], asked["id"]);
    drop(stream);
    let seq = seq.to_string();
    let resumed = [("authorization", &*bearer), ("last-event-id", &*seq)];
    let mut stream = Stream::open(at, &resumed).await;
    let asked = ask(&server, &key, json!({})).await.json();
    assert_eq!(
        stream.trigger().await.1["id"],
        asked["id"],
        "only the new one"
    );
    // Once it is on the screen, or two minutes old, it is not shown again.
    let shown = said(&server, &bearer, &asked["id"], json!({"outcome": "shown"})).await;
    assert_eq!(shown.status, 200);
    assert_eq!(next(&server, &bearer, 0, 0).await, None);
    ask(&server, &key, json!({})).await;
    assert!(next(&server, &bearer, 0, 0).await.is_some());
    let late = "UPDATE triggers SET expires_at = expires_at - 120000 WHERE shown_at IS NULL";
    database(&server).execute(late, []).unwrap();
    assert_eq!(next(&server, &bearer, 0, 0).await, None);
}

#[tokio::test]
async fn every_outcome_is_counted_by_window_and_officer() {
    let server = Running::start().await;
    let bearer = bearer(&tablet(&server, "3").await);
    let key = key(&server, None);
    let mut asked = Vec::new();
    for n in 0..6 {
        let mut wanted = wanted(&format!("m-{n}"));
        if n == 5 {
            wanted["officer_token"] = json!("B");
        }
        let reply = ask(&server, &key, wanted).await;
        assert_eq!(reply.status, 201);
        let one = reply.json()["id"].clone();
        // The first is overtaken before anyone saw it; the last has no end.
        let outcomes = match n {
            0 => vec![],
            1 => vec![
                json!({"outcome": "shown"}),
                json!({"outcome": "answered", "response": id(1)}),
            ],
            2 => vec![json!({"outcome": "shown"}), json!({"outcome": "timed_out"})],
            3 => vec![json!({"outcome": "shown"}), json!({"outcome": "declined"})],
            4 => vec![json!({"outcome": "answered", "response": id(2)})],
            _ => vec![json!({"outcome": "shown"})],
        };
        for outcome in outcomes {
            let reply = said(&server, &bearer, &one, outcome.clone()).await;
            assert_eq!(reply.status, 200, "{outcome}");
            assert_eq!(reply.json()["outcome"], outcome["outcome"]);
        }
        asked.push(one);
    }
    // Said again it is the same; an answer wins over what came before, nothing over it.
    let again = async |n: usize, outcome: Value| said(&server, &bearer, &asked[n], outcome).await;
    let answer = json!({"outcome": "answered", "response": id(1).to_uppercase()});
    assert_eq!(again(1, answer).await.status, 200);
    let other = again(1, json!({"outcome": "answered", "response": id(9)})).await;
    assert_eq!(other.status, 409);
    let late = again(1, json!({"outcome": "timed_out"})).await;
    assert_eq!(late.json()["outcome"], "answered");
    let late = again(0, json!({"outcome": "declined"})).await;
    assert_eq!(late.json()["outcome"], "replaced");

    let today = {
        let day = manyi_collector::wall::day_of(manyi_collector::clock::now_ms());
        manyi_collector::clock::rfc3339(day + 12 * 3_600_000)[..10].to_owned()
    };
    let count =
        |from: &str, to: &str| table(&command(&server, &["triggers", "--from", from, "--to", to]));
    let rows = count(&today, &today);
    assert_eq!(
        rows[0][3..],
        [
            "asked",
            "shown",
            "answered",
            "timed_out",
            "declined",
            "replaced",
            "unheard"
        ]
    );
    assert_eq!(
        rows[1],
        ["fenglin", "3", "012345", "5", "4", "2", "1", "1", "1", "0"]
    );
    assert_eq!(
        rows[2],
        ["fenglin", "3", "B", "1", "1", "0", "0", "0", "0", "1"]
    );
    assert_eq!(rows.len(), 3);
    assert_eq!(count("2020-01-01", "2020-12-31").len(), 1);
    for (from, to, part) in [
        ("2026-02-30", "2026-03-01", "--from"),
        ("2026-03-01", "x", "--to"),
        ("2026-03-01", "2026-02-01", "before"),
    ] {
        let output = command(&server, &["triggers", "--from", from, "--to", to]);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains(part));
    }
}

/// A response of the tablet at window 3 to a matter.
fn response(n: u32, matter: &str) -> Value {
    let mut response = satisfied(&id(n));
    response["channel"] = json!("kiosk");
    response["subject"] = json!({"unit": "fenglin", "window": "3", "officer": "012345",
        "matter": matter});
    response
}

#[tokio::test]
async fn one_matter_is_rated_once() {
    let server = Running::start().await;
    let bearer = bearer(&tablet(&server, "3").await);
    let key = key(&server, None);
    let first = ask(&server, &key, wanted("m-1")).await.json();
    // Pressed twice: the tablet shows the newer one.
    let second = ask(&server, &key, wanted("m-1")).await.json();
    let answered = json!({"outcome": "answered", "response": id(1)});
    let reply = said(&server, &bearer, &second["id"], answered).await;
    assert_eq!(reply.status, 200);
    let refused = ask(&server, &key, wanted("m-1")).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.json()["type"], "urn:manyi:problem:already");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.starts_with("该办件已评价，无需重复评价"), "{detail}");
    assert_eq!(next(&server, &bearer, 0, 0).await, None);
    let declined = json!({"outcome": "declined"});
    let reply = said(&server, &bearer, &first["id"], declined).await;
    assert_eq!(reply.json()["outcome"], "replaced");
    // Another unit may have a matter of the same number, and so has its own.
    let tablets = "UPDATE tablets SET unit = 'sangong'";
    database(&server).execute(tablets, []).unwrap();
    database(&server)
        .execute("UPDATE clerk_keys SET unit = 'sangong'", [])
        .unwrap();
    assert_eq!(ask(&server, &key, wanted("m-1")).await.status, 201);
}

#[tokio::test]
async fn a_response_counts_when_the_tablets_own_word_never_comes() {
    let server = Running::start().await;
    tablet(&server, "3").await;
    let key = key(&server, None);
    let asked = ask(&server, &key, wanted("m-1")).await.json();
    assert_eq!(server.json(&response(1, "m-1")).await.status, 201);
    let (outcome, with): (String, String) = database(&server)
        .query_row(
            "SELECT outcome, response_id FROM triggers WHERE id = ?",
            [asked["id"].as_str().unwrap()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((outcome.as_str(), with), ("answered", id(1)));
    assert_eq!(ask(&server, &key, wanted("m-1")).await.status, 409);
    // A rating by text message counts, too, and a batch does.
    let mut sms = response(2, "m-2");
    sms["channel"] = json!("sms");
    sms["subject"] = json!({"unit": "fenglin", "matter": "m-2"});
    let batch = json!([sms, response(3, "m-3")]).to_string();
    assert_eq!(server.post("/v1/batches", &[JSON], batch).await.status, 200);
    for matter in ["m-2", "m-3"] {
        assert_eq!(ask(&server, &key, wanted(matter)).await.status, 409);
    }
}

#[tokio::test]
async fn s20_names_and_numbers_of_people_are_refused_at_the_door() {
    let server = Running::start().await;
    tablet(&server, "3").await;
    let key = key(&server, None);
    for token in [
        "13800138000",
        "110101199003070000",
        "张三",
        "+86 138 0013 8000",
    ] {
        for field in ["officer_token", "matter_token"] {
            let mut wanted = wanted("m-1");
            wanted[field] = json!(token);
            let reply = ask(&server, &key, wanted).await;
            assert_eq!(
                reply.problems(),
                [(field.to_owned(), "personal".to_owned())]
            );
            assert!(!reply.text().contains(token), "{}", reply.text());
        }
    }
    let count = "SELECT COUNT(*) FROM triggers";
    let rows = database(&server).query_row(count, [], |row| row.get::<_, i64>(0));
    assert_eq!(rows.unwrap(), 0);
    for (field, value, code) in [
        ("survey", json!("no-such"), "unknown_survey"),
        ("window", json!(""), "unfit"),
        ("matter_token", json!("x".repeat(201)), "unfit"),
        ("phone", json!("x"), "unknown_field"),
    ] {
        let mut wanted = wanted("m-1");
        wanted[field] = value;
        let problems = ask(&server, &key, wanted).await.problems();
        assert_eq!(problems, [(field.to_owned(), code.to_owned())]);
    }
}

#[tokio::test]
async fn a_key_reaches_its_own_windows_until_it_is_taken_back() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    tablet(&server, "4").await;
    let (all, one) = (key(&server, None), key(&server, Some("3")));
    let at = async |key: &str, window: Value| {
        let reply = ask(&server, key, json!({"window": window})).await;
        reply.status.as_u16()
    };
    assert_eq!(at(&all, json!("3")).await, 201);
    assert_eq!(at(&all, json!("4")).await, 201);
    assert_eq!(at(&all, json!("5")).await, 404, "no tablet stands there");
    assert_eq!(at(&all, Value::Null).await, 422);
    assert_eq!(at(&one, Value::Null).await, 201);
    assert_eq!(at(&one, json!("4")).await, 403);
    // A tablet is no clerk, and a clerk no tablet.
    assert_eq!(at(&bearer(&told), json!("3")).await, 401);
    let reply = server
        .get_with("/v1/tablets/next?wait=0", &[("authorization", &all)])
        .await;
    assert_eq!(reply.status, 401);
    let list = table(&command(&server, &["clerk", "list"]));
    assert_eq!(list[1][1..3], ["fenglin", "(all)"]);
    assert_eq!(list[2][1..3], ["fenglin", "3"]);
    let revoked = command(&server, &["clerk", "revoke", &list[2][0]]);
    assert!(revoked.status.success());
    assert_eq!(at(&one, json!("3")).await, 401);
    assert_eq!(at(&all, json!("3")).await, 201);
    let again = command(&server, &["clerk", "revoke", &list[2][0]]);
    assert_eq!(again.status.code(), Some(1));
}

#[tokio::test]
async fn a_window_hears_nothing_of_another_ones_triggers() {
    let server = Running::start().await;
    tablet(&server, "3").await;
    let other = bearer(&tablet(&server, "4").await);
    let key = key(&server, None);
    let asked = ask(&server, &key, wanted("m-1")).await.json();
    for outcome in [json!({"outcome": "shown"}), json!({"outcome": "declined"})] {
        assert_eq!(
            said(&server, &other, &asked["id"], outcome).await.status,
            404
        );
    }
    for (outcome, place) in [
        (json!({"outcome": "answered"}), "response"),
        (json!({"outcome": "answered", "response": "x"}), "response"),
        (json!({"outcome": "shown", "response": id(1)}), "response"),
    ] {
        let problems = said(&server, &other, &asked["id"], outcome)
            .await
            .problems();
        assert_eq!(problems, [(place.to_owned(), "unfit".to_owned())]);
    }
    let odd = said(&server, &other, &asked["id"], json!({"outcome": "lost"})).await;
    assert_eq!(
        odd.problems(),
        [("outcome".to_owned(), "wrong_type".to_owned())]
    );
    for query in [
        "after=x",
        "after=-1",
        "wait=soon",
        "after=99999999999999999999",
    ] {
        let path = format!("/v1/tablets/next?{query}");
        let reply = server.get_with(&path, &[("authorization", &other)]).await;
        assert_eq!(reply.status, 422, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_tablets_stream_ends_and_a_collector_stops_with_streams_open() {
    let server = Running::start().await;
    let (gone, stays) = (tablet(&server, "3").await, tablet(&server, "4").await);
    let at = server.collector.address();
    let open = async |told: &Value| {
        let bearer = bearer(told);
        Stream::open(at, &[("authorization", &*bearer)]).await
    };
    let (mut ends, mut goes_on) = (open(&gone).await, open(&stays).await);
    let id = gone["device"].as_str().unwrap();
    assert!(command(&server, &["tablet", "revoke", id]).status.success());
    assert_eq!(ends.block().await, None);
    assert_eq!(goes_on.block().await.as_deref(), Some(": still here"));
    let header = bearer(&gone);
    let header = [("authorization", &*header)];
    let refused = send(at, "GET", "/v1/tablets/events", &header, "").await;
    assert_eq!(refused.status, 401);
    // At once, not when the stream is over.
    let stopped = timeout(Duration::from_secs(10), server.collector.stop());
    stopped.await.expect("it stops");
    assert_eq!(goes_on.block().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s13_a_key_that_has_gone_wild_is_held_back() {
    let server = Arc::new(Running::start().await);
    tablet(&server, "3").await;
    let (key, other) = (key(&server, None), key(&server, None));
    let mut statuses = std::collections::BTreeMap::new();
    for _ in 0..150 {
        let reply = ask(&server, &key, json!({"window": "3"})).await;
        *statuses.entry(reply.status.as_u16()).or_insert(0) += 1;
    }
    assert!(statuses[&201] >= 120 && statuses[&429] > 0, "{statuses:?}");
    assert_eq!(
        ask(&server, &other, json!({"window": "3"})).await.status,
        201
    );
}
