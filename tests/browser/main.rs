//! The widget in a real browser, the class of `www/manyi.js` included: each test
//! takes a fresh copy of the class with a Wasm instance of its own.

#![cfg(target_arch = "wasm32")]

// Its exports are what the class calls.
use manyi as _;
use manyi_delivery as _;

mod answering;
mod children;
mod crashes;
mod host;
mod page;
mod posting;
mod reading;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
