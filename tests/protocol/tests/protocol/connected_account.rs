//! Acting for a connected account: the header, who may send it, and everything that bounds the request.

use postern_core::clock::Timestamp;
use postern_core::network::Networks;
use postern_core::standing::Lapse;
use postern_local::Service;
use postern_testkit::{ACCOUNT_HEADER, Connected, Decision, Gate, Tokens, World, event, request};
use serde_json::{Value, json};

const READ: &str = "GET /v1/contacts";

/// A platform with a connection to Acme, and its own token.
async fn connected(world: &World) -> (Connected, String) {
    let connected = world.connect(&world.apps.platform, &world.people.olivia).await;
    (connected, world.platform_token(&world.apps.platform).await)
}

async fn decide(gate: &Gate, event: &Value) -> String {
    gate.decide(event).await.name().to_owned()
}

#[tokio::test]
async fn r8_the_header_decides_for_which_tenant_the_request_is() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    let globex = world.connect(&world.apps.platform, &world.people.gloria).await;
    let gate = world.gate(15);
    for (account, tenant) in [
        (&acme.account, &world.tenants.acme),
        (&globex.account, &world.tenants.globex),
        (&acme.account, &world.tenants.acme),
    ] {
        let Decision::Allowed(answer) = gate.call_for(READ, &token, account).await else {
            panic!("{account}")
        };
        let context = json!({
            "tenant": tenant.as_str(),
            "client_id": world.apps.platform.client_id.as_str(),
            "account": account,
            "scope": "contact.all",
        });
        assert_eq!(answer["context"], context, "g10: ids only");
    }
}

#[tokio::test]
async fn r15_me_with_and_without_the_header() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    let gate = world.gate(0);
    let Decision::Allowed(own) = gate.call("GET /me", &token).await else { panic!() };
    assert_eq!(own["context"]["tenant"], world.tenants.harbour.as_str());
    assert_eq!(own["context"].get("account"), None);
    let Decision::Allowed(theirs) = gate.call_for("GET /me", &token, &acme.account).await else { panic!() };
    assert_eq!(theirs["context"]["tenant"], world.tenants.acme.as_str());
    assert_eq!(theirs["context"].get("user"), None, "nobody's name is borrowed");
    // The connection's own token needs no header.
    let Decision::Allowed(granted) = gate.call("GET /me", &acme.tokens.access).await else { panic!() };
    assert_eq!(granted["context"]["account"], acme.account);
    assert_eq!(granted["context"]["user"], world.people.olivia.user_id.as_str());
}

#[tokio::test]
async fn s06_one_header_in_one_strict_form_whatever_the_gateway() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    let gate = world.gate(15);
    let (name, id) = (ACCOUNT_HEADER, acme.account.as_str());
    let suffix = id.trim_start_matches("acct_");
    let bad = [
        String::new(),
        format!(" {id}"),
        format!("{id} "),
        format!("{id}\t"),
        format!("{id},{id}"),
        format!("{id}, {id}"),
        format!("ACCT_{suffix}"),
        format!("acct%5f{suffix}"),
        format!("acct_{suffix}\u{301}"),
        format!("\"{id}\""),
        world.tenants.acme.as_str().to_owned(),
        "acct_".to_owned(),
        format!("acct_{}", "x".repeat(10_000)),
    ];
    for shape in ["http-1.0", "http-2.0", "rest-request"] {
        let with = |value: &str| {
            let mut event = event(shape);
            event["headers"]["authorization"] = json!(format!("Bearer {token}"));
            event["headers"][name] = json!(value);
            if shape == "rest-request" {
                event["multiValueHeaders"] =
                    json!({"Authorization": [format!("Bearer {token}")], name: [value]});
            }
            event
        };
        assert_eq!(decide(&gate, &with(id)).await, "allowed", "{shape}");
        for value in &bad {
            assert_eq!(decide(&gate, &with(value)).await, "invalid_connected_account", "{shape} {value:?}");
        }
    }
}

#[tokio::test]
async fn s06_two_headers_are_refused_even_where_they_agree() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    let gate = world.gate(15);
    let (bearer, id) = (format!("Bearer {token}"), acme.account.as_str());
    let rest = |headers: Value| {
        let mut event = event("rest-request");
        event["multiValueHeaders"] = headers;
        event
    };
    for headers in [
        json!({"Authorization": [bearer], "Acme-Account": [id, id]}),
        json!({"Authorization": [bearer], "Acme-Account": [id, "acct_other"]}),
        json!({"Authorization": [bearer], "Acme-Account": [id], "acme-account": [id]}),
        json!({"Authorization": [bearer], "ACME-ACCOUNT": [id, ""]}),
    ] {
        assert_eq!(decide(&gate, &rest(headers.clone())).await, "invalid_connected_account", "{headers}");
    }
    let mut two_cases = request(READ, &token);
    two_cases["headers"]["acme-account"] = json!(id);
    two_cases["headers"]["Acme-Account"] = json!(id);
    assert_eq!(decide(&gate, &two_cases).await, "invalid_connected_account");
    // The name has no case (RFC 9110 section 5.1).
    for name in ["acme-account", "ACME-ACCOUNT", "Acme-Account"] {
        assert_eq!(decide(&gate, &rest(json!({"Authorization": [bearer], name: [id]}))).await, "allowed");
    }
}

#[tokio::test]
async fn s07_an_account_of_another_platform_is_like_one_that_never_was() {
    let world = World::start().await;
    let (acme, _) = connected(&world).await;
    let rival = world.platform_token(&world.apps.rival).await;
    let gate = world.gate(0);
    gate.call("GET /me", &rival).await;
    let mut seen = Vec::new();
    for account in [acme.account.as_str(), "acct_nobody", "acct_0000000000000000000000"] {
        let (sites, decision) = world.sites(gate.call_for(READ, &rival, account)).await;
        assert_eq!(decision.name(), "invalid_connected_account", "{account}");
        seen.push((sites, decision));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
    // Nor does it tell who is suspended.
    world.edit_tenant(&world.tenants.acme, |it| it.active = false).await;
    assert_eq!(gate.call_for(READ, &rival, &acme.account).await, seen[0].1);
}

#[tokio::test]
async fn s08_nobody_but_a_platform_may_send_the_header() {
    let world = World::start().await;
    let (acme, _) = connected(&world).await;
    let gate = world.gate(15);
    let user = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.read").await.access;
    let service =
        Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await).access;
    for token in [&user, &service] {
        assert_eq!(gate.call(READ, token).await.name(), "allowed");
        assert_eq!(gate.call_for(READ, token, &acme.account).await.name(), "invalid_connected_account");
    }
}

#[tokio::test]
async fn s12_a_connections_own_token_reaches_no_further_account() {
    let world = World::start().await;
    let (acme, _) = connected(&world).await;
    let globex = world.connect(&world.apps.platform, &world.people.gloria).await;
    let gate = world.gate(15);
    for account in [&globex.account, &acme.account] {
        let decision = gate.call_for(READ, &acme.tokens.access, account).await;
        assert_eq!(decision.name(), "invalid_connected_account", "{account}");
    }
}

#[tokio::test]
async fn s13_modes_never_meet_at_the_api_either() {
    let world = World::start().await;
    let (acme, live) = connected(&world).await;
    let trial = world.connect(&world.apps.sandbox_platform, &world.people.tess).await;
    let tests = world.platform_token(&world.apps.sandbox_platform).await;
    let gate = world.gate(0);
    assert_eq!(gate.call_for(READ, &tests, &trial.account).await.name(), "allowed");
    for (token, account) in [(&live, &trial.account), (&tests, &acme.account)] {
        assert_eq!(gate.call_for(READ, token, account).await.name(), "invalid_connected_account");
    }
    // Even a connection that exists does not join them.
    world.edit_tenant(&world.tenants.acme, |it| it.livemode = false).await;
    world.edit_tenant(&world.tenants.trial, |it| it.livemode = true).await;
    for (token, connected) in [(&live, &acme), (&tests, &trial)] {
        assert_eq!(gate.call_for(READ, token, &connected.account).await.name(), "invalid_connected_account");
        let own = gate.call(READ, &connected.tokens.access).await;
        assert_eq!(own.name(), "invalid_connected_account", "{:?}", Lapse::NotConnected);
    }
}

#[tokio::test]
async fn s16_a_suspended_customer_or_platform_acts_no_more() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    let gate = world.gate(0);
    for tenant in [&world.tenants.acme, &world.tenants.harbour] {
        world.edit_tenant(tenant, |it| it.active = false).await;
        assert_eq!(gate.call_for(READ, &token, &acme.account).await.name(), "tenant_suspended");
        world.edit_tenant(tenant, |it| it.active = true).await;
        assert_eq!(gate.call_for(READ, &token, &acme.account).await.name(), "allowed");
    }
    world.edit_client(&world.apps.platform.client_id, |it| it.active = false).await;
    assert_eq!(gate.call_for(READ, &token, &acme.account).await.name(), "unauthorized");
}

#[tokio::test]
async fn s03_token_client_connection_and_features_bound_together() {
    let world = World::start().await;
    let app = &world.apps.platform;
    let acme = world.connect_for(app, &world.people.olivia, "contact.read contact.write").await;
    let all = world.platform_token(app).await;
    let read = Tokens::of(&world.client_credentials(app, "contact.read").send().await).access;
    let gate = world.gate(0);
    for (token, route, decision) in [
        (&all, READ, "allowed"),
        (&all, "POST /v1/contacts", "allowed"),
        (&all, "DELETE /v1/contacts/{id}", "insufficient_scope"),
        (&read, READ, "allowed"),
        (&read, "POST /v1/contacts", "insufficient_scope"),
        (&acme.tokens.access, "DELETE /v1/contacts/{id}", "insufficient_scope"),
    ] {
        let decided = if *token == acme.tokens.access {
            gate.call(route, token).await
        } else {
            gate.call_for(route, token, &acme.account).await
        };
        assert_eq!(decided.name(), decision, "{route}");
    }
    world.edit_tenant(&world.tenants.acme, |it| it.features = Some(vec!["contact.read".into()])).await;
    assert_eq!(gate.call_for("POST /v1/contacts", &all, &acme.account).await.name(), "insufficient_role");
    assert_eq!(gate.call_for(READ, &all, &acme.account).await.name(), "allowed");
}

#[tokio::test]
async fn a_connection_outlives_whoever_made_it_and_their_tokens_do_not() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    world.edit_account(&world.people.olivia.user_id, |it| it.memberships[0].active = false).await;
    let gate = world.gate(0);
    assert_eq!(gate.call_for(READ, &token, &acme.account).await.name(), "allowed");
    assert_eq!(gate.call(READ, &acme.tokens.access).await.name(), "unauthorized");
    let refresh = world.refresh(&world.apps.platform, &acme.tokens.refresh).send().await;
    postern_testkit::assert_error(&refresh, 400, "invalid_grant");
}

#[tokio::test]
async fn the_account_lives_at_its_domain() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    world.edit_tenant(&world.tenants.acme, |it| it.api_domain = Some("eu.api.test".into())).await;
    let gate = world.gate(0);
    let at = |host: &str| {
        let mut event = request(READ, &token);
        event["headers"]["acme-account"] = json!(acme.account);
        event["requestContext"]["domainName"] = json!(host);
        event
    };
    for (host, decision) in [
        ("eu.api.test", "allowed"),
        ("EU.api.test", "allowed"),
        ("api.test", "domain_mismatch"),
        ("eu.api.test.evil", "domain_mismatch"),
    ] {
        assert_eq!(decide(&gate, &at(host)).await, decision, "{host}");
    }
}

#[tokio::test]
async fn r10_the_platforms_own_networks_count_too() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    let elsewhere = Networks::parse(["203.0.113.0/24"]).unwrap();
    world.edit_client(&world.apps.platform.client_id, |it| it.networks = elsewhere).await;
    assert_eq!(world.gate(0).call_for(READ, &token, &acme.account).await.name(), "ip_not_allowed");
}

#[tokio::test]
async fn a_warm_decision_for_an_account_makes_no_call_and_marks_the_day_once() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    let gate = world.gate(15);
    let updates = || world.calls(Service::DynamoDb, "UpdateItem");
    let before = updates();
    assert_eq!(gate.call_for(READ, &token, &acme.account).await.name(), "allowed");
    assert_eq!(updates() - before, 4, "the day, the count, and the first network, looked for and written");
    let (warm, decision) = world.sites(gate.call_for(READ, &token, &acme.account)).await;
    assert_eq!((warm.len(), decision.name()), (0, "allowed"));
    let used_on = async || {
        let connection = world.connection(&world.tenants.acme, &world.apps.platform).await.unwrap();
        connection.last_used_on.map(Timestamp::as_secs)
    };
    let today = world.now() / 86_400 * 86_400;
    assert_eq!(used_on().await, Some(today));
    // The same day, whoever asks and however: no day is written, and count and network by another process.
    world.clock.advance(20);
    gate.call_for(READ, &token, &acme.account).await;
    assert_eq!(updates() - before, 4);
    world.gate(0).call(READ, &acme.tokens.access).await;
    assert_eq!(updates() - before, 6);
    world.clock.advance(86_400);
    let token = world.platform_token(&world.apps.platform).await;
    let before = updates();
    for _ in 0..3 {
        assert_eq!(gate.call_for(READ, &token, &acme.account).await.name(), "allowed");
    }
    // What was left of yesterday's count, the day, and the network; today's count a second later.
    assert_eq!((updates() - before, used_on().await), (3, Some(today + 86_400)));
    world.clock.advance(1);
    gate.call_for(READ, &token, &acme.account).await;
    assert_eq!(updates() - before, 4);
}

#[tokio::test]
async fn a_refused_request_is_no_use() {
    let world = World::start().await;
    let (acme, token) = connected(&world).await;
    let before = world.state().await;
    let gate = world.gate(0);
    gate.call_for("DELETE /v1/contacts/{id}", &token, &acme.account).await;
    gate.call_for("GET /nowhere", &token, &acme.account).await;
    assert_eq!(world.state().await, before);
}
