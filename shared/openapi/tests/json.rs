//! JSON as the tools write it.

use postern_openapi::load;

/// A small document with this title, indented by `indent`.
fn document(title: &str, indent: &str) -> String {
    let lines = [
        "{".to_owned(),
        "\"openapi\":\"3.0.3\",".to_owned(),
        format!("\"info\": {{\"title\": \"{title}\"}},"),
        "\"x-postern\": {\"audience\": \"https:\\/\\/a.example\"},".to_owned(),
        "\"paths\": {\"\\/a\": {\"get\": {\"security\": []}}}".to_owned(),
        "}".to_owned(),
    ];
    lines.join(&format!("\n{indent}"))
}

#[test]
fn indented_in_any_way() {
    for indent in ["", "  ", "\t", "\r\n\t\t"] {
        assert_eq!(load(&document("A", indent)).unwrap().operations, 1, "{indent:?}");
    }
}

#[test]
fn escapes_of_every_kind() {
    let names = [
        ("\\u00e9", "é"),
        ("\\ud83d\\ude00 x", "😀 x"),
        ("\\uD83D\\uDE00\\ud83d\\ude01", "😀😁"),
        ("a\\\\b", "a\\b"),
        ("a\\\\ud83d\\\\ude00", "a\\ud83d\\ude00"),
        ("\\\"a\\/\\\"", "\"a/\""),
    ];
    for (title, name) in names {
        assert_eq!(load(&document(title, " ")).unwrap().api.name, name, "{title}");
    }
}

#[test]
fn half_a_pair_is_a_problem() {
    for title in ["\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83dx"] {
        let found = load(&document(title, " ")).unwrap_err().to_string();
        assert!(found.starts_with("3:"), "{title}: {found}");
    }
}
