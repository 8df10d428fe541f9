//! Faces from sad to glad: the strokes of the widget's, larger.

use manyi_model::face::Face;
use web_sys::Element;

use crate::dom::{drawing, put};

/// A circle, as a path.
const ROUND: &str = "M24 3a21 21 0 1 0 0 42a21 21 0 1 0 0-42z";

/// The face of a mood, 1 (worst) to 5 (best). The words beside it say the same.
pub fn face(mood: u8) -> Element {
    let Face { mood, strokes } = manyi_model::face::face(mood);
    let face = drawing("face", &[ROUND, strokes]);
    put(&face, "data-mood", mood);
    face
}
