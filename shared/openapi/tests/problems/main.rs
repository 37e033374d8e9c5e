//! What is refused, with line and column.

mod head;
mod paths;
mod scopes;
mod step_up;
mod text;

use postern_openapi::load;

/// A good document, to be spoilt line by line.
const GOOD: &str = r"openapi: 3.1.0
info:
  title: Test
x-postern:
  audience: https://api.example
  domains: [api.example]
  implies:
    all: [read]
paths:
  /a:
    get:
      security: [{ oauth: [read] }]
  /b/{id}:
    get:
      security: [{ key: [] }, { oauth: [all] }]
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    oauth:
      type: oauth2
      flows:
        clientCredentials:
          scopes:
            read: Read
            all: Everything
";

/// The problems of the good document after `old` became `new`, one per line.
fn spoilt(old: &str, new: &str) -> String {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    problems(&GOOD.replace(old, new))
}

fn problems(document: &str) -> String {
    load(document).map_or_else(|problems| problems.to_string(), |_| "none".to_owned())
}

#[track_caller]
fn refused(old: &str, new: &str, expected: &str) {
    assert_eq!(spoilt(old, new), expected);
}

#[test]
fn the_good_document_is_good() {
    assert_eq!(load(GOOD).unwrap().operations, 2);
}

#[test]
fn all_problems_come_at_once_in_order() {
    let spoilt =
        GOOD.replace("title: Test", "title: \"\"").replace("  /a:", "  a:").replace("[read] }", "[reed] }");
    let lines: Vec<_> = load(&spoilt).unwrap_err().iter().map(|it| it.line).collect();
    assert_eq!(lines, [3, 10]);
}
