//! A rating of several items on one scale: a radio group for each.

use manyi_model::{Answer, Question};
use yew::prelude::*;

use super::field;
use super::rating::levels;
use super::scene::{Scene, id, name};

/// The items below each other. The words stand at every item: nobody has to look
/// up a column's head, and at 320 px there are no columns.
pub fn matrix(scene: &Scene, question: &Question) -> Html {
    let scale = question.levels();
    let mut rows: Vec<Html> = Vec::new();
    for item in &question.items {
        let part = Some(item.id.as_str());
        let wrong = scene.is_wrong(question, part);
        let chosen = match scene.visit.answers.get(&question.id) {
            Some(Answer::Items(given)) => given.get(&item.id).map(String::as_str),
            _ => None,
        };
        let label = AttrValue::from(id("t", &question.id, part));
        rows.push(html! {
            <div
                key={item.id.as_str()} class="item" part="item" id={id("q", &question.id, part)}
                role="radiogroup" aria-labelledby={&label}
                aria-describedby={field::described_by(scene, question, part, None)}
                aria-required={question.required.then_some("true")}
                aria-invalid={wrong.then_some("true")}
            >
                <p class="item-title" part="item-title" id={&label}>{ scene.say(&item.label) }</p>
                { field::errors(scene, question, part) }
                { levels(scene, name(&question.id, part), &scale, chosen, "small") }
            </div>
        });
    }
    let items = html! { <div class="items" part="items">{ for rows }</div> };
    field::frame(scene, question, Some("group"), items)
}
