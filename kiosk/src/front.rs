//! What the first screen asks, and whether a tap on it answers all.

use manyi_model::{Answer, Answers, Definition, Kind, Level, Question, validate, visible};

/// The question whose levels stand on the first screen: the first one, where it is
/// one rating of few enough levels for one row.
pub fn question(definition: &Definition) -> Option<&Question> {
    let first = definition.questions.first()?;
    let is_rating = first.kind == Kind::Rating && first.items.is_empty();
    let is_row = (2..=5).contains(&first.levels().len());
    (is_rating && is_row).then_some(first)
}

/// Its levels, in the order of the definition.
pub fn levels(definition: &Definition) -> Vec<Level> {
    question(definition)
        .map(Question::levels)
        .unwrap_or_default()
}

/// Whether nothing else is asked after `level`; with `one_tap` whether nothing else
/// has to be answered.
pub fn is_whole(definition: &Definition, level: &str, one_tap: bool) -> bool {
    let Some(question) = question(definition) else {
        return false;
    };
    let mut answers = Answers::new();
    answers.insert(&question.id, Answer::Word(level.to_owned()));
    let asked = visible(definition, &answers)
        .into_iter()
        .filter(|shown| *shown);
    validate(definition, &answers).is_empty() && (one_tap || asked.count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(id: &str) -> Definition {
        let path = format!("{}/../surveys/{id}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn a_tap_is_all_where_nothing_else_must_be_said() {
        let survey = ready("household-window");
        assert_eq!(levels(&survey).len(), 3);
        assert!(
            !is_whole(&survey, "satisfied", false),
            "a comment may be written"
        );
        assert!(is_whole(&survey, "satisfied", true));
        assert!(
            !is_whole(&survey, "dissatisfied", true),
            "the reasons are asked"
        );
        assert!(!is_whole(&survey, "no-such-level", true));
    }

    #[test]
    fn with_one_question_a_tap_is_all_without_being_told() {
        let mut survey = ready("household-window");
        survey
            .questions
            .retain(|question| ["overall", "reasons"].contains(&question.id.as_str()));
        assert!(is_whole(&survey, "satisfied", false));
        assert!(!is_whole(&survey, "dissatisfied", false));
    }

    #[test]
    fn a_survey_that_begins_otherwise_has_a_button_to_begin() {
        let mut survey = ready("five-level");
        assert_eq!(levels(&survey).len(), 5);
        survey.questions.rotate_left(1);
        assert!(question(&survey).is_none() && !is_whole(&survey, "satisfied", true));
    }
}
