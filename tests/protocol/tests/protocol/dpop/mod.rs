//! `DPoP` (RFC 9449), at the authorization server and at the API.

mod code_binding;
mod nonce;
mod replay;
mod resource;
mod token_endpoint;
mod userinfo;

use postern_testkit::{App, ISSUER, Prover, Tokens, World};
use serde_json::Value;

/// Where proofs for the token endpoint go.
fn token_uri() -> String {
    format!("{ISSUER}/oauth2/token")
}

/// Fresh tokens of `app`, bound to the key of `prover`.
async fn bound_tokens(world: &World, app: &App, prover: &Prover) -> Tokens {
    let code = world.code(app).await;
    Tokens::of(&world.exchange(app, &code).proved_by(prover).send().await)
}

/// An authorizer's event with this token under this scheme, and these proofs.
pub(crate) fn presented(mut event: Value, scheme: &str, token: &str, proofs: &[&str]) -> Value {
    event["headers"]["authorization"] = format!("{scheme} {token}").into();
    if !proofs.is_empty() {
        // As an HTTP API delivers repeated headers.
        event["headers"]["dpop"] = proofs.join(",").into();
    }
    event
}
