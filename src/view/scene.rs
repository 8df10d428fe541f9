//! What every piece of the view needs to know.

use manyi_model::text::{Said, direction};
use manyi_model::words::{Words, words};
use manyi_model::{Question, Text};
use yew::prelude::*;

use crate::visit::Visit;

/// The visit, the interface's words for it, and where actions go.
pub struct Scene<'a> {
    /// The visit on screen.
    pub visit: &'a Visit,
    /// The sentences of the interface.
    pub words: &'static Words,
}

impl<'a> Scene<'a> {
    /// The scene of `visit`, in its language.
    pub fn new(visit: &'a Visit) -> Self {
        let words = words(&visit.language);
        Self { visit, words }
    }

    /// The words of `text` for this reader. Words that fell back to another
    /// language carry its `lang` and `dir`, so that they are read and set rightly.
    pub fn say(&self, text: &Text) -> Html {
        let Said { text, language } = text.say(&self.visit.language);
        match language.filter(|tag| !tag.eq_ignore_ascii_case(self.words.tag)) {
            Some(tag) => html! {
                <span lang={tag.to_owned()} dir={direction(tag)}>{ text }</span>
            },
            None => html! { text },
        }
    }

    /// Whether `question` or any of its items has a problem on screen.
    pub fn is_anything_wrong(&self, question: &Question) -> bool {
        let mut problems = self.visit.problems.iter();
        problems.any(|problem| problem.question == question.id)
    }

    /// Whether `question` itself, or that one of its items, has a problem on screen.
    pub fn is_wrong(&self, question: &Question, item: Option<&str>) -> bool {
        self.visit.problems_of(&question.id, item).next().is_some()
    }
}

/// The id of a part of a question (`q` the whole, `t` title, `h` help, `e` error,
/// `c` counter, `u` unit). Ids are private to the shadow root.
pub fn id(part: &str, question: &str, item: Option<&str>) -> String {
    let mut id = String::with_capacity(question.len() + 8);
    id.push_str(part);
    id.push('-');
    id.push_str(question);
    if let Some(item) = item {
        id.push('.');
        id.push_str(item);
    }
    id
}

/// The name of a control: its form field.
pub fn name(question: &str, part: Option<&str>) -> String {
    let mut name = String::from("answers.");
    name.push_str(question);
    if let Some(part) = part {
        name.push('.');
        name.push_str(part);
    }
    name
}
