//! F30: what a device numbered and never sent is counted.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use manyi_collector::Collector;
use manyi_collector::config::Settings;
use serde_json::{Value, json};

use crate::crash::BINARY;
use crate::running::{JSON, Running, id, satisfied};

fn of(device: &str, n: u32, seq: u64) -> Value {
    let mut response = satisfied(&id(n));
    response["device"] = json!({"id": device, "seq": seq});
    response
}

/// First and last of every gap of `device`.
async fn gaps(collector: &Collector, device: &str) -> Vec<(i64, i64)> {
    let gaps = collector.store().gaps().await.unwrap();
    let of_device = gaps.iter().filter(|gap| gap.device == device);
    of_device.map(|gap| (gap.first, gap.last)).collect()
}

#[tokio::test]
async fn f30_a_gap_shows_and_goes_when_it_is_filled() {
    let server = Running::start().await;
    let post = async |n, seq| server.json(&of("tablet-1", n, seq)).await.status.as_u16();
    for (n, seq, expected) in [
        (1, 1, vec![]),
        (2, 2, vec![]),
        (3, 7, vec![(3, 6)]),
        (4, 5, vec![(3, 4), (6, 6)]),
        (5, 3, vec![(4, 4), (6, 6)]),
        (6, 8, vec![(4, 4), (6, 6)]),
        (7, 6, vec![(4, 4)]),
        (8, 12, vec![(4, 4), (9, 11)]),
        (9, 4, vec![(9, 11)]),
        // The same number again, under another id: nothing is missing for it.
        (10, 4, vec![(9, 11)]),
    ] {
        assert_eq!(post(n, seq).await, 201);
        assert_eq!(
            gaps(&server.collector, "tablet-1").await,
            expected,
            "after {seq}"
        );
    }
    // A retry changes nothing, and another device has numbers of its own.
    assert_eq!(post(4, 5).await, 200);
    assert_eq!(server.json(&of("tablet-2", 11, 3)).await.status, 201);
    assert_eq!(gaps(&server.collector, "tablet-1").await, [(9, 11)]);
    assert_eq!(gaps(&server.collector, "tablet-2").await, [(1, 2)]);
    // Contradictions have come, too.
    let mut other = of("tablet-2", 11, 2);
    other["answers"]["comment"] = json!("改主意了");
    assert_eq!(server.json(&other).await.status, 409);
    assert_eq!(gaps(&server.collector, "tablet-2").await, [(1, 1)]);
    // What is refused has not come.
    let mut unfit = of("tablet-2", 12, 1);
    unfit["answers"] = json!({});
    assert_eq!(server.json(&unfit).await.status, 422);
    assert_eq!(gaps(&server.collector, "tablet-2").await, [(1, 1)]);

    let output = Command::new(BINARY)
        .args(["gaps", "--data"])
        .arg(server.folder.path().join("data"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(lines[0], ["device", "first", "last", "missing", "since"]);
    assert_eq!(lines[1][..4], ["tablet-1", "9", "11", "3"]);
    assert_eq!(lines[2][..4], ["tablet-2", "1", "1", "1"]);
    assert!(lines[1][4].ends_with('Z') && lines[1][4].len() == 24);
    assert_eq!(lines.len(), 3);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "4 responses missing\n"
    );
}

/// SplitMix64: the same seed, the same order.
fn chance(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What is missing below the highest of `came`.
fn missing(came: &BTreeSet<u64>) -> Vec<(i64, i64)> {
    let mut gaps = Vec::new();
    let mut next = 1;
    for &seq in came {
        if seq > next {
            gaps.push((next as i64, seq as i64 - 1));
        }
        next = seq + 1;
    }
    gaps
}

#[tokio::test]
async fn f01_gaps_are_right_in_any_order_with_repeats_through_two_collectors() {
    for seed in 0..6 {
        let one = Running::start().await;
        let data = one.folder.path().join("data");
        let two = Collector::start(Settings::local(&data)).await.unwrap();
        let mut state = seed;
        let mut came = BTreeSet::new();
        let mut n = 0;
        for _ in 0..25 {
            let mut batch = Vec::new();
            for _ in 0..=chance(&mut state) % 12 {
                let seq = 1 + chance(&mut state) % 60;
                n += 1;
                came.insert(seq);
                batch.push(of("tablet-1", n, seq));
            }
            let address = [one.collector.address(), two.address()][(n % 2) as usize];
            let batch = Value::from(batch).to_string();
            let reply = crate::running::send(address, "POST", "/v1/batches", &[JSON], batch).await;
            assert_eq!(reply.status, 200);
            assert_eq!(
                gaps(&one.collector, "tablet-1").await,
                missing(&came),
                "seed {seed}"
            );
        }
        two.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f20_two_collectors_that_get_one_queue_at_once_see_no_gap() {
    let one = std::sync::Arc::new(Running::start().await);
    let data = one.folder.path().join("data");
    let two = Collector::start(Settings::local(&data)).await.unwrap();
    let posts = (1..=200_u32).map(|n| {
        let address = [one.collector.address(), two.address()][(n % 2) as usize];
        let body = of("tablet-1", n, u64::from(n)).to_string();
        tokio::spawn(async move {
            let reply = crate::running::send(address, "POST", "/v1/responses", &[JSON], body).await;
            reply.status.as_u16()
        })
    });
    for post in posts.collect::<Vec<_>>() {
        assert_eq!(post.await.unwrap(), 201);
    }
    assert_eq!(gaps(&one.collector, "tablet-1").await, []);
    two.stop().await;
}

/// A data folder of the release before, with rows in it.
fn older(data: &Path) {
    std::fs::create_dir_all(data).unwrap();
    let database = rusqlite::Connection::open(data.join("manyi.sqlite")).unwrap();
    let first = include_str!("../../migrations/0001_responses.sql");
    database.execute_batch(first).unwrap();
    database
        .execute_batch(
            "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);
             INSERT INTO schema_migrations VALUES (1, 'responses', 0);",
        )
        .unwrap();
    let rows = [
        ("a", Some(1)),
        ("a", Some(2)),
        ("a", Some(2)),
        ("a", Some(6)),
        ("b", Some(4)),
        ("b", Some(4)),
        ("c", Some(0)),
        ("c", Some(1)),
        ("", None),
    ];
    for (n, (device, seq)) in rows.into_iter().enumerate() {
        let device = Some(device).filter(|device| !device.is_empty());
        database
            .execute(
                "INSERT INTO responses (id, received_at, survey_id, version, definition_hash, channel, mode, \
                 device_id, device_seq, content_hash, body) \
                 VALUES (?, ?, 'household-window', 1, '', 'web', 'self', ?, ?, '', '{}')",
                (id(100 + n as u32), 1000 + n as i64, device, seq),
            )
            .unwrap();
    }
}

#[tokio::test]
async fn an_older_database_is_counted_when_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    older(&data);
    let collector = Collector::start(Settings::local(&data)).await.unwrap();
    let found = collector.store().gaps().await.unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|gap| (gap.device.as_str(), gap.first, gap.last, gap.since))
        .collect();
    assert_eq!(found, [("a", 3, 5, 1003), ("b", 1, 3, 1004)]);
    let body = of("a", 1, 7).to_string();
    let reply =
        crate::running::send(collector.address(), "POST", "/v1/responses", &[JSON], body).await;
    assert_eq!(reply.status, 201);
    assert_eq!(gaps(&collector, "a").await, [(3, 5)]);
    collector.stop().await;
}
