//! APIs, loaded from their documents.

use postern_testkit::{Answer, Tokens, World, assert_error};
use serde_json::{Value, json};

use super::{Admin, events, json_of};

fn document(audience: &str, path: &str, domains: &[&str]) -> String {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Cases", "version": "1" },
        "x-postern": { "audience": audience, "domains": domains, "implies": { "read": ["read:cases"] } },
        "paths": { path: { "get": { "security": [{ "oauth": ["read:cases"] }] } } },
        "components": { "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "clientCredentials": {
            "tokenUrl": "/oauth2/token",
            "scopes": { "read": "Read all", "read:cases": "Read cases", "idle": "Nothing" },
        } } } } },
    })
    .to_string()
}

async fn put(admin: &Admin<'_>, query: &str, document: &str) -> Answer {
    let path = format!("/admin/v1/apis{query}");
    let draft = admin.world.request(postern_core::http::Method::PUT, &path).bearer(&admin.token);
    draft.body("application/yaml", document).send().await
}

#[tokio::test]
async fn r20_an_api_is_loaded_decided_by_shown_and_removed() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let audience = "https://cases.test";
    let loaded = json_of(&put(&operator, "", &document(audience, "/v1/cases/{id}", &[])).await, 200);
    assert_eq!((&loaded["api"]["operations"], &loaded["api"]["name"]), (&json!(1), &json!("Cases")));
    assert_eq!(loaded["warnings"], json!(["No operation asks for the scope idle."]));
    let body = json!({
        "kind": "service", "name": "C", "tenant": world.tenants.acme.as_str(),
        "scopes": ["read"], "audience": audience,
    });
    let client = json_of(&operator.post("clients", body).await, 201);
    let form = [("grant_type", "client_credentials"), ("scope", "read"), ("resource", audience)];
    let (id, secret) = (client["client_id"].as_str().unwrap(), client["client_secret"].as_str().unwrap());
    let token = Tokens::of(&world.instance().post("/oauth2/token").form(form).basic(id, secret).send().await);
    assert_eq!(world.gate(0).call("GET /v1/cases/{id}", &token.access).await.name(), "allowed");
    let query = format!("?audience={audience}");
    let reference = json_of(&operator.get(&format!("apis/reference{query}")).await, 200);
    assert_eq!(reference["paths"]["/v1/cases/{id}"]["get"]["x-required-scopes"], json!([["read:cases"]]));
    assert_eq!(json_of(&operator.get("apis").await, 200)["data"].as_array().unwrap().len(), 5);
    // The next edition is shorter than the first.
    json_of(&put(&operator, "", &document(audience, "/v1/cases", &[])).await, 200);
    assert_eq!(world.gate(0).call("GET /v1/cases/{id}", &token.access).await.name(), "unknown_route");
    assert_eq!(operator.delete(&format!("apis{query}")).await.status(), 204);
    for gone in [
        operator.delete(&format!("apis{query}")).await,
        operator.get(&format!("apis/reference{query}")).await,
    ] {
        assert_error(&gone, 404, "not_found");
    }
    assert!(!world.dump().await.contains("read:cases\"}"));
    assert_eq!(events(&world, "api.removed", &world.apps.operator).await.len(), 1);
}

/// R21: a tenant's administrators write roles in these words; what stands behind the gateway is the operators'.
#[tokio::test]
async fn r21_every_administrator_reads_scopes_and_reference() {
    let world = World::start().await;
    let (operator, admin) = (Admin::operator(&world).await, Admin::of_acme(&world).await);
    let mut described: Value =
        serde_json::from_str(&document("https://cases.test", "/v1/cases", &[])).unwrap();
    let integration =
        json!({ "uri": "arn:aws:lambda:x:function:behind", "credentials": "arn:aws:iam::1:role/r" });
    described["paths"]["/v1/cases"]["get"]["x-amazon-apigateway-integration"] = integration;
    json_of(&put(&operator, "", &described.to_string()).await, 200);
    assert_eq!(json_of(&admin.get("apis").await, 200), json_of(&operator.get("apis").await, 200));
    let path = "apis/reference?audience=https://cases.test";
    let (theirs, ours) = (json_of(&admin.get(path).await, 200), json_of(&operator.get(path).await, 200));
    assert_eq!(theirs["paths"]["/v1/cases"]["get"]["x-required-scopes"], json!([["read:cases"]]));
    assert!(ours.to_string().contains("arn:aws:") && !theirs.to_string().contains("arn:aws:"), "{theirs}");
    let long = admin.get(&format!("apis/reference?audience={}", "x".repeat(513))).await;
    assert_eq!((long.status(), long.member("field").as_str()), (400, "audience"));
}

/// R21: also of a document that leaves its audience to whoever loads it.
#[tokio::test]
async fn r21_a_document_without_an_audience_of_its_own_has_a_reference() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let mut unnamed: Value = serde_json::from_str(&document("https://x.test", "/v1/cases", &[])).unwrap();
    unnamed["x-postern"].as_object_mut().unwrap().remove("audience");
    json_of(&put(&operator, "?audience=https://given.test", &unnamed.to_string()).await, 200);
    let reference = json_of(&operator.get("apis/reference?audience=https://given.test").await, 200);
    assert_eq!(reference["paths"]["/v1/cases"]["get"]["x-required-scopes"], json!([["read:cases"]]));
}

#[tokio::test]
async fn r20_a_bad_document_is_refused_with_line_and_reason() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let before = world.state().await;
    let good = document("https://cases.test", "/v1/cases", &[]);
    for bad in [
        good.replace("[\"read:cases\"]}]", "[\"read:case\"]}]"),
        good.replace("/v1/cases", "v1"),
        "x: [".to_owned(),
    ] {
        let answer = put(&operator, "", &bad).await;
        assert_error(&answer, 400, "invalid_request");
        let problem = &answer.json()["problems"][0];
        assert!(problem["line"].as_u64() >= Some(1) && problem["column"].as_u64() >= Some(1), "{problem}");
        assert!(problem["reason"].as_str().is_some_and(|it| !it.is_empty()));
    }
    assert_error(&put(&operator, "", "").await, 400, "invalid_request");
    assert_error(&put(&operator, "?audience=nothing", &good).await, 400, "invalid_request");
    let huge = format!("{good}{}", " ".repeat(1024 * 1024));
    assert_eq!(put(&operator, "", &huge).await.status(), 413);
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn two_apis_never_share_an_operation_at_a_domain() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let first = document("https://one.test", "/v1/cases/{id}", &["one.test", "both.test"]);
    json_of(&put(&operator, "", &first).await, 200);
    for domains in [&[][..], &["both.test"], &["two.test", "ONE.test"]] {
        let second = document("https://two.test", "/v1/cases/{case}", domains);
        let refused = put(&operator, "", &second).await;
        assert_error(&refused, 409, "conflict");
        // With its place, the operation and whose it is.
        let problem = &refused.json()["problems"][0];
        let column = second.find("\"get\"").unwrap() + 1;
        assert_eq!((&problem["line"], &problem["column"]), (&json!(1), &json!(column)), "{problem}");
        let reason = problem["reason"].as_str().unwrap();
        assert!(reason.starts_with("GET /v1/cases/{case} is an operation of https://one.test "), "{reason}");
    }
    let elsewhere = document("https://two.test", "/v1/cases/{case}", &["two.test"]);
    json_of(&put(&operator, "", &elsewhere).await, 200);
    // Neither of our own.
    let own = document("https://as.test/admin", "/x", &[]);
    assert_error(&put(&operator, "", &own).await, 409, "conflict");
    assert_error(&operator.delete("apis?audience=https://as.test/admin").await, 409, "conflict");
    assert_eq!(operator.delete("apis").await.member("field"), "audience");
}

/// As it is where an API is loaded once more under another audience: every operation has its line, in order.
#[tokio::test]
async fn all_operations_that_meet_are_told_in_order_of_line() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let sample = include_str!("../../../../../functions/me/openapi.yaml");
    let refused = put(&operator, "?audience=https://again.test", sample).await;
    assert_error(&refused, 409, "conflict");
    let problems = refused.json()["problems"].as_array().unwrap().clone();
    let lines: Vec<_> = problems.iter().map(|it| it["line"].as_u64().unwrap()).collect();
    assert!(lines.len() > 10 && lines.is_sorted(), "{lines:?}");
}

/// RFC 8707 section 2: what a request names is one API, whichever way it is called.
#[tokio::test]
async fn x09_two_apis_never_share_a_name() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let with = |audience: &str, path: &str, domains: &[&str], resources: &[&str]| {
        let mut api: Value = serde_json::from_str(&document(audience, path, domains)).unwrap();
        api["x-postern"]["resources"] = json!(resources);
        api.to_string()
    };
    let first = with("https://one.test/v1", "/a", &["one.test", "eu.one.test"], &["https://gw.test/prod"]);
    json_of(&put(&operator, "", &first).await, 200);
    json_of(&put(&operator, "", &first).await, 200);
    for second in [
        with("https://gw.test/prod", "/b", &[], &[]),
        with("https://two.test", "/b", &[], &["https://one.test/v1"]),
        with("https://two.test", "/b", &[], &["https://eu.one.test/v1"]),
        with("https://two.test", "/b", &[], &["https://GW.test/prod"]),
        with("https://two.test/v1", "/b", &["eu.one.test"], &[]),
    ] {
        assert_error(&put(&operator, "", &second).await, 409, "conflict");
    }
    let second = with("https://two.test", "/b", &["eu.one.test"], &["https://gw.test/other"]);
    json_of(&put(&operator, "", &second).await, 200);
}

#[tokio::test]
async fn a_large_document_comes_back_whole() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let mut large: Value = serde_json::from_str(&document("https://large.test", "/v1/large", &[])).unwrap();
    large["info"]["description"] = json!("é".repeat(350_000));
    json_of(&put(&operator, "", &large.to_string()).await, 200);
    let reference = json_of(&operator.get("apis/reference?audience=https://large.test").await, 200);
    assert_eq!(reference["info"]["description"], large["info"]["description"]);
    json_of(&put(&operator, "", &document("https://large.test", "/v1/large", &[])).await, 200);
    let reference = json_of(&operator.get("apis/reference?audience=https://large.test").await, 200);
    assert_eq!(reference["info"]["title"], "Cases");
}
