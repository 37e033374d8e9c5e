//! Personal access tokens at the endpoints of OAuth: of no use there, but to be revoked by whoever has one (PT4, PT7).

use postern_core::audit::Kind;
use postern_core::credential::{PAT_PATTERN, PatText};
use postern_core::entropy::OsEntropy;
use postern_testkit::{CapturedLog, VERIFIER, World, assert_error};
use regex::Regex;
use serde_json::json;

const READ: &str = "GET /v1/contacts";

#[tokio::test]
async fn pt4_no_endpoint_takes_it_for_anything_else() {
    let world = World::start().await;
    let (app, log) = (&world.apps.web, CapturedLog::begin());
    let pat = world.pat(&world.people.olivia, &["contact.all"]).await.token;
    let before = world.dump().await;
    let id = app.client_id.as_str();
    let form = [("grant_type", "client_credentials"), ("scope", "contact.read")];
    let as_secret = world.post("/oauth2/token").form(form).basic(id, &pat);
    assert_error(&as_secret.send().await, 401, "invalid_client");
    let as_client = world.post("/oauth2/token").form(form).basic(&pat, "x");
    assert_error(&as_client.send().await, 401, "invalid_client");
    let as_bearer = world.post("/oauth2/token").form(form).bearer(&pat);
    assert_eq!(as_bearer.send().await.status(), 401);
    assert_error(&world.refresh(app, &pat).send().await, 400, "invalid_grant");
    let code = [
        ("grant_type", "authorization_code"),
        ("code", &pat),
        ("redirect_uri", &app.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    assert_error(&world.post("/oauth2/token").form(code).by(app).send().await, 400, "invalid_grant");
    assert_error(&world.userinfo(&pat).send().await, 401, "invalid_token");
    let told = world.introspect(app, &pat).send().await;
    assert_eq!((told.status(), told.json()), (200, json!({ "active": false })));
    assert!(world.dump().await == before, "nothing was written");
    assert_eq!(world.gate(0).call(READ, &pat).await.name(), "allowed");
    assert!(!log.text().contains(&pat));
}

#[tokio::test]
async fn pt7_whoever_has_it_ends_it() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await;
    let gate = world.gate(15);
    assert_eq!(gate.call(READ, &pat.token).await.name(), "allowed");
    for _ in 0..2 {
        let answer = world.revoke_pat(&pat.token).send().await;
        assert_eq!((answer.status(), answer.text()), (200, ""));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        world.clock.advance(1);
    }
    assert_eq!(world.gate(0).call(READ, &pat.token).await.name(), "unauthorized");
    world.clock.advance(14);
    assert_eq!(gate.call(READ, &pat.token).await.name(), "unauthorized");
    let mut told = world.events(Some(&world.tenants.acme)).await;
    told.retain(|event| event.kind == Kind::PatRevoked);
    let [told] = told.as_slice() else { panic!("one end: {told:?}") };
    assert!(told.pat_id.as_ref().is_some_and(|it| it.as_str() == pat.id), "{told:?}");
    let token = world.account_token(&world.people.olivia).await;
    let listed = world.get("/account/v1/tokens").bearer(&token).send().await.json();
    assert_eq!(listed["data"][0]["revoked_at"], world.now() - 16);
}

#[tokio::test]
async fn pt7_a_client_beside_it_changes_nothing() {
    let world = World::start().await;
    for wrong in [false, true] {
        let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
        let secret = if wrong { "wrong" } else { world.apps.web.secret.as_deref().unwrap() };
        let draft = world.revoke_pat(&pat).basic(world.apps.web.client_id.as_str(), secret);
        assert_eq!(draft.send().await.status(), 200);
        assert_eq!(world.gate(0).call(READ, &pat).await.name(), "unauthorized");
    }
}

#[tokio::test]
async fn pt7_what_is_nobodys_is_answered_alike_and_changes_nothing() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    let before = world.dump().await;
    let (olivia, acme) = (&world.people.olivia.user_id, &world.tenants.acme);
    let unknown = PatText::mint(olivia, acme, &OsEntropy).expose().to_owned();
    let edited = format!("{}{}", &pat[..pat.len() - 1], if pat.ends_with('a') { 'b' } else { 'a' });
    for (text, reads) in
        [(unknown.as_str(), 1), (&edited, 0), ("pstp_", 0), (&format!("pstp_{}", "x".repeat(10_000)), 0)]
    {
        let (calls, answer) = world.sites(world.revoke_pat(text).send()).await;
        assert_eq!((answer.status(), answer.text(), calls.len()), (200, "", reads), "{text:.80}");
    }
    assert!(world.dump().await == before, "nothing was written");
    assert_eq!(world.gate(0).call(READ, &pat).await.name(), "allowed");
}

#[tokio::test]
async fn the_published_expression_finds_it_in_whatever_it_leaked_into() {
    let world = World::start().await;
    let expression = Regex::new(PAT_PATTERN).unwrap();
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    for text in [
        pat.clone(),
        format!("curl -H 'Authorization: Bearer {pat}' https://x"),
        format!("TOKEN={pat}\n"),
        format!("\"{pat}\""),
    ] {
        assert_eq!(expression.find(&text).unwrap().as_str(), pat);
    }
    let page = include_str!("../../../../docs/personal-access-tokens.md");
    assert!(page.contains(PAT_PATTERN), "published as it is");
    for other in [&pat[..pat.len() - 1], "pstp_", "pstr_a_b_c", &pat.replace('_', "-")] {
        assert!(!expression.is_match(other), "{other}");
    }
}
