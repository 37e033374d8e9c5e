//! The refresh grant: whose, how wide, how long.

use postern_core::clock::Timestamp;
use postern_core::grant::GrantState;
use postern_core::lifetime::{GRANT, REFRESH_IDLE};
use postern_core::store::LoadClients as _;
use postern_local::Service;
use postern_testkit::{App, Tokens, World, assert_error, claims_of};

async fn refreshed(world: &World, app: &App, token: &str) -> Tokens {
    Tokens::of(&world.refresh(app, token).send().await)
}

#[tokio::test]
async fn r13_login_and_a_hundred_refreshes() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let mut tokens = world.tokens(app).await;
    for generation in 2..=101 {
        let next = refreshed(&world, app, &tokens.refresh).await;
        assert_ne!(next.refresh, tokens.refresh);
        assert_eq!(claims_of(&next.access)["gen"], generation);
        tokens = next;
    }
}

#[tokio::test]
async fn r05_a_forged_token_reads_and_changes_no_grant() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let tokens = world.tokens(app).await;
    let before = world.dump().await;
    let (mut parts, good): (Vec<&str>, &str) = (tokens.refresh.split('.').collect(), &tokens.refresh);
    let other_secret = "A".repeat(43);
    parts[2] = &other_secret;
    let guessed = parts.join(".");
    let code_like = good.replacen("pstr_", "pstc_", 1);
    let next_generation = good.replacen(".1.", ".2.", 1);
    let (sites, ()) = world
        .sites(async {
            for forged in
                [guessed.as_str(), &code_like, &next_generation, &good[..good.len() - 1], "x", "pstr_x.1.y.z"]
            {
                assert_error(&world.refresh(app, forged).send().await, 400, "invalid_grant");
            }
        })
        .await;
    assert!(sites.iter().all(|site| site.operation == "GetItem"), "the client alone is read: {sites:?}");
    assert_eq!(world.dump().await, before);
    refreshed(&world, app, good).await;
}

#[tokio::test]
async fn r08_another_client_gets_nothing_and_changes_nothing() {
    let world = World::start().await;
    let tokens = world.tokens(&world.apps.spa).await;
    let before = world.dump().await;
    for other in [&world.apps.web, &world.apps.native, &world.apps.steady] {
        assert_error(&world.refresh(other, &tokens.refresh).send().await, 400, "invalid_grant");
    }
    let bare = App { secret: None, ..world.apps.web.clone() };
    assert_error(&world.refresh(&bare, &tokens.refresh).send().await, 401, "invalid_client");
    assert_eq!(world.dump().await, before);
    refreshed(&world, &world.apps.spa, &tokens.refresh).await;
}

#[tokio::test]
async fn r09_wider_is_refused_without_rotation() {
    let world = World::start().await;
    for app in [&world.apps.spa, &world.apps.steady] {
        let tokens = world.tokens(app).await;
        let before = world.dump().await;
        for (name, value, error) in [
            ("scope", "openid contact.write", "invalid_scope"),
            ("scope", "contact.all", "invalid_scope"),
            ("scope", "openid  email", "invalid_scope"),
            ("resource", "https://other.test", "invalid_target"),
        ] {
            let draft = world.refresh(app, &tokens.refresh).form([(name, value)]);
            assert_error(&draft.send().await, 400, error);
        }
        assert_eq!(world.dump().await, before);
    }
}

#[tokio::test]
async fn r09_narrower_narrows_this_access_token_alone() {
    let world = World::start().await;
    for app in [&world.apps.spa, &world.apps.steady] {
        let tokens = world.tokens(app).await;
        let draft = world.refresh(app, &tokens.refresh).form([("scope", "contact.read")]);
        let narrow = Tokens::of(&draft.send().await);
        assert_eq!(
            (&claims_of(&narrow.access)["scope"], &narrow.body["scope"]),
            (&"contact.read".into(), &"contact.read".into())
        );
        assert_eq!(narrow.id, "", "no ID token without openid");
        let wide = refreshed(&world, app, &narrow.refresh).await;
        assert_eq!(wide.body["scope"], tokens.body["scope"]);
    }
}

#[tokio::test]
async fn r10_idle_and_absolute_expiry_to_the_second() {
    let world = World::start().await;
    let app = &world.apps.spa;
    for (seconds, live) in [(REFRESH_IDLE - 1, true), (REFRESH_IDLE, false)] {
        let tokens = world.tokens(app).await;
        world.clock.advance(seconds);
        let answer = world.refresh(app, &tokens.refresh).send().await;
        if live { drop(Tokens::of(&answer)) } else { assert_error(&answer, 400, "invalid_grant") }
    }
}

#[tokio::test]
async fn r10_i10_nothing_outlives_the_grant() {
    let world = World::start().await;
    for app in [&world.apps.spa, &world.apps.steady] {
        let mut tokens = world.tokens(app).await;
        let end = world.now() + GRANT;
        while world.now() + REFRESH_IDLE < end {
            world.clock.advance(REFRESH_IDLE - 1);
            tokens = refreshed(&world, app, &tokens.refresh).await;
        }
        for left in [3_601, 3_600, 3_599, 61, 2, 1] {
            world.clock.set(end - left);
            tokens = refreshed(&world, app, &tokens.refresh).await;
            let (access, id) = (claims_of(&tokens.access), claims_of(&tokens.id));
            assert_eq!(tokens.body["expires_in"], left.min(3_600));
            assert_eq!(access["exp"], world.now() + left.min(3_600));
            assert!(id["exp"].as_u64().unwrap() <= end);
        }
        for late in [0, 1, 86_400] {
            world.clock.set(end + late);
            assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
        }
    }
}

#[tokio::test]
async fn r11_a21_who_no_longer_stands_gets_nothing_and_loses_nothing() {
    let world = World::start().await;
    let olivia = &world.people.olivia.user_id;
    let acme = &world.tenants.acme;
    for app in [&world.apps.spa, &world.apps.steady] {
        let tokens = world.tokens(app).await;
        let before = grants_of(&world).await;
        world.edit_account(olivia, |it| it.user.active = false).await;
        assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
        world.edit_account(olivia, |it| it.user.active = true).await;
        world.edit_account(olivia, |it| it.memberships[0].active = false).await;
        assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
        world.edit_account(olivia, |it| it.memberships[0].active = true).await;
        world.edit_tenant(acme, |it| it.active = false).await;
        assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
        world.edit_tenant(acme, |it| it.active = true).await;
        assert_eq!(grants_of(&world).await, before);
        refreshed(&world, app, &tokens.refresh).await;
    }
}

/// All that the table has of grants.
async fn grants_of(world: &World) -> Vec<String> {
    let dump = world.dump().await;
    dump.lines().filter(|line| line.contains("GRANT#")).map(str::to_owned).collect()
}

#[tokio::test]
async fn r11_a_not_before_mark_voids_every_grant_made_earlier() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let tokens = world.tokens(app).await;
    world.clock.advance(1);
    let now = Timestamp::from_secs(world.now());
    let olivia = &world.people.olivia.user_id;
    world.edit_account(olivia, |it| it.user.not_before = now).await;
    assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
    let later = world.tokens(app).await;
    refreshed(&world, app, &later.refresh).await;
    let mut latest = now;
    world
        .edit_client(&app.client_id, |client| {
            latest = now.plus(1);
            client.not_before = latest;
        })
        .await;
    assert_error(&world.refresh(app, &later.refresh).send().await, 400, "invalid_grant");
}

#[tokio::test]
async fn r15_a_public_client_rotates_whatever_its_record_says() {
    let world = World::start().await;
    let app = &world.apps.spa;
    world.edit_client(&app.client_id, |client| client.rotate_refresh_tokens = false).await;
    let tokens = world.tokens(app).await;
    assert_ne!(refreshed(&world, app, &tokens.refresh).await.refresh, tokens.refresh);
}

#[tokio::test]
async fn a_confidential_client_without_rotation_keeps_its_token_and_moves_its_idle_expiry() {
    let world = World::start().await;
    let app = &world.apps.steady;
    let tokens = world.tokens(app).await;
    for _ in 0..3 {
        world.clock.advance(REFRESH_IDLE - 1);
        let next = refreshed(&world, app, &tokens.refresh).await;
        assert_eq!(next.refresh, tokens.refresh);
        assert_ne!(next.access, tokens.access);
    }
    world.clock.advance(REFRESH_IDLE);
    assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
}

#[tokio::test]
async fn the_refresh_door_takes_refresh_tokens_alone() {
    let world = World::start().await;
    let app = &world.apps.web;
    let (code, tokens) = (world.code(app).await, world.tokens(app).await);
    let by_door =
        |form: &[(&'static str, &str)]| world.post("/oauth2/refresh").form(form.iter().copied()).by(app);
    let refused = by_door(&[("grant_type", "authorization_code"), ("code", &code.code)]);
    assert_error(&refused.send().await, 400, "unsupported_grant_type");
    let refused = by_door(&[("grant_type", "client_credentials"), ("scope", "contact.read")]);
    assert_error(&refused.send().await, 400, "unsupported_grant_type");
    assert!(matches!(world.grant(&code.code).await.state, GrantState::Code));
    Tokens::of(&by_door(&[("grant_type", "refresh_token"), ("refresh_token", &tokens.refresh)]).send().await);
}

#[tokio::test]
async fn r07_attempts_that_fail_use_nothing_up() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let tokens = world.tokens(app).await;
    let first = refreshed(&world, app, &tokens.refresh).await;
    for _ in 0..15 {
        let refused = world.refresh(app, &tokens.refresh).form([("scope", "contact.all")]);
        assert_error(&refused.send().await, 400, "invalid_scope");
        assert_error(&world.refresh(&world.apps.native, &tokens.refresh).send().await, 400, "invalid_grant");
    }
    let signatures = world.calls(Service::Kms, "Sign");
    assert_eq!(refreshed(&world, app, &tokens.refresh).await.text, first.text);
    assert_eq!(world.calls(Service::Kms, "Sign"), signatures);
}

#[tokio::test]
async fn i7_what_the_client_may_no_longer_ask_for_falls_away() {
    let world = World::start().await;
    for app in [&world.apps.spa, &world.apps.steady] {
        let (code, tokens) = (world.code(app).await, world.tokens(app).await);
        world.register(app, "openid contact.read").await;
        for answer in [world.exchange(app, &code), world.refresh(app, &tokens.refresh)] {
            let body = Tokens::of(&answer.send().await).body;
            assert_eq!(body["scope"], "contact.read openid");
        }
    }
}

/// I9: to a client that asked for no scope the token is of no use, which `invalid_grant` says, and nothing is written:
/// what an operator took away may come back.
#[tokio::test]
async fn i7_a_client_without_any_right_left_begins_anew() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let connected = world.connect(platform, &world.people.olivia).await;
    for (app, tokens) in [
        (&world.apps.spa, world.tokens_for(&world.apps.spa, &world.people.olivia, "contact.read").await),
        (platform, connected.tokens),
    ] {
        let before = world.store().load_client(&app.client_id).await.unwrap().unwrap().entitlements;
        world.register(app, "contact.delete").await;
        let (process, table) = (world.instance(), world.state().await);
        assert_error(&process.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
        let named = process.refresh(app, &tokens.refresh).form([("scope", "contact.read")]);
        assert_error(&named.send().await, 400, "invalid_scope");
        assert_eq!(world.state().await, table);
        world.edit_client(&app.client_id, |it| it.entitlements = before).await;
        Tokens::of(&world.instance().refresh(app, &tokens.refresh).send().await);
    }
}
