//! Step-up authentication (RFC 9470): a route asks for a newer or a better sign-in than a token has behind it.

use postern_core::api::{Api, Routes, StepUp};
use postern_testkit::{Ask, Decision, ISSUER, Tokens, World, claims_of, event};
use serde_json::{Value, json};

const ROUTE: &str = "DELETE /v1/contacts/{id}";

/// The sample API, with this demand on one route.
async fn demanding(step_up: StepUp) -> World {
    let world = World::start().await;
    world
        .edit_api(|api: &mut Api| {
            let mut routes: Vec<_> = std::mem::replace(&mut api.routes, Vec::new().into()).into();
            let wanted =
                routes.iter_mut().find(|route| route.method == "DELETE" && route.path == "/v1/contacts/{id}");
            wanted.unwrap().step_up = step_up;
            api.routes = Routes::from(routes);
        })
        .await;
    world
}

fn max_age(seconds: u32) -> StepUp {
    StepUp { max_age: Some(seconds), ..StepUp::default() }
}

/// A request for the route through a REST API, whose refusals speak.
fn rest(token: &str) -> Value {
    let mut event = event("rest-request");
    event["httpMethod"] = json!("DELETE");
    event["resource"] = json!("/v1/contacts/{id}");
    event["multiValueHeaders"]["Authorization"] = json!([format!("Bearer {token}")]);
    event
}

async fn challenge(world: &World, token: &str) -> String {
    let Decision::Refused(answer) = world.gate(0).decide(&rest(token)).await else { panic!("not refused") };
    assert_eq!(answer["context"]["error"], "insufficient_user_authentication");
    answer["context"]["wwwAuthenticate"].as_str().unwrap().to_owned()
}

/// RFC 9470 section 3: a token that is too old, the challenge, a new authorization with its `max_age`, and through.
#[tokio::test]
async fn a_sign_in_that_is_too_old_is_challenged_and_a_new_one_passes() {
    let world = demanding(max_age(300)).await;
    let (web, olivia) = (&world.apps.web, &world.people.olivia);
    let first = world.tokens_for(web, olivia, "contact.all").await;
    assert_eq!(world.gate(0).call(ROUTE, &first.access).await.name(), "allowed");
    // Older than the route allows, and than a session that nobody uses.
    world.clock.advance(31 * 60);
    let said = challenge(&world, &first.access).await;
    assert_eq!(
        said,
        format!(
            "Bearer realm=\"api\", error=\"insufficient_user_authentication\", max_age=\"300\", \
             resource_metadata=\"{ISSUER}/.well-known/oauth-protected-resource/api.test\""
        )
    );
    // An HTTP API cannot say why: 401, and the API reference tells.
    assert_eq!(world.gate(0).call(ROUTE, &first.access).await, Decision::Unauthorized);
    // Other routes do not mind, and a refresh makes no sign-in younger.
    assert_eq!(world.gate(0).call("GET /v1/contacts", &first.access).await.name(), "allowed");
    let refreshed = Tokens::of(&world.refresh(web, &first.refresh).send().await);
    assert_eq!(claims_of(&refreshed.access)["auth_time"], claims_of(&first.access)["auth_time"]);
    challenge(&world, &refreshed.access).await;
    let mut browser = world.browser();
    let ask = Ask::of(web).with("scope", "contact.all").with("max_age", "300");
    let code = postern_testkit::Code::of(&browser.authorize(&ask, olivia).await, &ask);
    let second = Tokens::of(&world.exchange(web, &code).send().await);
    assert_eq!(claims_of(&second.access)["auth_time"], world.now());
    assert_eq!(world.gate(0).call(ROUTE, &second.access).await.name(), "allowed");
    assert_eq!(world.gate(0).decide(&rest(&second.access)).await.name(), "allowed");
}

#[tokio::test]
async fn the_last_second_counts() {
    let world = demanding(max_age(60)).await;
    let token = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.all").await.access;
    let signed_in = claims_of(&token)["auth_time"].as_u64().unwrap();
    world.clock.advance(signed_in + 60 - world.now());
    assert_eq!(world.gate(0).decide(&rest(&token)).await.name(), "allowed");
    world.clock.advance(1);
    challenge(&world, &token).await;
}

#[tokio::test]
async fn a_class_that_the_token_does_not_have_is_challenged() {
    let classes = vec!["urn:test:gold".to_owned(), "urn:test:silver".to_owned()];
    let world = demanding(StepUp { acr_values: classes, max_age: None }).await;
    let token = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.all").await.access;
    let said = challenge(&world, &token).await;
    assert!(said.contains(", acr_values=\"urn:test:gold urn:test:silver\", "), "{said}");
    let mut claims = claims_of(&token);
    for (class, name) in [
        ("urn:test:silver", "allowed"),
        ("urn:test:gold", "allowed"),
        ("urn:test:Gold", "insufficient_user_authentication"),
        ("", "insufficient_user_authentication"),
    ] {
        claims["acr"] = json!(class);
        let token = world.forge().claims(&claims);
        assert_eq!(world.gate(0).decide(&rest(&token)).await.name(), name, "{class}");
    }
}

/// Section 5: whoever comes with a challenge that no login ever meets is told so, and does not ask for ever. Any other class
/// is a wish (OpenID Connect Core section 15.1).
#[tokio::test]
async fn a_challenge_that_no_login_meets_ends_in_an_error() {
    let classes = vec!["urn:test:gold".to_owned(), "urn:test:silver".to_owned()];
    let world = demanding(StepUp { acr_values: classes, max_age: None }).await;
    let elsewhere = format!("{ISSUER}/mcp");
    let ask = |classes: &str| Ask::of(&world.apps.web).with("acr_values", classes);
    for (ask, error) in [
        (ask("urn:test:gold urn:test:silver"), Some("unmet_authentication_requirements")),
        (ask("urn:nobody:knows urn:test:silver"), Some("unmet_authentication_requirements")),
        (ask(" urn:test:gold  urn:postern:acr:password "), None),
        (ask("urn:nobody:knows"), None),
        (ask(""), None),
        (ask("urn:test:gold").with("scope", "mcp.use").with("resource", &elsewhere), None),
    ] {
        let answer = world.get(&ask.path()).send().await;
        assert_eq!(answer.returned("error").as_deref(), error, "{}", ask.path());
    }
}

/// Nobody signs in for a client's own token, nor to use a personal access token.
#[tokio::test]
async fn pt5_tokens_without_a_sign_in_never_do() {
    let world = demanding(max_age(3_600)).await;
    let service = &world.apps.service;
    let own = Tokens::of(&world.client_credentials(service, "contact.all").send().await).access;
    let pat = world.pat(&world.people.olivia, &["contact.all"]).await.token;
    for token in [&own, &pat] {
        challenge(&world, token).await;
        assert_eq!(world.gate(0).call(ROUTE, token).await, Decision::Unauthorized);
        assert_eq!(world.gate(0).call("GET /v1/contacts", token).await.name(), "allowed");
    }
}

/// Who lacks the scope is told that first: signing in again would not help.
#[tokio::test]
async fn a_missing_scope_comes_first() {
    let world = demanding(max_age(0)).await;
    let token = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.read").await.access;
    world.clock.advance(60);
    assert_eq!(world.gate(0).decide(&rest(&token)).await.name(), "insufficient_scope");
}
