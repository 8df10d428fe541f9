//! What became of the answers: thanks with the receipt, or why they did not arrive.

use manyi_model::words::{Words, fill};
use yew::prelude::*;

use super::button;
use super::scene::Scene;
use crate::visit::{Action, Failure, Phase};

/// The end: submitted, thanks, the receipt's number.
pub fn done(
    scene: &Scene,
    receipt: &str,
    is_saved: bool,
    again: Option<Callback<MouseEvent>>,
) -> Html {
    let words = scene.words;
    let thanks = match &scene.visit.definition.thanks {
        Some(thanks) => scene.say(thanks),
        None => html! { words.thanks },
    };
    html! {
        <div class="outcome">
            <div class="thanks" part="thanks" id="outcome" role="status" tabindex="-1">
                <svg class="tick" part="tick" viewBox="0 0 48 48" aria-hidden="true">
                    <circle cx="24" cy="24" r="22" /><path d="M14 25l7 7l14-15" />
                </svg>
                <h3 class="thanks-title" part="thanks-title">{ words.submitted }</h3>
                <p>{ thanks }</p>
                if !receipt.is_empty() {
                    <p class="receipt" part="receipt">
                        <span>{ words.receipt }</span>{ " " }
                        <bdi class="number" part="receipt-number" dir="ltr">{ receipt.to_owned() }</bdi>
                    </p>
                }
                if is_saved {
                    <p class="saved" part="saved">{ words.saved }</p>
                }
            </div>
            <slot name="thanks" />
            if let Some(again) = again {
                { button::quiet("button again", words.again, false, again) }
            }
        </div>
    }
}

/// What lies on this device and needs time, or staff. Where this rating is all that
/// waits, the line that it is saved has said so.
pub fn queue(scene: &Scene, dispatch: &Callback<Action>) -> Html {
    let (queue, words) = (scene.visit.queue, scene.words);
    let is_saved = matches!(scene.visit.phase, Phase::Done { is_saved: true, .. });
    let waits = queue.waiting > u32::from(is_saved);
    let line = |part: &'static str, sentence: &str, n: u32| {
        html! { <p {part}>{ fill(sentence, &[("n", &n.to_string())]) }</p> }
    };
    html! {
        if waits || queue.apart > 0 {
            <div class="queue" part="queue">
                if waits {
                    { line("waiting", words.waiting, queue.waiting) }
                }
                if queue.apart > 0 {
                    { line("apart", words.apart, queue.apart) }
                    { button::quiet("button show-queue", words.show_queue, false, button::click(dispatch, Action::ShowQueue)) }
                }
            </div>
        }
    }
}

/// Why the answers did not arrive, and that they are still here.
pub fn failure(scene: &Scene, failure: Failure, dispatch: &Callback<Action>) -> Html {
    let words = scene.words;
    html! {
        <div class="failure" part="failure" role="alert">
            <p><b>{ sentence(words, failure) }</b></p>
            if failure != Failure::Conflict {
                <p>{ words.kept }</p>
            }
            if failure == Failure::Unsealed {
                { button::quiet("button keep", words.keep_unsealed, false, button::click(dispatch, Action::Agree)) }
            }
        </div>
    }
}

fn sentence(words: &Words, failure: Failure) -> &'static str {
    match failure {
        Failure::Network => words.failed_network,
        Failure::Server => words.failed_server,
        Failure::Answer => words.failed_answer,
        Failure::Refused => words.failed_refused,
        Failure::Conflict => words.failed_conflict,
        Failure::Unsaved => words.failed_unsaved,
        Failure::Unsealed => words.failed_unsealed,
    }
}
