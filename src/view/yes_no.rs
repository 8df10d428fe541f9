//! Yes or no. Without faces: "yes" is not always the good answer.

use manyi_model::Question;
use yew::prelude::*;

use super::field;
use super::rating::{chosen, levels};
use super::scene::{Scene, name};

/// The two answers side by side.
pub fn yes_no(scene: &Scene, question: &Question) -> Html {
    let chosen = chosen(scene, question);
    let words = question.levels();
    let controls = levels(scene, name(&question.id, None), &words, chosen, "small");
    field::frame(scene, question, Some("radiogroup"), controls)
}
