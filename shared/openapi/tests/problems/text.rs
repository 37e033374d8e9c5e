//! What is no text that could be read.

use crate::{GOOD, problems, refused, spoilt};

#[test]
fn bounds() {
    assert_eq!(problems(&" ".repeat((4 << 20) + 1)), "1:1: the document is longer than 4 MiB");
    assert_eq!(problems(""), "1:1: the document is empty");
    assert_eq!(problems("# nothing\n"), "1:1: the document is empty");
    assert!(problems(&"[".repeat(200)).ends_with("nested deeper than 128 levels"));
    assert!(problems(&"- ".repeat(2_000_000)).ends_with("nested deeper than 128 levels"));
    assert!(problems(&format!("{GOOD}---\na: b\n")).contains(": a second document begins here"));
}

#[test]
fn broken_yaml_and_json() {
    assert!(spoilt("  title: Test", "  title: \"Test").contains(':'));
    assert_eq!(
        problems("{\"openapi\": \"3.1.0\","),
        "2:1: while parsing a node, did not find expected node content"
    );
    assert!(problems("a: b: c").starts_with("1:"));
}

#[test]
fn anchors_aliases_and_tags() {
    refused("[read]\n", "&r [read]\n", "8:10: an anchor: write the value out wherever it is needed");
    let aliased = spoilt("    all: [read]", "    all: &r [read]\n    read: *r");
    assert_eq!(
        aliased,
        "8:10: an anchor: write the value out wherever it is needed\n9:11: an alias: write out what it stands for"
    );
    refused("title: Test", "title: !Sub Test", "3:10: the tag \"!Sub\" means nothing here");
    refused("title: Test", "title: !!int Test", "3:10: the value is not what its tag says");
}

#[test]
fn keys() {
    refused(
        "title: Test",
        "title: Test\n  title: Other",
        "4:3: the key \"title\" again: it stands on line 3",
    );
    refused(
        "    get:\n      security: [{ oauth: [read] }]",
        "    get: {}\n    get: {}",
        "12:5: the key \"get\" again: it stands on line 11",
    );
    assert!(spoilt("title: Test", "? [a]\n  : b").ends_with("a key must be text"));
    let same = "title: Test\n  x-codes: { 200: a, \"200\": b }";
    refused("title: Test", same, "4:22: the key \"200\" again: it stands on line 4");
}

#[test]
fn a_reason_stays_on_one_line_and_short() {
    let found = spoilt("  /a:", "  \"/a\\n\\e[31m\\u202E\":");
    assert_eq!(found.lines().count(), 1, "{found}");
    assert!(!found.contains(['\u{1b}', '\u{202e}']), "{found}");
    assert!(spoilt("  /a:", &format!("  /{}:", "é".repeat(400))).len() < 300);
}
