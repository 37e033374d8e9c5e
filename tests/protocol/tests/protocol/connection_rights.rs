//! What a connection lets a platform do: at which API, on whose word, and as long as whose organisation stands.

use postern_core::audit::{Event, Kind};
use postern_core::clock::Timestamp;
use postern_core::connection::{Connection, Consented};
use postern_core::id::InvocationId;
use postern_core::store::{Connect as _, Connected as Settled, Connecting};
use postern_testkit::{Answer, App, Ask, Browser, Code, Connected, Form, Person, Tokens, World};
use postern_testkit::{assert_error, assert_page, claims_of};
use serde_json::json;

use super::audience::{CASES, document};

const API: &str = "https://api.test";
const READ: &str = "GET /v1/contacts";
const DELETE: &str = "DELETE /v1/contacts/{id}";

/// What Acme lets the platform do at the sample API.
async fn consented(world: &World) -> Consented {
    let connection = world.connection(&world.tenants.acme, &world.apps.platform).await.unwrap();
    connection.apis[API].clone()
}

/// The consent page that `person` sees.
async fn page(world: &World, person: &Person, scope: &str) -> (Browser, Answer) {
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.platform).with("scope", scope)).await;
    let page = browser.sign_in(&login, person).await;
    assert_page(&page, 200);
    (browser, page)
}

/// Consent on this page, collected.
async fn allow(world: &World, (mut browser, page): (Browser, Answer)) -> Connected {
    let answer = browser.decide(&page, "allow").await;
    let code = Code::of(&answer, &Ask::of(&world.apps.platform));
    Connected::of(Tokens::of(&world.exchange(&world.apps.platform, &code).send().await))
}

async fn by_itself(world: &World, app: &App, resource: &str, scope: &str) -> String {
    let form = [("grant_type", "client_credentials"), ("scope", scope), ("resource", resource)];
    Tokens::of(&world.post("/oauth2/token").form(form).by(app).send().await).access
}

/// What was asked for by name goes with the scope that the customer took back.
#[tokio::test]
async fn i7_an_id_token_says_by_name_what_the_connection_still_has() {
    let world = World::start().await;
    let (app, olivia) = (&world.apps.platform, &world.people.olivia);
    let claims = r#"{"id_token":{"email":null}}"#;
    let ask = Ask::of(app).with("scope", "openid email contact.read").with("claims", claims);
    let code = world.code_for(&ask, olivia).await;
    let first = Tokens::of(&world.exchange(app, &code).send().await);
    assert_eq!(claims_of(&first.id)["email"], olivia.email);
    world.connect_for(app, olivia, "openid contact.read").await;
    let refreshed = Tokens::of(&world.instance().refresh(app, &first.refresh).send().await);
    assert_eq!(claims_of(&refreshed.id).get("email"), None);
}

#[tokio::test]
async fn x09_a_connection_gives_rights_at_the_api_of_its_consent() {
    let world = World::start().await;
    world.load_api(&document(), CASES).await;
    let (app, olivia) = (&world.apps.platform, &world.people.olivia);
    world.register_both(app, "contact.read", (CASES, "contact.read admin")).await;
    let first = world.connect_for(app, olivia, "contact.read").await;
    let (contacts, cases) = (
        by_itself(&world, app, API, "contact.read").await,
        by_itself(&world, app, CASES, "contact.read admin").await,
    );
    let gate = world.gate(0);
    assert_eq!(gate.call_for(READ, &contacts, &first.account).await.name(), "allowed");
    for route in ["GET /v1/cases", "GET /v1/door"] {
        let decision = gate.call_for(route, &cases, &first.account).await;
        assert_eq!(decision.name(), "invalid_connected_account", "{route}");
    }
    world.clock.advance(1);
    let ask = Ask::of(app).with("scope", "admin").with("resource", CASES);
    let second = Tokens::of(&world.exchange(app, &world.code_for(&ask, olivia).await).send().await);
    for (route, token, decision) in [
        ("GET /v1/office", &cases, "allowed"),
        ("GET /v1/cases", &cases, "insufficient_scope"),
        (READ, &contacts, "allowed"),
    ] {
        assert_eq!(gate.call_for(route, token, &first.account).await.name(), decision, "{route}");
    }
    // Each grant refreshes within what was consented to at its own API.
    for (tokens, scope) in [(&first.tokens, "contact.read"), (&second, "admin")] {
        assert_eq!(Tokens::of(&world.refresh(app, &tokens.refresh).send().await).body["scope"], scope);
    }
}

#[tokio::test]
async fn s03_whoever_could_not_give_a_right_does_not_take_it_either() {
    let world = World::start().await;
    let (app, people) = (&world.apps.platform, &world.people);
    let account = world.connect_for(app, &people.olivia, "contact.all").await.account;
    world.clock.advance(1);
    let shown = page(&world, &people.robin, "contact.read").await;
    let text = shown.1.text();
    assert!(text.contains("It keeps what it may do already") && !text.contains("no longer"), "{text}");
    let robins = allow(&world, shown).await;
    assert_eq!(robins.tokens.body["scope"], "contact.read");
    let now = consented(&world).await;
    assert_eq!(
        (now.scopes.to_string(), &now.authorized_by),
        ("contact.all contact.read".into(), &people.olivia.user_id)
    );
    let own = world.platform_token(app).await;
    assert_eq!(world.gate(0).call_for(DELETE, &own, &account).await.name(), "allowed");
    assert_eq!(world.gate(0).call(DELETE, &robins.tokens.access).await.name(), "insufficient_scope");
    // And they do not end it.
    let token = world.account_token(&people.robin).await;
    let path = format!("/account/v1/connections/{}", app.client_id);
    let refused = world.request("DELETE".parse().unwrap(), &path).bearer(&token).send().await;
    assert_error(&refused, 403, "insufficient_role");
}

#[tokio::test]
async fn whoever_could_give_all_of_it_may_give_less_and_is_told_what_is_lost() {
    let world = World::start().await;
    let (app, people) = (&world.apps.platform, &world.people);
    world.connect_for(app, &people.olivia, "contact.all").await;
    world.clock.advance(1);
    let shown = page(&world, &people.bo, "contact.read contact.write").await;
    let form = Form::read(shown.1.text())
        .unwrap()
        .fill("decision", "allow")
        .fill("tenant", world.tenants.acme.as_str());
    let text = shown.1.text();
    assert!(text.contains("It will no longer be able to") && text.contains("Delete contacts"), "{text}");
    assert!(!text.contains("It keeps"), "{text}");
    let mut browser = shown.0;
    let code = Code::of(&browser.submit(&form).await, &Ask::of(app));
    Tokens::of(&world.exchange(app, &code).send().await);
    let now = consented(&world).await;
    assert_eq!(
        (now.scopes.to_string(), &now.authorized_by),
        ("contact.read contact.write".into(), &people.bo.user_id)
    );
    // A reader answers for what a reader may give.
    world.clock.advance(1);
    world.connect_for(app, &people.olivia, "contact.read").await;
    world.clock.advance(1);
    world.connect_for(app, &people.robin, "contact.read").await;
    assert_eq!(consented(&world).await.authorized_by, people.robin.user_id);
}

#[tokio::test]
async fn s03_a_role_lowered_before_the_exchange_bounds_what_the_platform_gets() {
    let world = World::start().await;
    let (app, olivia) = (&world.apps.platform, &world.people.olivia);
    let ask = Ask::of(app).with("scope", "contact.all");
    let (first, second) = (world.code_for(&ask, olivia).await, world.code_for(&ask, olivia).await);
    world.edit_account(&olivia.user_id, |it| it.memberships[0].role = "reader".into()).await;
    let tokens = Tokens::of(&world.exchange(app, &first).send().await);
    assert_eq!(tokens.body["scope"], "contact.read");
    assert_eq!(consented(&world).await.scopes.to_string(), "contact.read");
    let own = world.platform_token(app).await;
    let account = tokens.body["connected_account_id"].as_str().unwrap();
    assert_eq!(world.gate(0).call_for(DELETE, &own, account).await.name(), "insufficient_scope");
    world.edit_tenant(&world.tenants.acme, |it| it.roles.clear()).await;
    let before = world.dump().await;
    assert_error(&world.exchange(app, &second).send().await, 400, "invalid_scope");
    assert_eq!(world.dump().await, before);
}

/// A grant at an API that the connection does not name: nobody consents to anything there any more.
#[tokio::test]
async fn x09_a_refresh_for_an_api_that_the_connection_lacks_is_refused_and_changes_nothing() {
    let world = World::start().await;
    let (app, olivia, acme) = (&world.apps.platform, &world.people.olivia, &world.tenants.acme);
    let connected = world.connect(app, olivia).await;
    let before = world.connection(acme, app).await.unwrap();
    let rename = async |before: &Connection, from: &str, to: &str| {
        let mut after = before.clone();
        let consented = after.apis.remove(from).unwrap();
        after.apis.insert(to.to_owned(), consented);
        let event = Event::by_operator(
            Kind::ConnectionChanged,
            &InvocationId::parse(&format!("rename-to-{}", to.len())).unwrap(),
            Timestamp::from_secs(world.now()),
        );
        let event = event.in_tenant(acme).with_client(&app.client_id);
        let connecting = Connecting { before: Some(before), after: &after, event: &event };
        assert!(matches!(world.store().connect(&connecting).await, Ok(Settled::Committed(_))));
    };
    rename(&before, API, CASES).await;
    let dump = world.dump().await;
    assert_error(&world.refresh(app, &connected.tokens.refresh).send().await, 400, "invalid_grant");
    assert_eq!(world.dump().await, dump);
    let back = world.connection(acme, app).await.unwrap();
    rename(&back, CASES, API).await;
    Tokens::of(&world.refresh(app, &connected.tokens.refresh).send().await);
}

#[tokio::test]
async fn s16_a_platforms_connections_end_with_its_own_organisation() {
    let world = World::start().await;
    let (app, olivia) = (&world.apps.platform, &world.people.olivia);
    let connected = world.connect(app, olivia).await;
    let other = world.connect(&world.apps.rival, olivia).await;
    world.clock.advance(1);
    let code = world.code_for(&Ask::of(app).with("scope", "contact.read"), olivia).await;
    let set = async |active| world.edit_tenant(&world.tenants.harbour, |it| it.active = active).await;
    set(false).await;
    let gate = world.gate(0);
    assert_eq!(gate.call(READ, &connected.tokens.access).await.name(), "tenant_suspended");
    assert_eq!(gate.call(READ, &other.tokens.access).await.name(), "allowed");
    assert_error(&world.refresh(app, &connected.tokens.refresh).send().await, 400, "invalid_grant");
    assert_error(&world.exchange(app, &code).send().await, 400, "invalid_grant");
    let answer = world.introspect(app, &connected.tokens.access).send().await;
    assert_eq!(answer.json(), json!({ "active": false }));
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(app).with("scope", "contact.read")).await;
    assert_page(&browser.sign_in(&login, olivia).await, 400);
    set(true).await;
    assert_eq!(gate.call(READ, &connected.tokens.access).await.name(), "allowed");
    Tokens::of(&world.refresh(app, &connected.tokens.refresh).send().await);
}

#[tokio::test]
async fn s01_who_may_end_a_connection_is_judged_by_each_of_its_apis() {
    let world = World::start().await;
    world.load_api(&document(), CASES).await;
    let (app, people) = (&world.apps.platform, &world.people);
    world.register_both(app, "contact.read", (CASES, "admin")).await;
    world.connect_for(app, &people.olivia, "contact.read").await;
    world.clock.advance(1);
    let ask = Ask::of(app).with("scope", "admin").with("resource", CASES);
    Tokens::of(&world.exchange(app, &world.code_for(&ask, &people.olivia).await).send().await);
    let path = format!("/account/v1/connections/{}", app.client_id);
    let end = async |person: &Person| {
        let token = world.account_token(person).await;
        world.request("DELETE".parse().unwrap(), &path).bearer(&token).send().await.status()
    };
    assert_eq!((end(&people.robin).await, end(&people.olivia).await), (403, 204));
}
