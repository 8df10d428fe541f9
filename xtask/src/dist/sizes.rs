//! What the files weigh, and how much they may.

use std::fmt::Write;
use std::path::Path;

use crate::failure::{Failure, OrFail, Outcome};
use crate::widget::bundle::File;

/// Element, glue and Wasm together, brotli; the style of the shadow root is
/// inside the Wasm. One second on a 1 Mbit/s line, and less than a third of
/// the peers that can do as much.
const BUDGET_BYTES: u64 = 110_000;

const TOTAL: &str = "the widget in all";

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
    let counted = weighed(files, folder, is_counted)?;
    let apart = weighed(files, folder, is_apart)?;
    print!("{}", table(&counted, &apart));
    within(total(&counted).brotli)
}

fn weighed(files: &[File], folder: &Path, wanted: fn(&str) -> bool) -> Outcome<Vec<Size>> {
    let mut sizes = Vec::new();
    for file in files.iter().filter(|file| wanted(&file.name)) {
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
    Ok(sizes)
}

/// What every page with the widget in it downloads.
fn is_counted(name: &str) -> bool {
    name.ends_with(".js") || name.ends_with(".wasm")
}

/// What a page downloads only for the plain form; the rest is for other tools.
fn is_apart(name: &str) -> bool {
    name.ends_with(".css")
}

fn total(sizes: &[Size]) -> Size {
    sizes.iter().fold(
        Size {
            name: TOTAL.into(),
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

fn table(counted: &[Size], apart: &[Size]) -> String {
    let total = total(counted);
    let lines = || counted.iter().chain([&total]).chain(apart);
    let width = lines()
        .map(|size| size.name.len())
        .max()
        .unwrap_or_default();
    let mut text = format!(
        "\n{:<width$}  {:>9}  {:>9}  {:>9}  bytes\n",
        "", "raw", "gzip", "brotli"
    );
    for size in lines() {
        let note = if is_apart(&size.name) {
            "  not counted: for the no-script form"
        } else {
            ""
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<width$}  {:>9}  {:>9}  {:>9}{note}",
            size.name, size.raw, size.gzip, size.brotli
        );
    }
    text
}

fn within(brotli: u64) -> Outcome {
    if brotli <= BUDGET_BYTES {
        println!(
            "budget: {brotli} of {BUDGET_BYTES} bytes of brotli (manyi.js, glue and Wasm; the widget's own style is in the Wasm)"
        );
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
    fn the_sum_leaves_out_what_only_the_form_loads() {
        assert!(is_counted("manyi_bg-0123456789abcdef.wasm") && is_counted("manyi.js"));
        for name in ["custom-elements.json", "LICENSE-MIT", "manyi.d.ts"] {
            assert!(!is_counted(name) && !is_apart(name), "{name}");
        }
        let size = |name: &str, bytes| Size {
            name: name.into(),
            raw: bytes,
            gzip: bytes,
            brotli: bytes,
        };
        let text = table(
            &[size("manyi.js", 1), size("manyi_bg.wasm", 20)],
            &[size("manyi-form.css", 300)],
        );
        let lines: Vec<&str> = text.lines().collect();
        let [.., total, form] = lines[..] else {
            panic!("{text}")
        };
        let words = |line: &str| line.replace(TOTAL, "").split_whitespace().count();
        assert!(total.starts_with(TOTAL) && total.ends_with(" 21"), "{text}");
        assert_eq!(words(total), 3, "{text}");
        assert!(
            form.starts_with("manyi-form.css") && form.contains(" 300  not counted"),
            "{text}"
        );
    }
}
