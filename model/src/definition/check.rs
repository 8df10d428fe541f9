//! Whether a definition is sound: every flaw, each with its place.

use std::fmt;

use super::{Definition, Kind, Question};
use crate::condition::Condition;
use crate::limits;
use crate::scale::{READY, Scale};
use crate::text::Text;

/// One thing wrong with a definition: where, and what, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The place as a path: `questions[2].visible_if.any_of[0]`.
    pub place: String,
    /// The sentence, with the limit where there is one.
    pub reason: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl Definition {
    /// Every flaw of the definition, in the order of the document; none when it
    /// can be asked.
    pub fn check(&self) -> Vec<Flaw> {
        let mut check = Check(Vec::new());
        check.id("id", &self.id);
        if self.version == 0 {
            check.flaw("version", "must be 1 or more");
        }
        check.text("title", &self.title);
        check.optional_text("intro", self.intro.as_ref());
        check.optional_text("thanks", self.thanks.as_ref());
        check.count("languages", self.languages.len(), 0, limits::LANGUAGES);
        for (n, tag) in self.languages.iter().enumerate() {
            check.tag(&format!("languages[{n}]"), tag);
        }
        check.unique("languages", self.languages.iter().map(String::as_str));
        check.count("questions", self.questions.len(), 1, limits::QUESTIONS);
        check.unique("questions", self.questions.iter().map(|q| q.id.as_str()));
        // What is too long is not looked through to its end.
        let questions = self.questions.iter().take(limits::QUESTIONS);
        for (n, question) in questions.enumerate() {
            let at = format!("questions[{n}]");
            check.question(&at, question);
            if let Some(condition) = &question.visible_if {
                let earlier = &self.questions[..n];
                check.condition(&format!("{at}.visible_if"), condition, earlier, 1);
            }
        }
        let texts = self.questions.iter().filter(|q| q.kind == Kind::Text);
        let chars = texts.fold(0_u32, |sum, text| sum.saturating_add(text.max_chars()));
        if chars > limits::ANSWERS_CHARS {
            let most = limits::ANSWERS_CHARS;
            check.flaw(
                "questions",
                format!("the texts together may take {chars} characters, at most {most} fit into one post"),
            );
        }
        check.0
    }
}

struct Check(Vec<Flaw>);

impl Check {
    fn flaw(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Flaw {
            place: place.into(),
            reason: reason.into(),
        });
    }

    fn id(&mut self, place: &str, id: &str) {
        if !is_id(id) {
            self.flaw(
                place,
                format!(
                    "must be 1 to {} characters of a-z, 0-9, - and _, starting with a letter or digit",
                    limits::ID_CHARS
                ),
            );
        }
    }

    fn tag(&mut self, place: &str, tag: &str) {
        let language = tag.split('-').next().unwrap_or("");
        let fits = tag.len() <= limits::TAG_CHARS
            && (2..=8).contains(&language.len())
            && language.bytes().all(|b| b.is_ascii_alphabetic())
            && tag.split('-').all(|part| {
                (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if !fits {
            self.flaw(place, "must be a language tag such as zh-Hans");
        }
    }

    fn text(&mut self, place: &str, text: &Text) {
        if let Text::ByLanguage(by) = text {
            self.count(place, by.len(), 1, limits::LANGUAGES);
            for tag in by.keys() {
                self.tag(place, tag);
            }
            let alike: Vec<String> = by.keys().map(|tag| tag.to_ascii_lowercase()).collect();
            self.unique(place, alike.iter().map(String::as_str));
        }
        for wording in text.wordings() {
            if wording.trim().is_empty() {
                self.flaw(place, "must not be empty");
            }
            if wording.chars().count() > limits::TEXT_CHARS {
                self.flaw(
                    place,
                    format!("must be at most {} characters", limits::TEXT_CHARS),
                );
            }
            if wording.chars().any(|c| c.is_control() && c != '\n') {
                self.flaw(place, "must not hold control characters");
            }
        }
    }

    fn optional_text(&mut self, place: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.text(place, text);
        }
    }

    fn count(&mut self, place: &str, count: usize, least: usize, most: usize) {
        if !(least..=most).contains(&count) {
            self.flaw(
                place,
                format!("must have {least} to {most} entries, has {count}"),
            );
        }
    }

    fn unique<'a>(&mut self, place: &str, ids: impl Iterator<Item = &'a str>) {
        let mut seen: Vec<&str> = Vec::new();
        for (n, id) in ids.enumerate() {
            if seen.contains(&id) {
                self.flaw(
                    format!("{place}[{n}]"),
                    format!("`{id}` stands there twice"),
                );
            }
            seen.push(id);
        }
    }

    fn question(&mut self, at: &str, question: &Question) {
        self.id(&format!("{at}.id"), &question.id);
        self.text(&format!("{at}.title"), &question.title);
        self.optional_text(&format!("{at}.help"), question.help.as_ref());
        let kind = question.kind;
        for (field, filled, belongs) in [
            ("scale", question.scale.is_some(), kind == Kind::Rating),
            ("items", !question.items.is_empty(), kind == Kind::Rating),
            (
                "choices",
                !question.choices.is_empty(),
                kind == Kind::Choice,
            ),
            ("multiple", question.multiple, kind == Kind::Choice),
            (
                "max_chars",
                question.max_chars.is_some(),
                kind == Kind::Text,
            ),
            ("min", question.min.is_some(), kind == Kind::Number),
            ("max", question.max.is_some(), kind == Kind::Number),
            (
                "decimals",
                question.decimals.is_some(),
                kind == Kind::Number,
            ),
            ("unit", question.unit.is_some(), kind == Kind::Number),
        ] {
            if filled && !belongs {
                self.flaw(
                    format!("{at}.{field}"),
                    format!("does not belong to a question of type {}", kind.name()),
                );
            }
        }
        match kind {
            Kind::Rating => self.rating(at, question),
            Kind::Choice => self.choice(at, question),
            Kind::Text => self.free_text(at, question),
            Kind::Number => self.number(at, question),
            Kind::Phone | Kind::YesNo => {}
        }
    }

    fn rating(&mut self, at: &str, question: &Question) {
        match &question.scale {
            None => self.flaw(format!("{at}.scale"), "is missing: a rating needs one"),
            Some(Scale::Named(name)) => {
                if !READY.contains(&name.as_str()) {
                    self.flaw(
                        format!("{at}.scale"),
                        format!("`{name}` is none of {}", READY.join(", ")),
                    );
                }
            }
            Some(Scale::Inline(levels)) => {
                let place = format!("{at}.scale.levels");
                self.count(&place, levels.len(), 2, limits::LEVELS);
                self.unique(&place, levels.iter().map(|level| level.id.as_str()));
                for (n, level) in levels.iter().enumerate() {
                    self.id(&format!("{place}[{n}].id"), &level.id);
                    self.text(&format!("{place}[{n}].label"), &level.label);
                    if level.mood.is_some_and(|mood| !(1..=5).contains(&mood)) {
                        self.flaw(format!("{place}[{n}].mood"), "must be 1 to 5");
                    }
                }
            }
        }
        let place = format!("{at}.items");
        self.count(&place, question.items.len(), 0, limits::CHOICES);
        self.unique(&place, question.items.iter().map(|item| item.id.as_str()));
        for (n, item) in question.items.iter().enumerate() {
            self.id(&format!("{place}[{n}].id"), &item.id);
            if item.id == "other" {
                self.flaw(
                    format!("{place}[{n}].id"),
                    "`other` is reserved for choices",
                );
            }
            self.text(&format!("{place}[{n}].label"), &item.label);
        }
    }

    fn choice(&mut self, at: &str, question: &Question) {
        let place = format!("{at}.choices");
        self.count(&place, question.choices.len(), 1, limits::CHOICES);
        self.unique(
            &place,
            question.choices.iter().map(|choice| choice.id.as_str()),
        );
        for (n, choice) in question.choices.iter().enumerate() {
            self.id(&format!("{place}[{n}].id"), &choice.id);
            self.text(&format!("{place}[{n}].label"), &choice.label);
            if choice.exclusive && !question.multiple {
                self.flaw(
                    format!("{place}[{n}].exclusive"),
                    "means something only where `multiple` is true",
                );
            }
        }
    }

    fn free_text(&mut self, at: &str, question: &Question) {
        let most = limits::ANSWER_CHARS_MAX;
        if question
            .max_chars
            .is_some_and(|chars| !(1..=most).contains(&chars))
        {
            self.flaw(format!("{at}.max_chars"), format!("must be 1 to {most}"));
        }
    }

    fn number(&mut self, at: &str, question: &Question) {
        for (field, bound) in [("min", question.min), ("max", question.max)] {
            if bound.is_some_and(|bound| bound.abs() > limits::NUMBER_MAX) {
                self.flaw(format!("{at}.{field}"), "must lie between -10^15 and 10^15");
            }
        }
        if let (Some(min), Some(max)) = (question.min, question.max)
            && min > max
        {
            self.flaw(format!("{at}.min"), "must not be above `max`");
        }
        if question
            .decimals
            .is_some_and(|decimals| decimals > limits::DECIMALS)
        {
            self.flaw(
                format!("{at}.decimals"),
                format!("must be at most {}", limits::DECIMALS),
            );
        }
        self.optional_text(&format!("{at}.unit"), question.unit.as_ref());
    }

    fn condition(&mut self, at: &str, condition: &Condition, earlier: &[Question], depth: usize) {
        if depth > limits::CONDITION_DEPTH {
            self.flaw(
                at,
                format!("nests deeper than {} conditions", limits::CONDITION_DEPTH),
            );
            return;
        }
        let tests = [
            condition.any_of.is_some(),
            condition.answered.is_some(),
            condition.at_least.is_some() || condition.at_most.is_some(),
        ];
        let tests = tests.iter().filter(|filled| **filled).count();
        let shapes = [
            condition.question.is_some(),
            condition.all.is_some(),
            condition.any.is_some(),
            condition.not.is_some(),
        ];
        let shapes = shapes.iter().filter(|filled| **filled).count();
        let asks = usize::from(condition.question.is_some());
        if shapes != 1 || tests != asks || (condition.item.is_some() && asks == 0) {
            self.flaw(
                at,
                "must be one of: `question` with `any_of`, `answered`, `at_least` or `at_most`; `all`; `any`; `not`",
            );
            return;
        }
        for (name, parts) in [("all", &condition.all), ("any", &condition.any)] {
            if let Some(parts) = parts {
                self.count(&format!("{at}.{name}"), parts.len(), 1, limits::CHOICES);
            }
        }
        for (name, parts) in [("all", &condition.all), ("any", &condition.any)] {
            for (n, part) in parts.iter().flatten().enumerate() {
                self.condition(&format!("{at}.{name}[{n}]"), part, earlier, depth + 1);
            }
        }
        if let Some(part) = &condition.not {
            self.condition(&format!("{at}.not"), part, earlier, depth + 1);
        }
        if let Some(id) = &condition.question {
            match earlier.iter().find(|question| question.id == *id) {
                Some(question) => self.test(at, condition, question),
                None => self.flaw(
                    format!("{at}.question"),
                    format!("`{id}` is not a question before this one"),
                ),
            }
        }
    }

    fn test(&mut self, at: &str, condition: &Condition, question: &Question) {
        if let Some(item) = &condition.item
            && !question.items.iter().any(|known| known.id == *item)
        {
            self.flaw(
                format!("{at}.item"),
                format!("`{item}` is not an item of `{}`", question.id),
            );
        }
        if (condition.at_least.is_some() || condition.at_most.is_some())
            && question.kind != Kind::Number
        {
            self.flaw(at, format!("`{}` is not a number question", question.id));
        }
        if let (Some(least), Some(most)) = (condition.at_least, condition.at_most)
            && least > most
        {
            self.flaw(format!("{at}.at_least"), "must not be above `at_most`");
        }
        if let Some(ids) = &condition.any_of {
            self.count(&format!("{at}.any_of"), ids.len(), 1, limits::CHOICES);
            for (n, id) in ids.iter().enumerate() {
                let known = question.levels().iter().any(|level| level.id == *id)
                    || question.choices.iter().any(|choice| choice.id == *id);
                if !known {
                    self.flaw(
                        format!("{at}.any_of[{n}]"),
                        format!("`{id}` is no answer to `{}`", question.id),
                    );
                }
            }
        }
    }
}

impl Kind {
    /// The name as written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rating => "rating",
            Self::Choice => "choice",
            Self::Text => "text",
            Self::Phone => "phone",
            Self::YesNo => "yes_no",
            Self::Number => "number",
        }
    }
}

/// Whether `id` can name a survey, question, choice, item or level.
pub(crate) fn is_id(id: &str) -> bool {
    let first = id.bytes().next();
    id.len() <= limits::ID_CHARS
        && first.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}
