//! Sizes, names and words. Functions above 40 lines and more than five parameters are clippy's.

use postern_architecture::root;
use postern_architecture::sources::{
    Source, empty_modules, empty_names, is_rust, is_test, lines_with, texts,
};

const LONGEST_FILE: usize = 400;
const MEDIAN_FILE: usize = 150;

fn rust(sources: Vec<Source>) -> impl Iterator<Item = Source> {
    sources.into_iter().filter(is_rust)
}

#[test]
fn no_file_is_longer_than_its_budget() {
    let long: Vec<_> = rust(texts().unwrap())
        .filter(|source| source.text.lines().count() > LONGEST_FILE)
        .map(|source| source.path)
        .collect();
    assert!(long.is_empty(), "above {LONGEST_FILE} lines: {long:?}");
}

#[test]
fn the_median_file_is_short() {
    let code = rust(texts().unwrap()).filter(|source| !is_test(source));
    let mut lengths: Vec<_> = code.map(|source| source.text.lines().count()).collect();
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
    assert!(median <= MEDIAN_FILE, "the median file has {median} lines");
}

#[test]
fn every_name_says_what_is_inside() {
    for source in texts().unwrap() {
        assert!(empty_names(&source.path).is_empty(), "{}", source.path);
        if is_rust(&source) {
            let modules = empty_modules(&source.text);
            assert!(modules.is_empty(), "{}: {modules:?}", source.path);
        }
    }
}

/// What is left to do stands in an issue.
#[test]
fn nothing_is_left_for_later() {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
    ];
    for source in texts().unwrap() {
        let found = lines_with(&source.text, &words);
        assert!(found.is_empty(), "{}: {found:?}", source.path);
    }
}

/// Paths of one person's machine, this one included, mean nothing to a reader.
#[test]
fn no_file_names_a_path_of_a_machine() {
    let here = root().display().to_string();
    let paths = [here.as_str(), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    for source in texts().unwrap() {
        let found = paths.iter().find(|path| source.text.contains(**path));
        assert!(found.is_none(), "{}: {found:?}", source.path);
    }
}
