//! `POST /v1/batches`.

use serde_json::{Value, json};

use crate::running::{FORM, JSON, Running, id, satisfied};

#[tokio::test]
async fn each_element_has_its_result_in_order_and_a_bad_one_spoils_no_other() {
    let server = Running::start().await;
    let mut contradicts = satisfied(&id(1));
    contradicts["answers"] = json!({"overall": "basically_satisfied"});
    let mut unfit = satisfied(&id(3));
    unfit["answers"] = json!({"overall": "perfect"});
    let batch = json!([
        satisfied(&id(1)),
        {"id": 7},
        satisfied(&id(2)),
        null,
        satisfied(&id(1)),
        contradicts,
        unfit,
        satisfied(&id(4)),
    ]);
    let reply = server.post("/v1/batches", &[JSON], batch.to_string()).await;
    assert_eq!(reply.status, 200);
    let results = reply.json();
    let seen: Vec<(u64, &str)> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            (
                result["http"].as_u64().unwrap(),
                result["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (201, "stored"),
            (422, "unfit"),
            (201, "stored"),
            (422, "unfit"),
            (200, "duplicate"),
            (409, "conflict"),
            (422, "unfit"),
            (201, "stored"),
        ]
    );
    assert_eq!(results[2]["id"], json!(id(2)));
    assert_eq!(results[1]["id"], Value::Null);
    assert_eq!(
        results[6]["problem"]["problems"][0]["question"],
        json!("overall")
    );
    assert_eq!(server.rows().await.len(), 3);
}

#[tokio::test]
async fn five_hundred_are_taken_in_one_commit_and_501_refused() {
    let server = Running::start().await;
    let many = |count| Value::from_iter((0..count).map(|n| satisfied(&id(n)))).to_string();
    let reply = server.post("/v1/batches", &[JSON], many(501)).await;
    assert_eq!(reply.status, 413);
    assert!(server.rows().await.is_empty());
    let before = server.collector.commits();
    let reply = server.post("/v1/batches", &[JSON], many(500)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json().as_array().unwrap().len(), 500);
    assert_eq!(server.rows().await.len(), 500);
    assert_eq!(server.collector.commits(), before + 1);
    assert_eq!(
        server.post("/v1/batches", &[JSON], "[]").await.json(),
        json!([])
    );
}

#[tokio::test]
async fn what_is_no_array_of_json_is_refused_whole() {
    let server = Running::start().await;
    for body in ["{}", "[1,", "[{]}", "", "null"] {
        let reply = server.post("/v1/batches", &[JSON], body).await;
        assert_eq!(reply.status, 400, "{body}");
    }
    assert_eq!(
        server.post("/v1/batches", &[FORM], "id=1").await.status,
        415
    );
}

#[tokio::test]
async fn an_element_beyond_64_kib_is_413_alone() {
    let server = Running::start().await;
    let mut large = satisfied(&id(1));
    large["answers"]["comment"] = json!("长".repeat(30_000));
    let batch = json!([large, satisfied(&id(2))]);
    let results = server
        .post("/v1/batches", &[JSON], batch.to_string())
        .await
        .json();
    assert_eq!(results[0]["http"], json!(413));
    assert_eq!(results[1]["http"], json!(201));
}
