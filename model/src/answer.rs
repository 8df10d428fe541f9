//! What a person gave as answers, before and after it is known to fit.

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::map::Map;

/// One answer. Which shape a question takes is [`crate::Kind`]'s affair.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A level id, a choice id, `yes`/`no`, a text or a telephone number.
    Word(String),
    /// A number. Never NaN or infinite.
    Number(f64),
    /// Several choices.
    Picks(Vec<Pick>),
    /// The free text of the "other" choice of a single choice: `{"other": "…"}`.
    Other(String),
    /// A level id for each item of a rating with items.
    Items(Map<String>),
    /// JSON that fits no question (null, a boolean, deeper nesting): the name of
    /// its kind, so that a problem can say it. Printed as `null`.
    Unfit(&'static str),
}

/// One of several choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// A choice by its id.
    Choice(String),
    /// The free text of the "other" choice: `{"other": "…"}`.
    Other(String),
}

impl Answer {
    /// Whether there is nothing in it: an empty or blank string, no picks, no items.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Word(word) => word.trim().is_empty(),
            Self::Picks(picks) => picks.is_empty(),
            Self::Items(items) => items.is_empty(),
            Self::Number(_) | Self::Other(_) | Self::Unfit(_) => false,
        }
    }
}

/// Answers by question id, in alphabetical order; a question stands there once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers(Map<Answer>);

impl Answers {
    /// No answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The answer to `question`.
    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.0.get(question)
    }

    /// Puts `answer` in place of an earlier one, which is returned.
    pub fn insert(&mut self, question: impl Into<String>, answer: Answer) -> Option<Answer> {
        self.0.insert(question.into(), answer)
    }

    /// Takes the answer to `question` out.
    pub fn remove(&mut self, question: &str) -> Option<Answer> {
        self.0.remove(question)
    }

    /// Questions and answers in alphabetical order of the question ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.0.iter().map(|(id, answer)| (id.as_str(), answer))
    }

    /// Keeps only the answers for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Answer) -> bool) {
        self.0.retain(|id, answer| keep(id, answer));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, Answer)> for Answers {
    fn from_iter<I: IntoIterator<Item = (String, Answer)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Word(word) => serializer.serialize_str(word),
            Self::Number(number) => serialize_number(*number, serializer),
            Self::Picks(picks) => {
                let mut seq = serializer.serialize_seq(Some(picks.len()))?;
                for pick in picks {
                    seq.serialize_element(pick)?;
                }
                seq.end()
            }
            Self::Other(text) => other(text, serializer),
            Self::Items(items) => items.serialize(serializer),
            Self::Unfit(_) => serializer.serialize_unit(),
        }
    }
}

impl Serialize for Pick {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Choice(id) => serializer.serialize_str(id),
            Self::Other(text) => other(text, serializer),
        }
    }
}

fn other<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry("other", text)?;
    map.end()
}

/// Whole numbers print without a fraction, as they do in JavaScript, so that the
/// canonical text of an answer is the same at both ends.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and below 2^53 by the check before it"
)]
fn serialize_number<S: Serializer>(number: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        serializer.serialize_i64(number as i64)
    } else {
        serializer.serialize_f64(number)
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyAnswer)
    }
}

/// Takes any JSON: what fits no question becomes [`Answer::Unfit`], so that the
/// validator can name the question instead of the parser refusing the whole.
struct AnyAnswer;

impl<'de> Visitor<'de> for AnyAnswer {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Answer, E> {
        Ok(Answer::Unfit("null"))
    }

    fn visit_none<E: de::Error>(self) -> Result<Answer, E> {
        Ok(Answer::Unfit("null"))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Answer, E> {
        Ok(Answer::Unfit("boolean"))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "JSON numbers are doubles; the validator's bound lies below 2^53"
    )]
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Answer, E> {
        Ok(Answer::Number(number as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "JSON numbers are doubles; the validator's bound lies below 2^53"
    )]
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Answer, E> {
        Ok(Answer::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Answer, E> {
        Ok(if number.is_finite() {
            // Minus zero is zero: it prints as "-0" in one language and "0" in another.
            Answer::Number(number + 0.0)
        } else {
            Answer::Unfit("number")
        })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Answer, E> {
        Ok(Answer::Word(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Answer, E> {
        Ok(Answer::Word(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Answer, A::Error> {
        let mut picks = Vec::new();
        let mut fits = true;
        while let Some(part) = seq.next_element::<Answer>()? {
            match part {
                Answer::Word(id) => picks.push(Pick::Choice(id)),
                Answer::Other(text) => picks.push(Pick::Other(text)),
                _ => fits = false,
            }
        }
        Ok(if fits {
            Answer::Picks(picks)
        } else {
            Answer::Unfit("array")
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answer, A::Error> {
        let mut items = Map::new();
        let mut fits = true;
        while let Some(key) = map.next_key::<String>()? {
            match map.next_value::<Answer>()? {
                Answer::Word(level) => fits &= items.insert(key, level).is_none(),
                _ => fits = false,
            }
        }
        if !fits {
            return Ok(Answer::Unfit("object"));
        }
        // `other` is a reserved item id (see `Definition::check`), so this is no rating.
        if items.len() == 1
            && let Some(text) = items.remove("other")
        {
            return Ok(Answer::Other(text));
        }
        Ok(Answer::Items(items))
    }
}
