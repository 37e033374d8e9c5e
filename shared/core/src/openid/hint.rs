//! `id_token_hint`: an ID token of ours that comes back (OpenID Connect Core section 3.1.2.1).

use postern_jose::{ID_TOKEN_TYP, JwsRules, KeySet, verify_jws};
use serde::Deserialize;

/// What of an ID token says whom it is about, and that it is one: a signed userinfo answer has no times.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    sid: Option<String>,
    #[serde(rename = "exp")]
    _exp: u64,
    #[serde(rename = "iat")]
    _iat: u64,
}

/// Whom an ID token is about, in which session, and to which client it was given.
pub(crate) struct Hint {
    pub(crate) sub: String,
    pub(crate) sid: Option<String>,
    pub(crate) client_id: String,
}

/// Reads an ID token of ours; `None` for anything else. It may have expired: what it says of the past stays true.
pub(crate) fn read_hint(token: &str, keys: &KeySet, issuer: &str) -> Option<Hint> {
    let verified = verify_jws(token, keys, &JwsRules { typ: ID_TOKEN_TYP }).ok()?;
    let claims: Claims = serde_json::from_slice(&verified.payload).ok()?;
    (claims.iss == issuer).then_some(Hint { sub: claims.sub, sid: claims.sid, client_id: claims.aud })
}

/// The `sub` of an ID token that we gave to this client; `None` for anything else.
pub(crate) fn verify_hint(token: &str, keys: &KeySet, issuer: &str, client: &str) -> Option<String> {
    read_hint(token, keys, issuer).filter(|hint| hint.client_id == client).map(|hint| hint.sub)
}
