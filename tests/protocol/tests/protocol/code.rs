//! The exchange of an authorization code: once, in time, by its client, with everything that belongs to it.

use postern_core::grant::{GrantState, RevocationReason};
use postern_core::id::InvocationId;
use postern_testkit::{App, Code, Draft, Tokens, VERIFIER, World, assert_error};

/// An exchange with parts of its own.
fn exchange(world: &World, app: &App, parts: &[(&str, &str)]) -> Draft {
    world
        .post("/oauth2/token")
        .form([("grant_type", "authorization_code")])
        .form(parts.iter().copied())
        .by(app)
}

#[track_caller]
fn assert_revoked(state: &GrantState, reason: RevocationReason) {
    assert!(matches!(state, GrantState::Revoked(it) if it.reason == reason), "{state:?}");
}

#[tokio::test]
async fn c02_a_second_valid_use_is_refused_and_revokes_the_grant() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    let tokens = Tokens::of(&world.exchange(app, &code).send().await);
    assert_error(&world.instance().exchange(app, &code).send().await, 400, "invalid_grant");
    assert_revoked(&world.grant(&code.code).await.state, RevocationReason::CodeReplayed);
    assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
    assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "unauthorized");
    // And it stays as it is.
    assert_error(&world.exchange(app, &code).send().await, 400, "invalid_grant");
}

#[tokio::test]
async fn c03_a_replay_with_a_wrong_verifier_client_or_secret_changes_nothing() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    let tokens = Tokens::of(&world.exchange(app, &code).send().await);
    let before = world.dump().await;
    let other = "another-verifier-of-forty-three-characters-0";
    let replay = exchange(&world, app, &[("code", &code.code), ("code_verifier", other)]);
    assert_error(&replay.send().await, 400, "invalid_grant");
    assert_error(&world.exchange(&world.apps.steady, &code).send().await, 400, "invalid_grant");
    let wrong = App { secret: Some("wrong".into()), ..app.clone() };
    assert_error(&world.exchange(&wrong, &code).send().await, 401, "invalid_client");
    assert_eq!(world.dump().await, before);
    assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "allowed");
    Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
}

#[tokio::test]
async fn c04_every_fault_alone_is_enough_and_none_burns_the_code() {
    let world = World::start().await;
    let (app, other) = (&world.apps.web, &world.apps.steady);
    let (code, foreign) = (world.code(app).await, world.code(other).await);
    let wrong_verifier = "another-verifier-of-forty-three-characters-0";
    let before = world.dump().await;
    for client in [app, other] {
        for redirect in [code.redirect_uri.as_str(), "https://app.test/other"] {
            for verifier in [VERIFIER, wrong_verifier] {
                if client.client_id == app.client_id && redirect == code.redirect_uri && verifier == VERIFIER
                {
                    continue;
                }
                let parts =
                    [("code", code.code.as_str()), ("redirect_uri", redirect), ("code_verifier", verifier)];
                assert_error(&exchange(&world, client, &parts).send().await, 400, "invalid_grant");
            }
        }
    }
    assert_eq!(world.dump().await, before);
    Tokens::of(&world.exchange(app, &code).send().await);
    Tokens::of(&world.exchange(other, &foreign).send().await);
}

#[tokio::test]
async fn c05_a_code_lives_sixty_seconds_by_the_clock_and_not_by_the_table() {
    let world = World::start().await;
    for (seconds, live) in [(59, true), (60, false), (61, false), (86_400, false)] {
        let code = world.code(&world.apps.web).await;
        world.clock.advance(seconds);
        let answer = world.exchange(&world.apps.web, &code).send().await;
        if live {
            Tokens::of(&answer);
        } else {
            assert_error(&answer, 400, "invalid_grant");
            assert!(matches!(world.grant(&code.code).await.state, GrantState::Code));
        }
    }
}

#[tokio::test]
async fn c06_the_redirect_uri_may_be_absent_but_not_another() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    let parts = [("code", code.code.as_str()), ("code_verifier", VERIFIER)];
    for other in ["https://app.test/callback/", "https://APP.test/callback", "x"] {
        let draft = exchange(&world, app, &parts).form([("redirect_uri", other)]);
        assert_error(&draft.send().await, 400, "invalid_grant");
    }
    Tokens::of(&exchange(&world, app, &parts).send().await);
}

#[tokio::test]
async fn c07_c11_what_can_be_corrected_burns_nothing() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    let before = world.dump().await;
    for (name, value, error) in [
        ("resource", "https://other.test", "invalid_target"),
        ("scope", "openid contact.all", "invalid_scope"),
        ("scope", "openid  email", "invalid_scope"),
        ("code", "twice", "invalid_request"),
    ] {
        assert_error(&world.exchange(app, &code).form([(name, value)]).send().await, 400, error);
    }
    assert_eq!(world.dump().await, before);
    let draft = world.exchange(app, &code).form([("resource", "https://api.test"), ("scope", "openid")]);
    Tokens::of(&draft.send().await);
}

#[tokio::test]
async fn c08_a_forged_code_is_refused_before_any_grant_is_read() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await);
    let before = world.dump().await;
    let mut middle = code.code.clone().into_bytes();
    let index = middle.len() / 2;
    middle[index] = if middle[index] == b'A' { b'B' } else { b'A' };
    let edited = String::from_utf8(middle).unwrap();
    let swapped = code.code.replacen("pstc_", "pstr_", 1);
    let (sites, ()) = world
        .sites(async {
            for forged in [edited.as_str(), &swapped, &code.code[..code.code.len() - 1], "x", "pstc_...."] {
                let forged = Code { code: forged.to_owned(), ..code.clone() };
                assert_error(&world.exchange(app, &forged).send().await, 400, "invalid_grant");
            }
        })
        .await;
    assert!(sites.iter().all(|site| site.operation == "GetItem"), "the client alone is read: {sites:?}");
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn c09_a21_who_no_longer_stands_gets_nothing() {
    let world = World::start().await;
    let (app, olivia) = (&world.apps.web, &world.people.olivia.user_id);
    let now = postern_core::clock::Timestamp::from_secs(world.now() + 1);
    for fault in ["user", "member", "tenant", "epoch"] {
        let code = world.code(app).await;
        let acme = &world.tenants.acme;
        match fault {
            "user" => world.edit_account(olivia, |it| it.user.active = false).await,
            "member" => world.edit_account(olivia, |it| it.memberships[0].active = false).await,
            "tenant" => world.edit_tenant(acme, |it| it.active = false).await,
            _ => world.edit_tenant(acme, |it| it.not_before = now).await,
        }
        assert_error(&world.exchange(app, &code).send().await, 400, "invalid_grant");
        assert!(matches!(world.grant(&code.code).await.state, GrantState::Code), "{fault}");
        world.edit_tenant(acme, |it| it.active = true).await;
        world.edit_account(olivia, |it| it.user.active = true).await;
        world.edit_account(olivia, |it| it.memberships[0].active = true).await;
    }
}

#[tokio::test]
async fn c10_after_a_lost_answer_the_retry_is_refused_and_the_user_goes_round_again() {
    let world = World::start().await;
    let app = &world.apps.web;
    let mut browser = world.browser();
    let ask = postern_testkit::Ask::of(app);
    let code = Code::of(&browser.authorize(&ask, &world.people.olivia).await, &ask);
    let lost = world.exchange(app, &code).send().await;
    assert_eq!(lost.status(), 200);
    assert_error(&world.exchange(app, &code).send().await, 400, "invalid_grant");
    // The session and the consent are remembered: nobody is asked anything.
    let code = Code::of(&browser.open(&ask).await, &ask);
    Tokens::of(&world.exchange(app, &code).send().await);
}

#[tokio::test]
async fn a_grant_without_refresh_tokens_gets_none() {
    let world = World::start().await;
    let app = &world.apps.web;
    world
        .edit_client(&app.client_id, |client| {
            client.grant_types = vec![postern_core::client::GrantType::AuthorizationCode];
        })
        .await;
    let tokens = world.tokens(app).await;
    assert_eq!(tokens.body.get("refresh_token"), None);
    assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "allowed");
}

#[tokio::test]
async fn l04_an_event_that_is_delivered_twice_is_a_second_use() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    let invocation = InvocationId::parse("delivered-twice").unwrap();
    let deliver = || world.instance().exchange(app, &code).as_invocation(&invocation).send();
    Tokens::of(&deliver().await);
    assert_error(&deliver().await, 400, "invalid_grant");
    assert_revoked(&world.grant(&code.code).await.state, RevocationReason::CodeReplayed);
}
