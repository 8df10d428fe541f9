//! Faces from sad to glad, drawn with the same few strokes.

use yew::prelude::*;

/// The face of a mood, 1 (worst) to 5 (best). The words beside it say the same,
/// so it is hidden from screen readers.
pub fn face(mood: u8) -> Html {
    let (mood, strokes) = match mood {
        0 | 1 => (
            "1",
            "M12.5 18l6-2.5M35.5 18l-6-2.5M17.5 23v.1M30.5 23v.1M15.5 35q8.5-8.5 17 0",
        ),
        2 => ("2", "M17.5 20v1M30.5 20v1M16.5 33.5q7.5-4.5 15 0"),
        3 => ("3", "M17.5 19v1.5M30.5 19v1.5M16.5 31.5q7.5 2 15 0"),
        4 => ("4", "M17.5 18.5v2M30.5 18.5v2M14.5 28.5q9.5 10 19 0"),
        _ => (
            "5",
            "M14 20.5q3.5-4 7 0M27 20.5q3.5-4 7 0M14 27.5q10 2.6 20 0q-1.8 8.5-10 8.5t-10-8.5z",
        ),
    };
    html! {
        <svg class="face" part="face" viewBox="0 0 48 48" aria-hidden="true" data-mood={mood}>
            <circle cx="24" cy="24" r="21" /><path d={strokes} />
        </svg>
    }
}
