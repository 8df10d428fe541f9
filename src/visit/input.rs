//! What a control of the form says, as an answer.

use manyi_model::fields;
use manyi_model::{Answer, Kind, Map, Pick, Question};

use super::{Effect, Visit};

impl Visit {
    /// Takes what the control of form field `field` says now.
    pub(super) fn input(
        &mut self,
        field: &str,
        value: String,
        checked: bool,
        effects: &mut Vec<Effect>,
    ) {
        let Some(path) = field.strip_prefix("answers.") else {
            return;
        };
        let (id, part) = match path.split_once('.') {
            Some((id, part)) => (id, Some(part)),
            None => (path, None),
        };
        let definition = self.definition.clone();
        let Some(question) = definition.question(id) else {
            return;
        };
        if !self.is_open() {
            self.late += 1;
            return;
        }
        let current = self.answers.get(id);
        let answer = match (question.kind, part) {
            (Kind::Rating, Some(item)) => {
                let mut items = match current {
                    Some(Answer::Items(items)) => items.clone(),
                    _ => Map::new(),
                };
                items.insert(item.to_owned(), value);
                Some(Answer::Items(items))
            }
            (Kind::Choice, part) => self.choice(question, part.is_some(), value, checked),
            (Kind::Number, _) => {
                self.typed.insert(id.to_owned(), value.clone());
                match fields::number(&value) {
                    Some(number) => Some(Answer::Number(number)),
                    None => word(value),
                }
            }
            _ => word(value),
        };
        self.answer(id.to_owned(), answer, effects);
    }

    /// The answer to a choice after one of its boxes was ticked or unticked, or
    /// (`wrote`) after the words of "other" were written.
    fn choice(
        &mut self,
        question: &Question,
        wrote: bool,
        value: String,
        checked: bool,
    ) -> Option<Answer> {
        let id = &question.id;
        let touched = if wrote {
            self.typed.insert(id.clone(), value);
            "other"
        } else {
            value.as_str()
        };
        let chosen = checked || wrote;
        let other = || self.typed.get(id).cloned().unwrap_or_default();
        if !question.multiple {
            return Some(if touched == "other" {
                Answer::Other(other())
            } else {
                Answer::Word(touched.to_owned())
            });
        }
        let alone = |id: &str| question.choices.iter().any(|c| c.id == id && c.exclusive);
        let current = self.answers.get(id);
        let picks: Vec<Pick> = question
            .choices
            .iter()
            .map(|choice| choice.id.as_str())
            .filter(|id| {
                if *id == touched {
                    return chosen;
                }
                // A choice that stands alone drives the others out, and they drive it out.
                is_chosen(current, id) && !(chosen && (alone(touched) || alone(id)))
            })
            .map(|id| match id {
                "other" => Pick::Other(other()),
                id => Pick::Choice(id.to_owned()),
            })
            .collect();
        (!picks.is_empty()).then_some(Answer::Picks(picks))
    }
}

/// Whether `answer` is, or contains, the level or choice `id`.
pub fn is_chosen(answer: Option<&Answer>, id: &str) -> bool {
    match answer {
        Some(Answer::Word(word)) => word == id,
        Some(Answer::Other(_)) => id == "other",
        Some(Answer::Picks(picks)) => picks.iter().any(|pick| match pick {
            Pick::Choice(choice) => choice == id,
            Pick::Other(_) => id == "other",
        }),
        _ => false,
    }
}

fn word(value: String) -> Option<Answer> {
    (!value.is_empty()).then_some(Answer::Word(value))
}
