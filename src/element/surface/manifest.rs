//! `custom-elements.json`: the custom elements manifest (schema 1.0.0), which
//! editors and documentation tools read.

use super::{
    ATTRIBUTES, Attribute, CUSTOM_PROPERTIES, ELEMENT, EVENTS, METHODS, PARTS, PROPERTIES, SLOTS,
    SUMMARY, Takes,
};

/// The whole file.
pub(super) fn text() -> String {
    let members = list(
        10,
        ATTRIBUTES
            .iter()
            .map(|a| {
                object(&[
                    ("kind", quoted("field")),
                    ("name", quoted(a.property)),
                    ("description", quoted(a.doc)),
                    ("attribute", quoted(a.name)),
                    ("reflects", "true".to_owned()),
                    ("type", kind(&type_of(a))),
                ])
            })
            .chain(PROPERTIES.iter().map(|p| {
                object(&[
                    ("kind", quoted("field")),
                    ("name", quoted(p.name)),
                    ("description", quoted(p.doc)),
                    ("type", kind(p.kind)),
                ])
            }))
            .chain(METHODS.iter().map(|m| {
                object(&[
                    ("kind", quoted("method")),
                    ("name", quoted(m.name)),
                    ("description", quoted(m.doc)),
                    ("return", object(&[("type", kind(m.returns))])),
                ])
            })),
    );
    let attributes = list(
        10,
        ATTRIBUTES.iter().map(|a| {
            let mut pairs = vec![
                ("name", quoted(a.name)),
                ("fieldName", quoted(a.property)),
                ("description", quoted(a.doc)),
                ("type", kind(&type_of(a))),
            ];
            if !a.default.is_empty() {
                pairs.push(("default", quoted(a.default)));
            }
            object(&pairs)
        }),
    );
    let events = list(
        10,
        EVENTS.iter().map(|e| {
            object(&[
                ("name", quoted(e.name)),
                ("description", quoted(e.doc)),
                ("type", kind(&format!("CustomEvent<{}>", e.detail))),
            ])
        }),
    );
    let named =
        |name: &str, doc: &str| object(&[("name", quoted(name)), ("description", quoted(doc))]);
    let slots = list(10, SLOTS.iter().map(|s| named(s.name, s.doc)));
    let parts = list(10, PARTS.iter().map(|p| named(p.name, p.doc)));
    let custom_properties = list(
        10,
        CUSTOM_PROPERTIES.iter().map(|p| {
            object(&[
                ("name", quoted(p.name)),
                ("default", quoted(p.default)),
                ("description", quoted(p.doc)),
            ])
        }),
    );
    format!(
        r#"{{
  "schemaVersion": "1.0.0",
  "readme": "README.md",
  "modules": [
    {{
      "kind": "javascript-module",
      "path": "manyi.js",
      "exports": [
        {{ "kind": "js", "name": "ManyiSurvey", "declaration": {{ "name": "ManyiSurvey", "module": "manyi.js" }} }},
        {{ "kind": "custom-element-definition", "name": {element}, "declaration": {{ "name": "ManyiSurvey", "module": "manyi.js" }} }}
      ],
      "declarations": [
        {{
          "kind": "class",
          "name": "ManyiSurvey",
          "customElement": true,
          "tagName": {element},
          "description": {summary},
          "superclass": {{ "name": "HTMLElement" }},
          "attributes": {attributes},
          "members": {members},
          "events": {events},
          "slots": {slots},
          "cssParts": {parts},
          "cssProperties": {custom_properties}
        }}
      ]
    }}
  ]
}}
"#,
        element = quoted(ELEMENT),
        summary = quoted(SUMMARY),
    )
}

fn type_of(attribute: &Attribute) -> String {
    match attribute.takes {
        Takes::Text => "string".to_owned(),
        Takes::Flag => "boolean".to_owned(),
        Takes::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
            words.join(" | ")
        }
    }
}

fn kind(text: &str) -> String {
    object(&[("text", quoted(text))])
}

fn list(indent: usize, entries: impl Iterator<Item = String>) -> String {
    let pad = " ".repeat(indent);
    let entries: Vec<String> = entries.map(|entry| format!("\n{pad}  {entry}")).collect();
    if entries.is_empty() {
        return "[]".to_owned();
    }
    format!("[{}\n{pad}]", entries.join(","))
}

fn object(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}: {value}", quoted(name)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// `text` as a JSON string. The table holds no control characters.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
