//! S13, L3: how many responses a device and a survey may send.

use std::collections::BTreeMap;
use std::sync::Arc;

use manyi_collector::http::Rate;
use serde_json::{Value, json};

use crate::running::{FORM, JSON, Running, id, satisfied};

fn of(device: &str, n: u32) -> Value {
    let mut response = satisfied(&id(n));
    response["device"] = json!({"id": device, "seq": n});
    response
}

/// Too slow to fill up again while a test runs.
fn only(burst: u32) -> Rate {
    Rate { burst, per_min: 1 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s13_of_two_hundred_at_once_exactly_as_many_as_allowed_get_through() {
    let server = Running::with(|settings| settings.device_rate = only(70)).await;
    let server = Arc::new(server);
    let posts = (0..200).map(|n| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.json(&of("tablet-1", n)).await })
    });
    let mut statuses = BTreeMap::new();
    for post in posts.collect::<Vec<_>>() {
        let reply = post.await.unwrap();
        *statuses.entry(reply.status.as_u16()).or_insert(0) += 1;
        if reply.status == 429 {
            assert_eq!(reply.header("content-type"), "application/problem+json");
            let wait: u32 = reply.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait}");
            assert_eq!(reply.json()["type"], "urn:manyi:problem:too-many");
        }
    }
    assert_eq!(statuses, BTreeMap::from([(201, 70), (429, 130)]));
    assert_eq!(server.rows().await.len(), 70);
    // The others of the hall, and pages without a device, are not held up.
    assert_eq!(server.json(&of("tablet-2", 1000)).await.status, 201);
    assert_eq!(server.json(&satisfied(&id(1001))).await.status, 201);
}

#[tokio::test]
async fn s13_a_batch_counts_each_response_and_is_taken_whole_or_not_at_all() {
    let server = Running::with(|settings| settings.device_rate = only(10)).await;
    let batch = async |from: u32, to: u32| {
        let batch: Vec<Value> = (from..to).map(|n| of("tablet-1", n)).collect();
        let body = Value::from(batch).to_string();
        server.post("/v1/batches", &[JSON], body).await
    };
    assert_eq!(batch(0, 6).await.status, 200);
    let refused = batch(6, 12).await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(server.rows().await.len(), 6, "nothing of it is stored");
    assert_eq!(batch(6, 10).await.status, 200);
    assert_eq!(batch(10, 11).await.status, 429);
    // What is refused for other reasons costs no more than one, and harms nobody.
    assert_eq!(server.json(&of("tablet-2", 20)).await.status, 201);
}

#[tokio::test]
async fn s13_a_survey_has_a_limit_too_and_a_form_comes_back_with_its_answers() {
    let server = Running::with(|settings| settings.survey_rate = only(2)).await;
    let fields = [
        ("survey.id", "household-window"),
        ("survey.version", "1"),
        ("answers.overall", "satisfied"),
    ];
    assert_eq!(server.fields(&fields).await.status, 303);
    assert_eq!(server.json(&of("tablet-1", 1)).await.status, 201);
    assert_eq!(server.json(&of("tablet-2", 2)).await.status, 429);
    let reply = server.fields(&fields).await;
    assert_eq!(reply.status, 429);
    assert!(!reply.header("retry-after").is_empty());
    let page = reply.text();
    assert!(page.contains("value=\"satisfied\" id=\"manyi-household-window-overall-1\" checked"));
    // A program that posts forms gets the document.
    let body = crate::running::encoded(&fields);
    let reply = server
        .post(
            "/v1/responses",
            &[FORM, ("accept", "application/json")],
            body,
        )
        .await;
    assert_eq!(reply.json()["status"], 429);
    // Other surveys go on, and one that nobody knows is refused for that.
    let mut other = satisfied(&id(9));
    other["survey"]["id"] = json!("nobody-knows");
    for _ in 0..5 {
        let problems = server.json(&other).await.problems();
        assert_eq!(
            problems,
            [("survey.id".to_owned(), "unknown_survey".to_owned())]
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l3_a_hall_of_25_tablets_behind_one_address_sends_its_queues() {
    let server = Arc::new(Running::start().await);
    let tablets = (0..25_u32).map(|tablet| {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            for part in 0..3_u32 {
                let from = tablet * 300 + part * 100;
                let batch: Vec<Value> = (from..from + 100)
                    .map(|n| of(&format!("tablet-{tablet}"), n))
                    .collect();
                let body = Value::from(batch).to_string();
                let reply = server.post("/v1/batches", &[JSON], body).await;
                assert_eq!(reply.status, 200, "{}", reply.text());
            }
        })
    });
    for tablet in tablets.collect::<Vec<_>>() {
        tablet.await.unwrap();
    }
    assert_eq!(server.rows().await.len(), 7500);
}
