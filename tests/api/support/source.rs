//! The source files, as far as the rules of the house look at them.

use std::{fs, path::Path};

/// One file of Rust.
pub struct Source {
    pub path: String,
    pub text: String,
    /// The text without comments.
    pub code: String,
}

/// Returns the files of the product.
pub fn sources() -> Vec<Source> {
    files("src")
}

/// Returns the files of the tests.
pub fn tests() -> Vec<Source> {
    files("tests")
}

impl Source {
    /// Returns whether the file is that room of a slice, or in the folder that the room has become.
    pub fn is_room(&self, room: &str) -> bool {
        self.path.ends_with(&format!("/{room}.rs")) || self.path.contains(&format!("/{room}/"))
    }

    /// Returns whether the file is in that folder of `src`.
    pub fn within(&self, folder: &str) -> bool {
        self.path.starts_with(&format!("src/{folder}/"))
    }

    /// Returns the slice that the file belongs to.
    pub fn slice(&self) -> Option<&str> {
        let (top, _) = self.path.strip_prefix("src/")?.split_once('/')?;
        Some(top).filter(|top| !["platform", "openapi", "serve", "defaults", "demo"].contains(top))
    }

    /// Returns every path that begins with `crate`, nested ones spelt out.
    pub fn imports(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices("crate::") {
            let before = self.code[..at].chars().next_back();
            if before.is_none_or(|c| !is_word(c) && c != '$') {
                spell_out("crate", &self.code[at + "crate".len()..], &mut found);
            }
        }
        found
    }
}

/// Adds the paths of a tree like `::a::{b, c::d}`, and returns what follows it.
fn spell_out<'a>(stem: &str, rest: &'a str, found: &mut Vec<String>) -> &'a str {
    if let Some(mut rest) = rest.strip_prefix("::{") {
        while !rest.is_empty() && !rest.starts_with('}') {
            let (name, after) = word(rest);
            rest = if name.is_empty() {
                after.get(1..).unwrap_or_default()
            } else {
                spell_out(&format!("{stem}::{name}"), after, found)
            };
        }
        return rest.get(1..).unwrap_or_default();
    }
    match rest.strip_prefix("::").map(word) {
        Some((name, after)) if !name.is_empty() => spell_out(&format!("{stem}::{name}"), after, found),
        _ => {
            found.push(stem.to_owned());
            rest
        }
    }
}

fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c| !is_word(c)).unwrap_or(text.len()))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn files(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(root, &root.join(folder), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push(Source {
                path: path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(),
                code: text.lines().map(|line| format!("{}\n", without_comment(line))).collect(),
                text,
            });
        }
    }
}

fn without_comment(line: &str) -> &str {
    let head = line.trim_start();
    if head.starts_with("//") {
        return "";
    }
    line.split(" // ").next().unwrap_or(line)
}
