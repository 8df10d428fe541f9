//! A small web server before the collector: it serves the examples, plays the
//! foreign origin, and is the bad network (late, lost, cut off, replaced).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST` …
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
    /// When it was here, whole.
    pub at: Instant,
    /// As it is handed on: the same, with the connection closed behind the answer.
    pub raw: Vec<u8>,
}

impl Request {
    /// The header called `name` (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What becomes of a request.
#[derive(Debug)]
pub enum Reply {
    /// Answered here.
    Answer {
        /// The status.
        status: u16,
        /// Content type.
        kind: String,
        /// The body.
        body: Vec<u8>,
    },
    /// Handed to the collector.
    Forward,
    /// Handed to the collector, whose answer is then lost on the way back.
    LoseAnswer,
    /// Dropped before it arrives anywhere.
    Drop,
    /// Handed to the collector, whose answer breaks off in its middle.
    CutAnswer,
    /// Handed to the collector, whose answer waits at the gate.
    HoldAnswer(Gate),
    /// Handed to the collector three times; the first answer counts.
    Replay,
    /// Handed to the collector without this header (lower case).
    Without(&'static str),
    /// These bytes, head and all.
    Raw(Vec<u8>),
}

impl Reply {
    /// An answer from text.
    pub fn text(status: u16, kind: &str, body: &str) -> Self {
        Self::Answer {
            status,
            kind: kind.to_owned(),
            body: body.as_bytes().to_vec(),
        }
    }

    /// A file of a folder; 404 where there is none.
    pub fn file(folder: &Path, path: &str) -> Self {
        let inside = path.trim_start_matches('/');
        let Ok(body) = std::fs::read(folder.join(inside)) else {
            return Self::text(404, "text/plain", "no such file");
        };
        let kind = match inside.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("js" | "mjs") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "application/octet-stream",
        };
        Self::Answer {
            status: 200,
            kind: kind.to_owned(),
            body,
        }
    }
}

type Rule = dyn Fn(&Request) -> Reply + Send + Sync;

/// The server; it stops taking connections when dropped.
pub struct Front {
    /// Where it listens, as an origin.
    pub origin: String,
    /// The same as an address.
    pub address: SocketAddr,
    /// Every request so far.
    pub seen: Arc<Mutex<Vec<Request>>>,
    stopped: Arc<Mutex<bool>>,
}

impl Front {
    /// Serves by `rule`; forwarded requests go to `collector` (`host:port`).
    pub fn start(
        collector: &str,
        rule: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback");
        let address = listener.local_addr().expect("its address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::new(Mutex::new(false));
        let rule: Arc<Rule> = Arc::new(rule);
        let (log, ended, collector) = (seen.clone(), stopped.clone(), collector.to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if *ended.lock().unwrap_or_else(PoisonError::into_inner) {
                    return;
                }
                let (rule, log, collector) = (rule.clone(), log.clone(), collector.clone());
                // A connection that breaks is the browser's affair: it says so in the test.
                thread::spawn(move || drop(serve(stream, &*rule, &log, &collector)));
            }
        });
        Self {
            origin: format!("http://{address}"),
            address,
            seen,
            stopped,
        }
    }

    /// The requests so far with this method and path.
    pub fn seen(&self, method: &str, path: &str) -> Vec<Request> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |request: &&Request| request.method == method && request.path == path;
        seen.iter().filter(of).cloned().collect()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        // One more connection wakes the accepting thread.
        drop(TcpStream::connect(self.address));
    }
}

fn serve(
    mut stream: TcpStream,
    rule: &Rule,
    log: &Mutex<Vec<Request>>,
    collector: &str,
) -> std::io::Result<()> {
    let Some(request) = read(&mut stream)? else {
        return Ok(());
    };
    let mut seen = log.lock().unwrap_or_else(PoisonError::into_inner);
    seen.push(request.clone());
    drop(seen);
    match rule(&request) {
        Reply::Drop => Ok(()),
        Reply::Answer { status, kind, body } => {
            let head = format!(
                "HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes())?;
            stream.write_all(&body)
        }
        Reply::Forward => {
            let answer = forward(&request, collector)?;
            stream.write_all(&answer)
        }
        Reply::LoseAnswer => forward(&request, collector).map(drop),
        Reply::CutAnswer => {
            let answer = forward(&request, collector)?;
            let head = answer.windows(4).position(|window| window == b"\r\n\r\n");
            let head = head.map_or(0, |at| at + 4);
            stream.write_all(&answer[..head + (answer.len() - head) / 2])
        }
        Reply::HoldAnswer(gate) => {
            let answer = forward(&request, collector)?;
            gate.pass();
            stream.write_all(&answer)
        }
        Reply::Replay => {
            let answer = forward(&request, collector)?;
            for _ in 0..2 {
                forward(&request, collector)?;
            }
            stream.write_all(&answer)
        }
        Reply::Without(header) => {
            let mut other = request.clone();
            let text = String::from_utf8_lossy(&request.raw).into_owned();
            let is_other = |line: &&str| {
                let name = line.split(':').next().unwrap_or_default();
                !name.eq_ignore_ascii_case(header)
            };
            let lines: Vec<&str> = text.split("\r\n").filter(is_other).collect();
            other.raw = lines.join("\r\n").into_bytes();
            let answer = forward(&other, collector)?;
            stream.write_all(&answer)
        }
        Reply::Raw(bytes) => stream.write_all(&bytes),
    }
}

/// Hands a request on; the whole answer.
pub fn forward(request: &Request, collector: &str) -> std::io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(collector)?;
    upstream.write_all(&request.raw)?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// Reads one request; none where the other side has nothing to say.
pub fn read(stream: &mut impl Read) -> std::io::Result<Option<Request>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    let head_end = loop {
        let n = stream.read(&mut chunk)?;
        if n == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk[..n]);
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let method = first.next().unwrap_or_default().to_owned();
    let target = first.next().unwrap_or_default().to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, length)| length.parse().unwrap_or(0));
    while bytes.len() < head_end + length {
        let n = stream.read(&mut chunk)?;
        if n == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk[..n]);
    }
    // The same request, with the connection closed behind the answer: its end is
    // then the end of the stream. The Host stays, so the origin stays the same.
    let mut raw = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
    for (name, value) in &headers {
        if name != "connection" {
            raw.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
    }
    raw.extend_from_slice(b"connection: close\r\n\r\n");
    let body = bytes[head_end..head_end + length].to_vec();
    raw.extend_from_slice(&body);
    let path = target.split('?').next().unwrap_or_default().to_owned();
    Ok(Some(Request {
        method,
        path,
        headers,
        body,
        at: Instant::now(),
        raw,
    }))
}

/// A gate that requests wait at until the test opens it.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Lets everyone through from now on.
    pub fn open(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Waits here until it is open.
    pub fn pass(&self) {
        let mut open = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !*open {
            open = self.0.1.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
