//! The one rule for both ends: which answers fit a survey.

use crate::answer::{Answer, Answers, Pick};
use crate::definition::{Definition, Kind, Question};
use crate::map::Map;
use crate::problem::{Code, Problem};
use crate::{limits, number, phone};

/// For each question of `definition`, in order, whether it is shown for `answers`.
///
/// Conditions look at earlier questions only, so one pass is enough.
pub fn visible(definition: &Definition, answers: &Answers) -> Vec<bool> {
    let mut shown: Vec<bool> = Vec::with_capacity(definition.questions.len());
    for question in &definition.questions {
        let is_shown = |id: &str| {
            definition
                .questions
                .iter()
                .zip(&shown)
                .any(|(earlier, shown)| *shown && earlier.id == id)
        };
        let holds = question
            .visible_if
            .as_ref()
            .is_none_or(|condition| condition.holds(answers, &is_shown));
        shown.push(holds);
    }
    shown
}

/// Everything wrong with `answers`, in the order of the questions, answers to
/// unknown questions last; at most [`limits::PROBLEMS`].
pub fn validate(definition: &Definition, answers: &Answers) -> Vec<Problem> {
    let mut problems = Vec::new();
    let shown = visible(definition, answers);
    for (question, shown) in definition.questions.iter().zip(shown) {
        let answer = answers.get(&question.id);
        if shown {
            one(question, answer, &mut problems);
        } else if answer.is_some() {
            problems.push(Problem::new(&question.id, Code::Hidden));
        }
    }
    for (id, _) in answers.iter() {
        if definition.question(id).is_none() {
            problems.push(Problem::new(shorten(id), Code::UnknownQuestion));
        }
    }
    problems.truncate(limits::PROBLEMS);
    problems
}

/// Everything wrong with the answer to one shown question.
pub fn one(question: &Question, answer: Option<&Answer>, problems: &mut Vec<Problem>) {
    let id = &question.id;
    let Some(answer) = answer.filter(|answer| !answer.is_empty()) else {
        match answer {
            // An empty answer of the wrong kind is still of the wrong kind.
            Some(answer) if !fits(question, answer) => problems.push(wrong_type(question)),
            _ if question.required && !question.items.is_empty() => items(question, None, problems),
            _ if question.required => problems.push(Problem::new(id, Code::Required)),
            // A blank one is no answer, but what is stored must still fit.
            Some(Answer::Word(blank)) if !blank.is_empty() => word(question, blank, problems),
            _ => {}
        }
        return;
    };
    match (question.kind, answer) {
        (Kind::Rating, Answer::Items(given)) if !question.items.is_empty() => {
            items(question, Some(given), problems);
        }
        (Kind::Choice, Answer::Other(_) | Answer::Picks(_)) => {
            choice(question, answer, problems);
        }
        (Kind::Number, Answer::Number(number)) => bounds(question, *number, problems),
        (_, Answer::Word(given)) => word(question, given, problems),
        _ => problems.push(wrong_type(question)),
    }
}

/// A string as the answer to a shown question.
fn word(question: &Question, given: &str, problems: &mut Vec<Problem>) {
    let id = &question.id;
    match question.kind {
        Kind::Rating if question.items.is_empty() => {
            let scale = question.scale.as_ref();
            if !scale.is_some_and(|scale| scale.has(given)) {
                problems.push(unknown(id, given));
            }
        }
        Kind::YesNo => {
            if given != "yes" && given != "no" {
                problems.push(unknown(id, given));
            }
        }
        Kind::Choice => choice(question, &Answer::Word(given.to_owned()), problems),
        Kind::Text => free_text(id, given, question.max_chars(), problems),
        Kind::Phone => {
            let blank = given.trim().is_empty() && given.len() <= limits::PHONE_CHARS;
            if !blank && phone::normal(given).is_none() {
                problems.push(Problem::new(id, Code::NotAPhone));
            }
        }
        Kind::Rating | Kind::Number => problems.push(wrong_type(question)),
    }
}

fn fits(question: &Question, answer: &Answer) -> bool {
    match answer {
        Answer::Word(_) => match question.kind {
            Kind::Rating => question.items.is_empty(),
            Kind::Choice => !question.multiple,
            Kind::Text | Kind::Phone | Kind::YesNo => true,
            Kind::Number => false,
        },
        Answer::Picks(_) => question.multiple,
        Answer::Items(_) => !question.items.is_empty(),
        Answer::Number(_) | Answer::Other(_) | Answer::Unfit(_) => false,
    }
}

fn wrong_type(question: &Question) -> Problem {
    let wanted = question.kind.name().to_owned();
    Problem::new(&question.id, Code::WrongType { wanted })
}

fn unknown(question: &str, given: &str) -> Problem {
    let given = shorten(given);
    Problem::new(question, Code::UnknownChoice { given })
}

/// Foreign text in a problem is cut, so that a hostile answer cannot fill a log.
fn shorten(text: &str) -> String {
    text.chars().take(limits::ID_CHARS).collect()
}

fn items(question: &Question, given: Option<&Map<String>>, problems: &mut Vec<Problem>) {
    let id = &question.id;
    let scale = question.scale.as_ref();
    for item in &question.items {
        match given.and_then(|given| given.get(&item.id)) {
            Some(level) if scale.is_some_and(|scale| scale.has(level)) => {}
            Some(level) => {
                let given = shorten(level);
                let code = Code::UnknownChoice { given };
                problems.push(Problem::of_item(id, &item.id, code));
            }
            None if question.required => {
                problems.push(Problem::of_item(id, &item.id, Code::Required));
            }
            None => {}
        }
    }
    for item in given.into_iter().flat_map(Map::keys) {
        if !question.items.iter().any(|known| known.id == *item) {
            problems.push(Problem::of_item(id, shorten(item), Code::UnknownItem));
        }
    }
}

fn choice(question: &Question, answer: &Answer, problems: &mut Vec<Problem>) {
    let single;
    let picks: &[Pick] = match answer {
        Answer::Picks(picks) if question.multiple => picks,
        Answer::Word(id) if !question.multiple => {
            single = [Pick::Choice(id.clone())];
            &single
        }
        Answer::Other(text) if !question.multiple => {
            single = [Pick::Other(text.clone())];
            &single
        }
        _ => {
            problems.push(wrong_type(question));
            return;
        }
    };
    let id = &question.id;
    let mut seen: Vec<&str> = Vec::new();
    for pick in picks {
        let given = match pick {
            Pick::Choice(given) => given.as_str(),
            Pick::Other(_) => "other",
        };
        let Some(known) = question.choices.iter().find(|choice| choice.id == given) else {
            problems.push(unknown(id, given));
            continue;
        };
        if seen.contains(&given) {
            let given = given.to_owned();
            problems.push(Problem::new(id, Code::ChosenTwice { given }));
        }
        seen.push(given);
        if known.exclusive && picks.len() > 1 {
            let given = given.to_owned();
            problems.push(Problem::new(id, Code::NotAlone { given }));
        }
        match pick {
            // "Other" without its words says nothing.
            Pick::Choice(_) if known.is_other() => {
                problems.push(Problem::new(id, Code::OtherMissing));
            }
            Pick::Other(text) if text.trim().is_empty() => {
                problems.push(Problem::new(id, Code::OtherMissing));
            }
            Pick::Other(text) => free_text(id, text, limits::OTHER_CHARS, problems),
            Pick::Choice(_) => {}
        }
    }
}

fn free_text(id: &str, text: &str, limit: u32, problems: &mut Vec<Problem>) {
    let chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if chars > limit {
        problems.push(Problem::new(id, Code::TooLong { limit, chars }));
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        problems.push(Problem::new(id, Code::ControlCharacter));
    }
}

fn bounds(question: &Question, number: f64, problems: &mut Vec<Problem>) {
    let id = &question.id;
    let least = question.min.unwrap_or(-limits::NUMBER_MAX);
    let most = question.max.unwrap_or(limits::NUMBER_MAX);
    if !number.is_finite() {
        problems.push(wrong_type(question));
    } else if number < least {
        problems.push(Problem::new(id, Code::TooSmall { limit: least }));
    } else if number > most {
        problems.push(Problem::new(id, Code::TooLarge { limit: most }));
    } else if !has_decimals(number, question.decimals.unwrap_or(0)) {
        let limit = question.decimals.unwrap_or(0);
        problems.push(Problem::new(id, Code::TooManyDecimals { limit }));
    }
}

/// Whether `number` is what someone typed with at most `decimals` decimals.
/// Rust prints the shortest decimal that is this double, so if any such decimal
/// was typed, that one is no longer.
fn has_decimals(number: f64, decimals: u8) -> bool {
    let printed = number::print(number);
    let fraction = printed.split_once('.').map_or("", |(_, fraction)| fraction);
    fraction.len() <= usize::from(decimals)
}
