//! Something that does not change while the collector runs, ready to be sent:
//! plain, and compressed where that pays.

use std::io::Write as _;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use manyi_model::hash::digits;

use super::language::weighted;

/// How long a browser may use it without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// The name changes with the content.
    Forever,
    /// It asks each time, and mostly hears 304.
    Ask,
}

/// Bytes with all that is said about them.
#[derive(Clone, Debug)]
pub struct Asset {
    kind: &'static str,
    cache: Cache,
    plain: Variant,
    brotli: Option<Variant>,
    gzip: Option<Variant>,
}

#[derive(Clone, Debug)]
struct Variant {
    bytes: Bytes,
    /// Strong: another coding is another sequence of bytes, so it has another tag.
    tag: String,
}

impl Variant {
    fn new(bytes: Bytes) -> Self {
        Self {
            tag: format!("\"{}\"", &digits(&bytes)[..32]),
            bytes,
        }
    }
}

/// Below this a packet holds it anyway.
const WORTH_BYTES: usize = 860;

impl Asset {
    /// `bytes` as they are, with the compressed forms that stand beside them.
    pub fn ready(
        kind: &'static str,
        cache: Cache,
        plain: Bytes,
        brotli: Option<Bytes>,
        gzip: Option<Bytes>,
    ) -> Self {
        Self {
            kind,
            cache,
            plain: Variant::new(plain),
            brotli: brotli.map(Variant::new),
            gzip: gzip.map(Variant::new),
        }
    }

    /// Text, compressed here and now.
    pub fn text(kind: &'static str, cache: Cache, text: &str) -> Self {
        let worth = text.len() >= WORTH_BYTES;
        let brotli = worth.then(|| brotli(text.as_bytes())).flatten();
        let gzip = worth
            .then(|| gzip(text.as_bytes(), Compression::best()))
            .flatten();
        let plain = Bytes::copy_from_slice(text.as_bytes());
        Self::ready(kind, cache, plain, brotli, gzip)
    }

    /// The answer to a request with these headers: 304 where the client has it.
    pub fn answer(&self, asked: &HeaderMap) -> Response {
        let (variant, coding) = match best_coding(asked, self.brotli.is_some(), self.gzip.is_some())
        {
            Some("br") => (self.brotli.as_ref().unwrap_or(&self.plain), Some("br")),
            Some("gzip") => (self.gzip.as_ref().unwrap_or(&self.plain), Some("gzip")),
            _ => (&self.plain, None),
        };
        let known = asked.get_all(header::IF_NONE_MATCH).iter().any(|tags| {
            let tags = tags.to_str().unwrap_or_default();
            tags.trim() == "*"
                || tags
                    .split(',')
                    .any(|tag| tag.trim().trim_start_matches("W/") == variant.tag)
        });
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            variant.bytes.clone().into_response()
        };
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        if !known {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
            if let Some(coding) = coding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
        }
        if let Ok(tag) = HeaderValue::from_str(&variant.tag) {
            headers.insert(header::ETAG, tag);
        }
        let cache = match self.cache {
            Cache::Forever => "public, max-age=31536000, immutable",
            Cache::Ask => "no-cache",
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }
}

/// The coding with the greatest weight, brotli before gzip where they are equal.
fn best_coding(asked: &HeaderMap, brotli: bool, gzip: bool) -> Option<&'static str> {
    let mut any = None;
    let (mut br, mut gz) = (None, None);
    for value in asked.get_all(header::ACCEPT_ENCODING) {
        for part in value.to_str().unwrap_or_default().split(',') {
            let (name, weight) = weighted(part);
            match name.to_ascii_lowercase().as_str() {
                "br" => br = Some(weight),
                "gzip" | "x-gzip" => gz = Some(weight),
                "*" => any = Some(weight),
                _ => {}
            }
        }
    }
    let weight = |given: Option<f32>, there: bool| match given.or(any) {
        Some(weight) if there => weight,
        _ => 0.0,
    };
    let (br, gz) = (weight(br, brotli), weight(gz, gzip));
    if br > 0.0 && br >= gz {
        Some("br")
    } else if gz > 0.0 {
        Some("gzip")
    } else {
        None
    }
}

fn brotli(bytes: &[u8]) -> Option<Bytes> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 9,
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters).ok()?;
    Some(packed.into())
}

fn gzip(bytes: &[u8], level: Compression) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).ok()?;
    Some(encoder.finish().ok()?.into())
}

/// A page made for this one request, compressed quickly where the client takes it.
pub fn page(asked: &HeaderMap, text: String) -> Response {
    let packed = match best_coding(asked, false, text.len() >= WORTH_BYTES) {
        Some(_) => gzip(text.as_bytes(), Compression::new(5)),
        None => None,
    };
    let mut response = match packed {
        Some(packed) => ([(header::CONTENT_ENCODING, "gzip")], packed).into_response(),
        None => text.into_response(),
    };
    let headers = response.headers_mut();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, html);
    let vary = "accept-encoding, accept-language";
    headers.insert(header::VARY, HeaderValue::from_static(vary));
    response
}
