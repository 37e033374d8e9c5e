//! How a user must have signed in, and by what else an API is called.

use crate::{refused, spoilt};

#[test]
fn at_an_operation() {
    let operation = |extension: &str| {
        format!("    get:\n      x-postern: {extension}\n      security: [{{ oauth: [read] }}]")
    };
    let refused = |extension: &str, expected: &str| {
        refused("    get:\n      security: [{ oauth: [read] }]", &operation(extension), expected);
    };
    refused("{ max_age: 0, acr_values: [] }", "none");
    refused("[]", "12:18: `x-postern` of an operation must be a map");
    refused("{ age: 1 }", "12:20: `x-postern` of an operation has no member \"age\": acr_values, max_age");
    for bad in ["-1", "1.5", "'60'", "4294967296", "null"] {
        refused(&format!("{{ max_age: {bad} }}"), "12:29: `max_age` must be a number of seconds");
    }
    let listed = "12:32: `acr_values` must be a list of at most 10 classes";
    refused("{ acr_values: urn:a }", listed);
    refused(&format!("{{ acr_values: [{}] }}", "a,".repeat(11)), listed);
    let reason = "is no class: at most 200 visible ASCII characters without quotes and backslash";
    for (item, shown) in [("''", "\"\""), ("'a b'", "\"a b\""), ("7", "\"\""), ("é", "\"é\"")] {
        refused(&format!("{{ acr_values: [{item}] }}"), &format!("12:33: {shown} {reason}"));
    }
}

#[test]
fn of_the_whole() {
    let whole =
        |member: &str| spoilt("  domains: [api.example]", &format!("  domains: [api.example]\n  {member}"));
    assert_eq!(whole("max_age: 3600"), "none");
    assert_eq!(whole("max_age: soon"), "7:12: `max_age` must be a number of seconds");
    assert_eq!(whole("acr_values: 1"), "7:15: `acr_values` must be a list of at most 10 classes");
    assert_eq!(whole("resources: ['https://gw.example/prod', 'http://localhost:1/x']"), "none");
    assert_eq!(whole("resources: x"), "7:14: `resources` must be a list of at most 20 URIs");
    let insecure =
        "7:15: the resource \"http://gw.example\" must be an https URI (http on a loopback host alone)";
    assert_eq!(whole("resources: ['http://gw.example']"), insecure);
}
