//! The keys that somebody else publishes (RFC 7517 section 5): each may lack what ours always have, a name and an
//! algorithm.

use serde::Deserialize;
use serde_json::Value;

use crate::jwk::Jwk;
use crate::{Algorithm, PublicKey, thumbprint};

/// Most keys of a set.
pub const MAX_KEYS: usize = 20;

/// Why a document is no key set that a client may publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAKeySet {
    /// It is no JSON object with a list `keys` of at most [`MAX_KEYS`] objects.
    #[error("not a JWK set")]
    Malformed,
    /// A private or symmetric key is in it: whoever reads the set could act for its owner.
    #[error("the JWK set holds a private or symmetric key")]
    NotPublic,
    /// None of its keys can check a signature of an algorithm that we accept.
    #[error("the JWK set holds no key for signatures")]
    Empty,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Map<String, Value>>,
}

/// The keys for signatures in a set; keys of other kinds are left out (RFC 7517 section 5). [`NotAKeySet`] where there
/// is none, or one is private.
pub fn parse_published_keys(set: &Value) -> Result<Vec<Jwk>, NotAKeySet> {
    let Ok(Set { keys }) = Set::deserialize(set) else { return Err(NotAKeySet::Malformed) };
    if keys.len() > MAX_KEYS {
        return Err(NotAKeySet::Malformed);
    }
    if keys.iter().any(|key| key.contains_key("d") || key.contains_key("k")) {
        return Err(NotAKeySet::NotPublic);
    }
    let usable = keys.into_iter().filter_map(|key| Jwk::deserialize(Value::Object(key)).ok());
    let usable: Vec<Jwk> = usable.filter(Jwk::is_usable).collect();
    if usable.is_empty() { Err(NotAKeySet::Empty) } else { Ok(usable) }
}

impl Jwk {
    /// The key, ready to check signatures of `algorithm`: `None` where it is declared for another one, of another type,
    /// or not sound.
    pub fn bound_to(&self, algorithm: Algorithm) -> Option<PublicKey> {
        if self.alg.is_some_and(|own| own != algorithm) {
            return None;
        }
        let kid = self.kid.clone().unwrap_or_else(|| thumbprint(self));
        PublicKey::from_jwk(&Self { kid: Some(kid), alg: Some(algorithm), material: self.material.clone() })
            .ok()
    }

    fn is_usable(&self) -> bool {
        Algorithm::ALL.into_iter().any(|algorithm| self.bound_to(algorithm).is_some())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_public_key_set_is_refused() {
        let private = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "x", "d": "d"}]});
        let secret = json!({"keys": [{"kty": "oct", "k": "AAAA"}]});
        for set in [private, secret] {
            assert_eq!(parse_published_keys(&set), Err(NotAKeySet::NotPublic));
        }
        for set in [json!({}), json!([]), json!({"keys": {}}), json!({"keys": ["x"]}), json!(null)] {
            assert_eq!(parse_published_keys(&set), Err(NotAKeySet::Malformed));
        }
        let many = json!({"keys": vec![json!({"kty": "EC"}); MAX_KEYS + 1]});
        assert_eq!(parse_published_keys(&many), Err(NotAKeySet::Malformed));
        for set in [json!({"keys": []}), json!({"keys": [{"kty": "EC", "crv": "P-521", "x": "x", "y": "y"}]})]
        {
            assert_eq!(parse_published_keys(&set), Err(NotAKeySet::Empty));
        }
    }
}
