//! Everything wrong in one place, which takes the focus.

use manyi_model::words::{fill, sentence};
use manyi_model::{Definition, Problem};
use yew::prelude::*;

use super::button::click;
use super::scene::Scene;
use crate::visit::Action;

/// The list of problems; each leads to its field.
pub fn summary(scene: &Scene, dispatch: &Callback<Action>) -> Html {
    let problems = &scene.visit.problems;
    let heading = match problems.len() {
        0 => return html! {},
        1 => scene.words.problem.to_owned(),
        n => fill(scene.words.problems, &[("n", &n.to_string())]),
    };
    let mut entries: Vec<Html> = Vec::new();
    for problem in problems {
        entries.push(html! { <li>{ entry(scene, dispatch, problem) }</li> });
    }
    html! {
        <div class="summary" part="summary" id="summary" role="group" aria-labelledby="summary-title" tabindex="-1">
            <h3 class="summary-title" part="summary-title" id="summary-title">{ heading }</h3>
            <ul>
                { for entries }
            </ul>
        </div>
    }
}

fn entry(scene: &Scene, dispatch: &Callback<Action>, problem: &Problem) -> Html {
    let definition: &Definition = &scene.visit.definition;
    let sentence = sentence(problem, definition, &scene.visit.language);
    // A problem of the envelope has no field to lead to.
    let Some(question) = definition.question(&problem.question) else {
        return html! { <span>{ sentence }</span> };
    };
    let show = Action::Show {
        question: problem.question.clone(),
        item: problem.item.clone(),
    };
    let onclick = click(dispatch, show);
    html! {
        <button type="button" class="link" part="summary-link" {onclick}>
            // The sentence about an item names it.
            if problem.item.is_none() {
                { scene.say(&question.title) }{ " " }
            }
            <b>{ sentence }</b>
        </button>
    }
}
