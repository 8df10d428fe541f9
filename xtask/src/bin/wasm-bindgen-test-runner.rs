//! The test runner at the version in Cargo.lock: serves the tests to a
//! headless browser and prints what came of them.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ok(wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())?)
}
