//! `kiosk.json`: which files are one version of the kiosk, by their hashes. Its
//! service worker keeps all of them or none.

use serde_json::{Map, Value, json};

use super::bundle::{File, hex};
use crate::failure::{OrFail, Outcome};

/// Its name. The worker itself is not in it: a browser keeps that by its own rules.
pub const LIST: &str = "kiosk.json";

/// The list of `files`, which have to be as they are served.
pub fn list(files: &[File]) -> Outcome<File> {
    let of_kiosk = files.iter().filter(|file| is_of_kiosk(&file.name));
    let hashes: Map<String, Value> = of_kiosk
        .map(|file| (file.name.clone(), Value::from(hex(&file.bytes))))
        .collect();
    let list = json!({ "kill": false, "files": hashes });
    let bytes = serde_json::to_vec_pretty(&list).or_fail(|| format!("Cannot write {LIST}"))?;
    Ok(File {
        name: LIST.into(),
        bytes,
    })
}

/// Whether the kiosk needs it without a network.
fn is_of_kiosk(name: &str) -> bool {
    let is_page = name.starts_with("kiosk") && name != "kiosk-worker.js" && name != LIST;
    let is_module =
        name.starts_with("manyi_") && (name.ends_with(".js") || name.ends_with(".wasm"));
    is_page || is_module || name == "manyi.js"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_the_page_the_widget_and_every_module_and_not_the_worker() -> Outcome {
        let names = [
            "kiosk.css",
            "kiosk.html",
            "kiosk-worker.js",
            "manyi.js",
            "manyi.d.ts",
            "manyi-form.css",
            "custom-elements.json",
            "manyi_bg-0123456789abcdef.wasm",
            "manyi_kiosk_glue-0123456789abcdef.js",
        ];
        let files = names.map(|name| File {
            name: name.into(),
            bytes: name.into(),
        });
        let list = list(&files)?;
        let value: Value = serde_json::from_slice(&list.bytes).or_fail(|| "JSON".into())?;
        assert_eq!(value["kill"], json!(false));
        let listed = value["files"].as_object().cloned().unwrap_or_default();
        let mut kept: Vec<&str> = listed.keys().map(String::as_str).collect();
        kept.sort_unstable();
        assert_eq!(
            kept,
            [
                "kiosk.css",
                "kiosk.html",
                "manyi.js",
                "manyi_bg-0123456789abcdef.wasm",
                "manyi_kiosk_glue-0123456789abcdef.js",
            ]
        );
        assert_eq!(listed["manyi.js"], json!(hex(b"manyi.js")));
        Ok(())
    }
}
