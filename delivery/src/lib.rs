//! The outbox: from a finished response to a receipt, whatever happens in between.
//!
//! A Wasm module of its own beside the widget's: it is loaded when the survey is
//! already on screen, it goes on when the widget has crashed, and nothing in it
//! knows what a survey is.
