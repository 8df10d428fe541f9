//! Which page a form was sent from.

use axum::http::HeaderMap;

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
