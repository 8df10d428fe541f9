//! Short names between Wasm and glue. They are spelled out in both files and,
//! with their hashes, hardly compress. wasm-opt shortens them in the Wasm and
//! says how; here the glue learns the same names.

use std::collections::HashMap;

use crate::failure::{Failure, OrFail, Outcome};

/// How wasm-opt is asked for it. Not together with `--converge`, which would
/// repeat the pass and print a map for each time.
pub const PASS: &str = "--minify-imports-and-exports-and-modules";

/// What that pass calls the one module that is left; its map does not say so.
const MODULE: &str = "a";

/// wasm-bindgen exports these for pages that restart a dead instance by hand.
/// `manyi.js` takes a fresh instance, so the glue does not use them. Freeing is left
/// to a module that hands bytes or strings out; the list for staff takes them only.
const NOT_IN_GLUE: [&str; 3] = [
    "__abort_handler",
    "__instance_terminated",
    "__wbindgen_free",
];

/// Old and new names.
type Renamed = HashMap<String, String>;

/// What wasm-opt did.
#[derive(Debug)]
struct Names {
    module: String,
    /// In the glue each is once a property of the imports: `name: function`.
    imports: Renamed,
    /// In the glue each is a property of the instance: `wasm.name`.
    exports: Renamed,
}

/// The glue with the names of wasm-opt's map (JSON). It fails rather than leave
/// a name that only one of the two files knows, which only browsers would notice.
pub fn glue(source: &str, map: &str) -> Outcome<String> {
    let names = read(map)?;
    let module = format!("\"{}\":", names.module);
    once(source.matches(&module).count(), &module)?;

    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut short = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find(is_part) {
        let (between, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|c| !is_part(c)).unwrap_or(word.len()));
        short.push_str(between);
        rest = after;
        if is_of_wasm(&short) {
            let new = names.exports.get(word);
            short.push_str(new.ok_or_else(|| lost(&format!("`wasm.{word}`, which is no export")))?);
        } else if let Some(new) = names.imports.get(word) {
            if !rest.starts_with(':') {
                return Err(lost(&format!("`{word}` outside the imports")));
            }
            short.push_str(new);
        } else {
            if word == "wasm" && (rest.starts_with('[') || rest.starts_with("?.")) {
                return Err(lost("an export that is not written as `wasm.name`"));
            }
            short.push_str(word);
            continue;
        }
        *seen.entry(word).or_default() += 1;
    }
    short.push_str(rest);

    for name in names.imports.keys() {
        once(seen.get(name.as_str()).copied().unwrap_or_default(), name)?;
    }
    let unused = names
        .exports
        .keys()
        .find(|name| !seen.contains_key(name.as_str()) && !NOT_IN_GLUE.contains(&name.as_str()));
    match unused {
        Some(name) => Err(lost(&format!("no `wasm.{name}`, which is an export"))),
        None => Ok(short.replace(&module, &format!("\"{MODULE}\":"))),
    }
}

fn read(map: &str) -> Outcome<Names> {
    let unknown = || "Cannot read the names that wasm-opt gave".to_owned();
    let map: HashMap<String, Vec<Vec<String>>> = serde_json::from_str(map).or_fail(unknown)?;
    let rows = |key| map.get(key).map(Vec::as_slice).unwrap_or_default();
    let mut modules = Vec::new();
    let mut imports = Renamed::new();
    for row in rows("imports") {
        let [module, old, new] = &row[..] else {
            return Err(Failure::new(unknown()));
        };
        modules.push(module.clone());
        imports.insert(old.clone(), new.clone());
    }
    let mut exports = Renamed::new();
    for row in rows("exports") {
        let [old, new] = &row[..] else {
            return Err(Failure::new(unknown()));
        };
        exports.insert(old.clone(), new.clone());
    }
    modules.dedup();
    match (<[String; 1]>::try_from(modules), exports.is_empty()) {
        (Ok([module]), false) => Ok(Names {
            module,
            imports,
            exports,
        }),
        _ => Err(Failure::new(format!(
            "{}: there have to be exports, and imports from one module.",
            unknown()
        ))),
    }
}

/// Whether a character may stand in a name.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Whether the name that comes next is a property of the variable `wasm`.
fn is_of_wasm(before: &str) -> bool {
    before
        .strip_suffix("wasm.")
        .is_some_and(|before| !before.ends_with(|c| is_part(c) || c == '.'))
}

fn once(count: usize, what: &str) -> Outcome {
    if count == 1 {
        return Ok(());
    }
    Err(lost(&format!("`{what}` {count} times instead of once")))
}

fn lost(what: &str) -> Failure {
    Failure::new(format!(
        "The glue has {what}: wasm-bindgen now writes it in another way than xtask/src/dist/rename.rs reads it."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = r#"{
        "imports": [["./manyi_bg.js", "__wbg_new_1", "a"], ["./manyi_bg.js", "__wbg_new_12", "b"]],
        "exports": [["open", "c"], ["open_all", "d"], ["memory", "e"], ["__wbindgen_start", "f"], ["__abort_handler", "g"]]
    }"#;

    const GLUE: &str = r#"
        export function open(key) { wasm.open(key); wasm.open_all(key, wasm.memory.buffer); }
        function memory() { return swasm.memory + it.wasm.memory + "manyi_bg.wasm"; }
        const import0 = {
            __proto__: null,
            __wbg_new_1: function(arg0) { return open; },
            __wbg_new_12: (arg0) => wasm.open(arg0),
        };
        return { "./manyi_bg.js": import0 };
        wasm.__wbindgen_start();"#;

    fn refused(source: &str, map: &str) -> String {
        match glue(source, map) {
            Ok(text) => panic!("not refused: {text}"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn whole_names_are_replaced_and_only_where_they_are_the_wasms() -> Outcome {
        assert_eq!(
            glue(GLUE, MAP)?,
            r#"
        export function open(key) { wasm.c(key); wasm.d(key, wasm.e.buffer); }
        function memory() { return swasm.memory + it.wasm.memory + "manyi_bg.wasm"; }
        const import0 = {
            __proto__: null,
            a: function(arg0) { return open; },
            b: (arg0) => wasm.c(arg0),
        };
        return { "a": import0 };
        wasm.f();"#
        );
        Ok(())
    }

    #[test]
    fn a_name_that_only_one_side_knows_is_refused() {
        for (from, to, said) in [
            ("__wbg_new_1:", "__wbg_new_2:", "`__wbg_new_1` 0 times"),
            ("__wbg_new_12:", "__wbg_new_1:", "`__wbg_new_1"),
            ("return open;", "return __wbg_new_1;", "outside the imports"),
            ("wasm.open_all", "wasm.open", "no `wasm.open_all`"),
            (
                "wasm.memory.buffer",
                "wasm.heap",
                "`wasm.heap`, which is no",
            ),
            ("wasm.open(key)", "wasm['open'](key)", "not written as"),
            (
                "./manyi_bg.js",
                "./other.js",
                "`\"./manyi_bg.js\":` 0 times",
            ),
        ] {
            assert_ne!(GLUE.replacen(from, to, 1), GLUE, "{from}");
            let sentence = refused(&GLUE.replacen(from, to, 1), MAP);
            assert!(sentence.contains(said), "{sentence}");
        }
    }

    #[test]
    fn a_map_that_is_none_is_refused() {
        let two_modules = MAP.replacen("./manyi_bg.js", "env", 1);
        for map in [
            "",
            "{}",
            r#"{"imports": [["a"]]}"#,
            &two_modules,
            &MAP.repeat(2),
        ] {
            let sentence = refused(GLUE, map);
            assert!(
                sentence.starts_with("Cannot read the names that wasm-opt gave"),
                "{sentence}"
            );
        }
    }
}
