//! A telephone number.

use manyi_model::Question;
use yew::prelude::*;

use super::field;
use super::scene::{Scene, id, name};

/// A field that brings up the telephone keys and offers the person's own number.
pub fn phone(scene: &Scene, question: &Question) -> Html {
    let control = html! {
        <input
            class="input short" part="input" type="tel" inputmode="tel" autocomplete="tel" dir="ltr"
            id={id("i", &question.id, None)} name={name(&question.id, None)}
            value={scene.visit.written(question)}
            aria-describedby={field::described_by(scene, question, None, None)}
            aria-required={question.required.then_some("true")}
            aria-invalid={scene.is_wrong(question, None).then_some("true")}
        />
    };
    field::single(scene, question, control)
}
