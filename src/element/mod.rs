//! All that knows it is a custom element. The class in `www/manyi.js` mounts a
//! survey for each element and calls the functions here by the number it got.
//!
//! | module | noun |
//! | --- | --- |
//! | [`surface`] | the table of everything public |
//! | [`config`] | the attributes as typed values |
//! | [`respond`] | the response made of a visit |
//! | [`json`], [`read`] | JSON by hand, and definitions from it |
//! | `definition`, `hash` | the survey's definition, and its hash |
//! | `app`, `send`, `waiting` | one mounted survey, its submissions, and who waits for them |
//! | `stage` | where it is drawn |
//! | `port` | what the class lends |
//! | `problems` | what a server found wrong, read field by field |

pub mod config;
pub mod json;
pub mod read;
pub mod respond;
pub mod surface;

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod definition;
#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(target_arch = "wasm32")]
mod hash;
#[cfg(target_arch = "wasm32")]
mod port;
#[cfg(target_arch = "wasm32")]
pub mod problems;
#[cfg(target_arch = "wasm32")]
mod send;
#[cfg(target_arch = "wasm32")]
mod stage;
#[cfg(target_arch = "wasm32")]
mod waiting;
