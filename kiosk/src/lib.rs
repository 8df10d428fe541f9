//! The tablet at the window: attract → visit → thanks → attract, for months.
//!
//! A Wasm module of its own that the kiosk page alone loads. It draws the screens
//! around `<manyi-survey>` and drives that element as any host page may: by attributes,
//! children, methods and events.
//!
//! | module | noun |
//! | --- | --- |
//! | [`kiosk`] | the kiosk as a value: state, `Action`, `reduce` → effects; no DOM, no clock |
//! | [`settings`] | what the operator chose |
//! | [`hours`] | when the window is open |
//! | [`pin`] | wrong PINs, and how long they cost |
//! | [`front`] | what the first screen asks, and whether a tap answers all |
//! | [`words`] | the sentences |

pub mod front;
pub mod hours;
pub mod kiosk;
pub mod pin;
pub mod settings;
pub mod words;
