//! What the files weigh, and how much they may.

use std::fmt::Write;
use std::path::Path;

use crate::failure::{Failure, OrFail, Outcome};
use crate::widget::bundle::File;

/// Glue, Wasm, style and element together, brotli. One second on a 1 Mbit/s
/// line, and less than a third of the peers that can do as much.
const BUDGET_BYTES: u64 = 110_000;

/// One file as it lies on disk and as it goes over the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Size {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the table and fails when the widget is over its budget.
pub fn report(files: &[File], folder: &Path) -> Outcome {
    let mut sizes = Vec::new();
    for file in files.iter().filter(|file| is_loaded(&file.name)) {
        let length = |ending: &str| {
            let path = folder.join(format!("{}{ending}", file.name));
            let meta = std::fs::metadata(&path);
            meta.map(|meta| meta.len())
                .or_fail(|| format!("Cannot read {}", path.display()))
        };
        sizes.push(Size {
            name: file.name.clone(),
            raw: length("")?,
            gzip: length(".gz")?,
            brotli: length(".br")?,
        });
    }
    print!("{}", table(&sizes));
    within(total(&sizes).brotli)
}

/// What a page with the widget in it downloads; the rest is for other tools.
fn is_loaded(name: &str) -> bool {
    [".js", ".wasm", ".css"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

fn total(sizes: &[Size]) -> Size {
    sizes.iter().fold(
        Size {
            name: "in all".into(),
            ..Size::default()
        },
        |sum, size| Size {
            raw: sum.raw + size.raw,
            gzip: sum.gzip + size.gzip,
            brotli: sum.brotli + size.brotli,
            ..sum
        },
    )
}

fn table(sizes: &[Size]) -> String {
    let total = total(sizes);
    let width = sizes
        .iter()
        .map(|size| size.name.len())
        .max()
        .unwrap_or_default();
    let mut text = format!(
        "\n{:<width$}  {:>9}  {:>9}  {:>9}  bytes\n",
        "", "raw", "gzip", "brotli"
    );
    for size in sizes.iter().chain([&total]) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<width$}  {:>9}  {:>9}  {:>9}",
            size.name, size.raw, size.gzip, size.brotli
        );
    }
    text
}

fn within(brotli: u64) -> Outcome {
    if brotli <= BUDGET_BYTES {
        println!("budget: {brotli} of {BUDGET_BYTES} bytes of brotli");
        return Ok(());
    }
    Err(Failure::new(format!(
        "The widget is {} bytes of brotli over its budget of {BUDGET_BYTES}; \
         to see what came in, run: cargo tree --package manyi --edges normal --target wasm32-unknown-unknown",
        brotli - BUDGET_BYTES
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_too_many_fails() {
        assert!(within(BUDGET_BYTES).is_ok());
        let said = within(BUDGET_BYTES + 1).map_err(|failure| failure.to_string());
        assert!(
            matches!(&said, Err(text) if text.starts_with("The widget is 1 bytes of brotli over")),
            "{said:?}"
        );
    }

    #[test]
    fn the_table_ends_with_the_sum_of_what_a_page_loads() {
        assert!(is_loaded("manyi_bg-0123456789abcdef.wasm"));
        assert!(!is_loaded("custom-elements.json") && !is_loaded("LICENSE-MIT"));
        let size = |name: &str, bytes| Size {
            name: name.into(),
            raw: bytes,
            gzip: bytes,
            brotli: bytes,
        };
        let text = table(&[size("manyi.js", 1), size("manyi_bg.wasm", 20)]);
        let last: Vec<&str> = text
            .lines()
            .last()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        assert_eq!(last, ["in", "all", "21", "21", "21"]);
    }
}
