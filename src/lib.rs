//! The widget.

pub mod view;
pub mod visit;
