//! The outbox in a real browser.

#![cfg(target_arch = "wasm32")]

mod sealing;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
