//! What rustup has to add before the widget can be built.

use std::path::PathBuf;
use std::process::Command;

use crate::command;
use crate::failure::{Failure, Outcome};

/// The browser's target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Adds the browser's target when it is missing. A `rust-toolchain.toml` alone
/// does not do it where rustup's automatic installation is off.
pub fn wasm_target() -> Outcome {
    if sysroot()?
        .join("lib/rustlib")
        .join(WASM)
        .join("lib")
        .is_dir()
    {
        return Ok(());
    }
    println!("Adding the target {WASM} …");
    rustup(&["target", "add", WASM])
}

/// Whether std's own source is there, so that it can be built anew for size.
/// Tries to add it; without it the files are just larger.
pub fn std_source() -> Outcome<bool> {
    let source = sysroot()?.join("lib/rustlib/src/rust/library/Cargo.lock");
    if source.is_file() {
        return Ok(true);
    }
    Ok(rustup(&["component", "add", "rust-src"]).is_ok() && source.is_file())
}

/// Adds clippy and rustfmt when they are missing.
pub fn linters() -> Outcome {
    for (component, program) in [("clippy", "cargo-clippy"), ("rustfmt", "rustfmt")] {
        if command::output(Command::new(program).arg("--version")).is_none() {
            println!("Adding the component {component} …");
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

fn sysroot() -> Outcome<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    command::output(Command::new(rustc).args(["--print", "sysroot"]))
        .map(PathBuf::from)
        .ok_or_else(|| {
            Failure::new(
                "`rustc --print sysroot` fails; install Rust with rustup and open a new terminal.",
            )
        })
}

fn rustup(arguments: &[&str]) -> Outcome {
    command::run(Command::new("rustup").args(arguments), "Adding to the Rust toolchain").map_err(|_| {
        Failure::new(format!(
            "The Rust toolchain lacks something that rustup could not add; with a network, run: rustup {}",
            arguments.join(" ")
        ))
    })
}
