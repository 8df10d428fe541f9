//! Faces from sad to glad, drawn with the same few strokes wherever a level is shown:
//! nothing moves when the widget takes over from the plain form.

/// A face for a box of 48 by 48: a circle of 21 around the middle, and strokes in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Face {
    /// The mood, `1` (worst) to `5` (best), as it stands in `data-mood`.
    pub mood: &'static str,
    /// The strokes, as the path of an SVG.
    pub strokes: &'static str,
}

/// The face of a mood, 1 (worst) to 5 (best); what lies beyond has the nearest.
pub fn face(mood: u8) -> Face {
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
    Face { mood, strokes }
}
