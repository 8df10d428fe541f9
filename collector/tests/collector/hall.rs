//! A county's tablets on one collector: what a key press takes to be on the screen.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::crash::{BINARY, Process};
use crate::running::{JSON, send};
use crate::triggers::Stream;

const TABLETS: usize = 200;

fn run(data: &std::path::Path, arguments: &[&str]) -> String {
    let output = std::process::Command::new(BINARY)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Lets all tablets in, by the database: codes are looked at 60 times a minute.
fn enrol(data: &std::path::Path) -> Vec<String> {
    let database = rusqlite::Connection::open(data.join("manyi.sqlite")).unwrap();
    database.execute_batch("BEGIN").unwrap();
    let enrol = |n| {
        let credential = format!("tablet-{n}");
        database
            .execute(
                "INSERT INTO tablets (tablet_id, credential_hash, unit, service_window, surveys, name, \
                 enrolled_at, config, is_stopped) VALUES (?, ?, 'county', ?, '[\"household-window\"]', '', 0, 1, 0)",
                (
                    format!("t-{n}"),
                    manyi_collector::secret::hash(&credential),
                    format!("{n}"),
                ),
            )
            .unwrap();
        format!("Bearer {credential}")
    };
    let all = (0..TABLETS).map(enrol).collect();
    database.execute_batch("COMMIT").unwrap();
    all
}

/// Memory of a process in kB, as Linux counts it.
fn resident_kb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_tablets_have_each_key_press_within_half_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), &[]);
    let at = process.address;
    let tablets = enrol(folder.path());
    let keys: Vec<String> = (0..4)
        .map(|_| {
            let key = run(folder.path(), &["clerk", "key", "--unit", "county"]);
            format!("Bearer {key}")
        })
        .collect();
    let (seen, mut arrivals) = mpsc::unbounded_channel::<(Value, Instant)>();
    let mut streams = Vec::with_capacity(TABLETS);
    for tablet in &tablets {
        streams.push(Stream::open(at, &[("authorization", tablet)]).await);
    }
    let mut listeners = tokio::task::JoinSet::new();
    for mut stream in streams {
        let seen = seen.clone();
        listeners.spawn(async move {
            loop {
                let (_, event) = stream.trigger().await;
                let _ = seen.send((event["id"].clone(), Instant::now()));
            }
        });
    }
    // Heartbeats of all of them meanwhile, one after the other without a pause: more
    // than 200 in a minute.
    let tablets = Arc::new(tablets);
    let beats = tokio::spawn({
        let tablets = Arc::clone(&tablets);
        async move {
            for tablet in tablets.iter() {
                let now = manyi_collector::clock::rfc3339(manyi_collector::clock::now_ms());
                let said = json!({"queue": 0, "clock": now, "version": "1"}).to_string();
                let headers = [JSON, ("authorization", tablet)];
                let reply = send(at, "POST", "/v1/tablets/heartbeat", &headers, said).await;
                assert_eq!(reply.status, 200);
            }
        }
    });
    let mut waits = Vec::new();
    for n in 0..TABLETS {
        let headers = [JSON, ("authorization", &*keys[n % keys.len()])];
        let body = json!({"window": n.to_string(), "matter_token": format!("m-{n}")});
        let pressed = Instant::now();
        let reply = send(at, "POST", "/v1/triggers", &headers, body.to_string()).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        let arrival = tokio::time::timeout(Duration::from_secs(20), arrivals.recv());
        let (id, when) = arrival.await.expect("it arrives").unwrap();
        assert_eq!(id, reply.json()["id"]);
        waits.push(when.duration_since(pressed));
    }
    beats.await.unwrap();
    waits.sort();
    let p95 = waits[TABLETS * 95 / 100];
    listeners.abort_all();
    let resident = resident_kb(process.child.id());
    println!(
        "{TABLETS} tablets: median {:?}, p95 {p95:?}, worst {:?}, {resident} kB",
        waits[TABLETS / 2],
        waits[TABLETS - 1]
    );
    assert!(p95 < Duration::from_millis(500), "p95 {p95:?}");
    assert!(resident < 200_000, "{resident} kB");
    assert_eq!(process.terminate().0, Some(0));
}
