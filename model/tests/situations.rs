//! The model in situations that a person would tell.

mod cases;

use cases::document;
use manyi_model::{
    Answer, Answers, Code, Condition, Definition, Pick, Response, Text, fields, hash, limits, text,
    validate, visible, words,
};
use serde_json::{Value, json};

fn survey() -> Definition {
    serde_json::from_value(document("survey.json")).expect("the corpus's own survey")
}

fn answers(json: Value) -> Answers {
    serde_json::from_value(json).expect("answers")
}

fn response(answers: Value) -> Response {
    serde_json::from_value(json!({
        "id": "0198f000-0000-7000-8000-0000000000aa",
        "survey": { "id": "corpus", "version": 1 },
        "answers": answers,
        "channel": "web"
    }))
    .expect("a response")
}

fn from_fields(pairs: &[(&str, &str)]) -> Answers {
    fields::answers(&survey(), pairs.iter().copied())
}

fn codes(given: &Answers) -> Vec<(String, &'static str)> {
    let problems = validate(&survey(), given);
    let code = |problem: manyi_model::Problem| (problem.question.clone(), problem.code.name());
    problems.into_iter().map(code).collect()
}

fn by(languages: &[&str]) -> Text {
    let pairs = languages
        .iter()
        .map(|tag| ((*tag).to_owned(), format!("in {tag}")));
    Text::ByLanguage(pairs.collect())
}

#[test]
fn a_satisfied_person_taps_once() {
    assert_eq!(codes(&answers(json!({ "overall": "satisfied" }))), []);
}

#[test]
fn a_dissatisfied_person_must_say_why() {
    let given = answers(json!({ "overall": "dissatisfied" }));
    assert_eq!(codes(&given), [("reasons".to_owned(), "required")]);
}

#[test]
fn a_person_who_changes_to_satisfied_gives_no_reasons() {
    let given = answers(json!({ "overall": "satisfied", "reasons": ["slow"] }));
    assert_eq!(codes(&given), [("reasons".to_owned(), "hidden")]);
    let shown = visible(&survey(), &given);
    let at = |id| survey().questions.iter().position(|q| q.id == id);
    assert_eq!(at("reasons").map(|at| shown[at]), Some(false));
}

#[test]
fn a_question_behind_a_hidden_one_is_hidden_too() {
    let chain: Definition = serde_json::from_value(json!({
        "id": "chain", "version": 1, "title": "t",
        "questions": [
            { "id": "a", "type": "yes_no", "title": "t" },
            { "id": "b", "type": "yes_no", "title": "t", "visible_if": { "question": "a", "any_of": ["yes"] } },
            { "id": "c", "type": "text", "title": "t", "visible_if": { "question": "b", "any_of": ["yes"] } },
            { "id": "d", "type": "text", "title": "t", "visible_if": { "not": { "question": "b", "answered": true } } }
        ]
    }))
    .expect("a definition");
    assert_eq!(chain.check(), []);
    let left = answers(json!({ "a": "no", "b": "yes" }));
    assert_eq!(visible(&chain, &left), [true, false, false, true]);
    let all = answers(json!({ "a": "yes", "b": "yes" }));
    assert_eq!(visible(&chain, &all), [true, true, true, false]);
}

#[test]
fn conditions_look_at_items_others_and_numbers() {
    let given = answers(json!({
        "m": { "speed": "dissatisfied", "result": "satisfied" },
        "w": { "other": "骑车" }, "n": 3, "p": ["a", { "other": "x" }]
    }));
    let holds = |condition: Value| {
        let condition: Condition = serde_json::from_value(condition).expect("a condition");
        condition.holds(&given, &|_| true)
    };
    assert!(holds(
        json!({ "question": "m", "any_of": ["dissatisfied"] })
    ));
    assert!(holds(
        json!({ "question": "m", "item": "speed", "any_of": ["dissatisfied"] })
    ));
    assert!(!holds(
        json!({ "question": "m", "item": "result", "any_of": ["dissatisfied"] })
    ));
    assert!(holds(
        json!({ "question": "m", "item": "speed", "answered": true })
    ));
    assert!(!holds(
        json!({ "question": "m", "item": "price", "answered": true })
    ));
    assert!(holds(
        json!({ "question": "m", "item": "price", "answered": false })
    ));
    assert!(holds(json!({ "question": "w", "any_of": ["other"] })));
    assert!(holds(json!({ "question": "p", "any_of": ["b", "other"] })));
    assert!(holds(
        json!({ "question": "n", "at_least": 3, "at_most": 3 })
    ));
    assert!(!holds(json!({ "question": "n", "at_least": 3.5 })));
    assert!(!holds(json!({ "question": "n", "at_most": 2 })));
    assert!(!holds(json!({ "question": "w", "at_least": 0 })));
    assert!(!holds(json!({ "question": "ghost", "any_of": ["a"] })));
    assert!(holds(
        json!({ "not": { "question": "ghost", "answered": true } })
    ));
}

#[test]
fn a_thousand_wrong_answers_are_reported_within_bounds() {
    let wrong = (0..1000).map(|n| (format!("x{n}"), Answer::Number(1.0)));
    let problems = validate(&survey(), &wrong.collect());
    assert_eq!(problems.len(), limits::PROBLEMS);
    let long = [("y".repeat(9999), Answer::Word("z".repeat(9999)))];
    let problems = validate(&survey(), &long.into_iter().collect());
    let unknown = problems.iter().find(|p| p.code == Code::UnknownQuestion);
    assert_eq!(unknown.map(|p| p.question.len()), Some(limits::ID_CHARS));
}

#[test]
fn a_number_that_no_json_can_hold_is_refused() {
    let mut given = answers(json!({ "overall": "satisfied" }));
    for wild in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        given.insert("wide", Answer::Number(wild));
        assert_eq!(codes(&given), [("wide".to_owned(), "wrong_type")]);
    }
}

#[test]
fn a_form_without_script_says_the_same() {
    let given = from_fields(&[
        ("overall", "not an answer field"),
        ("answers.overall", "dissatisfied"),
        ("answers.reasons", "slow"),
        ("answers.reasons", "other"),
        ("answers.reasons.other", "下雨"),
        ("answers.aspects.speed", "satisfied"),
        ("answers.way.other", ""),
        ("answers.trips", "３"),
        ("answers.comment", "一\r\n二"),
        ("answers.phone", ""),
    ]);
    let wanted = json!({
        "overall": "dissatisfied", "reasons": ["slow", { "other": "下雨" }],
        "aspects": { "speed": "satisfied" }, "trips": 3, "comment": "一\n二"
    });
    assert_eq!(given, answers(wanted));
    assert_eq!(codes(&given), []);
}

#[test]
fn words_beside_an_unticked_other_still_count() {
    let single = from_fields(&[("answers.way.other", "电话")]);
    assert_eq!(single.get("way"), Some(&Answer::Other("电话".to_owned())));
    let several = from_fields(&[("answers.reasons", "slow"), ("answers.reasons.other", "吵")]);
    let picks = vec![
        Pick::Choice("slow".to_owned()),
        Pick::Other("吵".to_owned()),
    ];
    assert_eq!(several.get("reasons"), Some(&Answer::Picks(picks)));
    // Who chose something else has changed their mind.
    let changed = from_fields(&[("answers.way", "web"), ("answers.way.other", "电话")]);
    assert_eq!(changed.get("way"), Some(&Answer::Word("web".to_owned())));
}

#[test]
fn a_form_with_fields_that_no_page_has_is_refused_by_name() {
    for fields in [
        &[
            ("answers.overall", "satisfied"),
            ("answers.overall", "dissatisfied"),
        ][..],
        &[("answers.overall", "satisfied"), ("answers.overall.x", "y")],
        &[("answers.overall.other", "y")],
    ] {
        assert_eq!(
            codes(&from_fields(fields)),
            [("overall".to_owned(), "wrong_type")]
        );
    }
    for (fields, question, code) in [
        (
            &[("answers.way", "web"), ("answers.way", "window")][..],
            "way",
            "wrong_type",
        ),
        (&[("answers.way.x", "y")], "way", "wrong_type"),
        (
            &[("answers.plain", "a"), ("answers.plain.other", "y")],
            "plain",
            "wrong_type",
        ),
        (&[("answers.aspects", "satisfied")], "aspects", "wrong_type"),
        (
            &[
                ("answers.aspects.speed", "satisfied"),
                ("answers.aspects.speed", "satisfied"),
            ],
            "aspects",
            "wrong_type",
        ),
        (
            &[("answers.aspects.x", "satisfied")],
            "aspects",
            "unknown_item",
        ),
        (&[("answers.trips", "1,5")], "trips", "wrong_type"),
        (&[("answers.ghost", "x")], "ghost", "unknown_question"),
        (&[("answers.ghost.x.y", "x")], "ghost", "unknown_question"),
        (&[("answers.", "x")], "", "unknown_question"),
    ] {
        let mut all = vec![("answers.overall", "satisfied")];
        all.extend(fields);
        assert_eq!(
            codes(&from_fields(&all)),
            [(question.to_owned(), code)],
            "{fields:?}"
        );
    }
}

#[test]
fn numbers_are_read_as_people_type_them() {
    for (typed, number) in [
        ("3", Some(3.0)),
        (" 12 ", Some(12.0)),
        ("１２．５", Some(12.5)),
        ("-3", Some(-3.0)),
        ("−3", Some(-3.0)),
        ("+3", Some(3.0)),
        ("1,000", Some(1000.0)),
        ("1，000", Some(1000.0)),
        ("-12,345,678.9", Some(-12_345_678.9)),
        (".5", Some(0.5)),
        ("5.", Some(5.0)),
        ("3。5", Some(3.5)),
        ("-0", Some(0.0)),
        ("1,5", None),
        ("1,00", None),
        ("1000,000", None),
        (",000", None),
        ("1.000,5", None),
        ("1,,000", None),
        ("", None),
        (" ", None),
        ("三", None),
        ("3趟", None),
        ("1e3", None),
        ("0x10", None),
        ("NaN", None),
        ("inf", None),
        ("--3", None),
        ("3-", None),
        ("1.2.3", None),
        (".", None),
        ("-", None),
        ("1 000", None),
        ("9999999999999999999999999", None),
    ] {
        assert_eq!(fields::number(typed), number, "{typed:?}");
    }
}

#[test]
fn a_reader_gets_the_nearest_language() {
    let chinese = by(&["en", "ug", "zh-Hans", "zh-Hant"]);
    for (wanted, given) in [
        ("zh-Hans", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("ZH-cn", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-Hans-CN", "zh-Hans"),
        ("en-GB", "en"),
        ("ug-CN", "ug"),
        ("de", "zh-Hans"),
        ("", "zh-Hans"),
        ("中文", "zh-Hans"),
    ] {
        assert_eq!(chinese.say(wanted).language, Some(given), "{wanted}");
    }
    assert_eq!(
        by(&["en", "zh-Hant"]).say("zh-CN").language,
        Some("zh-Hant")
    );
    assert_eq!(
        by(&["en", "zh-Hans"]).say("zh-TW").language,
        Some("zh-Hans")
    );
    assert_eq!(by(&["en", "fr"]).say("zh-CN").language, Some("en"));
    assert_eq!(by(&["fr", "kk"]).say("zh-CN").language, Some("fr"));
    assert_eq!(Text::ByLanguage(manyi_model::Map::new()).say("en").text, "");
    assert_eq!(Text::from("好").say("en").language, None);
}

#[test]
fn scripts_run_the_right_way() {
    for (tag, direction) in [
        ("ug", "rtl"),
        ("UG-cn", "rtl"),
        ("ug-Latn", "ltr"),
        ("kk", "ltr"),
        ("kk-Arab", "rtl"),
        ("ar", "rtl"),
        ("zh-Hans", "ltr"),
        ("en", "ltr"),
        ("", "ltr"),
    ] {
        assert_eq!(text::direction(tag), direction, "{tag}");
    }
}

#[test]
fn what_a_stranger_wrote_is_not_filled_in_twice() {
    let filled = words::fill("{a} and {b}", &[("a", "{b}"), ("b", "{a}")]);
    assert_eq!(filled, "{b} and {a}");
    assert_eq!(words::fill("{x} {", &[("a", "b")]), "{x} {");
}

#[test]
fn canonical_numbers_are_those_of_javascript() {
    for (number, text) in [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1.0", "1"),
        ("1e2", "100"),
        ("0.1", "0.1"),
        ("1e-6", "0.000001"),
        ("1e-7", "1e-7"),
        ("1.5e-9", "1.5e-9"),
        ("1e20", "100000000000000000000"),
        ("1e21", "1e+21"),
        ("-1.25e30", "-1.25e+30"),
        ("9007199254740993", "9007199254740992"),
        ("18446744073709551615", "18446744073709552000"),
        ("5e-324", "5e-324"),
    ] {
        let value: Value = serde_json::from_str(number).expect("a number");
        assert_eq!(hash::canonical(&value), text, "{number}");
    }
}

#[test]
fn canonical_keys_stand_in_the_order_of_utf16() {
    // An emoji is a surrogate pair and comes before U+FB33; by code point it would not.
    let value = json!({ "\u{fb33}": 1, "😀": 2, "b": 3, "a\n": 4 });
    assert_eq!(
        hash::canonical(&value),
        "{\"a\\n\":4,\"b\":3,\"😀\":2,\"\u{fb33}\":1}"
    );
}

#[test]
fn a_repeat_has_the_same_content_and_a_change_has_not() {
    let first = response(json!({ "overall": "satisfied", "trips": 2 }));
    let repeat = response(json!({ "trips": 2.0, "overall": "satisfied" }));
    assert_eq!(hash::content_hash(&first), hash::content_hash(&repeat));
    let changed = response(json!({ "overall": "dissatisfied", "trips": 2 }));
    assert_ne!(hash::content_hash(&first), hash::content_hash(&changed));
}
