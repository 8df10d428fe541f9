//! Yes or no. Without faces: "yes" is not always the good answer.

use manyi_model::{Answer, Question};
use yew::prelude::*;

use super::field;
use super::rating::levels;
use super::scene::{Scene, name};

/// The two answers side by side.
pub fn yes_no(scene: &Scene, question: &Question) -> Html {
    let chosen = match scene.visit.answers.get(&question.id) {
        Some(Answer::Word(word)) => Some(word.as_str()),
        _ => None,
    };
    let mut words = question.levels();
    for level in &mut words {
        level.mood = None;
    }
    let controls = levels(scene, &name(&question.id, None), &words, chosen, "small");
    field::group(scene, question, "radiogroup", controls)
}
