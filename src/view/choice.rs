//! One choice or several.

use manyi_model::{Question, limits};
use yew::prelude::*;

use super::field;
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
    let name_ = AttrValue::from(name(&question.id, None));
    let chosen_other = question.has_other() && is_chosen(answer, "other");
    let controls = html! {
        <>
            if question.multiple {
                <p class="help" part="help">{ scene.words.several }</p>
            }
            <div class="choices" part="choices">
                { for question.choices.iter().map(|choice| {
                    let checked = is_chosen(answer, &choice.id);
                    html! {
                        <label key={choice.id.as_str()} class="choice">
                            <input type={kind} name={&name_} value={choice.id.clone()} {checked} />
                            <span class="card" part={if checked { "choice choice-checked" } else { "choice" }}>
                                { scene.say(&choice.label) }
                            </span>
                        </label>
                    }
                }) }
            </div>
            if chosen_other {
                { other(scene, question) }
            }
        </>
    };
    field::group(scene, question, role, controls)
}

fn other(scene: &Scene, question: &Question) -> Html {
    let written = scene.visit.written(question);
    let count = id("c", &question.id, None);
    html! {
        <div class="other">
            <label for={id("i", &question.id, None)}>{ scene.words.other }</label>
            <input
                class="input" part="input" type="text" autocomplete="off" dir="auto"
                id={id("i", &question.id, None)} name={name(&question.id, Some("other"))}
                value={written.clone()}
                aria-describedby={field::described_by(scene, question, None, Some(count))}
                aria-invalid={scene.is_wrong(question, None).then_some("true")}
            />
            { counter(scene, question, &written, limits::OTHER_CHARS) }
        </div>
    }
}
