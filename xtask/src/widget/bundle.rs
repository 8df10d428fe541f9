//! Which files there are, under which names.
//!
//! Glue and Wasm carry a hash of their bytes in their names, so a browser may
//! keep them for ever; `manyi.js` keeps its name, is asked for again each
//! time, and knows the two names.

use std::fmt::Write;
use std::fs;

use sha2::{Digest, Sha256};

use super::glue::Bound;
use crate::failure::{Failure, OrFail, Outcome};
use crate::tree::Tree;

/// One file of the widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name; there are no folders.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The file that a page names in its `<script>`.
pub const ELEMENT: &str = "manyi.js";

/// Describes the element to editors, which look for it at a package's root.
const MANIFEST: &str = "custom-elements.json";

/// What `www/manyi.js` calls the other two before they have their names.
const GLUE: &str = "\"./manyi_glue.js\"";
const WASM: &str = "\"./manyi_bg.wasm\"";

/// The files of `www/` and the element's manifest, in the order of their names,
/// so that a stamp made of them does not depend on the file system.
pub fn as_it_is(tree: &Tree) -> Outcome<Vec<File>> {
    let folder = tree.root.join("www");
    let read = || format!("Cannot read {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).or_fail(read)? {
        let entry = entry.or_fail(read)?;
        if entry.path().is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            files.push(File {
                name,
                bytes: fs::read(entry.path()).or_fail(read)?,
            });
        }
    }
    let bytes = fs::read(tree.root.join(MANIFEST))
        .or_fail(|| format!("Cannot read {MANIFEST}; write it with `cargo xtask generate`"))?;
    files.push(File {
        name: MANIFEST.into(),
        bytes,
    });
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// Names glue and Wasm by their content and tells `manyi.js` these names.
pub fn assemble(bound: Bound, page: Vec<File>) -> Outcome<Vec<File>> {
    let glue = hashed("manyi_glue", "js", bound.glue.into_bytes());
    let wasm = hashed("manyi_bg", "wasm", bound.wasm);
    let mut files = page;
    let element = files
        .iter_mut()
        .find(|file| file.name == ELEMENT)
        .ok_or_else(|| {
            Failure::new(format!(
                "www/{ELEMENT} is missing; restore it with: git checkout www/{ELEMENT}"
            ))
        })?;
    let mut source = String::from_utf8(element.bytes.clone())
        .or_fail(|| format!("www/{ELEMENT} is not UTF-8"))?;
    for (literal, file) in [(GLUE, &glue), (WASM, &wasm)] {
        source = renamed(&source, literal, &file.name)?;
    }
    element.bytes = source.into_bytes();
    files.extend([glue, wasm]);
    Ok(files)
}

fn renamed(source: &str, literal: &str, name: &str) -> Outcome<String> {
    match source.matches(literal).count() {
        1 => Ok(source.replace(literal, &format!("\"./{name}\""))),
        count => Err(Failure::new(format!(
            "www/{ELEMENT} has {literal} {count} times; it has to stand there exactly once, as a constant."
        ))),
    }
}

fn hashed(stem: &str, ending: &str, bytes: Vec<u8>) -> File {
    File {
        name: format!("{stem}-{}.{ending}", &hex(&bytes)[..16]),
        bytes,
    }
}

/// The SHA-256 of some bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound() -> Bound {
        Bound {
            glue: "export default 1".into(),
            wasm: b"\0asm".to_vec(),
        }
    }

    fn page(source: &str) -> Vec<File> {
        vec![
            File {
                name: "manyi-form.css".into(),
                bytes: b"form{}".to_vec(),
            },
            File {
                name: ELEMENT.into(),
                bytes: source.into(),
            },
        ]
    }

    const SOURCE: &str = r#"const GLUE = "./manyi_glue.js"; const WASM = "./manyi_bg.wasm";"#;

    #[test]
    fn the_element_names_the_files_that_are_there() -> Outcome {
        let files = assemble(bound(), page(SOURCE))?;
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let [css, element, glue, wasm] = names[..] else {
            panic!("{names:?}")
        };
        assert_eq!((css, element), ("manyi-form.css", "manyi.js"));
        // First 16 hexadecimal digits of `printf '\0asm' | sha256sum`.
        assert_eq!(wasm, "manyi_bg-cd5d4935a48c0672.wasm");
        let source = String::from_utf8_lossy(&files[1].bytes);
        assert_eq!(
            source,
            format!(r#"const GLUE = "./{glue}"; const WASM = "./{wasm}";"#)
        );
        Ok(())
    }

    #[test]
    fn other_bytes_get_another_name() -> Outcome {
        let one = assemble(bound(), page(SOURCE))?;
        let two = assemble(
            Bound {
                glue: "export default 2".into(),
                ..bound()
            },
            page(SOURCE),
        )?;
        assert_ne!(one[2].name, two[2].name);
        assert_eq!(one[3].name, two[3].name);
        Ok(())
    }

    #[test]
    fn a_constant_that_is_missing_or_doubled_is_said() {
        for source in ["", &SOURCE.repeat(2)] {
            let said = assemble(bound(), page(source))
                .map(|_| ())
                .map_err(|failure| failure.to_string());
            assert!(
                matches!(&said, Err(text) if text.contains("manyi_glue.js")),
                "{said:?}"
            );
        }
        let said = assemble(bound(), Vec::new())
            .map(|_| ())
            .map_err(|failure| failure.to_string());
        assert!(
            matches!(&said, Err(text) if text.contains("is missing")),
            "{said:?}"
        );
    }
}
