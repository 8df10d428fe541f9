//! The model of Manyi: what a survey is, what an answer is, and which answers fit.
//!
//! Everything here is a pure value. There is no clock, no randomness, no I/O and
//! no `async`: callers pass ids and times in. The widget and the collector call
//! the same [`validate`], so the browser never accepts what the collector refuses.
//!
//! | module | noun |
//! | --- | --- |
//! | [`definition`] | a survey and its questions, and [`check`](definition::Definition::check), which finds every flaw in one |
//! | [`scale`] | the ready scales and inline ones |
//! | [`condition`] | when a question is shown |
//! | [`text`] | strings by language and their fall-back order |
//! | [`answer`] | what a person gave |
//! | [`mod@validate`] | the one rule for both ends |
//! | [`problem`] | what is wrong, as a code with the parameters of a sentence |
//! | [`response`] | one submission |
//! | [`fields`] | the same as form fields, for a browser without script |
//! | [`personal`] | what looks like a person, and may not stand in a token |
//! | [`phone`] | telephone numbers as people write them |
//! | [`words`] | the sentences of the interface, by language |
//! | [`number`] | numbers as people write them |
//! | [`statistics`] | rates, intervals, changes, places, weeks |
//! | [`limits`] | every bound, with its arithmetic |

pub mod answer;
pub mod condition;
pub mod definition;
pub mod face;
pub mod fields;
#[cfg(feature = "hash")]
pub mod hash;
pub mod limits;
mod map;
pub mod number;
mod object;
pub mod personal;
pub mod phone;
pub mod problem;
pub mod response;
pub mod scale;
#[cfg(feature = "schema")]
pub mod schema;
pub mod statistics;
pub mod text;
pub mod validate;
pub mod words;

pub use answer::{Answer, Answers, Pick};
pub use condition::Condition;
pub use definition::{Choice, Definition, Flaw, Item, Kind, Question};
pub use map::Map;
pub use problem::{Code, Problem};
pub use response::{Channel, Device, Mode, Response, Sealed, Subject, SurveyRef};
pub use scale::{Level, Scale};
pub use text::{Said, Tag, Text};
pub use validate::{validate, visible};
