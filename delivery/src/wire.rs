//! The one place that posts, and that reads what comes over the wire.

use std::cell::RefCell;

use js_sys::{Array, JSON, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::drain::{self, Batch};
use crate::entry::{Entry, Format, Proof, Route};
use crate::outcome::{ANSWER_BYTES, Answer, Outcome, Said, TIME_OUT_MS, classify, retry_after_ms};
use crate::platform::{Timer, field, now_ms, parsed_date_ms, set, word};

/// Bodies up to this length are sent even when the page is closed right after the
/// tap. Browsers let all such requests of a page share 64 KiB: one batch, and one
/// post of a visit that could not be saved.
const KEEPALIVE_BYTES: usize = 30 * 1024;

#[wasm_bindgen]
extern "C" {
    fn fetch(url: &str, init: &JsValue) -> Promise;

    type AbortController;
    #[wasm_bindgen(constructor)]
    fn new() -> AbortController;
    #[wasm_bindgen(method)]
    fn abort(this: &AbortController);
    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> JsValue;

    /// What `fetch` answers.
    pub type Response;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Response) -> u16;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn kind(this: &Response) -> String;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &Response) -> Headers;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Response) -> Option<Stream>;

    type Headers;
    #[wasm_bindgen(method)]
    fn get(this: &Headers, name: &str) -> Option<String>;

    type Stream;
    #[wasm_bindgen(method, js_name = getReader)]
    fn reader(this: &Stream) -> Reader;

    type Reader;
    #[wasm_bindgen(method)]
    fn read(this: &Reader) -> Promise;
    #[wasm_bindgen(method)]
    fn cancel(this: &Reader) -> Promise;
}

/// `fetch`, and the headers that host pages want on posts to an endpoint. Those may
/// carry secrets, so they live as long as the page and never lie on the disk.
#[derive(Debug, Default)]
pub struct Fetch(RefCell<Vec<(String, Pairs)>>);

/// Names and values of headers.
pub type Pairs = Vec<(String, String)>;

impl Fetch {
    /// From now on posts to `endpoint` carry `headers`.
    pub fn use_headers(&self, endpoint: &str, headers: Pairs) {
        let mut known = self.0.borrow_mut();
        known.retain(|(of, _)| of != endpoint);
        if !headers.is_empty() {
            known.push((endpoint.to_owned(), headers));
        }
    }

    async fn send(
        &self,
        address: &str,
        route: &Route,
        id: Option<&str>,
        body: &str,
    ) -> Option<Answer> {
        let abort = AbortController::new();
        let init = Object::new();
        set(&init, "method", "POST");
        set(&init, "body", body);
        set(&init, "redirect", "manual");
        set(&init, "cache", "no-store");
        set(&init, "credentials", route.credentials.as_str());
        set(&init, "keepalive", body.len() <= KEEPALIVE_BYTES);
        set(&init, "signal", abort.signal());
        set(&init, "headers", self.headers(route, id));
        // It also ends an answer that begins and never comes to its end.
        let _timer = Timer::after(f64::from(TIME_OUT_MS), move || abort.abort());
        let response = JsFuture::from(fetch(address, &init)).await.ok()?;
        Some(read(response.unchecked_ref()).await)
    }

    fn headers(&self, route: &Route, id: Option<&str>) -> Object {
        let headers = Object::new();
        let known = self.0.borrow();
        let own = known.iter().find(|(of, _)| *of == route.endpoint);
        for (name, value) in own.map_or(&[][..], |(_, headers)| headers) {
            set(&headers, &name.to_ascii_lowercase(), value.as_str());
        }
        set(&headers, "content-type", route.format.content_type());
        if route.format == Format::Json {
            set(&headers, "accept", "application/json");
            if let Some(id) = id {
                set(&headers, "idempotency-key", id);
            }
        }
        headers
    }
}

impl drain::Wire for Fetch {
    async fn post(&self, entry: &Entry) -> Outcome {
        let Entry {
            id, route, body, ..
        } = entry;
        match self.send(&route.endpoint, route, Some(id), body).await {
            Some(answer) => classify(route.proof, id, &answer),
            None => Outcome::unreached(),
        }
    }

    async fn batch(&self, address: &str, entries: &[Entry]) -> Batch {
        let mut body = String::from("[");
        for entry in entries {
            if body.len() > 1 {
                body.push(',');
            }
            body.push_str(&entry.body);
        }
        body.push(']');
        let route = &entries[0].route;
        let Some(answer) = self.send(address, route, None, &body).await else {
            return Batch::Whole(Outcome::unreached());
        };
        let each = answer.said.as_ref().map(|said| &said.each);
        match (answer.status, each) {
            (200, Some(each)) if each.len() == entries.len() && !answer.redirect => Batch::Each(
                entries
                    .iter()
                    .zip(each)
                    .map(|(entry, answer)| classify(route.proof, &entry.id, answer))
                    .collect(),
            ),
            (404 | 405, _) => Batch::Unknown,
            // No id can stand in such an answer, so it is never taken for a receipt.
            _ => Batch::Whole(classify(Proof::Id, "", &answer)),
        }
    }
}

/// What `response` says, as far as the rules look at it.
pub async fn read(response: &Response) -> Answer {
    let headers = response.headers();
    let kind = headers.get("content-type").unwrap_or_default();
    // An answer that breaks off or never ends has said nothing.
    let body = text(response).await.unwrap_or_default();
    Answer {
        status: response.status(),
        redirect: response.kind() == "opaqueredirect",
        html: is_html(&kind) || body.trim_start().starts_with('<'),
        retry_after_ms: headers
            .get("retry-after")
            .and_then(|wait| retry_after_ms(&wait, now_ms(), parsed_date_ms)),
        said: JSON::parse(&body).ok().map(|json| said(&json)),
    }
}

fn is_html(kind: &str) -> bool {
    let mut words = kind.as_bytes().windows(4);
    words.any(|word| word.eq_ignore_ascii_case(b"html"))
}

fn said(json: &JsValue) -> Said {
    let problems = field(json, "problems").filter(Array::is_array);
    let problems = problems.and_then(|list| JSON::stringify(&list).ok());
    let each = if Array::is_array(json) {
        Array::from(json).iter().map(|one| element(&one)).collect()
    } else {
        Vec::new()
    };
    Said {
        id: word(json, "id"),
        receipt: word(json, "receipt"),
        is_ours: word(json, "status").is_some(),
        problems: problems.map(String::from).unwrap_or_default(),
        each,
    }
}

/// What a batch's answer says of one entry, as if it had been posted alone.
fn element(one: &JsValue) -> Answer {
    let http = field(one, "http").and_then(|http| http.as_f64());
    let problem = field(one, "problem");
    let mut said = said(problem.as_ref().unwrap_or(one));
    said.id = word(one, "id");
    Answer {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` saturates, and no rule names such a status"
        )]
        status: http.unwrap_or_default() as u16,
        said: Some(said),
        ..Answer::default()
    }
}

/// The body of `response` where it is UTF-8 and not longer than [`ANSWER_BYTES`].
/// No more than that is read.
async fn text(response: &Response) -> Option<String> {
    let reader = response.body()?.reader();
    let mut bytes = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await.ok()?;
        let Some(chunk) = field(&part, "value") else {
            return String::from_utf8(bytes).ok();
        };
        let chunk: Uint8Array = chunk.unchecked_into();
        if bytes.len() + chunk.length() as usize > ANSWER_BYTES {
            // What becomes of the rest is not waited for.
            let _ = reader.cancel();
            return None;
        }
        bytes.extend(chunk.to_vec());
    }
}
