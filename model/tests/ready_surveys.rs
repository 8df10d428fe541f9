//! The ready surveys in `surveys/`: sound, complete in three languages, one tap
//! for the satisfied, a reason from the dissatisfied, and the README true.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use manyi_model::{
    Answer, Answers, Code, Condition, Definition, Kind, Level, Pick, Problem, Question, Scale,
    Text, validate, visible,
};

mod letters;

const READY: [&str; 12] = [
    "awareness",
    "case-callback",
    "feedback",
    "five-level",
    "four-questions",
    "home-visit",
    "household-window",
    "meeting",
    "phone-callback",
    "response-110",
    "safety-satisfaction",
    "visitor-reception",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../surveys")
}

fn surveys() -> Vec<Definition> {
    READY
        .iter()
        .map(|id| {
            let json = fs::read_to_string(folder().join(format!("{id}.json"))).expect(id);
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{id}.json: {error}"))
        })
        .collect()
}

/// Every string of a survey with its path, as the README names it.
fn texts(survey: &Definition) -> Vec<(String, &Text)> {
    let mut all = vec![("title".to_owned(), &survey.title)];
    all.extend(survey.intro.iter().map(|text| ("intro".to_owned(), text)));
    all.extend(survey.thanks.iter().map(|text| ("thanks".to_owned(), text)));
    for question in &survey.questions {
        let mut add = |name: &str, text| all.push((format!("{}.{name}", question.id), text));
        add("title", &question.title);
        if let Some(help) = &question.help {
            add("help", help);
        }
        if let Some(Scale::Inline(levels)) = &question.scale {
            for level in levels {
                add(&level.id, &level.label);
            }
        }
        for item in &question.items {
            add(&item.id, &item.label);
        }
        for choice in &question.choices {
            add(&choice.id, &choice.label);
        }
        if let Some(unit) = &question.unit {
            add("unit", unit);
        }
    }
    all
}

fn wording<'a>(text: &'a Text, tag: &str) -> Option<&'a str> {
    let Text::ByLanguage(by) = text else {
        return None;
    };
    by.get(tag).map(String::as_str)
}

/// The best level of a rating, or the first where none is better than another.
fn best(question: &Question) -> Level {
    let levels = question.levels();
    let best = levels.iter().max_by_key(|level| level.mood);
    let first = levels.first();
    let chosen = best.filter(|level| level.mood.is_some()).or(first);
    chosen.expect("a scale with levels").clone()
}

fn rated(question: &Question, level: &str) -> Answer {
    if question.items.is_empty() {
        return Answer::Word(level.to_owned());
    }
    let rows = question.items.iter();
    Answer::Items(
        rows.map(|item| (item.id.clone(), level.to_owned()))
            .collect(),
    )
}

/// Only what must be answered, with the best level throughout.
fn satisfied(survey: &Definition) -> Answers {
    let mut answers = Answers::new();
    for (n, question) in survey.questions.iter().enumerate() {
        if !question.required || !visible(survey, &answers)[n] {
            continue;
        }
        let answer = match question.kind {
            Kind::Rating => rated(question, &best(question).id),
            Kind::Choice if !question.multiple => Answer::Word(question.choices[0].id.clone()),
            kind => panic!("{}: a {kind:?} must be answered", question.id),
        };
        answers.insert(&question.id, answer);
    }
    answers
}

/// The questions for a reason, each with the levels that bring it up.
fn reasons(survey: &Definition) -> Vec<(&Question, Vec<(&Question, &str)>)> {
    fn leaves(condition: &Condition) -> Vec<&Condition> {
        match &condition.question {
            Some(_) => vec![condition],
            None => condition.parts().flat_map(leaves).collect(),
        }
    }
    let asked = |question: &&Question| question.kind == Kind::Choice && question.required;
    let conditional = survey
        .questions
        .iter()
        .filter(asked)
        .filter_map(|question| {
            let condition = question.visible_if.as_ref()?;
            let triggers = leaves(condition).into_iter().flat_map(|leaf| {
                let rating = leaf.question.as_deref().and_then(|id| survey.question(id));
                let rating = rating.expect("an earlier question");
                let levels = leaf.any_of.iter().flatten();
                levels.map(move |level| (rating, level.as_str()))
            });
            Some((question, triggers.collect()))
        });
    conditional.collect()
}

#[test]
fn the_folder_holds_these_and_no_others() {
    let files: BTreeSet<_> = fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".json")?.to_owned()))
        .collect();
    assert_eq!(files, READY.map(str::to_owned).into());
    for (file, survey) in READY.iter().zip(surveys()) {
        assert_eq!(*file, survey.id);
        assert_eq!(survey.schema.as_deref(), Some("../schema/survey.json"));
    }
}

#[test]
fn no_survey_has_a_flaw() {
    for survey in surveys() {
        let flaws: Vec<_> = survey.check().iter().map(ToString::to_string).collect();
        assert!(flaws.is_empty(), "{}: {flaws:#?}", survey.id);
    }
}

#[test]
fn a_field_nobody_knows_is_refused() {
    for id in READY {
        let json = fs::read_to_string(folder().join(format!("{id}.json"))).expect(id);
        let strange = json.replacen("\"version\"", "\"colour\": 1,\n  \"version\"", 1);
        let error = serde_json::from_str::<Definition>(&strange).expect_err(id);
        assert!(error.to_string().contains("`colour`"), "{id}: {error}");
    }
}

#[test]
fn printing_and_parsing_again_changes_nothing() {
    for survey in surveys() {
        let printed = serde_json::to_string(&survey).expect("JSON");
        let again: Definition = serde_json::from_str(&printed).expect("the same survey");
        assert_eq!(survey, again);
        assert_eq!(printed, serde_json::to_string(&again).expect("JSON"));
    }
}

#[test]
fn every_string_stands_in_three_languages() {
    for survey in surveys() {
        assert_eq!(survey.languages, ["zh-Hans", "zh-Hant", "ug", "en"]);
        for (path, text) in texts(&survey) {
            for tag in ["zh-Hans", "zh-Hant", "en"] {
                assert!(
                    wording(text, tag).is_some(),
                    "{}: {path} in {tag}",
                    survey.id
                );
            }
            let known = text
                .languages()
                .all(|tag| survey.languages.iter().any(|l| l == tag));
            assert!(known, "{}: {path}", survey.id);
        }
    }
}

#[test]
fn each_language_is_written_in_its_own_letters() {
    for survey in surveys() {
        for (path, text) in texts(&survey) {
            let place = format!("{}: {path}", survey.id);
            let hant = wording(text, "zh-Hant").unwrap_or_default();
            assert_eq!(letters::simplified(hant), None, "{place}: {hant}");
            let ug = wording(text, "ug").unwrap_or_default();
            assert_eq!(letters::not_uyghur(ug), None, "{place}: {ug}");
            let en = wording(text, "en").unwrap_or_default();
            let latin = en.chars().all(|c| c.is_ascii() || "“”’".contains(c));
            assert!(latin, "{place}: {en}");
        }
    }
}

#[test]
fn the_ready_scales_speak_four_languages() {
    for name in manyi_model::scale::READY {
        for level in Scale::Named(name.to_owned()).levels() {
            let words = ["zh-Hans", "zh-Hant", "en", "ug"].map(|tag| wording(&level.label, tag));
            let [Some(_), Some(hant), Some(_), Some(ug)] = words else {
                panic!("{name}: {words:?}");
            };
            assert_eq!(letters::simplified(hant), None, "{hant}");
            assert_eq!(letters::not_uyghur(ug), None, "{ug}");
        }
    }
}

#[test]
fn one_word_has_one_translation() {
    let surveys = surveys();
    for tag in ["zh-Hant", "en", "ug"] {
        let mut known = BTreeMap::new();
        for survey in &surveys {
            for (path, text) in texts(survey) {
                let hans = wording(text, "zh-Hans").expect("Simplified Chinese");
                let first = known.entry(hans).or_insert_with(|| wording(text, tag));
                assert_eq!(*first, wording(text, tag), "{}: {path}: {hans}", survey.id);
            }
        }
    }
}

#[test]
fn a_satisfied_person_taps_once() {
    for survey in surveys() {
        let answers = satisfied(&survey);
        assert_eq!(validate(&survey, &answers), [], "{}", survey.id);
        let taps = match survey.id.as_str() {
            // Two rates are the purpose of this one.
            "safety-satisfaction" => 2,
            // Who is answering, then the rows.
            "awareness" => 2,
            _ => 1,
        };
        assert_eq!(answers.len(), taps, "{}: {answers:?}", survey.id);
    }
}

#[test]
fn a_dissatisfied_person_gives_a_reason() {
    for survey in surveys() {
        let reasons = reasons(&survey);
        if survey.id != "awareness" {
            assert!(!reasons.is_empty(), "{}", survey.id);
        }
        for (reason, triggers) in reasons {
            for (rating, level) in triggers {
                let mut answers = satisfied(&survey);
                answers.insert(&rating.id, rated(rating, level));
                let missing = [Problem::new(&reason.id, Code::Required)];
                assert_eq!(validate(&survey, &answers), missing, "{}", survey.id);

                let mut chosen = answers.clone();
                let first = Pick::Choice(reason.choices[0].id.clone());
                chosen.insert(&reason.id, Answer::Picks(vec![first]));
                assert_eq!(validate(&survey, &chosen), [], "{}", survey.id);

                let written = Pick::Other("说好当天办，等了三天".to_owned());
                answers.insert(&reason.id, Answer::Picks(vec![written]));
                assert_eq!(validate(&survey, &answers), [], "{}", survey.id);
            }
        }
    }
}

/// Each bad level of each satisfaction scale, even of a row that need not be rated.
#[test]
fn no_dissatisfied_level_goes_without_a_reason() {
    for survey in surveys() {
        for rating in &survey.questions {
            let Some(Scale::Named(name)) = &rating.scale else {
                continue;
            };
            let bad = match name.as_str() {
                "satisfaction-3" => ["dissatisfied"].as_slice(),
                "satisfaction-5" => &["dissatisfied", "very_dissatisfied"],
                "safety-3" => &["unsafe"],
                _ => continue,
            };
            let reasons = reasons(&survey);
            for level in bad {
                let asked = reasons.iter().any(|(_, triggers)| {
                    let mut triggers = triggers.iter();
                    triggers.any(|(from, by)| from.id == rating.id && by == level)
                });
                assert!(asked, "{}: {} at {level}", survey.id, rating.id);
            }
        }
    }
}

#[test]
fn a_satisfied_person_cannot_be_given_a_reason() {
    for survey in surveys() {
        for (reason, triggers) in reasons(&survey) {
            let mut answers = satisfied(&survey);
            let first = Pick::Choice(reason.choices[0].id.clone());
            answers.insert(&reason.id, Answer::Picks(vec![first]));
            let hidden = [Problem::new(&reason.id, Code::Hidden)];
            assert_eq!(validate(&survey, &answers), hidden, "{}", survey.id);
            assert!(!triggers.is_empty());
            assert!(reason.has_other() && reason.multiple, "{}", survey.id);
        }
    }
}

#[test]
fn telephone_numbers_are_personal_and_left_to_the_person() {
    for survey in surveys() {
        for question in &survey.questions {
            assert_eq!(question.personal, question.kind == Kind::Phone);
            assert!(!(question.personal && question.required), "{}", survey.id);
        }
    }
}

#[test]
fn facts_show_words_and_no_face() {
    for survey in surveys() {
        for question in &survey.questions {
            let known = Some(Scale::Named("known-unknown".to_owned()));
            if question.kind == Kind::YesNo || question.scale == known {
                let levels = question.levels();
                assert_eq!(levels.len(), 2);
                assert!(levels.iter().all(|level| level.mood.is_none()));
            }
        }
    }
}

#[test]
fn the_set_shows_every_kind_of_question() {
    let surveys = surveys();
    let any = |test: &dyn Fn(&Question) -> bool| {
        surveys
            .iter()
            .flat_map(|survey| &survey.questions)
            .any(test)
    };
    for kind in [
        Kind::Rating,
        Kind::Choice,
        Kind::Text,
        Kind::Phone,
        Kind::YesNo,
        Kind::Number,
    ] {
        assert!(any(&|question| question.kind == kind), "{kind:?}");
    }
    assert!(any(&|question| question.new_page));
    assert!(any(&|question| !question.items.is_empty()));
    assert!(any(
        &|question| question.kind == Kind::Choice && !question.multiple
    ));
    assert!(any(&|question| {
        question.choices.iter().any(|choice| choice.exclusive)
    }));
    assert!(any(&|question| matches!(
        question.scale,
        Some(Scale::Inline(_))
    )));
    for name in manyi_model::scale::READY {
        let used = any(&|question| question.scale == Some(Scale::Named(name.to_owned())));
        assert!(used || name == "yes-no", "{name}");
    }
}

#[test]
fn the_readme_says_what_the_files_hold() {
    let readme = fs::read_to_string(folder().join("README.md")).expect("README.md");
    let rows: Vec<Vec<&str>> = readme
        .lines()
        .filter(|line| line.starts_with("| [`"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), READY.len());
    for survey in surveys() {
        let id = &survey.id;
        let link = format!("[`{id}`]({id}.json)");
        let row = rows.iter().find(|row| row[0] == link).expect("a row");
        let ticked = |names: Vec<&str>| {
            let ticked: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            ticked.join(" ")
        };
        let questions = survey.questions.iter().map(|q| q.id.as_str()).collect();
        let texts = texts(&survey);
        let falls_back: Vec<_> = texts
            .iter()
            .filter(|(_, text)| wording(text, "ug").is_none())
            .map(|(path, _)| path.as_str())
            .collect();
        let falls_back = match falls_back.is_empty() {
            true => "none".to_owned(),
            false => ticked(falls_back),
        };
        assert_eq!(row.len(), 5, "{id}");
        assert!(!row[1].is_empty(), "{id}");
        assert_eq!(row[2], ticked(questions), "{id}: questions");
        assert_eq!(row[3], survey.languages.join(", "), "{id}: languages");
        assert_eq!(row[4], falls_back, "{id}: without ug");
    }
}
