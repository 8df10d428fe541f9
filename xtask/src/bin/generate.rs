//! Writes what follows from the Rust types and tables: the JSON Schemas from
//! the model, and from the element's surface the tables of the README,
//! `custom-elements.json`, `manyi.d.ts` and the marked lines of `manyi.js`.
//! A program of its own, because `serve` should not wait for schemas.

#[expect(
    dead_code,
    unused_imports,
    reason = "the widget uses the rest of the table"
)]
#[path = "../../../src/element/surface/mod.rs"]
mod surface;

use std::path::Path;
use std::process::ExitCode;

use manyi_model::{schema, words};

type Written = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> Written {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = ours.parent().unwrap_or(ours);
    std::fs::create_dir_all(root.join("schema"))?;
    for (name, schema) in [
        ("survey", schema::definition()),
        ("response", schema::response()),
    ] {
        // The test of the model compares with the same spelling.
        let text = format!("{}\n", serde_json::to_string_pretty(&schema)?);
        put(&root.join(format!("schema/{name}.json")), &text)?;
    }
    let notices = words::ALL.map(|words| (words.tag, words.loading, words.unavailable));
    for (path, text) in surface::GENERATED {
        let path = root.join(path);
        let old = std::fs::read_to_string(&path).unwrap_or_default();
        let new = text(&old, &notices);
        if !new.is_empty() {
            put(&path, &new)?;
        }
    }
    Ok(())
}

/// Writes only what changed, and says so.
fn put(path: &Path, text: &str) -> Written {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(path, text)
        .map_err(|error| format!("Cannot write {}: {error}", path.display()))?;
    println!("wrote {}", path.display());
    Ok(())
}
