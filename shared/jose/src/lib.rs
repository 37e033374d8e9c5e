//! JWS, JWT and JWK: bytes in, verified values out.
//!
//! Pure: no I/O, no clock, no AWS, no HTTP. Keys are parsed once and held; each is bound to one algorithm when
//! it is loaded (RFC 8725 section 3.1), so nothing in a token can choose how the token is checked.
//!
//! `jsonwebtoken` checks us in the tests, and is not used here: it parses a key anew on each call, and its
//! header and key types accept what a strict verifier refuses (repeated members, JWKs without `alg`).

pub mod base64url;

mod access_token;
mod algorithm;
mod audience;
mod client_assertion;
mod dpop;
mod header;
mod id_token;
mod jwk;
mod jws;
mod key_set;
mod logout_token;
mod numeric_date;
mod public_key;
mod published_keys;
mod sign;
mod spki;
#[cfg(feature = "test-signer")]
mod test_signer;
mod vault;

pub use access_token::{
    ACCESS_TOKEN_TYP, AccessTokenClaims, AccessTokenError, AccessTokenRules, Act, Cnf, SubjectType,
    verify_access_token,
};
pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use client_assertion::{
    AssertionError, AssertionRules, ClientAssertion, unverified_subject, verify_client_assertion,
};
pub use dpop::{DPOP_TYP, DpopError, DpopProof, access_token_hash, verify_dpop_proof};
pub use id_token::{ID_TOKEN_TYP, IdTokenClaims, at_hash};
pub use jwk::{Jwk, MalformedJwk, thumbprint};
pub use jws::{JwsError, JwsRules, MAX_TOKEN_BYTES, Verified, verify_jws};
pub use key_set::KeySet;
pub use logout_token::{LOGOUT_TOKEN_TYP, LogoutEvent, LogoutTokenClaims};
pub use public_key::{InvalidSignature, KeyError, PublicKey};
pub use published_keys::{MAX_KEYS, NotAKeySet, parse_published_keys};
pub use sign::{Sign, SignError, SigningInput, sign_jwt};
#[cfg(feature = "test-signer")]
pub use test_signer::TestSigner;
pub use vault::Vault;
