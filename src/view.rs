//! What a respondent sees: a [`Visit`] in, [`Action`]s out. Nothing here fetches,
//! stores, or knows that it stands in a custom element.
//!
//! [`Survey`] is the whole, and each question in it is a component, so that a tap
//! draws only what it touched. Every other file draws one noun as a plain function,
//! which costs a citizen fewer bytes than a component.
//! Controls carry the names of the form fields (`answers.overall`, see
//! `manyi_model::fields`), and one listener on the root turns what they say into
//! [`Action::Input`].
//!
//! [`Visit`]: crate::visit::Visit
//! [`Action`]: crate::visit::Action
//! [`Action::Input`]: crate::visit::Action::Input

mod button;
mod choice;
mod face;
mod field;
mod listener;
mod matrix;
mod number;
mod outcome;
mod phone;
mod progress;
mod question;
mod rating;
mod scene;
mod summary;
mod survey;
mod switches;
mod text;
mod yes_no;

pub use survey::{Props, Survey};

/// The style of the shadow root: `view/style.css`, made small by `build.rs`.
pub const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/style.css"));
