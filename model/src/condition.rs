//! When a question is shown.

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Answers, Pick};
use crate::object::object;

/// A condition on earlier answers. Exactly one shape is filled in:
///
/// - `{"question": "overall", "any_of": ["dissatisfied"]}`: the answer is, or
///   contains, one of these ids. On a rating with items, any item will do unless
///   `item` names one.
/// - `{"question": "trips", "at_least": 2, "at_most": 9}`: the number lies there.
/// - `{"question": "comment", "answered": true}`: there is an answer, or to `item`, where named.
/// - `{"all": [ … ]}`, `{"any": [ … ]}`, `{"not": { … }}`
///
/// A hidden question counts as unanswered. Conditions refer to earlier questions
/// only, so they cannot go in circles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Condition {
    /// The question asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// One item of a rating with items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Level or choice ids, one of which must be there. The id of an "other"
    /// choice stands for its free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any_of: Option<Vec<String>>,
    /// Whether there is an answer at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<bool>,
    /// The number answered is this or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The number answered is this or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// All of these hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Condition>>,
    /// At least one of these holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Condition>>,
    /// This does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Condition>>,
}

object!(Condition);

impl Condition {
    /// Whether the condition holds for `answers`, of which only those that
    /// `shown` says are on screen count.
    pub fn holds(&self, answers: &Answers, shown: &dyn Fn(&str) -> bool) -> bool {
        if let Some(all) = &self.all {
            return all.iter().all(|part| part.holds(answers, shown));
        }
        if let Some(any) = &self.any {
            return any.iter().any(|part| part.holds(answers, shown));
        }
        if let Some(not) = &self.not {
            return !not.holds(answers, shown);
        }
        let answer = self
            .question
            .as_deref()
            .filter(|question| shown(question))
            .and_then(|question| answers.get(question))
            .filter(|answer| !answer.is_empty());
        if let Some(wanted) = self.answered {
            let given = answer.is_some_and(|answer| match (answer, &self.item) {
                (Answer::Items(items), Some(item)) => items.contains_key(item),
                _ => true,
            });
            return given == wanted;
        }
        let Some(answer) = answer else { return false };
        if let Some(ids) = &self.any_of {
            return self.matches(answer, ids);
        }
        match answer {
            Answer::Number(number) => {
                self.at_least.is_none_or(|least| *number >= least)
                    && self.at_most.is_none_or(|most| *number <= most)
            }
            _ => false,
        }
    }

    fn matches(&self, answer: &Answer, ids: &[String]) -> bool {
        let named = |id: &str| ids.iter().any(|wanted| wanted == id);
        match answer {
            Answer::Word(word) => named(word),
            Answer::Other(_) => named("other"),
            Answer::Picks(picks) => picks.iter().any(|pick| match pick {
                Pick::Choice(id) => named(id),
                Pick::Other(_) => named("other"),
            }),
            Answer::Items(items) => items.iter().any(|(item, level)| {
                self.item.as_ref().is_none_or(|only| only == item) && named(level)
            }),
            Answer::Number(_) | Answer::Unfit(_) => false,
        }
    }

    /// The conditions directly inside this one.
    pub fn parts(&self) -> impl Iterator<Item = &Condition> {
        self.all
            .iter()
            .flatten()
            .chain(self.any.iter().flatten())
            .chain(self.not.as_deref())
    }
}
