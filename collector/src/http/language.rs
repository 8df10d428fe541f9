//! Which language a request asks for.

use axum::http::{HeaderMap, header};

/// The languages of `Accept-Language`, the most wanted first.
pub fn all(headers: &HeaderMap) -> Vec<String> {
    let given = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut tags: Vec<(&str, f32)> = given
        .split(',')
        .take(20)
        .map(weighted)
        .filter(|(tag, weight)| *weight > 0.0 && is_tag(tag))
        .collect();
    // A stable sort: of equal weights the first one named stays first.
    tags.sort_by(|a, b| b.1.total_cmp(&a.1));
    tags.into_iter().map(|(tag, _)| tag.to_owned()).collect()
}

/// The most wanted language; Chinese where none is named.
pub fn preferred(headers: &HeaderMap) -> String {
    all(headers)
        .into_iter()
        .next()
        .unwrap_or_else(|| "zh-Hans".to_owned())
}

/// `zh-Hant;q=0.8` as name and weight; a weight that cannot be read is 0.
pub(super) fn weighted(part: &str) -> (&str, f32) {
    let mut pieces = part.split(';').map(str::trim);
    let name = pieces.next().unwrap_or_default();
    let weight = pieces.find_map(|piece| piece.strip_prefix("q=").or(piece.strip_prefix("Q=")));
    let weight = weight.map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
    (
        name,
        if (0.0..=1.0).contains(&weight) {
            weight
        } else {
            0.0
        },
    )
}

/// Whether `tag` is shaped like a language tag and so may stand in a page.
pub fn is_tag(tag: &str) -> bool {
    (2..=35).contains(&tag.len())
        && tag.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}
