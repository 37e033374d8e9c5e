//! Three vocabularies, three documents: what passes with which scopes (R9, R20).

use postern_core::api::Api;
use postern_openapi::{Loaded, load};

const CRM: &str = include_str!("documents/crm.yaml");
const CASES: &str = include_str!("documents/cases.json");
const SIGN: &str = include_str!("documents/sign.yaml");

/// Whether a token with the scopes `held` passes.
fn passes(api: &Api, method: &str, resource: &str, held: &str) -> bool {
    let covered = |needed: &str| held.split(' ').any(|held| api.catalogue.implies(held, needed));
    api.routes.need(method, resource).is_some_and(|need| need.is_met(covered))
}

/// Rows of method, resource, and the sets of scopes that pass and that do not.
type Table<'a> = [(&'a str, &'a str, &'a [&'a str], &'a [&'a str])];

fn check(api: &Api, table: &Table<'_>) {
    for (method, resource, enough, too_little) in table {
        for held in *enough {
            assert!(passes(api, method, resource, held), "{method} {resource} with {held:?}");
        }
        for held in *too_little {
            assert!(!passes(api, method, resource, held), "{method} {resource} with {held:?}");
        }
    }
}

#[test]
fn r20_each_resource_of_the_crm_has_read_write_delete_and_all() {
    let Loaded { api, operations, .. } = load(CRM).unwrap();
    assert_eq!(operations, 42);
    assert_eq!(api.domains, ["crm.example", "crm.example:8443"]);
    assert_eq!(api.catalogue.entries().len(), 24);
    let resources = [
        ("contact", "contacts", "merge"),
        ("company", "companies", "merge"),
        ("deal", "deals", "close"),
        ("task", "tasks", "complete"),
        ("note", "notes", "pin"),
        ("activity", "activities", "log"),
    ];
    for (scope, plural, action) in resources {
        let list = format!("/v1/{plural}");
        let (search, one) = (format!("{list}/search"), format!("{list}/{{id}}"));
        let act = format!("{one}/{action}");
        let held = |action: &str| format!("{scope}.{action}");
        let rules = [
            ("GET", &list, "read"),
            ("POST", &list, "write"),
            ("POST", &search, "read"),
            ("GET", &one, "read"),
            ("PATCH", &one, "write"),
            ("DELETE", &one, "delete"),
            ("POST", &act, "write"),
        ];
        for (method, resource, right) in rules {
            for action in ["read", "write", "delete"] {
                assert_eq!(
                    passes(&api, method, resource, &held(action)),
                    action == right,
                    "{method} {resource}"
                );
            }
            assert!(passes(&api, method, resource, &held("all")), "{method} {resource}");
            for other in ["", scope, "all", "read", "invoice.all"] {
                assert!(!passes(&api, method, resource, other), "{method} {resource} with {other:?}");
            }
        }
    }
}

#[test]
fn r20_a_scope_of_one_resource_is_nothing_to_another() {
    let api = load(CRM).unwrap().api;
    check(
        &api,
        &[
            ("GET", "/v1/deals", &["deal.read contact.read"], &["contact.all company.all task.all note.all"]),
            ("DELETE", "/v1/notes/{id}", &["note.all"], &["note.read note.write", "deal.delete"]),
        ],
    );
    assert!(api.routes.need("PUT", "/v1/deals/{id}").is_none());
    assert!(api.routes.need("GET", "/v1/invoices").is_none());
}

#[test]
fn r09_standard_scopes_cover_the_granular_ones() {
    let Loaded { api, operations, .. } = load(CASES).unwrap();
    assert_eq!(operations, 20);
    assert_eq!(api.domains, ["cases.example", "eu.cases.example:8443"]);
    check(
        &api,
        &[
            ("GET", "/cases", &["read", "read:cases", "admin"], &["", "write", "read:quotes", "read:case"]),
            ("POST", "/cases", &["write", "write:cases", "admin"], &["read", "read:cases", "write:quotes"]),
            ("PUT", "/quotes/{id}", &["write:quotes", "admin"], &["read:quotes", "write:contacts"]),
            ("GET", "/contacts/{anything}", &["read:contacts"], &["write:contacts"]),
            ("GET", "/documents", &["read"], &["read:cases read:quotes read:contacts read:reports"]),
            ("GET", "/reports/{name}", &["read", "read:reports", "admin"], &["write", "read:documents"]),
            ("GET", "/settings", &["read", "admin"], &["read:cases", "write"]),
            ("PUT", "/settings", &["admin"], &["read write"]),
            ("GET", "/ping", &["", "read:cases"], &[]),
        ],
    );
}

#[test]
fn conjunctions_need_all_and_alternatives_any() {
    let Loaded { api, operations, .. } = load(SIGN).unwrap();
    assert_eq!(operations, 11);
    assert_eq!(api.domains, ["sign.example"]);
    let (read, write) = (["sign:read", "sign:write"].as_slice(), ["sign:write"].as_slice());
    check(
        &api,
        &[
            ("GET", "/agreements", read, &["click:write", ""]),
            ("POST", "/agreements", write, &["sign:read click:write"]),
            ("POST", "/agreements/{id}/widgets", &["sign:write click:write"], &["sign:write", "click:write"]),
            ("POST", "/agreements/{id}/clicks", &["sign:read click:write"], &["sign:read", "click:write"]),
            ("GET", "/clickwraps", &["sign:read", "click:write"], &["", "key"]),
            ("GET", "/status", &["", "anything"], &[]),
            ("GET", "/account", &[""], &[]),
            ("GET", "/templates/{id}", read, &["click:write"]),
            ("DELETE", "/library/{id}", write, &["sign:read"]),
        ],
    );
}

#[test]
fn json_and_yaml_of_the_same_document_are_the_same_api() {
    let json = postern_openapi::reference(SIGN).unwrap().to_string();
    assert_eq!(load(&json).unwrap(), load(SIGN).unwrap());
}
