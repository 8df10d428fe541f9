//! One id is one row, whatever happens at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use manyi_collector::sealing::Keys;
use serde_json::json;

use crate::crash::{Process, exported};
use crate::running::{JSON, Running, full, id, satisfied, send};
use crate::sealed::with_seal;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l5_two_hundred_posts_of_one_id_at_once_are_one_row() {
    let server = Arc::new(Running::start().await);
    let ids = 100;
    for n in 0..ids {
        let mut response = full(&id(n));
        response["device"]["id"] = json!(format!("tablet-{n}"));
        let posts = (0..200).map(|_| {
            let (server, response) = (Arc::clone(&server), response.clone());
            tokio::spawn(async move { server.json(&response).await.status.as_u16() })
        });
        let mut statuses = BTreeMap::new();
        for post in posts.collect::<Vec<_>>() {
            *statuses.entry(post.await.unwrap()).or_insert(0) += 1;
        }
        assert_eq!(statuses, BTreeMap::from([(200, 199), (201, 1)]));
    }
    assert_eq!(server.rows().await.len(), ids as usize);
}

#[tokio::test]
async fn f15_other_content_under_the_same_id_is_409_and_both_are_kept() {
    let server = Running::start().await;
    assert_eq!(server.json(&satisfied(&id(1))).await.status, 201);
    let mut other = satisfied(&id(1));
    other["answers"]["comment"] = json!("改主意了");
    for _ in 0..3 {
        let reply = server.json(&other).await;
        assert_eq!(reply.status, 409);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(reply.json()["id"], json!(id(1)));
    }
    let rows = server.rows().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["answers"], json!({"overall": "satisfied"}));
    let file = server.folder.path().join("data/manyi.sqlite");
    let database = rusqlite::Connection::open(file).unwrap();
    let kept: (i64, String, String, String) = database
        .query_row(
            "SELECT COUNT(*), content_hash, stored_hash, body FROM conflicts",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    assert_eq!(kept.0, 1, "the same contradiction is kept once");
    assert_ne!(kept.1, kept.2);
    assert_eq!(json!(kept.2), rows[0]["content_hash"]);
    assert!(kept.3.contains("改主意了"));
    // The first one is still the first one.
    assert_eq!(server.json(&satisfied(&id(1))).await.status, 200);
    // Staff can see what the person was promised that they look at.
    for (format, words) in [("jsonl", "\"改主意了\""), ("csv", ",改主意了,")] {
        let export = std::process::Command::new(env!("CARGO_BIN_EXE_manyi-collector"))
            .args(["export", "--conflicts", "--format", format, "--data"])
            .arg(server.folder.path().join("data"))
            .output()
            .unwrap();
        let text = String::from_utf8(export.stdout).unwrap();
        assert!(export.status.success());
        assert_eq!(text.matches(&id(1)).count(), 1, "{text}");
        assert!(text.contains(words), "{text}");
        assert_eq!(String::from_utf8_lossy(&export.stderr), "1 responses\n");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_small_posts_share_a_sync() {
    let server = Arc::new(Running::start().await);
    let posts = (0..400).map(|n| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.json(&satisfied(&id(n))).await.status.as_u16() })
    });
    for post in posts.collect::<Vec<_>>() {
        assert_eq!(post.await.unwrap(), 201);
    }
    assert_eq!(server.rows().await.len(), 400);
    let commits = server.collector.commits();
    assert!(commits < 400, "{commits} commits for 400 posts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l4_with_a_third_sent_again_every_row_is_there_once() {
    let server = Arc::new(Running::start().await);
    // 1,400 responses, 600 of them twice and at once: 30 % of 2,000 posts.
    let posts = (0..2000).map(|n| {
        let server = Arc::clone(&server);
        let n = if n < 1400 { n } else { (n - 1400) * 2 };
        tokio::spawn(async move { (n, server.json(&full(&id(n))).await.status.as_u16()) })
    });
    let mut stored = BTreeMap::new();
    let mut repeated = 0;
    for post in posts.collect::<Vec<_>>() {
        match post.await.unwrap() {
            (n, 201) => *stored.entry(n).or_insert(0) += 1,
            (_, 200) => repeated += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(repeated, 600);
    assert!(stored.len() == 1400 && stored.values().all(|times| *times == 1));
    assert_eq!(server.rows().await.len(), 1400);
}

/// Two collectors on one data folder work: SQLite keeps them apart, and the id is
/// the key in both.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f47_two_collectors_on_one_database_make_one_row_of_one_id() {
    let folder = tempfile::tempdir().unwrap();
    let one = Process::start(folder.path(), &[]);
    let two = Process::start(folder.path(), &[]);
    let posts = (0..200_u32).flat_map(|n| [(n, one.address), (n, two.address), (n, one.address)]);
    let posts = posts.map(|(n, at)| {
        tokio::spawn(async move {
            let body = full(&id(n)).to_string();
            let reply = send(at, "POST", "/v1/responses", &[JSON], body).await;
            (n, reply.status.as_u16())
        })
    });
    let mut statuses: BTreeMap<u32, Vec<u16>> = BTreeMap::new();
    for post in posts.collect::<Vec<_>>() {
        let (n, status) = post.await.unwrap();
        statuses.entry(n).or_default().push(status);
    }
    for (n, mut statuses) in statuses {
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 201], "{n}");
    }
    assert_eq!(exported(folder.path()).len(), 200);
    // They have the same keys, too, and one that is made while both run.
    let key = async |at| send(at, "GET", "/v1/sealing-key", &[], "").await.json()["key"].clone();
    assert_eq!(key(one.address).await, key(two.address).await);
    let new = Keys::open(folder.path()).unwrap().rotate().unwrap().text();
    let sealed = with_seal(full(&id(1000)), &new).to_string();
    for (at, status) in [(two.address, 201), (one.address, 200)] {
        let reply = send(at, "POST", "/v1/responses", &[JSON], sealed.clone()).await;
        assert_eq!(reply.status, status);
    }
    assert_eq!(one.terminate().0, Some(0));
    assert_eq!(two.terminate().0, Some(0));
}

#[tokio::test]
async fn f10_a_post_that_a_proxy_sends_again_is_one_row() {
    let server = Running::start().await;
    let body = full(&id(1)).to_string();
    let key = id(1);
    let headers = [JSON, ("idempotency-key", &*key)];
    for status in [201, 200, 200] {
        let reply = server.post("/v1/responses", &headers, body.clone()).await;
        assert_eq!(reply.status, status);
    }
    let batch = json!([full(&id(2)), full(&id(1)), full(&id(2))]).to_string();
    for http in [[201, 200, 200], [200, 200, 200]] {
        let reply = server.post("/v1/batches", &[JSON], batch.clone()).await;
        let results = reply.json();
        assert_eq!(
            [0, 1, 2].map(|n| results[n]["http"].as_u64().unwrap()),
            http
        );
    }
    assert_eq!(server.rows().await.len(), 2);
}
