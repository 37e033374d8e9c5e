//! Bursts of refusals and unusual volume: one signal in each window, whoever has counted (S15).
//!
//! Each test goes on for longer than it must: an addition to the table that takes too long on a busy machine is lost,
//! and the next one makes up for it.

use postern_core::audit::{Actor, Event, Kind};
use postern_core::clock::Timestamp;
use postern_core::id::{AccountId, ClientId};
use postern_core::store::KeepTallies as _;
use postern_local::Service;
use postern_testkit::{ACCOUNT_HEADER, Blow, CapturedLog, Gate, Prover, Site, Tokens, World, request};

use crate::dpop::presented;

const READ: &str = "GET /v1/contacts";
const WRITE: &str = "POST /v1/contacts";

/// The signals among these events, by name.
fn signals<'e>(events: &'e [Event], name: &str) -> Vec<&'e Event> {
    let raised = events.iter().filter(|event| event.kind == Kind::Signal);
    raised.filter(|event| event.details.get("signal").is_some_and(|it| it == name)).collect()
}

/// So many requests that a token with the scope `contact.read` may not make.
async fn refused(gate: &Gate, token: &str, times: usize) {
    for _ in 0..times {
        assert_eq!(gate.call(WRITE, token).await.name(), "insufficient_scope");
    }
}

#[tokio::test]
async fn s15_a_burst_of_refusals_raises_one_signal_in_each_window() {
    let world = World::start().await;
    let acme = Some(&world.tenants.acme);
    let token = world.tokens_for(&world.apps.web, &world.people.olivia, "openid contact.read").await.access;
    let (one, other) = (world.gate(300), world.gate(300));
    refused(&one, &token, 40).await;
    refused(&other, &token, 40).await;
    assert!(signals(&world.events(acme).await, "error_burst").is_empty(), "80 are no burst");
    refused(&one, &token, 200).await;
    refused(&other, &token, 200).await;
    let events = world.events(acme).await;
    let [signal] = *signals(&events, "error_burst") else { panic!("one signal: {events:#?}") };
    assert_eq!((&signal.client_id, &signal.actor), (&Some(world.apps.web.client_id.clone()), &Actor::Server));
    assert_eq!(signal.details["of"], "requests");
    assert!(signal.details["count"].parse::<u32>().unwrap() >= 100, "{signal:?}");
    assert!(signal.subject.is_none() && signal.account_id.is_none());
    world.clock.advance(300);
    refused(&world.gate(300), &token, 300).await;
    assert_eq!(signals(&world.events(acme).await, "error_burst").len(), 2);
}

#[tokio::test]
async fn s15_the_metric_counts_a_burst() {
    let world = World::start().await;
    let token = world.tokens_for(&world.apps.web, &world.people.olivia, "openid contact.read").await.access;
    refused(&world.gate(300), &token, 300).await;
    let log = CapturedLog::begin();
    world.events(Some(&world.tenants.acme)).await;
    let text = log.text();
    let raised: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line["event"] == "signal_raised")
        .collect();
    let [line] = raised.as_slice() else { panic!("one line: {text}") };
    assert_eq!(
        (&line["signal"], &line["tenant"]),
        (&"error_burst".into(), &world.tenants.acme.as_str().into())
    );
    assert_eq!(line["client_id"], world.apps.web.client_id.as_str());
}

#[tokio::test]
async fn s15_refusals_cost_a_call_by_the_batch_and_a_fault_changes_no_verdict() {
    let world = World::start().await;
    let token = world.tokens_for(&world.apps.web, &world.people.olivia, "openid contact.read").await.access;
    let gate = world.gate(300);
    refused(&gate, &token, 1).await;
    let before = world.calls(Service::DynamoDb, "UpdateItem");
    refused(&gate, &token, 18).await;
    assert_eq!(world.calls(Service::DynamoDb, "UpdateItem"), before);
    for blow in Blow::all() {
        world.strike(&Site { service: Service::DynamoDb, operation: "UpdateItem".into(), nth: 0 }, blow);
        refused(&gate, &token, 20).await;
        world.faults().clear();
    }
}

#[tokio::test]
async fn s07_what_a_platform_tries_in_vain_is_told_to_its_own_tenant() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let connected = world.connect(platform, &world.people.olivia).await;
    let token = world.platform_token(platform).await;
    let strange = connected.account.replace(world.tenants.acme.as_str().trim_start_matches("ten_"), "0000");
    assert_ne!(strange, connected.account);
    let gate = world.gate(300);
    for _ in 0..300 {
        assert_eq!(gate.call_for(READ, &token, &strange).await.name(), "invalid_connected_account");
    }
    let dump = world.dump().await;
    assert!(!dump.contains("ten_0000"), "{dump}");
    let told: Vec<_> = dump.lines().filter(|line| line.contains("error_burst")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(signals(&world.events(Some(&world.tenants.acme)).await, "error_burst").is_empty());
}

#[tokio::test]
async fn s15_volume_far_above_the_norm_of_an_account() {
    let world = World::start().await;
    let (platform, acme) = (&world.apps.platform, &world.tenants.acme);
    let account = world.connect(platform, &world.people.olivia).await.account;
    let name = format!("volume.{acme}.{}", platform.client_id);
    let store = world.store();
    let add = async |amount: u32| {
        let now = Timestamp::from_secs(world.now());
        // Asked again where the machine is too busy to answer in time: more does no harm here.
        while store.add_to_tally(&name, now.as_secs() / 3_600, amount, now).await.is_err() {}
    };
    add(500).await;
    world.clock.advance(30 * 3_600);
    let (gate, token) = (world.gate(300), world.platform_token(platform).await);
    let call = async |times: usize| {
        for _ in 0..times {
            assert_eq!(gate.call_for(READ, &token, &account).await.name(), "allowed");
        }
    };
    call(200).await;
    assert!(signals(&world.events(Some(acme)).await, "unusual_volume").is_empty(), "nothing unusual");
    add(20_000).await;
    call(400).await;
    let events = world.events(Some(acme)).await;
    let [signal] = *signals(&events, "unusual_volume") else { panic!("one signal: {events:#?}") };
    assert_eq!(signal.account_id.as_ref().map(|it| it.as_str().to_owned()), Some(account.clone()));
    assert_eq!(signal.client_id.as_ref(), Some(&platform.client_id));
}

/// S07: a bound token whose proof comes again and again, for the account of an organisation that never heard of the
/// platform: nothing of it is in that organisation's log.
#[tokio::test]
async fn s07_a_platform_writes_nothing_into_a_strangers_log() {
    let world = World::start().await;
    let (platform, prover) = (&world.apps.platform, Prover::new());
    let token = world.client_credentials(platform, "contact.read").proved_by(&prover).send().await;
    let token = Tokens::of(&token).access;
    let uri = "https://api.test/v1/contacts/con_1";
    let proof = prover.proof_for_token("GET", uri, (world.now(), token.as_str()));
    let mut event = presented(request("GET /v1/contacts/{id}", ""), "DPoP", &token, &[&proof]);
    let account = AccountId::of(&world.tenants.acme);
    event["headers"][ACCOUNT_HEADER.to_lowercase()] = account.as_str().into();
    let gate = world.gate(300);
    assert_eq!(gate.decide(&event).await.name(), "invalid_connected_account");
    for _ in 0..300 {
        assert_eq!(gate.decide(&event).await.name(), "unauthorized");
    }
    assert!(signals(&world.events(Some(&world.tenants.acme)).await, "error_burst").is_empty());
    let home = world.events(Some(&world.tenants.harbour)).await;
    let [signal] = *signals(&home, "error_burst") else { panic!("one signal: {home:#?}") };
    assert_eq!(signal.client_id, Some(platform.client_id.clone()));
}

#[tokio::test]
async fn s15_wrong_secrets_are_counted_wherever_clients_authenticate() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let wrong = postern_testkit::App { secret: Some("posts_wrong".into()), ..platform.clone() };
    for path in ["/oauth2/par", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/deauthorize"] {
        for _ in 0..100 {
            let answer = world.post(path).form([("token", "x")]).by(&wrong).send().await;
            assert_eq!((answer.status(), answer.member("error").as_str()), (401, "invalid_client"));
        }
    }
    let events = world.events(Some(&world.tenants.harbour)).await;
    let [signal] = *signals(&events, "error_burst") else { panic!("one signal: {events:#?}") };
    assert_eq!(
        (signal.details["of"].as_str(), &signal.client_id),
        ("tokens", &Some(platform.client_id.clone()))
    );
}

#[tokio::test]
async fn s15_wrong_secrets_in_the_name_of_a_client() {
    let world = World::start().await;
    let web = &world.apps.web;
    let wrong = postern_testkit::App { secret: Some("posts_wrong".into()), ..web.clone() };
    let unknown = postern_testkit::App { client_id: ClientId::parse("nobody").unwrap(), ..wrong.clone() };
    for app in [&unknown, &wrong] {
        for _ in 0..300 {
            let answer = world.refresh(app, "pstr_x").send().await;
            assert_eq!((answer.status(), answer.member("error").as_str()), (401, "invalid_client"));
        }
    }
    let events = world.events(None).await;
    let [signal] = *signals(&events, "error_burst") else { panic!("one signal: {events:#?}") };
    assert_eq!((signal.details["of"].as_str(), &signal.client_id), ("tokens", &Some(web.client_id.clone())));
    assert!(!world.dump().await.contains("nobody"), "nobody fills the table with names of their own");
}
