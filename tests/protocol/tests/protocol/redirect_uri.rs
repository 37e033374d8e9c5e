//! Redirect URIs at the authorization endpoint.

use postern_core::param::RedirectUri;
use postern_testkit::{App, Ask, World, assert_page};

async fn assert_refused(world: &World, app: &App, uris: &[&str]) {
    let before = world.dump().await;
    for uri in uris {
        let answer = world.get(&Ask::of(app).with("redirect_uri", uri).path()).send().await;
        assert_page(&answer, 400);
        assert!(!answer.text().contains(uri), "the page repeats {uri}");
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a02_a_near_match_is_no_match() {
    let world = World::start().await;
    let near = [
        "https://app.test/callback/",
        "https://app.test/callback?",
        "https://app.test/callback?x=1",
        "https://app.test/callback#x",
        "https://app.test/callbac",
        "https://app.test/Callback",
        "https://APP.test/callback",
        "https://app.test:443/callback",
        "https://app.test/x/../callback",
        "https://app.test/%63allback",
        "https://app.test./callback",
        "https://app.test.evil.test/callback",
        "https://user@app.test/callback",
        "http://app.test/callback",
        "https://evil.test/callback",
        "https://app.test/callback https://evil.test",
    ];
    assert_refused(&world, &world.apps.web, &near).await;
}

#[tokio::test]
async fn a02_any_edit_of_one_character_is_refused() {
    let world = World::start().await;
    let uri = world.apps.web.redirect_uri.clone();
    for index in 0..uri.len() {
        let mut edited = uri.clone().into_bytes();
        edited[index] ^= 0x01;
        let edited = String::from_utf8(edited).unwrap();
        let answer = world.get(&Ask::of(&world.apps.web).with("redirect_uri", &edited).path()).send().await;
        assert_page(&answer, 400);
    }
}

#[tokio::test]
async fn a04_schemes_that_run_code_are_neither_registered_nor_answered() {
    let world = World::start().await;
    for scheme in ["javascript", "data", "vbscript", "blob", "file"] {
        for spelled in [scheme.to_owned(), scheme.to_uppercase(), format!(" {scheme}"), format!("\t{scheme}")]
        {
            let uri = format!("{spelled}:alert(1)//app.test/callback");
            assert!(RedirectUri::register(&uri).is_err(), "{uri}");
            assert_refused(&world, &world.apps.web, &[&uri]).await;
        }
    }
}

#[tokio::test]
async fn a05_only_on_a_loopback_literal_is_the_port_free() {
    let world = World::start().await;
    for port in ["", ":1", ":49152", ":65535"] {
        let uri = format!("http://127.0.0.1{port}/callback");
        let answer = world.get(&Ask::of(&world.apps.native).with("redirect_uri", &uri).path()).send().await;
        assert_eq!(answer.status(), 303, "{uri}");
    }
    let near = [
        "http://localhost:49152/callback",
        "http://127.0.0.1:65536/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:80@evil.test/callback",
        "http://127.0.0.1.evil.test/callback",
        "http://127.0.0.2/callback",
        "http://[::1]/callback",
        "https://127.0.0.1/callback",
        "http://127.0.0.1:49152/callback/x",
        "http://127.0.0.1:49152/callback?x=1",
    ];
    assert_refused(&world, &world.apps.native, &near).await;
    assert_refused(&world, &world.apps.web, &["https://app.test:8443/callback"]).await;
}

#[tokio::test]
async fn a_request_may_leave_out_the_only_registered_uri_and_no_other() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web).without("redirect_uri");
    let answer = world.browser().authorize(&ask, &world.people.olivia).await;
    assert_eq!(answer.destination().unwrap().host_str(), Some("app.test"));
    let second = RedirectUri::register("https://app.test/second").unwrap();
    world.edit_client(&world.apps.web.client_id, |client| client.redirect_uris.push(second)).await;
    assert_page(&world.get(&ask.path()).send().await, 400);
}
