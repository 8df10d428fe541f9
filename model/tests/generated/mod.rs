//! Generators: sound definitions, answers that mostly fit them, responses, any JSON.

use manyi_model::{
    Answer, Answers, Channel, Choice, Condition, Definition, Device, Item, Kind, Level, Mode, Pick,
    Question, Response, Scale, Subject, SurveyRef, Text, scale,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;

/// Any JSON, up to four levels deep.
pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![
            Just(0.0),
            Just(-0.0),
            Just(1e21),
            Just(1e-7),
            Just(f64::MAX)
        ]
        .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(prop_oneof![word(), any::<String>()], inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Words that mean something somewhere in the model.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "id",
        "other",
        "levels",
        "question",
        "any_of",
        "all",
        "not",
        "yes",
        "no",
        "satisfied",
        "q0",
        "q1",
        "i0",
        "c0",
        "zh-Hans",
        "type",
        "rating",
        "choice",
        "number",
        "text",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_owned)
}

fn plain() -> impl Strategy<Value = String> {
    "[a-z好评😀<&\"' ]{0,8}[a-z好]"
}

fn text() -> impl Strategy<Value = Text> {
    let tags = prop::sample::select(vec!["zh-Hans", "zh-Hant", "en", "ug", "kk-Arab"]);
    prop_oneof![
        plain().prop_map(Text::Plain),
        btree_map(tags.prop_map(str::to_owned), plain(), 1..4)
            .prop_map(|by| Text::ByLanguage(by.into_iter().collect())),
    ]
}

fn some_scale() -> impl Strategy<Value = Scale> {
    let level = (text(), option::of(1_u8..=5));
    prop_oneof![
        prop::sample::select(scale::READY.to_vec()).prop_map(|name| Scale::Named(name.to_owned())),
        vec(level, 2..5).prop_map(|levels| {
            let levels = levels.into_iter().enumerate();
            let level = |(n, (label, mood))| Level {
                id: format!("l{n}"),
                label,
                mood,
            };
            Scale::Inline(levels.map(level).collect())
        }),
    ]
}

fn bare(kind: Kind, title: Text) -> Question {
    Question {
        id: String::new(),
        kind,
        title,
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

/// A question without id and condition.
fn question() -> impl Strategy<Value = Question> {
    let rating = (text(), some_scale(), vec(text(), 0..3)).prop_map(|(title, scale, items)| {
        let items = items.into_iter().enumerate();
        let item = |(n, label)| Item {
            id: format!("i{n}"),
            label,
        };
        Question {
            scale: Some(scale),
            items: items.map(item).collect(),
            ..bare(Kind::Rating, title)
        }
    });
    let choice = (
        text(),
        any::<bool>(),
        vec((text(), any::<bool>()), 1..4),
        any::<bool>(),
    );
    let choice = choice.prop_map(|(title, multiple, labels, other)| {
        let last = labels.len() - 1;
        let labels = labels.into_iter().enumerate();
        let choice = |(n, (label, exclusive)): (usize, (Text, bool))| Choice {
            id: if other && n == last {
                "other".to_owned()
            } else {
                format!("c{n}")
            },
            label,
            exclusive: multiple && exclusive,
        };
        Question {
            multiple,
            choices: labels.map(choice).collect(),
            ..bare(Kind::Choice, title)
        }
    });
    let number = (
        text(),
        option::of(-50_i32..0),
        option::of(0_i32..50),
        option::of(0_u8..=6),
    );
    let number = number.prop_map(|(title, min, max, decimals)| Question {
        min: min.map(f64::from),
        max: max.map(|max| f64::from(max) + 0.5),
        decimals,
        unit: Some(Text::from("次")),
        ..bare(Kind::Number, title)
    });
    let words = (text(), option::of(1_u32..20)).prop_map(|(title, max_chars)| Question {
        max_chars,
        ..bare(Kind::Text, title)
    });
    let simple = (text(), prop::sample::select(vec![Kind::Phone, Kind::YesNo]));
    let simple = simple.prop_map(|(title, kind)| bare(kind, title));
    let some = prop_oneof![3 => rating, 3 => choice, 2 => number, 2 => words, 2 => simple];
    (some, option::of(text()), any::<(bool, bool, bool)>()).prop_map(
        |(question, help, (required, personal, new_page))| Question {
            help,
            required,
            personal,
            new_page,
            ..question
        },
    )
}

/// A condition that makes sense on `question`, chosen by `seed`.
fn on(question: &Question, seed: usize) -> Condition {
    let mut condition = Condition {
        question: Some(question.id.clone()),
        ..Condition::default()
    };
    let mut ids: Vec<String> = question
        .levels()
        .into_iter()
        .map(|level| level.id)
        .collect();
    ids.extend(question.choices.iter().map(|choice| choice.id.clone()));
    let item = question.items.first().filter(|_| seed % 2 == 1);
    condition.item = item.map(|item| item.id.clone());
    if seed.is_multiple_of(3) || (ids.is_empty() && question.kind != Kind::Number) {
        condition.answered = Some(!seed.is_multiple_of(5));
    } else if question.kind == Kind::Number {
        condition.at_least = Some(-2.0);
        condition.at_most = (seed % 4 == 1).then_some(5.5);
    } else {
        let id = ids[seed % ids.len()].clone();
        condition.any_of = Some(vec![id]);
    }
    condition
}

/// A condition on questions before, shaped by `seeds`.
fn condition(earlier: &[Question], seeds: &[usize]) -> Option<Condition> {
    let (first, rest) = seeds.split_first()?;
    let simple = |seed: usize| {
        earlier
            .get(seed % earlier.len().max(1))
            .map(|q| on(q, seed))
    };
    let nested = |parts: Vec<Condition>| (!parts.is_empty()).then_some(parts);
    let parts = || rest.iter().filter_map(|seed| simple(*seed)).collect();
    Some(match first % 5 {
        0 => Condition {
            all: Some(nested(parts())?),
            ..Condition::default()
        },
        1 => Condition {
            any: Some(nested(parts())?),
            ..Condition::default()
        },
        2 => Condition {
            not: Some(Box::new(condition(earlier, rest)?)),
            ..Condition::default()
        },
        _ => simple(*first)?,
    })
}

/// A sound definition of one to eight questions.
pub fn definition() -> impl Strategy<Value = Definition> {
    let question = (question(), vec(0_usize..1000, 0..4));
    let head = (text(), option::of(text()), option::of(text()), 1_u32..1000);
    (head, vec(question, 1..8)).prop_map(|((title, intro, thanks, version), parts)| {
        let mut questions: Vec<Question> = Vec::new();
        for (n, (mut question, seeds)) in parts.into_iter().enumerate() {
            question.id = format!("q{n}");
            question.visible_if = condition(&questions, &seeds);
            questions.push(question);
        }
        Definition {
            schema: None,
            id: "generated".to_owned(),
            version,
            title,
            intro,
            thanks,
            languages: vec!["zh-Hans".to_owned(), "en".to_owned()],
            questions,
        }
    })
}

fn free() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z好😀 \n]{0,12}",
        1 => "[ \u{3000}]{0,3}",
        1 => "\\PC{0,30}",
        1 => any::<String>(),
    ]
}

/// An answer that mostly fits `question`.
fn answer(question: &Question) -> BoxedStrategy<Answer> {
    let levels: Vec<String> = question
        .levels()
        .into_iter()
        .map(|level| level.id)
        .collect();
    let wild = prop_oneof![
        any_json().prop_map(|json| serde_json::from_value(json).expect("any JSON is an answer")),
        free().prop_map(Answer::Word),
    ];
    let picks: Vec<Pick> = question
        .choices
        .iter()
        .map(|choice| match choice.is_other() {
            true => Pick::Other("别的".to_owned()),
            false => Pick::Choice(choice.id.clone()),
        })
        .collect();
    let tame = match question.kind {
        Kind::Rating if !question.items.is_empty() => {
            let items: Vec<String> = question.items.iter().map(|item| item.id.clone()).collect();
            btree_map(
                prop::sample::select(items),
                prop::sample::select(levels),
                0..4,
            )
            .prop_map(|rows| Answer::Items(rows.into_iter().collect()))
            .boxed()
        }
        Kind::Rating | Kind::YesNo => prop::sample::select(levels).prop_map(Answer::Word).boxed(),
        Kind::Choice if question.multiple => {
            let most = picks.len();
            prop::sample::subsequence(picks, 0..=most)
                .prop_map(Answer::Picks)
                .boxed()
        }
        Kind::Choice => prop::sample::select(picks)
            .prop_map(|pick| match pick {
                Pick::Choice(id) => Answer::Word(id),
                Pick::Other(text) => Answer::Other(text),
            })
            .boxed(),
        Kind::Text => "[a-z好\n]{1,6}".prop_map(Answer::Word).boxed(),
        Kind::Phone => prop::sample::select(vec!["13800138000", "0595-12345678", "138 0013 8000"])
            .prop_map(|typed| Answer::Word(typed.to_owned()))
            .boxed(),
        Kind::Number => prop_oneof![
            (-60_i32..60).prop_map(|n| Answer::Number(f64::from(n))),
            (-6000_i32..6000).prop_map(|n| Answer::Number(f64::from(n) / 100.0)),
        ]
        .boxed(),
    };
    prop_oneof![8 => tame, 1 => wild].boxed()
}

/// A definition with answers: some fit, some are hidden, some are unknown.
pub fn answers_for(
    definition: impl Strategy<Value = Definition>,
) -> impl Strategy<Value = (Definition, Answers)> {
    definition.prop_flat_map(|definition| {
        let given: Vec<_> = definition
            .questions
            .iter()
            .map(|question| {
                (
                    Just(question.id.clone()),
                    option::weighted(0.8, answer(question)),
                )
            })
            .collect();
        let stray = option::weighted(0.1, ("[a-z.]{1,80}", free().prop_map(Answer::Word)));
        (Just(definition), given, stray).prop_map(|(definition, given, stray)| {
            let given = given
                .into_iter()
                .filter_map(|(id, answer)| Some((id, answer?)));
            (definition, given.chain(stray).collect())
        })
    })
}

fn token() -> impl Strategy<Value = String> {
    "[a-z0-9好-]{1,3}"
}

/// A response with few different values, so that two are often alike.
pub fn response() -> impl Strategy<Value = Response> {
    let answer = prop_oneof![
        "[a-b]{1,2}".prop_map(Answer::Word),
        (-2_i32..3).prop_map(|n| Answer::Number(f64::from(n) / 2.0)),
        any::<f64>()
            .prop_filter("finite", |n| n.is_finite())
            .prop_map(|n| Answer::Number(n + 0.0)),
        vec(
            prop_oneof!["[a-b]".prop_map(Pick::Choice), free().prop_map(Pick::Other)],
            0..3
        )
        .prop_map(Answer::Picks),
        free().prop_map(Answer::Other),
        btree_map("i[0-2]", "[a-b]", 0..3)
            .prop_map(|rows| Answer::Items(rows.into_iter().collect())),
    ];
    let answers = btree_map("q[0-2]", answer, 0..3);
    let subject = (option::of(token()), option::of(token())).prop_map(|(unit, window)| Subject {
        unit,
        window,
        ..Subject::default()
    });
    let asked = (prop::sample::select(Mode::ALL.to_vec()), option::of("[ab]"));
    let times = (
        option::of(token()),
        option::of(0_u64..9),
        option::of((token(), 0_u64..9)),
    );
    let envelope = (
        prop::sample::select(Channel::ALL[..2].to_vec()),
        option::of(subject),
        option::of(prop::sample::select(vec!["zh-Hans", "ug"])),
        option::of("[ab]"),
    );
    (1_u32..3, answers, asked, times, envelope).prop_map(
        |(version, answers, (mode, asked_by), (time, duration_ms, device), envelope)| {
            let (channel, subject, language, invitation) = envelope;
            Response {
                id: "0198f000-0000-7000-8000-0000000000aa".to_owned(),
                sealed: None,
                survey: SurveyRef {
                    id: "generated".to_owned(),
                    version,
                    hash: time.clone(),
                },
                answers: answers.into_iter().collect(),
                channel,
                mode,
                asked_by,
                subject,
                language: language.map(str::to_owned),
                device: device.map(|(id, seq)| Device { id, seq }),
                started_at: time.clone(),
                submitted_at: None,
                duration_ms,
                invitation,
                widget: time,
            }
        },
    )
}
