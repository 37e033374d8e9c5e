//! A credential that servers hold comes from a new network: one signal, once a day, in the log of whom it acts for (S15).

use postern_core::audit::{Actor, Event, Kind};
use postern_core::id::{AccountId, PatId, TenantId};
use postern_local::Service;
use postern_testkit::{ACCOUNT_HEADER, Blow, Gate, Site, Tokens, World, request};

const READ: &str = "GET /v1/contacts";
const HOME: &str = "198.51.100.7";
const NEIGHBOUR: &str = "198.51.100.200";
const ABROAD: &str = "203.0.113.9";
const FAR: &str = "2001:db8:7::1";

/// A request from an address, for an account where one is named, that passes.
async fn used(gate: &Gate, (token, account): (&str, Option<&str>), address: &str) {
    let mut event = request(READ, token);
    event["requestContext"]["http"]["sourceIp"] = address.into();
    if let Some(account) = account {
        event["headers"][ACCOUNT_HEADER.to_lowercase()] = account.into();
    }
    assert_eq!(gate.decide(&event).await.name(), "allowed", "{address}");
}

async fn signals(world: &World, tenant: &TenantId) -> Vec<Event> {
    let mut events = world.events(Some(tenant)).await;
    events.retain(|event| event.details.get("signal").is_some_and(|name| name == "new_network"));
    events
}

#[tokio::test]
async fn s15_a_personal_access_token_from_a_new_network() {
    let world = World::start().await;
    let (acme, pat) = (&world.tenants.acme, world.pat(&world.people.olivia, &["contact.read"]).await);
    let from = async |address: &str| used(&world.gate(15), (&pat.token, None), address).await;
    for address in [HOME, NEIGHBOUR, HOME] {
        from(address).await;
    }
    assert!(signals(&world, acme).await.is_empty(), "the first network, and it again");
    from(ABROAD).await;
    let raised = signals(&world, acme).await;
    let [signal] = raised.as_slice() else { panic!("one signal: {raised:#?}") };
    assert_eq!(
        (signal.kind, &signal.actor, signal.at.as_secs()),
        (Kind::Signal, &Actor::Server, world.now())
    );
    assert_eq!(signal.pat_id.as_ref().map(PatId::as_str), Some(pat.id.as_str()));
    assert_eq!(signal.network.as_deref(), Some("203.0.113.0/24"));
    assert!(signal.client_id.is_none() && signal.subject.is_none());
    from(ABROAD).await;
    from(FAR).await;
    assert_eq!(signals(&world, acme).await.len(), 1, "it is known by now; and another one that day");
    world.clock.advance(86_400);
    from(FAR).await;
    assert_eq!(signals(&world, acme).await.len(), 1, "it is known too");
    from("192.0.2.1").await;
    assert_eq!(signals(&world, acme).await.len(), 2);
}

#[tokio::test]
async fn s15_a_connection_from_a_new_network_by_either_token() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let acme = world.connect(platform, &world.people.olivia).await;
    let own = world.platform_token(platform).await;
    let by_header = (own.as_str(), Some(acme.account.as_str()));
    let by_its_own = (acme.tokens.access.as_str(), None);
    for (credential, address, count) in
        [(by_header, HOME, 0), (by_its_own, HOME, 0), (by_its_own, ABROAD, 1), (by_header, ABROAD, 1)]
    {
        used(&world.gate(15), credential, address).await;
        assert_eq!(signals(&world, &acme.tenant()).await.len(), count, "{address}");
    }
    let raised = signals(&world, &acme.tenant()).await;
    assert_eq!(raised[0].client_id.as_ref(), Some(&platform.client_id));
    assert_eq!(raised[0].account_id.as_ref().map(AccountId::as_str), Some(acme.account.as_str()));
    // What it does for others, and for itself, is theirs.
    let globex = world.connect(platform, &world.people.gloria).await;
    used(&world.gate(15), (&own, Some(&globex.account)), ABROAD).await;
    used(&world.gate(15), (&own, None), HOME).await;
    assert!(signals(&world, &globex.tenant()).await.is_empty());
    used(&world.gate(15), (&own, None), ABROAD).await;
    let home = signals(&world, &world.tenants.harbour).await;
    assert!(home.len() == 1 && home[0].account_id.is_none(), "{home:#?}");
}

#[tokio::test]
async fn s15_people_travel_and_servers_do_not() {
    let world = World::start().await;
    let acme = &world.tenants.acme;
    let user = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.read").await.access;
    let service = world.client_credentials(&world.apps.service, "contact.read").send().await;
    for (token, count) in [(user, 0), (Tokens::of(&service).access, 1)] {
        for address in [HOME, ABROAD] {
            used(&world.gate(15), (&token, None), address).await;
        }
        assert_eq!(signals(&world, acme).await.len(), count);
    }
}

/// S07: what is refused has proved nothing, and is remembered nowhere.
#[tokio::test]
async fn s07_what_is_refused_comes_from_nowhere() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    used(&world.gate(15), (&pat, None), HOME).await;
    let before = world.dump().await;
    let mut event = request("DELETE /v1/contacts/{id}", &pat);
    event["requestContext"]["http"]["sourceIp"] = ABROAD.into();
    assert_eq!(world.gate(15).decide(&event).await.name(), "insufficient_scope");
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a_network_costs_a_process_one_write_a_day_and_a_fault_no_verdict() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    let (gate, updates) = (world.gate(300), || world.calls(Service::DynamoDb, "UpdateItem"));
    used(&gate, (&pat, None), HOME).await;
    let before = updates();
    for _ in 0..5 {
        used(&gate, (&pat, None), NEIGHBOUR).await;
    }
    assert_eq!(updates(), before);
    used(&world.gate(300), (&pat, None), HOME).await;
    assert_eq!(updates(), before + 1, "another process says that it is still used there");
    for blow in Blow::all() {
        world.strike(&Site { service: Service::DynamoDb, operation: "UpdateItem".into(), nth: 0 }, blow);
        used(&world.gate(300), (&pat, None), ABROAD).await;
        world.faults().clear();
    }
}

/// Each of several processes at once finds a network of its own: none is lost, and one of them tells.
#[tokio::test]
async fn db06_networks_that_come_at_once_are_all_kept() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    used(&world.gate(15), (&pat, None), HOME).await;
    let gates = [world.gate(15), world.gate(15)];
    tokio::join!(used(&gates[0], (&pat, None), ABROAD), used(&gates[1], (&pat, None), FAR));
    assert_eq!(signals(&world, &world.tenants.acme).await.len(), 1);
    let dump = world.dump().await;
    let kept = dump.lines().find(|line| line.contains("WATCH#networks.")).unwrap();
    for network in ["198.51.100.0/24", "203.0.113.0/24", "2001:db8:7::/"] {
        assert!(kept.contains(network), "{kept}");
    }
}
