//! From the ECDSA signature that KMS returns (DER, RFC 3279 section 2.2.3) to that of a JWS: r||s, each padded on
//! the left to 32 bytes (RFC 7518 section 3.4).

/// Bytes of r and of s on P-256.
const SCALAR: usize = 32;
const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
/// The sign bit of a DER integer; in a length it announces the long form, which 70 bytes never need.
const HIGH_BIT: u8 = 0x80;

/// Converts a signature; `None` unless it is the one DER encoding of two positive integers of at most 32 bytes.
pub(crate) fn fixed(der: &[u8]) -> Option<[u8; 2 * SCALAR]> {
    let (numbers, after) = element(SEQUENCE, der)?;
    let (r, numbers) = positive(numbers)?;
    let (s, rest) = positive(numbers)?;
    if !after.is_empty() || !rest.is_empty() {
        return None;
    }
    let mut fixed = [0; 2 * SCALAR];
    let (left, right) = fixed.split_at_mut(SCALAR);
    place(r, left)?;
    place(s, right)?;
    Some(fixed)
}

/// The content of the first element, which must have `tag`, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let [first, length, rest @ ..] = der else { return None };
    if *first != tag || length & HIGH_BIT != 0 {
        return None;
    }
    rest.split_at_checked(usize::from(*length))
}

/// The magnitude of the first integer, without a leading zero, and what follows it.
fn positive(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (number, rest) = element(INTEGER, der)?;
    match number {
        [] | [0] => None,
        [0, magnitude @ ..] => (magnitude.first()? & HIGH_BIT != 0).then_some((magnitude, rest)),
        [first, ..] => (first & HIGH_BIT == 0).then_some((number, rest)),
    }
}

fn place(number: &[u8], field: &mut [u8]) -> Option<()> {
    let start = field.len().checked_sub(number.len())?;
    field.get_mut(start..)?.copy_from_slice(number);
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{SCALAR, fixed};

    /// The DER integer of a magnitude in 32 bytes.
    fn integer(scalar: &[u8; SCALAR]) -> Vec<u8> {
        let start = scalar.iter().position(|byte| *byte != 0).unwrap_or(SCALAR - 1);
        let mut content = scalar[start..].to_vec();
        if content[0] & 0x80 != 0 {
            content.insert(0, 0);
        }
        [vec![0x02, u8::try_from(content.len()).unwrap()], content].concat()
    }

    fn sequence(content: &[u8]) -> Vec<u8> {
        [&[0x30, u8::try_from(content.len()).unwrap()], content].concat()
    }

    fn der(r: &[u8; SCALAR], s: &[u8; SCALAR]) -> Vec<u8> {
        sequence(&[integer(r), integer(s)].concat())
    }

    /// A scalar with `zeros` leading zero bytes and then `first`.
    fn scalar(zeros: usize, first: u8) -> [u8; SCALAR] {
        let mut scalar = [0x55; SCALAR];
        scalar[..zeros].fill(0);
        scalar[zeros] = first;
        scalar
    }

    #[test]
    fn k02_leading_zeros_and_the_high_bit() {
        for zeros in [0, 1, 2, 31] {
            for first in [0x01, 0x7f, 0x80, 0xff] {
                let (r, s) = (scalar(zeros, first), scalar(0, 0x80));
                assert_eq!(fixed(&der(&r, &s)).unwrap(), *[r, s].concat());
                assert_eq!(fixed(&der(&s, &r)).unwrap(), *[s, r].concat());
            }
        }
    }

    #[test]
    fn k02_any_other_encoding_is_refused() {
        let one = [0x02, 1, 1];
        let good = sequence(&[one, one].concat());
        assert!(fixed(&good).is_some());
        let refused: [Vec<u8>; 14] = [
            vec![],
            vec![0x30],
            vec![0x30, 0],
            sequence(&one),
            sequence(&[one, one, one].concat()),
            [&good[..], &[0]].concat(),
            good[..good.len() - 1].to_vec(),
            [&[0x31], &good[1..]].concat(),
            [&[0x30, 0x81, 6], &good[2..]].concat(),
            sequence(&[&[0x02, 0], &one[..]].concat()),
            sequence(&[&[0x02, 1, 0], &one[..]].concat()),
            sequence(&[&[0x02, 1, 0x80], &one[..]].concat()),
            sequence(&[&[0x02, 2, 0, 1], &one[..]].concat()),
            sequence(&[&[0x02, 33, 1], &[0; 32][..], &one].concat()),
        ];
        for der in refused {
            assert_eq!(fixed(&der), None, "{der:02x?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]

        #[test]
        fn k02_every_pair_of_scalars_survives(r in any::<[u8; SCALAR]>(), s in any::<[u8; SCALAR]>()) {
            prop_assume!(r != [0; SCALAR] && s != [0; SCALAR]);
            let both = [r, s].concat();
            prop_assert_eq!(fixed(&der(&r, &s)).map(Vec::from), Some(both));
        }

        #[test]
        fn any_bytes_get_an_answer(der in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = fixed(&der);
            let _ = fixed(&sequence(&der));
        }
    }
}
