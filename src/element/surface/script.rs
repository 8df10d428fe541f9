//! The marked lines of `manyi.js`: names that the class must know before the
//! Wasm is there.

use super::manifest::quoted;
use super::{ATTRIBUTES, Notice, PROPERTIES, Takes, between};

/// `script` with the lines between `// surface` and `// /surface` written anew.
pub(super) fn with_surface(script: &str, notices: &[Notice<'_>]) -> String {
    let entries = ATTRIBUTES.iter().map(|attribute| {
        let flag = attribute.takes == Takes::Flag;
        let initial = match attribute.takes {
            Takes::Word(_) => attribute.default,
            _ => "",
        };
        let [name, property, initial] = [attribute.name, attribute.property, initial].map(quoted);
        format!("{name}: [{property}, {flag}, {initial}],")
    });
    let mut lines = format!("const ATTRIBUTES = {{\n{}}};\n", wrapped(entries));
    let names = |names: Vec<String>| names.join(", ");
    lines.push_str(&format!(
        "const OBJECTS = [{}];\n",
        names(PROPERTIES.iter().map(|p| quoted(p.name)).collect())
    ));
    lines.push_str("const NOTICES = {\n");
    for (tag, loading, unavailable) in notices {
        lines.push_str(&format!(
            "  {}: [{}, {}],\n",
            quoted(tag),
            quoted(loading),
            quoted(unavailable)
        ));
    }
    lines.push_str("};\n");
    between(script, "// surface", "// /surface", &lines)
}

/// The entries in lines of some hundred characters.
fn wrapped(entries: impl Iterator<Item = String>) -> String {
    let mut lines = String::new();
    let mut line = String::from(" ");
    for entry in entries {
        if line.len() + entry.len() > 110 {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from(" ");
        }
        line.push(' ');
        line.push_str(&entry);
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}
