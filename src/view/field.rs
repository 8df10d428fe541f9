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
    let mut sentences: Vec<Html> = Vec::new();
    for problem in visit.problems_of(&question.id, item) {
        let sentence = sentence(problem, &visit.definition, &visit.language);
        sentences.push(html! { <p>{ sentence }</p> });
    }
    html! {
        <div class="error" part="error" id={id("e", &question.id, item)}>{ for sentences }</div>
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
    let mut ids = String::new();
    for id in [error, help, more].into_iter().flatten() {
        if !ids.is_empty() {
            ids.push(' ');
        }
        ids.push_str(&id);
    }
    (!ids.is_empty()).then_some(ids)
}

/// A question with `controls`. Several are one group: a `radiogroup` where one answer
/// is taken, a `group` otherwise. A single one, without a role, has the id `i-QUESTION`.
pub fn frame(
    scene: &Scene,
    question: &Question,
    role: Option<&'static str>,
    controls: Html,
) -> Html {
    let is_radio = role == Some("radiogroup");
    let wrong = is_radio && scene.is_wrong(question, None);
    let label = id("t", &question.id, None);
    let (about, heading) = match role {
        Some(_) => (
            described_by(scene, question, None, None),
            html! {
                <p class="question-title" part="question-title" id={label.clone()}>
                    { title(scene, question) }
                </p>
            },
        ),
        None => (
            None,
            html! {
                <label class="question-title" part="question-title" for={id("i", &question.id, None)}>
                    { title(scene, question) }
                </label>
            },
        ),
    };
    html! {
        <div
            class="question" part="question" id={id("q", &question.id, None)} {role}
            aria-labelledby={role.map(|_| label)} aria-describedby={about}
            aria-required={(is_radio && question.required).then_some("true")}
            aria-invalid={wrong.then_some("true")}
            data-wrong={scene.is_anything_wrong(question).then_some("")}
        >
            { heading }
            { help(scene, question) }
            { errors(scene, question, None) }
            { controls }
        </div>
    }
}

/// A field of one line.
pub struct Line {
    /// Its form field, and what it says.
    pub name: String,
    pub written: String,
    /// `short` for numbers.
    pub size: Option<&'static str>,
    pub kind: &'static str,
    /// Which keys a touch screen offers.
    pub keys: Option<&'static str>,
    pub autocomplete: &'static str,
    pub dir: &'static str,
    pub is_required: bool,
    /// The id of what else describes it.
    pub more: Option<String>,
}

/// A field of one line, with the id `i-QUESTION`.
pub fn line(scene: &Scene, question: &Question, line: Line) -> Html {
    html! {
        <input
            class="input" part="input" type={line.kind} inputmode={line.keys}
            autocomplete={line.autocomplete} dir={line.dir} data-size={line.size}
            id={id("i", &question.id, None)} name={line.name} value={line.written}
            aria-describedby={described_by(scene, question, None, line.more)}
            aria-required={line.is_required.then_some("true")}
            aria-invalid={scene.is_wrong(question, None).then_some("true")}
        />
    }
}
