//! A collector for one test, and a client that says exactly what it is told.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use manyi_collector::Collector;
use manyi_collector::config::Settings;
use manyi_collector::export::{self, Format};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;

/// A collector in this process, with a folder of its own.
pub struct Running {
    pub collector: Collector,
    pub folder: TempDir,
}

impl Running {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With settings changed by `change`.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::local(folder.path().join("data"));
        change(&mut settings);
        let collector = Collector::start(settings).await.unwrap();
        Self { collector, folder }
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.collector.address(), "GET", path, &[], "").await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        send(self.collector.address(), "GET", path, headers, "").await
    }

    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        send(self.collector.address(), "POST", path, headers, body).await
    }

    /// Posts one response as JSON.
    pub async fn json(&self, response: &Value) -> Reply {
        self.post("/v1/responses", &[JSON], response.to_string())
            .await
    }

    /// Posts the fields of a form.
    pub async fn fields(&self, fields: &[(&str, &str)]) -> Reply {
        self.post("/v1/responses", &[FORM], encoded(fields)).await
    }

    /// Every row as the export gives it.
    pub async fn rows(&self) -> Vec<Value> {
        let mut out = Vec::new();
        export::write(self.collector.store(), Format::Jsonl, None, &mut out)
            .await
            .unwrap();
        lines(&out)
    }
}

pub const JSON: (&str, &str) = ("content-type", "application/json");
pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

pub fn lines(out: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(out).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// `(question, code)` of each problem of a 422.
    pub fn problems(&self) -> Vec<(String, String)> {
        assert_eq!(self.status, 422, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        let problems = body["problems"].as_array().unwrap().iter();
        problems
            .map(|problem| {
                assert!(!problem["message"].as_str().unwrap().is_empty());
                let part = |name: &str| problem[name].as_str().unwrap().to_owned();
                (part("question"), part("code"))
            })
            .collect()
    }
}

/// One request on a connection of its own.
pub async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Reply {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "collector.test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = sender
        .send_request(request.body(Full::new(body.into())).unwrap())
        .await
        .unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    drop(sender);
    let _ = connection.await;
    Reply {
        status: head.status,
        headers: head.headers,
        body,
    }
}

/// A sound response: satisfied, nothing else.
pub fn satisfied(id: &str) -> Value {
    json!({
        "id": id,
        "survey": {"id": "household-window", "version": 1},
        "answers": {"overall": "satisfied"},
        "channel": "web",
    })
}

/// A response with every field of the contract.
pub fn full(id: &str) -> Value {
    json!({
        "id": id,
        "survey": {"id": "household-window", "version": 1},
        "answers": {
            "overall": "dissatisfied",
            "reasons": ["slow", {"other": "等了两个小时"}],
            "done": "no",
            "comment": "希望快一点",
            "phone": "13800138000",
        },
        "channel": "kiosk",
        "mode": "asked",
        "asked_by": "clerk-7",
        "subject": {"unit": "fenglin", "window": "3", "officer": "012345", "matter": "m-1"},
        "language": "zh-Hans",
        "device": {"id": "tablet-1", "seq": 41},
        "started_at": "2026-01-31T09:30:00+08:00",
        "submitted_at": "2026-01-31T09:30:08+08:00",
        "duration_ms": 8200,
        "invitation": "inv-1",
        "widget": "0.1.0",
    })
}

/// The n-th id of a test.
pub fn id(n: u32) -> String {
    format!("0193a5f0-0000-7000-8000-{n:012x}")
}

/// A small definition with an id, a version and a question's title of one's own.
pub fn definition(id: &str, version: u32, title: &str) -> Value {
    json!({
        "id": id,
        "version": version,
        "title": {"zh-Hans": title, "en": "Survey"},
        "questions": [
            {"id": "overall", "type": "rating", "scale": "satisfaction-3", "required": true, "title": "您满意吗？"},
        ],
    })
}

/// A folder with these files.
pub fn folder_of(parent: &Path, files: &[(&str, String)]) -> PathBuf {
    let folder = parent.join("surveys");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    folder
}
