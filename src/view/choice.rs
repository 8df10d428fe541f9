//! One choice or several.

use manyi_model::{Question, limits};
use yew::prelude::*;

use super::field::{self, Line};
use super::scene::{Scene, id, name};
use super::text::counter;
use crate::visit::is_chosen;

/// The choices; a text field beneath when "other" is chosen.
pub fn choice(scene: &Scene, question: &Question) -> Html {
    let answer = scene.visit.answers.get(&question.id);
    let (kind, role) = if question.multiple {
        ("checkbox", "group")
    } else {
        ("radio", "radiogroup")
    };
    let field = AttrValue::from(name(&question.id, None));
    let mut choices: Vec<Html> = Vec::new();
    for choice in &question.choices {
        let checked = is_chosen(answer, &choice.id);
        choices.push(html! {
            <label key={choice.id.as_str()} class="choice">
                <input type={kind} name={&field} value={choice.id.clone()} {checked} />
                <span class="card" part={if checked { "choice choice-checked" } else { "choice" }}>
                    { scene.say(&choice.label) }
                </span>
            </label>
        });
    }
    let chosen_other = question.has_other() && is_chosen(answer, "other");
    let controls = html! {
        <>
            if question.multiple {
                <p class="help" part="help">{ scene.words.several }</p>
            }
            <div class="choices" part="choices">{ for choices }</div>
            if chosen_other {
                { other(scene, question) }
            }
        </>
    };
    field::frame(scene, question, Some(role), controls)
}

fn other(scene: &Scene, question: &Question) -> Html {
    let written = scene.visit.written(question);
    let counter = counter(scene, question, &written, limits::OTHER_CHARS);
    let line = Line {
        name: name(&question.id, Some("other")),
        written,
        size: None,
        kind: "text",
        keys: None,
        autocomplete: "off",
        dir: "auto",
        is_required: false,
        more: Some(id("c", &question.id, None)),
    };
    html! {
        <div class="other">
            <label for={id("i", &question.id, None)}>{ scene.words.other }</label>
            { field::line(scene, question, line) }
            { counter }
        </div>
    }
}
