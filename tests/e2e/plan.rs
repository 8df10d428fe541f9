//! What a respondent is going to answer, made from a definition alone.

use manyi_model::{Answer, Answers, Definition, Kind, Pick, Question, visible};

/// How the respondent feels, which decides which conditions come true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Best levels, and nothing that is not required.
    Pleased,
    /// Worst levels, and every field that there is.
    Displeased,
    /// Worst levels, and every field but those for words and for what is personal:
    /// what may lie on a device's disk as it is.
    Wordless,
}

/// Typed into every text: markup and a formula that must arrive as they are,
/// three scripts, two lines.
const WORDS: &str = "=等了两个小时，<b>跑了三趟</b>\nساقلىدىم & \"waited\"";

/// An answer for every question that `mood` brings on screen.
pub fn plan(definition: &Definition, mood: Mood) -> Answers {
    let mut answers = Answers::new();
    for (n, question) in definition.questions.iter().enumerate() {
        let shown = visible(definition, &answers)[n];
        let is_private = question.personal || matches!(question.kind, Kind::Text | Kind::Phone);
        let more = match mood {
            Mood::Pleased => false,
            Mood::Displeased => true,
            Mood::Wordless => !is_private,
        };
        if shown && (question.required || more) {
            answers.insert(&question.id, answer(question, mood));
        }
    }
    answers
}

fn answer(question: &Question, mood: Mood) -> Answer {
    let pleased = mood == Mood::Pleased;
    match question.kind {
        Kind::Rating if question.items.is_empty() => Answer::Word(level(question, pleased)),
        Kind::Rating => {
            let items = question.items.iter();
            let rated = items.map(|item| (item.id.clone(), level(question, pleased)));
            Answer::Items(rated.collect())
        }
        Kind::YesNo => Answer::Word(if pleased { "yes" } else { "no" }.to_owned()),
        Kind::Choice => choice(question, mood),
        Kind::Text => {
            let limit = question.max_chars() as usize;
            Answer::Word(WORDS.chars().take(limit).collect())
        }
        Kind::Phone => Answer::Word("13800138000".to_owned()),
        Kind::Number => {
            let least = question.min.unwrap_or(0.0);
            let most = question.max.unwrap_or(1_000.0);
            Answer::Number(if pleased {
                least
            } else {
                most.min(least + 3.0)
            })
        }
    }
}

fn level(question: &Question, pleased: bool) -> String {
    let levels = question.levels();
    let level = if pleased {
        levels.first()
    } else {
        levels.last()
    };
    level.map(|level| level.id.clone()).unwrap_or_default()
}

fn choice(question: &Question, mood: Mood) -> Answer {
    let words = "说不清 other".to_owned();
    let plain = question
        .choices
        .iter()
        .find(|choice| !choice.is_other() && !choice.exclusive);
    let plain = plain.map(|choice| choice.id.clone());
    let other = question.has_other() && mood == Mood::Displeased;
    match (question.multiple, other) {
        (true, _) => {
            let mut picks: Vec<Pick> = plain.into_iter().map(Pick::Choice).collect();
            if other {
                picks.push(Pick::Other(words));
            }
            Answer::Picks(picks)
        }
        (false, true) => Answer::Other(words),
        (false, false) => Answer::Word(plain.unwrap_or_default()),
    }
}
