//! The frame of every page of the desk: header, places, style; and the fields of its
//! forms. A page hands in its title and its body.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::guard::{Person, Shut, Visit};
use super::home::PLACES;
use super::say::Language;
use crate::http::{asset, headers};
use crate::pages::{PAGE_CSS, document};

/// What these pages look like beside what all pages have.
const DESK_CSS: &str = include_str!("../../assets/desk.css");

/// A page for somebody who is signed in.
pub fn page(visit: &Visit, person: &Person, title: &str, body: &Markup) -> Response {
    answer(visit, person, StatusCode::OK, title, body)
}

/// The same with a status: a form that comes back is 422.
pub fn answer(
    visit: &Visit,
    person: &Person,
    status: StatusCode,
    title: &str,
    body: &Markup,
) -> Response {
    let language = visit.language;
    let top = html! {
        header.top {
            div {
                a.brand href="/admin" { span { "满意" } (language.say("后台", "desk")) }
                nav aria-label=(language.say("后台各页", "Pages of the desk")) {
                    ul {
                        @for place in PLACES.iter().filter(|place| person.may(place.right)) {
                            @let current = visit.path.starts_with(place.beginning);
                            li {
                                a href=(place.path) aria-current=[current.then_some("page")] {
                                    (language.say(place.chinese, place.english))
                                }
                            }
                        }
                    }
                }
                div.who {
                    a href="/admin/me" aria-current=[visit.path.starts_with("/admin/me").then_some("page")] {
                        (person.account.name)
                    }
                    form method="post" action="/admin/logout" {
                        button.quiet { (language.say("退出", "Log out")) }
                    }
                }
            }
        }
    };
    let body = html! {
        a.skip href="#main" { (language.say("跳到正文", "Skip to the content")) }
        (top)
        main.desk #main tabindex="-1" {
            h1 { (title) }
            @if visit.query.get("said") == "done" {
                div.said role="status" { p { (language.say("已保存。", "Saved.")) } }
            }
            (body)
        }
    };
    rendered(visit, status, title, body)
}

/// A page for somebody who is not.
pub fn door(visit: &Visit, status: StatusCode, title: &str, body: &Markup) -> Response {
    let body = html! {
        main.desk.door {
            h1 { (title) }
            (body)
        }
    };
    rendered(visit, status, title, body)
}

fn rendered(visit: &Visit, status: StatusCode, title: &str, body: Markup) -> Response {
    let language = visit.language;
    let title = format!("{title} · {}", language.say("满意后台", "Manyi desk"));
    let style = format!("{PAGE_CSS}{DESK_CSS}");
    let tag = language.tag();
    let page = document(tag, &title, visit.is_elder, style, html! {}, body);
    let policy = headers::form_policy(&page.style);
    let mut response = (status, asset::page(&visit.asked, page.html)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        let name = header::CONTENT_SECURITY_POLICY;
        response.headers_mut().insert(name, policy);
    }
    response
}

/// To another page, by GET: loading it again changes nothing.
pub fn to(place: &str) -> Response {
    let place = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static("/admin"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// Why somebody did not get in, as a page.
pub fn shut(visit: &Visit, why: &Shut) -> Response {
    let say = |chinese: &'static str, english: &'static str| visit.language.say(chinese, english);
    let (status, sentence, more) = match why {
        Shut::Insecure => (
            StatusCode::FORBIDDEN,
            say("后台须用加密连接", "The desk needs an encrypted connection"),
            say(
                "请用 https:// 开头的地址打开；在本服务器上也可用 localhost 打开。若已有代理服务器，请让它送出 X-Forwarded-Proto。",
                "Open it by an address that begins with https://, or on the server itself as localhost. A proxy in front must send X-Forwarded-Proto.",
            ),
        ),
        Shut::Foreign => (
            StatusCode::FORBIDDEN,
            say(
                "这个请求不是从后台页面发出的",
                "This was not sent from a page of the desk",
            ),
            say(
                "没有做任何改动。请回到后台重新操作。",
                "Nothing was changed. Please go back to the desk and try again.",
            ),
        ),
        Shut::SignedOut => (
            StatusCode::FORBIDDEN,
            say("登录已过期", "You are not logged in any more"),
            say(
                "没有保存。请重新登录后再试。",
                "Nothing was saved. Please log in and try again.",
            ),
        ),
        Shut::NotAllowed => (
            StatusCode::FORBIDDEN,
            say("您的角色不能做这件事", "Your role does not allow this"),
            say("需要时请找管理员。", "Ask an administrator if you need it."),
        ),
        Shut::Absent => (
            StatusCode::NOT_FOUND,
            say("没有找到", "There is no such thing here"),
            say(
                "可能已经改动，或不在您的范围内。",
                "It may have changed, or lie outside of your units.",
            ),
        ),
        Shut::Out => (
            StatusCode::SERVICE_UNAVAILABLE,
            say("暂时不能使用", "Out of order just now"),
            say(
                "没有保存。请稍后再试。",
                "Nothing was saved. Please try again later.",
            ),
        ),
        Shut::Body(refused) => (
            refused.status(),
            say("收到的内容看不懂", "What was sent cannot be read"),
            say(
                "没有保存。请回到后台重新操作。",
                "Nothing was saved. Please go back to the desk and try again.",
            ),
        ),
    };
    let body = html! {
        div.card role="alert" { p { (more) } }
        p { a href="/admin" { (say("回到后台首页", "To the first page of the desk")) } }
    };
    door(visit, status, sentence, &body)
}

/// What is wrong with a form, above it; nothing where nothing is.
pub fn wrong(sentences: &[String]) -> Markup {
    html! {
        @match sentences {
            [] => {},
            [one] => div.said.bad #wrong role="alert" { p { (one) } },
            all => div.said.bad #wrong role="alert" { ul { @for one in all { li { (one) } } } },
        }
    }
}

/// A line of a form.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The name of the value.
    pub name: &'a str,
    /// What stands above it.
    pub label: &'a str,
    /// What helps to fill it in; may be empty.
    pub help: &'a str,
    /// What is in it.
    pub value: &'a str,
    /// `text` or `password`.
    pub kind: &'a str,
    /// What a browser may fill in by itself.
    pub complete: &'a str,
    /// Whether it must not be empty.
    pub required: bool,
}

/// A field of text that must be filled in.
pub const TEXT: Field<'static> = Field {
    name: "",
    label: "",
    help: "",
    value: "",
    kind: "text",
    complete: "off",
    required: true,
};

/// A line of a form; ids begin with `form`, which tells the forms of a page apart.
pub fn field(form: &str, field: &Field<'_>) -> Markup {
    let id = format!("{form}-{}", field.name);
    let help = format!("{id}-help");
    let has_help = !field.help.is_empty();
    html! {
        div.field {
            label for=(id) { (field.label) }
            @if has_help { small id=(help) { (field.help) } }
            input type=(field.kind) id=(id) name=(field.name) value=(field.value)
                autocomplete=(field.complete) required[field.required]
                aria-describedby=[has_help.then_some(&help)];
        }
    }
}

/// A choice; each with the value that stands for it.
pub fn select(
    form: &str,
    name: &str,
    label: &str,
    chosen: &str,
    choices: &[(String, String)],
) -> Markup {
    let id = format!("{form}-{name}");
    html! {
        div.field {
            label for=(id) { (label) }
            select id=(id) name=(name) {
                @for (value, label) in choices {
                    option value=(value) selected[value == chosen] { (label) }
                }
            }
        }
    }
}

/// The main button of a form.
pub fn submit(language: Language) -> Markup {
    html! { button.main { (language.say("保存", "Save")) } }
}
