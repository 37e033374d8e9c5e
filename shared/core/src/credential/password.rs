//! Passwords: argon2id with the parameters of OWASP, peppered, compared in constant time.

use argon2::{Algorithm, Argon2, Params, Version};
use postern_jose::base64url;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{CredentialKeys, Purpose};
use crate::entropy::{Entropy, random};

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Longest password, in bytes.
const MAX_LENGTH: usize = 1024;
/// Shortest password that may be chosen, in bytes.
const MIN_CHOSEN: usize = 12;

/// A password as typed. A secret: no `Debug`.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password of 1 to 1,024 bytes; `None` otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        (1..=MAX_LENGTH).contains(&text.len()).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// Takes a password that somebody chooses, of 12 to 1,024 bytes; `None` otherwise.
    pub fn choose(text: &str) -> Option<Self> {
        Self::parse(text).filter(|_| text.len() >= MIN_CHOSEN)
    }
}

/// What the table holds of a password, with the parameters that made it.
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordHash {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    hash: String,
}

impl PasswordHash {
    /// Hashes a password with a fresh salt. `None` only if the library refuses its own parameters.
    pub fn create(password: &Password, keys: &CredentialKeys, entropy: &dyn Entropy) -> Option<Self> {
        let salt = base64url::encode(random::<16>(entropy));
        let mut blank =
            Self { memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES, salt, hash: String::new() };
        blank.hash = base64url::encode(*blank.compute(password, keys)?);
        Some(blank)
    }

    /// Whether the password is the one. Costs some 20 ms of a core: call it only behind the throttle (L10).
    pub fn matches(&self, password: &Password, keys: &CredentialKeys) -> bool {
        let Some(computed) = self.compute(password, keys) else { return false };
        base64url::encode(*computed).as_bytes().ct_eq(self.hash.as_bytes()).into()
    }

    /// Does the work of [`Self::matches`] for a user that does not exist, so that both take as long (W03).
    pub fn waste_time(password: &Password, keys: &CredentialKeys) {
        let nobody = Self {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt: base64url::encode([0; 16]),
            hash: base64url::encode([0; 32]),
        };
        nobody.matches(password, keys);
    }

    fn compute(&self, password: &Password, keys: &CredentialKeys) -> Option<Zeroizing<[u8; 32]>> {
        let pepper = keys.tag(Purpose::Password, &[]);
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
        let argon =
            Argon2::new_with_secret(pepper.as_bytes(), Algorithm::Argon2id, Version::V0x13, params).ok()?;
        let salt = base64url::decode(&self.salt).ok()?;
        let mut out = Zeroizing::new([0; 32]);
        argon.hash_password_into(password.0.as_bytes(), &salt, out.as_mut()).ok()?;
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn the_right_password_and_the_right_pepper() {
        let keys = CredentialKeys::new(&[7; 32]);
        let right = Password::parse("correct horse").unwrap();
        let hash = PasswordHash::create(&right, &keys, &OsEntropy).unwrap();
        assert!(hash.matches(&right, &keys));
        assert!(!hash.matches(&Password::parse("wrong horse").unwrap(), &keys));
        assert!(!hash.matches(&right, &CredentialKeys::new(&[8; 32])));
    }

    #[test]
    fn l10_lengths() {
        assert!(Password::parse("").is_none());
        assert!(Password::parse(&"x".repeat(1025)).is_none());
        assert!(Password::choose(&"x".repeat(11)).is_none() && Password::choose(&"x".repeat(12)).is_some());
    }
}
