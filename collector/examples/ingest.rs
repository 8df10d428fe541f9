//! How fast responses come in, beside the bare SQLite on the same disk; run by
//! `cargo xtask bench`. Prints one JSON array, one element for each round.
//!
//! With `--resent-percent 30` three posts of ten are retries of one that was
//! acknowledged on the same connection, which must be answered as a duplicate.
//!
//! A round is: insert 2 kB rows, one a transaction, one thread, nothing else;
//! then start the collector with an empty folder, post 2 kB responses over 64
//! kept-alive connections, stop it, and compare its export with what it
//! acknowledged.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has nothing better to do than end"
)]

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use rusqlite::Connection;
use serde_json::{Value, json};

#[derive(Parser)]
struct Options {
    /// The release binary.
    #[arg(long)]
    collector: PathBuf,
    /// bench/survey.json
    #[arg(long)]
    survey: PathBuf,
    /// A folder on the disk to measure.
    #[arg(long)]
    work: PathBuf,
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Of each half of a round.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// How many of a hundred posts are retries.
    #[arg(long, default_value_t = 0)]
    resent_percent: u64,
}

/// Left out of rate and latency: connections open, pages of the file warm up.
const WARM_UP: Duration = Duration::from_millis(500);

fn main() {
    let options = Options::parse();
    let rounds: Vec<Value> = (0..options.rounds).map(|_| round(&options)).collect();
    println!("{}", Value::from(rounds));
}

fn round(options: &Options) -> Value {
    let folder = tempfile::tempdir_in(&options.work).unwrap();
    let span = Duration::from_secs(options.seconds);
    let bare_per_s = bare(folder.path(), span);
    let mut collector = Collector::start(options, folder.path());
    let next = AtomicU64::new(0);
    let start = Instant::now();
    let lanes: Vec<Lane> = thread::scope(|scope| {
        let lanes: Vec<_> = (0..options.connections)
            .map(|_| {
                scope.spawn(|| {
                    lane(
                        collector.address,
                        &next,
                        start,
                        span,
                        options.resent_percent,
                    )
                })
            })
            .collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
    });
    let peak_bytes = collector.peak_bytes();
    let data = collector.stop();
    let acknowledged: Vec<u64> = lanes
        .iter()
        .flat_map(|lane| lane.acknowledged.iter().copied())
        .collect();
    let (rows, wrong) = compare(options, &data, &acknowledged);

    let resent: usize = lanes.iter().map(|lane| lane.resent).sum();
    let mut waits: Vec<Duration> = lanes.into_iter().flat_map(|lane| lane.waits).collect();
    waits.sort_unstable();
    let quantile_ms = |part: f64| {
        let at = (part * waits.len() as f64).ceil() as usize;
        waits[at.clamp(1, waits.len()) - 1].as_secs_f64() * 1000.0
    };
    json!({
        "bare_per_s": bare_per_s,
        "collector_per_s": waits.len() as f64 / (span - WARM_UP).as_secs_f64(),
        "p50_ms": quantile_ms(0.50),
        "p95_ms": quantile_ms(0.95),
        "p99_ms": quantile_ms(0.99),
        "peak_bytes": peak_bytes,
        "resent": resent,
        "acknowledged": acknowledged.len(),
        "rows": rows,
        "wrong": wrong,
    })
}

/// Rows a second that one thread inserts, each in its own transaction, with the
/// settings and the SQLite that the collector has.
fn bare(folder: &Path, span: Duration) -> f64 {
    let database = Connection::open(folder.join("bare.sqlite")).unwrap();
    database
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE responses (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL);",
        )
        .unwrap();
    let mut insert = database
        .prepare("INSERT INTO responses VALUES (?, ?)")
        .unwrap();
    let body = body(0);
    let start = Instant::now();
    let mut counted = 0;
    for n in 0.. {
        let now = start.elapsed();
        if now >= span {
            break;
        }
        insert.execute((id(n), &body)).unwrap();
        counted += u64::from(now >= WARM_UP);
    }
    counted as f64 / (span - WARM_UP).as_secs_f64()
}

/// A UUID of version 7 in shape: it counts up, as those of real devices nearly do.
fn id(n: u64) -> String {
    format!(
        "01980000-{:04x}-7{:03x}-8000-000000000000",
        n >> 12,
        n & 0xfff
    )
}

fn body(n: u64) -> String {
    let comment = "等了一个小时，希望多开一个窗口。".repeat(30);
    json!({
        "id": id(n),
        "survey": {"id": "bench", "version": 1},
        "answers": {
            "overall": "dissatisfied", "attitude": "satisfied", "speed": "dissatisfied",
            "guidance": "basically_satisfied", "place": "satisfied",
            "reasons": ["slow", "trips"], "comment": comment, "phone": "13800138000",
        },
        "channel": "kiosk",
        "subject": {"unit": "fengli", "window": "3", "officer": "012345"},
        "language": "zh-Hans",
        // 500 kiosks, each of which numbers its own.
        "device": {"id": format!("kiosk-{}", n % 500), "seq": n / 500 + 1},
        "started_at": "2026-01-31T09:30:00+08:00",
        "submitted_at": "2026-01-31T09:30:09+08:00",
        "duration_ms": 9000,
    })
    .to_string()
}

/// What one connection saw: which responses were acknowledged, and how long
/// those within the time counted took.
struct Lane {
    acknowledged: Vec<u64>,
    resent: usize,
    waits: Vec<Duration>,
}

fn lane(
    address: SocketAddr,
    next: &AtomicU64,
    start: Instant,
    span: Duration,
    resent_percent: u64,
) -> Lane {
    let mut lane = Lane {
        acknowledged: Vec::new(),
        resent: 0,
        waits: Vec::new(),
    };
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut posts = 0;
    while start.elapsed() < span {
        posts += 1;
        let again = (posts % 100 < resent_percent).then(|| lane.acknowledged.last().copied());
        let again = again.flatten();
        let n = again.unwrap_or_else(|| next.fetch_add(1, Ordering::Relaxed));
        let body = body(n);
        let request = format!(
            "POST /v1/responses HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Idempotency-Key: {}\r\nContent-Length: {}\r\n\r\n{body}",
            id(n),
            body.len()
        );
        let sent = Instant::now();
        stream.write_all(request.as_bytes()).unwrap();
        let status = answer(&mut reader);
        let wait = sent.elapsed();
        if again.is_some() {
            assert!(status.starts_with("HTTP/1.1 200"), "retry {n}: {status}");
            lane.resent += 1;
        } else {
            assert!(status.starts_with("HTTP/1.1 201"), "response {n}: {status}");
            lane.acknowledged.push(n);
        }
        if sent - start >= WARM_UP && start.elapsed() <= span {
            lane.waits.push(wait);
        }
    }
    lane
}

/// Reads one answer to its end and gives back its first line.
fn answer(reader: &mut impl BufRead) -> String {
    let mut status = String::new();
    reader.read_line(&mut status).unwrap();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut rest = vec![0; length];
    reader.read_exact(&mut rest).unwrap();
    status
}

struct Collector {
    process: Child,
    address: SocketAddr,
    data: PathBuf,
}

impl Collector {
    fn start(options: &Options, folder: &Path) -> Self {
        let surveys = folder.join("surveys");
        fs::create_dir(&surveys).unwrap();
        fs::copy(&options.survey, surveys.join("bench.json")).unwrap();
        let data = folder.join("data");
        let mut process = Command::new(&options.collector)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .arg("--surveys")
            .arg(&surveys)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap();
        Self {
            address: address.parse().unwrap(),
            process,
            data,
        }
    }

    /// The most memory it ever held, by the kernel's account.
    fn peak_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM:"))
            .unwrap();
        let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib * 1024
    }

    /// Ends it as an operator would, and gives back its folder.
    fn stop(&mut self) -> PathBuf {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        self.process.wait().unwrap();
        self.data.clone()
    }
}

impl Drop for Collector {
    /// Leaves nothing running when a measurement ends early.
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) && self.process.kill().is_ok()
        {
            let _ = self.process.wait();
        }
    }
}

/// Rows in the export, and how many ids are missing, doubled or from nowhere.
fn compare(options: &Options, data: &Path, acknowledged: &[u64]) -> (usize, usize) {
    let output = Command::new(&options.collector)
        .args(["export", "--format", "jsonl", "--data"])
        .arg(data)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut times: HashMap<String, i64> = HashMap::new();
    let mut rows = 0;
    for line in output.stdout.lines() {
        let row: Value = serde_json::from_str(&line.unwrap()).unwrap();
        *times
            .entry(row["id"].as_str().unwrap().to_owned())
            .or_default() += 1;
        rows += 1;
    }
    for n in acknowledged {
        *times.entry(id(*n)).or_default() -= 1;
    }
    (rows, times.values().filter(|times| **times != 0).count())
}
