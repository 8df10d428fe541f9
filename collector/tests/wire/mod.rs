//! Bytes over a connection: requests that no HTTP client would write.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer is waited for; the collector under test is more impatient.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back.
#[derive(Debug, Default)]
pub struct Answer {
    /// The status, or 0 when the connection was closed without an answer.
    pub status: u16,
    /// The lines of the head behind the first.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// A connection.
pub struct Wire(TcpStream);

impl Wire {
    pub fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the collector listens");
        stream.set_nodelay(true).expect("a socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        stream.set_write_timeout(Some(PATIENCE)).expect("a socket");
        Self(stream)
    }

    /// Sends, and says whether the other side still listened.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).is_ok()
    }

    /// Sends byte by byte, until an answer comes.
    pub fn drip(&mut self, bytes: &[u8], pause: Duration) {
        for byte in bytes {
            if !self.send(&[*byte]) {
                return;
            }
            std::thread::sleep(pause);
            if self.has_answer() {
                return;
            }
        }
    }

    fn has_answer(&self) -> bool {
        self.0.set_nonblocking(true).expect("a socket");
        let peeked = self.0.peek(&mut [0]);
        self.0.set_nonblocking(false).expect("a socket");
        !matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// Says that nothing more will come.
    pub fn hang_up(&self) {
        let _ = self.0.shutdown(Shutdown::Write);
    }

    /// The first answer. Panics when neither an answer nor an end comes.
    pub fn answer(&mut self, to_head: bool) -> Answer {
        let mut bytes = Vec::new();
        let mut part = [0; 16 * 1024];
        loop {
            if let Some(answer) = parse(&bytes, to_head) {
                return answer;
            }
            match self.0.read(&mut part) {
                Ok(0) => break,
                Ok(length) => bytes.extend(&part[..length]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    panic!("neither an answer nor an end after {PATIENCE:?}: {bytes:?}")
                }
                Err(_) => break,
            }
        }
        assert!(
            bytes.is_empty() || to_head,
            "half an answer: {}",
            String::from_utf8_lossy(&bytes)
        );
        Answer::default()
    }
}

/// The whole answer in `bytes`, passing over 100 Continue.
fn parse(bytes: &[u8], to_head: bool) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let (first, head) = head.split_once("\r\n").unwrap_or((&head, ""));
    let status = first.split(' ').nth(1)?.parse().ok()?;
    let rest = &bytes[end + 4..];
    if status == 100 {
        return parse(rest, to_head);
    }
    let mut answer = Answer {
        status,
        head: head.to_owned(),
        body: String::new(),
    };
    let length: usize = match answer.header("content-length") {
        Some(length) if !to_head => length.parse().ok()?,
        _ => 0,
    };
    let body = rest.get(..length)?;
    answer.body = String::from_utf8_lossy(body).into_owned();
    Some(answer)
}

/// One request with a body, on a connection of its own.
pub fn post(address: SocketAddr, path: &str, kind: &str, body: &[u8]) -> Answer {
    let mut wire = Wire::to(address);
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: manyi.example\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    wire.send(&[head.as_bytes(), body].concat());
    wire.answer(false)
}

/// One request without a body.
pub fn get(address: SocketAddr, path: &str) -> Answer {
    let mut wire = Wire::to(address);
    let head = format!("GET {path} HTTP/1.1\r\nHost: manyi.example\r\nConnection: close\r\n\r\n");
    wire.send(head.as_bytes());
    wire.answer(false)
}
