//! Client authentication at every endpoint that asks for it (RFC 6749 section 2.3).

use postern_core::client::{ClientSecret, GrantType};
use postern_core::clock::Timestamp;
use postern_core::entropy::OsEntropy;
use postern_core::lifetime::CLIENT_CACHE;
use postern_testkit::{App, Draft, Tokens, World, assert_error, claims_of};

/// A request for a service token that says nothing about the client yet.
fn ask(world: &World) -> Draft {
    world.post("/oauth2/token").form([("grant_type", "client_credentials"), ("scope", "contact.read")])
}

fn secret(app: &App) -> &str {
    app.secret.as_deref().unwrap()
}

#[tokio::test]
async fn t04_two_methods_in_one_request_are_refused() {
    let world = World::start().await;
    let app = &world.apps.service;
    let (id, secret) = (app.client_id.as_str(), secret(app));
    let twice = ask(&world).basic(id, secret).form([("client_secret", secret)]);
    assert_error(&twice.send().await, 400, "invalid_request");
    let headers = ask(&world).basic(id, secret).basic(id, secret);
    assert_error(&headers.send().await, 400, "invalid_request");
    let other_id = ask(&world).basic(id, secret).form([("client_id", world.apps.web.client_id.as_str())]);
    assert_error(&other_id.send().await, 401, "invalid_client");
    // The same identifier once more is no second method.
    Tokens::of(&ask(&world).basic(id, secret).form([("client_id", id)]).send().await);
}

#[tokio::test]
async fn both_methods_work_alone() {
    let world = World::start().await;
    let app = &world.apps.service;
    let (id, secret) = (app.client_id.as_str(), secret(app));
    Tokens::of(&ask(&world).basic(id, secret).send().await);
    Tokens::of(&ask(&world).form([("client_id", id), ("client_secret", secret)]).send().await);
}

#[tokio::test]
async fn t05_a_malformed_header_is_refused_and_never_an_error_of_ours() {
    let world = World::start().await;
    for value in [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic Og==",
        "Basic bm9jb2xvbg==",
        "Basic /w==",
        "Basic JWZmOng=",
        "Basic YSNiOng=",
        "Bearer abc",
        "Negotiate abc",
        "basic",
        "\u{e9}",
    ] {
        let answer = ask(&world).header("authorization", value).send().await;
        assert_error(&answer, 401, "invalid_client");
    }
}

#[tokio::test]
async fn t05_the_scheme_has_no_case_and_both_parts_are_form_decoded() {
    let world = World::start().await;
    let app = &world.apps.service;
    let encode =
        |text: &str| text.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02x}"));
    let (id, secret) = (encode(app.client_id.as_str()), encode(secret(app)));
    Tokens::of(&ask(&world).basic(&id, &secret).send().await);
    let plain = postern_jose::base64url::encode(format!("{}:{}", app.client_id, self::secret(app)));
    for scheme in ["basic", "BASIC", "bAsIc"] {
        let answer = ask(&world).header("authorization", &format!("{scheme} {plain}")).send().await;
        // Without padding and without `+` and `/` both alphabets are the same.
        if !plain.contains(['-', '_']) {
            Tokens::of(&answer);
        }
    }
}

#[tokio::test]
async fn t06_an_unknown_client_and_a_wrong_secret_get_the_same_answer() {
    let world = World::start().await;
    let id = world.apps.service.client_id.as_str();
    let mut answers = Vec::new();
    for (id, secret) in [(id, "wrong"), ("nobody", "wrong"), (id, ""), ("nobody", "")] {
        answers.push(ask(&world).basic(id, secret).send().await);
        answers.push(ask(&world).form([("client_id", id), ("client_secret", secret)]).send().await);
    }
    answers.push(ask(&world).send().await);
    for answer in &answers {
        assert_error(answer, 401, "invalid_client");
        assert_eq!(format!("{answer:?}"), format!("{:?}", answers[0]));
    }
}

#[tokio::test]
async fn t07_no_method_but_the_registered_one() {
    let world = World::start().await;
    let World { apps, .. } = &world;
    for confidential in [&apps.web, &apps.steady] {
        let code = world.code(confidential).await;
        let bare = App { secret: None, ..confidential.clone() };
        assert_error(&world.exchange(&bare, &code).send().await, 401, "invalid_client");
        Tokens::of(&world.exchange(confidential, &code).send().await);
    }
    for public in [&apps.spa, &apps.native] {
        let code = world.code(public).await;
        let dressed = App { secret: Some("made-up".into()), ..public.clone() };
        assert_error(&world.exchange(&dressed, &code).send().await, 401, "invalid_client");
        Tokens::of(&world.exchange(public, &code).send().await);
    }
}

#[tokio::test]
async fn t08_no_part_of_a_secret_is_enough() {
    let world = World::start().await;
    let app = &world.apps.service;
    let (id, secret) = (app.client_id.as_str(), secret(app));
    for near in [&secret[..42], &secret.to_lowercase(), &format!("{secret} "), self::secret(&world.apps.web)]
    {
        assert_error(&ask(&world).basic(id, near).send().await, 401, "invalid_client");
    }
}

#[tokio::test]
async fn t12_only_registered_grant_types() {
    let world = World::start().await;
    let World { apps, .. } = &world;
    assert_error(
        &world.client_credentials(&apps.web, "contact.read").send().await,
        400,
        "unauthorized_client",
    );
    assert_error(
        &world.client_credentials(&apps.spa, "contact.read").send().await,
        400,
        "unauthorized_client",
    );
    let tokens = world.tokens(&apps.web).await;
    let code = world.code(&apps.web).await;
    let service_only =
        |client: &mut postern_core::client::Client| client.grant_types = vec![GrantType::ClientCredentials];
    world.edit_client(&apps.web.client_id, service_only).await;
    let before = world.dump().await;
    assert_error(&world.refresh(&apps.web, &tokens.refresh).send().await, 400, "unauthorized_client");
    assert_error(&world.exchange(&apps.web, &code).send().await, 400, "unauthorized_client");
    assert_eq!(world.dump().await, before);
    for unknown in
        ["password", "implicit", "", "authorization_code ", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
    {
        let answer = world.post("/oauth2/token").form([("grant_type", unknown)]).by(&apps.web).send().await;
        let error = if unknown.is_empty() { "invalid_request" } else { "unsupported_grant_type" };
        assert_error(&answer, 400, error);
    }
}

#[tokio::test]
async fn t13_t14_a_service_acts_for_itself_in_its_tenant_and_cannot_refresh() {
    let world = World::start().await;
    let app = &world.apps.service;
    let tokens = Tokens::of(&world.client_credentials(app, "contact.read contact.write").send().await);
    let claims = claims_of(&tokens.access);
    assert_eq!(claims["sub"], app.client_id.as_str());
    assert_eq!(claims["client_id"], app.client_id.as_str());
    assert_eq!(claims["sub_type"], "client");
    assert_eq!(claims["tenant"], world.tenants.acme.as_str());
    assert_eq!(tokens.body["scope"], "contact.read contact.write");
    assert!(tokens.body.get("refresh_token").is_none() && tokens.body.get("id_token").is_none());
    for (scope, error) in [("admin", "invalid_scope"), ("openid", "invalid_scope"), ("", "invalid_scope")] {
        assert_error(&world.client_credentials(app, scope).send().await, 400, error);
    }
    // What is remembered of client and tenant serves for ten seconds.
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.active = false).await;
    world.clock.advance(CLIENT_CACHE);
    assert_error(&world.client_credentials(app, "contact.read").send().await, 400, "unauthorized_client");
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.active = true).await;
    world.edit_client(&app.client_id, |client| client.tenant = None).await;
    world.clock.advance(CLIENT_CACHE);
    assert_error(&world.client_credentials(app, "contact.read").send().await, 400, "unauthorized_client");
}

#[tokio::test]
async fn t15_a_client_that_is_switched_off_is_nobody() {
    let world = World::start().await;
    let World { apps, .. } = &world;
    let (code, tokens) = (world.code(&apps.web).await, world.tokens(&apps.web).await);
    let service = Tokens::of(&world.client_credentials(&apps.service, "contact.read").send().await);
    for app in [&apps.web, &apps.service] {
        world.edit_client(&app.client_id, |client| client.active = false).await;
    }
    assert_error(&world.exchange(&apps.web, &code).send().await, 401, "invalid_client");
    assert_error(&world.refresh(&apps.web, &tokens.refresh).send().await, 401, "invalid_client");
    assert_error(&world.revoke(&apps.web, &tokens.refresh).send().await, 401, "invalid_client");
    assert_error(&world.introspect(&apps.web, &tokens.access).send().await, 401, "invalid_client");
    for token in [&tokens.access, &service.access] {
        assert_eq!(world.gate(15).call("GET /me", token).await.name(), "unauthorized");
    }
    // Client credentials alone use a remembered client, for ten seconds.
    world.clock.advance(CLIENT_CACHE);
    assert_error(
        &world.client_credentials(&apps.service, "contact.read").send().await,
        401,
        "invalid_client",
    );
}

#[tokio::test]
async fn t16_two_secrets_overlap_and_each_ends_at_its_own_time() {
    let world = World::start().await;
    let app = &world.apps.service;
    let (text, second) = ClientSecret::generate(&app.client_id, &world.credential_keys, &OsEntropy);
    let expiry = Timestamp::from_secs(world.now() + 3_600);
    world
        .edit_client(&app.client_id, |client| {
            client.secrets[0] = client.secrets[0].clone().until(expiry);
            client.secrets.push(second);
        })
        .await;
    let (id, old) = (app.client_id.as_str(), secret(app));
    for (seconds, old_works) in [(3_599, true), (1, false), (86_400, false)] {
        world.clock.advance(seconds);
        Tokens::of(&ask(&world).basic(id, &text).send().await);
        let answer = ask(&world).basic(id, old).send().await;
        if old_works {
            Tokens::of(&answer);
        } else {
            assert_error(&answer, 401, "invalid_client");
        }
    }
}

#[tokio::test]
async fn every_endpoint_that_authenticates_clients_does_it_alike() {
    let world = World::start().await;
    let (id, secret) = (world.apps.web.client_id.as_str(), secret(&world.apps.web));
    for path in ["/oauth2/token", "/oauth2/refresh", "/oauth2/revoke", "/oauth2/introspect"] {
        let draft = || {
            world.post(path).form([("grant_type", "refresh_token"), ("refresh_token", "x"), ("token", "x")])
        };
        assert_error(&draft().send().await, 401, "invalid_client");
        assert_error(&draft().basic(id, "wrong").send().await, 401, "invalid_client");
        assert_error(&draft().header("authorization", "Basic x").send().await, 401, "invalid_client");
        let twice = draft().basic(id, secret).form([("client_secret", secret)]);
        assert_error(&twice.send().await, 400, "invalid_request");
    }
}
