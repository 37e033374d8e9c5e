//! A client that expired unused has ceased to exist (D01), and so has one that is switched off: at every door.

use postern_core::client::{Client, GrantType};
use postern_core::clock::Timestamp;
use postern_core::param::RedirectUri;
use postern_testkit::{Ask, Draft, Tokens, World, assert_error, assert_page};

/// The two ways in which the web app ends.
const ENDS: [fn(&mut Client); 2] =
    [|client| client.registration.expires_at = Some(Timestamp::from_secs(1)), |client| client.active = false];

async fn end(world: &World, how: fn(&mut Client)) {
    world.edit_client(&world.apps.web.client_id, how).await;
    // A process may name a client for some seconds more.
    world.clock.advance(postern_core::lifetime::CLIENT_CACHE);
}

#[tokio::test]
async fn d01_the_authorization_endpoint_does_not_know_it() {
    for how in ENDS {
        let world = World::start().await;
        end(&world, how).await;
        assert_page(&world.get(&Ask::of(&world.apps.web).path()).send().await, 400);
    }
}

#[tokio::test]
async fn d01_no_door_for_clients_lets_it_in() {
    for how in ENDS {
        let world = World::start().await;
        let app = &world.apps.web;
        world.edit_client(&app.client_id, |it| it.grant_types.push(GrantType::DeviceCode)).await;
        let code = world.code(app).await;
        let tokens = world.tokens(app).await;
        end(&world, how).await;
        let ask = Ask::of(app);
        let doors: [Draft; 7] = [
            world.exchange(app, &code),
            world.refresh(app, &tokens.refresh),
            world
                .post("/oauth2/refresh")
                .form([("grant_type", "refresh_token"), ("refresh_token", &tokens.refresh)])
                .by(app),
            world.post("/oauth2/par").form(ask.pairs().filter(|(name, _)| *name != "client_id")).by(app),
            world.post("/oauth2/device_authorization").form([("scope", "openid")]).by(app),
            world.introspect(app, &tokens.access),
            world.revoke(app, &tokens.refresh),
        ];
        for draft in doors {
            assert_error(&draft.send().await, 401, "invalid_client");
        }
    }
}

#[tokio::test]
async fn d01_its_tokens_open_nothing() {
    for how in ENDS {
        let world = World::start().await;
        let tokens = world.tokens(&world.apps.web).await;
        end(&world, how).await;
        assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "unauthorized");
        assert_eq!(world.instance().userinfo(&tokens.access).send().await.status(), 401);
    }
}

#[tokio::test]
async fn d01_a_device_that_waits_for_it_gets_no_further() {
    for how in ENDS {
        let world = World::start().await;
        let app = &world.apps.web;
        world.edit_client(&app.client_id, |it| it.grant_types.push(GrantType::DeviceCode)).await;
        let codes = world.post("/oauth2/device_authorization").form([("scope", "openid")]).by(app);
        let user_code = codes.send().await.member("user_code");
        end(&world, how).await;
        let mut browser = world.signed_in(&world.people.olivia).await;
        let page = browser.visit("/oauth2/device").await;
        let form = postern_testkit::Form::read(page.text()).unwrap().fill("user_code", &user_code);
        assert_page(&browser.submit(&form).await, 400);
    }
}

#[tokio::test]
async fn d01_it_sends_nobody_anywhere_after_sign_out() {
    for how in ENDS {
        let world = World::start().await;
        let app = &world.apps.web;
        let uri = RedirectUri::register("https://app.test/bye").unwrap();
        world.edit_client(&app.client_id, |it| it.openid.post_logout_redirect_uris.push(uri)).await;
        let tokens = world.tokens(app).await;
        end(&world, how).await;
        let query = format!("id_token_hint={}&post_logout_redirect_uri=https://app.test/bye", tokens.id);
        let page = world.get(&format!("/oauth2/logout?{query}")).send().await;
        assert_page(&page, 200);
        assert!(!page.text().contains("app.test"), "{}", page.text());
    }
}

/// Until then it is like any other.
#[tokio::test]
async fn a_client_serves_to_its_last_second() {
    let world = World::start().await;
    let app = &world.apps.web;
    let last = Timestamp::from_secs(world.now() + 100);
    world.edit_client(&app.client_id, |it| it.registration.expires_at = Some(last)).await;
    world.clock.advance(99);
    let tokens = world.tokens(app).await;
    Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
    world.clock.advance(1);
    assert_error(&world.refresh(app, &tokens.refresh).send().await, 401, "invalid_client");
}
