//! `POST /v1/responses` with JSON: one test for each answer of the contract.

use serde_json::{Value, json};

use crate::running::{JSON, Running, full, id, satisfied};

#[tokio::test]
async fn a_new_response_is_201_and_a_row_with_all_fields() {
    let server = Running::start().await;
    let reply = server.json(&full(&id(1))).await;
    assert_eq!(reply.status, 201);
    assert_eq!(reply.json(), json!({"id": id(1), "status": "stored"}));
    let rows = server.rows().await;
    assert_eq!(rows.len(), 1);
    for (field, value) in full(&id(1)).as_object().unwrap() {
        assert_eq!(rows[0][field], *value, "{field}");
    }
    assert!(rows[0]["received_at"].as_str().unwrap().ends_with('Z'));
    assert!(
        rows[0]["content_hash"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
}

#[tokio::test]
async fn the_same_again_is_200_duplicate_and_one_row() {
    let server = Running::start().await;
    assert_eq!(server.json(&full(&id(1))).await.status, 201);
    let mut again = full(&id(1));
    // The way it took is no part of what was said.
    again["duration_ms"] = json!(1);
    again["device"]["seq"] = json!(42);
    let reply = server.json(&again).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json(), json!({"id": id(1), "status": "duplicate"}));
    assert_eq!(server.rows().await.len(), 1);
}

#[tokio::test]
async fn an_id_in_capitals_is_the_same_id_and_echoed_as_sent() {
    let server = Running::start().await;
    let lower = "0193a5f0-aaaa-7bcd-8eef-0123456789ab";
    assert_eq!(server.json(&satisfied(lower)).await.status, 201);
    let upper = lower.to_uppercase();
    let reply = server.json(&satisfied(&upper)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["id"], json!(upper));
    assert_eq!(server.rows().await[0]["id"], json!(lower));
}

#[tokio::test]
async fn broken_json_is_400_with_line_and_column() {
    let server = Running::start().await;
    let reply = server
        .post("/v1/responses", &[JSON], "{\n  \"id\": \"x\",,\n}")
        .await;
    assert_eq!(reply.status, 400);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let detail = reply.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("line 2 column 13"), "{detail}");
}

#[tokio::test]
async fn json_that_breaks_after_a_wrong_field_is_400_too() {
    let server = Running::start().await;
    let reply = server
        .post("/v1/responses", &[JSON], r#"{"id": 5, "survey": [}"#)
        .await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn bytes_that_are_not_utf8_are_400() {
    let server = Running::start().await;
    let reply = server
        .post("/v1/responses", &[JSON], &b"{\"id\": \"\xff\"}"[..])
        .await;
    assert_eq!(reply.status, 400);
    assert!(reply.json()["detail"].as_str().unwrap().contains("UTF-8"));
}

#[tokio::test]
async fn answers_that_do_not_fit_are_422_with_question_code_and_message() {
    let server = Running::start().await;
    let mut response = full(&id(1));
    response["answers"]["reasons"] = json!(["slow", "nonsense"]);
    response["answers"]["phone"] = json!("12");
    let reply = server.json(&response).await;
    assert_eq!(
        reply.problems(),
        [
            ("reasons".into(), "unknown_choice".into()),
            ("phone".into(), "not_a_phone".into())
        ]
    );
    assert_eq!(reply.json()["problems"][0]["given"], json!("nonsense"));
    assert!(server.rows().await.is_empty());
}

#[tokio::test]
async fn messages_are_in_the_language_of_the_response_else_of_the_request() {
    let server = Running::start().await;
    let mut response = satisfied(&id(1));
    response["answers"] = json!({});
    let said = |reply: crate::running::Reply| {
        reply.json()["problems"][0]["message"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let english = [JSON, ("accept-language", "fr;q=0.2, en-GB;q=0.8, zh;q=0.5")];
    let asked = server
        .post("/v1/responses", &english, response.to_string())
        .await;
    assert_eq!(said(asked), "Please choose one.");
    response["language"] = json!("zh-Hant");
    let own = server
        .post("/v1/responses", &english, response.to_string())
        .await;
    assert_eq!(said(own), "請選擇一項。");
    response.as_object_mut().unwrap().remove("language");
    assert_eq!(said(server.json(&response).await), "请选择一项。");
}

#[tokio::test]
async fn fields_that_nobody_asked_for_are_422_with_their_name() {
    let server = Running::start().await;
    for field in [
        "status",
        "role",
        "received_at",
        "content_hash",
        "__proto__",
        "ID",
    ] {
        let mut response = satisfied(&id(1));
        response[field] = json!("x");
        let problems = server.json(&response).await.problems();
        assert_eq!(problems, [(field.to_owned(), "unknown_field".into())]);
    }
    let mut nested = satisfied(&id(1));
    nested["survey"]["title"] = json!("x");
    let problems = server.json(&nested).await.problems();
    assert_eq!(problems, [("survey.title".into(), "unknown_field".into())]);
    assert!(server.rows().await.is_empty());
}

#[tokio::test]
async fn keys_that_stand_there_twice_are_422() {
    let server = Running::start().await;
    let sound = satisfied(&id(1)).to_string();
    let twice = sound.replacen("{", "{\"channel\":\"web\",", 1);
    let reply = server.post("/v1/responses", &[JSON], twice).await;
    assert_eq!(
        reply.problems(),
        [("channel".into(), "duplicate_field".into())]
    );
    let twice = sound.replace("{\"overall\"", "{\"overall\":\"dissatisfied\",\"overall\"");
    let reply = server.post("/v1/responses", &[JSON], twice).await;
    assert_eq!(
        reply.problems(),
        [("overall".into(), "duplicate_field".into())]
    );
}

#[tokio::test]
async fn missing_and_mistyped_fields_are_422_with_their_place() {
    let server = Running::start().await;
    for field in ["id", "survey", "answers", "channel"] {
        let mut response = satisfied(&id(1));
        response.as_object_mut().unwrap().remove(field);
        let problems = server.json(&response).await.problems();
        assert_eq!(problems, [(field.to_owned(), "missing_field".into())]);
    }
    let cases: [(&str, Value, &str); 6] = [
        ("/id", json!("not-a-uuid"), "id"),
        ("/channel", json!("fax"), "channel"),
        ("/survey/version", json!(1.5), "survey.version"),
        ("/survey/version", json!("1"), "survey.version"),
        ("/survey/id", json!("../etc"), "survey.id"),
        ("/answers", json!([]), "answers"),
    ];
    for (pointer, value, place) in cases {
        let mut response = satisfied(&id(1));
        *response.pointer_mut(pointer).unwrap() = value.clone();
        let problems = server.json(&response).await.problems();
        assert_eq!(problems[0].0, place, "{pointer} {value}");
    }
    for body in ["null", "[]", "\"x\"", "5"] {
        let reply = server.post("/v1/responses", &[JSON], body).await;
        assert_eq!(reply.problems()[0].0, "(body)");
    }
}

#[tokio::test]
async fn unknown_survey_version_and_hash_are_422_with_the_field() {
    let server = Running::start().await;
    let cases = [
        (
            "/survey/id",
            json!("no-such"),
            "survey.id",
            "unknown_survey",
        ),
        (
            "/survey/version",
            json!(99),
            "survey.version",
            "unknown_version",
        ),
    ];
    for (pointer, value, place, code) in cases {
        let mut response = satisfied(&id(1));
        *response.pointer_mut(pointer).unwrap() = value;
        assert_eq!(
            server.json(&response).await.problems(),
            [(place.into(), code.into())]
        );
    }
    let mut response = satisfied(&id(1));
    response["survey"]["hash"] = json!(format!("sha256:{}", "0".repeat(64)));
    let problems = server.json(&response).await.problems();
    assert_eq!(problems, [("survey.hash".into(), "unknown_hash".into())]);
    let known = server.get("/surveys").await.json();
    let known = known["surveys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["id"] == "household-window")
        .unwrap();
    response["survey"]["hash"] = known["hash"].clone();
    assert_eq!(server.json(&response).await.status, 201);
}

#[tokio::test]
async fn other_kinds_of_body_are_415() {
    let server = Running::start().await;
    let body = satisfied(&id(1)).to_string();
    let refused: [&[(&str, &str)]; 9] = [
        &[],
        &[("content-type", "text/plain")],
        &[("content-type", "text/json")],
        &[("content-type", "application/json; charset=gbk")],
        &[("content-type", "application/json; profile=x")],
        &[("content-type", "application/jsonx")],
        &[("content-type", "multipart/form-data; boundary=x")],
        &[JSON, ("content-encoding", "gzip")],
        &[JSON, ("content-type", "text/plain")],
    ];
    for headers in refused {
        let reply = server.post("/v1/responses", headers, body.clone()).await;
        assert_eq!(reply.status, 415, "{headers:?}");
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert!(reply.header("accept-post").contains("application/json"));
    }
    for kind in [
        "application/json; charset=utf-8",
        "Application/JSON;charset=\"UTF-8\"",
    ] {
        let reply = server
            .post("/v1/responses", &[("content-type", kind)], body.clone())
            .await;
        assert!(reply.status.is_success(), "{kind}");
    }
}

#[tokio::test]
async fn other_methods_are_405_and_other_places_404() {
    let server = Running::start().await;
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let reply =
            crate::running::send(server.collector.address(), method, "/v1/responses", &[], "")
                .await;
        assert_eq!(reply.status, 405, "{method}");
        assert!(reply.header("allow").contains("POST"));
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
    for path in [
        "/v1",
        "/v2/responses",
        "/admin/nowhere",
        "/surveys/x.json",
        "/surveys/..%2fx.json",
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn the_idempotency_key_must_be_the_id() {
    let server = Running::start().await;
    let body = satisfied(&id(1)).to_string();
    let other = id(2);
    let reply = server
        .post(
            "/v1/responses",
            &[JSON, ("idempotency-key", &other)],
            body.clone(),
        )
        .await;
    assert_eq!(reply.problems(), [("id".into(), "key_mismatch".into())]);
    let quoted = format!("\"{}\"", id(1).to_uppercase());
    let reply = server
        .post("/v1/responses", &[JSON, ("idempotency-key", &quoted)], body)
        .await;
    assert_eq!(reply.status, 201);
}

#[tokio::test]
async fn health_is_200_while_the_database_answers() {
    let server = Running::start().await;
    let reply = server.get("/healthz").await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()),
        (200, json!({"status": "ok"}))
    );
}
