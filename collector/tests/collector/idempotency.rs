//! One id is one row, whatever happens at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use crate::running::{Running, full, id, satisfied};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l5_two_hundred_posts_of_one_id_at_once_are_one_row() {
    let server = Arc::new(Running::start().await);
    for n in 0..5 {
        let posts = (0..200).map(|_| {
            let server = Arc::clone(&server);
            tokio::spawn(async move { server.json(&full(&id(n))).await.status.as_u16() })
        });
        let mut statuses = BTreeMap::new();
        for post in posts.collect::<Vec<_>>() {
            *statuses.entry(post.await.unwrap()).or_insert(0) += 1;
        }
        assert_eq!(statuses, BTreeMap::from([(200, 199), (201, 1)]));
    }
    assert_eq!(server.rows().await.len(), 5);
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
