//! Pages as HTML: a survey with its plain form, thanks, and what went wrong.
//!
//! Everything is escaped by the template language; nothing here lets HTML of a
//! definition or an answer through. Pages work without script.

use manyi_model::text::direction;
use manyi_model::words::{Words, words};
use manyi_model::{Definition, Text};
use maud::{DOCTYPE, Markup, PreEscaped, html};

mod clerk;
mod condition;
mod control;
pub mod form;
mod index;
mod link;
mod over;
mod survey;

pub use clerk::{Desk, Said, Shut, clerk, clerk_door};
pub use index::index;
pub use link::{Link, link};
pub use over::over;
pub use survey::{Shown, fragment, survey, switches_of};

/// The style of the plain form, also served as `/manyi-form.css`.
pub const FORM_CSS: &str = include_str!(concat!(env!("OUT_DIR"), "/manyi-form.css"));
/// The style of the page around it.
pub(crate) const PAGE_CSS: &str = include_str!("../../assets/page.css");

/// No HTML.
pub fn nothing() -> Markup {
    html! {}
}

/// A page, and its one inline style, which the policy of the page must name.
#[derive(Debug)]
pub struct Page {
    /// The document.
    pub html: String,
    /// The text of its `<style>`.
    pub style: String,
}

/// The language to show of those that a survey offers: the first wish that is
/// met exactly, by its other name, or by its beginning; else what the texts
/// themselves would fall back to.
pub fn choose<'a>(definition: &'a Definition, wishes: &[String]) -> &'a str {
    let offered = definition.offered_languages();
    let find = |tag: &str| {
        offered
            .iter()
            .copied()
            .find(|offer| offer.eq_ignore_ascii_case(tag))
    };
    let base = |tag: &str| {
        tag.split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    for wish in wishes {
        let of_kin = manyi_model::text::fallbacks(wish);
        let mut of_kin = of_kin.iter().filter(|tag| base(tag) == base(wish));
        if let Some(offer) = of_kin.find_map(|tag| find(tag)) {
            return offer;
        }
    }
    find("zh-Hans")
        .or_else(|| find("en"))
        .or(offered.first().copied())
        .unwrap_or("zh-Hans")
}

/// The text in the page's language; where it fell back to another one, it says so.
fn say(text: &Text, language: &str) -> Markup {
    let said = text.say(language);
    match said.language {
        Some(own) if !own.eq_ignore_ascii_case(language) => html! {
            span lang=(own) dir=(direction(own)) { (said.text) }
        },
        _ => html! { (said.text) },
    }
}

/// A sentence of the interface; it says where it is in another language.
fn ours(sentence: &str, words: &Words, language: &str) -> Markup {
    if words.tag.eq_ignore_ascii_case(language) {
        html! { (sentence) }
    } else {
        html! { span lang=(words.tag) dir=(direction(words.tag)) { (sentence) } }
    }
}

/// The document around `body`.
pub(crate) fn document(
    language: &str,
    title: &str,
    elder: bool,
    style: String,
    head: Markup,
    body: Markup,
) -> Page {
    let html = html! {
        (DOCTYPE)
        html lang=(language) dir=(direction(language)) class=[elder.then_some("elder")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(&style)) }
                (head)
            }
            body { (body) }
        }
    };
    Page {
        html: html.into_string(),
        style,
    }
}

/// The end of a form: submitted, with the number that proves it.
pub fn thanks(
    definition: Option<&Definition>,
    language: &str,
    elder: bool,
    receipt: Option<&str>,
) -> Page {
    let words = words(language);
    let own = definition.and_then(|definition| definition.thanks.as_ref());
    let body = html! {
        main.page {
            div.outcome role="status" {
                svg.tick viewBox="0 0 48 48" aria-hidden="true" {
                    circle cx="24" cy="24" r="21" {}
                    path d="M14 24.5l7 7 13-14" {}
                }
                h1 { (ours(words.submitted, words, language)) }
                p {
                    @match own {
                        Some(text) => (say(text, language)),
                        None => (ours(words.thanks, words, language)),
                    }
                }
                @if let Some(receipt) = receipt {
                    p.receipt { (ours(words.receipt, words, language)) br; code dir="ltr" { (receipt) } }
                }
            }
        }
    };
    document(
        language,
        words.submitted,
        elder,
        PAGE_CSS.to_owned(),
        html! {},
        body,
    )
}

/// Something went wrong and there is no form to show: one sentence for a person.
pub fn trouble(language: &str, sentence: &str, detail: Option<&str>) -> Page {
    let body = html! {
        main.page {
            div.outcome role="alert" {
                h1 { (sentence) }
                @if let Some(detail) = detail { p lang="en" dir="ltr" { (detail) } }
            }
        }
    };
    document(
        language,
        sentence,
        false,
        PAGE_CSS.to_owned(),
        html! {},
        body,
    )
}
