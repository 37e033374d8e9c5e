//! From the DER `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7) to the numbers of a JWK.
//!
//! The elliptic keys have one encoding each, of fixed length: a comparison does what a parser would.

use aws_lc_rs::rsa;

use crate::jwk::Material;
use crate::public_key::{COORDINATE, UNCOMPRESSED};
use crate::{Algorithm, KeyError, base64url};

/// What precedes the uncompressed point in the DER of a P-256 key (RFC 5480 section 2).
const P256_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// What precedes the 32 bytes in the DER of an Ed25519 key (RFC 8410 section 4).
const ED25519_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The numbers in `der`; [`KeyError`] unless it is a key of the type that `algorithm` needs. Whether they make a valid
/// key shows when it is loaded.
pub(crate) fn material(algorithm: Algorithm, der: &[u8]) -> Result<Material, KeyError> {
    match algorithm {
        Algorithm::RS256 | Algorithm::PS256 => rsa_numbers(der),
        Algorithm::ES256 => p256_point(der),
        Algorithm::EdDSA => {
            let x = der.strip_prefix(&ED25519_PREFIX).ok_or(KeyError::WrongType)?;
            Ok(Material::Ed25519 { x: base64url::encode(x) })
        }
    }
}

fn rsa_numbers(der: &[u8]) -> Result<Material, KeyError> {
    let key = rsa::PublicKey::from_der(der).map_err(|_| KeyError::WrongType)?;
    let n = base64url::encode(key.modulus().big_endian_without_leading_zero());
    let e = base64url::encode(key.exponent().big_endian_without_leading_zero());
    Ok(Material::Rsa { n, e })
}

fn p256_point(der: &[u8]) -> Result<Material, KeyError> {
    let point = der.strip_prefix(&P256_PREFIX).ok_or(KeyError::WrongType)?;
    let coordinates = point.strip_prefix(&[UNCOMPRESSED]).ok_or(KeyError::Encoding)?;
    let (x, y) = coordinates.split_at_checked(COORDINATE).ok_or(KeyError::Encoding)?;
    Ok(Material::P256 { x: base64url::encode(x), y: base64url::encode(y) })
}
