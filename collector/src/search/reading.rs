//! What of a response can be searched: how satisfied it is, and the words in it. Pure.

use manyi_model::statistics::Three;
use manyi_model::{Answer, Definition, Kind, Pick, Question, Response};

/// How satisfied a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 不满意 and worse.
    Dissatisfied,
    /// 基本满意.
    Basically,
    /// 满意 and better.
    Satisfied,
}

impl Level {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::Satisfied, Self::Basically, Self::Dissatisfied];

    /// The name in the database and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Basically => "basically",
            Self::Dissatisfied => "dissatisfied",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// What stands in place of each character of a text that was deleted when its time was
/// over: how many there were is part of the closed weeks.
pub const BLOCK: char = '█';

/// How satisfied: by the first question that folds into three levels; of one with rows,
/// by the worst row.
pub fn level(definition: &Definition, response: &Response) -> Option<Level> {
    let mut questions = definition.questions.iter();
    questions.find_map(|question| {
        let three = Three::of(question.scale.as_ref()?)?;
        let of = |word: &str| {
            [
                (three.dissatisfied, Level::Dissatisfied),
                (three.basically, Level::Basically),
                (three.satisfied, Level::Satisfied),
            ]
            .into_iter()
            .find_map(|(words, level)| words.contains(&word).then_some(level))
        };
        match response.answers.get(&question.id)? {
            Answer::Word(word) => of(word),
            Answer::Items(items) => items.values().filter_map(|word| of(word)).min(),
            _ => None,
        }
    })
}

/// The words of the person's own in an answer.
pub fn own_words<'a>(question: &Question, answer: &'a Answer) -> Option<&'a str> {
    match answer {
        Answer::Word(text) if question.kind == Kind::Text => Some(text),
        Answer::Other(text) => Some(text),
        Answer::Picks(picks) => picks.iter().find_map(|pick| match pick {
            Pick::Other(text) => Some(text.as_str()),
            Pick::Choice(_) => None,
        }),
        _ => None,
    }
}

/// Whether a text was deleted when its time was over.
pub fn is_blocked(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == BLOCK)
}

/// Whether an answer says who the person is.
pub fn is_personal(question: &Question) -> bool {
    question.personal || question.kind == Kind::Phone
}

/// The words that may be searched, a line for each answer; none of personal questions.
pub fn words(definition: &Definition, response: &Response) -> Option<String> {
    let questions = definition.questions.iter();
    let texts: Vec<&str> = questions
        .filter(|question| !is_personal(question))
        .filter_map(|question| own_words(question, response.answers.get(&question.id)?))
        .filter(|text| !text.trim().is_empty() && !is_blocked(text))
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// Whether a personal question is answered.
pub fn has_personal(definition: &Definition, response: &Response) -> bool {
    let mut questions = definition.questions.iter();
    questions.any(|question| is_personal(question) && response.answers.get(&question.id).is_some())
}

/// Puts a block in place of each character that the person wrote. Personal answers are
/// not touched.
pub fn block_words(definition: &Definition, response: &mut Response) {
    let blocked = |text: &str| text.chars().map(|_| BLOCK).collect::<String>();
    for question in &definition.questions {
        if is_personal(question) {
            continue;
        }
        let Some(answer) = response.answers.get(&question.id) else {
            continue;
        };
        let changed = match answer {
            Answer::Word(text) if question.kind == Kind::Text => Answer::Word(blocked(text)),
            Answer::Other(text) => Answer::Other(blocked(text)),
            Answer::Picks(picks) => Answer::Picks(
                picks
                    .iter()
                    .map(|pick| match pick {
                        Pick::Other(text) => Pick::Other(blocked(text)),
                        Pick::Choice(id) => Pick::Choice(id.clone()),
                    })
                    .collect(),
            ),
            _ => continue,
        };
        response.answers.insert(question.id.clone(), changed);
    }
}

/// Takes the answers to personal questions out.
pub fn drop_personal(definition: &Definition, response: &mut Response) {
    for question in definition.questions.iter().filter(|one| is_personal(one)) {
        response.answers.remove(&question.id);
    }
}

#[cfg(test)]
mod tests {
    use manyi_model::{Definition, Response};
    use serde_json::json;

    use super::{Level, block_words, drop_personal, has_personal, is_blocked, level, words};

    fn definition() -> Definition {
        serde_json::from_value(json!({
            "id": "s", "version": 1, "title": "题",
            "questions": [
                {"id": "rows", "type": "rating", "scale": "satisfaction-5", "title": "问",
                 "items": [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}]},
                {"id": "overall", "type": "rating", "scale": "satisfaction-3", "title": "问"},
                {"id": "reasons", "type": "choice", "multiple": true, "title": "问",
                 "choices": [{"id": "slow", "label": "慢"}, {"id": "other", "label": "其他"}]},
                {"id": "comment", "type": "text", "title": "问"},
                {"id": "name", "type": "text", "personal": true, "title": "问"},
                {"id": "phone", "type": "phone", "personal": true, "title": "问"},
            ],
        }))
        .expect("a definition")
    }

    fn response(answers: &serde_json::Value) -> Response {
        serde_json::from_value(json!({
            "id": "0193a5f0-0000-7000-8000-000000000001",
            "survey": {"id": "s", "version": 1}, "channel": "web", "answers": answers,
        }))
        .expect("a response")
    }

    #[test]
    fn the_first_rating_that_is_answered_says_how_satisfied() {
        for (answers, wanted) in [
            (json!({}), None),
            (json!({"overall": "satisfied"}), Some(Level::Satisfied)),
            (
                json!({"overall": "dissatisfied", "rows": {"a": "very_satisfied"}}),
                Some(Level::Satisfied),
            ),
            (
                json!({"rows": {"a": "very_satisfied", "b": "very_dissatisfied"}}),
                Some(Level::Dissatisfied),
            ),
        ] {
            assert_eq!(
                level(&definition(), &response(&answers)),
                wanted,
                "{answers}"
            );
        }
    }

    #[test]
    fn words_are_searched_and_personal_ones_never() {
        let definition = definition();
        let mut one = response(&json!({
            "reasons": ["slow", {"other": "等了两个小时"}], "comment": "希望快一点",
            "name": "无名氏", "phone": "13800138000",
        }));
        let said = "等了两个小时\n希望快一点";
        assert_eq!(words(&definition, &one).as_deref(), Some(said));
        assert!(has_personal(&definition, &one));
        drop_personal(&definition, &mut one);
        assert!(!has_personal(&definition, &one));
        block_words(&definition, &mut one);
        assert_eq!(words(&definition, &one), None);
        let body = serde_json::to_string(&one).expect("JSON");
        assert!(body.contains("\"█████\"") && body.contains("\"██████\""));
        assert!(is_blocked("██") && !is_blocked("") && !is_blocked("█好"));
    }
}
