//! The one place that posts, and that reads what comes over the wire.

use wasm_bindgen::prelude::*;

use crate::drain::{self, Batch};
use crate::entry::{Entry, Format, Proof, Route};
use crate::outcome::{ANSWER_BYTES, Answer, Outcome, Said, TIME_OUT_MS, classify, retry_after_ms};
use crate::platform::{
    Js, TRUE, UNDEFINED, as_text, as_word, field, held, invoke, is_list, is_nothing, is_so, items,
    js, json, kept, later, list, make, now_ms, number, parsed_date_ms, say, set, set_word, stop,
    word, written,
};
use crate::task::promised;

/// Bodies up to this length are sent even when the page is closed right after the
/// tap. Browsers let all such requests of a page share 64 KiB: one batch, and one
/// post of a visit that could not be saved.
const KEEPALIVE_BYTES: usize = 30 * 1024;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &JsValue) -> Result<Option<JsValue>, JsValue>;
}

/// `fetch`, and the headers that host pages want on posts to an endpoint. Those may
/// carry secrets, so they live as long as the page and never lie on the disk.
#[derive(Debug)]
pub struct Fetch(JsValue);

impl Default for Fetch {
    fn default() -> Self {
        Self(kept(json("{}")))
    }
}

impl Fetch {
    /// From now on posts to `endpoint` carry `headers`, which are pairs.
    pub fn use_headers(&self, endpoint: &str, headers: Js) {
        set(js(self.0.clone()), endpoint, headers);
    }

    async fn send(&self, address: &str, route: &Route, id: &str, body: &str) -> Option<Answer> {
        let abort = make("AbortController", &[]);
        let init = json(r#"{"method":"POST","redirect":"manual","cache":"no-store"}"#);
        set_word(init, "body", body);
        set_word(init, "credentials", &route.credentials);
        if body.len() <= KEEPALIVE_BYTES {
            set(init, "keepalive", TRUE);
        }
        set(init, "signal", field(abort, "signal"));
        set(init, "headers", self.headers(route, id));
        // It also ends an answer that begins and never comes to its end.
        let end = invoke(field(abort, "abort"), "bind", &[abort]);
        let timer = later(end, f64::from(TIME_OUT_MS), UNDEFINED);
        let response = promised(held(fetch(address, &kept(init)))).await;
        let answer = match number(response, "status") {
            Some(_) => Some(read(response).await),
            None => None,
        };
        stop(&timer);
        answer
    }

    fn headers(&self, route: &Route, id: &str) -> Js {
        let headers = make("Headers", &[field(js(self.0.clone()), &route.endpoint)]);
        let put = |name: &str, value: &str| {
            invoke(headers, "set", &[say(name), say(value)]);
        };
        put("content-type", route.format.content_type());
        if route.format == Format::Json {
            put("accept", "application/json");
            if !id.is_empty() {
                put("idempotency-key", id);
            }
        }
        headers
    }
}

impl drain::Wire for Fetch {
    async fn post(&self, entry: &Entry) -> Outcome {
        let route = &entry.route;
        match self
            .send(&route.endpoint, route, &entry.id, &entry.body)
            .await
        {
            Some(answer) => classify(route.proof, &entry.id, &answer),
            None => Outcome::unreached(),
        }
    }

    async fn batch(&self, address: &str, entries: &[Entry]) -> Batch {
        let mut body = String::new();
        for entry in entries {
            body.push_str(if body.is_empty() { "[" } else { "," });
            body.push_str(&entry.body);
        }
        body.push(']');
        let route = &entries[0].route;
        let Some(answer) = self.send(address, route, "", &body).await else {
            return Batch::Whole(Outcome::unreached());
        };
        if matches!(answer.status, 404 | 405) {
            return Batch::Unknown;
        }
        if let Some(said) = &answer.said
            && said.each.len() == entries.len()
            && answer.status == 200
            && !answer.redirect
        {
            let mut each = Vec::new();
            for (entry, answer) in entries.iter().zip(&said.each) {
                each.push(classify(route.proof, &entry.id, answer));
            }
            return Batch::Each(each);
        }
        // No id can stand in such an answer, so it is never taken for a receipt.
        Batch::Whole(classify(Proof::Id, "", &answer))
    }
}

/// What `response`, an answer of `fetch`, says, as far as the rules look at it.
pub async fn read(response: Js) -> Answer {
    let header = |name: &str| {
        let headers = field(response, "headers");
        invoke(headers, "get", &[say(name)])
    };
    // An answer that breaks off or never ends has said nothing.
    let body = body(response).await;
    let names_html = make("RegExp", &[say("html"), say("i")]);
    let html = is_so(invoke(names_html, "test", &[header("content-type")]))
        || body.trim_ascii_start().starts_with('<');
    let json = json(&body);
    Answer {
        status: status(response, "status"),
        redirect: word(response, "type").as_deref() == Some("opaqueredirect"),
        html,
        retry_after_ms: as_word(header("retry-after"))
            .and_then(|wait| retry_after_ms(&wait, now_ms(), parsed_date_ms)),
        said: (!is_nothing(json)).then(|| said(json)),
    }
}

fn said(json: Js) -> Said {
    let problems = field(json, "problems");
    let mut each = Vec::new();
    if is_list(json) {
        for one in items(json) {
            each.push(element(one));
        }
    }
    Said {
        id: word(json, "id"),
        receipt: word(json, "receipt"),
        is_ours: word(json, "status").is_some(),
        problems: match is_list(problems) {
            true => as_text(written(problems)),
            false => String::new(),
        },
        each,
    }
}

/// What a batch's answer says of one entry, as if it had been posted alone.
fn element(one: Js) -> Answer {
    let problem = field(one, "problem");
    let mut said = said(if is_so(problem) { problem } else { one });
    said.id = word(one, "id");
    // Batches do not nest.
    said.each = Vec::new();
    Answer {
        status: status(one, "http"),
        said: Some(said),
        ..Answer::default()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and no rule names such a status"
)]
fn status(of: Js, name: &str) -> u16 {
    number(of, name).unwrap_or_default() as u16
}

/// The body of `response` where it is UTF-8 and not longer than [`ANSWER_BYTES`]; no
/// more than that is read. Else nothing.
async fn body(response: Js) -> String {
    let reader = invoke(field(response, "body"), "getReader", &[]);
    let parts = list(&[]);
    let mut rest = ANSWER_BYTES as f64;
    loop {
        let part = promised(invoke(reader, "read", &[])).await;
        if is_nothing(part) {
            return String::new();
        }
        let chunk = field(part, "value");
        if is_nothing(chunk) {
            let whole = make("Response", &[make("Blob", &[parts])]);
            let whole = promised(invoke(whole, "arrayBuffer", &[])).await;
            // As it is: a mark before the JSON makes it none.
            let strict = json(r#"{"fatal":true,"ignoreBOM":true}"#);
            let decoder = make("TextDecoder", &[say("utf-8"), strict]);
            return as_text(invoke(decoder, "decode", &[whole]));
        }
        rest -= number(chunk, "length").unwrap_or_default();
        if rest < 0.0 {
            // What becomes of the rest is not waited for.
            invoke(reader, "cancel", &[]);
            return String::new();
        }
        invoke(parts, "push", &[chunk]);
    }
}
