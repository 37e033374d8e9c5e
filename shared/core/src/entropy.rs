//! Randomness is an argument: the port [`Entropy`], and the one place that asks the operating system.

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A source of random bytes fit for secrets (RFC 6749 section 10.10).
pub trait Entropy: Send + Sync {
    /// Fills `out` with random bytes.
    fn fill(&self, out: &mut [u8]);
}

/// `N` random bytes.
pub fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut out = [0; N];
    entropy.fill(&mut out);
    out
}

/// `length` random characters of `[0-9A-Za-z]` (5.95 bits each): 22 of them carry 131 bits.
pub fn alphanumeric(entropy: &dyn Entropy, length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // 62 * 4 = 248: bytes above are dropped, so that every character is equally likely.
        let byte = usize::from(random::<1>(entropy)[0]);
        if let Some(&character) = ALPHANUMERIC.get(byte % 62).filter(|_| byte < 248) {
            text.push(char::from(character));
        }
    }
    text
}

/// The operating system's generator, through aws-lc-rs.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
    fn fill(&self, out: &mut [u8]) {
        // The generator fails only while the system has none to give; there is nothing better to do than ask again.
        while aws_lc_rs::rand::fill(out).is_err() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphanumeric_has_the_length_and_the_alphabet() {
        let text = alphanumeric(&OsEntropy, 500);
        assert_eq!(text.len(), 500);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn c08_two_draws_differ() {
        assert_ne!(random::<32>(&OsEntropy), random::<32>(&OsEntropy));
    }
}
