//! The answers of a response, in the words that the person read, personal ones masked.

use manyi_model::{Answer, Definition, Kind, Pick, Question, Response};
use maud::{Markup, html};

use super::say::Language;
use crate::personal;
use crate::search::reading::{is_blocked, is_personal};

/// An answer as the desk sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The question's id.
    pub question: String,
    /// The question as it was asked.
    pub title: String,
    /// The answer, a line each.
    pub lines: Vec<String>,
    /// Whether something of it is masked.
    pub is_masked: bool,
}

/// All answers, in the order of the questions.
pub(super) fn all(language: Language, definition: &Definition, response: &Response) -> Vec<Shown> {
    let read_in = response.language.as_deref().unwrap_or("zh-Hans");
    let questions = definition.questions.iter();
    questions
        .filter_map(|question| {
            let answer = response.answers.get(&question.id)?;
            let lines = plain(question, answer, read_in);
            let (lines, is_masked) = if is_personal(question) {
                (vec![masked(language, question, &lines.join("\n"))], true)
            } else {
                let starred: Vec<String> =
                    lines.iter().map(|line| softened(language, line)).collect();
                let differs = lines.iter().any(|line| personal::starred(line) != *line);
                (starred, differs)
            };
            Some(Shown {
                question: question.id.clone(),
                title: question.title.say(read_in).text.to_owned(),
                lines,
                is_masked,
            })
        })
        .collect()
}

/// One answer as it was given, for whoever has said why.
pub(super) fn as_given(
    definition: &Definition,
    response: &Response,
    question: &str,
) -> Option<Vec<String>> {
    let read_in = response.language.as_deref().unwrap_or("zh-Hans");
    let question = definition.question(question)?;
    Some(plain(
        question,
        response.answers.get(&question.id)?,
        read_in,
    ))
}

fn softened(language: Language, line: &str) -> String {
    if is_blocked(line) {
        let n = line.chars().count();
        return language.say(
            format!("（{n} 个字，已到期删除）"),
            format!("({n} characters, deleted when their time was over)"),
        );
    }
    personal::starred(line)
}

/// What stands in place of a personal answer.
fn masked(language: Language, question: &Question, text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if question.kind == Kind::Phone && letters.len() >= 8 {
        let middle = "*".repeat(letters.len() - 5);
        let (head, tail) = (&letters[..3], &letters[letters.len() - 2..]);
        return head
            .iter()
            .copied()
            .chain(middle.chars())
            .chain(tail.iter().copied())
            .collect();
    }
    let n = letters.len();
    language.say(
        format!("（已隐去，{n} 个字）"),
        format!("(hidden, {n} characters)"),
    )
}

/// An answer in words.
fn plain(question: &Question, answer: &Answer, read_in: &str) -> Vec<String> {
    let level = |id: &str| {
        let level = question.levels().into_iter().find(|level| level.id == id);
        level.map_or_else(
            || id.to_owned(),
            |level| level.label.say(read_in).text.to_owned(),
        )
    };
    let choice = |id: &str| {
        let choice = question.choices.iter().find(|choice| choice.id == id);
        choice.map_or_else(
            || id.to_owned(),
            |choice| choice.label.say(read_in).text.to_owned(),
        )
    };
    match answer {
        Answer::Word(word) => match question.kind {
            Kind::Rating | Kind::YesNo => vec![level(word)],
            Kind::Choice => vec![choice(word)],
            Kind::Text | Kind::Phone | Kind::Number => word.lines().map(str::to_owned).collect(),
        },
        Answer::Number(number) => {
            let unit = question
                .unit
                .as_ref()
                .map_or("", |unit| unit.say(read_in).text);
            vec![format!("{number} {unit}").trim().to_owned()]
        }
        Answer::Picks(picks) => {
            let picks = picks.iter().map(|pick| match pick {
                Pick::Choice(id) => choice(id),
                Pick::Other(text) => text.clone(),
            });
            picks.collect()
        }
        Answer::Other(text) => vec![text.clone()],
        Answer::Items(items) => {
            let items = items.iter().map(|(id, word)| {
                let item = question.items.iter().find(|item| item.id == *id);
                let label = item.map_or(&**id, |item| item.label.say(read_in).text);
                format!("{label}：{}", level(word))
            });
            items.collect()
        }
        Answer::Unfit(_) => Vec::new(),
    }
}

/// As HTML.
pub(super) fn list(shown: &[Shown]) -> Markup {
    html! {
        @for answer in shown {
            div.asked {
                h3 { (answer.title) }
                @for line in &answer.lines { p { (line) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use manyi_model::{Definition, Response};
    use serde_json::json;

    use super::{all, as_given};
    use crate::desk::say::Language;

    #[test]
    fn personal_answers_are_masked_and_long_numbers_in_texts_too() {
        let definition: Definition = serde_json::from_value(json!({
            "id": "s", "version": 1, "title": "题",
            "questions": [
                {"id": "overall", "type": "rating", "scale": "satisfaction-3", "title": "您满意吗？"},
                {"id": "comment", "type": "text", "title": "意见"},
                {"id": "name", "type": "text", "personal": true, "title": "姓名"},
                {"id": "phone", "type": "phone", "personal": true, "title": "电话"},
            ],
        }))
        .expect("a definition");
        let response: Response = serde_json::from_value(json!({
            "id": "0193a5f0-0000-7000-8000-000000000001",
            "survey": {"id": "s", "version": 1}, "channel": "web",
            "answers": {"overall": "satisfied", "comment": "打 13800138000\n谢谢",
                        "name": "无名氏", "phone": "13800138000"},
        }))
        .expect("a response");
        let shown = all(Language::Chinese, &definition, &response);
        let said: Vec<(String, bool)> = shown
            .iter()
            .map(|one| (one.lines.join("/"), one.is_masked))
            .collect();
        let wanted = [
            ("满意", false),
            ("打 ***********/谢谢", true),
            ("（已隐去，3 个字）", true),
            ("138******00", true),
        ];
        assert_eq!(said, wanted.map(|(text, masked)| (text.to_owned(), masked)));
        let given = as_given(&definition, &response, "phone");
        assert_eq!(given, Some(vec!["13800138000".to_owned()]));
        assert_eq!(as_given(&definition, &response, "nothing"), None);
    }
}
