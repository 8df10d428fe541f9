//! The sentences of the interface, by language.
//!
//! A language is a value of [`Words`]; a sentence that is missing does not
//! compile. `{n}`, `{limit}`, `{question}` … stand for what [`fill`] puts in.

use crate::definition::{Definition, Question};
use crate::number;
use crate::problem::{Code, Problem};
use crate::text::fallbacks;

mod en;
mod ug;
mod zh_hans;
mod zh_hant;

/// Every sentence of the interface in one language.
#[derive(Debug)]
pub struct Words {
    /// The language's tag.
    pub tag: &'static str,
    /// The language's own name, for the switch.
    pub name: &'static str,
    /// Label of the language switch.
    pub language: &'static str,
    /// The switch to the elder mode.
    pub elder: &'static str,
    /// Submit button.
    pub submit: &'static str,
    /// The button while sending.
    pub sending: &'static str,
    /// Button to the next page.
    pub next: &'static str,
    /// Button to the page before.
    pub back: &'static str,
    /// Progress: `{n}` of `{total}` pages.
    pub page: &'static str,
    /// Behind the title of a question that need not be answered.
    pub optional: &'static str,
    /// Under a multiple choice.
    pub several: &'static str,
    /// Label of the text field of "other".
    pub other: &'static str,
    /// Counter under a text: `{n}` of `{limit}` characters.
    pub counter: &'static str,
    /// Counter, when there are `{n}` characters too many.
    pub counter_over: &'static str,
    /// Before a question that applies to some answers only, where nothing can hide it.
    pub if_applies: &'static str,
    /// Heading of the error summary: `{n}` problems.
    pub problems: &'static str,
    /// The same for one.
    pub problem: &'static str,
    /// Thanks at the end, where the survey has no sentence of its own.
    pub thanks: &'static str,
    /// 已提交.
    pub submitted: &'static str,
    /// Label of the receipt number.
    pub receipt: &'static str,
    /// Button for another rating.
    pub again: &'static str,
    /// While the survey loads.
    pub loading: &'static str,
    /// The post failed: no connection or no answer.
    pub failed_network: &'static str,
    /// The post failed: the server is busy or in repair.
    pub failed_server: &'static str,
    /// The post failed: what came back was no receipt (a login page, say).
    pub failed_answer: &'static str,
    /// The post failed: the server refuses this content.
    pub failed_refused: &'static str,
    /// The post failed: this id arrived before with other content.
    pub failed_conflict: &'static str,
    /// The post failed, and this device has no room to keep the rating.
    pub failed_unsaved: &'static str,
    /// The post failed, and here there is no way to keep what is personal under lock.
    pub failed_unsealed: &'static str,
    /// Button: keep it on this device all the same.
    pub keep_unsealed: &'static str,
    /// Beside 已提交: kept on this device, and sent by itself later.
    pub saved: &'static str,
    /// `{n}` ratings wait on this device.
    pub waiting: &'static str,
    /// `{n}` ratings of this device were not accepted: staff should look.
    pub apart: &'static str,
    /// Button: look at them.
    pub show_queue: &'static str,
    /// Behind each failure: the answers are still here.
    pub kept: &'static str,
    /// Button to send again.
    pub retry: &'static str,
    /// The survey itself could not be loaded.
    pub unavailable: &'static str,
    /// The survey is not offered in this language: `{language}` is shown.
    pub shown_in: &'static str,
    /// Says that no name is asked.
    pub anonymous: &'static str,
    /// Yes/no and others: nothing chosen.
    pub required_choice: &'static str,
    /// Nothing written.
    pub required_text: &'static str,
    /// An item without a level: `{item}`.
    pub required_item: &'static str,
    /// No such question.
    pub unknown_question: &'static str,
    /// An answer to a question that is not shown.
    pub hidden: &'static str,
    /// JSON of the wrong kind.
    pub wrong_type: &'static str,
    /// No such item.
    pub unknown_item: &'static str,
    /// No such choice: `{given}`.
    pub unknown_choice: &'static str,
    /// The same twice: `{given}`.
    pub chosen_twice: &'static str,
    /// Stands alone: `{given}`.
    pub not_alone: &'static str,
    /// "Other" without words.
    pub other_missing: &'static str,
    /// Too long: `{chars}` where `{limit}` are allowed.
    pub too_long: &'static str,
    /// Control characters.
    pub control_character: &'static str,
    /// Not a telephone number.
    pub not_a_phone: &'static str,
    /// Below `{limit}`.
    pub too_small: &'static str,
    /// Above `{limit}`.
    pub too_large: &'static str,
    /// More than `{limit}` decimals.
    pub too_many_decimals: &'static str,
    /// Not a whole number.
    pub not_whole: &'static str,
    /// Not a number at all.
    pub not_a_number: &'static str,
    /// A field beside the answers: `{field}` must be `{wanted}`.
    pub unfit: &'static str,
}

/// The languages of the interface, in the order of the switch.
pub const ALL: [&Words; 4] = [&zh_hans::WORDS, &zh_hant::WORDS, &ug::WORDS, &en::WORDS];

/// The interface for a reader of `language`, by the order of [`crate::Text::say`].
pub fn words(language: &str) -> &'static Words {
    fallbacks(language)
        .iter()
        .find_map(|tag| {
            ALL.into_iter()
                .find(|words| words.tag.eq_ignore_ascii_case(tag))
        })
        .unwrap_or(ALL[0])
}

/// `sentence` with `{name}` replaced by its value, for each pair.
pub fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len() + 16);
    let mut rest = sentence;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let known = behind.split_once('}').and_then(|(name, behind)| {
            let value = values.iter().find(|(key, _)| *key == name)?;
            Some((value.1, behind))
        });
        match known {
            Some((value, behind)) => {
                filled.push_str(value);
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = behind;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The problem as a sentence for the person who answers.
pub fn sentence(problem: &Problem, definition: &Definition, language: &str) -> String {
    let words = words(language);
    let question = definition.question(&problem.question);
    let label = |id: &str| choice_label(question, id, language);
    match &problem.code {
        Code::Required => required(problem, question, words, language),
        Code::UnknownQuestion => words.unknown_question.to_owned(),
        Code::Hidden => words.hidden.to_owned(),
        Code::WrongType { wanted } if wanted == "number" => words.not_a_number.to_owned(),
        Code::WrongType { .. } => words.wrong_type.to_owned(),
        Code::UnknownItem => words.unknown_item.to_owned(),
        Code::UnknownChoice { given } => fill(words.unknown_choice, &[("given", given)]),
        Code::ChosenTwice { given } => fill(words.chosen_twice, &[("given", &label(given))]),
        Code::NotAlone { given } => fill(words.not_alone, &[("given", &label(given))]),
        Code::OtherMissing => words.other_missing.to_owned(),
        Code::TooLong { limit, chars } => fill(
            words.too_long,
            &[("limit", &limit.to_string()), ("chars", &chars.to_string())],
        ),
        Code::ControlCharacter => words.control_character.to_owned(),
        Code::NotAPhone => words.not_a_phone.to_owned(),
        Code::TooSmall { limit } => fill(words.too_small, &[("limit", &number::print(*limit))]),
        Code::TooLarge { limit } => fill(words.too_large, &[("limit", &number::print(*limit))]),
        Code::TooManyDecimals { limit: 0 } => words.not_whole.to_owned(),
        Code::TooManyDecimals { limit } => {
            fill(words.too_many_decimals, &[("limit", &limit.to_string())])
        }
        Code::Unfit { wanted } => fill(
            words.unfit,
            &[("field", &problem.question), ("wanted", wanted)],
        ),
    }
}

fn required(
    problem: &Problem,
    question: Option<&Question>,
    words: &Words,
    language: &str,
) -> String {
    use crate::definition::Kind;
    let item = problem.item.as_ref().and_then(|id| {
        let items = &question?.items;
        items.iter().find(|item| item.id == *id)
    });
    if let Some(item) = item {
        return fill(
            words.required_item,
            &[("item", item.label.say(language).text)],
        );
    }
    match question.map(|question| question.kind) {
        Some(Kind::Text | Kind::Phone | Kind::Number) => words.required_text.to_owned(),
        _ => words.required_choice.to_owned(),
    }
}

fn choice_label(question: Option<&Question>, id: &str, language: &str) -> String {
    question
        .and_then(|question| question.choices.iter().find(|choice| choice.id == id))
        .map_or(id, |choice| choice.label.say(language).text)
        .to_owned()
}
