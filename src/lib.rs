//! The satisfaction survey widget `<manyi-survey>`: one Wasm for all elements of a page.
//!
//! | module | noun |
//! | --- | --- |
//! | [`visit`] | one respondent's visit as a value: state, action, reduce |
//! | [`view`] | what the respondent sees: a visit in, actions out |
//! | [`element`] | all that knows it is a custom element; the exports that `www/manyi.js` calls |
//! | [`platform`] | the one door to clock and randomness |
//!
//! How a response gets to a receipt is the affair of another module, the crate
//! `manyi-delivery`, which the page loads when the survey is on screen.

pub mod element;
pub mod platform;
pub mod view;
pub mod visit;
