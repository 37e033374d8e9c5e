//! How a token may be presented: as what it is, and where it is bound to a key, with that key's proof (RFC 9449 section 7).

use super::{Authorization, Refusal};
use crate::clock::Timestamp;
use crate::dpop::{Jkt, Proof, Shown, TokenType, verify_proof};
use crate::entropy::Entropy;
use crate::outage::Outage;
use crate::standing::Standing;
use crate::store::ClaimProofs;

/// A request as the gateway tells of it.
#[derive(Clone, Copy, Debug)]
pub struct Presentation<'a, 'v> {
    /// The credential.
    pub authorization: Authorization<'a>,
    /// Every value of the header `DPoP`.
    pub proofs: &'v [&'a str],
    /// The method.
    pub method: &'a str,
    /// The URI; `None` where the gateway does not tell, and then no bound token passes.
    pub uri: Option<&'a str>,
}

/// The proof that a token's presentation needs.
#[derive(Debug)]
pub struct Possession(Option<Proof>);

impl Presentation<'_, '_> {
    /// Step 2: a bound token comes with the scheme `DPoP` and a proof by its `key` (X07); a bound one sent as Bearer, and
    /// one of no key under the scheme `DPoP`, are refused (X08). Makes no call: see [`Possession::claim`].
    pub fn verify(
        &self,
        key: Option<&Jkt>,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<Possession, Refusal> {
        let key = match (self.authorization.scheme, key) {
            (TokenType::Bearer, None) => return Ok(Possession(None)),
            (TokenType::Dpop, Some(key)) => key,
            (TokenType::Bearer, Some(_)) | (TokenType::Dpop, None) => return Err(Refusal::InvalidToken),
        };
        let uri = self.uri.ok_or(Refusal::InvalidProof)?;
        let shown = Shown { method: self.method, uri, access_token: Some(self.authorization.token), now };
        let proof = verify_proof(self.proofs.iter().copied(), &shown, entropy);
        let proof = proof.ok().flatten().ok_or(Refusal::InvalidProof)?;
        // A good proof of somebody else's key: the token is not the sender's.
        if proof.jkt == *key { Ok(Possession(Some(proof))) } else { Err(Refusal::InvalidToken) }
    }
}

impl Possession {
    /// Holds the proof to the algorithms that the profile of the token's client allows, as soon as the client is known.
    pub fn verify_profile(&self, standing: &Standing) -> Result<(), Refusal> {
        match (&self.0, &standing.client) {
            (Some(proof), Some(client)) if !client.may_be_signed_by(proof.algorithm) => {
                Err(Refusal::InvalidProof)
            }
            _ => Ok(()),
        }
    }

    /// The proof, if one was needed.
    pub(crate) const fn proof(&self) -> Option<&Proof> {
        self.0.as_ref()
    }

    /// Uses the proof up, if one was needed; [`Refusal::InvalidProof`] in the inner result where it came before.
    pub async fn claim<S: ClaimProofs>(
        &self,
        store: &S,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, Outage> {
        let Some(proof) = &self.0 else { return Ok(Ok(())) };
        Ok(proof.claim(store, now).await?.map_err(|_| Refusal::InvalidProof))
    }
}
