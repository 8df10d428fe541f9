//! The one place that posts, and that reads what comes over the wire.

use js_sys::{Reflect, Uint8Array};
use manyi_model::Problem;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, RequestCache, RequestInit,
    RequestRedirect, Response, ResponseType,
};

use super::outcome::{ANSWER_BYTES, Answer, Said, TIME_OUT_MS, classify, retry_after_ms};
use super::{Format, Outcome, Parcel, Route, Why, problems};
use crate::platform::{self, Timer};

/// Bodies up to this length are sent even when the page is closed right after the
/// tap. Browsers let all such requests of a page share 64 KiB.
const KEEPALIVE_BYTES: usize = 16 * 1024;

/// Posts `parcel` along `route`, once.
pub async fn post(parcel: &Parcel, route: &Route) -> Outcome {
    match exchange(parcel, route).await {
        Ok(answer) => classify(route.proof, &parcel.id, &answer),
        Err(_) => Outcome::Retry {
            after_ms: None,
            why: Why::Network,
        },
    }
}

async fn exchange(parcel: &Parcel, route: &Route) -> Result<Answer, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let abort = AbortController::new()?;
    let signal = abort.signal();
    let _timer = Timer::after(TIME_OUT_MS, move || abort.abort());
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(&parcel.body));
    let headers = headers(parcel, route)?;
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&signal));
    Reflect::set(
        &init,
        &"credentials".into(),
        &route.credentials.name().into(),
    )?;
    if parcel.body.len() <= KEEPALIVE_BYTES {
        Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    }
    #[expect(clippy::disallowed_methods, reason = "the one place that posts")]
    let answer = window.fetch_with_str_and_init(&route.endpoint, &init);
    let response: Response = JsFuture::from(answer).await?.unchecked_into();
    Ok(read(&response).await)
}

fn headers(parcel: &Parcel, route: &Route) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &route.headers {
        headers.set(name, value)?;
    }
    headers.set("Content-Type", parcel.format.content_type())?;
    if parcel.format == Format::Json {
        headers.set("Accept", "application/json")?;
        headers.set("Idempotency-Key", &parcel.id)?;
    }
    Ok(headers)
}

/// What `response` says, as far as the rules look at it.
pub async fn read(response: &Response) -> Answer {
    let header = |name| response.headers().get(name).ok().flatten();
    let kind = header("content-type").unwrap_or_default();
    // An answer that breaks off or never ends has said nothing.
    let body = text(response, ANSWER_BYTES).await.unwrap_or_default();
    Answer {
        status: response.status(),
        redirect: response.type_() == ResponseType::Opaqueredirect,
        html: is_html(&kind) || body.trim_start().starts_with('<'),
        retry_after_ms: header("retry-after")
            .and_then(|wait| retry_after_ms(&wait, platform::now_ms(), platform::parsed_date_ms)),
        said: js_sys::JSON::parse(&body).ok().map(|json| said(&json)),
    }
}

fn is_html(kind: &str) -> bool {
    let mut words = kind.as_bytes().windows(4);
    words.any(|word| word.eq_ignore_ascii_case(b"html"))
}

/// What an answer says in JSON.
pub fn said(json: &JsValue) -> Said {
    let field = |name: &str| Reflect::get(json, &name.into()).ok();
    let word = |name| field(name).and_then(|value| value.as_string());
    let problems: Vec<Problem> = field("problems")
        .map(|list| problems::read(&list))
        .unwrap_or_default();
    Said {
        id: word("id"),
        receipt: word("receipt"),
        problems,
    }
}

/// The body of `response` where it is UTF-8 and not longer than `limit_bytes`. No
/// more than that is read.
pub async fn text(response: &Response, limit_bytes: usize) -> Option<String> {
    let reader: ReadableStreamDefaultReader = response.body()?.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await.ok()?;
        if Reflect::get(&part, &"done".into()).ok()?.is_truthy() {
            return String::from_utf8(bytes).ok();
        }
        let chunk: Uint8Array = Reflect::get(&part, &"value".into()).ok()?.dyn_into().ok()?;
        if bytes.len() + chunk.length() as usize > limit_bytes {
            // What becomes of the rest is not waited for.
            let _ = reader.cancel();
            return None;
        }
        bytes.extend(chunk.to_vec());
    }
}
