//! A survey: its questions in order, and whether the definition is sound.

use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::limits;
use crate::object::object;
use crate::scale::{Level, Scale};
use crate::text::{Tag, Text};

mod check;
pub use check::Flaw;
pub(crate) use check::is_id;

object!(Definition, Question, Item, Choice);

/// A survey as an operator writes it in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Definition {
    /// Where the JSON Schema is; for editors, ignored here.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Stable id, part of addresses.
    pub id: String,
    /// Counts up with every change of wording. Old versions stay answerable.
    pub version: u32,
    /// The heading.
    pub title: Text,
    /// A sentence under the heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Text>,
    /// The sentence of thanks at the end, in place of the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thanks: Option<Text>,
    /// The languages offered, in the order of the switch. Empty: those of the title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Tag>,
    /// The questions in the order asked.
    pub questions: Vec<Question>,
}

/// One question. Which fields beside the first ones may be filled in depends on
/// `type`; [`Definition::check`] says which one does not belong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Question {
    /// Stable id, the key of the answer.
    pub id: String,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The question as asked.
    pub title: Text,
    /// A sentence of help under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Whether it must be answered when shown.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Whether the answer says who the person is: sealed, masked, never logged.
    #[serde(default, skip_serializing_if = "is_false")]
    pub personal: bool,
    /// Whether a new page starts before it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub new_page: bool,
    /// rating: what it is rated on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// rating: rows on the one scale. Empty: the question itself is rated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// choice: what can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// choice: whether several can be chosen.
    #[serde(default, skip_serializing_if = "is_false")]
    pub multiple: bool,
    /// text: the most characters, [`limits::ANSWER_CHARS`] where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_chars: Option<u32>,
    /// number: the least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// number: the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// number: how many decimals, 0 where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// number: the unit shown behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// When it is shown; always, where not given. A hidden question carries no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Condition>,
}

/// What kind of answer a question takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A level of a scale, or one for each item.
    Rating,
    /// One choice or several.
    Choice,
    /// Free text.
    Text,
    /// A telephone number.
    Phone,
    /// `yes` or `no`.
    YesNo,
    /// A number.
    Number,
}

/// One row of a rating.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Item {
    /// Stable id, the key in the answer. `other` is not allowed.
    pub id: String,
    /// What is rated.
    pub label: Text,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Choice {
    /// Stable id, stored in the answer. `other` asks for a few words of text, and
    /// the answer is then `{"other": "…"}`.
    pub id: String,
    /// The words shown.
    pub label: Text,
    /// Chosen alone, never beside others ("none of these").
    #[serde(default, skip_serializing_if = "is_false")]
    pub exclusive: bool,
}

impl Choice {
    /// Whether choosing this asks for words of one's own.
    pub fn is_other(&self) -> bool {
        self.id == "other"
    }
}

impl Definition {
    /// The question called `id`.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The languages offered, in the order of the switch.
    pub fn offered_languages(&self) -> Vec<&str> {
        if self.languages.is_empty() {
            self.title.languages().collect()
        } else {
            self.languages.iter().map(String::as_str).collect()
        }
    }
}

impl Question {
    /// The levels to rate on; empty unless this is a rating or a yes/no question.
    ///
    /// Those of a yes/no question have no mood: "yes" may be good news or bad.
    pub fn levels(&self) -> Vec<Level> {
        match (self.kind, &self.scale) {
            (Kind::YesNo, _) => {
                let mut levels = Scale::Named("yes-no".to_owned()).levels();
                levels.iter_mut().for_each(|level| level.mood = None);
                levels
            }
            (_, Some(scale)) => scale.levels(),
            _ => Vec::new(),
        }
    }

    /// The most characters of a text answer.
    pub fn max_chars(&self) -> u32 {
        self.max_chars.unwrap_or(limits::ANSWER_CHARS)
    }

    /// Whether one of the choices asks for words of one's own.
    pub fn has_other(&self) -> bool {
        self.choices.iter().any(Choice::is_other)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls skip_serializing_if with a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}
