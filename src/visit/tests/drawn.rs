//! What is drawn again after a step, and what is not.

use super::{Action, Visit, step, submitted, told, window};
use crate::visit::Queue;

#[test]
fn only_what_was_touched_is_another_question() {
    let start = window();
    let places = 0..start.definition.questions.len();
    let changed = |from: &Visit, to: &Visit| -> Vec<usize> {
        let same = |place: &usize| from.is_same_question(to, *place);
        places.clone().filter(|place| !same(place)).collect()
    };
    assert!(changed(&start, &start.clone()).is_empty());
    let rated = told(&start, "overall", "dissatisfied");
    assert_eq!(changed(&start, &rated), [0]);
    let (elder, _) = step(&rated, Action::Elder(true));
    assert!(changed(&rated, &elder).is_empty());
    let (refused, _) = submitted(&rated);
    assert_eq!(refused.problems.len(), 1, "the reasons are missing");
    assert_eq!(changed(&rated, &refused), [1]);
    let mended = told(&refused, "reasons", "slow");
    assert_eq!(changed(&refused, &mended), [1]);
    let (english, _) = step(&rated, Action::Language("en".to_owned()));
    assert_eq!(
        changed(&rated, &english),
        places.clone().collect::<Vec<_>>()
    );
    let (sending, _) = submitted(&told(&start, "overall", "satisfied"));
    let late = told(&sending, "overall", "dissatisfied");
    assert_eq!(late.answers, sending.answers);
    assert_eq!(
        changed(&sending, &late),
        places.clone().collect::<Vec<_>>(),
        "a browser shows what was tapped, until it is told otherwise"
    );
    assert!(
        !start.is_same_question(&start, 99),
        "there is no such place"
    );
}

#[test]
fn what_stands_around_the_questions_changes_with_few_taps() {
    let start = window();
    let good = told(&start, "overall", "satisfied");
    assert!(good.is_same_around(&start), "a tap that asks nothing new");
    let bad = told(&good, "overall", "dissatisfied");
    assert!(!bad.is_same_around(&good), "the reasons are asked for");
    let why = told(&bad, "reasons", "slow");
    assert!(why.is_same_around(&bad));
    let (refused, _) = submitted(&bad);
    assert!(!refused.is_same_around(&bad), "the summary is there");
    let mended = told(&refused, "reasons", "slow");
    assert!(!mended.is_same_around(&refused), "the summary is gone");
    let (sending, _) = submitted(&good);
    assert!(!sending.is_same_around(&good));
    for action in [
        Action::Elder(true),
        Action::Language("en".to_owned()),
        Action::Queue(Queue {
            waiting: 1,
            apart: 0,
        }),
        Action::Reset {
            id: "01890a5d-ac96-774b-bcce-b302099a8058".to_owned(),
            language: "zh-Hans".to_owned(),
            elder: false,
        },
    ] {
        let (other, _) = step(&good, action.clone());
        assert!(!other.is_same_around(&good), "{action:?}");
    }
}
