//! The document as the API reference shows it (R21).

use postern_openapi::{load, reference};
use serde_json::{Value, json};

const SAMPLE: &str = include_str!("../../../functions/me/openapi.yaml");
const SIGN: &str = include_str!("documents/sign.yaml");

/// The required scopes and the description of an operation.
fn shown<'a>(document: &'a Value, path: &str, method: &str) -> (&'a Value, &'a str) {
    let pointer = format!("/paths/{}/{method}", path.replace('/', "~1"));
    let operation = document.pointer(&pointer).unwrap_or(&Value::Null);
    (&operation["x-required-scopes"], operation["description"].as_str().unwrap_or_default())
}

#[test]
fn r21_each_operation_lists_its_scopes() {
    let document = reference(SIGN).unwrap();
    let cases = [
        ("/agreements", "get", json!([["sign:read"]]), "Requires the scope `sign:read`."),
        ("/agreements", "post", json!([["sign:write"]]), "Requires the scope `sign:write`."),
        (
            "/agreements/{agreementId}/clicks",
            "post",
            json!([["click:write", "sign:read"]]),
            "Requires the scopes `click:write` and `sign:read`.",
        ),
        (
            "/clickwraps",
            "get",
            json!([["click:write"], ["sign:read"]]),
            "Requires the scope `click:write`, or `sign:read`.",
        ),
        ("/status", "get", json!([["sign:read"], []]), "Requires a token, of any scope."),
        ("/account", "get", json!([[]]), "Requires a token, of any scope."),
    ];
    for (path, method, scopes, sentence) in cases {
        assert_eq!(shown(&document, path, method), (&scopes, sentence), "{method} {path}");
    }
}

#[test]
fn r21_no_operation_is_left_out() {
    for text in [SAMPLE, include_str!("documents/crm.yaml"), include_str!("documents/cases.json")] {
        let document = reference(text).unwrap();
        let items = document["paths"].as_object().unwrap().values();
        let annotated = items
            .flat_map(|item| item.as_object().unwrap().values())
            .filter(|it| it["x-required-scopes"].is_array())
            .count();
        assert_eq!(annotated, load(text).unwrap().operations);
    }
}

#[test]
fn a_shared_path_item_is_annotated_where_it_stands() {
    let document = reference(SIGN).unwrap();
    let template = &document["x-items"]["template"];
    assert_eq!(template["delete"]["x-required-scopes"], json!([["sign:write"]]));
    assert_eq!(document["paths"]["/library/{id}"], json!({ "$ref": "#/x-items/template" }));
}

#[test]
fn the_rest_of_the_document_is_as_it_was() {
    let document = reference(SAMPLE).unwrap();
    assert_eq!(document["info"]["version"], "1.0");
    let (_, description) = shown(&document, "/me", "get");
    assert_eq!(description, "The first request to try with a new token.\n\nRequires a token, of any scope.");
    let parameter = &document["paths"]["/v1/contacts/{id}"]["parameters"][0];
    assert_eq!((&parameter["required"], &parameter["name"]), (&json!(true), &json!("id")));
}

#[test]
fn an_annotated_document_can_be_loaded_again() {
    for text in [SAMPLE, SIGN] {
        let document = reference(text).unwrap();
        assert_eq!(load(&document.to_string()).unwrap(), load(text).unwrap());
    }
}

#[test]
fn a_bad_document_is_not_annotated() {
    assert_eq!(reference("openapi: 3.2.0").unwrap_err(), load("openapi: 3.2.0").unwrap_err());
}

#[test]
fn rfc9470_each_operation_says_how_its_user_must_have_signed_in() {
    let text = include_str!("documents/sign.yaml");
    let inherited = text.replacen("x-postern:\n", "x-postern:\n  max_age: 3600\n", 1);
    let own = inherited.replacen(
        "    post:\n",
        "    post:\n      x-postern: { acr_values: [urn:a, urn:b], max_age: 300 }\n",
        1,
    );
    let document = reference(&own).unwrap();
    let operations: Vec<_> = ["post", "get"].map(|method| &document["paths"]["/agreements"][method]).into();
    assert_eq!(
        operations[0]["x-required-sign-in"],
        json!({ "acr_values": ["urn:a", "urn:b"], "max_age": 300 })
    );
    assert_eq!(operations[1]["x-required-sign-in"], json!({ "max_age": 3600 }));
    let words = " The user must have signed in at most 300 seconds ago. The sign-in must be of the class `urn:a` or `urn:b`.";
    assert!(operations[0]["description"].as_str().unwrap().ends_with(words));
    let routes = load(&own).unwrap().api.routes;
    assert_eq!(routes.of_resource("GET", "/agreements").unwrap().step_up.max_age, Some(3600));
    assert_eq!(routes.of_resource("POST", "/agreements").unwrap().step_up.acr_values, ["urn:a", "urn:b"]);
    assert!(load(text).unwrap().api.routes.iter().all(|route| route.step_up.is_empty()));
    assert!(reference(text).unwrap()["paths"]["/agreements"]["post"]["x-required-sign-in"].is_null());
}
