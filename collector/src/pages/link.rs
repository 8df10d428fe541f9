//! `/clerk`, where a link for one rating is shown to be scanned, and what became of it.

use maud::{Markup, html};

use super::clerk::{Words, page, words};
use super::{Page, nothing};
use crate::qr::Code;
use crate::store::invitations::State;

/// A link on the clerk's screen.
#[derive(Debug)]
pub struct Link<'a> {
    /// Its id.
    pub id: &'a str,
    /// Whether it still opens.
    pub state: State,
    /// What is scanned, and the same to be typed; only when it has just been made.
    pub shown: Option<(&'a Code, &'a str)>,
    /// Minutes that are left.
    pub minutes: i64,
}

/// The page.
pub fn link(wishes: &[String], link: &Link<'_>) -> Page {
    let words = words(wishes);
    let head = match link.state {
        State::Open => html! { script type="module" src="/clerk.js" {} },
        _ => nothing(),
    };
    let body = html! {
        main.page {
            div.clerk data-link=(link.id) {
                @match link.state {
                    State::Open => (open(words, link)),
                    State::Used => (ended(words.used, false)),
                    State::Revoked => (ended(words.revoked, true)),
                    State::Expired => (ended(words.expired, true)),
                }
                p { a.back href="/clerk" { (words.back) } }
            }
        }
    };
    page(words, head, body)
}

fn ended(sentence: &str, is_bad: bool) -> Markup {
    html! { h1.said.bad[is_bad] role="status" { (sentence) } }
}

fn open(words: &Words, link: &Link<'_>) -> Markup {
    html! {
        h1 { (words.scan) }
        @match link.shown {
            Some((code, url)) => {
                (drawn(code, words.scan))
                p.hold { (words.holds.replace("{n}", &link.minutes.to_string())) }
                p { (words.or_type) }
                p.address dir="ltr" { (url) }
            }
            None => p { (words.shown_once) },
        }
        form method="post" action="/clerk" {
            input type="hidden" name="link" value=(link.id);
            button name="do" value="revoke" { (words.revoke) }
        }
    }
}

/// Dark on white, whatever the page: cameras want it so.
fn drawn(code: &Code, name: &str) -> Markup {
    let size = code.size;
    html! {
        svg.qr role="img" aria-label=(name) viewBox=(format!("0 0 {size} {size}"))
            shape-rendering="crispEdges" {
            rect width=(size) height=(size) fill="#fff" {}
            path d=(code.path) fill="#000" {}
        }
    }
}
