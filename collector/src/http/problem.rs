//! Refusals as `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use manyi_model::{Definition, Problem, words};
use serde::Serialize;

/// One thing wrong with a response: where, which code, and a sentence.
#[derive(Clone, Debug, Serialize)]
pub struct Wrong {
    /// The question's id, or the path of a field that is no answer.
    pub question: String,
    /// The item's id, in a rating with items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The code's name.
    pub code: String,
    /// The sentence.
    pub message: String,
    /// What the sentence is made of: `limit`, `chars`, `given`, `wanted`.
    #[serde(flatten)]
    pub parameters: serde_json::Map<String, serde_json::Value>,
}

impl Wrong {
    /// A field beside the answers.
    pub fn field(path: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            question: path.into(),
            item: None,
            code: code.to_owned(),
            message: message.into(),
            parameters: serde_json::Map::new(),
        }
    }

    /// What the validator found, said in `language`.
    pub fn said(problem: &Problem, definition: &Definition, language: &str) -> Self {
        let mut parameters = match serde_json::to_value(problem) {
            Ok(serde_json::Value::Object(map)) => map,
            _ => serde_json::Map::new(),
        };
        for known in ["question", "item", "code"] {
            parameters.remove(known);
        }
        Self {
            question: problem.question.clone(),
            item: problem.item.clone(),
            code: problem.code.name().to_owned(),
            message: words::sentence(problem, definition, language),
            parameters,
        }
    }
}

/// Why a link that is good for one rating takes none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// It was used, or what it is for has been rated in another way.
    Used,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
    /// There is none like it.
    Unknown,
    /// It is for another survey.
    Elsewhere,
}

impl Over {
    /// The sentence for whoever reads the answer of a program.
    fn sentence(self) -> &'static str {
        match self {
            Self::Used => {
                "该链接已用过，每个链接只能评价一次。 This link has been used; it is good for one rating."
            }
            Self::Expired => "该链接已过期。 This link has expired.",
            Self::Revoked => "该链接已作废。 This link was taken back.",
            Self::Unknown => "没有这个链接。 There is no such link.",
            Self::Elsewhere => "该链接用于另一份评价表。 This link is for another survey.",
        }
    }
}

/// Why a request is refused. The doc of a variant begins with its status.
#[derive(Clone, Debug)]
pub enum Refused {
    /// 400: not JSON, not UTF-8, or not form fields.
    Malformed(String),
    /// 401: no credential, or one that does not hold here any more.
    Unauthorized,
    /// 403: understood, and not allowed to whoever asks.
    Forbidden(String),
    /// 404: there is nothing here.
    NotFound,
    /// 404: what the request is about is not there.
    Absent(String),
    /// 405: not with this method.
    Method,
    /// 408: the body did not arrive in time.
    Slow,
    /// 409: the id is taken by other content; both are kept.
    Conflict(String),
    /// 409: what is asked for has been done once, and is not done again.
    Already(String),
    /// 409: the link that a response came by takes none, or no more.
    Link(Over),
    /// 413: longer than so many bytes, or more than so many responses.
    TooLarge(String),
    /// 415: neither JSON nor form fields, or compressed.
    MediaType(String),
    /// 422: understood, and something in it does not fit.
    Unfit(Vec<Wrong>),
    /// 429: the device, the survey or the caller has sent more than it may; come back
    /// after so many seconds.
    TooMany(u32),
    /// 503: nothing was stored; come back after so many seconds.
    Unavailable(u32),
}

impl Refused {
    /// The status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound | Self::Absent(_) => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict(_) | Self::Already(_) | Self::Link(_) => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unfit(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The name of the kind: the end of `type`, and `status` in a batch.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound | Self::Absent(_) => "not-found",
            Self::Method => "method-not-allowed",
            Self::Slow => "too-slow",
            Self::Conflict(_) => "conflict",
            Self::Already(_) => "already",
            Self::Link(_) => "link",
            Self::TooLarge(_) => "too-large",
            Self::MediaType(_) => "media-type",
            Self::Unfit(_) => "unfit",
            Self::TooMany(_) => "too-many",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// A heading that is the same for every refusal of the kind.
    fn title(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "The body cannot be read",
            Self::Unauthorized => "A valid credential is needed: Authorization: Bearer …",
            Self::Forbidden(_) => "This is not allowed",
            Self::NotFound => "There is nothing at this address",
            Self::Absent(_) => "What this is about is not there",
            Self::Method => "This address does not take this method",
            Self::Slow => "The request did not arrive in time",
            Self::Conflict(_) => "This id has arrived before with other content",
            Self::Already(_) => "This has been done once and is not done again",
            Self::Link(_) => "The link of this rating takes none",
            Self::TooLarge(_) => "The body is too large",
            Self::MediaType(_) => "The body is of a kind that is not taken",
            Self::Unfit(_) => "Something in the body does not fit",
            Self::TooMany(_) => "Too many at once; please send it again later",
            Self::Unavailable(_) => "Nothing was stored; please send it again",
        }
    }

    /// The document.
    pub fn body(&self) -> Body<'_> {
        let problems = match self {
            Self::Unfit(wrong) => wrong.as_slice(),
            _ => &[],
        };
        let detail = match self {
            Self::Malformed(detail)
            | Self::TooLarge(detail)
            | Self::MediaType(detail)
            | Self::Forbidden(detail)
            | Self::Absent(detail)
            | Self::Already(detail) => Some(detail.clone()),
            Self::Link(over) => Some(over.sentence().to_owned()),
            Self::Conflict(_) => Some(
                "The earlier content stays in force; this one is kept beside it for a person to look at."
                    .to_owned(),
            ),
            Self::Unfit(wrong) => wrong.first().map(|wrong| {
                let item = wrong.item.as_ref().map(|item| format!(".{item}"));
                format!("{}{}: {}", wrong.question, item.unwrap_or_default(), wrong.message)
            }),
            _ => None,
        };
        let id = match self {
            Self::Conflict(id) => Some(id.as_str()),
            _ => None,
        };
        Body {
            kind: format!("urn:manyi:problem:{}", self.name()),
            title: self.title(),
            status: self.status().as_u16(),
            id,
            detail,
            problems,
        }
    }
}

/// The document of a refusal.
#[derive(Debug, Serialize)]
pub struct Body<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "<[Wrong]>::is_empty")]
    problems: &'a [Wrong],
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.body()).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        let problem = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, problem);
        match self {
            Self::TooMany(seconds) | Self::Unavailable(seconds) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::Unauthorized => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::MediaType(_) => {
                let taken = "application/json, application/x-www-form-urlencoded";
                headers.insert("accept-post", HeaderValue::from_static(taken));
            }
            // What is left of the request would have to be read first.
            Self::Slow | Self::TooLarge(_) => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}
