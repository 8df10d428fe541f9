//! Reads a request's body: of the right kind, no longer than allowed, in time.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use super::problem::Refused;

/// What a body says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

/// What kind of body the request carries.
///
/// # Errors
/// 415 for anything but plain JSON and form fields in UTF-8.
pub fn kind(headers: &HeaderMap) -> Result<Kind, Refused> {
    let refuse = |reason: &str| Err(Refused::MediaType(reason.to_owned()));
    if let Some(coding) = headers.get(header::CONTENT_ENCODING)
        && !coding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return refuse("A body must not be compressed.");
    }
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(kind), None) = (given.next(), given.next()) else {
        return refuse("Content-Type must be given once: application/json, or that of a form.");
    };
    let kind = kind.to_str().unwrap_or_default();
    let mut parts = kind.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let utf8 = parts.filter(|part| !part.is_empty()).all(|part| {
        part.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("charset")
                && value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    });
    if !utf8 {
        return refuse("The only parameter of Content-Type that is understood is charset=utf-8.");
    }
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(Kind::Json)
    } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Ok(Kind::Form)
    } else {
        refuse("Content-Type must be application/json, or application/x-www-form-urlencoded.")
    }
}

/// Bytes that are read and thrown away once a body is refused, so that a client
/// which is still sending reads the refusal instead of a broken connection.
const DRAINED: usize = 1024 * 1024;

/// The whole body.
///
/// # Errors
/// 413 beyond `limit` bytes, 408 when it takes longer than `patience`, 400 when
/// the connection breaks off.
pub async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    patience: Duration,
) -> Result<Bytes, Refused> {
    let too_large = || Refused::TooLarge(format!("At most {limit} bytes are taken."));
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        // A client that waits for leave, or means to send much more, is told to stop.
        let waits_for_leave = headers.contains_key(header::EXPECT);
        if !waits_for_leave && announced.is_some_and(|length| length <= limit + DRAINED) {
            drain(body, patience);
        }
        return Err(too_large());
    }
    match timeout(patience, collect(body, limit)).await {
        Err(_) => Err(Refused::Slow),
        Ok(Err(())) => Err(Refused::Malformed("The body broke off.".to_owned())),
        Ok(Ok(None)) => Err(too_large()),
        Ok(Ok(Some(bytes))) => Ok(bytes),
    }
}

/// Reads on while the refusal is already on its way.
fn drain(mut body: Body, patience: Duration) {
    tokio::spawn(timeout(patience, async move {
        while let Some(Ok(_)) = body.frame().await {}
    }));
}

/// `None` when there is more than `limit`.
async fn collect(mut body: Body, limit: usize) -> Result<Option<Bytes>, ()> {
    let mut whole = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ())?.into_data() else {
            continue;
        };
        length += data.len();
        if length <= limit {
            whole.extend_from_slice(&data);
        } else if length > limit + DRAINED {
            break;
        } else {
            whole.clear();
        }
    }
    Ok((length <= limit).then(|| whole.freeze()))
}
