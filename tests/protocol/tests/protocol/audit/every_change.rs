//! Each change has exactly one event (R12, S15): one long story that goes through every flow, and then every record of
//! the table's stream is held to it.

use postern_core::audit::Kind;
use postern_core::client::{Client, GrantType};
use postern_core::http::{Method, StatusCode};
use postern_core::openid::LogoutUri;
use postern_core::register::Admission;
use postern_testkit::{Ask, Browser, Connected, Form, PASSWORD, Person, Reply, Tokens, World, assert_error};
use serde_json::{Value, json};

use super::administration::{
    administer_apis, administer_clients, administer_holdings, administer_people, administer_tenant,
};
use crate::admin::{Admin, json_of};
use crate::registration::{Registered, register, token};

const READ: &str = "GET /v1/contacts";
/// Where two apps are told of the ends of sessions: one takes it, one refuses.
const TAKES: &str = "https://web.test/backchannel";
const REFUSES: &str = "https://steady.test/backchannel";

/// Lets apps do what none of a new world may.
async fn prepare(world: &World) {
    let (native, service) = (&world.apps.native.client_id, &world.apps.service.client_id);
    world.edit_client(native, |client| client.grant_types.push(GrantType::DeviceCode)).await;
    world.edit_client(service, |client| client.grant_types.push(GrantType::TokenExchange)).await;
    for (app, at) in [(&world.apps.web, TAKES), (&world.apps.steady, REFUSES)] {
        let uri = LogoutUri::register(at).unwrap();
        let listens = |client: &mut Client| client.openid.backchannel_logout_uri = Some(uri);
        world.edit_client(&app.client_id, listens).await;
    }
    world.web.publish(TAKES, "");
    world.web.answer_posts(REFUSES, (0..9).map(|_| Ok(StatusCode::BAD_REQUEST)));
}

/// A code and what comes of it: exchanged, refreshed, asked for once more, taken back.
async fn live_through_a_grant(world: &World) {
    let web = &world.apps.web;
    let first = world.tokens(web).await;
    let second = Tokens::of(&world.refresh(web, &first.refresh).send().await);
    assert_eq!(Tokens::of(&world.refresh(web, &first.refresh).send().await).text, second.text);
    assert_eq!(world.gate(0).call(READ, &second.access).await.name(), "allowed");
    for token in [&second.access, &second.refresh, &second.refresh] {
        assert_eq!(world.revoke(web, token).send().await.status(), 200);
    }
    let steady = world.tokens(&world.apps.steady).await;
    for _ in 0..2 {
        Tokens::of(&world.refresh(&world.apps.steady, &steady.refresh).send().await);
    }
}

/// A code that is used twice, and a refresh token that comes back after its successor was used.
async fn steal(world: &World) {
    let web = &world.apps.web;
    let code = world.code(web).await;
    Tokens::of(&world.exchange(web, &code).send().await);
    assert_error(&world.exchange(web, &code).send().await, 400, "invalid_grant");
    let first = world.tokens(web).await;
    let second = Tokens::of(&world.refresh(web, &first.refresh).send().await);
    assert_eq!(world.gate(0).call(READ, &second.access).await.name(), "allowed");
    world.clock.advance(61);
    assert_error(&world.refresh(web, &first.refresh).send().await, 400, "invalid_grant");
}

/// A consent that is refused, in a browser and for a device, and a device that is allowed.
async fn decide(world: &World) {
    let (olivia, native) = (&world.people.olivia, &world.apps.native);
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.spa)).await;
    let page = browser.sign_in(&login, olivia).await;
    let refused = browser.decide(&page, "deny").await;
    assert_eq!(refused.returned("error").as_deref(), Some("access_denied"));
    for (decision, status) in [("deny", 400), ("allow", 200)] {
        let codes = world.authorize_device(native, "contact.read").send().await;
        let (device_code, user_code) = (codes.member("device_code"), codes.member("user_code"));
        let pending = world.poll_device(native, &device_code).send().await;
        assert_error(&pending, 400, "authorization_pending");
        assert_eq!(world.decide_device(olivia, &user_code, decision).await.status(), 200);
        assert_eq!(world.poll_device(native, &device_code).send().await.status(), status, "{decision}");
    }
}

/// What servers do by themselves and for people, and what else carries rights.
async fn act(world: &World) {
    let (olivia, service, rival) = (&world.people.olivia, &world.apps.service, &world.apps.rival);
    Tokens::of(&world.client_credentials(service, "contact.read").send().await);
    let tokens = world.tokens_for(&world.apps.web, olivia, "contact.read").await;
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", tokens.access.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
    ];
    Tokens::of(&world.post("/oauth2/token").form(form).by(service).send().await);
    let pat = world.pat(olivia, &["contact.read"]).await;
    let Connected { account, tokens } = world.connect(rival, olivia).await;
    for token in [&pat.token, &tokens.access] {
        assert_eq!(world.gate(0).call(READ, token).await.name(), "allowed");
    }
    world.clock.advance(1);
    world.connect_for(rival, olivia, "contact.read").await;
    assert_eq!(world.deauthorize(rival, &account).send().await.status(), 200);
    assert_eq!(world.revoke_pat(&pat.token).send().await.status(), 200);
}

/// One accepts an invitation, another declines.
async fn answer_invitations(world: &World) {
    let (gloria, robin) = (&world.people.gloria, &world.people.robin);
    let (acme, globex) = (&world.tenants.acme, &world.tenants.globex);
    for (person, tenant, reply, status) in
        [(gloria, acme, Reply::Accept("reader"), 200), (robin, globex, Reply::Decline, 204)]
    {
        world.invited(person, tenant, "reader").await;
        let token = world.account_token(person).await;
        let answer = world.answer_invitation(&token, tenant, reply).send().await;
        assert_eq!(answer.status(), status, "{}", answer.text());
    }
}

/// A client that registers itself, changes itself and leaves.
async fn register_one(world: &World) {
    let process = world.admitting(Admission::Token);
    let (_, admission) = token(world, json!({ "label": "Twice", "uses": 2 })).await;
    let client = Registered::of(&register(&process, json!({})).bearer(&admission).send().await);
    let id = &client.app.client_id;
    let next = json!({ "client_id": id, "client_name": "Next", "redirect_uris": ["https://other.test/cb"] });
    assert_eq!(client.put(&process, &next).send().await.status(), 200);
    assert_eq!(client.manage(&process, Method::DELETE).send().await.status(), 204);
}

/// A browser in which somebody is signed in to both apps that are told of the end.
async fn signed_in(world: &World, person: &Person) -> Browser {
    let mut browser = world.browser();
    for app in [&world.apps.web, &world.apps.steady] {
        assert!(browser.authorize(&Ask::of(app), person).await.returned("code").is_some());
    }
    browser
}

/// Three sessions: one ends by hand, one chooses another password, which ends the third.
async fn end_sessions(world: &World) {
    let robin = &world.people.robin;
    let (mut leaves, mut stays) = (signed_in(world, robin).await, signed_in(world, robin).await);
    signed_in(world, robin).await;
    let page = leaves.visit("/oauth2/logout").await;
    assert_eq!(leaves.submit(&Form::read(page.text()).unwrap()).await.status(), 200);
    let page = stays.visit("/oauth2/password").await;
    let next = "a new password of some length";
    let form = Form::read(page.text()).unwrap().fill("current", PASSWORD).fill("new", next);
    assert_eq!(stays.submit(&form.fill("again", next)).await.status(), 200);
    world.clock.advance(1);
    world.tell_clients().await;
}

/// Everything that operators do.
async fn administer(world: &World) {
    let operator = Admin::operator(world).await;
    administer_holdings(&operator).await;
    let tenant = administer_tenant(&operator).await;
    administer_clients(&operator, &tenant).await;
    administer_people(&operator).await;
    administer_apis(&operator).await;
    json_of(&operator.post(&format!("tenants/{tenant}/suspend"), Value::Null).await, 200);
    assert_eq!(operator.delete(&format!("tenants/{tenant}")).await.status(), 204);
}

#[tokio::test]
async fn r12_every_change_has_one_event_and_every_event_one_change() {
    let world = World::start().await;
    prepare(&world).await;
    live_through_a_grant(&world).await;
    steal(&world).await;
    decide(&world).await;
    act(&world).await;
    answer_invitations(&world).await;
    register_one(&world).await;
    administer(&world).await;
    end_sessions(&world).await;
    let told = world.assert_every_change_is_told().await;
    let unseen: Vec<_> = Kind::ALL.iter().filter(|kind| !told.contains(*kind)).collect();
    assert!(unseen.is_empty(), "the story lacks {unseen:?}");
}
