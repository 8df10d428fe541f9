//! The files of the checkout, and their code without comments and tests.

use std::fs;
use std::path::{Path, PathBuf};

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One file's text.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths of all text files under these folders or files, from the root,
/// with `/` between the parts.
pub fn under(places: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for place in places {
        walk(&root().join(place), &mut found);
    }
    found.sort();
    found
}

fn walk(path: &Path, found: &mut Vec<String>) {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .flatten()
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        for entry in entries {
            let name = entry
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if !name.starts_with('.')
                && !["target", "dist", "node_modules", "data"].contains(&name.as_str())
            {
                walk(&entry, found);
            }
        }
        return;
    }
    let text = [
        "rs", "js", "mjs", "css", "html", "json", "toml", "md", "svg", "ts", "sql", "txt",
    ];
    if path
        .extension()
        .is_some_and(|ending| text.iter().any(|known| ending == *known))
    {
        let path = path.strip_prefix(root()).unwrap_or(path);
        found.push(
            path.components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/"),
        );
    }
}

/// Whether a Rust file holds tests alone.
pub fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// What runs: no comments, and nothing from the tests at a file's end on.
pub fn code(path: &str, text: &str) -> String {
    let ending = path.rsplit('.').next().unwrap_or_default();
    match ending {
        "rs" => lines(
            text.split("\n#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default(),
            "//",
        ),
        "js" | "mjs" | "ts" => lines(&blocks(text, "/*", "*/"), "//"),
        "css" => blocks(text, "/*", "*/"),
        "html" | "svg" => blocks(text, "<!--", "-->"),
        "toml" => lines(text, "#"),
        _ => text.to_owned(),
    }
}

/// Cuts what follows a mark at the beginning of a line or behind a space, so
/// that the two strokes of an address are not taken for a comment.
fn lines(text: &str, mark: &str) -> String {
    let spaced = format!(" {mark}");
    let cut = |line: &str| {
        if line.trim_start().starts_with(mark) {
            return String::new();
        }
        line.split(&spaced).next().unwrap_or_default().to_owned()
    };
    text.lines().map(cut).collect::<Vec<_>>().join("\n")
}

fn blocks(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let mut code = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        code.push_str(part.split_once(close).map_or("", |(_, rest)| rest));
    }
    code
}

/// The `use` statements of some Rust code, each on one line without spaces.
pub fn imports(code: &str) -> Vec<String> {
    let statements = code.split(';').filter_map(|statement| {
        let at = statement.rfind("use ")?;
        let before = statement[..at].chars().next_back();
        before
            .is_none_or(|c| c.is_whitespace() || c == ')')
            .then(|| &statement[at + 4..])
    });
    statements
        .map(|path| path.split_whitespace().collect())
        .collect()
}
