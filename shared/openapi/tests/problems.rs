//! What is refused, with line and column.

use postern_openapi::{load, load_for};

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

mod text {
    use super::*;

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
}

mod head {
    use super::*;

    #[test]
    fn versions_by_name() {
        refused(
            "openapi: 3.1.0",
            "swagger: \"2.0\"",
            "1:1: this is Swagger 2: convert it to OpenAPI 3.1 first",
        );
        for version in ["3.2.0", "4.0.0", "3.1.x", "3.1.", "2.0.0"] {
            let expected = format!("1:10: OpenAPI \"{version}\" is not read here: 3.0.x and 3.1.x are");
            refused("openapi: 3.1.0", &format!("openapi: {version}"), &expected);
        }
        refused("openapi: 3.1.0", "openapi: 3.1", "1:10: `openapi` must be a text, such as \"3.1.0\"");
        let none = "1:1: no member `openapi`: this is no OpenAPI document";
        assert_eq!(problems("hello"), none);
        assert_eq!(problems("[1]"), none);
    }

    #[test]
    fn title() {
        refused(
            "  title: Test",
            "  version: \"1\"",
            "1:1: `info.title` is missing: the name that people see",
        );
        refused("title: Test", "title: 7", "3:10: `info.title` is missing: the name that people see");
        refused(
            "title: Test",
            "title: \"T\\u202Eest\"",
            "3:10: `info.title` has the unseen character U+202E",
        );
        let long = format!("title: {}", "x".repeat(101));
        refused(
            "title: Test",
            &long,
            "3:10: `info.title` longer than 100 characters, on a page that people shall read",
        );
    }

    #[test]
    fn audience() {
        let missing = "1:1: `x-postern.audience` is missing: the URI that the API's tokens are for";
        refused("  audience: https://api.example\n", "", missing);
        for (audience, reason) in [
            ("api.example", "must be an absolute URI"),
            ("/api", "must be an absolute URI"),
            ("urn:api", "must be an https URI (http on a loopback host alone)"),
            ("http://api.example", "must be an https URI (http on a loopback host alone)"),
            ("https:api.example", "must be an https URI (http on a loopback host alone)"),
            ("https://api.example/#a", "must have neither a fragment nor a user"),
            ("https://me@api.example", "must have neither a fragment nor a user"),
            ("https://api.example/é", "must be at most 512 printable ASCII characters"),
        ] {
            let expected = format!("5:13: the audience \"{audience}\" {reason}");
            refused("https://api.example\n", &format!("\"{audience}\"\n"), &expected);
            let given = load_for(GOOD, audience).unwrap_err().to_string();
            assert_eq!(given, format!("1:1: the audience \"{audience}\" {reason}"));
        }
        for good in ["http://localhost:8080/api", "http://127.0.0.1/api", "http://[::1]:1/api"] {
            assert_eq!(load_for(GOOD, good).unwrap().api.audience, good);
        }
        // The document's own audience does not count beside a given one.
        assert!(
            load_for(&GOOD.replace("  audience: https://api.example\n", ""), "https://b.example").is_ok()
        );
    }

    #[test]
    fn extension() {
        let unknown = "6:3: `x-postern` has no member \"domain\": audience, domains, implies";
        refused("  domains: [", "  domain: [", unknown);
        refused("[api.example]", "api.example", "6:12: `domains` must be a list of hosts");
        for domain in
            ["https://api.example", "api.example/v1", "*.api.example", "me@api.example", "", "a:b", "é"]
        {
            let expected = format!("6:13: {domain:?} is neither `host` nor `host:port`");
            refused("[api.example]", &format!("[\"{domain}\"]"), &expected);
        }
        refused("[read]\n", "read\n", "8:10: what a scope implies must be a list of scopes");
        let lost = "8:11: no OAuth security scheme declares the scope \"reed\"";
        refused("[read]\n", "[reed]\n", lost);
        let lost = "8:5: no OAuth security scheme declares the scope \"everything\"";
        refused("    all: [read]", "    everything: [read]", lost);
    }

    #[test]
    fn servers() {
        let domains = "  domains: [api.example]\n";
        let with = |url: &str| GOOD.replace(domains, "") + &format!("servers: [{{ url: \"{url}\" }}]\n");
        let variable = "25:18: a server with variables in its host: list the hosts in `x-postern.domains`";
        assert_eq!(problems(&with("https://{region}.example")), variable);
        assert_eq!(problems(&with("https://")), "25:18: \"https://\" is no URL with a host");
        for (url, host) in
            [("https://API.example:443/{v}", "api.example"), ("https://b.example:8443", "b.example:8443")]
        {
            assert_eq!(load(&with(url)).unwrap().api.domains, [host]);
        }
        assert!(load(&with("/v1")).unwrap().api.domains.is_empty());
    }
}

mod scopes {
    use super::*;

    #[test]
    fn declared() {
        for scope in ["openid", "profile", "email", "offline_access"] {
            let expected = format!("25:13: \"{scope}\" belongs to OpenID Connect, not to an API");
            refused(
                "            all: Everything",
                &format!("            {scope}: X\n            all: Y"),
                &expected,
            );
        }
        let grammar = "25:13: \"a b\" is no scope: visible ASCII without quotes and backslash";
        refused("            all: Everything", "            a b: X\n            all: Y", grammar);
    }

    #[test]
    fn described() {
        let long = format!("all: {}", "x".repeat(501));
        let reason =
            "25:18: the description of \"all\": longer than 500 characters, on a page that people shall read";
        refused("all: Everything", &long, reason);
        let unseen =
            |code: &str| format!("25:18: the description of \"all\": has the unseen character {code}");
        refused("all: Everything", "all: \"a\\u202Eb\"", &unseen("U+202E"));
        refused("all: Everything", "all: \"a\\u2066b\"", &unseen("U+2066"));
        refused("all: Everything", "all: \"a\\0b\"", &unseen("U+0000"));
        let other = "            all: Everything\n        implicit: { scopes: { all: Nothing } }";
        let reason = "26:31: \"all\" is described otherwise on line 25";
        refused("            all: Everything", other, reason);
    }

    #[test]
    fn too_many() {
        let many = (0..999).fold(String::new(), |text, n| text + &format!("            s{n}: S\n"));
        refused(
            "            all: Everything\n",
            &format!("            all: All\n{many}"),
            "1024:13: more than 1000 scopes",
        );
    }

    #[test]
    fn required() {
        let lost = "12:28: no OAuth security scheme declares the scope \"reed\"";
        refused("{ oauth: [read] }", "{ oauth: [reed] }", lost);
        refused("{ oauth: [read] }", "{ auth: [read] }", "12:20: no security scheme is called \"auth\"");
        refused("{ oauth: [read] }", "oauth", "12:18: an alternative must be a map of at most 8 schemes");
        refused("{ oauth: [read] }", "{ oauth: read }", "12:27: a scheme needs a list of at most 100 scopes");
        let mapped = "12:17: `security` must be a list of at most 16 alternatives";
        refused("[{ oauth: [read] }]", "{ oauth: [read] }", mapped);
        refused("[{ oauth: [read] }]", &format!("[{}]", "{},".repeat(17)), mapped);
        let nobody =
            "15:17: no alternative can be met by a token: keys, passwords and certificates are not Postern's";
        refused("[{ key: [] }, { oauth: [all] }]", "[{ key: [] }]", nobody);
        refused("[{ key: [] }, { oauth: [all] }]", "[{ key: [], oauth: [all] }]", nobody);
        let none =
            "11:5: no `security`: a route without a rule is denied; say `security: []` to let any token pass";
        refused("    get:\n      security: [{ oauth: [read] }]", "    get: {}", none);
    }

    #[test]
    fn a_broken_requirement_of_the_document_is_reported_once() {
        let found = spoilt(
            "    get:\n      security: [{ oauth: [read] }]\n",
            "    get: {}\n    put: {}\nsecurity: [{ o: [] }]\npaths2:\n",
        );
        assert!(found.contains("13:14: no security scheme is called \"o\""), "{found}");
        assert_eq!(found.matches("is called").count(), 1, "{found}");
    }
}

mod paths {
    use super::*;

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
        refused(
            "  /a:\n    get:",
            "  /a:\n    trace: {}\n    get:",
            "11:5: API Gateway does not route TRACE",
        );
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
        let with =
            |reference: &str| spoilt("  /a:\n", &format!("  /c: {{ $ref: \"{reference}\" }}\n  /a:\n"));
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
        let many = (0..1_999)
            .fold(String::new(), |text, n| text + &format!("  /m{n}: {{ get: {{ security: [] }} }}\n"));
        let found = problems(&GOOD.replace("components:", &format!("{many}components:")));
        assert_eq!(found, "2014:3: more than 2000 paths or operations");
    }
}

#[test]
fn all_problems_come_at_once_in_order() {
    let spoilt =
        GOOD.replace("title: Test", "title: \"\"").replace("  /a:", "  a:").replace("[read] }", "[reed] }");
    let lines: Vec<_> = load(&spoilt).unwrap_err().iter().map(|it| it.line).collect();
    assert_eq!(lines, [3, 10]);
}
