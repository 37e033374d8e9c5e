//! A real document of more than two hundred operations, as its owner publishes it.

#![cfg(test)]

use postern_openapi::{load_for, reference};
use serde_json::Value;

const PUBLISHED: &str = include_str!("documents/third_party/xero_accounting.json");
const AUDIENCE: &str = "https://api.xero.com";
/// Ends of paths that differ from another's in nothing but the name of the placeholder: no gateway could tell them apart.
const AGAIN: [&str; 3] =
    ["/Attachments/{AttachmentID}", "/Contacts/{ContactNumber}", "/PurchaseOrders/{PurchaseOrderNumber}"];
/// Scopes that are the server's own, at every API.
const OF_OPENID: [&str; 3] = ["openid", "profile", "email"];

/// The document, with what Postern refuses in it put right.
fn put_right() -> Value {
    let mut document: Value = serde_json::from_str(PUBLISHED).unwrap();
    let paths = document["paths"].as_object_mut().unwrap();
    paths.retain(|path, _| !AGAIN.iter().any(|again| path.ends_with(again)));
    let flows = &mut document["components"]["securitySchemes"]["OAuth2"]["flows"];
    let scopes = flows["authorizationCode"]["scopes"].as_object_mut().unwrap();
    scopes.retain(|scope, _| !OF_OPENID.contains(&scope.as_str()));
    document
}

fn operations(document: &Value) -> Vec<(String, &str, &Value)> {
    let methods = ["get", "put", "post", "patch", "delete"];
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            methods.iter().filter_map(move |method| {
                item.get(*method).map(|operation| (method.to_uppercase(), path.as_str(), operation))
            })
        })
        .collect()
}

/// Every problem is told at once.
#[test]
fn as_it_is_published_it_is_refused_for_what_no_gateway_could_route() {
    let problems = load_for(PUBLISHED, AUDIENCE).unwrap_err();
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    let of = |words: &str| told.iter().filter(|problem| problem.contains(words)).count();
    let counts = [of("is that of line"), of("belongs to OpenID Connect, not to an API"), told.len()];
    assert_eq!(counts, [13, 3, 16], "{told:?}");
}

#[test]
fn it_loads_whole_and_every_operation_is_decided_by_its_own_scopes() {
    let document = put_right();
    let api = load_for(&document.to_string(), AUDIENCE).unwrap().api;
    let operations = operations(&document);
    assert!(operations.len() > 200, "{}", operations.len());
    assert_eq!(api.routes.iter().count(), operations.len());
    assert_eq!(api.domains, ["api.xero.com"]);
    for (method, path, operation) in operations {
        let need = api.routes.need(&method, path).unwrap();
        let [only] = operation["security"].as_array().unwrap().as_slice() else { panic!("{method} {path}") };
        let scopes: Vec<_> = only["OAuth2"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(!scopes.is_empty() && need.is_met(|scope| scopes.contains(&scope)), "{method} {path}");
        for missing in &scopes {
            let rest = |scope: &str| scope != *missing;
            assert!(!need.is_met(rest), "{method} {path} without {missing}");
        }
        // The raw path of events that have nothing else finds the same.
        let raw = path.split('/').map(|it| if it.starts_with('{') { "x1" } else { it }).collect::<Vec<_>>();
        assert_eq!(api.routes.need_of_path(&method, &raw.join("/")), Some(need), "{method} {path}");
    }
}

#[test]
fn it_comes_back_annotated() {
    let mut document = put_right();
    document["x-postern"] = serde_json::json!({ "audience": AUDIENCE });
    let annotated = reference(&document.to_string()).unwrap();
    let accounts = &annotated["paths"]["/Accounts"]["get"];
    let scopes = accounts["x-required-scopes"].as_array().unwrap();
    assert!(!scopes.is_empty() && accounts["description"].as_str().unwrap().contains("accounting.settings"));
}
