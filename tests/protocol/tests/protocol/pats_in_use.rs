//! Personal access tokens at the authorizer: whoever stands behind them is asked about at every use (PT1, PT3, PT5,
//! PT6, R25).

use postern_core::clock::Timestamp;
use postern_core::credential::PatText;
use postern_core::entropy::OsEntropy;
use postern_core::tenant::Member;
use postern_testkit::{ACCOUNT_HEADER, Decision, Gate, MadePat, World, event};
use serde_json::{Value, json};

const READ: &str = "GET /v1/contacts";
const DELETE: &str = "DELETE /v1/contacts/{id}";

/// `GET /v1/contacts` by payload 2.0, with this token and whatever else `edit` says.
async fn call(gate: &Gate, token: &str, edit: impl FnOnce(&mut Value)) -> Decision {
    let mut event = event("http-2.0");
    event["routeKey"] = json!(READ);
    event["requestContext"]["http"]["method"] = json!("GET");
    event["routeArn"] = json!("arn:aws:execute-api:us-east-1:123456789012:api/$default/GET/v1/contacts");
    event["headers"]["authorization"] = json!(format!("Bearer {token}"));
    edit(&mut event);
    gate.decide(&event).await
}

#[tokio::test]
async fn it_may_do_what_its_scopes_say_for_its_tenant() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read", "contact.write"]).await;
    let gate = world.gate(15);
    let Decision::Allowed(answer) = gate.call(READ, &pat.token).await else { panic!() };
    let context = json!({
        "tenant": world.tenants.acme.as_str(), "user": world.people.olivia.user_id.as_str(),
        "pat_id": pat.id, "scope": "contact.read contact.write",
    });
    assert_eq!(answer["context"], context);
    assert!(!answer.to_string().contains(&pat.token));
    assert_eq!(gate.call("POST /v1/contacts", &pat.token).await.name(), "allowed");
    assert_eq!(gate.call(DELETE, &pat.token).await.name(), "insufficient_scope");
    assert_eq!(gate.call("GET /account/v1/tokens", &pat.token).await.name(), "unauthorized");
}

#[tokio::test]
async fn one_read_when_cold_and_none_when_warm() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await;
    let gate = world.gate(15);
    gate.call(READ, "x.y.z").await;
    let calls = async || world.sites(gate.call(READ, &pat.token)).await.0;
    let cold = calls().await;
    let reads: Vec<_> = cold.iter().filter(|site| site.operation != "UpdateItem").collect();
    assert!(reads.len() == 1 && reads[0].operation == "BatchGetItem", "{cold:?}");
    assert!(calls().await.is_empty());
    world.clock.advance(14);
    assert!(calls().await.is_empty());
    world.clock.advance(1);
    assert_eq!(calls().await.iter().filter(|site| site.operation == "BatchGetItem").count(), 1);
}

#[tokio::test]
async fn pt1_what_only_looks_like_one_costs_no_call() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    let gate = world.gate(15);
    gate.call(READ, "x.y.z").await;
    let edited = |index: usize| {
        let mut text = pat.clone().into_bytes();
        text[index] = if text[index] == b'a' { b'b' } else { b'a' };
        String::from_utf8(text).unwrap()
    };
    let mut forged: Vec<String> = (5..pat.len()).map(edited).collect();
    forged.extend(["pstp_".into(), format!("{pat}0"), pat[..pat.len() - 1].into(), "pstp_a_b_c".into()]);
    let (calls, ()) = world
        .sites(async {
            for token in &forged {
                assert_eq!(gate.call(READ, token).await.name(), "unauthorized", "{token}");
            }
        })
        .await;
    assert!(calls.is_empty(), "{calls:?}");
}

#[tokio::test]
async fn one_that_was_never_made_is_nobodys() {
    let world = World::start().await;
    let (gate, people, tenants) = (world.gate(15), &world.people, &world.tenants);
    for (person, tenant) in [(&people.olivia, &tenants.acme), (&people.gloria, &tenants.acme)] {
        let forged = PatText::mint(&person.user_id, tenant, &OsEntropy);
        assert_eq!(gate.call(READ, forged.expose()).await.name(), "unauthorized");
    }
}

#[tokio::test]
async fn pt3_s03_a_lowered_role_or_a_lost_feature_bites_within_the_bound() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.all"]).await.token;
    let cached = world.gate(15);
    assert_eq!(cached.call(DELETE, &pat).await.name(), "allowed");
    world.edit_account(&world.people.olivia.user_id, |it| it.memberships[0].role = "reader".into()).await;
    assert_eq!(world.gate(0).call(DELETE, &pat).await.name(), "insufficient_role");
    world.clock.advance(15);
    assert_eq!(cached.call(DELETE, &pat).await.name(), "insufficient_role");
    assert_eq!(cached.call(READ, &pat).await.name(), "allowed");
    world.edit_tenant(&world.tenants.acme, |it| it.features = Some(Vec::new())).await;
    world.clock.advance(15);
    assert_eq!(cached.call(READ, &pat).await.name(), "insufficient_role");
}

#[tokio::test]
async fn pt5_it_dies_with_its_makers_membership_within_the_bound() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    let (olivia, acme) = (&world.people.olivia.user_id, &world.tenants.acme);
    let gate = world.gate(15);
    let now = async || {
        world.clock.advance(15);
        gate.call(READ, &pat).await.name().to_owned()
    };
    assert_eq!(now().await, "allowed");
    world.edit_account(olivia, |it| it.memberships[0].active = false).await;
    assert_eq!(gate.call(READ, &pat).await.name(), "allowed", "within the bound");
    assert_eq!(now().await, "unauthorized");
    world.edit_account(olivia, |it| it.memberships[0].active = true).await;
    assert_eq!(now().await, "allowed");
    world.edit_account(olivia, |it| it.user.active = false).await;
    assert_eq!(now().await, "unauthorized");
    world.edit_account(olivia, |it| it.user.active = true).await;
    world.edit_tenant(acme, |it| it.active = false).await;
    assert_eq!(now().await, "tenant_suspended");
    world.edit_tenant(acme, |it| it.active = true).await;
    assert_eq!(now().await, "allowed");
}

#[tokio::test]
async fn v09_marks_void_what_was_made_before_them() {
    let world = World::start().await;
    let (olivia, acme) = (&world.people.olivia, &world.tenants.acme);
    let name = async |token: &str| world.gate(0).call(READ, token).await.name().to_owned();
    for mark in 0..3 {
        let before = world.pat(olivia, &["contact.read"]).await.token;
        assert_eq!(name(&before).await, "allowed");
        world.clock.advance(1);
        let now = Timestamp::from_secs(world.now());
        match mark {
            0 => world.edit_account(&olivia.user_id, |it| it.user.not_before = now).await,
            1 => world.edit_account(&olivia.user_id, |it| it.memberships[0].not_before = now).await,
            _ => world.edit_tenant(acme, |it| it.not_before = now).await,
        }
        assert_eq!(name(&before).await, "unauthorized", "{mark}");
        let after = world.pat(olivia, &["contact.read"]).await.token;
        assert_eq!(name(&after).await, "allowed", "{mark}");
    }
}

#[tokio::test]
async fn it_ends_to_the_second_however_warm_the_process() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    let wanted = json!({ "name": "Short", "scopes": ["contact.read"], "expires_in": 60 });
    let pat = MadePat::of(&world.make_pat(&token, &wanted).send().await).token;
    let gate = world.gate(300);
    assert_eq!(gate.call(READ, &pat).await.name(), "allowed");
    world.clock.advance(59);
    assert_eq!(gate.call(READ, &pat).await.name(), "allowed");
    world.clock.advance(1);
    for gate in [gate, world.gate(0)] {
        assert_eq!(gate.call(READ, &pat).await.name(), "unauthorized");
    }
}

#[tokio::test]
async fn r10_its_networks_bound_it() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    let networks = ["198.51.100.0/24", "203.0.113.9", "2001:db8:1::/48"];
    let wanted = json!({ "name": "Office", "scopes": ["contact.read"], "networks": networks });
    let pat = MadePat::of(&world.make_pat(&token, &wanted).send().await).token;
    let gate = world.gate(15);
    for (address, decision) in [
        ("198.51.100.1", "allowed"),
        ("::ffff:198.51.100.1", "allowed"),
        ("203.0.113.9", "allowed"),
        ("2001:db8:1:2::3", "allowed"),
        ("203.0.113.10", "ip_not_allowed"),
        ("2001:db8:2::1", "ip_not_allowed"),
        ("test-invoke-source-ip", "ip_not_allowed"),
    ] {
        let made = call(&gate, &pat, |event| {
            event["requestContext"]["http"]["sourceIp"] = json!(address);
            event["headers"]["x-forwarded-for"] = json!("198.51.100.1");
        });
        assert_eq!(made.await.name(), decision, "{address}");
    }
}

#[tokio::test]
async fn pt6_only_the_header_carries_it() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    let gate = world.gate(15);
    let (calls, decision) = world
        .sites(call(&gate, &pat, |event| {
            event["headers"].as_object_mut().unwrap().remove("authorization");
            event["rawQueryString"] = json!(format!("access_token={pat}"));
            event["queryStringParameters"] = json!({ "access_token": pat });
            event["cookies"] = json!([format!("access_token={pat}")]);
        }))
        .await;
    assert_eq!((decision.name(), calls.len()), ("unauthorized", 0));
    for scheme in ["Basic", "DPoP", "token"] {
        let made =
            call(&gate, &pat, |event| event["headers"]["authorization"] = json!(format!("{scheme} {pat}")));
        assert_eq!(made.await.name(), "unauthorized", "{scheme}");
    }
}

#[tokio::test]
async fn s12_it_acts_for_no_connected_account() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    let gate = world.gate(15);
    for tenant in [&world.tenants.acme, &world.tenants.globex] {
        let account = tenant.as_str().replace("ten_", "acct_");
        let header = ACCOUNT_HEADER.to_ascii_lowercase();
        let made = call(&gate, &pat, |event| event["headers"][header] = json!(account)).await;
        assert_eq!(made.name(), "invalid_connected_account");
    }
}

#[tokio::test]
async fn s01_a_token_for_one_tenant_says_nothing_for_another() {
    let world = World::start().await;
    let (bo, tenants) = (&world.people.bo, &world.tenants);
    let mut pats = Vec::new();
    for tenant in [&tenants.acme, &tenants.globex] {
        let token = world.account_token_at(bo, tenant).await;
        let wanted = json!({ "name": "Bo's", "scopes": ["contact.read"] });
        pats.push((tenant, MadePat::of(&world.make_pat(&token, &wanted).send().await).token));
    }
    let gate = world.gate(0);
    for (tenant, pat) in &pats {
        let Decision::Allowed(answer) = gate.call(READ, pat).await else { panic!() };
        assert_eq!(answer["context"]["tenant"], tenant.as_str());
    }
    let leave = |member: &mut Member| member.active = member.tenant_id != tenants.acme;
    world.edit_account(&bo.user_id, |it| it.memberships.iter_mut().for_each(leave)).await;
    assert_eq!(gate.call(READ, &pats[0].1).await.name(), "unauthorized");
    assert_eq!(gate.call(READ, &pats[1].1).await.name(), "allowed");
}

#[tokio::test]
async fn the_day_of_its_last_use_is_kept_by_one_write_a_day() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    let token = world.account_token(&world.people.olivia).await;
    let last_used = async || {
        let list = world.get("/account/v1/tokens").bearer(&token).send().await.json();
        list["data"][0]["last_used_on"].clone()
    };
    assert_eq!(last_used().await, Value::Null);
    let gate = world.gate(15);
    let writes = async || {
        let (calls, decision) = world.sites(gate.call(READ, &pat)).await;
        assert_eq!(decision.name(), "allowed");
        calls.iter().filter(|site| site.operation == "UpdateItem").count()
    };
    assert_eq!(writes().await, 1 + 2, "the day, and the first network, looked for and written");
    assert_eq!(last_used().await, world.now() / 86_400 * 86_400);
    world.clock.advance(15);
    assert_eq!(writes().await, 0);
    let (calls, _) = world.sites(world.gate(15).call(READ, &pat)).await;
    assert_eq!(calls.len(), 3 + 1, "another process reads of the day, and sees the network: {calls:?}");
}

/// Whoever makes up names must not push out of the memory what is true.
#[tokio::test]
async fn s10_what_the_table_does_not_have_is_not_remembered() {
    let world = World::start().await;
    let gate = world.gate(15);
    gate.call(READ, "x.y.z").await;
    let forged = PatText::mint(&world.people.olivia.user_id, &world.tenants.acme, &OsEntropy);
    for _ in 0..2 {
        let (calls, decision) = world.sites(gate.call(READ, forged.expose())).await;
        assert_eq!((calls.len(), decision.name()), (1, "unauthorized"), "{calls:?}");
    }
    let own = world.platform_token(&world.apps.platform).await;
    let account = format!("acct_{}", world.tenants.acme.suffix());
    assert_eq!(gate.call_for(READ, &own, &account).await.name(), "invalid_connected_account");
    world.connect(&world.apps.platform, &world.people.olivia).await;
    assert_eq!(gate.call_for(READ, &own, &account).await.name(), "allowed");
}
