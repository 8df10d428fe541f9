//! S23: how much, how long, how many.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::running::{JSON, Running, id, satisfied};

/// A sound response of exactly `bytes` bytes: JSON may be padded.
fn padded(bytes: usize) -> String {
    let response = satisfied(&id(1)).to_string();
    let padding = " ".repeat(bytes - response.len());
    format!("{response}{padding}")
}

#[tokio::test]
async fn sixty_four_kib_are_taken_and_one_byte_more_is_413() {
    let server = Running::start().await;
    let limit = 64 * 1024;
    assert_eq!(
        server
            .post("/v1/responses", &[JSON], padded(limit))
            .await
            .status,
        201
    );
    for more in [limit + 1, limit * 8] {
        let reply = server.post("/v1/responses", &[JSON], padded(more)).await;
        assert_eq!(reply.status, 413);
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
    assert_eq!(server.rows().await.len(), 1);
}

/// Sends `request` as it is and reads until the server closes.
async fn raw(server: &Running, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.collector.address())
        .await
        .unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn an_announced_monster_is_413_before_it_is_sent() {
    let server = Running::start().await;
    let head = "POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let announced = format!("{head}Content-Length: 99999999999\r\n\r\n{{");
    assert!(
        raw(&server, announced.as_bytes())
            .await
            .starts_with("HTTP/1.1 413 ")
    );
    let asks = format!("{head}Expect: 100-continue\r\nContent-Length: 70000\r\n\r\n");
    assert!(
        raw(&server, asks.as_bytes())
            .await
            .starts_with("HTTP/1.1 413 ")
    );
}

/// What is said to a head alone: the body is announced and never sent.
#[tokio::test]
async fn what_the_head_alone_shows_is_refused_before_the_body_is_read() {
    let server = Running::start().await;
    let large = "Content-Type: application/json\r\nContent-Length: 70000";
    let batch = "Content-Type: application/json\r\nContent-Length: 9000000";
    let kind = "Content-Type: text/plain\r\nContent-Length: 500";
    let packed = "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 500";
    for (path, head, status) in [
        ("responses", large, "413"),
        ("batches", batch, "413"),
        ("responses", kind, "415"),
        ("batches", kind, "415"),
        ("responses", packed, "415"),
    ] {
        for expect in ["", "Expect: 100-continue\r\n"] {
            let mut stream = TcpStream::connect(server.collector.address())
                .await
                .unwrap();
            let head = format!("POST /v1/{path} HTTP/1.1\r\nHost: x\r\n{head}\r\n{expect}\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut answer = [0; 12];
            // The collector's patience with a body is 20 s; this is not that.
            let read = stream.read_exact(&mut answer);
            tokio::time::timeout(Duration::from_secs(10), read)
                .await
                .expect("an answer to the head")
                .unwrap();
            assert_eq!(
                std::str::from_utf8(&answer).unwrap(),
                format!("HTTP/1.1 {status}")
            );
        }
    }
}

#[tokio::test]
async fn chunks_without_end_are_413() {
    let server = Running::start().await;
    let mut stream = TcpStream::connect(server.collector.address())
        .await
        .unwrap();
    let head = "POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    let (mut read, mut write) = stream.split();
    let writing = async {
        for _ in 0..1000 {
            if write.write_all(chunk.as_bytes()).await.is_err() {
                return;
            }
        }
        panic!("sixteen megabytes were taken");
    };
    let reading = async {
        let mut answer = [0; 12];
        read.read_exact(&mut answer).await.unwrap();
        answer
    };
    tokio::select! {
        answer = reading => assert_eq!(&answer, b"HTTP/1.1 413"),
        () = writing => {}
    }
}

#[tokio::test]
async fn s23_a_body_or_head_that_drips_is_cut_off_in_time() {
    let server = Running::with(|settings| settings.read_timeout_s = 1).await;
    let started = Instant::now();
    let body = "POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\":";
    let answer = raw(&server, body.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("application/problem+json"));
    raw(
        &server,
        b"POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-",
    )
    .await;
    raw(&server, b"").await;
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(server.json(&satisfied(&id(1))).await.status, 201);
}

#[tokio::test]
async fn s23_callers_beyond_the_cap_wait_and_are_served() {
    let server = Running::with(|settings| {
        settings.max_connections = 2;
        settings.read_timeout_s = 1;
    })
    .await;
    let address = server.collector.address();
    let idle = [
        TcpStream::connect(address).await.unwrap(),
        TcpStream::connect(address).await.unwrap(),
    ];
    // The third is served as soon as an idle one has been cut off.
    assert_eq!(server.json(&satisfied(&id(1))).await.status, 201);
    drop(idle);
}

#[tokio::test]
async fn heads_that_make_no_sense_are_refused_and_harm_nobody() {
    let server = Running::start().await;
    let long = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
        "y".repeat(100_000)
    );
    let both = "POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!";
    for request in [
        "\0\0\0\0\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        &long,
        both,
        "GET /\r\nX: a\r\n\r\n",
    ] {
        let answer = raw(&server, request.as_bytes()).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    assert_eq!(server.json(&satisfied(&id(1))).await.status, 201);
}

#[tokio::test]
async fn a_deep_nest_is_refused_without_a_crash() {
    let server = Running::start().await;
    let nest = "[".repeat(30_000) + &"]".repeat(30_000);
    let mut body = satisfied(&id(1));
    body["answers"]["comment"] = json!("NEST");
    let body = body.to_string().replace("\"NEST\"", &nest);
    let reply = server.post("/v1/responses", &[JSON], body.clone()).await;
    assert!(
        [400, 422].contains(&reply.status.as_u16()),
        "{}",
        reply.status
    );
    let reply = server
        .post("/v1/batches", &[JSON], format!("[{body}]"))
        .await;
    assert!(
        [200, 400].contains(&reply.status.as_u16()),
        "{}",
        reply.status
    );
    assert_eq!(server.json(&satisfied(&id(1))).await.status, 201);
}

#[tokio::test]
async fn s23_a_client_that_does_not_read_loses_its_place() {
    let folder = tempfile::tempdir().unwrap();
    // More than the buffers of any system take.
    std::fs::write(folder.path().join("manyi.js"), vec![b' '; 32 * 1024 * 1024]).unwrap();
    let server = Running::with(|settings| {
        settings.widget = Some(folder.path().to_owned());
        settings.max_connections = 1;
        settings.read_timeout_s = 1;
    })
    .await;
    let mut deaf = TcpStream::connect(server.collector.address())
        .await
        .unwrap();
    deaf.write_all(b"GET /manyi.js HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    deaf.readable().await.unwrap();
    // There is one place only, and it becomes free.
    assert_eq!(server.json(&satisfied(&id(1))).await.status, 201);
    drop(deaf);
}
