//! The tables of the README, between `<!-- surface:NAME -->` and `<!-- /surface -->`.

use super::{
    ATTRIBUTES, Attribute, CUSTOM_PROPERTIES, EVENTS, METHODS, PARTS, PROPERTIES, SLOTS, Takes,
    between,
};

/// `readme` with every marked table written anew.
pub(super) fn with_tables(readme: &str) -> String {
    let tables: [(&str, String); 7] = [
        ("attributes", attributes()),
        (
            "properties",
            table(
                ["Property", "Type", "What it does"],
                PROPERTIES
                    .iter()
                    .map(|p| [code(p.name), code(p.kind), p.doc.to_owned()]),
            ),
        ),
        (
            "methods",
            table(
                ["Method", "Returns", "What it does"],
                METHODS.iter().map(|m| {
                    let call = format!("{}()", m.name);
                    [code(&call), code(m.returns), m.doc.to_owned()]
                }),
            ),
        ),
        (
            "events",
            table(
                ["Event", "`detail`", "When"],
                EVENTS
                    .iter()
                    .map(|e| [code(e.name), code(e.detail), e.doc.to_owned()]),
            ),
        ),
        (
            "slots",
            table(
                ["Slot", "What it holds"],
                SLOTS
                    .iter()
                    .map(|s| [s.name_or_default().to_owned(), s.doc.to_owned()]),
            ),
        ),
        (
            "parts",
            table(
                ["Part", "What it is"],
                PARTS.iter().map(|p| [code(p.name), p.doc.to_owned()]),
            ),
        ),
        (
            "custom-properties",
            table(
                ["Custom property", "Default", "What it sets"],
                CUSTOM_PROPERTIES
                    .iter()
                    .map(|p| [code(p.name), code(p.default), p.doc.to_owned()]),
            ),
        ),
    ];
    let mut text = readme.to_owned();
    for (name, table) in tables {
        let open = format!("<!-- surface:{name} -->");
        text = between(&text, &open, "<!-- /surface -->", &table);
    }
    text
}

fn attributes() -> String {
    table(
        ["Attribute", "Property", "Takes", "Default", "What it does"],
        ATTRIBUTES.iter().map(|a| {
            [
                code(a.name),
                code(a.property),
                takes(a),
                if a.default == "the page's" {
                    a.default.to_owned()
                } else {
                    code(a.default)
                },
                a.doc.to_owned(),
            ]
        }),
    )
}

fn takes(attribute: &Attribute) -> String {
    match attribute.takes {
        Takes::Text => "text".to_owned(),
        Takes::Flag => "present or absent".to_owned(),
        Takes::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| code(word)).collect();
            words.join(", ")
        }
    }
}

fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("`{text}`")
    }
}

fn table<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(head.iter().map(|cell| (*cell).to_owned()).collect());
    text.push_str(&format!("|{}\n", " --- |".repeat(N)));
    for row in rows {
        text.push_str(&line(
            row.iter().map(|cell| cell.replace('|', "\\|")).collect(),
        ));
    }
    text
}
