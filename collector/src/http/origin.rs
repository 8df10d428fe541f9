//! Where requests come from, and where this collector is found.

use axum::http::{HeaderMap, header};

use super::cookie;

/// Whether a form was sent from a page of ours: the cookie is kept from other sites
/// already, this keeps out those that share the site's name. `None` where the request
/// says nothing of it, as programs do; every browser says one or the other.
pub fn is_own_page(asked: &HeaderMap) -> Option<bool> {
    let text = |name: &str| asked.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return Some(site == "same-origin" || site == "none");
    }
    let origin = text("origin")?;
    let host = origin.split_once("://").map(|(_, host)| host);
    Some(host.is_some() && host == text("host"))
}

/// Where whoever asks finds this collector: scheme and host, without a slash at the end.
pub fn of(asked: &HeaderMap) -> String {
    let host = asked.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if cookie::is_https(asked) {
        "https"
    } else {
        "http"
    };
    format!("{scheme}://{host}")
}
