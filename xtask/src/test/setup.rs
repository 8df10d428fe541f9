//! What the tests need besides Rust, and how it comes onto the machine.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::marked;
use crate::command::{cargo, find, output};
use crate::failure::{Failure, OrFail, Outcome};
use crate::toolchain;
use crate::tree::Tree;

/// Programs, and the Debian package that brings them.
const NEEDS: [(&[&str], &str); 7] = [
    (
        &["chromium", "chromium-browser", "google-chrome"],
        "chromium",
    ),
    (&["chromedriver"], "chromium-driver"),
    (&["firefox", "firefox-esr"], "firefox-esr"),
    (&["WebKitWebDriver"], "webkit2gtk-driver"),
    (&["Xvfb"], "xvfb"),
    (&["node"], "nodejs"),
    (&["npm"], "npm"),
];

/// The versions that the tests were written against.
const WASM_PACK: &str = "0.15.1";
const GECKODRIVER: &str = "0.37.1";

/// What the browser steps hand to their tests.
#[derive(Debug)]
pub struct Browsers {
    /// chromedriver.
    pub chromium: PathBuf,
    /// geckodriver.
    pub firefox: PathBuf,
    /// WebKitWebDriver.
    pub webkit: PathBuf,
    /// wasm-pack.
    pub wasm_pack: PathBuf,
}

/// What `--quick` needs.
pub fn rust() -> Outcome {
    toolchain::wasm_target()?;
    toolchain::linters()
}

/// Everything else.
pub fn browsers(tree: &Tree) -> Outcome<Browsers> {
    packages()?;
    let found = |name: &str| {
        find(&[name]).ok_or_else(|| Failure::new(format!("{name} is installed, but not in PATH.")))
    };
    Ok(Browsers {
        chromium: found("chromedriver")?,
        webkit: found("WebKitWebDriver")?,
        firefox: installed(tree, "geckodriver", GECKODRIVER)?,
        wasm_pack: installed(tree, "wasm-pack", WASM_PACK)?,
    })
}

/// Installs Debian's packages when we may; otherwise says the command.
fn packages() -> Outcome {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let install = format!(
        "apt-get update && apt-get install -y --no-install-recommends {}",
        missing.join(" ")
    );
    let may = find(&["apt-get"]).is_some()
        && output(Command::new("id").arg("-u")).as_deref() == Some("0");
    if may {
        println!("Installing {} …", missing.join(" "));
        marked::check(
            Command::new("sh")
                .args(["-c", &install])
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )?;
    }
    if may && self::missing().is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "The browser tests lack {}; as root run: {install} (or leave them out with: cargo xtask test --quick)",
        missing.join(", ")
    )))
}

fn missing() -> Vec<&'static str> {
    let programs = NEEDS
        .iter()
        .filter(|(programs, _)| find(programs).is_none())
        .map(|(_, debian)| *debian);
    // Without a Chinese font every screenshot is full of boxes.
    let chinese =
        output(Command::new("fc-list").arg(":lang=zh-cn")).is_some_and(|fonts| !fonts.is_empty());
    programs
        .chain((!chinese).then_some("fonts-noto-cjk"))
        .collect()
}

/// A program from the registry, into our own folder. Built without
/// optimization: it is there in half the time and as quick as the browser.
/// Nobody steps into it either.
fn installed(tree: &Tree, name: &str, version: &str) -> Outcome<PathBuf> {
    if let Some(program) = find(&[name]) {
        return Ok(program);
    }
    let program = tree
        .tools()
        .join("bin")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("Installing {name} …");
        let mut install = cargo(&tree.root);
        install
            .args(["install", name, "--version", version, "--debug", "--root"])
            .arg(tree.tools());
        // Its own artifacts are of no use to ours.
        install
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_PROFILE_DEV_DEBUG", "false");
        marked::check(&mut install)?;
    }
    Ok(program)
}

/// PATH with our own folders in front. wasm-pack takes the first `wasm-bindgen`
/// in it when its version is the widget's, and then only uses the test runner
/// beside it; so the runner answers to both names. (It cannot be a program of
/// ours: rustc refuses to compile what is called `wasm-bindgen` and is not.)
pub fn path(tree: &Tree) -> Outcome<OsString> {
    let suffix = std::env::consts::EXE_SUFFIX;
    let runner = tree
        .target
        .join("debug")
        .join(format!("wasm-bindgen-test-runner{suffix}"));
    let folder = tree.tools().join("wasm-bindgen");
    let copied = || "Cannot put the test runner where wasm-pack finds it".to_owned();
    fs::create_dir_all(&folder).or_fail(copied)?;
    for name in ["wasm-bindgen", "wasm-bindgen-test-runner"] {
        fs::copy(&runner, folder.join(format!("{name}{suffix}"))).or_fail(copied)?;
    }
    let old = std::env::var_os("PATH").unwrap_or_default();
    let ours = [folder, tree.tools().join("bin")];
    std::env::join_paths(ours.into_iter().chain(std::env::split_paths(&old))).or_fail(copied)
}
