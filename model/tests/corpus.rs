//! The bad-input corpora against the parser and the validator.

mod cases;

use cases::{Case, all_ran, cases, document, list};
use manyi_model::{Answer, Answers, Code, Definition, Problem, Response, phone, validate, words};
use serde_json::Value;

const ID: &str = "0198f000-0000-7000-8000-0000000000aa";

fn survey() -> Definition {
    let survey: Definition =
        serde_json::from_value(document("survey.json")).expect("the corpus's own survey");
    assert_eq!(survey.check(), []);
    survey
}

/// What comes of a posted body: a syntax error, an error of shape with its place
/// and sentence, or the problems of the envelope and of the answers.
enum Outcome {
    Syntax,
    Shape(String),
    Read(Vec<Problem>),
}

fn outcome(survey: &Definition, body: &str) -> Outcome {
    let mut json = serde_json::Deserializer::from_str(body);
    match serde_path_to_error::deserialize::<_, Response>(&mut json) {
        // serde_json calls a number in place of a name a matter of syntax.
        Err(error) if error.inner().is_data() || serde_json::from_str::<Value>(body).is_ok() => {
            Outcome::Shape(error.to_string())
        }
        Err(_) => Outcome::Syntax,
        Ok(_) if json.end().is_err() => Outcome::Syntax,
        Ok(response) => {
            let mut problems = response.check();
            problems.extend(validate(survey, &response.answers));
            Outcome::Read(problems)
        }
    }
}

/// Why the case did not come out as expected, if so.
fn judge(survey: &Definition, case: &Case) -> Result<(), String> {
    let outcome = outcome(survey, &case.body(ID));
    let problems = match (outcome, case.status()) {
        (Outcome::Syntax, 400) => return Ok(()),
        (Outcome::Shape(said), 422) => {
            let field = case.expected("shape").ok_or(format!("shape: {said}"))?;
            return said.contains(field).then_some(()).ok_or(said);
        }
        (Outcome::Read(problems), 201 | 422) => problems,
        (Outcome::Syntax, _) => return Err("is no JSON".to_owned()),
        (Outcome::Shape(said), _) => return Err(said),
        (Outcome::Read(problems), _) => return Err(format!("was read: {problems:?}")),
    };
    for problem in &problems {
        for language in ["zh-Hans", "zh-Hant", "en", "ug"] {
            let sentence = words::sentence(problem, survey, language);
            if sentence.is_empty() || sentence.chars().count() > 300 {
                return Err(format!("the sentence is `{sentence}`"));
            }
        }
    }
    // Whether a survey exists is for the collector to know.
    let collector = case.expect()["collector"] == Value::Bool(true);
    match problems.as_slice() {
        [] if case.status() == 201 || collector => Ok(()),
        [problem]
            if Some(problem.question.as_str()) == case.expected("question")
                && Some(problem.code.name()) == case.expected("code")
                && problem.item.as_deref() == case.expected("item") =>
        {
            Ok(())
        }
        problems => Err(format!("{problems:?}")),
    }
}

fn run(file: &str, least: usize) {
    let survey = survey();
    let cases = cases(file);
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let why = judge(&survey, case).err()?;
            Some(format!("{}: {why}; expected {}", case.name, case.expect()))
        })
        .collect();
    assert!(failed.is_empty(), "{file}:\n{}", failed.join("\n"));
    all_ran(file, cases.len(), least);
}

#[test]
fn envelopes_and_shapes_of_answers() {
    run("schema.json", 357);
}

#[test]
fn numbers() {
    run("numbers.json", 75);
}

#[test]
fn lengths_and_unicode() {
    run("text.json", 55);
}

#[test]
fn phones_come_to_one_normal_form_or_are_refused() {
    let survey = survey();
    let cases = cases("phones.json");
    for case in &cases {
        let typed = String::from_utf8(case.input()).expect("phones are text");
        let normal = phone::normal(&typed);
        assert_eq!(normal.as_deref(), case.expected("normal"), "{}", case.name);
        let mut answers = Answers::new();
        answers.insert("overall", Answer::Word("satisfied".to_owned()));
        answers.insert("phone", Answer::Word(typed));
        let problems = validate(&survey, &answers);
        match normal {
            Some(normal) => {
                assert_eq!(problems, [], "{}", case.name);
                assert_eq!(phone::normal(&normal), Some(normal), "{}", case.name);
            }
            None => {
                let refused = Problem::new("phone", Code::NotAPhone);
                assert_eq!(problems, [refused], "{}", case.name);
            }
        }
    }
    all_ran("phones.json", cases.len(), 165);
}

#[test]
fn json_syntax() {
    let survey = survey();
    let cases = cases("json-syntax.json");
    for case in &cases {
        let bytes = case.input();
        let value = serde_json::from_slice::<Value>(&bytes);
        match case.expect().as_str() {
            Some("taken") => assert!(value.is_ok(), "{}: {value:?}", case.name),
            Some("refused") => assert!(value.is_err(), "{}", case.name),
            expected => assert_eq!(expected, Some("either"), "{}", case.name),
        }
        // Whatever JSON it is, it can stand as an answer; the validator speaks then.
        let answer = serde_json::from_slice::<Answer>(&bytes);
        assert_eq!(answer.is_ok(), value.is_ok(), "{}: {answer:?}", case.name);
        if let Ok(answer) = answer {
            let answers = [("overall".to_owned(), answer)].into_iter().collect();
            assert!(!validate(&survey, &answers).is_empty(), "{}", case.name);
        }
        assert!(serde_json::from_slice::<Response>(&bytes).is_err());
        assert!(serde_json::from_slice::<Definition>(&bytes).is_err());
    }
    all_ran("json-syntax.json", cases.len(), 318);
}

fn as_comment(text: &str) -> Answers {
    let pairs = [("overall", "satisfied"), ("comment", text)];
    let pairs = pairs.map(|(id, word)| (id.to_owned(), Answer::Word(word.to_owned())));
    pairs.into_iter().collect()
}

#[test]
fn naughty_strings_are_kept_or_refused_by_name() {
    let survey = survey();
    let strings = list("naughty-strings.json");
    let mut kept = 0;
    for string in &strings {
        let text = string.as_str().expect("strings");
        let answers = as_comment(text);
        match validate(&survey, &answers).as_slice() {
            [] => kept += 1,
            [problem] => {
                let code = problem.code.name();
                let known = ["too_long", "control_character"].contains(&code);
                assert!(known && problem.question == "comment", "{problem:?}");
            }
            problems => panic!("{text:?}: {problems:?}"),
        }
        let printed = serde_json::to_string(&answers).expect("answers are JSON");
        let read: Answers = serde_json::from_str(&printed).expect("what we print");
        assert_eq!(read, answers);
        // As an id it never fits, or is harmless.
        let found = manyi_model::response::is_uuid(text);
        assert!(!found, "{text:?}");
    }
    assert!(kept > 480, "only {kept} were kept");
    all_ran("naughty-strings.json", strings.len(), 515);
}

#[test]
fn markup_is_text() {
    let survey = survey();
    let cases = cases("xss.json");
    for case in &cases {
        let text = String::from_utf8(case.input()).expect("text");
        assert_eq!(validate(&survey, &as_comment(&text)), [], "{}", case.name);
        // As an id of any kind it is refused, and what is said of it is short.
        let answers: Answers = [(text.clone(), Answer::Word("x".to_owned()))]
            .into_iter()
            .collect();
        assert!(validate(&survey, &answers).len() == 2, "{}", case.name);
    }
    all_ran("xss.json", cases.len(), 200);
}

#[test]
fn definitions_are_sound_or_every_flaw_has_its_place() {
    let cases = cases("definitions.json");
    let mut failed = Vec::new();
    for case in &cases {
        if let Err(why) = judge_definition(case) {
            failed.push(format!("{}: {why}; expected {}", case.name, case.expect()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    all_ran("definitions.json", cases.len(), 305);
}

fn judge_definition(case: &Case) -> Result<(), String> {
    let text = case.definition();
    let mut json = serde_json::Deserializer::from_str(&text);
    let read: Result<Definition, _> = serde_path_to_error::deserialize(&mut json);
    let definition = match (read, case.expected("shape")) {
        (Err(error), Some(place)) => {
            let said = error.to_string();
            return said.contains(place).then_some(()).ok_or(said);
        }
        (Err(error), None) => return Err(error.to_string()),
        (Ok(definition), _) => definition,
    };
    let flaws = definition.check();
    if case.expect() == "sound" {
        return flaws.is_empty().then_some(()).ok_or(format!("{flaws:?}"));
    }
    let (place, reason) = (case.expected("place"), case.expected("reason"));
    let found = flaws.iter().any(|flaw| {
        Some(flaw.place.as_str()) == place
            && reason.is_some_and(|reason| flaw.reason.contains(reason))
    });
    // An unsound definition still never makes the validator panic.
    validate(&definition, &as_comment("x"));
    found.then_some(()).ok_or(format!("{flaws:?}"))
}
