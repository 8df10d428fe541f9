//! Searching in responses: what is asked for, and what of a response can be found.
//!
//! | module | what |
//! | --- | --- |
//! | [`reading`] | level, words and personal answers of a response |
//! | [`facets`] | unit, survey, channel, mode and level as words of an index |
//! | [`filing`] | the task that makes new responses ready, shortly after they are stored |

use std::collections::BTreeSet;

pub mod facets;
pub mod filing;
pub mod reading;

use reading::Level;

/// `finds.n` of a response that came at `ms`, at least: room for eight in a millisecond.
pub fn number_at(ms: i64) -> i64 {
    ms.saturating_mul(8)
}

/// What is asked for; everything that is `None` or `false` is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// The first moment of arrival, in milliseconds since 1970.
    pub from: Option<i64>,
    /// The first moment after it.
    pub to: Option<i64>,
    /// These units, beside those that whoever asks may see.
    pub units: Option<BTreeSet<String>>,
    /// The survey's id.
    pub survey: Option<String>,
    /// The channel's name.
    pub channel: Option<&'static str>,
    /// The mode's name.
    pub mode: Option<&'static str>,
    /// How satisfied.
    pub level: Option<Level>,
    /// Those with words of the person's own.
    pub has_text: bool,
    /// Those with a flag.
    pub is_flagged: bool,
    /// Those with this tag.
    pub tag: Option<String>,
    /// Those in whose words this stands.
    pub text: Option<String>,
}

/// A response in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its place in the order of arrival.
    pub n: i64,
    /// Its id.
    pub id: String,
    /// When it came, in milliseconds since 1970.
    pub received_at: i64,
    /// The survey's id.
    pub survey: String,
    /// The channel's name.
    pub channel: String,
    /// The mode's name.
    pub mode: String,
    /// The unit, where one is named.
    pub unit: Option<String>,
    /// How satisfied, where that is asked.
    pub level: Option<Level>,
    /// The words, those of personal questions not among them.
    pub words: Option<String>,
    /// Whether it has a flag.
    pub is_flagged: bool,
    /// Its tags.
    pub tags: Vec<String>,
}

/// One page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The newest first.
    pub found: Vec<Found>,
    /// Where the next page goes on; `None` at the end.
    pub next: Option<i64>,
    /// Whether the search stopped before the page was full, since it had looked at as
    /// many as one page may.
    pub is_cut: bool,
}

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many.
    All(i64),
    /// More than are counted.
    AtLeast(i64),
}
