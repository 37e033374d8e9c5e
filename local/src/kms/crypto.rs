//! Sealing under a symmetric key: AES-256-GCM, with the encryption context as additional data.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use super::error::KmsError;
use super::key::{Key, Material};

/// The name-value pairs that must be the same at encryption and decryption.
pub(super) type EncryptionContext = BTreeMap<String, String>;

const ID_LEN: usize = 16;

/// Seals `plaintext` into: 16 bytes of key id, 12 of nonce, the ciphertext, its tag.
pub(super) fn seal(key: &Key, context: &EncryptionContext, plaintext: &[u8]) -> Result<Vec<u8>, KmsError> {
    let id = Uuid::parse_str(&key.id).map_err(|_| KmsError::internal("a key id is not a UUID"))?;
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce)?;
    let mut sealed = plaintext.to_vec();
    cipher(key)?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(context), &mut sealed)?;
    Ok([id.as_bytes().as_slice(), &nonce, &sealed].concat())
}

/// Opens what [`seal`] made. Fails with `InvalidCiphertextException` on any change, the context's included.
pub(super) fn open(key: &Key, context: &EncryptionContext, blob: &[u8]) -> Result<Vec<u8>, KmsError> {
    let (_, rest) = blob.split_at_checked(ID_LEN).ok_or_else(KmsError::invalid_ciphertext)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or_else(KmsError::invalid_ciphertext)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce)?;
    let mut buffer = sealed.to_vec();
    let opened = cipher(key)?.open_in_place(nonce, aad(context), &mut buffer);
    opened.map(|plaintext| plaintext.to_vec()).map_err(|_| KmsError::invalid_ciphertext())
}

/// The id of the key that sealed a blob; nothing when the blob is none of ours.
pub(super) fn sealing_key(blob: &[u8]) -> Option<String> {
    Some(Uuid::from_slice(blob.get(..ID_LEN)?).ok()?.to_string())
}

fn cipher(key: &Key) -> Result<LessSafeKey, KmsError> {
    match &key.material {
        Material::Symmetric(bytes) => Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes)?)),
        Material::Rsa(_) | Material::Ec(_) | Material::Ed25519(_) => {
            Err(KmsError::internal("not a symmetric key"))
        }
    }
}

/// Each name and value with its length in front, so that no two contexts look alike.
fn aad(context: &EncryptionContext) -> Aad<Vec<u8>> {
    let mut bytes = Vec::new();
    for text in context.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend_from_slice(&text.len().to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    Aad::from(bytes)
}
