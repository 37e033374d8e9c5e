//! An MCP server behind the authorizer, as a client of the Model Context Protocol comes to it: discovery, a token for
//! the server and nothing else, refresh, and the end (MCP 2025-11-25, authorization).

use postern_testkit::{Ask, Code, Decision, ISSUER, Tokens, World, assert_error, claims_of};
use serde_json::json;

fn server() -> String {
    format!("{ISSUER}/mcp")
}

/// What a client does with nothing but the server's URL, from the 401 to its tokens.
async fn tokens(world: &World) -> Tokens {
    let spa = &world.apps.spa;
    // 1. No header leads there: the well-known path is made from the URL (RFC 9728 section 3.1).
    let resource = world.get("/.well-known/oauth-protected-resource/mcp").send().await.json();
    assert_eq!(resource["resource"], server());
    // 2. The server that issues tokens (RFC 8414 section 3.1), its PKCE and its refresh scope.
    assert_eq!(resource["authorization_servers"], json!([ISSUER]));
    let metadata = world.get("/.well-known/oauth-authorization-server").send().await.json();
    assert_eq!(metadata["issuer"], ISSUER);
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert!(metadata["scopes_supported"].as_array().unwrap().contains(&json!("offline_access")));
    assert!(metadata["token_endpoint_auth_methods_supported"].as_array().unwrap().contains(&json!("none")));
    // 3. The scopes of the resource, and that one.
    let scopes = resource["scopes_supported"].as_array().unwrap();
    let scopes: Vec<_> =
        scopes.iter().map(|scope| scope.as_str().unwrap()).chain(["offline_access"]).collect();
    let ask = Ask::of(spa).without("nonce").with("scope", &scopes.join(" ")).with("resource", &server());
    let code = world.code_for(&ask, &world.people.olivia).await;
    Tokens::of(&world.exchange(spa, &code).form([("resource", server().as_str())]).send().await)
}

#[tokio::test]
async fn a_client_finds_its_way_and_the_token_is_for_the_server_alone() {
    let world = World::start().await;
    let tokens = tokens(&world).await;
    assert_eq!((&claims_of(&tokens.access)["aud"], tokens.id.as_str()), (&json!(server()), ""));
    let gate = world.gate(0);
    for route in ["POST /mcp", "GET /mcp", "DELETE /mcp"] {
        assert_eq!(gate.call(route, &tokens.access).await.name(), "allowed", "{route}");
    }
    // For everything else it is somebody else's token (RFC 8707 section 2.2).
    assert_eq!(gate.call("GET /v1/contacts", &tokens.access).await, Decision::Unauthorized);
    assert_eq!(gate.call("GET /me", &tokens.access).await, Decision::Unauthorized);
}

#[tokio::test]
async fn a_token_without_the_servers_scope_is_told_which() {
    let world = World::start().await;
    let contacts = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.all").await;
    let Decision::Refused(answer) = world.gate(0).call("POST /mcp", &contacts.access).await else { panic!() };
    let challenge = answer["context"]["wwwAuthenticate"].as_str().unwrap();
    assert!(challenge.contains("error=\"insufficient_scope\", scope=\"mcp.use\""), "{challenge}");
    assert_eq!(world.gate(0).call("POST /mcp", "x").await, Decision::Unauthorized);
}

#[tokio::test]
async fn offline_access_is_taken_alone_and_a_dead_refresh_token_is_an_invalid_grant() {
    let world = World::start().await;
    let spa = &world.apps.spa;
    let first = tokens(&world).await;
    assert_eq!(first.body["scope"], "mcp.use offline_access");
    let second =
        Tokens::of(&world.refresh(spa, &first.refresh).form([("resource", server().as_str())]).send().await);
    assert_eq!(claims_of(&second.access)["aud"], server());
    world.revoke(spa, &second.refresh).send().await;
    for dead in [&first.refresh, &second.refresh] {
        assert_error(&world.refresh(spa, dead).send().await, 400, "invalid_grant");
    }
    assert_eq!(world.gate(0).call("POST /mcp", &second.access).await, Decision::Unauthorized);
}

#[tokio::test]
async fn x09_a_code_for_the_server_buys_nothing_elsewhere() {
    let world = World::start().await;
    let spa = &world.apps.spa;
    let ask = Ask::of(spa).with("scope", "mcp.use").with("resource", &server());
    let code: Code = world.code_for(&ask, &world.people.olivia).await;
    let elsewhere = world.exchange(spa, &code).form([("resource", "https://api.test")]).send().await;
    assert_error(&elsewhere, 400, "invalid_target");
    // Its scopes are those of this API: another's name is unknown here.
    let wide = Ask::of(spa).with("scope", "contact.read").with("resource", &server());
    let answer = world.signed_in(&world.people.olivia).await.open(&wide).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_scope"));
}
