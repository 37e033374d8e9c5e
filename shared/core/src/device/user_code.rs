//! `user_code` (RFC 8628 section 6.1): short, easily typed, and of no use to anybody but the one who holds the device.

use std::fmt;

use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::entropy::{Entropy, random};

/// Consonants: no code is a word, and no two of them are taken for one another.
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Characters of a code: 20^8 are 34.5 bits, of which five tries and ten minutes find nothing (X01).
const LENGTH: usize = 8;
/// Longest text that is looked at.
const MAX_LENGTH: usize = 32;

/// A user code.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// A fresh code.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut text = String::with_capacity(LENGTH);
        while text.len() < LENGTH {
            // 20 * 12 = 240: bytes above are dropped, so that every character is equally likely.
            let byte = usize::from(random::<1>(entropy)[0]);
            if let Some(&character) = ALPHABET.get(byte % 20).filter(|_| byte < 240) {
                text.push(char::from(character));
            }
        }
        Self(text)
    }

    /// Reads what somebody typed: in any case, with or without dashes and spaces (section 6.1); `None` where that is no
    /// code.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let typed = text.chars().filter(|it| !matches!(it, '-' | ' ')).map(|it| it.to_ascii_uppercase());
        let code: String = typed.collect();
        let fits = code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then_some(Self(code))
    }

    /// Under which address the table has it.
    pub fn tag(&self, keys: &CredentialKeys) -> Tag {
        keys.tag(Purpose::UserCode, &[self.0.as_bytes()])
    }
}

/// As people read it: two groups of four.
impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at_checked(LENGTH / 2).unwrap_or((&self.0, ""));
        write!(f, "{first}-{second}")
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn x01_codes_have_eight_of_twenty_letters_and_are_read_as_people_type() {
        for _ in 0..200 {
            let code = UserCode::generate(&OsEntropy);
            let shown = code.to_string();
            assert_eq!((shown.len(), shown.find('-')), (9, Some(4)));
            for typed in
                [shown.clone(), shown.to_lowercase(), shown.replace('-', ""), shown.replace('-', " ")]
            {
                assert_eq!(UserCode::parse(&typed).as_ref(), Some(&code), "{typed}");
            }
        }
        assert_ne!(UserCode::generate(&OsEntropy), UserCode::generate(&OsEntropy));
    }

    #[test]
    fn what_is_no_code_is_none() {
        for text in [
            "",
            "BCDF",
            "BCDFGHJKL",
            "BCDFGHJA",
            "BCDFGHJ1",
            "BCDFGHJ\u{17f}",
            &"B".repeat(33),
            &"-".repeat(40),
        ] {
            assert_eq!(UserCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn l07_debug_shows_nothing() {
        assert_eq!(format!("{:?}", UserCode::parse("BCDF-GHJK")), "Some(UserCode)");
    }
}
