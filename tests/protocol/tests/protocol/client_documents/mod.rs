//! Clients whose identifier is the URL of a metadata document (draft-ietf-oauth-client-id-metadata-document).

mod bound;
mod keeping;
mod rights;
mod unusable;

use postern_core::audit::Kind;
use postern_core::id::ClientId;
use postern_jose::Algorithm;
use postern_testkit::{
    Answer, App, Ask, ClientKey, Code, Plan, Tokens, World, assert_error, assert_page, claims_of,
};
use serde_json::{Value, json};

/// Where the document is.
const URL: &str = "https://tools.test/oauth/client.json";
/// Where its codes go.
const CALLBACK: &str = "https://app.test/callback";

/// What MCP clients publish.
fn document() -> Value {
    json!({
        "client_id": URL,
        "client_name": "Tools",
        "client_uri": "https://tools.test",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    })
}

/// The document with these members besides or instead.
fn with(changes: &Value) -> Value {
    let mut document = document();
    let members = changes.as_object().unwrap().clone();
    document.as_object_mut().unwrap().extend(members);
    document
}

/// The client, as its developer knows it.
fn app() -> App {
    let client_id = ClientId::parse(URL).unwrap();
    App { client_id, secret: None, redirect_uri: CALLBACK.to_owned() }
}

async fn world() -> World {
    let world = World::start().await;
    world.web.publish(URL, &document());
    world
}

/// What the authorization endpoint answers somebody who has not signed in.
async fn open(world: &World) -> Answer {
    world.get(&Ask::of(&app()).path()).send().await
}

/// Whether it leads to the login page.
fn is_taken(answer: &Answer) -> bool {
    answer.destination().is_some_and(|url| url.path() == "/oauth2/login")
}

async fn push(world: &World) -> Answer {
    let app = app();
    let ask = Ask::of(&app);
    let pairs = ask.pairs().filter(|(name, _)| *name != "client_id");
    world.post("/oauth2/par").form(pairs).by(&app).send().await
}

#[tokio::test]
async fn a_document_is_all_that_a_client_needs() {
    let world = world().await;
    let metadata = world.get("/.well-known/oauth-authorization-server").send().await.json();
    assert_eq!(metadata["client_id_metadata_document_supported"], true);
    let app = app();
    let tokens = world.tokens(&app).await;
    let (access, id) = (claims_of(&tokens.access), claims_of(&tokens.id));
    assert_eq!((&access["client_id"], &id["aud"]), (&json!(URL), &json!(URL)));
    assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "allowed");
    assert_eq!(world.userinfo(&tokens.access).send().await.status(), 200);
    let refreshed = Tokens::of(&world.instance().refresh(&app, &tokens.refresh).send().await);
    assert_eq!(world.gate(0).call("GET /v1/contacts", &refreshed.access).await.name(), "allowed");
    assert_eq!(world.revoke(&app, &refreshed.refresh).send().await.status(), 200);
    assert_error(&world.refresh(&app, &refreshed.refresh).send().await, 400, "invalid_grant");
    // Only the authorization endpoint fetched, and once.
    assert_eq!(world.web.visits(URL), 1);
    let created: Vec<_> = world.events(None).await.into_iter().filter(|it| it.client_id.is_some()).collect();
    let of_document = created.iter().filter(|it| it.client_id == Some(app.client_id.clone()));
    assert_eq!(of_document.map(|it| it.kind).collect::<Vec<_>>(), [Kind::ClientCreated]);
}

#[tokio::test]
async fn it_may_push_its_requests() {
    let world = world().await;
    let (app, pushed) = (app(), push(&world).await);
    assert_eq!(pushed.status(), 201, "{}", pushed.text());
    let bare = ["response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge"];
    let link = bare.iter().fold(Ask::of(&app), |ask, name| ask.without(name));
    let link = link.without("code_challenge_method").with("request_uri", &pushed.member("request_uri"));
    let mut browser = world.signed_in(&world.people.olivia).await;
    let answer = browser.authorize(&link, &world.people.olivia).await;
    Tokens::of(&world.exchange(&app, &Code::of(&answer, &Ask::of(&app))).send().await);
    assert_eq!(world.web.visits(URL), 1);
}

#[tokio::test]
async fn it_may_prove_itself_by_a_key_that_it_publishes() {
    const KEYS: &str = "https://tools.test/jwks.json";
    for published in [true, false] {
        let world = World::start().await;
        let key = ClientKey::generate(Algorithm::ES256);
        world.web.publish(KEYS, &key.jwks());
        let keys = if published { json!({ "jwks_uri": KEYS }) } else { json!({ "jwks": key.jwks() }) };
        let document = with(&json!({ "token_endpoint_auth_method": "private_key_jwt" }));
        let document = {
            let mut document = document;
            document.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
            document
        };
        world.web.publish(URL, &document);
        let app = app();
        let code = world.code(&app).await;
        // The name alone is not enough any more.
        assert_error(&world.exchange(&app, &code).send().await, 401, "invalid_client");
        let assertion = key.sign(&ClientKey::claims(&world, &app.client_id, "j1"));
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", postern_testkit::VERIFIER),
        ];
        Tokens::of(&world.post("/oauth2/token").form(form).asserting(&assertion).send().await);
    }
}

#[tokio::test]
async fn a01_codes_go_nowhere_but_where_the_document_says() {
    let world = world().await;
    let ask = Ask::of(&app());
    for elsewhere in ["https://app.test/callback/", "https://tools.test/callback", "http://127.0.0.1/cb"] {
        let answer = world.get(&ask.clone().with("redirect_uri", elsewhere).path()).send().await;
        assert_page(&answer, 400);
    }
    // On a loopback address alone the port is free (RFC 8252 section 7.3).
    let world = World::start().await;
    world.web.publish(URL, &with(&json!({ "redirect_uris": ["http://127.0.0.1:3000/cb"] })));
    let loopback = ask.with("redirect_uri", "http://127.0.0.1:49152/cb");
    assert!(is_taken(&world.get(&loopback.path()).send().await));
}

#[tokio::test]
async fn a17_the_page_names_the_publisher_and_the_address() {
    let world = world().await;
    world.web.publish(URL, &with(&json!({ "client_name": "Your <b>bank</b>" })));
    let mut browser = world.signed_in(&world.people.olivia).await;
    let page = browser.open(&Ask::of(&app())).await;
    assert_page(&page, 200);
    for shown in [
        "This app is unverified.",
        "It is published by <strong><bdi>tools.test</bdi></strong>",
        "You will be sent to <strong><bdi>app.test</bdi></strong>",
        "Your &#60;b&#62;bank",
    ] {
        assert!(page.text().contains(shown), "{shown} in {}", page.text());
    }
}

#[tokio::test]
async fn a15_it_is_asked_every_time() {
    let world = world().await;
    let ask = Ask::of(&app());
    world.code_for(&ask, &world.people.olivia).await;
    let mut browser = world.signed_in(&world.people.olivia).await;
    assert!(browser.open(&ask).await.text().contains("id=\"allow\""));
    let silent = browser.open(&ask.with("prompt", "none")).await;
    assert_eq!(silent.returned("error").as_deref(), Some("consent_required"));
}

/// The switch is off unless a deployment turns it on.
#[tokio::test]
async fn d09_where_documents_are_not_read_a_url_is_nobody() {
    let world = World::with(Plan { client_documents: false, ..Plan::default() }).await;
    world.web.publish(URL, &document());
    assert_page(&open(&world).await, 400);
    assert_error(&push(&world).await, 401, "invalid_client");
    assert_eq!(world.web.visits(URL), 0);
    let metadata = world.get("/.well-known/oauth-authorization-server").send().await.json();
    assert!(metadata.get("client_id_metadata_document_supported").is_none());
}

/// What is no URL of a document is a name like any other, and nothing is fetched.
#[tokio::test]
async fn d02_what_is_no_url_of_a_document_is_not_fetched() {
    let world = world().await;
    for id in [
        "http://tools.test/oauth/client.json",
        "https://tools.test",
        "https://tools.test/",
        "https://tools.test/a/../oauth/client.json",
        "https://user@tools.test/oauth/client.json",
        "https://127.0.0.1/client.json",
        "https://[::1]/client.json",
        "https://tools.test/oauth/client.json#x",
    ] {
        world.web.publish(id, &with(&json!({ "client_id": id })));
        assert_page(&world.get(&Ask::of(&app()).with("client_id", id).path()).send().await, 400);
        assert_eq!(world.web.visits(id), 0, "{id}");
    }
}

/// Nobody gets tokens by a name alone: a document's client has to begin with a person.
#[tokio::test]
async fn no_other_door_fetches() {
    let world = world().await;
    let app = app();
    let form = [("grant_type", "client_credentials"), ("scope", "contact.read")];
    assert_error(&world.post("/oauth2/token").form(form).by(&app).send().await, 401, "invalid_client");
    assert_error(&world.refresh(&app, "x").send().await, 401, "invalid_client");
    let device = world.post("/oauth2/device_authorization").form([("scope", "openid")]).by(&app);
    assert_error(&device.send().await, 401, "invalid_client");
    assert_eq!(world.web.visits(URL), 0);
}
