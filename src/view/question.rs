//! One question, drawn again only when something of its own has changed: a tap
//! redraws what was tapped and not the whole survey.

use std::rc::Rc;

use manyi_model::Kind;
use yew::prelude::*;

use super::scene::Scene;
use super::{choice, matrix, number, phone, rating, text, yes_no};
use crate::visit::Visit;

/// Which question of which visit. It knows nothing of the sending: the page around
/// it is locked as a whole.
#[derive(Clone, Properties)]
pub struct Props {
    /// The visit on screen.
    pub visit: Rc<Visit>,
    /// The question's place in the survey.
    pub place: usize,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place && self.visit.is_same_question(&other.visit, self.place)
    }
}

/// One question.
pub struct Asked;

impl Component for Asked {
    type Message = ();
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { visit, place } = ctx.props();
        let Some(question) = visit.definition.questions.get(*place) else {
            return html! {};
        };
        let scene = &Scene::new(visit);
        match question.kind {
            Kind::Rating if question.items.is_empty() => rating::rating(scene, question),
            Kind::Rating => matrix::matrix(scene, question),
            Kind::Choice => choice::choice(scene, question),
            Kind::Text => text::text(scene, question),
            Kind::Phone => phone::phone(scene, question),
            Kind::YesNo => yes_no::yes_no(scene, question),
            Kind::Number => number::number(scene, question),
        }
    }
}
