//! The kiosk's one door to the network: it fetches the definition and the sealing key.
//! Responses are the outbox's affair.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place of the kiosk that fetches"
)]

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// The text at an address, from where the page lies; None unless it is 200, not an
/// HTML page (a captive portal answers everything with one), and no longer than a
/// definition may be.
pub async fn text(address: &str) -> Option<String> {
    let asked = web_sys::window()?.fetch_with_str(address);
    let response: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    let kind = response
        .headers()
        .get("content-type")
        .ok()?
        .unwrap_or_default();
    if !response.ok() || kind.starts_with("text/html") {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?)
        .await
        .ok()?
        .as_string()?;
    (text.len() <= manyi_model::limits::DEFINITION_BYTES).then_some(text)
}
