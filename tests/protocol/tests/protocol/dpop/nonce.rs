//! Nonces of the server (RFC 9449 section 8).

use postern_core::lifetime::DPOP_NONCE;
use postern_testkit::{Prover, Tokens, World, assert_error};

#[tokio::test]
async fn a_client_that_is_held_to_nonces_is_given_one() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.service);
    world.edit_client(&app.client_id, |client| client.sender.dpop_nonce = true).await;
    let ask = || world.client_credentials(app, "contact.read");
    let refused = ask().proved_by(&prover).send().await;
    assert_error(&refused, 400, "use_dpop_nonce");
    assert_eq!(refused.header("access-control-expose-headers"), Some("DPoP-Nonce"));
    let nonce = refused.header("dpop-nonce").unwrap().to_owned();
    Tokens::of(&ask().proved_with(&prover, &nonce).send().await);
    // Any process knows it, and it serves until the window after the next begins.
    world.clock.advance(DPOP_NONCE);
    let elsewhere = world.instance();
    let again = elsewhere.client_credentials(app, "contact.read").proved_with(&prover, &nonce);
    Tokens::of(&again.send().await);
    world.clock.advance(DPOP_NONCE);
    for stale in [nonce.as_str(), "forged"] {
        let refused = ask().proved_with(&prover, stale).send().await;
        assert_error(&refused, 400, "use_dpop_nonce");
        assert_ne!(refused.header("dpop-nonce"), Some(stale));
    }
    // Who brings no proof is told nothing of nonces.
    Tokens::of(&ask().send().await);
}
