//! A number, with its unit.

use manyi_model::Question;
use yew::prelude::*;

use super::field::{self, Line};
use super::scene::{Scene, id, name};

/// A text field with number keys. Not `type=number`: that hides what was typed when
/// it is no number, and a wheel over it changes the answer.
pub fn number(scene: &Scene, question: &Question) -> Html {
    let unit = question.unit.as_ref();
    let unit_id = unit.map(|_| id("u", &question.id, None));
    let keys = match question.decimals {
        None | Some(0) if question.min.is_some_and(|min| min >= 0.0) => "numeric",
        _ => "decimal",
    };
    let line = Line {
        name: name(&question.id, None),
        written: scene.visit.written(question),
        size: Some("short"),
        kind: "text",
        keys: Some(keys),
        autocomplete: "off",
        dir: "ltr",
        is_required: question.required,
        more: unit_id.clone(),
    };
    let control = html! {
        <div class="measure">
            { field::line(scene, question, line) }
            if let Some(unit) = unit {
                <span part="unit" id={unit_id}>{ scene.say(unit) }</span>
            }
        </div>
    };
    field::frame(scene, question, None, control)
}
