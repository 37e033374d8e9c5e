//! Bound tokens at userinfo.

use postern_testkit::{Answer, ISSUER, Prover, World};

use super::bound_tokens;

/// 401 with this error, told by the scheme `DPoP`.
#[track_caller]
fn assert_challenged(answer: &Answer, error: &str) {
    let challenge = format!("DPoP error=\"{error}\", algs=\"RS256 PS256 ES256 EdDSA\"");
    assert_eq!((answer.status(), answer.header("www-authenticate")), (401, Some(challenge.as_str())));
    assert_eq!(answer.member("error"), error);
}

#[tokio::test]
async fn a_bound_token_tells_its_user_with_a_proof_only() {
    let world = World::start().await;
    let (prover, thief) = (Prover::new(), Prover::new());
    let token = bound_tokens(&world, &world.apps.web, &prover).await.access;
    let get = || world.get("/oauth2/userinfo");
    let answer = get().dpop(&prover, &token).send().await;
    assert_eq!((answer.status(), answer.member("sub")), (200, world.people.olivia.user_id.to_string()));
    assert_eq!(world.post("/oauth2/userinfo").dpop(&prover, &token).send().await.status(), 200);
    assert_challenged(&get().dpop(&thief, &token).send().await, "invalid_token");
    let bare = get().header("authorization", &format!("DPoP {token}"));
    assert_challenged(&bare.send().await, "invalid_dpop_proof");
    // Its proof again.
    let proof = prover.proof_for_token("GET", &format!("{ISSUER}/oauth2/userinfo"), (world.now(), &token));
    let shown = || get().header("authorization", &format!("DPoP {token}")).header("dpop", &proof);
    assert_eq!(shown().send().await.status(), 200);
    assert_challenged(&shown().send().await, "invalid_dpop_proof");
}

#[tokio::test]
async fn x08_a_bound_token_as_bearer_and_a_bearer_token_as_bound_are_refused() {
    let world = World::start().await;
    let prover = Prover::new();
    let bound = bound_tokens(&world, &world.apps.web, &prover).await.access;
    let plain = world.tokens(&world.apps.web).await.access;
    let as_bearer = world.userinfo(&bound).send().await;
    assert_eq!((as_bearer.status(), as_bearer.member("error").as_str()), (401, "invalid_token"));
    let posted = world.post("/oauth2/userinfo").form([("access_token", bound.as_str())]).send().await;
    assert_eq!((posted.status(), posted.member("error").as_str()), (401, "invalid_token"));
    assert_challenged(&world.get("/oauth2/userinfo").dpop(&prover, &plain).send().await, "invalid_token");
    assert_eq!(world.userinfo(&plain).send().await.status(), 200);
}
