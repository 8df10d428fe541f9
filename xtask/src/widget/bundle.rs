//! Which files there are, under which names.
//!
//! Glue and Wasm carry a hash of their bytes in their names, so a browser may
//! keep them for ever; `manyi.js` keeps its name, is asked for again each
//! time, and knows the other names. `kiosk.js` does the same for the kiosk's.

use std::fmt::Write;
use std::fs;

use sha2::{Digest, Sha256};

use super::glue::Bound;
use super::modules::Modules;
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

/// The script of the kiosk page.
pub const KIOSK: &str = "kiosk.js";

/// Folders of files that a browser loads as they are.
const FOLDERS: [&str; 2] = ["www", "kiosk/www"];

/// Describes the element to editors, which look for it at a package's root.
const MANIFEST: &str = "custom-elements.json";

/// The files of `www/`, of the kiosk's page and the element's manifest, in the order of their names,
/// so that a stamp made of them does not depend on the file system.
pub fn as_it_is(tree: &Tree) -> Outcome<Vec<File>> {
    let mut files = Vec::new();
    for folder in FOLDERS.map(|name| tree.root.join(name)) {
        let read = || format!("Cannot read {}", folder.display());
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

/// Names glue and Wasm of each module by their content and tells `manyi.js`, or
/// `kiosk.js`, which have them without a hash, these names.
pub fn assemble(bound: Modules<Bound>, page: Vec<File>) -> Outcome<Vec<File>> {
    let mut files = page;
    let mut named = Vec::new();
    for (name, Bound { glue, wasm }) in bound.named() {
        let script = if name == "manyi_kiosk" {
            KIOSK
        } else {
            ELEMENT
        };
        for (stem, ending, bytes) in [
            (format!("{name}_glue"), "js", glue.into_bytes()),
            (format!("{name}_bg"), "wasm", wasm),
        ] {
            let file = hashed(&stem, ending, bytes);
            rename(
                &mut files,
                script,
                &format!("\"./{stem}.{ending}\""),
                &file.name,
            )?;
            named.push(file);
        }
    }
    files.extend(named);
    Ok(files)
}

/// Puts the name of a file into the script that has it as a constant.
fn rename(files: &mut [File], script: &str, literal: &str, name: &str) -> Outcome {
    let folder = if script == KIOSK { "kiosk/www" } else { "www" };
    let file = files.iter_mut().find(|file| file.name == script);
    let file = file.ok_or_else(|| {
        Failure::new(format!(
            "{folder}/{script} is missing; restore it with: git checkout {folder}/{script}"
        ))
    })?;
    let source =
        std::str::from_utf8(&file.bytes).or_fail(|| format!("{folder}/{script} is not UTF-8"))?;
    match source.matches(literal).count() {
        1 => {
            file.bytes = source
                .replace(literal, &format!("\"./{name}\""))
                .into_bytes();
            Ok(())
        }
        count => Err(Failure::new(format!(
            "{folder}/{script} has {literal} {count} times; it has to stand there exactly once, as a constant."
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

    fn bound(glue: &str) -> Modules<Bound> {
        Modules {
            widget: Bound {
                glue: glue.into(),
                wasm: b"\0asm".to_vec(),
            },
            outbox: Bound {
                glue: "export default 0".into(),
                wasm: b"\0asm\x01".to_vec(),
            },
            queue: Bound {
                glue: "export default 2".into(),
                wasm: b"\0asm\x02".to_vec(),
            },
            kiosk: Bound {
                glue: "export default 3".into(),
                wasm: b"\0asm\x03".to_vec(),
            },
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
            File {
                name: KIOSK.into(),
                bytes: br#"import start from "./manyi_kiosk_glue.js"; const WASM = "./manyi_kiosk_bg.wasm";"#.to_vec(),
            },
        ]
    }

    const SOURCE: &str = r#"const GLUE = "./manyi_glue.js"; const WASM = "./manyi_bg.wasm";
        const OUTBOX = ["./manyi_outbox_glue.js", "./manyi_outbox_bg.wasm"];
        const QUEUE = ["./manyi_queue_glue.js", "./manyi_queue_bg.wasm"];"#;

    #[test]
    fn the_element_names_the_files_that_are_there() -> Outcome {
        let files = assemble(bound("export default 1"), page(SOURCE))?;
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let [
            css,
            element,
            kiosk,
            glue,
            wasm,
            outbox_glue,
            outbox_wasm,
            queue_glue,
            queue_wasm,
            kiosk_glue,
            kiosk_wasm,
        ] = names[..]
        else {
            panic!("{names:?}")
        };
        assert_eq!(
            (css, element, kiosk),
            ("manyi-form.css", "manyi.js", "kiosk.js")
        );
        assert_eq!(
            String::from_utf8_lossy(&files[2].bytes),
            format!(r#"import start from "./{kiosk_glue}"; const WASM = "./{kiosk_wasm}";"#)
        );
        // First 16 hexadecimal digits of `printf '\0asm' | sha256sum`.
        assert_eq!(wasm, "manyi_bg-cd5d4935a48c0672.wasm");
        assert!(
            outbox_glue.starts_with("manyi_outbox_glue-")
                && outbox_wasm.starts_with("manyi_outbox_bg-"),
            "{names:?}"
        );
        let source = String::from_utf8_lossy(&files[1].bytes);
        assert_eq!(
            source,
            format!(
                r#"const GLUE = "./{glue}"; const WASM = "./{wasm}";
        const OUTBOX = ["./{outbox_glue}", "./{outbox_wasm}"];
        const QUEUE = ["./{queue_glue}", "./{queue_wasm}"];"#
            )
        );
        Ok(())
    }

    #[test]
    fn other_bytes_get_another_name() -> Outcome {
        let one = assemble(bound("export default 1"), page(SOURCE))?;
        let two = assemble(bound("export default 2"), page(SOURCE))?;
        assert_ne!(one[3].name, two[3].name);
        assert_eq!(one[4..], two[4..]);
        Ok(())
    }

    #[test]
    fn a_constant_that_is_missing_or_doubled_is_said() {
        let without_outbox = SOURCE.replace("./manyi_outbox_bg.wasm", "./outbox.wasm");
        for (source, named) in [
            ("", "manyi_glue.js"),
            (&SOURCE.repeat(2), "manyi_glue.js"),
            (&without_outbox, "manyi_outbox_bg.wasm"),
        ] {
            let said = assemble(bound(""), page(source))
                .map(|_| ())
                .map_err(|failure| failure.to_string());
            assert!(
                matches!(&said, Err(text) if text.contains(named)),
                "{said:?}"
            );
        }
        let said = assemble(bound(""), Vec::new())
            .map(|_| ())
            .map_err(|failure| failure.to_string());
        assert!(
            matches!(&said, Err(text) if text.contains("is missing")),
            "{said:?}"
        );
    }
}
