//! The plain form of a survey: works in any browser without script, and is what
//! the widget takes answers over from. The hosted page and `fragment` both use it.

use manyi_model::text::direction;
use manyi_model::words::{fill, words};
use manyi_model::{Answers, Subject};
use maud::{Markup, html};

use super::{control, ours, say};
use crate::http::Wrong;
use crate::surveys::Survey;

/// Everything that one rendering of a form needs.
#[derive(Debug)]
pub struct Form<'a> {
    /// The survey.
    pub survey: &'a Survey,
    /// The language shown, one of those offered.
    pub language: &'a str,
    /// Where it posts to.
    pub action: &'a str,
    /// Fields beside the answers, such as `id` and `channel`.
    pub hidden: Vec<(&'static str, String)>,
    /// What has been answered.
    pub answers: Answers,
    /// What is wrong with that.
    pub wrong: &'a [Wrong],
    /// A sentence above everything, such as that the server is busy.
    pub notice: Option<&'a str>,
    /// Whether the title is the heading of the page.
    pub is_page: bool,
}

impl Form<'_> {
    /// The id of an element of the question: unique on a page with several surveys.
    pub(super) fn element(&self, question: &str) -> String {
        format!("manyi-{}-{question}", self.survey.definition.id)
    }
}

/// The fields that say what is rated.
pub fn subject_fields(subject: &Subject) -> Vec<(&'static str, String)> {
    let fields = [
        ("subject.unit", &subject.unit),
        ("subject.window", &subject.window),
        ("subject.officer", &subject.officer),
        ("subject.matter", &subject.matter),
    ];
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.clone()?)))
        .collect()
}

/// The `<form>`.
pub fn form(form: &Form<'_>) -> Markup {
    let definition = &form.survey.definition;
    let language = form.language;
    let words = words(language);
    html! {
        form.manyi-form method="post" action=(form.action) accept-charset="utf-8"
            data-survey=(definition.id) lang=(language) dir=(direction(language)) {
            @if form.is_page {
                h1.manyi-title { (say(&definition.title, language)) }
            } @else {
                h2.manyi-title { (say(&definition.title, language)) }
            }
            @if let Some(intro) = &definition.intro {
                p.manyi-intro { (say(intro, language)) }
            }
            @if let Some(notice) = form.notice {
                div.manyi-summary role="alert" {
                    p { (ours(notice, words, language)) " " (ours(words.kept, words, language)) }
                }
            }
            @if !form.wrong.is_empty() { (summary(form)) }
            @for (name, value) in &form.hidden {
                input type="hidden" name=(name) value=(value);
            }
            @for question in &definition.questions {
                (control::question(form, question))
            }
            button.manyi-submit type="submit" { (ours(words.submit, words, language)) }
        }
    }
}

/// What is wrong, each with a link to the field.
fn summary(form: &Form<'_>) -> Markup {
    let words = words(form.language);
    let heading = heading(form.wrong.len(), form.language);
    html! {
        div.manyi-summary role="alert" aria-labelledby="manyi-summary" tabindex="-1" {
            p.manyi-summary-title id="manyi-summary" { strong { (ours(&heading, words, form.language)) } }
            ul {
                @for wrong in form.wrong {
                    li { (link(form, wrong)) }
                }
            }
        }
    }
}

/// “One thing needs another look”, also in front of the page's title.
pub fn heading(count: usize, language: &str) -> String {
    let words = words(language);
    match count {
        1 => words.problem.to_owned(),
        n => fill(words.problems, &[("n", &n.to_string())]),
    }
}

fn link(form: &Form<'_>, wrong: &Wrong) -> Markup {
    let definition = &form.survey.definition;
    let Some(question) = definition.question(&wrong.question) else {
        return html! { (wrong.message) };
    };
    let item = wrong.item.as_ref();
    let item = item.and_then(|id| question.items.iter().find(|item| item.id == *id));
    let target = control::first(form, question, item.map(|item| item.id.as_str()));
    html! {
        a href=(format!("#{target}")) {
            (say(&question.title, form.language))
            @if let Some(item) = item { " " (say(&item.label, form.language)) }
        }
        " " (wrong.message)
    }
}
