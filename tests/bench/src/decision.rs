//! A warm decision beside the signature check in it: event bytes in, answer bytes out, nothing read.

use std::hint::black_box;

use authorizer_decision::{Authorizer, Event};
use futures_util::FutureExt as _;
use postern_jose::{ACCESS_TOKEN_TYP, AccessTokenClaims, SubjectType, base64url, sign_jwt};

use crate::cpu::{Pair, per_call, round_robin};
use crate::scene::{AUDIENCE, CLIENT, GRANT, ISSUER, SCOPES, Scene, TENANT, USER};
use crate::store::CountingStore;
use crate::{Failure, event};

const ROUNDS: u32 = 61;
const CALLS: u32 = 400;
/// The cache bound that a deployment may state at most; the clock stands still anyway.
const REVOCATION_SECONDS: u64 = 300;

/// Our decision beside the raw check of the same signature, and the size of the event in bytes. [`Failure`] when the
/// answer is no Allow, or the store is reached once the first decision has filled the caches.
pub(crate) fn measure(scene: &Scene) -> Result<(Pair, usize), Failure> {
    let token = token(scene)?;
    let event = event::with_token(&token)?;
    let authorizer = Authorizer::new(scene.server(())?, REVOCATION_SECONDS, "Postern-Account".to_owned());
    let answer = String::from_utf8(decide(&authorizer, &event)?)?;
    if !answer.contains(r#""Effect":"Allow""#) {
        return Err(format!("the decision is not Allow: {answer}").into());
    }
    let (signed, signature) = token.rsplit_once('.').ok_or("the token has no signature")?;
    let (signature, key) = (base64url::decode(signature)?, scene.key.raw_public()?);
    let reached = scene.store.reached.count();
    let pair = round_robin(
        ROUNDS,
        || per_call(CALLS, || decide(&authorizer, black_box(&event))),
        || per_call(CALLS, || Ok(key.verify_sig(black_box(signed.as_bytes()), &signature)?)),
    )?;
    if scene.store.reached.count() != reached {
        return Err("the store was reached by a decision that has everything".into());
    }
    Ok((pair, event.len()))
}

fn decide(authorizer: &Authorizer<CountingStore>, event: &[u8]) -> Result<Vec<u8>, Failure> {
    let event: Event = serde_json::from_slice(event)?;
    let decision = authorizer.authorize(&event).now_or_never().ok_or("the decision waited for something")?;
    Ok(serde_json::to_vec(&decision.map_err(|failure| failure.to_string())?)?)
}

/// An access token of a user, as the token endpoint makes it.
fn token(scene: &Scene) -> Result<String, Failure> {
    let claims = AccessTokenClaims {
        iss: ISSUER.to_owned(),
        sub: USER.to_owned(),
        aud: vec![AUDIENCE.to_owned()],
        exp: scene.now.plus(3_600).as_secs(),
        iat: scene.now.as_secs(),
        jti: "2GhXn6VcTq0WbKy5RmPz8L".to_owned(),
        client_id: CLIENT.to_owned(),
        scope: SCOPES.to_owned(),
        tenant: TENANT.to_owned(),
        account: None,
        home: None,
        subject_type: SubjectType::User,
        grant_id: Some(GRANT.to_owned()),
        generation: Some(1),
        auth_time: Some(scene.now.as_secs()),
        acr: None,
        amr: None,
        cnf: None,
        act: None,
        origin: None,
    };
    let signed = sign_jwt(&scene.key, ACCESS_TOKEN_TYP, &claims).now_or_never();
    Ok(signed.ok_or("the signer waited for something")??)
}
