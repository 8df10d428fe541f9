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
//! | [`handover`] | an officer's own device: what is asked for, and the link for a citizen's phone |
//! | [`hours`] | when the window is open |
//! | [`pin`] | wrong PINs, and how long they cost |
//! | [`post`] | what the collector told it when it came in |
//! | [`trigger`], [`stream`] | what the window is asked to show, and how that is heard |
//! | [`beat`] | what it says of itself every minute |
//! | [`front`] | what the first screen asks, and whether a tap answers all |
//! | [`words`] | the sentences |
//! | `page` | one kiosk in a browser: owns the value, carries out its effects; `page/link` speaks with the collector |
//! | `screen`, `staff`, `face`, `dom` | what is drawn, with text alone |
//! | `survey`, `outbox`, `worker` | the survey on the page, its outbox, and the service worker behind both |
//! | `device`, `guard`, `lock` | wake lock and voice, ways that lead nowhere, the PIN |
//! | `memory`, `wire`, `platform` | the doors to storage, network, clock and chance |

pub mod beat;
pub mod front;
pub mod handover;
pub mod hours;
pub mod kiosk;
pub mod pin;
pub mod post;
pub mod settings;
pub mod stream;
pub mod trigger;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod device;
#[cfg(target_arch = "wasm32")]
mod dom;
#[cfg(target_arch = "wasm32")]
mod face;
#[cfg(target_arch = "wasm32")]
mod guard;
#[cfg(target_arch = "wasm32")]
mod lock;
#[cfg(target_arch = "wasm32")]
mod memory;
#[cfg(target_arch = "wasm32")]
mod outbox;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(target_arch = "wasm32")]
mod platform;
#[cfg(target_arch = "wasm32")]
mod screen;
#[cfg(target_arch = "wasm32")]
mod staff;
#[cfg(target_arch = "wasm32")]
mod survey;
#[cfg(target_arch = "wasm32")]
mod wire;
#[cfg(target_arch = "wasm32")]
mod worker;
