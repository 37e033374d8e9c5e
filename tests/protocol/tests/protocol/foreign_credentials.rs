//! OAuth's own endpoints and what is another's: codes, tokens, grants, connections and requests of another client, tenant
//! or platform are worth what nonexistent ones are, and nothing happens to them (S01, S07, V02, V08, T07, X05).

use postern_core::client::GrantType;
use postern_core::http::Method;
use postern_testkit::{App, Ask, Code, Draft, Tokens, World};
use serde_json::json;

/// What introspection says of a token that is not live (RFC 7662 section 2.2).
const INACTIVE: &str = r#"{"active":false}"#;

/// What one party tries with what is another's.
struct Attempt<'w> {
    what: &'static str,
    theirs: String,
    nobodys: String,
    try_it: Box<dyn Fn(&str) -> Draft + 'w>,
}

/// A text of the same form that nobody was given: one character is another.
fn forged(text: &str) -> String {
    let place = text.len() - 9;
    let other = if text.as_bytes()[place] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &text[..place], &text[place + 1..])
}

fn attempt<'w>(what: &'static str, theirs: &str, try_it: impl Fn(&str) -> Draft + 'w) -> Attempt<'w> {
    Attempt { what, theirs: theirs.to_owned(), nobodys: forged(theirs), try_it: Box::new(try_it) }
}

/// What a customer, its app, its platform and its people hold.
struct Holdings {
    app: Tokens,
    account: String,
    connected: Tokens,
    platforms: String,
    services: String,
    pat: String,
    code: Code,
    consent: Code,
    device_code: String,
    request_uri: String,
}

/// All is Globex's, or of its platform, Rival.
async fn holdings(world: &World) -> Holdings {
    let (apps, gloria) = (&world.apps, &world.people.gloria);
    let connected = world.connect(&apps.rival, gloria).await;
    let (ask, consent) = (Ask::of(&apps.web), Ask::of(&apps.rival).with("scope", "contact.read"));
    let device = world.post("/oauth2/device_authorization").form([("scope", "openid")]).by(&apps.native);
    let pushed = world.post("/oauth2/par").form(ask.pairs()).by(&apps.web);
    let request_uri = pushed.send().await.member("request_uri");
    Holdings {
        app: world.tokens_for(&apps.web, gloria, "openid offline_access contact.read").await,
        account: connected.account,
        connected: connected.tokens,
        platforms: world.platform_token(&apps.rival).await,
        services: Tokens::of(&world.client_credentials(&apps.service, "contact.read").send().await).access,
        pat: world.pat(gloria, &["contact.read"]).await.token,
        code: world.code_for(&ask, gloria).await,
        consent: world.code_for(&consent, gloria).await,
        device_code: device.send().await.member("device_code"),
        request_uri,
    }
}

/// Every way to use a token of another's as one's own.
fn with_tokens<'w>(world: &'w World, held: &Holdings) -> Vec<Attempt<'w>> {
    let (steady, platform) = (&world.apps.steady, &world.apps.platform);
    let mut all = Vec::new();
    for (app, texts) in [
        (steady, [&held.app.access, &held.app.refresh, &held.services, &held.pat]),
        (platform, [&held.connected.access, &held.connected.refresh, &held.platforms, &held.app.access]),
    ] {
        for text in texts {
            all.push(attempt("introspected", text, move |text| world.introspect(app, text)));
            all.push(attempt("refreshed", text, move |text| world.refresh(app, text)));
        }
    }
    let through = move |app: &'w App| move |text: &str| exchanged(world, app, text);
    all.push(attempt("exchanged, of another tenant", &held.app.access, through(&world.apps.service)));
    all.push(attempt("exchanged, of a connection", &held.connected.access, through(&world.apps.service)));
    all.push(attempt("exchanged, of a client", &held.services, through(&world.apps.service)));
    all.push(attempt("exchanged, by a platform", &held.app.access, through(platform)));
    all
}

/// Every way to use what leads to tokens, and to end what is another's.
fn with_the_rest<'w>(world: &'w World, held: &Holdings) -> Vec<Attempt<'w>> {
    let (steady, platform, spa) = (&world.apps.steady, &world.apps.platform, &world.apps.spa);
    let exchange = |app: &'w App, code: &Code| {
        let redirect_uri = code.redirect_uri.clone();
        move |text: &str| {
            world.exchange(app, &Code { code: text.to_owned(), redirect_uri: redirect_uri.clone() })
        }
    };
    let poll = move |text: &str| {
        let grant_type = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
        world.post("/oauth2/token").form([grant_type, ("device_code", text)]).by(spa)
    };
    let open = move |text: &str| {
        let ask = Ask::of(steady).with("request_uri", text);
        world.get(&ask.path())
    };
    let mut all = vec![
        attempt("a code of another app", &held.code.code, exchange(steady, &held.code)),
        attempt("a code of an app, by a platform", &held.code.code, exchange(platform, &held.code)),
        attempt("a code of another platform", &held.consent.code, exchange(platform, &held.consent)),
        attempt("a device of another app", &held.device_code, poll),
        attempt("a pushed request of another app", &held.request_uri, open),
    ];
    let deauthorize = move |text: &str| world.deauthorize(platform, text);
    all.push(attempt("an account of another platform", &held.account, deauthorize));
    all
}

fn exchanged(world: &World, app: &App, token: &str) -> Draft {
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", token),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
    ];
    world.post("/oauth2/token").form(form).by(app)
}

/// A world where whoever tries may do what it tries, with what is its own.
async fn world() -> World {
    let world = World::start().await;
    for app in [&world.apps.service, &world.apps.platform] {
        world.edit_client(&app.client_id, |it| it.grant_types.push(GrantType::TokenExchange)).await;
    }
    for app in [&world.apps.native, &world.apps.spa] {
        world.edit_client(&app.client_id, |it| it.grant_types.push(GrantType::DeviceCode)).await;
    }
    world
}

#[tokio::test]
async fn s07_what_is_anothers_is_worth_what_nobodys_is() {
    let world = world().await;
    let held = holdings(&world).await;
    let before = world.dump().await;
    let attempts: Vec<_> =
        with_tokens(&world, &held).into_iter().chain(with_the_rest(&world, &held)).collect();
    assert!(attempts.len() >= 25);
    for Attempt { what, theirs, nobodys, try_it } in &attempts {
        let (theirs, nobodys) = (try_it(theirs).send().await, try_it(nobodys).send().await);
        assert_eq!((theirs.status(), theirs.text()), (nobodys.status(), nobodys.text()), "{what}");
        let refused = theirs.status() == 400 || theirs.text() == INACTIVE;
        assert!(refused, "{what}: {} {}", theirs.status(), theirs.text());
    }
    assert_eq!(world.dump().await, before, "nothing happened to what is theirs");
    // It is good where it belongs.
    Tokens::of(&world.exchange(&world.apps.web, &held.code).send().await);
    Tokens::of(&world.refresh(&world.apps.rival, &held.connected.refresh).send().await);
}

/// RFC 7009 section 2.1 has a client told that a token is another's: whoever asks holds its text anyway. It is not
/// revoked, and a forged text of the same form is nothing.
#[tokio::test]
async fn v02_a_token_of_another_client_is_not_revoked() {
    let world = world().await;
    let held = holdings(&world).await;
    let before = world.dump().await;
    for app in [&world.apps.steady, &world.apps.platform, &world.apps.service] {
        for token in [&held.app.access, &held.app.refresh, &held.connected.access, &held.connected.refresh] {
            let theirs = world.revoke(app, token).send().await;
            assert_eq!((theirs.status(), theirs.member("error")), (400, "invalid_grant".to_owned()));
            assert_eq!(world.revoke(app, &forged(token)).send().await.status(), 200);
        }
    }
    assert_eq!(world.dump().await, before);
    Tokens::of(&world.refresh(&world.apps.rival, &held.connected.refresh).send().await);
}

/// A client that has registered itself manages itself and no other.
#[tokio::test]
async fn d07_another_clients_registration_is_worth_what_nobodys_is() {
    let world = world().await;
    let register = async || {
        let body = json!({ "redirect_uris": ["https://other.test/cb"] });
        let answer = world.post("/oauth2/register").json(&body).send().await;
        (answer.member("client_id"), answer.member("registration_access_token"))
    };
    let ((theirs, _), (_, token)) = (register().await, register().await);
    let before = world.state().await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let manage = async |id: &str| {
            let draft = world.request(method.clone(), &format!("/oauth2/register/{id}")).bearer(&token);
            draft.json(&json!({ "client_id": id, "redirect_uris": ["https://other.test/cb"] })).send().await
        };
        let (known, unknown) = (manage(&theirs).await, manage("0000000000000000000000").await);
        assert_eq!((known.status(), known.text()), (unknown.status(), unknown.text()), "{method}");
        assert_eq!(known.status(), 401);
    }
    assert_eq!(world.state().await, before);
}
