//! The sample API's own document.

use postern_core::api::Need;
use postern_openapi::{load, load_for};

const DOCUMENT: &str = include_str!("../../../functions/me/openapi.yaml");
const MCP: &str = include_str!("../../../functions/me/mcp.yaml");

#[test]
fn every_route_of_the_sample_has_its_rule() {
    let loaded = load_for(DOCUMENT, "http://localhost:8080/api").unwrap();
    let rules = [
        ("GET", "/me", None),
        ("GET", "/v1/contacts", Some("contact.read")),
        ("POST", "/v1/contacts", Some("contact.write")),
        ("POST", "/v1/contacts/search", Some("contact.read")),
        ("GET", "/v1/contacts/{id}", Some("contact.read")),
        ("PATCH", "/v1/contacts/{id}", Some("contact.write")),
        ("DELETE", "/v1/contacts/{id}", Some("contact.delete")),
        ("POST", "/mcp", Some("mcp.use")),
        ("GET", "/mcp", Some("mcp.use")),
        ("DELETE", "/mcp", Some("mcp.use")),
    ];
    assert_eq!(loaded.operations, rules.len());
    for (method, path, scope) in rules {
        let need = loaded.api.routes.need(method, path).unwrap();
        assert_eq!(need.challenge().map(ToString::to_string).as_deref(), scope, "{method} {path}");
        assert_eq!(need == &Need::token(), scope.is_none(), "{method} {path}");
    }
}

#[test]
fn the_sample_says_what_its_scopes_mean_and_imply() {
    let api = load_for(DOCUMENT, "https://as.example/api").unwrap().api;
    assert_eq!(api.audience, "https://as.example/api");
    assert_eq!((api.name.as_str(), api.domains.len()), ("Sample API", 0));
    let described: Vec<_> = api
        .catalogue
        .entries()
        .iter()
        .map(|(scope, entry)| (scope.as_str(), entry.description.as_str()))
        .collect();
    let expected = [
        ("contact.all", "Read, create, change and delete contacts"),
        ("contact.delete", "Delete contacts"),
        ("contact.read", "Read your organisation's contacts"),
        ("contact.write", "Create and change contacts"),
        ("mcp.use", "Use the tools of the sample MCP server"),
    ];
    assert_eq!(described, expected);
    for needed in ["contact.read", "contact.write", "contact.delete"] {
        assert!(api.catalogue.implies("contact.all", needed), "{needed}");
        assert!(!api.catalogue.implies(needed, "contact.all"), "{needed}");
    }
}

/// The MCP server is part of the sample, and an API of its own: both say the same of it.
#[test]
fn the_mcp_server_is_the_same_in_both_documents() {
    let (own, whole) = (load(MCP).unwrap().api, load(DOCUMENT).unwrap().api);
    assert_eq!(own.routes.iter().count(), 3);
    for route in own.routes.iter() {
        assert_eq!(whole.routes.need(&route.method, &route.path), Some(&route.need));
    }
    for (scope, entry) in own.catalogue.entries() {
        assert_eq!(whole.catalogue.entries().get(scope), Some(entry));
    }
}

#[test]
fn the_sample_names_an_audience_of_its_own() {
    assert_eq!(load(DOCUMENT).unwrap().api.audience, "https://sample.example/api");
}
