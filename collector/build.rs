//! Puts the ready surveys and, where `MANYI_WIDGET_DIR` names them, the widget's
//! files into the binary, as tables of name and bytes.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=migrations");

    let surveys = here.join("../surveys");
    println!("cargo::rerun-if-changed={}", surveys.display());
    let json = |path: &Path| path.extension().is_some_and(|ending| ending == "json");
    fs::write(out.join("surveys.rs"), table(&files(&surveys, json)?)?)?;

    let style = here.join("../www/manyi-form.css");
    println!("cargo::rerun-if-changed={}", style.display());
    fs::write(
        out.join("manyi-form.css"),
        bare(&fs::read_to_string(style)?),
    )?;

    println!("cargo::rerun-if-env-changed=MANYI_WIDGET_DIR");
    let widget = match env::var_os("MANYI_WIDGET_DIR") {
        Some(folder) if !folder.is_empty() => {
            println!("cargo::rerun-if-changed={}", Path::new(&folder).display());
            files(Path::new(&folder), |_| true)?
        }
        _ => Vec::new(),
    };
    fs::write(out.join("widget.rs"), table(&widget)?)?;
    Ok(())
}

/// The style without comments and indentation: it stands in every hosted page.
fn bare(style: &str) -> String {
    let mut bare = String::new();
    let mut rest = style;
    while let Some((before, comment)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    bare.push_str(rest);
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The files of `folder` that `wanted` picks, by name; none where there is no folder.
fn files(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_file() && wanted(&path) {
                found.push(path.canonicalize()?);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn table(files: &[PathBuf]) -> Result<String, Box<dyn Error>> {
    let mut source = String::from("&[\n");
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| format!("{}: not UTF-8", file.display()))?;
        println!("cargo::rerun-if-changed={}", file.display());
        writeln!(
            source,
            "({name:?}, include_bytes!({:?})),",
            file.display().to_string()
        )?;
    }
    source.push(']');
    Ok(source)
}
