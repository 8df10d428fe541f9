//! A number, with its unit.

use manyi_model::Question;
use yew::prelude::*;

use super::field;
use super::scene::{Scene, id, name};

/// A text field with number keys. Not `type=number`: that hides what was typed when
/// it is no number, and a wheel over it changes the answer.
pub fn number(scene: &Scene, question: &Question) -> Html {
    let unit = question.unit.as_ref();
    let unit_id = unit.map(|_| id("u", &question.id, None));
    let mode = match question.decimals {
        None | Some(0) if question.min.is_some_and(|min| min >= 0.0) => "numeric",
        _ => "decimal",
    };
    let control = html! {
        <div class="measure">
            <input
                class="input short" part="input" type="text" inputmode={mode} autocomplete="off" dir="ltr"
                id={id("i", &question.id, None)} name={name(&question.id, None)}
                value={scene.visit.written(question)}
                aria-describedby={field::described_by(scene, question, None, unit_id.clone())}
                aria-required={question.required.then_some("true")}
                aria-invalid={scene.is_wrong(question, None).then_some("true")}
            />
            if let Some(unit) = unit {
                <span part="unit" id={unit_id}>{ scene.say(unit) }</span>
            }
        </div>
    };
    field::single(scene, question, control)
}
