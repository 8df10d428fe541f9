//! From a finished response to a receipt.
//!
//! A [`Parcel`] is what is posted, ready to be kept; a [`Route`] is where and how.
//! [`transport::post`] carries the one over the other once and names the
//! [`Outcome`]. Whoever calls it decides what follows: today the element shows
//! the outcome and a tap tries again, with the same parcel id. Nothing in here
//! knows the view.

use manyi_model::{Problem, Response, fields};

pub mod outcome;
#[cfg(target_arch = "wasm32")]
pub mod problems;
#[cfg(target_arch = "wasm32")]
pub mod transport;

/// One response, ready to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The response's id, which a receipt must name.
    pub id: String,
    /// The body.
    pub body: String,
    /// How the body is written.
    pub format: Format,
}

/// How a response is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`, with the names of [`fields`]. A simple
    /// request: another origin is asked without a preflight, so this one carries
    /// no `Idempotency-Key`; the id stands in the body.
    Form,
}

/// Where parcels go, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The address.
    pub endpoint: String,
    /// Headers beside our own.
    pub headers: Vec<(String, String)>,
    /// Whether cookies go along.
    pub credentials: Credentials,
    /// What counts as a receipt.
    pub proof: Proof,
}

/// Whether cookies go with a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    /// Never.
    #[default]
    Omit,
    /// To our own origin.
    SameOrigin,
    /// Always.
    Include,
}

/// What counts as a receipt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// 2xx with JSON that echoes the id.
    #[default]
    Id,
    /// 201, 202 or 204; 200 where the answer is not HTML. For backends that
    /// cannot echo.
    Status,
}

/// What became of one post.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A receipt came back.
    Delivered {
        /// What the person is shown.
        receipt: String,
    },
    /// It may pass later, unchanged.
    Retry {
        /// The server's wish to be left alone for so long.
        after_ms: Option<u64>,
        /// Why.
        why: Why,
    },
    /// The server refuses this content. Kept, never sent again by itself.
    Quarantined {
        /// Why.
        why: Why,
        /// The status.
        status: u16,
        /// What the server named.
        problems: Vec<Problem>,
    },
}

/// Why a post did not end in a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No connection, or no answer in time.
    Network,
    /// The server is busy, in repair or not set up.
    Server,
    /// What came back is no receipt: a login page, a redirect, another id.
    Answer,
    /// The server refuses the content.
    Refused,
    /// This id arrived before, with other content.
    Conflict,
}

impl Why {
    /// The word in events.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Server => "server",
            Self::Answer => "answer",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
        }
    }
}

impl Format {
    /// The `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

impl Credentials {
    /// The word that `fetch` knows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Omit => "omit",
            Self::SameOrigin => "same-origin",
            Self::Include => "include",
        }
    }
}

/// The body of `response` as form fields.
pub fn form_body(response: &Response) -> String {
    let mut body = String::new();
    for (name, value) in fields::of(response) {
        if !body.is_empty() {
            body.push('&');
        }
        urlencode(&name, &mut body);
        body.push('=');
        urlencode(&value, &mut body);
    }
    body
}

/// Writes `text` as the URL standard's form serializer does.
fn urlencode(text: &str, body: &mut String) {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    for byte in text.bytes() {
        match byte {
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                body.push(char::from(byte));
            }
            b' ' => body.push('+'),
            _ => {
                body.push('%');
                body.push(HEX[usize::from(byte >> 4)]);
                body.push(HEX[usize::from(byte & 15)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_bodies_are_written_as_browsers_write_them() {
        let mut body = String::new();
        urlencode("办理 时间=长&a+b*-._~", &mut body);
        assert_eq!(
            body,
            "%E5%8A%9E%E7%90%86+%E6%97%B6%E9%97%B4%3D%E9%95%BF%26a%2Bb*-._%7E"
        );
    }
}
