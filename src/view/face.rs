//! Faces from sad to glad.

use manyi_model::face::Face;
use yew::prelude::*;

/// The face of a mood, 1 (worst) to 5 (best). The words beside it say the same,
/// so it is hidden from screen readers.
pub fn face(mood: u8) -> Html {
    let Face { mood, strokes } = manyi_model::face::face(mood);
    html! {
        <svg class="face" part="face" viewBox="0 0 48 48" aria-hidden="true" data-mood={mood}>
            <circle cx="24" cy="24" r="21" /><path d={strokes} />
        </svg>
    }
}
