//! The document as a whole: version, title, audience, domains.

use postern_core::limit::Rate;
use postern_openapi::{load, load_for};

use crate::{GOOD, problems, refused};

#[test]
fn versions_by_name() {
    refused("openapi: 3.1.0", "swagger: \"2.0\"", "1:1: this is Swagger 2: convert it to OpenAPI 3.1 first");
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
    refused("  title: Test", "  version: \"1\"", "1:1: `info.title` is missing: the name that people see");
    refused("title: Test", "title: 7", "3:10: `info.title` is missing: the name that people see");
    refused("title: Test", "title: \"T\\u202Eest\"", "3:10: `info.title` has the unseen character U+202E");
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
    assert!(load_for(&GOOD.replace("  audience: https://api.example\n", ""), "https://b.example").is_ok());
}

#[test]
fn extension() {
    let unknown = "6:3: `x-postern` has no member \"domain\": audience, domains, implies, limits, resources, acr_values, max_age";
    refused("  domains: [", "  domain: [", unknown);
    refused("[api.example]", "api.example", "6:12: `domains` must be a list of hosts");
    for domain in ["https://api.example", "api.example/v1", "*.api.example", "me@api.example", "", "a:b", "é"]
    {
        let expected = format!("6:13: {domain:?} is neither `host` nor `host:port`");
        refused("[api.example]", &format!("[\"{domain}\"]"), &expected);
    }
    refused("[read]\n", "read\n", "8:10: what a scope implies must be a list of scopes");
    let lost = "8:11: no OAuth security scheme declares the scope \"reed\"";
    refused("[read]\n", "[reed]\n", lost);
    let lost = "8:5: no OAuth security scheme declares the scope \"everything\"";
    refused("    all: [read]", "    everything: [read]", lost);
    refused(
        "  implies:\n    all: [read]\n",
        "  limits: 5\n",
        "7:11: `limits` must be a map from a scope to a rate",
    );
    for rate in [
        "5",
        "{}",
        "{per_minute: 0}",
        "{per_minute: 9, burst: 10}",
        "{per_minute: 9, burst: x}",
        "{per_minute: 9, each: 1}",
    ] {
        let expected =
            "8:10: a rate is `{per_minute: 1 to 1000000, burst: 1 to per_minute}`; `burst` may be left out";
        refused("  implies:\n    all: [read]\n", &format!("  limits:\n    all: {rate}\n"), expected);
    }
    let limited = GOOD.replace("  implies:\n    all: [read]\n", "  limits:\n    all: {per_minute: 90}\n");
    let api = load_for(&limited, "https://api.example").unwrap().api;
    let limit = api
        .catalogue
        .entries()
        .iter()
        .find_map(|(scope, entry)| (scope.as_str() == "all").then_some(entry.limit));
    assert_eq!(limit.flatten().map(Rate::burst), Some(9));
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
