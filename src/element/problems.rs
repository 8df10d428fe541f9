//! The problems that a server names, read field by field: an answer from outside
//! is never trusted to have the right shape.

use js_sys::{Array, Reflect};
use manyi_model::{Code, Problem, limits};
use wasm_bindgen::JsValue;

/// The problems in `list`. What is not one is passed over.
pub fn read(list: &JsValue) -> Vec<Problem> {
    if !Array::is_array(list) {
        return Vec::new();
    }
    Array::from(list)
        .iter()
        .take(limits::PROBLEMS)
        .filter_map(|problem| one(&problem))
        .collect()
}

fn one(problem: &JsValue) -> Option<Problem> {
    let field = |name: &str| Reflect::get(problem, &name.into()).ok();
    let word = |name| field(name).and_then(|value| value.as_string());
    let number = |name| field(name).and_then(|value| value.as_f64());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and the number is only shown"
    )]
    let count = |name| number(name).unwrap_or_default() as u32;
    let given = || word("given").unwrap_or_default();
    let wanted = || word("wanted").unwrap_or_default();
    let limit = number("limit").unwrap_or_default();
    let code = match word("code")?.as_str() {
        "required" => Code::Required,
        "unknown_question" => Code::UnknownQuestion,
        "hidden" => Code::Hidden,
        "wrong_type" => Code::WrongType { wanted: wanted() },
        "unknown_item" => Code::UnknownItem,
        "unknown_choice" => Code::UnknownChoice { given: given() },
        "chosen_twice" => Code::ChosenTwice { given: given() },
        "not_alone" => Code::NotAlone { given: given() },
        "other_missing" => Code::OtherMissing,
        "too_long" => Code::TooLong {
            limit: count("limit"),
            chars: count("chars"),
        },
        "control_character" => Code::ControlCharacter,
        "not_a_phone" => Code::NotAPhone,
        "too_small" => Code::TooSmall { limit },
        "too_large" => Code::TooLarge { limit },
        "too_many_decimals" => Code::TooManyDecimals {
            limit: u8::try_from(count("limit")).unwrap_or(u8::MAX),
        },
        // Also what a backend of its own may call it: the sentence says that the
        // field is not as it must be.
        other => Code::Unfit {
            wanted: word("message").unwrap_or_else(|| {
                let wanted = wanted();
                if wanted.is_empty() {
                    other.to_owned()
                } else {
                    wanted
                }
            }),
        },
    };
    Some(Problem {
        question: word("question")?,
        item: word("item"),
        code,
    })
}
