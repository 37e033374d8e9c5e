//! Which consents are asked for again.

use postern_core::lifetime::{CLIENT_CACHE, GRANT};
use postern_core::param::RedirectUri;
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Answer, Ask, Blow, Browser, Code, Form, Site, Tokens, World, assert_page};

fn is_asked(answer: &Answer) -> bool {
    answer.text().contains("id=\"allow\"")
}

/// A browser whose user has allowed the web app its usual request.
async fn after_consent(world: &World) -> Browser {
    let mut browser = world.browser();
    let answer = browser.authorize(&Ask::of(&world.apps.web), &world.people.olivia).await;
    assert!(answer.returned("code").is_some());
    browser
}

#[tokio::test]
async fn a16_the_same_request_is_not_asked_again() {
    let world = World::start().await;
    let mut browser = after_consent(&world).await;
    let ask = Ask::of(&world.apps.web).with("state", "st-2").with("nonce", "n-2");
    let answer = browser.open(&ask).await;
    assert!(answer.returned("code").is_some(), "{}", answer.text());
    assert_eq!((answer.status(), answer.returned("state").as_deref()), (303, Some("st-2")));
}

#[tokio::test]
async fn a16_change_one_part_and_it_is_asked_again() {
    let world = World::start().await;
    let second = RedirectUri::register("https://app.test/second").unwrap();
    world.edit_client(&world.apps.web.client_id, |client| client.redirect_uris.push(second)).await;
    let mut browser = after_consent(&world).await;
    let ask = Ask::of(&world.apps.web);
    for changed in [
        ask.clone().with("scope", "openid profile email offline_access contact.read contact.write"),
        ask.clone().with("scope", "openid"),
        ask.clone().with("redirect_uri", "https://app.test/second"),
        Ask::of(&world.apps.steady),
    ] {
        assert!(is_asked(&browser.open(&changed).await), "{changed:?}");
    }
    browser.jar.put("__Host-sid", "");
    let login = browser.open(&ask).await;
    assert!(is_asked(&browser.sign_in(&login, &world.people.robin).await), "another user");
}

#[tokio::test]
async fn a16_another_tenant_is_another_consent() {
    let world = World::start().await;
    let mut browser = after_consent(&world).await;
    // Olivia moves from Acme to Globex.
    let globex = world.tenants.globex.clone();
    world
        .edit_account(&world.people.olivia.user_id, |account| {
            let mut member = account.memberships[0].clone();
            account.memberships[0].active = false;
            member.tenant_id = globex;
            account.memberships.push(member);
        })
        .await;
    let page = browser.open(&Ask::of(&world.apps.web)).await;
    assert!(is_asked(&page) && page.text().contains("Globex"));
}

#[tokio::test]
async fn who_belongs_to_several_tenants_is_always_asked() {
    let world = World::start().await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.web);
    assert!(browser.authorize(&ask, &world.people.bo).await.returned("code").is_some());
    assert!(is_asked(&browser.open(&ask).await));
}

#[tokio::test]
async fn a15_an_app_that_anybody_may_claim_to_be_is_always_asked() {
    let world = World::start().await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.native);
    for _ in 0..2 {
        assert!(browser.authorize(&ask, &world.people.olivia).await.returned("code").is_some());
        assert!(is_asked(&browser.open(&ask).await));
    }
}

#[tokio::test]
async fn a_consent_is_forgotten_with_its_grant() {
    let world = World::start().await;
    after_consent(&world).await;
    for (seconds, asked) in [(GRANT - 1, false), (1, true)] {
        world.clock.advance(seconds);
        let mut browser = world.browser();
        let login = browser.open(&Ask::of(&world.apps.web)).await;
        assert_eq!(is_asked(&browser.sign_in(&login, &world.people.olivia).await), asked);
    }
}

#[tokio::test]
async fn a21_a_remembered_consent_serves_no_suspended_tenant() {
    let world = World::start().await;
    let mut browser = after_consent(&world).await;
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.active = false).await;
    assert_page(&browser.open(&Ask::of(&world.apps.web)).await, 403);
}

/// After the grant is written nothing may fail but delivery: the memory comes first.
#[tokio::test]
async fn a_consent_that_cannot_be_remembered_can_be_given_again() {
    let world = World::start().await;
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    let consent = browser.sign_in(&login, &world.people.olivia).await;
    for nth in [0, 1] {
        let put = Site { service: Service::DynamoDb, operation: "PutItem".into(), nth };
        world.strike(&put, Blow { kind: FaultKind::Throttle, moment: Moment::BeforeEffect, times: 3 });
        assert_page(&browser.decide(&consent, "allow").await, 503);
        world.faults().clear();
    }
    let answer = browser.submit(&Form::read(consent.text()).unwrap().fill("decision", "allow")).await;
    assert!(answer.returned("code").is_some(), "{}", answer.text());
}

/// A client that revokes its refresh token has given back what the person allowed.
#[tokio::test]
async fn v01_a_revoked_grant_is_asked_for_again() {
    let world = World::start().await;
    let (app, ask) = (&world.apps.web, Ask::of(&world.apps.web));
    let mut browser = world.signed_in(&world.people.olivia).await;
    let code = Code::of(&browser.authorize(&ask, &world.people.olivia).await, &ask);
    let tokens = Tokens::of(&world.exchange(app, &code).send().await);
    world.clock.advance(1);
    assert!(!is_asked(&browser.open(&ask).await));
    assert_eq!(world.revoke(app, &tokens.refresh).send().await.status(), 200);
    assert!(is_asked(&browser.open(&ask).await));
    world.clock.advance(1);
    browser.authorize(&ask, &world.people.olivia).await;
    assert!(!is_asked(&browser.open(&ask).await), "a consent of after the revocation counts");
}

#[tokio::test]
async fn v09_a_revocation_forgets_nothing_of_others() {
    let world = World::start().await;
    let tokens = world.tokens_for(&world.apps.web, &world.people.robin, "contact.read offline_access").await;
    let mut browser = after_consent(&world).await;
    world.clock.advance(1);
    assert_eq!(world.revoke(&world.apps.web, &tokens.refresh).send().await.status(), 200);
    assert!(!is_asked(&browser.open(&Ask::of(&world.apps.web)).await));
}

/// What voids everything that was issued voids consents, too.
#[tokio::test]
async fn v09_a_consent_is_no_older_than_a_mark() {
    let world = World::start().await;
    let (acme, olivia) = (&world.tenants.acme, &world.people.olivia.user_id);
    let app = &world.apps.web;
    let forgets = async |what: &str, mark: postern_core::clock::Timestamp| match what {
        "client" => world.edit_client(&app.client_id, |it| it.not_before = mark).await,
        "tenant" => world.edit_tenant(acme, |it| it.not_before = mark).await,
        "member" => world.edit_account(olivia, |it| it.memberships[0].not_before = mark).await,
        _ => world.edit_account(olivia, |it| it.user.not_before = mark).await,
    };
    for what in ["client", "tenant", "member", "user"] {
        after_consent(&world).await;
        world.clock.advance(CLIENT_CACHE);
        forgets(what, postern_core::clock::Timestamp::from_secs(world.now())).await;
        let mut browser = world.browser();
        let login = browser.open(&Ask::of(app)).await;
        assert!(is_asked(&browser.sign_in(&login, &world.people.olivia).await), "{what}");
    }
}
