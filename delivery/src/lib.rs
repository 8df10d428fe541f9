//! The outbox: from a finished response to a receipt, whatever happens in between.
//!
//! A Wasm module of its own beside the widget's: it is loaded when the survey is
//! already on screen, it goes on when the widget has crashed, and nothing in it
//! knows what a survey is.
//!
//! | module | noun |
//! | --- | --- |
//! | [`entry`] | what is kept, and where it goes |
//! | [`outcome`] | what an answer means |
//! | [`schedule`] | when to try again |
//! | [`line`] | what is known of an endpoint |
//! | [`drain`] | peek, send, delete on a receipt |
//! | `seal` | what only the collector can read |

pub mod drain;
pub mod entry;
pub mod line;
pub mod outcome;
pub mod schedule;
#[cfg(target_arch = "wasm32")]
pub mod seal;
