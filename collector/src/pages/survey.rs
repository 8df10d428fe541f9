//! The hosted page of a survey, and the same form as a fragment for someone
//! else's page.

use manyi_model::text::direction;
use manyi_model::words::{ALL, words};
use manyi_model::{Channel, Subject};
use maud::{Markup, PreEscaped, html};

use super::form::{Form, form, heading};
use super::{FORM_CSS, PAGE_CSS, Page, condition, document};
use crate::http::query;

/// What a hosted page was asked to show.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The form.
    pub form: Form<'a>,
    /// What is rated.
    pub subject: Subject,
    /// Where the page was reached.
    pub channel: Channel,
    /// The token of the link that it was reached by.
    pub invitation: Option<String>,
    /// What the widget seals answers to, as its attribute takes it.
    pub sealing_key: Option<String>,
    /// Large type.
    pub elder: bool,
    /// Whether the widget can be loaded, and what it will load.
    pub widget: Option<Vec<&'a str>>,
    /// Links to the same page in other languages and in large type.
    pub switches: Markup,
}

/// The page.
pub fn survey(shown: &Shown<'_>) -> Page {
    let definition = &shown.form.survey.definition;
    let language = shown.form.language;
    let style = format!("{PAGE_CSS}{FORM_CSS}{}", condition::style(definition));
    let title = definition.title.say(language).text;
    let title = match shown.form.wrong.len() {
        0 => title.to_owned(),
        n => format!("{} – {title}", heading(n, language)),
    };
    let head = html! {
        @if let Some(early) = &shown.widget {
            link rel="modulepreload" href="/manyi.js";
            @for path in early {
                @if path.ends_with(".wasm") {
                    link rel="preload" as="fetch" type="application/wasm" crossorigin href=(path);
                } @else {
                    link rel="modulepreload" href=(path);
                }
            }
            script type="module" src="/manyi.js" {}
        }
    };
    let source = format!(
        "/surveys/{}.json?version={}",
        definition.id, definition.version
    );
    let body = html! {
        main.page {
            (element(shown, &source, "/v1/responses", html! {
                (shown.switches)
                (form(&shown.form))
            }))
        }
    };
    document(language, &title, shown.elder, style, head, body)
}

/// `<manyi-survey>` with the attributes of the page around `children`.
fn element(shown: &Shown<'_>, source: &str, endpoint: &str, children: Markup) -> Markup {
    let subject = &shown.subject;
    html! {
        manyi-survey src=(source) endpoint=(endpoint) lang=(shown.form.language)
            unit=[subject.unit.as_ref()] window=[subject.window.as_ref()]
            officer=[subject.officer.as_ref()] matter=[subject.matter.as_ref()]
            invitation=[shown.invitation.as_ref()]
            sealing-key=[shown.sealing_key.as_ref()]
            channel=[(shown.channel != Channel::Web).then_some(shown.channel.name())]
            elder[shown.elder] { (children) }
    }
}

/// The element with its form and the line that loads the script, for pasting into
/// a page of another site. `collector` is the address of the collector, without
/// a slash at the end.
pub fn fragment(shown: &Shown<'_>, collector: &str) -> String {
    let definition = &shown.form.survey.definition;
    let style = condition::style(definition);
    let markup = html! {
        link rel="stylesheet" href=(format!("{collector}/manyi-form.css"));
        "\n"
        @if !style.is_empty() { style { (PreEscaped(&style)) } "\n" }
        script type="module" src=(format!("{collector}/manyi.js")) {}
        "\n"
        (element(
            shown,
            &format!("{collector}/surveys/{}.json", definition.id),
            &format!("{collector}/v1/responses"),
            form(&shown.form),
        ))
        "\n"
    };
    markup.into_string()
}

/// Links to the page in the other languages and in large type, with everything
/// else in the address as it was.
pub fn switches_of(
    form_language: &str,
    offered: &[&str],
    path: &str,
    query: &[(String, String)],
    elder: bool,
) -> Markup {
    let words = words(form_language);
    let with = |changed: &str, value: &str| {
        let kept = query.iter().filter(|(name, _)| name != changed);
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs = kept.chain((!value.is_empty()).then_some((changed, value)));
        let query = query::written(pairs);
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    };
    html! {
        nav.manyi-switches aria-label=(words.language) {
            @if offered.len() > 1 {
                @for tag in offered {
                    @let name = ALL.iter().find(|words| words.tag.eq_ignore_ascii_case(tag)).map_or(*tag, |words| words.name);
                    a href=(with("lang", tag)) lang=(tag) dir=(direction(tag)) hreflang=(tag)
                        aria-current=[tag.eq_ignore_ascii_case(form_language).then_some("true")] { (name) }
                }
            }
            a href=(with("elder", if elder { "" } else { "1" })) aria-current=[elder.then_some("true")] { (words.elder) }
        }
    }
}
