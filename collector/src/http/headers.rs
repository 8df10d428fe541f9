//! What every answer says to a browser about itself, and the log line of each
//! request.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::cookie;

/// For what is no page: JSON, files. Opened in a tab it can do nothing at all.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
                       frame-ancestors 'none'; sandbox";

/// For the operator's own page at `/`: its own scripts and styles, no others.
pub const SITE: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// For the kiosk's page: what is its own, its service worker as the one address of a
/// script that is made at run time, recordings, and nothing inline.
pub const KIOSK: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; worker-src 'self'; \
     manifest-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types manyi-kiosk";

/// For its service worker, which fetches whole versions and makes nothing of them.
pub const KIOSK_WORKER: &str = "default-src 'none'; connect-src 'self'";

/// The policy of a page with the widget in it; of inline styles, `style` alone.
pub fn survey_policy(style: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' '{}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        digest(style)
    )
}

/// The policy of a page without script.
pub fn still_policy(style: &str) -> String {
    without_script(style, "'none'")
}

/// The policy of a page without script whose forms are sent here.
pub fn form_policy(style: &str) -> String {
    without_script(style, "'self'")
}

/// The policy of the clerk's page that looks what becomes of a link: the same, with its
/// own script and the way back here.
pub fn watching_policy(style: &str) -> String {
    let still = form_policy(style);
    still.replacen(
        "default-src 'none';",
        "default-src 'none'; script-src 'self'; connect-src 'self';",
        1,
    )
}

fn without_script(style: &str, forms: &str) -> String {
    format!(
        "default-src 'none'; style-src '{}'; img-src 'self' data:; form-action {forms}; \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        digest(style)
    )
}

fn digest(style: &str) -> String {
    format!(
        "sha256-{}",
        STANDARD.encode(Sha256::digest(style.as_bytes()))
    )
}

/// Definitions and the widget's files are for every site: no cookie and no
/// secret is in them, and a module script from elsewhere needs leave to load.
pub fn open_to_all(headers: &mut HeaderMap) {
    let star = HeaderValue::from_static("*");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, star);
    let anywhere = HeaderValue::from_static("cross-origin");
    headers.insert(RESOURCE_POLICY, anywhere);
}

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What stands on every answer that does not say otherwise.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, NOTHING),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (RESOURCE_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// A year of https only, once a proxy has said that it speaks it.
const HTTPS_ONLY: &str = "max-age=31536000";

/// Puts these headers on an answer and one line into the log: method, route,
/// status and time. Never the address itself: a query may hold tokens, and what
/// someone types behind the slash may be anything.
pub async fn around(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let https = cookie::is_https(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if https {
        let only = HeaderValue::from_static(HTTPS_ONLY);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, only);
    }
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let route = route.as_ref().map_or("(file)", MatchedPath::as_str);
    let status = response.status().as_u16();
    tracing::info!(%method, route, status, ms, "request");
    response
}
