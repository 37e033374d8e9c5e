//! The files of the repository, and what may not stand in them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Result, root};

/// One text file: its path, relative to the workspace, and what it says.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path, with `/` between its parts.
    pub path: String,
    /// The text.
    pub text: String,
}

/// Folders that are built, fetched or written by the laptop, all of them git-ignored, and what others have written.
const NOT_OURS: [&str; 7] = [".git", ".aws-sam", ".local", ".tools", "node_modules", "target", "third_party"];

/// Lower-case endings of files that hold prose or code.
const TEXT: [&str; 14] = [
    ".rs", ".toml", ".md", ".yaml", ".yml", ".json", ".sh", ".py", ".js", ".html", ".css", ".txt",
    "Makefile", ".ci/run",
];

/// Every text file of the repository, in order of path. Fails if one cannot be read.
pub fn texts() -> Result<Vec<Source>> {
    let root = root();
    let mut found = Vec::new();
    walk(&root, &mut found)?;
    found.sort();
    let mut sources = Vec::new();
    for file in found {
        let path = file.strip_prefix(&root)?.display().to_string();
        if TEXT.iter().any(|end| path.ends_with(end)) {
            sources.push(Source { text: fs::read_to_string(&file)?, path });
        }
    }
    Ok(sources)
}

/// The Rust files among the texts of one folder, such as `functions/token/src`.
pub fn rust_below(sources: &[Source], folder: &str) -> Vec<Source> {
    let prefix = format!("{folder}/");
    sources.iter().filter(|source| source.path.starts_with(&prefix) && is_rust(source)).cloned().collect()
}

/// Whether a file is Rust.
pub fn is_rust(source: &Source) -> bool {
    Path::new(&source.path).extension().is_some_and(|extension| extension == "rs")
}

/// Whether a Rust file holds tests alone: it stands under a `tests` folder, or is a `tests.rs`.
pub fn is_test(source: &Source) -> bool {
    source.path.split('/').any(|part| part == "tests" || part == "tests.rs")
}

/// The names in a path that say nothing of what is inside (`utils.rs`, `common/`).
pub fn empty_names(path: &str) -> Vec<&str> {
    const EMPTY: [&str; 7] = ["common", "helper", "helpers", "misc", "types", "util", "utils"];
    path.split('/')
        .map(|part| part.split('.').next().unwrap_or(part))
        .filter(|name| EMPTY.contains(name))
        .collect()
}

/// The modules with such a name that a Rust text declares inline.
pub fn empty_modules(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.split_once("mod ").map(|(_, rest)| rest))
        .filter_map(|rest| rest.split([' ', ';', '{']).next())
        .filter(|name| !empty_names(name).is_empty())
        .collect()
}

/// The lines of a text in which one of the words stands by itself, as `line: word`.
pub fn lines_with(text: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for word in words.iter().filter(|word| stands_alone(line, word)) {
            found.push(format!("{}: {word}", index + 1));
        }
    }
    found
}

fn stands_alone(line: &str, word: &str) -> bool {
    let part_of_word = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let (before, rest) = line.split_at(at);
        let after = rest.get(word.len()..).unwrap_or_default();
        let open_end = word.ends_with(|c: char| !c.is_alphanumeric());
        !part_of_word(before.chars().next_back()) && (open_end || !part_of_word(after.chars().next()))
    })
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        if entry.file_type()?.is_file() {
            found.push(path);
        } else if path.is_dir() && !NOT_OURS.iter().any(|skipped| name == *skipped) {
            walk(&path, found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_nothing_are_found() {
        assert_eq!(empty_names("shared/core/src/utils.rs"), ["utils"]);
        assert_eq!(empty_names("shared/common/src/lib.rs"), ["common"]);
        assert!(empty_names("shared/core/src/content_types.rs").is_empty());
        assert_eq!(empty_modules("pub mod grant;\nmod helpers {\n}\n"), ["helpers"]);
    }

    #[test]
    fn a_word_is_found_only_by_itself() {
        assert_eq!(lines_with("a\nNOTE this\nDENOTED NOTES", &["NOTE"]), ["2: NOTE"]);
        assert_eq!(lines_with("x = stop!(now)", &["stop!("]), ["1: stop!("]);
    }
}
