//! A tenant's policy about clients that nobody has vouched for: whether any of them may act for it.

use postern_core::audit::Kind;
use postern_core::client::{GrantType, Origin};
use postern_testkit::{Answer, Ask, Code, Form, Tokens, World, assert_error, assert_page, claims_of};
use serde_json::{Value, json};

use crate::admin::{Admin, json_of};

const READ: &str = "GET /v1/contacts";

#[track_caller]
fn read_form(page: &Answer) -> Form {
    Form::read(page.text()).unwrap()
}

/// A world whose web app registered itself, or is what a document says.
async fn world(origin: Origin) -> World {
    let world = World::start().await;
    world.edit_client(&world.apps.web.client_id, |it| it.registration.origin = origin).await;
    world
}

/// What Acme's own administrator says.
async fn let_in(world: &World, admitted: bool) {
    let path = format!("tenants/{}", world.tenants.acme);
    let policy = json!({ "unverified_clients": admitted });
    let changed = json_of(&Admin::of_acme(world).await.patch(&path, policy).await, 200);
    assert_eq!(changed["unverified_clients"], admitted);
}

#[tokio::test]
async fn a_tenants_administrator_decides_and_it_is_told() {
    let world = World::start().await;
    let path = format!("tenants/{}", world.tenants.acme);
    let admin = Admin::of_acme(&world).await;
    assert_eq!(json_of(&admin.get(&path).await, 200)["unverified_clients"], true, "unless somebody says no");
    let_in(&world, false).await;
    let told = world.events(Some(&world.tenants.acme)).await.pop().unwrap();
    assert_eq!((told.kind, told.details["changed"].as_str()), (Kind::TenantChanged, "unverified_clients"));
    for wrong in [json!("false"), json!(0), Value::Null] {
        let answer = admin.patch(&path, json!({ "unverified_clients": wrong })).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), "unverified_clients");
    }
    let made = json!({ "name": "Strict", "unverified_clients": false });
    let made = json_of(&Admin::operator(&world).await.post("tenants", made).await, 201);
    assert_eq!(made["unverified_clients"], false);
}

/// RFC 6749 section 4.1.2.1: the request ends, told to the client that its user came from.
#[tokio::test]
async fn whose_only_tenant_lets_none_in_is_not_asked() {
    for origin in [Origin::Registered, Origin::Document] {
        let world = world(origin).await;
        let_in(&world, false).await;
        let answer = world.browser().authorize(&Ask::of(&world.apps.web), &world.people.olivia).await;
        assert_eq!(answer.returned("error").as_deref(), Some("access_denied"), "{}", answer.text());
        let description = answer.returned("error_description").unwrap();
        assert!(description.contains("no client that nobody vouched for"), "{description}");
        let told = world.events(Some(&world.tenants.acme)).await.pop().unwrap();
        assert_eq!(told.kind, Kind::ConsentDenied);
    }
}

#[tokio::test]
async fn clients_that_somebody_vouches_for_are_none_of_its_business() {
    let world = world(Origin::Administrator).await;
    let_in(&world, false).await;
    let tokens = world.tokens(&world.apps.web).await;
    assert_eq!(world.gate(0).call(READ, &tokens.access).await.name(), "allowed");
    world.tokens(&world.apps.spa).await;
}

#[tokio::test]
async fn s01_who_belongs_to_several_is_offered_the_others_alone() {
    let world = world(Origin::Registered).await;
    let_in(&world, false).await;
    let ask = Ask::of(&world.apps.web);
    let mut browser = world.browser();
    let login = browser.open(&ask).await;
    let page = browser.sign_in(&login, &world.people.bo).await;
    assert!(page.text().contains("Globex") && !page.text().contains("Acme"), "{}", page.text());
    let form = read_form(&page).fill("decision", "allow");
    let forged = form.clone().fill("tenant", world.tenants.acme.as_str());
    assert_page(&browser.submit(&forged).await, 403);
    let code = Code::of(&browser.submit(&form.fill("tenant", world.tenants.globex.as_str())).await, &ask);
    let tokens = Tokens::of(&world.exchange(&world.apps.web, &code).send().await);
    assert_eq!(claims_of(&tokens.access)["tenant"], world.tenants.globex.as_str());
}

#[tokio::test]
async fn a_page_that_was_open_meanwhile_lets_none_in() {
    let world = world(Origin::Registered).await;
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    let page = browser.sign_in(&login, &world.people.olivia).await;
    let_in(&world, false).await;
    let answer = browser.decide(&page, "allow").await;
    assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
}

/// And a code that was on its way buys nothing.
#[tokio::test]
async fn v09_what_was_allowed_before_stops_within_the_bound_and_goes_on_when_it_may() {
    let world = world(Origin::Registered).await;
    let web = &world.apps.web;
    let (tokens, code) = (world.tokens(web).await, world.code(web).await);
    let gate = world.gate(15);
    assert_eq!(gate.call(READ, &tokens.access).await.name(), "allowed");
    let_in(&world, false).await;
    assert_eq!(gate.call(READ, &tokens.access).await.name(), "allowed", "within the bound");
    world.clock.advance(15);
    assert_eq!(gate.call(READ, &tokens.access).await.name(), "unauthorized");
    let before = world.state().await;
    assert_error(&world.refresh(web, &tokens.refresh).send().await, 400, "invalid_grant");
    assert_error(&world.exchange(web, &code).send().await, 400, "invalid_grant");
    assert_eq!(world.get("/oauth2/userinfo").bearer(&tokens.access).send().await.status(), 401);
    let introspected = world.introspect(web, &tokens.access).send().await.json();
    assert_eq!(introspected, json!({ "active": false }));
    assert_eq!(world.state().await, before);
    let_in(&world, true).await;
    world.clock.advance(15);
    assert_eq!(gate.call(READ, &tokens.access).await.name(), "allowed");
    Tokens::of(&world.refresh(web, &tokens.refresh).send().await);
}

/// A server that nobody let in acts for nobody by what another client got, and the other way round.
#[tokio::test]
async fn s12_an_exchanged_token_stands_with_the_client_that_the_user_let_in() {
    let world = World::start().await;
    let (web, service) = (&world.apps.web, &world.apps.service);
    world.edit_client(&service.client_id, |it| it.grant_types.push(GrantType::TokenExchange)).await;
    let tokens = world.tokens_for(web, &world.people.olivia, "contact.read").await;
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", tokens.access.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
    ];
    let exchanged = Tokens::of(&world.post("/oauth2/token").form(form).by(service).send().await).access;
    assert_eq!(world.gate(0).call(READ, &exchanged).await.name(), "allowed");
    world.edit_client(&web.client_id, |it| it.registration.origin = Origin::Registered).await;
    assert_eq!(world.gate(0).call(READ, &exchanged).await.name(), "allowed");
    let_in(&world, false).await;
    assert_eq!(world.gate(0).call(READ, &exchanged).await.name(), "unauthorized");
}

#[tokio::test]
async fn a_device_is_told_by_a_page() {
    let world = World::start().await;
    let native = &world.apps.native;
    world
        .edit_client(&native.client_id, |it| {
            it.grant_types.push(GrantType::DeviceCode);
            it.registration.origin = Origin::Registered;
        })
        .await;
    let codes = world.authorize_device(native, "contact.read").send().await;
    let mut browser = world.signed_in(&world.people.olivia).await;
    let consent = read_form(&browser.enter_code(&codes.member("user_code")).await);
    let_in(&world, false).await;
    let chosen = consent.fill("decision", "allow").fill("tenant", world.tenants.acme.as_str());
    assert_page(&browser.submit(&chosen).await, 403);
    assert_page(&browser.enter_code(&codes.member("user_code")).await, 403);
    let asked = world.poll_device(native, &codes.member("device_code")).send().await;
    assert_error(&asked, 400, "authorization_pending");
}
