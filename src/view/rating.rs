//! A rating: one radio group of faces with words.

use manyi_model::scale::Level;
use manyi_model::{Answer, Question};
use yew::prelude::*;

use super::face::face;
use super::field;
use super::scene::{Scene, name};

/// The question, rated as a whole.
pub fn rating(scene: &Scene, question: &Question) -> Html {
    let chosen = chosen(scene, question);
    let scale = question.levels();
    let controls = levels(scene, name(&question.id, None), &scale, chosen, "");
    field::frame(scene, question, Some("radiogroup"), controls)
}

/// The level that answers the question as a whole.
pub fn chosen<'a>(scene: &Scene<'a>, question: &Question) -> Option<&'a str> {
    match scene.visit.answers.get(&question.id) {
        Some(Answer::Word(level)) => Some(level),
        _ => None,
    }
}

/// The levels as radio buttons named `name`. The native buttons stay, with their
/// keys and their names for screen readers; a card with face and words covers each.
pub fn levels(
    scene: &Scene,
    name: String,
    levels: &[Level],
    chosen: Option<&str>,
    size: &'static str,
) -> Html {
    let name = AttrValue::from(name);
    let mut cards: Vec<Html> = Vec::new();
    for level in levels {
        let checked = chosen == Some(level.id.as_str());
        cards.push(html! {
            <label key={level.id.as_str()} class="level">
                <input type="radio" name={&name} value={level.id.clone()} {checked} />
                <span class="card" part={if checked { "level level-checked" } else { "level" }}>
                    if let Some(mood) = level.mood {
                        { face(mood) }
                    }
                    <span class="words" part="words">{ scene.say(&level.label) }</span>
                </span>
                <span class="mark"></span>
            </label>
        });
    }
    html! {
        <div class="fit" data-fit={width(scene, levels)}>
            <div class="levels" part="levels" data-size={size}>{ for cards }</div>
        </div>
    }
}

/// How wide the levels are side by side, as one of a few steps in em: the style
/// stacks them all where there is less room. A Latin letter is about half as wide
/// as a Chinese one.
fn width(scene: &Scene, levels: &[Level]) -> &'static str {
    let widest = levels
        .iter()
        .flat_map(|level| level.label.say(&scene.visit.language).text.split(' '))
        .map(|word| {
            let halves = word.chars().map(|c| if c < '\u{2e80}' { 1 } else { 2 });
            halves.sum::<usize>()
        })
        .max()
        .unwrap_or(0);
    // Half an em for each half, one more for padding and gap.
    match (widest + 2) * levels.len() / 2 {
        0..=12 => "12",
        13..=15 => "14",
        16..=18 => "18",
        19..=21 => "21",
        22..=25 => "25",
        26..=30 => "30",
        31..=36 => "36",
        _ => "45",
    }
}
