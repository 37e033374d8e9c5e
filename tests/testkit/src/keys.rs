//! The keys of a world: as `postern bootstrap` makes them.

use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use postern_core::audit::Kind;
use postern_core::credential::CredentialKeys;
use postern_core::keys::{KeyState, SigningKey, StoredKeys};
use postern_core::store::Provision;
use postern_jose::{Algorithm, PublicKey, base64url};
use postern_kms::{CREDENTIALS, generate_data_key, load_public_key};

use crate::laptop::Laptop;
use crate::operator::told;

/// Makes one signing key for each of `algorithms` and the data key, and writes them. `announced` is published too,
/// and never signs.
pub(crate) async fn create(
    laptop: &Laptop,
    algorithms: &[Algorithm],
    announced: &PublicKey,
) -> CredentialKeys {
    let mut signing = Vec::new();
    for algorithm in algorithms {
        let key_ref = create_key(laptop, spec(*algorithm), KeyUsageType::SignVerify).await;
        let public = load_public_key(&laptop.kms, &key_ref, *algorithm).await.expect("public key");
        signing.push(SigningKey { key_ref, state: KeyState::Signing, jwk: public.jwk().clone() });
    }
    let jwk = announced.jwk().clone();
    signing.push(SigningKey { key_ref: "announced".into(), state: KeyState::Published, jwk });
    let wrapping = create_key(laptop, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let data_key = generate_data_key(&laptop.kms, &wrapping, CREDENTIALS).await.expect("data key");
    let stored = StoredKeys { signing, credential_key: base64url::encode(&data_key.wrapped) };
    assert!(
        laptop.store.put_keys(&stored, &told(Kind::KeysCreated)).await.expect("keys"),
        "a fresh table has no keys"
    );
    CredentialKeys::new(&data_key.key)
}

async fn create_key(laptop: &Laptop, spec: KeySpec, usage: KeyUsageType) -> String {
    let created = laptop.kms.create_key().key_spec(spec).key_usage(usage).send().await.expect("key");
    created.key_metadata.and_then(|metadata| metadata.arn).expect("ARN")
}

const fn spec(algorithm: Algorithm) -> KeySpec {
    match algorithm {
        Algorithm::RS256 | Algorithm::PS256 => KeySpec::Rsa2048,
        Algorithm::ES256 => KeySpec::EccNistP256,
        Algorithm::EdDSA => KeySpec::EccNistEdwards25519,
    }
}
