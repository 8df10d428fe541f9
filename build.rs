//! Puts the widget's style into the build without its comments and spaces: the
//! Wasm carries it to every citizen.

use std::path::PathBuf;
use std::{env, error, fs};

fn main() -> Result<(), Box<dyn error::Error>> {
    let source = "src/view/style.css";
    println!("cargo::rerun-if-changed={source}");
    let target = PathBuf::from(env::var("OUT_DIR")?).join("style.css");
    fs::write(target, minified(&fs::read_to_string(source)?))?;
    Ok(())
}

/// `css` without comments, and with single spaces only where they can matter:
/// around `+`, `-` and `:` they do, around braces, semicolons and commas never.
fn minified(css: &str) -> String {
    let mut plain = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, behind)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = behind.split_once("*/").map_or("", |(_, behind)| behind);
    }
    plain.push_str(rest);
    let mut small = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    for sign in ["{", "}", ";", ","] {
        for spaced in [format!(" {sign}"), format!("{sign} ")] {
            small = small.replace(&spaced, sign);
        }
    }
    small.replace(": ", ":").replace(";}", "}")
}
