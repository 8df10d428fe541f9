//! A response as form fields: what a browser without script posts, and what the
//! widget posts with `format="form"`.
//!
//! Names: `id`, `survey.id`, `survey.version`, `survey.hash`, `channel`, `mode`,
//! `asked_by`, `language`, `device.id`, `device.seq`, `started_at`, `submitted_at`,
//! `duration_ms`, `invitation`, `widget`, `subject.unit|window|officer|matter`, and
//! `answers.QUESTION` (repeated for several choices), `answers.QUESTION.ITEM` for a
//! row of a rating, `answers.QUESTION.other` for the text of the "other" choice.

use crate::answer::{Answer, Answers, Pick};
use crate::definition::{Definition, Kind, Question};
use crate::map::Map;
use crate::number;
use crate::response::Response;

/// The fields of `response`, in a fixed order.
pub fn of(response: &Response) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.push((name.to_owned(), value));
        }
    };
    put("id", Some(response.id.clone()));
    put("survey.id", Some(response.survey.id.clone()));
    put("survey.version", Some(response.survey.version.to_string()));
    put("survey.hash", response.survey.hash.clone());
    put("channel", Some(response.channel.name().to_owned()));
    put("mode", Some(response.mode.name().to_owned()));
    put("asked_by", response.asked_by.clone());
    put("language", response.language.clone());
    let subject = response.subject.clone().unwrap_or_default();
    put("subject.unit", subject.unit);
    put("subject.window", subject.window);
    put("subject.officer", subject.officer);
    put("subject.matter", subject.matter);
    put("device.id", response.device.as_ref().map(|d| d.id.clone()));
    put(
        "device.seq",
        response.device.as_ref().map(|d| d.seq.to_string()),
    );
    put("started_at", response.started_at.clone());
    put("submitted_at", response.submitted_at.clone());
    put("duration_ms", response.duration_ms.map(|ms| ms.to_string()));
    put("invitation", response.invitation.clone());
    put("widget", response.widget.clone());
    for (question, answer) in response.answers.iter() {
        fields.extend(of_answer(question, answer));
    }
    fields
}

/// The fields of one answer.
pub fn of_answer(question: &str, answer: &Answer) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let name = ["answers.", question].concat();
    match answer {
        Answer::Word(word) => fields.push((name, word.clone())),
        Answer::Number(number) => fields.push((name, number::print(*number))),
        Answer::Other(text) => of_other(&name, text, &mut fields),
        Answer::Picks(picks) => {
            for pick in picks {
                match pick {
                    Pick::Choice(id) => fields.push((name.clone(), id.clone())),
                    Pick::Other(text) => of_other(&name, text, &mut fields),
                }
            }
        }
        Answer::Items(items) => {
            for (item, level) in items.iter() {
                fields.push(([&name, ".", item].concat(), level.clone()));
            }
        }
        Answer::Unfit(_) => {}
    }
    fields
}

fn of_other(name: &str, text: &str, fields: &mut Vec<(String, String)>) {
    fields.push((name.to_owned(), "other".to_owned()));
    fields.push(([name, ".other"].concat(), text.to_owned()));
}

/// The answers in form fields `(name, value)`, by what `definition` asks. Empty
/// fields are no answers. Fields that are not answers are passed over; answers to
/// unknown questions, and fields that their question does not have or has once
/// only, are kept as [`Answer::Unfit`] for the validator to name.
pub fn answers<'a>(
    definition: &Definition,
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Answers {
    let mut given: Map<Given<'a>> = Map::new();
    for (name, value) in fields {
        let Some(path) = name.strip_prefix("answers.") else {
            continue;
        };
        if value.is_empty() {
            continue;
        }
        let (question, part) = match path.split_once('.') {
            Some((question, part)) => (question, Some(part)),
            None => (path, None),
        };
        let mut one = given.remove(question).unwrap_or_default();
        match part {
            None => one.values.push(value),
            Some(part) => one.part_twice |= one.parts.insert(part.to_owned(), value).is_some(),
        }
        given.insert(question.to_owned(), one);
    }
    given
        .into_iter()
        .filter_map(|(id, given)| {
            let answer = given.answer(definition.question(&id))?;
            Some((id, answer))
        })
        .collect()
}

#[derive(Default)]
struct Given<'a> {
    values: Vec<&'a str>,
    parts: Map<&'a str>,
    part_twice: bool,
}

impl Given<'_> {
    fn answer(self, question: Option<&Question>) -> Option<Answer> {
        let first = self.values.first().map(|value| (*value).to_owned());
        let Some(question) = question else {
            return first.map(Answer::Word).or(Some(Answer::Unfit("object")));
        };
        let has_items = !question.items.is_empty();
        let has_parts = has_items || (question.kind == Kind::Choice && question.has_other());
        let only_other = has_items || self.parts.keys().all(|part| *part == "other");
        if self.part_twice || !only_other || (!has_parts && !self.parts.is_empty()) {
            return Some(Answer::Unfit("object"));
        }
        let most = match question.kind {
            Kind::Choice => usize::MAX,
            _ => usize::from(!has_items),
        };
        if self.values.len() > most {
            return Some(Answer::Unfit("array"));
        }
        match question.kind {
            Kind::Rating if has_items => {
                let items = self.parts.iter();
                let items = items.map(|(item, level)| (item.clone(), (*level).to_owned()));
                Some(Answer::Items(items.collect()))
            }
            Kind::Choice => self.choice(question),
            Kind::Number => {
                first.map(|typed| number(&typed).map_or(Answer::Word(typed), Answer::Number))
            }
            Kind::Text => first.map(|text| Answer::Word(lines(&text))),
            Kind::Rating | Kind::Phone | Kind::YesNo => first.map(Answer::Word),
        }
    }

    fn choice(&self, question: &Question) -> Option<Answer> {
        let other = self.parts.get("other").map(|text| (*text).to_owned());
        let mut picks: Vec<Pick> = Vec::new();
        for value in &self.values {
            picks.push(if *value == "other" {
                Pick::Other(other.clone().unwrap_or_default())
            } else {
                Pick::Choice((*value).to_owned())
            });
        }
        // Words typed beside "other" without ticking it are still the person's words.
        if let Some(text) = other
            && question.has_other()
            && !picks.iter().any(|pick| matches!(pick, Pick::Other(_)))
            && (question.multiple || picks.is_empty())
        {
            picks.push(Pick::Other(text));
        }
        if question.multiple {
            return (!picks.is_empty()).then_some(Answer::Picks(picks));
        }
        match (picks.len(), picks.pop()?) {
            (1, Pick::Choice(id)) => Some(Answer::Word(id)),
            (1, Pick::Other(text)) => Some(Answer::Other(text)),
            // Two values for a single choice: the validator names it.
            _ => Some(Answer::Unfit("array")),
        }
    }
}

/// `text` with the line ends that forms post made plain.
fn lines(text: &str) -> String {
    let behind = text.chars().skip(1).map(Some).chain([None]);
    let pairs = text.chars().zip(behind);
    let kept = pairs.filter(|pair| *pair != ('\r', Some('\n')));
    kept.map(|(c, _)| c).collect()
}

/// A number as typed, or `None`: full-width digits, spaces around it and commas
/// between thousands are understood. A comma elsewhere is not: taking `1,5` for
/// 15 or `1,000` for 1 would be a lie.
pub fn number(typed: &str) -> Option<f64> {
    let plain: String = typed
        .trim()
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '−' | '–' => '-',
            '。' => '.',
            c => c,
        })
        .collect();
    let plain = thousands(&plain)?;
    let fits = !plain.is_empty()
        && plain.len() <= 24
        && plain
            .bytes()
            .enumerate()
            .all(|(n, b)| b.is_ascii_digit() || b == b'.' || (n == 0 && matches!(b, b'-' | b'+')));
    if !fits {
        return None;
    }
    number::read(&plain)
}

/// `text` without its commas, if each of them has three digits behind it.
fn thousands(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let mut joined = first.to_owned();
    for group in groups {
        let digits = first.trim_start_matches(['-', '+']).len();
        if group.len() != 3 || !(1..=3).contains(&digits) {
            return None;
        }
        joined.push_str(group);
    }
    joined.push_str(fraction);
    Some(joined)
}
