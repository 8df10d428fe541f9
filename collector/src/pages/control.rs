//! One question of the plain form.

use manyi_model::face::Face;
use manyi_model::scale::Level;
use manyi_model::words::{Words, words};
use manyi_model::{Answer, Choice, Item, Kind, Pick, Question, limits};
use maud::{Markup, html};

use super::form::Form;
use super::{ours, say};

/// The element that a link from the summary leads to: the first control.
pub fn first(form: &Form<'_>, question: &Question, item: Option<&str>) -> String {
    let id = form.element(&question.id);
    match (question.kind, item) {
        (Kind::Text | Kind::Phone | Kind::Number, _) => id,
        (_, Some(item)) => format!("{id}-{item}-1"),
        (_, None) => match question.items.first() {
            Some(item) => format!("{id}-{}-1", item.id),
            None => format!("{id}-1"),
        },
    }
}

/// The question with its controls, help and errors.
pub fn question(form: &Form<'_>, question: &Question) -> Markup {
    let help = Help::of(form, question);
    let body = match question.kind {
        Kind::Rating if !question.items.is_empty() => items(form, question),
        Kind::Rating | Kind::YesNo => levels(form, question, None),
        Kind::Choice => choices(form, question),
        Kind::Text | Kind::Phone | Kind::Number => return field(form, question, &help),
    };
    html! {
        fieldset.manyi-question id=(help.id) data-question=(question.id)
            data-kind=(kind(question)) data-visible-if=[question.visible_if.as_ref().map(|_| "")]
            aria-describedby=[help.described.as_deref()] {
            legend { (title(form, question)) }
            (help.markup)
            (body)
        }
    }
}

/// A question of one field.
fn field(form: &Form<'_>, question: &Question, help: &Help) -> Markup {
    let name = format!("answers.{}", question.id);
    let value = match form.answers.get(&question.id) {
        Some(Answer::Word(word)) => word.clone(),
        Some(Answer::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let described = help.described.as_deref();
    let invalid = help.is_wrong.then_some("true");
    let input = |kind: &str, mode: &str, autocomplete: &str| {
        html! {
            input.manyi-field id=(help.id) type=(kind) name=(name) value=(value) inputmode=(mode)
                autocomplete=(autocomplete) aria-describedby=[described] aria-invalid=[invalid];
        }
    };
    html! {
        div.manyi-question data-question=(question.id) data-kind=(kind(question))
            data-visible-if=[question.visible_if.as_ref().map(|_| "")] {
            label.manyi-label for=(help.id) { (title(form, question)) }
            (help.markup)
            @match question.kind {
                Kind::Phone => (input("tel", "tel", "tel")),
                Kind::Number => span.manyi-number {
                    (input("text", if question.decimals.is_some_and(|d| d > 0) { "decimal" } else { "numeric" }, "off"))
                    @if let Some(unit) = &question.unit { span { (say(unit, form.language)) } }
                },
                _ => textarea.manyi-field id=(help.id) name=(name) rows="4"
                    aria-describedby=[described] aria-invalid=[invalid] { "\n" (value) },
            }
        }
    }
}

fn kind(question: &Question) -> &'static str {
    match question.kind {
        Kind::Rating if !question.items.is_empty() => "matrix",
        Kind::Rating => "rating",
        Kind::Choice => "choice",
        Kind::Text => "text",
        Kind::Phone => "phone",
        Kind::YesNo => "yes_no",
        Kind::Number => "number",
    }
}

fn title(form: &Form<'_>, question: &Question) -> Markup {
    let words = words(form.language);
    html! {
        span.manyi-question-title { (say(&question.title, form.language)) }
        @if !question.required {
            " " span.manyi-optional { (ours(words.optional, words, form.language)) }
        }
    }
}

/// What stands between the question and its controls, and is read with them.
struct Help {
    id: String,
    markup: Markup,
    described: Option<String>,
    is_wrong: bool,
}

impl Help {
    fn of(form: &Form<'_>, question: &Question) -> Self {
        let id = form.element(&question.id);
        let words = words(form.language);
        let (help, errors) = (format!("{id}-help"), format!("{id}-error"));
        let wrong: Vec<_> = form
            .wrong
            .iter()
            .filter(|wrong| wrong.question == question.id)
            .collect();
        let several = question.multiple.then_some(words.several);
        let has_help =
            question.help.is_some() || several.is_some() || question.visible_if.is_some();
        let markup = html! {
            @if has_help {
                div.manyi-help id=(help) {
                    @if question.visible_if.is_some() {
                        p.manyi-if { (ours(words.if_applies, words, form.language)) }
                    }
                    @if let Some(text) = &question.help { p { (say(text, form.language)) } }
                    @if let Some(several) = several { p { (ours(several, words, form.language)) } }
                }
            }
            @if !wrong.is_empty() {
                div.manyi-error id=(errors) {
                    @for wrong in &wrong { p { (wrong.message) } }
                }
            }
        };
        let is_wrong = !wrong.is_empty();
        let described = match (has_help, is_wrong) {
            (true, true) => Some(format!("{help} {errors}")),
            (true, false) => Some(help),
            (false, true) => Some(errors),
            (false, false) => None,
        };
        Self {
            id,
            markup,
            described,
            is_wrong,
        }
    }
}

/// One radio button for each level: a face, where the level has one, and words.
fn levels(form: &Form<'_>, question: &Question, item: Option<&Item>) -> Markup {
    let id = form.element(&question.id);
    let (name, id, chosen) = match (item, form.answers.get(&question.id)) {
        (Some(item), answer) => {
            let chosen = match answer {
                Some(Answer::Items(items)) => items.get(&item.id).map(String::as_str),
                _ => None,
            };
            (
                format!("answers.{}.{}", question.id, item.id),
                format!("{id}-{}", item.id),
                chosen,
            )
        }
        (None, Some(Answer::Word(level))) => {
            (format!("answers.{}", question.id), id, Some(level.as_str()))
        }
        (None, _) => (format!("answers.{}", question.id), id, None),
    };
    let levels = question.levels();
    html! {
        div.manyi-levels data-levels=(levels.len()) {
            @for (n, level) in levels.iter().enumerate() {
                label.manyi-level {
                    input type="radio" name=(name) value=(level.id) id=(format!("{id}-{}", n + 1))
                        checked[chosen == Some(level.id.as_str())];
                    span.manyi-card { (face(level)) span.manyi-words { (say(&level.label, form.language)) } }
                }
            }
        }
    }
}

fn face(level: &Level) -> Markup {
    let Some(mood) = level.mood else {
        return html! {};
    };
    let Face { mood, strokes } = manyi_model::face::face(mood);
    html! {
        svg.manyi-face viewBox="0 0 48 48" width="48" height="48" fill="none" stroke="currentColor"
            stroke-width="3.2" stroke-linecap="round" aria-hidden="true" data-mood=(mood) {
            circle cx="24" cy="24" r="21" {}
            path d=(strokes) {}
        }
    }
}

/// One group of levels for each row.
fn items(form: &Form<'_>, question: &Question) -> Markup {
    let error = format!("{}-error", form.element(&question.id));
    html! {
        @for item in &question.items {
            @let wrong = form.wrong.iter().any(|wrong| wrong.item.as_ref() == Some(&item.id)
                && wrong.question == question.id);
            fieldset.manyi-item aria-describedby=[wrong.then_some(&error)] {
                legend { (say(&item.label, form.language)) }
                (levels(form, question, Some(item)))
            }
        }
    }
}

fn choices(form: &Form<'_>, question: &Question) -> Markup {
    let words = words(form.language);
    let id = form.element(&question.id);
    let name = format!("answers.{}", question.id);
    let kind = if question.multiple {
        "checkbox"
    } else {
        "radio"
    };
    html! {
        div.manyi-choices {
            @for (n, choice) in question.choices.iter().enumerate() {
                label.manyi-choice {
                    input type=(kind) name=(name) value=(choice.id) id=(format!("{id}-{}", n + 1))
                        checked[is_chosen(form, question, choice)];
                    span.manyi-words { (say(&choice.label, form.language)) }
                }
                @if choice.is_other() { (other(form, question, words)) }
            }
        }
    }
}

fn is_chosen(form: &Form<'_>, question: &Question, choice: &Choice) -> bool {
    match form.answers.get(&question.id) {
        Some(Answer::Word(id)) => *id == choice.id,
        Some(Answer::Other(_)) => choice.is_other(),
        Some(Answer::Picks(picks)) => picks.iter().any(|pick| match pick {
            Pick::Choice(id) => *id == choice.id,
            Pick::Other(_) => choice.is_other(),
        }),
        _ => false,
    }
}

/// The words beside "other".
fn other(form: &Form<'_>, question: &Question, words: &Words) -> Markup {
    let text = match form.answers.get(&question.id) {
        Some(Answer::Other(text)) => text.as_str(),
        Some(Answer::Picks(picks)) => picks
            .iter()
            .find_map(|pick| match pick {
                Pick::Other(text) => Some(text.as_str()),
                Pick::Choice(_) => None,
            })
            .unwrap_or_default(),
        _ => "",
    };
    let id = format!("{}-other", form.element(&question.id));
    html! {
        div.manyi-other {
            label for=(id) { (ours(words.other, words, form.language)) }
            input.manyi-field type="text" id=(id) name=(format!("answers.{}.other", question.id)) value=(text)
                data-max=(limits::OTHER_CHARS) autocomplete="off";
        }
    }
}
