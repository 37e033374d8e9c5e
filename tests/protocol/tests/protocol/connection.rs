//! The life of a connection: renewed, ended, begun afresh, by whom and in which order.

use postern_core::audit::{Actor, Event, Kind};
use postern_core::clock::Timestamp;
use postern_core::http::Call;
use postern_core::id::{InvocationId, TenantId};
use postern_core::network::Networks;
use postern_core::store::{Disconnected, EndConnections as _, ManageConnections as _, Written};
use postern_testkit::{App, Ask, Code, Tokens, World, assert_error};

const API: &str = "https://api.test";
const READ: &str = "GET /v1/contacts";
const WRITE: &str = "POST /v1/contacts";

/// An event of a customer's, as a function behind the authorizer makes it.
fn event(world: &World, kind: Kind, id: &str) -> Event {
    let call = Call {
        invocation: InvocationId::parse(id).unwrap(),
        source: None,
        deadline: Timestamp::from_secs(world.now() + 10),
        caller: None,
    };
    let actor = Actor::User(world.people.olivia.user_id.clone());
    Event::new(kind, actor, &call, Timestamp::from_secs(world.now())).in_tenant(&world.tenants.acme)
}

async fn disconnect(world: &World, tenant: &TenantId, app: &App, id: &str) -> Disconnected {
    let event = event(world, Kind::ConnectionRevoked, id);
    world.store().disconnect(tenant, &app.client_id, &event).await.unwrap()
}

/// A code of the platform for Acme, by Olivia.
async fn code(world: &World, scope: &str) -> Code {
    world.code_for(&Ask::of(&world.apps.platform).with("scope", scope), &world.people.olivia).await
}

/// What the platform may do by its own token.
async fn decisions(world: &World, account: &str) -> [String; 2] {
    let (gate, token) = (world.gate(0), world.platform_token(&world.apps.platform).await);
    let read = gate.call_for(READ, &token, account).await.name().to_owned();
    [read, gate.call_for(WRITE, &token, account).await.name().to_owned()]
}

#[tokio::test]
async fn r7_authorizing_again_keeps_the_id_and_replaces_the_scopes() {
    let world = World::start().await;
    let (app, olivia, acme) = (&world.apps.platform, &world.people.olivia, &world.tenants.acme);
    let first = world.connect_for(app, olivia, "contact.read").await;
    let begun = world.connection(acme, app).await.unwrap();
    world.clock.advance(10);
    let wider = world.connect_for(app, &world.people.bo, "contact.read contact.write").await;
    assert_eq!(wider.account, first.account);
    assert_eq!(decisions(&world, &first.account).await, ["allowed", "allowed"]);
    let renewed = world.connection(acme, app).await.unwrap();
    assert_eq!((renewed.created_at, renewed.not_before), (begun.created_at, begun.not_before));
    assert_eq!(renewed.updated_at.since(begun.updated_at), 10);
    assert_eq!(renewed.apis[API].authorized_by, world.people.bo.user_id);
    world.clock.advance(10);
    let narrower = world.connect_for(app, olivia, "contact.write").await;
    assert_eq!(narrower.account, first.account);
    assert_eq!(decisions(&world, &first.account).await, ["insufficient_scope", "allowed"]);
    // Older tokens of the same connection live on, within the scopes of now.
    let gate = world.gate(0);
    assert_eq!(gate.call(WRITE, &wider.tokens.access).await.name(), "allowed");
    assert_eq!(gate.call(READ, &wider.tokens.access).await.name(), "insufficient_scope");
    let refreshed = Tokens::of(&world.refresh(app, &wider.tokens.refresh).send().await);
    assert_eq!(refreshed.body["scope"], "contact.write", "s03: a refresh shrinks to the connection");
    assert_error(&world.refresh(app, &first.tokens.refresh).send().await, 400, "invalid_grant");
    let named = world.refresh(app, &first.tokens.refresh).form([("scope", "contact.read")]);
    assert_error(&named.send().await, 400, "invalid_scope");
}

#[tokio::test]
async fn s09_a_connection_that_ended_serves_nobody() {
    let world = World::start().await;
    let (app, acme) = (&world.apps.platform, &world.tenants.acme);
    let connected = world.connect(app, &world.people.olivia).await;
    let (token, gate) = (world.platform_token(app).await, world.gate(15));
    assert_eq!(gate.call_for(READ, &token, &connected.account).await.name(), "allowed");
    assert_eq!(gate.call(READ, &connected.tokens.access).await.name(), "allowed");
    let ended = disconnect(&world, acme, app, "by-the-customer").await;
    assert!(matches!(ended, Disconnected::Committed(_)), "{ended:?}");
    // At once for who reads afresh, within the stated bound for everybody.
    assert_eq!(world.gate(0).call_for(READ, &token, &connected.account).await.name(), "connection_revoked");
    world.clock.advance(15);
    assert_eq!(gate.call_for(READ, &token, &connected.account).await.name(), "connection_revoked");
    assert_eq!(gate.call(READ, &connected.tokens.access).await.name(), "connection_revoked");
    assert_error(&world.refresh(app, &connected.tokens.refresh).send().await, 400, "invalid_grant");
    for token in [&connected.tokens.access, &connected.tokens.refresh] {
        assert_eq!(world.introspect(app, token).send().await.json()["active"], false);
    }
}

#[tokio::test]
async fn who_connects_again_begins_afresh() {
    let world = World::start().await;
    let (app, olivia, acme) = (&world.apps.platform, &world.people.olivia, &world.tenants.acme);
    let earlier = world.connect(app, olivia).await;
    let begun = world.connection(acme, app).await.unwrap();
    world.clock.advance(1);
    let _ended = disconnect(&world, acme, app, "end").await;
    world.clock.advance(1);
    let later = world.connect_for(app, olivia, "contact.read").await;
    assert_eq!(later.account, earlier.account);
    let connection = world.connection(acme, app).await.unwrap();
    assert!(connection.is_active() && connection.created_at == begun.created_at);
    assert_eq!(connection.not_before.as_secs(), world.now());
    let gate = world.gate(0);
    assert_eq!(gate.call(READ, &later.tokens.access).await.name(), "allowed");
    assert_eq!(gate.call(READ, &earlier.tokens.access).await.name(), "unauthorized");
    assert_error(&world.refresh(app, &earlier.tokens.refresh).send().await, 400, "invalid_grant");
    Tokens::of(&world.refresh(app, &later.tokens.refresh).send().await);
}

#[tokio::test]
async fn s09_a_consent_from_before_the_end_connects_nobody() {
    let world = World::start().await;
    let (app, acme) = (&world.apps.platform, &world.tenants.acme);
    let connected = world.connect(app, &world.people.olivia).await;
    for pause in [0, 1] {
        world.clock.advance(5);
        let stale = code(&world, "contact.read").await;
        world.clock.advance(pause);
        let _ended = disconnect(&world, acme, app, &format!("end-{pause}")).await;
        let before = world.dump().await;
        assert_error(&world.exchange(app, &stale).send().await, 400, "invalid_grant");
        assert_eq!(world.dump().await, before);
        assert_eq!(decisions(&world, &connected.account).await[0], "connection_revoked");
        world.clock.advance(1);
        world.connect(app, &world.people.olivia).await;
    }
}

/// Ended, consented to, and ended once more before the code was exchanged: the last word is the end's.
#[tokio::test]
async fn s09_ending_what_has_ended_voids_the_consents_given_since() {
    let world = World::start().await;
    let (app, acme) = (&world.apps.platform, &world.tenants.acme);
    let account = world.connect(app, &world.people.olivia).await.account;
    for by_the_platform in [true, false] {
        for _ in 0..2 {
            world.clock.advance(1);
            world.deauthorize(app, &account).send().await;
        }
        world.clock.advance(1);
        let stale = code(&world, "contact.read").await;
        world.clock.advance(1);
        if by_the_platform {
            assert_eq!(world.deauthorize(app, &account).send().await.status(), 200);
        } else {
            let token = world.account_token(&world.people.olivia).await;
            let path = format!("/account/v1/connections/{}", app.client_id);
            let ended = world.request("DELETE".parse().unwrap(), &path).bearer(&token).send().await;
            assert_eq!(ended.status(), 204, "{}", ended.text());
        }
        assert_eq!(world.connection(acme, app).await.unwrap().revoked_at.unwrap().as_secs(), world.now());
        assert_error(&world.exchange(app, &stale).send().await, 400, "invalid_grant");
        assert_eq!(decisions(&world, &account).await[0], "connection_revoked");
    }
}

#[tokio::test]
async fn an_older_consent_does_not_come_back_over_a_later_one() {
    let world = World::start().await;
    let app = &world.apps.platform;
    let wide = code(&world, "contact.all").await;
    world.clock.advance(1);
    let narrow = code(&world, "contact.read").await;
    Tokens::of(&world.exchange(app, &narrow).send().await);
    assert_error(&world.exchange(app, &wide).send().await, 400, "invalid_grant");
    let connection = world.connection(&world.tenants.acme, app).await.unwrap();
    assert_eq!(connection.scopes_for(API).unwrap().to_string(), "contact.read");
}

#[tokio::test]
async fn the_platform_ends_a_connection_by_its_id() {
    let world = World::start().await;
    let app = &world.apps.platform;
    let connected = world.connect(app, &world.people.olivia).await;
    let first = world.deauthorize(app, &connected.account).send().await;
    assert_eq!((first.status(), first.member("connected_account_id")), (200, connected.account.clone()));
    assert_eq!(decisions(&world, &connected.account).await, ["connection_revoked", "connection_revoked"]);
    world.clock.advance(5);
    let again = world.instance().deauthorize(app, &connected.account).send().await;
    assert_eq!((again.status(), again.text()), (200, first.text()));
    let before = world.dump().await;
    let at_once = world.instance().deauthorize(app, &connected.account).send().await;
    assert_eq!((at_once.status(), at_once.text()), (200, first.text()));
    assert_eq!(world.dump().await, before, "it has ended in this very second");
}

#[tokio::test]
async fn s07_a_platform_ends_nobody_elses_connection_and_learns_nothing() {
    let world = World::start().await;
    let (app, rival) = (&world.apps.platform, &world.apps.rival);
    let connected = world.connect(app, &world.people.olivia).await;
    world.deauthorize(rival, "acct_warm").send().await;
    let mut seen = Vec::new();
    for account in [connected.account.as_str(), "acct_nobody", "acct_0000000000000000000000"] {
        let (sites, answer) = world.sites(world.deauthorize(rival, account).send()).await;
        assert_error(&answer, 400, "invalid_request");
        seen.push((sites, answer.text().to_owned()));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
    for malformed in ["acct_", "ten_a", " acct_a", "acct_a,acct_b", &"a".repeat(10_000)] {
        assert_eq!(world.deauthorize(rival, malformed).send().await.text(), seen[0].1, "{malformed}");
    }
    assert_eq!(decisions(&world, &connected.account).await, ["allowed", "allowed"]);
}

#[tokio::test]
async fn only_a_platform_that_proves_itself_ends_a_connection() {
    let world = World::start().await;
    let account = world.connect(&world.apps.platform, &world.people.olivia).await.account;
    let wrong = App { secret: Some("wrong".into()), ..world.apps.platform.clone() };
    assert_error(&world.deauthorize(&wrong, &account).send().await, 401, "invalid_client");
    for app in [&world.apps.web, &world.apps.service, &world.apps.spa] {
        assert_error(&world.deauthorize(app, &account).send().await, 400, "unauthorized_client");
    }
    let missing = world.post("/oauth2/deauthorize").form([("x", "y")]).by(&world.apps.platform);
    assert_error(&missing.send().await, 400, "invalid_request");
    assert_error(&world.get("/oauth2/deauthorize").send().await, 405, "invalid_request");
    assert_eq!(decisions(&world, &account).await, ["allowed", "allowed"]);
}

#[tokio::test]
async fn revoking_a_connections_refresh_token_ends_that_grant_alone() {
    let world = World::start().await;
    let app = &world.apps.platform;
    let connected = world.connect(app, &world.people.olivia).await;
    assert_eq!(world.revoke(app, &connected.tokens.refresh).send().await.status(), 200);
    assert_eq!(world.gate(0).call(READ, &connected.tokens.access).await.name(), "unauthorized");
    assert_eq!(decisions(&world, &connected.account).await, ["allowed", "allowed"]);
}

#[tokio::test]
async fn the_customers_verbs_see_their_own_connections_alone() {
    let world = World::start().await;
    let (app, rival, people) = (&world.apps.platform, &world.apps.rival, &world.people);
    world.connect(app, &people.olivia).await;
    world.connect(rival, &people.olivia).await;
    world.connect(app, &people.gloria).await;
    let of = async |tenant| world.store().load_connections(tenant).await.unwrap();
    assert_eq!((of(&world.tenants.acme).await.len(), of(&world.tenants.globex).await.len()), (2, 1));
    assert!(of(&world.tenants.trial).await.is_empty());
    let absent = disconnect(&world, &world.tenants.globex, rival, "end-1").await;
    assert!(matches!(absent, Disconnected::Absent), "{absent:?}");
    // One invocation delivered twice is told the same twice; another one finds it done.
    for (id, committed) in [("end-2", true), ("end-2", true), ("end-3", false)] {
        let ended = disconnect(&world, &world.tenants.acme, rival, id).await;
        assert_eq!(matches!(ended, Disconnected::Committed(_)), committed, "{id} {ended:?}");
    }
    let acme = of(&world.tenants.acme).await;
    assert_eq!(acme.iter().filter(|it| it.is_active()).count(), 1, "ended ones are shown too");
}

#[tokio::test]
async fn r10_a_connection_may_be_bound_to_networks() {
    let world = World::start().await;
    let (app, acme) = (&world.apps.platform, &world.tenants.acme);
    let connected = world.connect(app, &world.people.olivia).await;
    for (number, (network, decision)) in
        [("198.51.100.0/24", "allowed"), ("203.0.113.0/24", "ip_not_allowed")].into_iter().enumerate()
    {
        let networks = Networks::parse([network]).unwrap();
        let event = event(&world, Kind::ConnectionChanged, &format!("change-{number}"));
        let seen = world.connection(acme, app).await.unwrap();
        let changed = world.store().restrict_connection(&seen, &networks, &event).await;
        assert!(matches!(changed, Ok(Written::Committed(_))), "{changed:?}");
        assert_eq!(decisions(&world, &connected.account).await[0], decision, "{network}");
        assert_eq!(world.gate(0).call(READ, &connected.tokens.access).await.name(), decision, "{network}");
    }
    // Authorizing again keeps them.
    let seen = world.connection(acme, app).await.unwrap();
    world.clock.advance(1);
    world.connect(app, &world.people.olivia).await;
    assert_eq!(decisions(&world, &connected.account).await[0], "ip_not_allowed");
    // S03: what was allowed of the connection as it was seen is not allowed of what it has become.
    let free = event(&world, Kind::ConnectionChanged, "change-late");
    let late = world.store().restrict_connection(&seen, &Networks::default(), &free).await.unwrap();
    assert!(matches!(late, Written::Conflict), "{late:?}");
    assert_eq!(decisions(&world, &connected.account).await[0], "ip_not_allowed");
}
