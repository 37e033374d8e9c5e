//! Paths and methods.

use postern_openapi::load;

use crate::{GOOD, problems, refused, spoilt};

#[test]
fn grammar() {
    let partial = "has a placeholder that is only part of a segment: API Gateway cannot route it";
    let literal = "may hold letters, digits and -._~!$&'()*+,;=:@ only: no query, no percent";
    let name = "has a placeholder whose name is not letters, digits, `_`, `-` and `.`";
    for (path, reason) in [
        ("a", "must begin with a slash"),
        ("/a/", "must not end with a slash"),
        ("//a", "has an empty segment"),
        ("/a//b", "has an empty segment"),
        ("/a/./b", "has a dot segment"),
        ("/a/..", "has a dot segment"),
        ("/a?b=c", literal),
        ("/a%20b", literal),
        ("/a b", literal),
        ("/é", literal),
        ("/{id}.json", partial),
        ("/{id}:act", partial),
        ("/{a}{b}", partial),
        ("/{a", partial),
        ("/{}", name),
        ("/{a b}", name),
        ("/{a}/{a}", "has the same placeholder twice"),
        ("/{a+}", "has a greedy placeholder: one rule would stand for paths that nobody documented"),
    ] {
        refused("  /a:", &format!("  \"{path}\":"), &format!("10:3: the path \"{path}\" {reason}"));
    }
    for good in ["/", "/a-._~!$&'()*+,;=:@", "/contacts/{id}/a:b", "/{a.b}/{a_b}"] {
        assert!(load(&GOOD.replace("  /a:", &format!("  \"{good}\":"))).is_ok(), "{good}");
    }
}

#[test]
fn methods() {
    refused("  /a:\n    get:", "  /a:\n    trace: {}\n    get:", "11:5: API Gateway does not route TRACE");
    let unknown = "11:5: \"GET\" is no method: get, put, post, delete, options, head, patch";
    refused("  /a:\n    get:", "  /a:\n    GET:", unknown);
    let beside = "  /a:\n    summary: A\n    description: A\n    servers: []\n    parameters: []\n    x-a: 1\n    get:";
    assert!(load(&GOOD.replace("  /a:\n    get:", beside)).is_ok());
    refused(
        "    get:\n      security: [{ oauth: [read] }]",
        "    get: yes",
        "11:10: an operation must be a map",
    );
    refused(
        "  /a:\n",
        "  /c: []\n  /a:\n",
        "10:7: a path must hold a map of operations, with at most 64 members",
    );
}

#[test]
fn missing() {
    assert_eq!(problems(&GOOD.replace("paths:", "webhooks:")), "1:1: `paths` is missing or empty");
}

#[test]
fn references() {
    let with = |reference: &str| spoilt("  /a:\n", &format!("  /c: {{ $ref: \"{reference}\" }}\n  /a:\n"));
    let other = "lies in another document: bundle it into this one";
    assert_eq!(with("other.yaml#/c"), format!("10:15: \"other.yaml#/c\" {other}"));
    assert_eq!(with("https://api.example/a"), format!("10:15: \"https://api.example/a\" {other}"));
    assert_eq!(with("#/paths/~1d"), "10:15: \"#/paths/~1d\" leads nowhere");
    assert_eq!(with("#/paths/~1c"), "10:7: references in a circle, or too many one after another");
    let good = GOOD.replace("  /a:\n", "  /c: { $ref: \"#/paths/~1b~1%7Bid%7D\" }\n  /a:\n");
    let routes = load(&good).unwrap().api.routes;
    assert_eq!(routes.need("GET", "/c"), routes.need("GET", "/b/{id}"));
}

#[test]
fn twins() {
    let twin = "16:3: the path \"/b/{other}\" is that of line 13, \"/b/{id}\"";
    let put = "  /b/{other}:\n    put: { security: [] }\ncomponents:";
    refused("components:", put, twin);
}

#[test]
fn ambiguity() {
    let with = |paths: &str| GOOD.replace("components:", &format!("{paths}components:"));
    let two = "  /x/{a}/c: { get: { security: [] } }\n  /x/b/{d}: { get: { security: [] } }\n";
    let expected = "17:3: GET \"/x/b/c\" matches both \"/x/b/{d}\" and \"/x/{a}/c\" of line 16: document it too, or change one";
    assert_eq!(problems(&with(two)), expected);
    let documented = format!("{two}  /x/b/c: {{ get: {{ security: [] }} }}\n");
    assert!(load(&with(&documented)).is_ok());
    // Another method is no way out, and no conflict either.
    let other = format!("{two}  /x/b/c: {{ put: {{ security: [] }} }}\n");
    assert_eq!(problems(&with(&other)), expected);
    assert!(load(&with(&two.replacen("get", "put", 1))).is_ok());
    // The literal wins over the placeholder beside it.
    assert!(load(&with("  /b/c: { get: { security: [] } }\n")).is_ok());
}

#[test]
fn too_many() {
    let many =
        (0..1_999).fold(String::new(), |text, n| text + &format!("  /m{n}: {{ get: {{ security: [] }} }}\n"));
    let found = problems(&GOOD.replace("components:", &format!("{many}components:")));
    assert_eq!(found, "2014:3: more than 2000 paths or operations");
}
