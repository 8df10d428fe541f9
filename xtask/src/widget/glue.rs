//! wasm-bindgen as a library. Nothing is installed, so nothing goes stale:
//! cargo itself refuses a version other than that of the `wasm-bindgen` in the
//! widget, because both link to the one `wasm-bindgen-shared`.

use std::fs;

use wasm_bindgen_cli_support::Bindgen;

use crate::failure::{Failure, OrFail, Outcome};

/// What wasm-bindgen makes of a module.
#[derive(Debug)]
pub struct Bound {
    /// The JavaScript between the page and the Wasm.
    pub glue: String,
    /// The module itself.
    pub wasm: Vec<u8>,
}

/// Binds the module `name` for `<script type="module">` without a bundler.
pub fn bind(name: &str, wasm: &[u8]) -> Outcome<Bound> {
    let failed = || "wasm-bindgen failed".to_owned();
    let folder = std::env::temp_dir().join(format!("manyi-glue-{}", std::process::id()));
    let mut bindgen = Bindgen::new();
    bindgen.web(true).or_fail(failed)?;
    bindgen
        .input_bytes(name, wasm.to_vec())
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true);
    let bound = bindgen.generate(&folder).or_fail(failed).and_then(|()| {
        if folder.join("snippets").exists() {
            return Err(Failure::new(
                "A crate in the Wasm brings JavaScript of its own (wasm-bindgen wrote snippets/), which is not shipped; \
                 run `cargo tree -p manyi -p manyi-delivery` to see which one came in.",
            ));
        }
        Ok(Bound {
            glue: fs::read_to_string(folder.join(format!("{name}.js"))).or_fail(failed)?,
            wasm: fs::read(folder.join(format!("{name}_bg.wasm"))).or_fail(failed)?,
        })
    });
    // Also after a failure; a folder that stays behind in the system's
    // temporary files is no reason to fail.
    let _ = fs::remove_dir_all(&folder);
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(package: &str) -> Outcome<Vec<String>> {
        let lock = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock"))
            .or_fail(|| "Cargo.lock".into())?;
        let heading = format!("name = \"{package}\"\nversion = \"");
        Ok(lock
            .split(&heading)
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
            .collect())
    }

    #[test]
    fn glue_library_and_test_runner_have_the_widgets_version() -> Outcome {
        let widget = locked("wasm-bindgen")?;
        assert_eq!(
            widget.len(),
            1,
            "one wasm-bindgen in Cargo.lock: {widget:?}"
        );
        assert_eq!(locked("wasm-bindgen-cli-support")?, widget);
        assert_eq!(locked("wasm-bindgen-cli")?, widget);
        assert_eq!(locked("wasm-bindgen-shared")?, widget);
        Ok(())
    }

    #[test]
    fn what_is_no_wasm_is_refused_with_a_sentence() {
        let said = bind("manyi", b"<!doctype html>")
            .map(|_| ())
            .map_err(|failure| failure.to_string());
        assert!(
            matches!(&said, Err(text) if text.starts_with("wasm-bindgen failed: ")),
            "{said:?}"
        );
    }
}
