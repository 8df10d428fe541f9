//! The kiosk's one door to the network: it fetches the definition and the sealing key,
//! and speaks with the collector that it came in at. Responses are the outbox's affair.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place of the kiosk that fetches"
)]

use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::dom::{call, called, field, object};
use crate::platform;

/// How long an answer may take that is not waited for on purpose.
const WAIT_MS: f64 = 30_000.0;

/// The text at an address, from where the page lies; None unless it is 200, not an
/// HTML page (a captive portal answers everything with one), and no longer than a
/// definition may be.
pub async fn text(address: &str) -> Option<String> {
    let asked = web_sys::window()?.fetch_with_str(address);
    let response: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    if !response.ok() || is_page(&response) {
        return None;
    }
    whole(&response).await
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get("content-type");
    kind.ok()
        .flatten()
        .unwrap_or_default()
        .starts_with("text/html")
}

async fn whole(response: &Response) -> Option<String> {
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    let text = text.as_string()?;
    (text.len() <= manyi_model::limits::DEFINITION_BYTES).then_some(text)
}

/// What is asked of the collector.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Where, from where the page lies.
    pub address: &'a str,
    /// Who asks.
    pub credential: Option<&'a str>,
    /// What is posted; nothing where something is got.
    pub body: Option<&'a str>,
}

/// What it said.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status; never that of a page or of a redirect.
    pub status: u16,
    /// Seconds to wait, where it says so.
    pub retry_after_s: Option<u32>,
    /// What it says.
    pub text: String,
}

/// The means to end a request.
#[derive(Clone, Debug)]
pub struct Ends(JsValue);

impl Ends {
    /// A fresh one.
    pub fn new() -> Self {
        let window = web_sys::window().map(JsValue::from).unwrap_or_default();
        let class = field(&window, "AbortController").dyn_into::<Function>();
        let made = class.and_then(|class| Reflect::construct(&class, &js_sys::Array::new()));
        Self(made.unwrap_or_default())
    }

    /// Ends the request, if it is under way still.
    pub fn end(&self) {
        call(&self.0, "abort", &[]);
    }
}

async fn fetched(ask: Ask<'_>, more: &[(&str, JsValue)], ends: &Ends) -> Option<Response> {
    let mut headers: Vec<(&str, JsValue)> = more.to_vec();
    if let Some(credential) = ask.credential {
        headers.push(("authorization", format!("Bearer {credential}").into()));
    }
    let mut how = vec![
        ("cache", "no-store".into()),
        ("credentials", "omit".into()),
        ("redirect", "error".into()),
        ("signal", field(&ends.0, "signal")),
    ];
    if let Some(body) = ask.body {
        headers.push(("content-type", "application/json".into()));
        how.push(("method", "POST".into()));
        how.push(("body", body.into()));
    }
    how.push(("headers", object(&headers)));
    let window: JsValue = web_sys::window()?.into();
    let asked = [ask.address.into(), object(&how)];
    let response = called(&window, "fetch", &asked).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    (!is_page(&response)).then_some(response)
}

/// Asks the collector. None where nothing that could be its answer came.
pub async fn ask(ask: Ask<'_>) -> Option<Answer> {
    let ends = Ends::new();
    let late = ends.clone();
    platform::later(WAIT_MS, move || late.end());
    let response = fetched(ask, &[], &ends).await?;
    let after = response.headers().get("retry-after").ok().flatten();
    Some(Answer {
        status: response.status(),
        retry_after_s: after.and_then(|seconds| seconds.parse().ok()),
        text: whole(&response).await?,
    })
}

/// Hears a stream of events behind number `after` until it ends: `heard` gets the
/// pieces as they come. Its status, or None where there was no answer.
pub async fn hear(
    ask: Ask<'_>,
    after: i64,
    ends: &Ends,
    mut heard: impl FnMut(&str),
) -> Option<u16> {
    let more = [
        ("accept", "text/event-stream".into()),
        ("last-event-id", after.to_string().into()),
    ];
    let response = fetched(ask, &more, ends).await?;
    let status = response.status();
    if status != 200 {
        return Some(status);
    }
    let window: JsValue = web_sys::window()?.into();
    let class = field(&window, "TextDecoder").dyn_into::<Function>().ok()?;
    let decoder = Reflect::construct(&class, &js_sys::Array::new()).ok()?;
    let goes_on = object(&[("stream", true.into())]);
    let reader = call(&field(&response, "body"), "getReader", &[]);
    while let Ok(piece) = called(&reader, "read", &[]).await {
        let Ok(bytes) = field(&piece, "value").dyn_into::<Uint8Array>() else {
            break;
        };
        let text = call(&decoder, "decode", &[bytes.into(), goes_on.clone()]);
        heard(&text.as_string().unwrap_or_default());
    }
    Some(status)
}
