//! Key states, names, sealing and persistence, through the AWS SDK.

use super::sdk;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use aws_sdk_kms::Client;
use aws_sdk_kms::error::ProvideErrorMetadata;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{
    DataKeyPairSpec, DataKeySpec, KeySpec, KeyState, KeyUsageType, SigningAlgorithmSpec,
};
use postern_local::{EngineOptions, Engines};

async fn signing_key(kms: &Client) -> String {
    let create = kms.create_key().key_spec(KeySpec::EccNistP256).key_usage(KeyUsageType::SignVerify);
    create.send().await.unwrap().key_metadata.unwrap().key_id
}

async fn sealing_key(kms: &Client) -> String {
    kms.create_key().send().await.unwrap().key_metadata.unwrap().key_id
}

/// The error's code, or `Ok` for a signature.
async fn sign(kms: &Client, key: &str) -> Result<(), String> {
    let sign =
        kms.sign().key_id(key).signing_algorithm(SigningAlgorithmSpec::EcdsaSha256).message(Blob::new("m"));
    sign.send().await.map(drop).map_err(|error| error.code().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn the_life_of_a_key() {
    let engines = sdk::engines().await;
    let kms = sdk::kms(&engines);
    let key = signing_key(&kms).await;

    kms.disable_key().key_id(&key).send().await.unwrap();
    assert_eq!(sign(&kms, &key).await, Err("DisabledException".into()));
    kms.enable_key().key_id(&key).send().await.unwrap();
    assert_eq!(sign(&kms, &key).await, Ok(()));

    kms.schedule_key_deletion().key_id(&key).pending_window_in_days(6).send().await.unwrap_err();
    kms.schedule_key_deletion().key_id(&key).pending_window_in_days(7).send().await.unwrap();
    assert_eq!(sign(&kms, &key).await, Err("KMSInvalidStateException".into()));
    let refused = kms.enable_key().key_id(&key).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("KMSInvalidStateException"));

    kms.cancel_key_deletion().key_id(&key).send().await.unwrap();
    let described = kms.describe_key().key_id(&key).send().await.unwrap().key_metadata.unwrap();
    assert_eq!(described.key_state, Some(KeyState::Disabled));
}

#[tokio::test]
async fn every_name_of_a_key() {
    let engines = sdk::engines().await;
    let kms = sdk::kms(&engines);
    let key = signing_key(&kms).await;
    kms.create_alias().alias_name("alias/a/b").target_key_id(&key).send().await.unwrap();
    let account = "arn:aws:kms:us-east-1:000000000000:";
    for name in
        [key.clone(), format!("{account}key/{key}"), "alias/a/b".into(), format!("{account}alias/a/b")]
    {
        assert_eq!(sign(&kms, &name).await, Ok(()), "{name}");
    }
    assert_eq!(sign(&kms, "alias/none").await, Err("NotFoundException".into()));
    let again = kms.create_alias().alias_name("alias/a/b").target_key_id(&key).send().await.unwrap_err();
    assert_eq!(again.code(), Some("AlreadyExistsException"));

    let second = signing_key(&kms).await;
    kms.update_alias().alias_name("alias/a/b").target_key_id(&second).send().await.unwrap();
    let aliases = kms.list_aliases().key_id(&second).send().await.unwrap().aliases.unwrap();
    assert_eq!(aliases.len(), 1);
    let other_type = sealing_key(&kms).await;
    kms.update_alias().alias_name("alias/a/b").target_key_id(&other_type).send().await.unwrap_err();
    assert_eq!(kms.list_keys().send().await.unwrap().keys.unwrap().len(), 3);
}

#[tokio::test]
async fn the_encryption_context_is_part_of_the_seal() {
    let engines = sdk::engines().await;
    let kms = sdk::kms(&engines);
    let (key, other) = (sealing_key(&kms).await, sealing_key(&kms).await);
    let sealed =
        kms.encrypt().key_id(&key).plaintext(Blob::new("secret")).encryption_context("purpose", "test");
    let blob = sealed.send().await.unwrap().ciphertext_blob.unwrap();
    let decrypt = || kms.decrypt().ciphertext_blob(blob.clone());

    let opened = decrypt().encryption_context("purpose", "test").send().await.unwrap();
    assert_eq!(opened.plaintext.unwrap().into_inner(), b"secret");
    let code = |error: aws_sdk_kms::error::SdkError<_>| {
        let error: aws_sdk_kms::operation::decrypt::DecryptError = error.into_service_error();
        error.code().unwrap_or_default().to_owned()
    };
    let bare = decrypt().send().await.unwrap_err();
    assert_eq!(code(bare), "InvalidCiphertextException");
    let wrong_key = decrypt().key_id(&other).encryption_context("purpose", "test").send().await.unwrap_err();
    assert_eq!(code(wrong_key), "IncorrectKeyException");
    let garbage = kms.decrypt().ciphertext_blob(Blob::new("short")).send().await.unwrap_err();
    assert_eq!(code(garbage), "InvalidCiphertextException");

    let signing = signing_key(&kms).await;
    let misused = kms.encrypt().key_id(&signing).plaintext(Blob::new("secret")).send().await.unwrap_err();
    assert_eq!(misused.code(), Some("InvalidKeyUsageException"));
    assert_eq!(sign(&kms, &key).await, Err("InvalidKeyUsageException".into()));
}

#[tokio::test]
async fn data_keys_come_back_from_their_blobs() {
    let engines = sdk::engines().await;
    let kms = sdk::kms(&engines);
    let key = sealing_key(&kms).await;
    let made = kms.generate_data_key().key_id(&key).key_spec(DataKeySpec::Aes256).send().await.unwrap();
    let opened = kms.decrypt().ciphertext_blob(made.ciphertext_blob.unwrap()).send().await.unwrap();
    assert_eq!(made.plaintext.unwrap(), opened.plaintext.unwrap());
    kms.generate_data_key().key_id(&key).send().await.unwrap_err();
    let blind =
        kms.generate_data_key_without_plaintext().key_id(&key).number_of_bytes(7).send().await.unwrap();
    let opened = kms.decrypt().ciphertext_blob(blind.ciphertext_blob.unwrap()).send().await.unwrap();
    assert_eq!(opened.plaintext.unwrap().into_inner().len(), 7);

    let pair = kms.generate_data_key_pair().key_id(&key).key_pair_spec(DataKeyPairSpec::EccNistP256);
    let pair = pair.send().await.unwrap();
    let private = pair.private_key_plaintext.unwrap().into_inner();
    let opened =
        kms.decrypt().ciphertext_blob(pair.private_key_ciphertext_blob.unwrap()).send().await.unwrap();
    assert_eq!(opened.plaintext.unwrap().into_inner(), private);
    let parsed = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &private).unwrap();
    let published = pair.public_key.unwrap().into_inner();
    assert!(published.ends_with(parsed.public_key().as_ref()));
    let blind =
        kms.generate_data_key_pair_without_plaintext().key_id(&key).key_pair_spec(DataKeyPairSpec::Rsa2048);
    assert!(blind.send().await.unwrap().private_key_ciphertext_blob.is_some());
}

#[tokio::test]
async fn keys_outlive_the_process_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let options = EngineOptions { data_dir: Some(folder.path().to_owned()), ..EngineOptions::default() };
    let first = Engines::start(options.clone()).await.unwrap();
    let key = signing_key(&sdk::kms(&first)).await;
    let public = |kms: Client, key: String| async move {
        kms.get_public_key().key_id(key).send().await.unwrap().public_key.unwrap()
    };
    let before = public(sdk::kms(&first), key.clone()).await;
    sdk::kms(&first).create_alias().alias_name("alias/kept").target_key_id(&key).send().await.unwrap();
    drop(first);

    let second = Engines::start(options).await.unwrap();
    assert_eq!(public(sdk::kms(&second), "alias/kept".into()).await, before);
    assert_eq!(sign(&sdk::kms(&second), &key).await, Ok(()));
}
