//! The frame of a question: title, help, control, error.

use manyi_model::Question;
use manyi_model::words::sentence;
use yew::prelude::*;

use super::scene::{Scene, id};

/// The title, with a mark where no answer is needed.
fn title(scene: &Scene, question: &Question) -> Html {
    html! {
        <>
            { scene.say(&question.title) }
            if !question.required {
                { " " }
                <small class="optional" part="optional">{ scene.words.optional }</small>
            }
        </>
    }
}

fn help(scene: &Scene, question: &Question) -> Html {
    match &question.help {
        Some(help) => html! {
            <p class="help" part="help" id={id("h", &question.id, None)}>{ scene.say(help) }</p>
        },
        None => html! {},
    }
}

/// What is wrong with the question, or with one of its items, beside it.
pub fn errors(scene: &Scene, question: &Question, item: Option<&str>) -> Html {
    if !scene.is_wrong(question, item) {
        return html! {};
    }
    let visit = scene.visit;
    html! {
        <div class="error" part="error" id={id("e", &question.id, item)}>
            { for visit.problems_of(&question.id, item).map(|problem| html! {
                <p>{ sentence(problem, &visit.definition, &visit.language) }</p>
            }) }
        </div>
    }
}

/// The ids of what describes a control: its error, its help, and `more`.
pub fn described_by(
    scene: &Scene,
    question: &Question,
    item: Option<&str>,
    more: Option<String>,
) -> Option<String> {
    let error = scene
        .is_wrong(question, item)
        .then(|| id("e", &question.id, item));
    let help = (item.is_none() && question.help.is_some()).then(|| id("h", &question.id, None));
    let ids: Vec<String> = [error, help, more].into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A question with several controls in one group: `radiogroup` where one answer is
/// taken, `group` otherwise.
pub fn group(scene: &Scene, question: &Question, role: &'static str, controls: Html) -> Html {
    let is_radio = role == "radiogroup";
    let wrong = is_radio && scene.is_wrong(question, None);
    let label = id("t", &question.id, None);
    html! {
        <div
            key={question.id.as_str()} class="question" part="question"
            id={id("q", &question.id, None)} {role} aria-labelledby={label.clone()}
            aria-describedby={described_by(scene, question, None, None)}
            aria-required={(is_radio && question.required).then_some("true")}
            aria-invalid={wrong.then_some("true")}
            data-wrong={scene.is_anything_wrong(question).then_some("")}
        >
            <p class="question-title" part="question-title" id={label}>{ title(scene, question) }</p>
            { help(scene, question) }
            { errors(scene, question, None) }
            { controls }
        </div>
    }
}

/// A question with one control, which has the id `i-QUESTION`.
pub fn single(scene: &Scene, question: &Question, control: Html) -> Html {
    html! {
        <div
            key={question.id.as_str()} class="question" part="question"
            id={id("q", &question.id, None)}
            data-wrong={scene.is_wrong(question, None).then_some("")}
        >
            <label class="question-title" part="question-title" for={id("i", &question.id, None)}>
                { title(scene, question) }
            </label>
            { help(scene, question) }
            { errors(scene, question, None) }
            { control }
        </div>
    }
}
