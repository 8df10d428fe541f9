//! The page, as tests see it; see `page.js`.

use js_sys::Promise;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

// The class has to be among the files that the runner serves.
#[wasm_bindgen(module = "/www/manyi.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = ManyiSurvey)]
    static CLASS: JsValue;
}

#[wasm_bindgen(module = "/tests/browser/page.js")]
extern "C" {
    fn copy() -> Promise;
    pub fn define(tag: &str);
    #[wasm_bindgen(js_name = withoutWasm)]
    pub fn without_wasm(tag: &str);
    #[wasm_bindgen(js_name = mountedIn)]
    pub fn mounted_in(tag: &str) -> usize;
    #[wasm_bindgen(js_name = instancesOf)]
    pub fn instances_of(tag: &str) -> usize;
    pub fn serve(path: &str, status: u16, body: &str, kind: &str);
    pub fn answers(status: u16, body: &str, kind: &str);
    #[wasm_bindgen(js_name = answersEcho)]
    pub fn answers_echo();
    #[wasm_bindgen(js_name = answersNothing)]
    pub fn answers_nothing();
    #[wasm_bindgen(js_name = answersLate)]
    pub fn answers_late();
    #[wasm_bindgen(js_name = releaseAnswer)]
    pub fn release_answer();
    #[wasm_bindgen(js_name = answersHuge)]
    pub fn answers_huge();
    #[wasm_bindgen(js_name = pulledBytes)]
    pub fn pulled_bytes() -> f64;
    pub fn put(html: &str) -> HtmlElement;
    pub fn tell(element: &HtmlElement, definition: &str);
    pub fn set(element: &HtmlElement, name: &str, json: &str);
    fn get(element: &HtmlElement, name: &str) -> String;
    pub fn said(name: &str) -> String;
    #[wasm_bindgen(js_name = saidCount)]
    pub fn said_count(name: &str) -> usize;
    #[wasm_bindgen(js_name = untilSaid)]
    fn until_said_(name: &str, count: usize) -> Promise;
    fn ready(element: &HtmlElement) -> Promise;
    #[wasm_bindgen(js_name = isShown)]
    pub fn is_shown(element: &HtmlElement) -> bool;
    pub fn radios(element: &HtmlElement, name: &str) -> String;
    #[wasm_bindgen(js_name = choose)]
    fn choose_(element: &HtmlElement, name: &str, value: &str) -> Promise;
    #[wasm_bindgen(js_name = write)]
    fn write_(element: &HtmlElement, name: &str, text: &str) -> Promise;
    pub fn value(element: &HtmlElement, name: &str) -> Option<String>;
    pub fn has(element: &HtmlElement, name: &str) -> bool;
    #[wasm_bindgen(js_name = untilHas)]
    fn until_has_(element: &HtmlElement, name: &str) -> Promise;
    #[wasm_bindgen(js_name = pick)]
    fn pick_(element: &HtmlElement, language: &str) -> Promise;
    #[wasm_bindgen(js_name = press)]
    fn press_(element: &HtmlElement, part: &str) -> Promise;
    pub fn sees(element: &HtmlElement, part: &str) -> bool;
    #[wasm_bindgen(js_name = untilSees)]
    fn until_sees_(element: &HtmlElement, part: &str) -> Promise;
    pub fn text(element: &HtmlElement, part: &str) -> Option<String>;
    pub fn attribute(element: &HtmlElement, part: &str, name: &str) -> Option<String>;
    pub fn focused(element: &HtmlElement) -> String;
    #[wasm_bindgen(js_name = untilFocused)]
    fn until_focused_(element: &HtmlElement, id: &str) -> Promise;
    pub fn notice(element: &HtmlElement) -> String;
    #[wasm_bindgen(js_name = isSlotted)]
    pub fn is_slotted(element: &HtmlElement) -> bool;
    pub fn remove(element: &HtmlElement);
    pub fn append(element: &HtmlElement);
    #[wasm_bindgen(js_name = untilGone)]
    fn until_gone_(tag: &str) -> Promise;
    #[wasm_bindgen(js_name = untilPosts)]
    fn until_posts_(count: usize) -> Promise;
    #[wasm_bindgen(js_name = postCount)]
    pub fn post_count() -> usize;
    #[wasm_bindgen(js_name = post)]
    fn post_(n: usize) -> String;
    pub fn listen(element: &HtmlElement, code: &str);
    #[wasm_bindgen(js_name = call)]
    fn call_(element: &HtmlElement, name: &str) -> Promise;
    #[wasm_bindgen(js_name = run)]
    fn run_(element: &HtmlElement, code: &str) -> Promise;
}

async fn done(promise: Promise) -> JsValue {
    match JsFuture::from(promise).await {
        Ok(value) => value,
        Err(error) => panic!("{}", String::from(js_sys::Object::from(error).to_string())),
    }
}

macro_rules! awaited {
    ($($name:ident($($argument:ident: $kind:ty),*) = $call:ident;)*) => {
        $(pub async fn $name($($argument: $kind),*) {
            done($call($($argument),*)).await;
        })*
    };
}

awaited! {
    until_said(name: &str, count: usize) = until_said_;
    until_ready(element: &HtmlElement) = ready;
    choose(element: &HtmlElement, name: &str, value: &str) = choose_;
    write(element: &HtmlElement, name: &str, text: &str) = write_;
    until_has(element: &HtmlElement, name: &str) = until_has_;
    pick(element: &HtmlElement, language: &str) = pick_;
    press(element: &HtmlElement, part: &str) = press_;
    until_sees(element: &HtmlElement, part: &str) = until_sees_;
    until_focused(element: &HtmlElement, id: &str) = until_focused_;
    until_gone(tag: &str) = until_gone_;
    until_posts(count: usize) = until_posts_;
}

/// A ready survey of the project.
pub const WINDOW: &str = include_str!("../../surveys/household-window.json");

/// A small one: a rating, reasons at the worst level, a comment and a telephone number.
pub const SMALL: &str = r#"{
  "id": "small", "version": 2,
  "title": {"zh-Hans": "评价", "zh-Hant": "評價", "en": "Rating", "ug": "باھالاش"},
  "questions": [
    {"id": "overall", "type": "rating", "scale": "satisfaction-3", "required": true, "title": {"zh-Hans": "您满意吗？", "en": "Satisfied?"}},
    {"id": "reasons", "type": "choice", "multiple": true, "required": true, "title": {"zh-Hans": "哪里不满意？"},
     "choices": [{"id": "slow", "label": {"zh-Hans": "慢"}}, {"id": "rude", "label": {"zh-Hans": "态度"}}, {"id": "other", "label": {"zh-Hans": "其他"}}],
     "visible_if": {"question": "overall", "any_of": ["dissatisfied"]}},
    {"id": "comment", "type": "text", "title": {"zh-Hans": "意见"}},
    {"id": "phone", "type": "phone", "personal": true, "title": {"zh-Hans": "电话"}}
  ]
}"#;

/// A fresh, defined copy of the element; its tag.
pub async fn new_tag() -> String {
    let tag = undefined_tag().await;
    define(&tag);
    tag
}

/// A fresh copy that is not defined yet.
pub async fn undefined_tag() -> String {
    CLASS.with(|class| assert!(class.is_function(), "the class is a class"));
    done(copy()).await.as_string().expect("a tag")
}

/// The small survey on the page, with more attributes.
pub async fn small(attributes: &str) -> HtmlElement {
    let tag = new_tag().await;
    let element = put(&format!(
        "<{tag} lang=zh-CN endpoint=/v1/responses {attributes}></{tag}>"
    ));
    tell(&element, SMALL);
    until_ready(&element).await;
    element
}

/// The post number `n`.
pub fn post(n: usize) -> Value {
    serde_json::from_str(&post_(n)).expect("a post")
}

/// What post number `n` says in JSON.
pub fn body(n: usize) -> Value {
    serde_json::from_str(post(n)["body"].as_str().expect("a text")).expect("JSON")
}

/// The details of the events called `name`.
pub fn details(name: &str) -> Vec<Value> {
    serde_json::from_str(&said(name)).expect("details")
}

/// A property as JSON.
pub fn property(element: &HtmlElement, name: &str) -> Value {
    serde_json::from_str(&get(element, name)).expect("JSON")
}

/// What a method resolves with, or its error as `name: message`.
pub async fn call(element: &HtmlElement, name: &str) -> String {
    done(call_(element, name))
        .await
        .as_string()
        .unwrap_or_default()
}

/// What `code` returns, as JSON.
pub async fn run(element: &HtmlElement, code: &str) -> Value {
    let text = done(run_(element, code))
        .await
        .as_string()
        .unwrap_or_default();
    serde_json::from_str(&text).expect("JSON")
}
