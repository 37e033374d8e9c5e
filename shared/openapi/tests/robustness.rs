//! No text makes the compiler panic, and what it says is fit for a terminal.

use postern_openapi::{load, reference};
use proptest::prelude::*;

const GOOD: [&str; 4] = [
    include_str!("documents/crm.yaml"),
    include_str!("documents/cases.json"),
    include_str!("documents/sign.yaml"),
    include_str!("../../../functions/me/openapi.yaml"),
];

/// What a document is spoilt with.
const PIECES: [&str; 40] = [
    "",
    " ",
    "\n",
    "\t",
    ":",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!t ",
    "|\n",
    ">\n",
    "? ",
    "~",
    "null",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\\u",
    "\\ud83d",
    "é",
    "%",
    "---\n",
    "...\n",
    "<<: ",
    "$ref",
    "security",
    "paths",
    "x-postern",
    "{id}",
    "get",
    "oauth2",
    "#/paths",
    "/",
];

/// Loads and annotates it, whatever it is.
fn survives(document: &str) {
    let (loaded, annotated) = (load(document), reference(document));
    assert_eq!(loaded.is_ok(), annotated.is_ok());
    if let Err(problems) = loaded {
        assert!(problems.iter().count() > 0);
        for problem in problems.iter() {
            assert!(problem.line > 0 && problem.column > 0, "{problem}");
            assert!(!problem.reason.contains(char::is_control), "{problem:?}");
        }
    }
}

/// A good document after some of its pieces were replaced, doubled or lost.
fn spoilt() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(PIECES.to_vec());
    let cut = (any::<prop::sample::Index>(), 0_usize..12, pieces);
    (prop::sample::select(GOOD.to_vec()), prop::collection::vec(cut, 1..6)).prop_map(|(good, cuts)| {
        let mut text: Vec<char> = good.chars().collect();
        for (at, length, piece) in cuts {
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(document in ".{0,400}") {
        survives(&document);
    }

    #[test]
    fn any_yaml(document in "([ \n:\\[\\]{}\"'&*!|>%@`#?,-]|[a-c/]|paths|openapi: 3.1.0\n){0,200}") {
        survives(&document);
    }

    #[test]
    fn spoilt_documents(document in spoilt()) {
        survives(&document);
    }
}

#[test]
fn documents_cut_short() {
    for good in GOOD {
        for end in (0..good.len()).step_by(61) {
            survives(good.get(..end).unwrap_or_default());
        }
    }
}
