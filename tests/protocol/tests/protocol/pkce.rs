//! PKCE (RFC 7636) over both endpoints: S256 for every client, and nothing that leads around it.

use postern_core::param::RedirectUri;
use postern_testkit::{Ask, Code, Tokens, VERIFIER, World, assert_error};

#[tokio::test]
async fn p01_p04_p05_p06_no_request_passes_without_a_good_s256_challenge() {
    let world = World::start().await;
    for app in [&world.apps.web, &world.apps.spa, &world.apps.native] {
        let ask = Ask::of(app);
        let challenge = ask.value("code_challenge").to_owned();
        let mut requests = vec![
            ask.clone().without("code_challenge"),
            ask.clone().without("code_challenge").without("code_challenge_method"),
            ask.clone().without("code_challenge_method"),
        ];
        for method in ["plain", "s256", "S512", "S256 ", "none", ""] {
            requests.push(ask.clone().with("code_challenge_method", method));
        }
        for wrong in [
            "",
            "x",
            &challenge[..42],
            &format!("{challenge}A"),
            &format!("{challenge}="),
            &challenge.replace(&challenge[..1], "+"),
        ] {
            requests.push(ask.clone().with("code_challenge", wrong));
        }
        let before = world.dump().await;
        for request in requests {
            let answer = world.get(&request.path()).send().await;
            assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"), "{request:?}");
        }
        assert_eq!(world.dump().await, before);
    }
}

#[tokio::test]
async fn p02_p07_a_missing_or_malformed_verifier_consumes_nothing() {
    let world = World::start().await;
    for app in [&world.apps.web, &world.apps.spa] {
        let code = world.code(app).await;
        let before = world.dump().await;
        let long = "a".repeat(129);
        let huge = "a".repeat(60_000);
        for verifier in [
            None,
            Some(""),
            Some("short"),
            Some(&VERIFIER[..42]),
            Some(&long),
            Some(&huge),
            Some(&VERIFIER.replace('a', "!")),
        ] {
            let form = [("grant_type", "authorization_code"), ("code", code.code.as_str())];
            let draft = world.post("/oauth2/token").form(form).by(app);
            let draft = draft.form(verifier.map(|verifier| ("code_verifier", verifier)));
            assert_error(&draft.send().await, 400, "invalid_grant");
        }
        assert_eq!(world.dump().await, before);
        Tokens::of(&world.exchange(app, &code).send().await);
    }
}

#[tokio::test]
async fn p03_a_wrong_verifier_is_refused_whatever_it_resembles() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let code = world.code(app).await;
    let challenge = Ask::of(app).value("code_challenge").to_owned();
    let before = world.dump().await;
    // The challenge itself, as `plain` would have it, and the verifier in another case.
    for verifier in [challenge.as_str(), &VERIFIER.to_uppercase(), &format!("{VERIFIER}0")] {
        let form =
            [("grant_type", "authorization_code"), ("code", code.code.as_str()), ("code_verifier", verifier)];
        let answer = world.post("/oauth2/token").form(form).by(app).send().await;
        assert_error(&answer, 400, "invalid_grant");
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn p09_other_grants_ask_for_no_verifier() {
    let world = World::start().await;
    let tokens = world.tokens(&world.apps.spa).await;
    let again = world.refresh(&world.apps.spa, &tokens.refresh).form([("code_verifier", "wrong")]);
    Tokens::of(&again.send().await);
    let service = world.client_credentials(&world.apps.service, "contact.read").form([("code_verifier", "")]);
    Tokens::of(&service.send().await);
}

/// RFC 6749 section 4.1.3: a code that no challenge binds is bound to its address, where there is more than one.
#[tokio::test]
async fn c06_without_a_challenge_the_address_is_needed() {
    let world = World::start().await;
    let web = &world.apps.web;
    world.edit_client(&web.client_id, |it| it.openid.pkce_optional = true).await;
    let ask = Ask::of(web).without("code_challenge").without("code_challenge_method");
    for (uris, status) in [(1, 200), (2, 400)] {
        world
            .edit_client(&web.client_id, |it| {
                let other = RedirectUri::register("https://web.test/other").unwrap();
                it.redirect_uris.truncate(1);
                it.redirect_uris.extend((1..uris).map(|_| other.clone()));
            })
            .await;
        let process = world.instance();
        let code = Code::of(&world.browser().authorize(&ask, &world.people.olivia).await, &ask).code;
        let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
        let bare = process.post("/oauth2/token").form(form).by(web).send().await;
        assert_eq!(bare.status(), status, "{}", bare.text());
        if status == 400 {
            assert_error(&bare, 400, "invalid_request");
            let named = [("redirect_uri", web.redirect_uri.as_str())];
            Tokens::of(&process.post("/oauth2/token").form(form).form(named).by(web).send().await);
        }
    }
}
