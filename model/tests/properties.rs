//! Properties of the model, over generated definitions and answers.
//! `PROPTEST_CASES=100000` runs as many of each.

mod generated;

use generated::{answers_for, any_json, definition, response};
use manyi_model::{
    Answer, Answers, Channel, Code, Definition, Kind, Mode, Pick, Question, Response, fields, hash,
    limits, phone, validate, visible, words,
};
use proptest::prelude::*;
use serde_json::Value;

/// What the widget sends and the collector keeps: answers to shown questions
/// that are not empty.
fn cleaned(definition: &Definition, answers: &Answers) -> Answers {
    let mut clean = answers.clone();
    // Taking one answer out can hide a question behind it.
    for _ in 0..=definition.questions.len() {
        let shown = visible(definition, &clean);
        clean.retain(|id, answer| {
            let at = definition.questions.iter().position(|q| q.id == id);
            !answer.is_empty() && at.is_some_and(|at| shown[at])
        });
    }
    clean
}

/// The number of decimals of `number`, from the text that Rust prints.
fn decimals(number: f64) -> usize {
    let printed = format!("{number}");
    printed.split('.').nth(1).map_or(0, str::len)
}

/// The rule of the validator, written a second time in the plainest way: whether
/// `answer` fits `question`, which is shown.
fn fits(question: &Question, answer: Option<&Answer>) -> bool {
    let levels: Vec<String> = question.levels().into_iter().map(|l| l.id).collect();
    let blank = |text: &str| text.trim().is_empty();
    let clean = |text: &str, most: u32| {
        text.chars().count() <= most as usize
            && text
                .chars()
                .all(|c| !c.is_control() || "\n\r\t".contains(c))
    };
    let pick = |pick: &Pick| match pick {
        Pick::Choice(id) => id != "other" && question.choices.iter().any(|c| c.id == *id),
        Pick::Other(text) => {
            question.has_other() && !blank(text) && clean(text, limits::OTHER_CHARS)
        }
    };
    let Some(answer) = answer else {
        return !question.required;
    };
    match (question.kind, answer) {
        (Kind::Rating, Answer::Items(items)) if !question.items.is_empty() => {
            let known = |item: &String| question.items.iter().any(|i| i.id == *item);
            items
                .iter()
                .all(|(item, level)| known(item) && levels.contains(level))
                && (!question.required || question.items.iter().all(|i| items.contains_key(&i.id)))
        }
        (Kind::Rating, Answer::Word(level)) if question.items.is_empty() => {
            levels.contains(level) || (level.is_empty() && !question.required)
        }
        (Kind::YesNo, Answer::Word(word)) => {
            word == "yes" || word == "no" || (word.is_empty() && !question.required)
        }
        (Kind::Choice, Answer::Word(id)) if !question.multiple => {
            pick(&Pick::Choice(id.clone())) || (id.is_empty() && !question.required)
        }
        (Kind::Choice, Answer::Other(text)) if !question.multiple => {
            pick(&Pick::Other(text.clone()))
        }
        (Kind::Choice, Answer::Picks(picks)) if question.multiple => {
            let name = |pick: &Pick| match pick {
                Pick::Choice(id) => id.clone(),
                Pick::Other(_) => "other".to_owned(),
            };
            let mut names: Vec<String> = picks.iter().map(name).collect();
            let alone = |c: &manyi_model::Choice| c.exclusive && names.contains(&c.id);
            let lonely = question.choices.iter().any(alone);
            names.sort();
            let twice = names.windows(2).any(|pair| pair[0] == pair[1]);
            picks.iter().all(pick)
                && !twice
                && (!lonely || picks.len() == 1)
                && (!question.required || !picks.is_empty())
        }
        (Kind::Text, Answer::Word(text)) => {
            clean(text, question.max_chars()) && !(question.required && blank(text))
        }
        (Kind::Phone, Answer::Word(typed)) if blank(typed) => {
            !question.required && typed.len() <= limits::PHONE_CHARS
        }
        (Kind::Phone, Answer::Word(typed)) => phone::normal(typed).is_some(),
        (Kind::Number, Answer::Number(number)) => {
            *number >= question.min.unwrap_or(-limits::NUMBER_MAX)
                && *number <= question.max.unwrap_or(limits::NUMBER_MAX)
                && decimals(*number) <= usize::from(question.decimals.unwrap_or(0))
        }
        _ => false,
    }
}

/// Keys of every object turned round; the meaning stays.
fn turned(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let parts = map.iter().rev();
            let parts = parts.map(|(k, v)| format!("{} : {}", Value::from(k.as_str()), turned(v)));
            format!("{{ {} }}", parts.collect::<Vec<_>>().join(" , "))
        }
        Value::Array(list) => {
            let parts: Vec<String> = list.iter().map(turned).collect();
            format!("[ {} ]", parts.join(" , "))
        }
        value => value.to_string(),
    }
}

proptest! {
    #[test]
    fn a_generated_definition_is_sound_and_prints_and_parses_to_itself(definition in definition()) {
        prop_assert_eq!(definition.check(), vec![]);
        let printed = serde_json::to_string(&definition).unwrap();
        let parsed: Definition = serde_json::from_str(&printed).unwrap();
        prop_assert_eq!(&parsed, &definition);
        prop_assert_eq!(serde_json::to_string(&parsed).unwrap(), printed);
    }

    #[test]
    fn a_response_prints_and_parses_to_itself(response in response()) {
        let printed = serde_json::to_string(&response).unwrap();
        let parsed: Response = serde_json::from_str(&printed).unwrap();
        prop_assert_eq!(&parsed, &response);
        prop_assert_eq!(serde_json::to_string(&parsed).unwrap(), printed);
    }

    #[test]
    fn the_validator_agrees_with_the_slow_rule((definition, answers) in answers_for(definition())) {
        let problems = validate(&definition, &answers);
        let shown = visible(&definition, &answers);
        for (question, shown) in definition.questions.iter().zip(shown) {
            let answer = answers.get(&question.id);
            let fine = if shown { fits(question, answer) } else { answer.is_none() };
            let named = problems.iter().any(|problem| problem.question == question.id);
            prop_assert_eq!(!fine, named, "{:?} of {:?}: {:?}", answer, question, problems);
        }
        for (id, _) in answers.iter().filter(|(id, _)| definition.question(id).is_none()) {
            let short: String = id.chars().take(limits::ID_CHARS).collect();
            let named = problems.iter().any(|p| p.question == short && p.code == Code::UnknownQuestion);
            prop_assert!(named, "{} is not named", id);
        }
    }

    #[test]
    fn a_hidden_question_never_carries_an_answer((definition, answers) in answers_for(definition())) {
        let problems = validate(&definition, &answers);
        let shown = visible(&definition, &answers);
        for (question, shown) in definition.questions.iter().zip(&shown) {
            let hidden = problems.iter().any(|p| p.question == question.id && p.code == Code::Hidden);
            prop_assert_eq!(hidden, !shown && answers.get(&question.id).is_some());
        }
        // What is left when they are taken out is never refused for it, and what
        // stays on screen stays.
        let clean = cleaned(&definition, &answers);
        for problem in validate(&definition, &clean) {
            prop_assert!(problem.code != Code::Hidden && problem.code != Code::UnknownQuestion);
        }
        prop_assert_eq!(cleaned(&definition, &clean), clean);
    }

    #[test]
    fn any_json_can_stand_as_answers((definition, _) in answers_for(definition()), json in any_json()) {
        let text = json.to_string();
        if let Ok(answers) = serde_json::from_str::<Answers>(&text) {
            let _ = validate(&definition, &answers);
        }
        // Under the ids of real questions, too.
        let object: serde_json::Map<String, Value> = definition
            .questions.iter().map(|question| (question.id.clone(), json.clone())).collect();
        let answers: Answers = serde_json::from_value(Value::Object(object)).unwrap();
        for problem in validate(&definition, &answers) {
            for language in ["zh-Hans", "ug", "xx"] {
                prop_assert!(!words::sentence(&problem, &definition, language).is_empty());
            }
        }
        prop_assert!(validate(&definition, &answers).len() <= limits::PROBLEMS);
    }

    #[test]
    fn any_json_can_stand_as_a_definition(json in any_json(), (sound, answers) in answers_for(definition()), place in 0_usize..20) {
        // Alone it is hardly ever one; in place of a part of a sound one it is.
        let mut document = serde_json::to_value(&sound).unwrap();
        let mut left = place;
        replace(&mut document, &json, &mut left);
        for document in [json, document] {
            if let Ok(definition) = serde_json::from_value::<Definition>(document) {
                let _ = definition.check();
                let _ = validate(&definition, &answers);
                let _ = definition.offered_languages();
            }
        }
    }

    #[test]
    fn form_fields_give_the_answers_back((definition, answers) in answers_for(definition()), mut response in response()) {
        let clean = cleaned(&definition, &answers);
        prop_assume!(validate(&definition, &clean).is_empty());
        // A form knows one kind of line end, whatever the person's system has.
        prop_assume!(!format!("{clean:?}").contains("\\r\\n"));
        response.answers = clean.clone();
        let sent = fields::of(&response);
        let pairs = sent.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        prop_assert_eq!(fields::answers(&definition, pairs), clean);
    }

    #[test]
    fn any_form_fields_are_read(
        (definition, _) in answers_for(definition()),
        names in prop::collection::vec("(answers\\.)?(q[0-9]|x)(\\.(other|i0|i1|x))?", 0..6),
        value in ".{0,8}",
    ) {
        let pairs = names.iter().map(|name| (name.as_str(), value.as_str()));
        let _ = validate(&definition, &fields::answers(&definition, pairs));
    }

    #[test]
    fn a_number_is_read_as_it_is_printed(number in -1e15..1e15_f64) {
        // People type at most 24 characters.
        let typed = number.to_string();
        prop_assume!(typed.len() <= 24);
        prop_assert_eq!(fields::number(&typed), Some(number));
    }

    #[test]
    fn canonical_json_knows_no_order_and_no_layout(json in any_json()) {
        let canonical = hash::canonical(&json);
        let again: Value = serde_json::from_str(&turned(&json)).unwrap();
        prop_assert_eq!(hash::canonical(&again), canonical.clone());
        // It is JSON of the same value, and canonical itself.
        let parsed: Value = serde_json::from_str(&canonical).unwrap();
        prop_assert_eq!(hash::canonical(&parsed), canonical);
    }

    #[test]
    fn content_hashes_are_equal_exactly_when_the_content_is(a in response(), b in response(), change in 0..14) {
        prop_assert_eq!(hash::content_hash(&a) == hash::content_hash(&b), content(&a) == content(&b));
        let mut c = a.clone();
        match change {
            // The way it took is no content …
            0 => c.id = "other".to_owned(),
            1 => c.duration_ms = Some(1),
            2 => c.device = None,
            3 => c.survey.hash = None,
            4 => c.widget = None,
            // … what was said is.
            5 => c.survey.version += 1,
            6 => c.language = Some(format!("{}x", c.language.unwrap_or_default())),
            7 => { c.answers.insert("extra", Answer::Number(1.5)); }
            8 => c.invitation = Some(format!("{}x", c.invitation.unwrap_or_default())),
            9 => c.asked_by = Some(format!("{}x", c.asked_by.unwrap_or_default())),
            10 => c.mode = if c.mode == Mode::Asked { Mode::Entered } else { Mode::Asked },
            11 => c.channel = Channel::Paper,
            12 => c.subject.get_or_insert_default().matter = Some("x".to_owned()),
            _ => { c.answers = Answers::new(); }
        }
        let same = content(&a) == content(&c);
        prop_assert_eq!(hash::content_hash(&a) == hash::content_hash(&c), same);
        prop_assert!(change >= 5 || same);
    }

    #[test]
    fn a_phone_in_normal_form_stays_so(typed in "[+0-9０-９ ()\\-转xX.]{0,24}") {
        if let Some(normal) = phone::normal(&typed) {
            prop_assert_eq!(phone::normal(&normal), Some(normal.clone()));
            prop_assert!(normal.len() <= limits::PHONE_CHARS);
            prop_assert!(normal.bytes().all(|b| b.is_ascii_digit() || b == b'+' || b == b'-'));
        }
    }

    #[test]
    fn any_text_is_taken_by_the_small_parsers(text in "\\PC{0,40}", other in any::<String>()) {
        for text in [text, other] {
            let _ = phone::normal(&text);
            let _ = fields::number(&text);
            let _ = manyi_model::response::is_rfc3339(&text);
            let _ = manyi_model::response::is_uuid(&text);
            let _ = manyi_model::text::direction(&text);
            prop_assert!(!manyi_model::text::fallbacks(&text).is_empty());
            prop_assert!(!words::words(&text).tag.is_empty());
            prop_assert_eq!(words::fill(&text, &[]), text);
        }
    }
}

/// What a content hash covers, compared field by field.
fn content(response: &Response) -> impl PartialEq {
    (
        (response.survey.id.clone(), response.survey.version),
        response.answers.clone(),
        (response.channel, response.mode, response.asked_by.clone()),
        response
            .subject
            .clone()
            .filter(|subject| !subject.is_empty()),
        response.language.clone(),
        response.invitation.clone(),
    )
}

/// Puts `json` in place of the `left`-th value inside `document`.
fn replace(document: &mut Value, json: &Value, left: &mut usize) {
    if *left == 0 {
        document.clone_from(json);
    }
    *left = left.wrapping_sub(1);
    match document {
        Value::Object(map) => map.values_mut().for_each(|part| replace(part, json, left)),
        Value::Array(list) => list.iter_mut().for_each(|part| replace(part, json, left)),
        _ => {}
    }
}
