//! What lies on this device, as a list for staff: look, export to a file, take one in
//! from another device, send again, delete after a question.
//!
//! A Wasm module of its own, loaded when somebody opens the list. It shows no answer,
//! and asks the outbox for everything through the function it is given.

pub mod clock;
pub mod disk;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod panel;
#[cfg(target_arch = "wasm32")]
mod platform;
#[cfg(target_arch = "wasm32")]
mod storage;
