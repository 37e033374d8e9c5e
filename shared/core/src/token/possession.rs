//! The key that a token request proves to hold (RFC 9449 section 5), from the header to the claim.

use super::{Door, GrantRefusal, TokenError};
use crate::client::Client;
use crate::credential::CredentialKeys;
use crate::dpop::{DPOP, Jkt, Proof, ProofFault, Shown, verify_proof};
use crate::http::Request;
use crate::server::Server;
use crate::store::ClaimProofs;

/// The proof of a request, fit for it; whether its client has to bring more is not known yet.
pub(super) struct Possession(Option<Proof>);

/// The key that tokens are bound to, if any: the client has brought all that it is held to.
/// Only [`Possession::verify`] makes one.
pub(super) struct SenderKey(Option<Proof>);

impl Possession {
    /// Reads the header; [`TokenError::Proof`] where it holds anything but one good proof for this door.
    pub(super) fn parse<S, V>(server: &Server<S, V>, http: &Request, door: Door) -> Result<Self, TokenError> {
        let uri = server.settings.issuer.url(door.path());
        let method = http.method.as_str();
        let shown = Shown { method, uri: &uri, access_token: None, now: server.now() };
        // A value that is no text is no proof either.
        let values = http.headers.get_all(DPOP).iter().map(|value| value.to_str().unwrap_or_default());
        Ok(Self(verify_proof(values, &shown, server.entropy.as_ref())?))
    }

    /// Holds the request to what its client has registered.
    pub(super) fn verify<S, V>(
        self,
        server: &Server<S, V>,
        client: &Client,
        keys: &CredentialKeys,
    ) -> Result<SenderKey, TokenError> {
        match &self.0 {
            None if client.sender.must_prove() => return Err(ProofFault::Missing.into()),
            None => {}
            Some(proof) => verify_rules(server, proof, client, keys)?,
        }
        Ok(SenderKey(self.0))
    }
}

/// Holds a proof to what its client has registered: an algorithm of its profile, and a nonce of ours, which the deployment
/// may want of everybody.
pub(crate) fn verify_rules<S, V>(
    server: &Server<S, V>,
    proof: &Proof,
    client: &Client,
    keys: &CredentialKeys,
) -> Result<(), TokenError> {
    if !client.may_be_signed_by(proof.algorithm) {
        return Err(ProofFault::Algorithm.into());
    }
    if client.sender.dpop_nonce || server.needs_dpop_nonces {
        proof.verify_nonce(keys, server.now()).map_err(TokenError::UseNonce)?;
    }
    Ok(())
}

impl SenderKey {
    /// The key.
    pub(super) fn key(&self) -> Option<&Jkt> {
        self.0.as_ref().map(|proof| &proof.jkt)
    }

    /// What is bound to a key serves only with it.
    pub(super) fn verify_is(&self, bound: Option<&Jkt>) -> Result<(), TokenError> {
        match (bound, self.key()) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(ProofFault::Missing.into()),
            (Some(bound), Some(key)) if bound == key => Ok(()),
            (Some(_), Some(_)) => Err(GrantRefusal::OtherKey.into()),
        }
    }

    /// Uses the proof up, if there is one. The same request may do so twice.
    pub(super) async fn claim<S: ClaimProofs, V>(&self, server: &Server<S, V>) -> Result<(), TokenError> {
        match &self.0 {
            Some(proof) => Ok(proof.claim(&server.store, server.now()).await??),
            None => Ok(()),
        }
    }
}
