//! `pstp_<user>_<tenant>_<secret><checksum>`: a personal access token. Scanners of leaked secrets find it by
//! [`PAT_PATTERN`]; the checksum spares the table every text that only looks like one (PT1), and the two names are the
//! address of all that a decision needs, so that one read finds it.

use std::fmt;

use aws_lc_rs::digest;
use postern_jose::base64url;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::entropy::{Entropy, alphanumeric};
use crate::id::{PatId, TenantId, UserId};

/// What every personal access token begins with.
pub const PAT_PREFIX: &str = "pstp_";
/// The form of every personal access token, as a regular expression.
pub const PAT_PATTERN: &str = "pstp_[0-9A-Za-z]{1,64}_[0-9A-Za-z]{1,64}_[0-9A-Za-z]{49}";

/// Letters and digits of the secret: 256 random bits.
const SECRET: usize = 43;
/// Letters and digits of the checksum: a CRC-32 in base 62.
const CHECKSUM: usize = 6;
const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A text of the right form and checksum. Whether it is anybody's token, the table knows.
pub struct PatText {
    text: Zeroizing<String>,
    user_id: UserId,
    tenant_id: TenantId,
}

/// What the table stores of a token: SHA-256, since 256 random bits need no pepper and the authorizer has none.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PatTag(String);

impl PatText {
    /// Makes a token for a member.
    pub fn mint(user_id: &UserId, tenant_id: &TenantId, entropy: &dyn Entropy) -> Self {
        let secret = Zeroizing::new(alphanumeric(entropy, SECRET));
        let mut text =
            Zeroizing::new(format!("{PAT_PREFIX}{}_{}_{}", user_id.suffix(), tenant_id.suffix(), *secret));
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Self { text, user_id: user_id.clone(), tenant_id: tenant_id.clone() }
    }

    /// Recognises the form, without any call; `None` for everything else (PT1).
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(PAT_PREFIX)?.split('_');
        let (user, tenant, secret) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || secret.len() != SECRET + CHECKSUM {
            return None;
        }
        let (body, presented) = text.split_at_checked(text.len() - CHECKSUM)?;
        if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) || checksum(body) != presented {
            return None;
        }
        let (user_id, tenant_id) = (UserId::from_suffix(user).ok()?, TenantId::from_suffix(tenant).ok()?);
        Some(Self { text: Zeroizing::new(text.to_owned()), user_id, tenant_id })
    }

    /// The member whose token it says it is.
    pub const fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// The tenant that it says it is for.
    pub const fn tenant_id(&self) -> &TenantId {
        &self.tenant_id
    }

    /// The name under which the table has it, if it has.
    pub fn id(&self) -> PatId {
        let digest = digest::digest(&digest::SHA256, format!("id:{}", *self.text).as_bytes());
        PatId::of_digest(digest.as_ref())
    }

    /// What the table stores of it.
    pub fn tag(&self) -> PatTag {
        PatTag(base64url::encode(digest::digest(&digest::SHA256, self.text.as_bytes())))
    }

    /// The text itself, to be shown once.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

fn checksum(body: &str) -> String {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = BASE_62.get((rest % 62) as usize).copied().unwrap_or(b'0');
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

impl PartialEq for PatTag {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for PatTag {}

impl fmt::Debug for PatTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PatTag")
    }
}

impl fmt::Debug for PatText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "personal access token {}", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    fn minted() -> PatText {
        PatText::mint(&UserId::generate(&OsEntropy), &TenantId::generate(&OsEntropy), &OsEntropy)
    }

    #[test]
    fn what_was_minted_is_recognised() {
        let minted = minted();
        let parsed = PatText::parse(minted.expose()).unwrap();
        assert_eq!((parsed.user_id(), parsed.tenant_id()), (minted.user_id(), minted.tenant_id()));
        assert_eq!((parsed.id(), parsed.tag()), (minted.id(), minted.tag()));
        assert!(minted.id().as_str().len() == 36 && !format!("{minted:?}").contains(minted.expose()));
    }

    #[test]
    fn pt1_any_one_character_edit_has_a_wrong_checksum() {
        let text = minted().expose().to_owned();
        for index in 0..text.len() {
            let mut edited = text.clone().into_bytes();
            edited[index] = if edited[index] == b'a' { b'b' } else { b'a' };
            assert!(PatText::parse(&String::from_utf8(edited).unwrap()).is_none(), "{index}");
        }
    }

    #[test]
    fn pt1_texts_of_another_form_are_none() {
        let text = minted().expose().to_owned();
        for other in [
            "",
            "pstp_",
            "pstp_a_b_c",
            &text[..text.len() - 1],
            &format!("{text}0"),
            &format!(" {text}"),
            &text.to_uppercase(),
            "pstp_é_é_é",
        ] {
            assert!(PatText::parse(other).is_none(), "{other}");
        }
    }
}
