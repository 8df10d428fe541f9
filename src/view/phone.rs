//! A telephone number.

use manyi_model::Question;
use yew::prelude::*;

use super::field::{self, Line};
use super::scene::{Scene, name};

/// A field that brings up the telephone keys and offers the person's own number.
pub fn phone(scene: &Scene, question: &Question) -> Html {
    let line = Line {
        name: name(&question.id, None),
        written: scene.visit.written(question),
        size: Some("short"),
        kind: "tel",
        keys: Some("tel"),
        autocomplete: "tel",
        dir: "ltr",
        is_required: question.required,
        more: None,
    };
    field::frame(scene, question, None, field::line(scene, question, line))
}
