//! Logout tokens as clients get them (sections 2.4 to 2.6).

use postern_core::audit::{Actor, Kind};
use postern_core::openid::SubjectType;
use postern_jose::{Algorithm, Jwk, JwsRules, KeySet, PublicKey, verify_jws};
use postern_testkit::{Ask, ISSUER, Plan, World, claims_of, header_of};
use serde_json::{Value, json};

use super::{STEADY, WEB, listens, logged, sid_of, sign_in, sign_in_by, sign_out, told};

/// The claims of a token, as a client reads them that trusts the published keys alone.
async fn verified(world: &World, token: &str) -> Value {
    let jwks = world.get("/.well-known/jwks.json").send().await.json();
    let keys: Vec<Jwk> = serde_json::from_value(jwks["keys"].clone()).unwrap();
    let keys = KeySet::new(keys.iter().map(|key| PublicKey::from_jwk(key).unwrap()).collect());
    let verified = verify_jws(token, &keys, &JwsRules { typ: "logout+jwt" }).unwrap();
    serde_json::from_slice(&verified.payload).unwrap()
}

async fn is_told_by(algorithm: Algorithm) {
    let world = World::with(Plan { algorithms: vec![algorithm], ..Plan::default() }).await;
    let web = &world.apps.web;
    listens(&world, web, WEB).await;
    let mut browser = world.browser();
    let tokens = sign_in(&world, &mut browser, web, &world.people.olivia).await;
    sign_out(&mut browser).await;
    world.tell_clients().await;
    let tokens_told = told(&world, WEB);
    let [token] = tokens_told.as_slice() else { panic!("{tokens_told:?}") };
    let claims = verified(&world, token).await;
    let about = claims_of(&tokens.id);
    let expected = json!({
        "iss": ISSUER,
        "aud": web.client_id.as_str(),
        "sub": about["sub"],
        "sid": about["sid"],
        "iat": world.now(),
        "exp": world.now() + 120,
        "jti": claims["jti"],
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    assert_eq!(claims, expected);
    assert!(claims["jti"].as_str().unwrap().len() >= 20);
    assert_eq!(header_of(token)["alg"], header_of(&tokens.id)["alg"]);
}

#[tokio::test]
async fn a_client_is_told_by_a_token_that_it_can_verify() {
    is_told_by(Algorithm::ES256).await;
}

#[tokio::test]
async fn it_is_signed_as_the_id_tokens_of_the_client_are() {
    is_told_by(Algorithm::RS256).await;
}

#[tokio::test]
async fn every_client_of_the_session_is_told_and_no_other() {
    let world = World::start().await;
    let (web, steady, native) = (&world.apps.web, &world.apps.steady, &world.apps.native);
    listens(&world, web, WEB).await;
    listens(&world, steady, STEADY).await;
    listens(&world, native, "https://native.test/backchannel").await;
    let (mut olivia, mut robin) = (world.browser(), world.browser());
    let at_web = sign_in(&world, &mut olivia, web, &world.people.olivia).await;
    sign_in(&world, &mut olivia, web, &world.people.olivia).await;
    let at_steady = sign_in(&world, &mut olivia, steady, &world.people.olivia).await;
    sign_in(&world, &mut olivia, &world.apps.spa, &world.people.olivia).await;
    sign_in(&world, &mut robin, native, &world.people.robin).await;
    sign_out(&mut olivia).await;
    world.tell_clients().await;
    assert_eq!(world.web.posted().len(), 2);
    for (at, tokens) in [(WEB, &at_web), (STEADY, &at_steady)] {
        assert_eq!(sid_of(&told(&world, at)[0]), sid_of(&tokens.id), "{at}");
    }
    assert_ne!(sid_of(&at_web.id), sid_of(&at_steady.id), "nothing that two clients could compare");
}

#[tokio::test]
async fn a_pairwise_client_is_told_its_own_subject() {
    let world = World::start().await;
    let web = &world.apps.web;
    listens(&world, web, WEB).await;
    world.edit_client(&web.client_id, |it| it.openid.subject_type = SubjectType::Pairwise).await;
    let mut browser = world.browser();
    let tokens = sign_in(&world, &mut browser, web, &world.people.olivia).await;
    sign_out(&mut browser).await;
    world.tell_clients().await;
    let claims = claims_of(&told(&world, WEB)[0]);
    assert_eq!(claims["sub"], claims_of(&tokens.id)["sub"]);
    assert_ne!(claims["sub"], world.people.olivia.user_id.as_str());
}

#[tokio::test]
async fn the_log_tells_of_the_end_and_of_each_client_once() {
    let world = World::start().await;
    listens(&world, &world.apps.web, WEB).await;
    let mut browser = world.browser();
    sign_in(&world, &mut browser, &world.apps.web, &world.people.olivia).await;
    sign_out(&mut browser).await;
    world.tell_clients().await;
    let ended = logged(&world, Kind::SessionEnded).await;
    let [ended] = ended.as_slice() else { panic!("{ended:?}") };
    assert_eq!(ended.actor, Actor::User(world.people.olivia.user_id.clone()));
    assert_eq!(ended.details["clients"], "1");
    let delivered = logged(&world, Kind::LogoutDelivered).await;
    let [delivered] = delivered.as_slice() else { panic!("{delivered:?}") };
    assert_eq!(delivered.client_id.as_ref(), Some(&world.apps.web.client_id));
    assert_eq!(delivered.subject.as_ref(), Some(&world.people.olivia.user_id));
    assert_eq!((delivered.actor.clone(), delivered.details["attempts"].as_str()), (Actor::Server, "1"));
    let dump = world.dump().await;
    world.tell_clients().await;
    world.events(Some(&world.tenants.acme)).await;
    assert_eq!((world.dump().await, told(&world, WEB).len()), (dump, 1), "what comes again changes nothing");
}

/// J07: one kind of token never passes for another.
#[tokio::test]
async fn j07_a_logout_token_is_good_for_nothing_else() {
    let world = World::start().await;
    let web = &world.apps.web;
    listens(&world, web, WEB).await;
    let mut browser = world.browser();
    sign_in(&world, &mut browser, web, &world.people.olivia).await;
    sign_out(&mut browser).await;
    world.tell_clients().await;
    let token = told(&world, WEB).remove(0);
    assert_eq!(world.userinfo(&token).send().await.status(), 401);
    assert_eq!(world.introspect(web, &token).send().await.json(), json!({"active": false}));
    let ask = Ask::of(web).with("id_token_hint", &token);
    let answer = browser.open(&ask).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn l02_tokens_and_cookies_stay_out_of_table_and_log() {
    let world = World::start().await;
    let log = postern_testkit::CapturedLog::begin();
    listens(&world, &world.apps.web, WEB).await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.web);
    sign_in_by(&world, &mut browser, &world.apps.web, (&world.people.olivia, &ask)).await;
    let cookie = browser.jar.get("__Host-sid").unwrap().to_owned();
    sign_out(&mut browser).await;
    world.tell_clients().await;
    let token = told(&world, WEB).remove(0);
    let (dump, text) = (world.dump().await, log.text());
    for secret in [&token, &cookie] {
        assert!(!dump.contains(secret.as_str()) && !text.contains(secret.as_str()));
    }
    assert!(text.contains("logout_settled"));
}
