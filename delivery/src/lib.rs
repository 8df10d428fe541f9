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
//! | `idb`, `disk` | IndexedDB, and the outbox in it |
//! | `wire`, `seal`, `lock` | posts, sealed answers, one drainer at a time |
//! | `receipts` | what tabs tell each other |
//! | `platform`, `task` | the page's objects, and what waits for them |
//! | `parcel`, `outbox`, `exports` | what the widget hands over, what becomes of it, and how it asks |

pub mod drain;
pub mod entry;
pub mod line;
pub mod outcome;
pub mod schedule;

#[cfg(target_arch = "wasm32")]
mod disk;
#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(target_arch = "wasm32")]
mod idb;
#[cfg(target_arch = "wasm32")]
mod lock;
#[cfg(target_arch = "wasm32")]
mod outbox;
#[cfg(target_arch = "wasm32")]
mod parcel;
#[cfg(target_arch = "wasm32")]
mod platform;
#[cfg(target_arch = "wasm32")]
mod receipts;
#[cfg(target_arch = "wasm32")]
pub mod seal;
#[cfg(target_arch = "wasm32")]
pub mod task;
#[cfg(target_arch = "wasm32")]
mod wire;
