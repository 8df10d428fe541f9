//! What is wrong with an answer: a place, a code, and the parameters of a sentence.
//! The sentences themselves are in [`crate::words`].

use serde::{Deserialize, Serialize};

/// One thing wrong with a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// The question's id; for what is not an answer, the path of the field, such
    /// as `subject.unit`.
    pub question: String,
    /// The item's id, in a rating with items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What is wrong.
    #[serde(flatten)]
    pub code: Code,
}

/// What can be wrong, with the parameters that its sentence needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Code {
    /// It must be answered.
    Required,
    /// There is no such question in this version of the survey.
    UnknownQuestion,
    /// The question is not shown for these answers, so it cannot carry one.
    Hidden,
    /// The JSON is not of the question's kind.
    WrongType {
        /// What the question takes: `rating`, `choice`, …
        wanted: String,
    },
    /// There is no such item.
    UnknownItem,
    /// There is no such level or choice.
    UnknownChoice {
        /// What was given.
        given: String,
    },
    /// The same choice twice.
    ChosenTwice {
        /// The choice.
        given: String,
    },
    /// A choice that stands alone stands beside others.
    NotAlone {
        /// The choice that stands alone.
        given: String,
    },
    /// "Other" is chosen without a word.
    OtherMissing,
    /// Too many characters.
    TooLong {
        /// The most characters.
        limit: u32,
        /// How many there are.
        chars: u32,
    },
    /// Control characters, which no keyboard types and databases refuse.
    ControlCharacter,
    /// Not a telephone number.
    NotAPhone,
    /// Below the least.
    TooSmall {
        /// The least.
        limit: f64,
    },
    /// Above the most.
    TooLarge {
        /// The most.
        limit: f64,
    },
    /// More decimals than asked for.
    TooManyDecimals {
        /// How many are allowed.
        limit: u8,
    },
    /// A field beside the answers is not what it must be.
    Unfit {
        /// What it must be, in English: these reach programmers, not citizens.
        wanted: String,
    },
}

impl Code {
    /// The code's name as it stands in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownQuestion => "unknown_question",
            Self::Hidden => "hidden",
            Self::WrongType { .. } => "wrong_type",
            Self::UnknownItem => "unknown_item",
            Self::UnknownChoice { .. } => "unknown_choice",
            Self::ChosenTwice { .. } => "chosen_twice",
            Self::NotAlone { .. } => "not_alone",
            Self::OtherMissing => "other_missing",
            Self::TooLong { .. } => "too_long",
            Self::ControlCharacter => "control_character",
            Self::NotAPhone => "not_a_phone",
            Self::TooSmall { .. } => "too_small",
            Self::TooLarge { .. } => "too_large",
            Self::TooManyDecimals { .. } => "too_many_decimals",
            Self::Unfit { .. } => "unfit",
        }
    }
}

impl Problem {
    /// A problem with the whole answer to `question`.
    pub fn new(question: impl Into<String>, code: Code) -> Self {
        Self {
            question: question.into(),
            item: None,
            code,
        }
    }

    /// A problem with one item of a rating.
    pub fn of_item(question: impl Into<String>, item: impl Into<String>, code: Code) -> Self {
        Self {
            question: question.into(),
            item: Some(item.into()),
            code,
        }
    }
}
