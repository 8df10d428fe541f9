//! Situations of a visit.

use std::rc::Rc;

use manyi_model::definition::Choice;
use manyi_model::{
    Answer, Code, Condition, Definition, Item, Kind, Pick, Problem, Question, Scale,
};

use super::{Action, Effect, Failure, Phase, Place, Visit};

mod drawn;

fn question(id: &str, kind: Kind) -> Question {
    Question {
        id: id.to_owned(),
        kind,
        title: id.into(),
        help: None,
        required: false,
        personal: false,
        new_page: false,
        scale: None,
        items: Vec::new(),
        choices: Vec::new(),
        multiple: false,
        max_chars: None,
        min: None,
        max: None,
        decimals: None,
        unit: None,
        visible_if: None,
    }
}

fn choice(id: &str) -> Choice {
    Choice {
        id: id.to_owned(),
        label: id.into(),
        exclusive: id == "none",
    }
}

fn survey(questions: Vec<Question>) -> Visit {
    let definition = Definition {
        schema: None,
        id: "window".to_owned(),
        version: 1,
        title: "window".into(),
        intro: None,
        thanks: None,
        languages: Vec::new(),
        questions,
    };
    assert_eq!(definition.check(), [], "the survey of the test is sound");
    let id = "01890a5d-ac96-774b-bcce-b302099a8057".to_owned();
    Visit::new(Rc::new(definition), id, "zh-Hans".to_owned())
}

fn overall() -> Question {
    Question {
        required: true,
        scale: Some(Scale::Named("satisfaction-3".to_owned())),
        ..question("overall", Kind::Rating)
    }
}

fn reasons() -> Question {
    Question {
        required: true,
        multiple: true,
        choices: ["slow", "rude", "other", "none"].map(choice).to_vec(),
        visible_if: Some(Condition {
            question: Some("overall".to_owned()),
            any_of: Some(vec!["dissatisfied".to_owned()]),
            ..Condition::default()
        }),
        ..question("reasons", Kind::Choice)
    }
}

/// One rating, reasons at 不满意, a comment, a number.
fn window() -> Visit {
    let trips = Question {
        min: Some(0.0),
        decimals: Some(1),
        ..question("trips", Kind::Number)
    };
    survey(vec![
        overall(),
        reasons(),
        question("comment", Kind::Text),
        trips,
    ])
}

/// Two pages, the second with a telephone number that must be given.
fn two_pages() -> Visit {
    let phone = Question {
        required: true,
        new_page: true,
        ..question("phone", Kind::Phone)
    };
    survey(vec![overall(), reasons(), phone])
}

fn step(visit: &Visit, action: Action) -> (Visit, Vec<Effect>) {
    visit.reduce(action)
}

/// The visit after a control said something, with what a browser sends for it.
fn told(visit: &Visit, field: &str, value: &str) -> Visit {
    tick(visit, field, value, true)
}

fn tick(visit: &Visit, field: &str, value: &str, checked: bool) -> Visit {
    let action = Action::Input {
        field: ["answers.", field].concat(),
        value: value.to_owned(),
        checked,
    };
    step(visit, action).0
}

fn submitted(visit: &Visit) -> (Visit, Vec<Effect>) {
    step(visit, Action::Submit)
}

fn failed(visit: &Visit, failure: Failure) -> Visit {
    let problems = Vec::new();
    step(visit, Action::Failed { failure, problems }).0
}

fn codes(visit: &Visit) -> Vec<(&str, &str)> {
    let problems = visit.problems.iter();
    problems
        .map(|p| (p.question.as_str(), p.code.name()))
        .collect()
}

fn picks(ids: &[&str]) -> Answer {
    let picks = ids.iter().map(|id| Pick::Choice((*id).to_owned()));
    Answer::Picks(picks.collect())
}

fn place(visit: &Visit) -> Option<&Place> {
    visit.focus.as_ref().map(|focus| &focus.place)
}

#[test]
fn a_satisfied_rating_is_one_tap_and_submit() {
    let visit = told(&window(), "overall", "satisfied");
    let (visit, effects) = submitted(&visit);
    assert_eq!(effects, [Effect::Send]);
    assert_eq!(visit.phase, Phase::Sending);
    assert_eq!(visit.sendable().len(), 1);
    let receipt = visit.id.clone();
    let (visit, _) = step(&visit, Action::Delivered { receipt });
    assert!(matches!(visit.phase, Phase::Done { .. }));
    assert_eq!(place(&visit), Some(&Place::Outcome));
}

#[test]
fn every_answer_is_told_to_the_host_once() {
    let action = Action::Input {
        field: "answers.overall".to_owned(),
        value: "satisfied".to_owned(),
        checked: true,
    };
    let (visit, effects) = step(&window(), action.clone());
    let question = "overall".to_owned();
    assert_eq!(effects, [Effect::Answered { question }]);
    assert_eq!(step(&visit, action).1, []);
}

#[test]
fn nothing_moves_the_focus_before_the_person_acts() {
    let visit = told(&window(), "overall", "satisfied");
    assert_eq!(visit.focus, None);
}

#[test]
fn reasons_appear_at_dissatisfied_and_are_required() {
    let visit = window();
    assert_eq!(visit.shown(), [true, false, true, true]);
    let visit = told(&visit, "overall", "dissatisfied");
    assert_eq!(visit.shown(), [true, true, true, true]);
    let (visit, effects) = submitted(&visit);
    assert_eq!(visit.phase, Phase::Filling);
    assert_eq!(codes(&visit), [("reasons", "required")]);
    assert!(matches!(&effects[..], [Effect::Invalid { problems }] if problems.len() == 1));
    assert_eq!(place(&visit), Some(&Place::Summary));
}

#[test]
fn going_back_to_satisfied_keeps_the_reasons_but_does_not_send_them() {
    let visit = told(&window(), "overall", "dissatisfied");
    let visit = told(&visit, "reasons", "slow");
    let visit = told(&visit, "overall", "satisfied");
    assert_eq!(visit.sendable().get("reasons"), None);
    let (sending, effects) = submitted(&visit);
    assert_eq!(effects, [Effect::Send]);
    assert_eq!(sending.sendable().get("reasons"), None);
    let visit = told(&visit, "overall", "dissatisfied");
    assert_eq!(visit.sendable().get("reasons"), Some(&picks(&["slow"])));
}

#[test]
fn problems_of_a_question_that_is_hidden_again_go_away() {
    let visit = told(&window(), "overall", "dissatisfied");
    let (visit, _) = submitted(&visit);
    assert_eq!(codes(&visit), [("reasons", "required")]);
    let visit = told(&visit, "overall", "basically_satisfied");
    assert_eq!(codes(&visit), []);
}

#[test]
fn an_error_goes_when_its_answer_is_mended_and_no_new_one_comes_while_typing() {
    let visit = told(&two_pages(), "overall", "satisfied");
    let (visit, _) = step(&visit, Action::Next);
    let (visit, _) = submitted(&visit);
    assert_eq!(codes(&visit), [("phone", "required")]);
    // One digit is no telephone number yet, but nobody is told off for that.
    let visit = told(&visit, "phone", "1");
    assert_eq!(codes(&visit), []);
    let (visit, _) = submitted(&visit);
    assert_eq!(codes(&visit), [("phone", "not_a_phone")]);
    let visit = told(&visit, "phone", "138");
    assert_eq!(codes(&visit), [("phone", "not_a_phone")]);
    let visit = told(&visit, "phone", "13800138000");
    assert_eq!(codes(&visit), []);
}

#[test]
fn a_text_that_is_too_long_says_how_long_it_is_now() {
    let visit = told(&window(), "overall", "satisfied");
    let visit = told(&visit, "comment", &"字".repeat(510));
    let (visit, _) = submitted(&visit);
    let visit = told(&visit, "comment", &"字".repeat(505));
    let limit = 500;
    let code = Code::TooLong { limit, chars: 505 };
    assert_eq!(visit.problems, [Problem::new("comment", code)]);
    let visit = told(&visit, "comment", &"字".repeat(500));
    assert_eq!(visit.problems, []);
}

#[test]
fn a_second_tap_while_sending_sends_nothing() {
    let visit = told(&window(), "overall", "satisfied");
    let (visit, first) = submitted(&visit);
    let (visit, second) = submitted(&visit);
    assert_eq!((first, second), (vec![Effect::Send], vec![]));
    assert_eq!(visit.phase, Phase::Sending);
}

#[test]
fn answers_under_way_do_not_change() {
    let visit = told(&window(), "overall", "satisfied");
    let (visit, _) = submitted(&visit);
    let visit = told(&visit, "overall", "dissatisfied");
    let visit = told(&visit, "trips", "3");
    let satisfied = Answer::Word("satisfied".to_owned());
    assert_eq!(visit.answers.get("overall"), Some(&satisfied));
    assert_eq!(visit.answers.len(), 1);
}

#[test]
fn a_failure_keeps_answers_and_id_and_a_tap_sends_again() {
    let visit = told(&window(), "overall", "satisfied");
    let (sending, _) = submitted(&visit);
    let visit = failed(&sending, Failure::Network);
    assert_eq!(visit.phase, Phase::Failed(Failure::Network));
    assert_eq!(visit.answers, sending.answers);
    let visit = told(&visit, "comment", "还是很慢");
    let (again, effects) = submitted(&visit);
    assert_eq!(effects, [Effect::Send]);
    assert_eq!(again.id, sending.id);
    assert_eq!(again.sendable().len(), 2);
}

#[test]
fn what_the_server_refuses_is_shown_beside_its_question() {
    let visit = told(&two_pages(), "overall", "satisfied");
    let (visit, _) = step(&visit, Action::Next);
    let visit = told(&visit, "phone", "13800138000");
    let (visit, _) = submitted(&visit);
    let given = "satisfied".to_owned();
    let problems = vec![Problem::new("overall", Code::UnknownChoice { given })];
    let failure = Failure::Refused;
    let (visit, _) = step(&visit, Action::Failed { failure, problems });
    assert_eq!(codes(&visit), [("overall", "unknown_choice")]);
    assert_eq!((visit.page, place(&visit)), (0, Some(&Place::Summary)));
    let visit = told(&visit, "overall", "basically_satisfied");
    assert_eq!(codes(&visit), []);
}

#[test]
fn a_conflict_is_not_sent_again() {
    let visit = told(&window(), "overall", "satisfied");
    let (visit, _) = submitted(&visit);
    let visit = failed(&visit, Failure::Conflict);
    let (visit, effects) = submitted(&visit);
    assert_eq!(effects, []);
    assert_eq!(visit.phase, Phase::Failed(Failure::Conflict));
}

#[test]
fn a_late_receipt_still_ends_the_visit() {
    let visit = told(&window(), "overall", "satisfied");
    let (visit, _) = submitted(&visit);
    let visit = failed(&visit, Failure::Network);
    let receipt = visit.id.clone();
    let (visit, _) = step(&visit, Action::Delivered { receipt });
    assert!(matches!(visit.phase, Phase::Done { .. }));
    // And a failure that comes even later does not take the receipt back.
    let visit = failed(&visit, Failure::Server);
    assert!(matches!(visit.phase, Phase::Done { .. }));
}

#[test]
fn the_host_can_call_the_sending_off() {
    let visit = told(&window(), "overall", "satisfied");
    let (visit, _) = submitted(&visit);
    let (visit, _) = step(&visit, Action::Recalled);
    assert_eq!(visit.phase, Phase::Filling);
    assert_eq!(submitted(&visit).1, [Effect::Send]);
}

#[test]
fn the_next_page_waits_for_this_one() {
    let (visit, effects) = step(&two_pages(), Action::Next);
    assert_eq!(visit.page, 0);
    assert!(matches!(&effects[..], [Effect::Invalid { .. }]));
    // Only this page's problems: the telephone number has not been asked yet.
    assert_eq!(codes(&visit), [("overall", "required")]);
    let visit = told(&visit, "overall", "satisfied");
    let (visit, effects) = step(&visit, Action::Next);
    assert_eq!((visit.page, effects), (1, vec![]));
    assert_eq!(place(&visit), Some(&Place::Heading));
    let (last, _) = step(&visit, Action::Next);
    assert_eq!(last.page, 1);
    let (visit, _) = step(&visit, Action::Back);
    assert_eq!(visit.page, 0);
    let (visit, _) = step(&visit, Action::Back);
    assert_eq!(visit.page, 0);
}

#[test]
fn submitting_leads_to_the_first_page_with_a_problem() {
    let visit = told(&two_pages(), "overall", "satisfied");
    let (visit, _) = step(&visit, Action::Next);
    let (visit, _) = step(&visit, Action::Back);
    let (visit, _) = submitted(&visit);
    assert_eq!(codes(&visit), [("phone", "required")]);
    assert_eq!((visit.page, place(&visit)), (1, Some(&Place::Summary)));
}

#[test]
fn a_page_with_nothing_on_it_is_passed_over() {
    let reasons = Question {
        new_page: true,
        ..reasons()
    };
    let comment = Question {
        new_page: true,
        ..question("comment", Kind::Text)
    };
    let visit = survey(vec![overall(), reasons, comment]);
    assert_eq!(visit.pages(), [0..1, 2..3]);
    let visit = told(&visit, "overall", "dissatisfied");
    assert_eq!(visit.pages(), [0..1, 1..2, 2..3]);
}

#[test]
fn the_way_from_the_summary_leads_to_the_question_on_its_page() {
    let visit = two_pages();
    let (question, item) = ("phone".to_owned(), None);
    let (visit, _) = step(&visit, Action::Show { question, item });
    assert_eq!(visit.page, 1);
    assert!(matches!(place(&visit), Some(Place::Control { question, .. }) if question == "phone"));
}

#[test]
fn another_language_keeps_the_answers() {
    let visit = told(&window(), "overall", "dissatisfied");
    let visit = told(&visit, "comment", "太慢");
    let (other, effects) = step(&visit, Action::Language("ug".to_owned()));
    assert_eq!(effects, [Effect::LanguageChanged]);
    assert_eq!(other.answers, visit.answers);
    assert_eq!(other.language, "ug");
    assert_eq!(step(&other, Action::Language("ug".to_owned())).1, []);
}

#[test]
fn answers_taken_over_from_the_child_form_stand_as_if_given_here() {
    let other = || Answer::Picks(vec![Pick::Other("没有叫号".to_owned())]);
    let answers = [
        (
            "overall".to_owned(),
            Answer::Word("dissatisfied".to_owned()),
        ),
        ("reasons".to_owned(), other()),
        ("trips".to_owned(), Answer::Number(2.5)),
    ];
    let visit = window().with_answers(answers.into_iter().collect());
    let definition = visit.definition.clone();
    assert_eq!(visit.written(&definition.questions[1]), "没有叫号");
    assert_eq!(visit.written(&definition.questions[3]), "2.5");
    let (visit, effects) = submitted(&visit);
    assert_eq!(effects, [Effect::Send]);
    assert_eq!(visit.sendable().get("reasons"), Some(&other()));
}

#[test]
fn the_words_of_other_come_back_with_it() {
    let visit = told(&window(), "overall", "dissatisfied");
    let visit = told(&visit, "reasons", "other");
    let visit = told(&visit, "reasons.other", "没有叫号");
    let visit = tick(&visit, "reasons", "other", false);
    assert_eq!(visit.answers.get("reasons"), None);
    let visit = told(&visit, "reasons", "other");
    let other = vec![Pick::Other("没有叫号".to_owned())];
    assert_eq!(visit.answers.get("reasons"), Some(&Answer::Picks(other)));
}

#[test]
fn a_choice_that_stands_alone_drives_the_others_out_and_back() {
    let visit = told(&window(), "overall", "dissatisfied");
    let visit = told(&visit, "reasons", "rude");
    let visit = told(&visit, "reasons", "slow");
    assert_eq!(
        visit.answers.get("reasons"),
        Some(&picks(&["slow", "rude"]))
    );
    let visit = told(&visit, "reasons", "none");
    assert_eq!(visit.answers.get("reasons"), Some(&picks(&["none"])));
    let visit = told(&visit, "reasons", "slow");
    assert_eq!(visit.answers.get("reasons"), Some(&picks(&["slow"])));
    let visit = tick(&visit, "reasons", "slow", false);
    assert_eq!(visit.answers.get("reasons"), None);
}

#[test]
fn a_single_choice_takes_one_and_other_with_its_words() {
    let how = Question {
        choices: ["web", "other"].map(choice).to_vec(),
        ..question("how", Kind::Choice)
    };
    let visit = told(&survey(vec![how]), "how", "web");
    assert_eq!(
        visit.answers.get("how"),
        Some(&Answer::Word("web".to_owned()))
    );
    let visit = told(&visit, "how", "other");
    let (visit, _) = submitted(&visit);
    assert_eq!(codes(&visit), [("how", "other_missing")]);
    let visit = told(&visit, "how.other", "邻居");
    assert_eq!(codes(&visit), []);
    let other = Answer::Other("邻居".to_owned());
    assert_eq!(visit.answers.get("how"), Some(&other));
}

#[test]
fn the_items_of_a_rating_are_answered_one_by_one() {
    let item = |id: &str| Item {
        id: id.to_owned(),
        label: id.into(),
    };
    let grades = Question {
        items: vec![item("speed"), item("manner")],
        ..overall()
    };
    let visit = told(&survey(vec![grades]), "overall.speed", "satisfied");
    let (visit, _) = submitted(&visit);
    let problem = Problem::of_item("overall", "manner", Code::Required);
    assert_eq!(visit.problems, [problem]);
    let visit = told(&visit, "overall.manner", "dissatisfied");
    assert_eq!(submitted(&visit).1, [Effect::Send]);
}

#[test]
fn a_number_stays_as_it_was_typed() {
    let visit = told(&window(), "overall", "satisfied");
    let trips = visit.definition.questions[3].clone();
    for (typed, answer) in [
        ("2", Answer::Number(2.0)),
        ("2.", Answer::Number(2.0)),
        ("２", Answer::Number(2.0)),
        ("2x", Answer::Word("2x".to_owned())),
    ] {
        let visit = told(&visit, "trips", typed);
        assert_eq!(visit.written(&trips), typed);
        assert_eq!(visit.answers.get("trips"), Some(&answer));
    }
    let (wrong, _) = submitted(&told(&visit, "trips", "2x"));
    assert_eq!(codes(&wrong), [("trips", "wrong_type")]);
    let emptied = told(&told(&visit, "trips", "2"), "trips", "");
    assert_eq!(emptied.written(&trips), "");
    assert_eq!(submitted(&emptied).1, [Effect::Send]);
}

#[test]
fn blank_words_are_not_sent() {
    let visit = told(&window(), "overall", "satisfied");
    let visit = told(&visit, "comment", "  \n");
    assert_eq!(visit.sendable().get("comment"), None);
    let definition = visit.definition.clone();
    assert_eq!(visit.written(&definition.questions[2]), "  \n");
}

#[test]
fn controls_that_are_not_ours_say_nothing() {
    let visit = window();
    for field in ["", "overall", "answers", "answers.", "answers.nobody"] {
        let action = Action::Input {
            field: field.to_owned(),
            value: "satisfied".to_owned(),
            checked: true,
        };
        let (after, effects) = step(&visit, action);
        assert!(after.answers.is_empty(), "{field}");
        assert_eq!(effects, [], "{field}");
    }
}

#[test]
fn reset_is_for_the_next_person() {
    let visit = told(&window(), "overall", "dissatisfied");
    let visit = told(&visit, "reasons.other", "没有叫号");
    let (visit, _) = step(&visit, Action::Language("en".to_owned()));
    let (visit, _) = step(&visit, Action::Elder(true));
    let (visit, _) = submitted(&visit);
    let id = "01890a5d-ac96-774b-bcce-b302099a8058".to_owned();
    let reset = Action::Reset {
        id: id.clone(),
        language: "ug".to_owned(),
        elder: false,
    };
    let (visit, effects) = step(&visit, reset);
    assert_eq!(effects, [Effect::LanguageChanged]);
    assert_eq!((visit.id.as_str(), visit.page), (id.as_str(), 0));
    assert_eq!((visit.language.as_str(), visit.elder), ("ug", false));
    assert_eq!(visit.phase, Phase::Filling);
    assert!(visit.answers.is_empty() && visit.problems.is_empty());
    assert_eq!(visit.focus, None);
    // Nothing of the person before comes back with "other".
    let visit = told(&visit, "overall", "dissatisfied");
    let visit = told(&visit, "reasons", "other");
    let definition = visit.definition.clone();
    assert_eq!(visit.written(&definition.questions[1]), "");
}
