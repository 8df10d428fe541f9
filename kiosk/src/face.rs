//! Faces from sad to glad: the strokes of the widget's, larger.

use web_sys::Element;

use crate::dom::{drawing, put};

/// A circle, as a path.
const ROUND: &str = "M24 3a21 21 0 1 0 0 42a21 21 0 1 0 0-42z";

/// The face of a mood, 1 (worst) to 5 (best). The words beside it say the same.
pub fn face(mood: u8) -> Element {
    let strokes = match mood {
        0 | 1 => "M12.5 18l6-2.5M35.5 18l-6-2.5M17.5 23v.1M30.5 23v.1M15.5 35q8.5-8.5 17 0",
        2 => "M17.5 20v1M30.5 20v1M16.5 33.5q7.5-4.5 15 0",
        3 => "M17.5 19v1.5M30.5 19v1.5M16.5 31.5q7.5 2 15 0",
        4 => "M17.5 18.5v2M30.5 18.5v2M14.5 28.5q9.5 10 19 0",
        _ => "M14 20.5q3.5-4 7 0M27 20.5q3.5-4 7 0M14 27.5q10 2.6 20 0q-1.8 8.5-10 8.5t-10-8.5z",
    };
    let face = drawing("face", &[ROUND, strokes]);
    put(&face, "data-mood", &mood.clamp(1, 5).to_string());
    face
}
