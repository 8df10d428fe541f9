//! The binary as a process: what it said is stored is stored, however it ends.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::running::{id, lines, satisfied};

pub const BINARY: &str = env!("CARGO_BIN_EXE_manyi-collector");

/// The binary, serving a folder.
pub struct Process {
    pub child: Child,
    pub address: SocketAddr,
    /// Reads along: a full pipe would hold the collector up.
    log: JoinHandle<String>,
}

impl Process {
    pub fn start(data: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim_end()
            .strip_prefix("listening on http://")
            .expect(&line);
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).unwrap();
            log
        });
        Self {
            log,
            address: address.parse().unwrap(),
            child,
        }
    }

    /// SIGTERM; the exit code and the log.
    pub fn terminate(mut self) -> (Option<i32>, String) {
        let told = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(told.success());
        let status = self.child.wait().unwrap();
        (status.code(), self.log.join().unwrap())
    }
}

pub fn exported(data: &Path) -> BTreeSet<String> {
    let output = Command::new(BINARY)
        .args(["export", "--format", "jsonl", "--data"])
        .arg(data)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let rows = lines(&output.stdout);
    let ids: BTreeSet<String> = rows
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), rows.len(), "no id twice");
    ids
}

/// Posts over 16 kept-alive connections until the server is gone; the ids that
/// were answered with 201, and all that were sent.
async fn storm(address: SocketAddr, next: &Arc<AtomicU32>) -> (BTreeSet<String>, BTreeSet<String>) {
    let workers: Vec<_> = (0..16)
        .map(|_| tokio::spawn(posts(address, Arc::clone(next))))
        .collect();
    let (mut stored, mut tried) = (BTreeSet::new(), BTreeSet::new());
    for worker in workers {
        let (s, t) = worker.await.unwrap();
        stored.extend(s);
        tried.extend(t);
    }
    (stored, tried)
}

async fn posts(address: SocketAddr, next: Arc<AtomicU32>) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut stored, mut tried) = (BTreeSet::new(), BTreeSet::new());
    let Ok(stream) = TcpStream::connect(address).await else {
        return (stored, tried);
    };
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    loop {
        let id = id(next.fetch_add(1, Ordering::Relaxed));
        tried.insert(id.clone());
        let request = Request::post("/v1/responses")
            .header("host", "collector.test")
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(satisfied(&id).to_string())))
            .unwrap();
        let Ok(response) = sender.send_request(request).await else {
            return (stored, tried);
        };
        if response.status() == 201 {
            stored.insert(id);
        }
        if response.into_body().collect().await.is_err() || sender.ready().await.is_err() {
            return (stored, tried);
        }
    }
}

/// How many rounds: what the environment says, for long runs, or `usual`.
pub fn rounds(name: &str, usual: u32) -> u32 {
    std::env::var(name).map_or(usual, |rounds| rounds.parse().unwrap())
}

/// Starts a storm, and calls `end` once `reached` posts are on their way.
pub async fn storm_until(
    process: Process,
    next: Arc<AtomicU32>,
    reached: u32,
    end: impl FnOnce(Process) + Send + 'static,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let address = process.address;
    let counter = Arc::clone(&next);
    let ender = tokio::task::spawn_blocking(move || {
        while counter.load(Ordering::Relaxed) < reached {
            std::thread::yield_now();
        }
        end(process);
    });
    let (stored, tried) = storm(address, &next).await;
    tokio::time::timeout(Duration::from_secs(60), ender)
        .await
        .unwrap()
        .unwrap();
    (stored, tried)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f42_every_2xx_before_a_sigkill_is_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let (mut stored, mut tried) = (BTreeSet::new(), BTreeSet::new());
    let next = Arc::new(AtomicU32::new(0));
    for round in 0..rounds("MANYI_KILLS", 20) {
        let process = Process::start(folder.path(), &[]);
        let reached = next.load(Ordering::Relaxed) + 60 + 37 * (round % 8);
        let (s, t) = storm_until(process, Arc::clone(&next), reached, |mut process| {
            process.child.kill().unwrap();
            process.child.wait().unwrap();
        })
        .await;
        stored.extend(s);
        tried.extend(t);
    }
    let rows = exported(folder.path());
    assert!(!stored.is_empty());
    assert_eq!(stored.difference(&rows).count(), 0, "acknowledged and lost");
    assert_eq!(rows.difference(&tried).count(), 0, "rows that nobody sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_graceful_stop_answers_what_is_in_flight_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), &[]);
    let next = Arc::new(AtomicU32::new(0));
    let (stored, tried) = storm_until(process, next, 100, |process| {
        let (code, log) = process.terminate();
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("stopped"), "{log}");
    })
    .await;
    let rows = exported(folder.path());
    assert!(stored.len() >= 80, "{} of {}", stored.len(), tried.len());
    assert_eq!(stored.difference(&rows).count(), 0, "acknowledged and lost");
    // The log has been moved into the one file.
    let log = folder.path().join("manyi.sqlite-wal");
    assert!(!log.exists() || std::fs::metadata(log).unwrap().len() == 0);
}

#[tokio::test]
async fn f44_a_database_that_refuses_is_503_and_mends_by_itself() {
    let server = crate::running::Running::start().await;
    let file = server.folder.path().join("data/manyi.sqlite");
    let database = rusqlite::Connection::open(&file).unwrap();
    database
        .execute_batch("ALTER TABLE responses RENAME TO hidden")
        .unwrap();
    let reply = server.json(&satisfied(&id(1))).await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert_eq!(reply.header("retry-after"), "5");
    let batch = serde_json::json!([satisfied(&id(1))]).to_string();
    let reply = server
        .post("/v1/batches", &[crate::running::JSON], batch)
        .await;
    assert_eq!(reply.status, 503);
    // A form comes back with its answers.
    let fields = [
        ("id", &*id(1)),
        ("survey.id", "household-window"),
        ("survey.version", "1"),
        ("answers.overall", "satisfied"),
    ];
    let reply = server.fields(&fields).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("retry-after")),
        (503, "5")
    );
    assert!(
        reply
            .text()
            .contains("value=\"satisfied\" id=\"manyi-household-window-overall-1\" checked")
    );
    database
        .execute_batch("ALTER TABLE hidden RENAME TO responses")
        .unwrap();
    assert_eq!(server.json(&satisfied(&id(1))).await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_the_database_refuses_sinks_no_neighbour() {
    let server = Arc::new(crate::running::Running::start().await);
    let file = server.folder.path().join("data/manyi.sqlite");
    let database = rusqlite::Connection::open(&file).unwrap();
    database
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON responses WHEN NEW.unit = 'bad' \
             BEGIN SELECT RAISE(ABORT, 'refused'); END",
        )
        .unwrap();
    let posts = (0..60).map(|n| {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let mut response = satisfied(&id(n));
            if n == 30 {
                response["subject"] = serde_json::json!({"unit": "bad"});
            }
            (n, server.json(&response).await.status.as_u16())
        })
    });
    for post in posts.collect::<Vec<_>>() {
        let (n, status) = post.await.unwrap();
        assert_eq!(status, if n == 30 { 503 } else { 201 }, "{n}");
    }
    assert_eq!(server.rows().await.len(), 59);
}

#[tokio::test]
async fn f44_a_database_that_is_locked_is_503_and_mends_by_itself() {
    let server = crate::running::Running::start().await;
    let file = server.folder.path().join("data/manyi.sqlite");
    let database = rusqlite::Connection::open(&file).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let reply = server.json(&satisfied(&id(1))).await;
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert_eq!(server.get("/healthz").await.status, 200, "reading goes on");
    database.execute_batch("ROLLBACK").unwrap();
    assert_eq!(server.json(&satisfied(&id(1))).await.status, 201);
    assert_eq!(server.rows().await.len(), 1);
}

/// More than the writer's queue holds, and nothing can be written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f44_a_storm_against_a_locked_database_is_503_and_never_a_false_receipt() {
    let server = Arc::new(crate::running::Running::start().await);
    let file = server.folder.path().join("data/manyi.sqlite");
    let database = rusqlite::Connection::open(&file).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let posts = (0..700).map(|n| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.json(&satisfied(&id(n))).await })
    });
    for post in posts.collect::<Vec<_>>() {
        let reply = post.await.unwrap();
        assert_eq!(reply.status, 503);
        assert!(["1", "5"].contains(&reply.header("retry-after")));
    }
    database.execute_batch("ROLLBACK").unwrap();
    assert_eq!(server.rows().await.len(), 0);
    for n in 0..20 {
        assert_eq!(server.json(&satisfied(&id(n))).await.status, 201);
    }
    assert_eq!(server.rows().await.len(), 20);
}
