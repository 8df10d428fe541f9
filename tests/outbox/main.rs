//! The outbox behind the widget, in a real browser. A page of its own beside
//! tests/browser: each test takes two Wasm instances, and a browser has addresses for
//! about a hundred.

#![cfg(target_arch = "wasm32")]

// Its exports are what the class calls.
use manyi as _;
use manyi_delivery as _;

mod outbox;
#[allow(dead_code, reason = "tests/browser uses the rest")]
#[path = "../browser/page.rs"]
mod page;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
