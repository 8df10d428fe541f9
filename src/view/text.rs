//! Free text, with a counter.

use manyi_model::Question;
use manyi_model::words::fill;
use yew::prelude::*;

use super::field;
use super::scene::{Scene, id, name};

/// A field of several lines. It takes more than the limit: cutting off what someone
/// pastes or composes would lose it, the counter and the validator say it instead.
pub fn text(scene: &Scene, question: &Question) -> Html {
    let written = scene.visit.written(question);
    let count = id("c", &question.id, None);
    let control = html! {
        <>
            <textarea
                class="input" part="input" rows="3" dir="auto"
                id={id("i", &question.id, None)} name={name(&question.id, None)}
                value={written.clone()}
                aria-describedby={field::described_by(scene, question, None, Some(count))}
                aria-required={question.required.then_some("true")}
                aria-invalid={scene.is_wrong(question, None).then_some("true")}
            />
            { counter(scene, question, &written, question.max_chars()) }
        </>
    };
    field::frame(scene, question, None, control)
}

/// How many characters there are. Spoken only when the limit is near.
pub fn counter(scene: &Scene, question: &Question, written: &str, limit: u32) -> Html {
    let chars = u32::try_from(written.chars().count()).unwrap_or(u32::MAX);
    let over = chars > limit;
    let near = chars >= limit - limit / 10;
    let sentence = if over {
        let more = (chars - limit).to_string();
        fill(scene.words.counter_over, &[("n", &more)])
    } else {
        let (n, limit) = (chars.to_string(), limit.to_string());
        fill(scene.words.counter, &[("n", &n), ("limit", &limit)])
    };
    html! {
        <p
            class="counter" part="counter" id={id("c", &question.id, None)}
            aria-live={if near { "polite" } else { "off" }} data-over={over.then_some("")}
        >{ sentence }</p>
    }
}
