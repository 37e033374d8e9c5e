//! Protected resource metadata (RFC 9728): from a refusal to the server that issues tokens, and nowhere else.

use postern_core::http::Method;
use postern_testkit::{Answer, Ask, Decision, ISSUER, Tokens, World, assert_error, claims_of, event};
use serde_json::json;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

async fn at(world: &World, path: &str, host: &str) -> Answer {
    world.get(&format!("{WELL_KNOWN}{path}")).header("host", host).send().await
}

#[tokio::test]
async fn d11_each_loaded_api_is_described_under_the_issuer() {
    let world = World::start().await;
    for (path, resource, name) in [
        ("/mcp", format!("{ISSUER}/mcp"), "Sample MCP server"),
        ("/api.test", "https://api.test".to_owned(), "Sample API"),
        ("/account", format!("{ISSUER}/account"), "Your account"),
        ("/admin", format!("{ISSUER}/admin"), "Admin API"),
    ] {
        let answer = at(&world, path, "as.test").await;
        assert_eq!(
            (answer.status(), answer.header("content-type")),
            (200, Some("application/json")),
            "{path}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let told = answer.json();
        assert_eq!((&told["resource"], &told["authorization_servers"]), (&json!(resource), &json!([ISSUER])));
        assert_eq!(told["bearer_methods_supported"], json!(["header"]));
        assert_eq!(told["resource_name"], name);
    }
}

/// RFC 9728 section 2: what is told is this, and nothing that we do not mean.
#[tokio::test]
async fn d11_the_whole_answer_is_known() {
    let world = World::start().await;
    let expected = json!({
        "resource": format!("{ISSUER}/mcp"),
        "authorization_servers": [ISSUER],
        "scopes_supported": ["mcp.use"],
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
        "resource_name": "Sample MCP server",
    });
    assert_eq!(at(&world, "/mcp", "as.test").await.json(), expected);
}

#[tokio::test]
async fn d11_at_an_apis_own_host_the_resource_is_what_was_asked() {
    let world = World::start().await;
    world.edit_api(|api| api.domains = vec!["eu.api.test".to_owned()]).await;
    for host in ["api.test", "eu.api.test"] {
        for path in ["", "/"] {
            let told = at(&world, path, host).await.json();
            assert_eq!(told["resource"], format!("https://{host}"), "{host} {path}");
        }
    }
    let scopes = at(&world, "", "api.test").await.json()["scopes_supported"].clone();
    assert!(scopes.as_array().unwrap().contains(&json!("contact.read")), "{scopes}");
}

#[tokio::test]
async fn d11_what_is_nobodys_is_not_found() {
    let world = World::start().await;
    for (path, host) in [
        ("", "as.test"),
        ("/", "other.test"),
        ("/nothing", "as.test"),
        ("/mcp/", "as.test"),
        ("/mcp?x=1", "as.test"),
        ("/MCP", "as.test"),
        ("x", "as.test"),
        ("//", "as.test"),
        ("/api.test/v1", "as.test"),
        ("/api.test.evil.test", "as.test"),
        ("/%6dcp", "as.test"),
    ] {
        assert_eq!(at(&world, path, host).await.status(), 404, "{path} at {host}");
    }
    let answer = world.request(Method::POST, &format!("{WELL_KNOWN}/mcp")).send().await;
    assert_error(&answer, 405, "invalid_request");
    let preflight = world.request(Method::OPTIONS, &format!("{WELL_KNOWN}/mcp")).send().await;
    let allowed = preflight.header("access-control-allow-headers").unwrap_or_default();
    assert!(preflight.status() == 204 && allowed.contains("mcp-protocol-version"), "{allowed}");
}

/// A refusal that the gateway lets speak names the metadata of the API that the token is for.
#[tokio::test]
async fn d11_a_challenge_leads_to_the_metadata_of_its_api() {
    let world = World::start().await;
    let web = &world.apps.web;
    let tokens = world.tokens_for(web, &world.people.olivia, "contact.read").await;
    let mut event = event("rest-request");
    event["httpMethod"] = json!("POST");
    event["resource"] = json!("/v1/contacts");
    event["multiValueHeaders"]["Authorization"] = json!([format!("Bearer {}", tokens.access)]);
    let Decision::Refused(answer) = world.gate(0).decide(&event).await else { panic!() };
    let challenge = answer["context"]["wwwAuthenticate"].as_str().unwrap();
    let (_, rest) = challenge.split_once("resource_metadata=\"").unwrap();
    let path = rest.strip_suffix('"').unwrap().strip_prefix(ISSUER).unwrap();
    let told = world.get(path).header("host", "as.test").send().await.json();
    assert_eq!(told["resource"], claims_of(&tokens.access)["aud"], "{challenge}");
}

/// RFC 8707: what the metadata calls the resource is what a request may call it; the token's audience stays one.
#[tokio::test]
async fn x09_an_api_may_be_named_as_its_metadata_names_it() {
    let world = World::start().await;
    world.edit_api(|api| api.resources = vec!["https://gw.test/prod".to_owned()]).await;
    let web = &world.apps.web;
    let told = at(&world, "/prod", "gw.test").await.json();
    assert_eq!(told["resource"], "https://gw.test/prod");
    // URL libraries put a slash after a bare host.
    for resource in ["https://gw.test/prod", "https://api.test/", "https://api.test"] {
        let ask = Ask::of(web).with("resource", resource);
        let code = world.code_for(&ask, &world.people.olivia).await;
        let tokens = Tokens::of(&world.exchange(web, &code).form([("resource", resource)]).send().await);
        assert_eq!(claims_of(&tokens.access)["aud"], "https://api.test", "{resource}");
        let again = world.refresh(web, &tokens.refresh).form([("resource", resource)]).send().await;
        assert_eq!(claims_of(&Tokens::of(&again).access)["aud"], "https://api.test");
        let service = &world.apps.service;
        let own =
            world.client_credentials(service, "contact.read").form([("resource", resource)]).send().await;
        assert_eq!(claims_of(&Tokens::of(&own).access)["aud"], "https://api.test");
    }
}

#[tokio::test]
async fn x09_another_resource_than_the_grants_is_an_invalid_target() {
    let world = World::start().await;
    let web = &world.apps.web;
    let (mcp, unknown) = (format!("{ISSUER}/mcp"), "https://other.test".to_owned());
    for resource in [&mcp, &unknown] {
        let code = world.code(web).await;
        let answer = world.exchange(web, &code).form([("resource", resource.as_str())]).send().await;
        assert_error(&answer, 400, "invalid_target");
        // Nothing happened to the code.
        let tokens = Tokens::of(&world.exchange(web, &code).send().await);
        let answer = world.refresh(web, &tokens.refresh).form([("resource", resource.as_str())]).send().await;
        assert_error(&answer, 400, "invalid_target");
    }
    let two = Ask::of(web).with("resource", "https://api.test").and("resource", &mcp);
    let answer = world.signed_in(&world.people.olivia).await.open(&two).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_target"));
}
