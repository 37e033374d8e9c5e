//! One proof against one request (RFC 9449 section 4.3).

use aws_lc_rs::digest::{Context, SHA256};
use postern_jose::{Algorithm, DpopProof, access_token_hash, base64url, verify_dpop_proof};
use subtle::ConstantTimeEq;

use super::{Jkt, ProofFault, ServerNonce, target};
use crate::clock::Timestamp;
use crate::credential::CredentialKeys;
use crate::entropy::{Entropy, random};
use crate::lifetime;
use crate::outage::Outage;
use crate::store::ClaimProofs;

/// The request that a proof has to be for.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its URI; a query is not looked at.
    pub uri: &'a str,
    /// The access token that came with it; `None` at the authorization server.
    pub access_token: Option<&'a str>,
    /// Now.
    pub now: Timestamp,
}

/// A proof that fits its request. Whether it came before, the table knows: see [`Proof::claim`].
#[derive(Debug)]
pub struct Proof {
    /// The key that made it.
    pub jkt: Jkt,
    /// By which algorithm.
    pub algorithm: Algorithm,
    nonce: Option<String>,
    id: ProofId,
    expires_at: Timestamp,
    attempt: String,
}

/// The name under which the table remembers a proof: the hash of its key and its `jti`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofId(String);

/// The proof among the values of the header `DPoP`, checked without any call; `None` without one.
///
/// [`ProofFault`] for two headers, for a text that is no proof, and for a proof of another request or time.
pub fn verify_proof<'v>(
    mut values: impl Iterator<Item = &'v str>,
    shown: &Shown<'_>,
    entropy: &dyn Entropy,
) -> Result<Option<Proof>, ProofFault> {
    let Some(text) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(ProofFault::Repeated);
    }
    let proof = verify_dpop_proof(text).map_err(ProofFault::Malformed)?;
    verify_request(&proof, shown)?;
    let jkt = Jkt::parse(&proof.jkt).map_err(|_| ProofFault::Key)?;
    Ok(Some(Proof {
        id: ProofId::of(&jkt, &proof.jti),
        jkt,
        algorithm: proof.algorithm,
        nonce: proof.nonce,
        expires_at: Timestamp::from_secs(proof.iat).plus(lifetime::DPOP_PROOF),
        attempt: base64url::encode(random::<16>(entropy)),
    }))
}

fn verify_request(proof: &DpopProof, shown: &Shown<'_>) -> Result<(), ProofFault> {
    if proof.htm != shown.method {
        return Err(ProofFault::Method);
    }
    if !target::is_same(&proof.htu, shown.uri) {
        return Err(ProofFault::Uri);
    }
    let made_at = Timestamp::from_secs(proof.iat);
    if shown.now.plus(lifetime::LEEWAY) < made_at || made_at.plus(lifetime::DPOP_PROOF) <= shown.now {
        return Err(ProofFault::Stale);
    }
    let Some(token) = shown.access_token else { return Ok(()) };
    let (expected, given) = (access_token_hash(token), proof.ath.as_deref().unwrap_or_default());
    if bool::from(expected.as_bytes().ct_eq(given.as_bytes())) {
        Ok(())
    } else {
        Err(ProofFault::AccessToken)
    }
}

impl Proof {
    /// Checks that it holds a nonce of ours that is live (RFC 9449 section 4.3); else the one that the next proof has to
    /// hold.
    pub(crate) fn verify_nonce(&self, keys: &CredentialKeys, now: Timestamp) -> Result<(), ServerNonce> {
        let is_live = self.nonce.as_ref().is_some_and(|nonce| ServerNonce::is_live(nonce, keys, now));
        if is_live { Ok(()) } else { Err(ServerNonce::now(keys, now)) }
    }

    /// Uses the proof up: [`ProofFault::Replayed`] in the inner result where it came before. The same proof in the
    /// same request may be claimed twice.
    pub async fn claim<S: ClaimProofs>(
        &self,
        store: &S,
        now: Timestamp,
    ) -> Result<Result<(), ProofFault>, Outage> {
        let is_new = store.claim_proof(&self.id, &self.attempt, (now, self.expires_at)).await?;
        Ok(if is_new { Ok(()) } else { Err(ProofFault::Replayed) })
    }
}

impl ProofId {
    fn of(jkt: &Jkt, jti: &str) -> Self {
        let mut hash = Context::new(&SHA256);
        // A thumbprint is 43 characters: what follows cannot be taken for a part of it.
        hash.update(jkt.as_str().as_bytes());
        hash.update(jti.as_bytes());
        Self(base64url::encode(hash.finish()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
