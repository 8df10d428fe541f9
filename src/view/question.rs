//! One question, drawn again only when something of its own has changed: a tap
//! redraws what was tapped and not the whole survey.

use std::cell::RefCell;
use std::rc::Rc;

use manyi_model::Kind;
use yew::prelude::*;

use super::scene::Scene;
use super::{choice, matrix, number, phone, rating, text, yes_no};
use crate::visit::Visit;

/// The questions on screen. They hear of each visit from here and not by their
/// properties, so that a tap need not draw what stands around them.
#[derive(Clone, Default)]
pub struct Line(Rc<RefCell<Vec<Told>>>);

/// Where a question hears.
type Told = Callback<Rc<Visit>>;

impl Line {
    /// Tells every question of `visit`.
    pub fn tell(&self, visit: &Rc<Visit>) {
        for told in self.0.borrow().iter() {
            told.emit(visit.clone());
        }
    }
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Which question.
#[derive(Clone, Properties)]
pub struct Props {
    /// Where it hears of visits.
    pub line: Line,
    /// The visit to begin with.
    pub visit: Rc<Visit>,
    /// The question's place in the survey.
    pub place: usize,
}

// Without the visit, of which each question hears anyway.
impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place && self.line == other.line
    }
}

/// One question. It knows nothing of the sending: the page around it is locked as a
/// whole.
pub struct Asked {
    visit: Rc<Visit>,
    told: Told,
}

impl Component for Asked {
    type Message = Rc<Visit>;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let Props { line, visit, .. } = ctx.props();
        let told = ctx.link().callback(|visit| visit);
        line.0.borrow_mut().push(told.clone());
        Self {
            visit: visit.clone(),
            told,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, visit: Rc<Visit>) -> bool {
        let is_same = self.visit.is_same_question(&visit, ctx.props().place);
        self.visit = visit;
        !is_same
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        let mut line = ctx.props().line.0.borrow_mut();
        line.retain(|told| *told != self.told);
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let place = ctx.props().place;
        let Some(question) = self.visit.definition.questions.get(place) else {
            return html! {};
        };
        let scene = &Scene::new(&self.visit);
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
