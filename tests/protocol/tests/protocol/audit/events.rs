//! One event for each change of each flow, with who, to whom, through what and from where.

use postern_core::audit::{Actor, Event, Kind, Outcome};
use postern_core::clock::Timestamp;
use postern_testkit::{App, Ask, START, Tokens, World, assert_error};

use super::{Reader, kinds};

fn detail<'e>(event: &'e Event, name: &str) -> &'e str {
    event.details.get(name).map(String::as_str).unwrap_or_default()
}

/// What every event of Olivia's grants has.
#[track_caller]
fn assert_about_olivia(world: &World, event: &Event, app: &App) {
    assert_eq!(event.tenant_id.as_ref(), Some(&world.tenants.acme), "{event:#?}");
    assert_eq!(event.client_id.as_ref(), Some(&app.client_id), "{event:#?}");
    assert_eq!(event.network.as_deref(), Some("198.51.100.0/24"), "{event:#?}");
    assert_eq!(event.at, Timestamp::from_secs(world.now()), "{event:#?}");
    assert_eq!((event.account_id.as_ref(), event.pat_id.as_ref()), (None, None), "{event:#?}");
    let olivia = &world.people.olivia.user_id;
    let herself = event.actor == Actor::User(olivia.clone());
    assert_eq!(event.subject.as_ref(), (!herself).then_some(olivia), "{event:#?}");
    assert!(herself || event.actor == Actor::Client(app.client_id.clone()), "{event:#?}");
}

#[tokio::test]
async fn what_an_operator_provides_is_told_to_whom_it_concerns() {
    let world = World::start().await;
    let acme = world.events(Some(&world.tenants.acme)).await;
    let expected = ["client.created", "member.added", "member.added", "member.added", "tenant.created"];
    assert_eq!(kinds(&acme), expected);
    let olivia = acme.iter().find(|it| it.subject.as_ref() == Some(&world.people.olivia.user_id)).unwrap();
    assert_eq!((detail(olivia, "role"), &olivia.actor), ("owner", &Actor::Operator));
    assert_eq!(olivia.at, Timestamp::from_secs(START));
    let globex = world.events(Some(&world.tenants.globex)).await;
    assert_eq!(kinds(&globex), ["member.added", "member.added", "tenant.created"]);
    let deployment = world.events(None).await;
    let count = |kind| deployment.iter().filter(|event| event.kind == kind).count();
    assert_eq!((count(Kind::KeysCreated), count(Kind::UserCreated)), (1, 5));
    assert_eq!((count(Kind::ClientCreated), count(Kind::TenantCreated)), (4, 0));
    assert!(count(Kind::ApiLoaded) >= 1);
}

#[tokio::test]
async fn a_grant_from_consent_to_revocation() {
    let world = World::start().await;
    for app in [&world.apps.web, &world.apps.spa] {
        let mut log = Reader::of(&world).await;
        let code = world.code(app).await;
        let given = log.one(Kind::ConsentGiven).await;
        assert_about_olivia(&world, &given, app);
        assert!(detail(&given, "scope").contains("contact.read") && !detail(&given, "audience").is_empty());
        let first = Tokens::of(&world.exchange(app, &code).send().await);
        let exchanged = log.one(Kind::CodeExchanged).await;
        assert_about_olivia(&world, &exchanged, app);
        assert_eq!(exchanged.grant_id, given.grant_id);
        let second = Tokens::of(&world.refresh(app, &first.refresh).send().await);
        let refreshed = log.one(Kind::TokenRefreshed).await;
        assert_about_olivia(&world, &refreshed, app);
        assert_eq!((detail(&refreshed, "generation"), &refreshed.grant_id), ("2", &given.grant_id));
        world.refresh(app, &first.refresh).send().await;
        assert_about_olivia(&world, &log.one(Kind::RefreshRepeated).await, app);
        // Using a token changes a mark of the grant and tells nothing.
        world.gate(0).call("GET /me", &second.access).await;
        assert!(log.news().await.is_empty());
        world.revoke(app, &second.access).send().await;
        let revoked = log.one(Kind::TokenRevoked).await;
        assert_about_olivia(&world, &revoked, app);
        assert_eq!(revoked.grant_id, given.grant_id);
        world.revoke(app, &second.refresh).send().await;
        assert_about_olivia(&world, &log.one(Kind::GrantRevoked).await, app);
        for token in [&second.access, &second.refresh] {
            world.revoke(app, token).send().await;
        }
        assert_error(&world.refresh(app, &second.refresh).send().await, 400, "invalid_grant");
        assert_error(&world.exchange(app, &code).send().await, 400, "invalid_grant");
        assert!(log.news().await.is_empty(), "what changes nothing tells nothing");
    }
}

#[tokio::test]
async fn a_client_without_rotation_is_seen_refreshing_too() {
    let world = World::start().await;
    let app = &world.apps.steady;
    let tokens = world.tokens(app).await;
    let mut log = Reader::of(&world).await;
    for _ in 0..3 {
        world.refresh(app, &tokens.refresh).send().await;
        let refreshed = log.one(Kind::TokenRefreshed).await;
        assert_about_olivia(&world, &refreshed, app);
        assert_eq!(detail(&refreshed, "generation"), "1");
    }
}

#[tokio::test]
async fn a_replayed_code_and_a_reused_token_are_refusals_that_end_the_grant() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    world.exchange(app, &code).send().await;
    let mut log = Reader::of(&world).await;
    assert_error(&world.exchange(app, &code).send().await, 400, "invalid_grant");
    let news = log.news().await;
    assert_eq!(kinds(&news), ["code.replayed", "signal.raised"]);
    let replayed = news.iter().find(|event| event.kind == Kind::CodeReplayed).unwrap();
    assert_about_olivia(&world, replayed, app);
    assert_eq!(replayed.outcome, Outcome::Refused);
    let first = world.tokens(app).await;
    let second = Tokens::of(&world.refresh(app, &first.refresh).send().await);
    world.gate(0).call("GET /me", &second.access).await;
    world.clock.advance(61);
    log.news().await;
    assert_error(&world.refresh(app, &first.refresh).send().await, 400, "invalid_grant");
    let news = log.news().await;
    assert_eq!(kinds(&news), ["refresh.reused", "signal.raised"]);
    let reused = news.iter().find(|event| event.kind == Kind::RefreshReused).unwrap();
    assert_about_olivia(&world, reused, app);
    assert_eq!(reused.outcome, Outcome::Refused);
}

#[tokio::test]
async fn a_server_that_gets_a_token_leaves_a_trace() {
    let world = World::start().await;
    let app = &world.apps.service;
    let mut log = Reader::of(&world).await;
    let answer = world.client_credentials(app, "contact.read").send().await;
    assert_eq!(answer.status(), 200);
    let issued = log.one(Kind::ClientTokenIssued).await;
    assert_eq!(issued.actor, Actor::Client(app.client_id.clone()));
    assert_eq!((issued.subject.as_ref(), issued.grant_id.as_ref()), (None, None));
    assert_eq!((detail(&issued, "scope"), issued.client_id.as_ref()), ("contact.read", Some(&app.client_id)));
    assert_eq!(issued.network.as_deref(), Some("198.51.100.0/24"));
    world.client_credentials(app, "nothing.known").send().await;
    assert!(log.news().await.is_empty());
}

#[tokio::test]
async fn a_refused_consent_is_told() {
    let world = World::start().await;
    let mut log = Reader::of(&world).await;
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    let page = browser.sign_in(&login, &world.people.olivia).await;
    assert!(log.news().await.is_empty());
    browser.decide(&page, "deny").await;
    let denied = log.one(Kind::ConsentDenied).await;
    assert_about_olivia(&world, &denied, &world.apps.web);
    assert_eq!((denied.outcome, denied.grant_id.as_ref()), (Outcome::Refused, None));
}

#[tokio::test]
async fn what_an_operator_changes_is_told() {
    let world = World::start().await;
    let mut log = Reader::of(&world).await;
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.name = "Acme & Sons".to_owned()).await;
    log.one(Kind::TenantChanged).await;
    let robin = &world.people.robin.user_id;
    world.edit_account(robin, |account| account.memberships[0].role = "owner".to_owned()).await;
    let changed = log.one(Kind::MemberChanged).await;
    assert_eq!((changed.subject.as_ref(), detail(&changed, "role")), (Some(robin), "owner"));
}
