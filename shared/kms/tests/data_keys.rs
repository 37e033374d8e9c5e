//! Data keys and the vault: K10.

#![cfg(test)]

mod laptop;

use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use postern_jose::{Algorithm, SignError, Vault as _, sign_jwt};
use postern_kms::{CREDENTIALS, KmsVault, generate_data_key, load_public_key, unwrap_data_key};

#[tokio::test]
async fn a_data_key_comes_back_under_its_context_and_key_alone() {
    let (_engines, client) = laptop::kms().await;
    let arn = laptop::create_key(&client, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let other = laptop::create_key(&client, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let made = generate_data_key(&client, &arn, CREDENTIALS).await.unwrap();
    assert_ne!(*made.key, [0; 32]);

    for name in [None, Some(arn.as_str())] {
        let key = unwrap_data_key(&client, name, &made.wrapped, CREDENTIALS).await.unwrap();
        assert_eq!(*key, *made.key);
    }

    let mut damaged = made.wrapped.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let refused = [
        unwrap_data_key(&client, Some(&other), &made.wrapped, CREDENTIALS).await,
        unwrap_data_key(&client, Some(&arn), &made.wrapped, &[("postern", "other")]).await,
        unwrap_data_key(&client, Some(&arn), &made.wrapped, &[]).await,
        unwrap_data_key(&client, Some(&arn), &damaged, CREDENTIALS).await,
        unwrap_data_key(&client, Some(&arn), b"nonsense", CREDENTIALS).await,
    ];
    for error in refused.map(Result::unwrap_err) {
        assert!(matches!(error, SignError::KeyUnusable(_)), "{error:?}");
    }
}

#[tokio::test]
async fn the_vault_unwraps_and_signs() {
    let (_engines, client) = laptop::kms().await;
    let wrapping = laptop::create_key(&client, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let signing = laptop::create_key(&client, KeySpec::Rsa2048, KeyUsageType::SignVerify).await;
    let made = generate_data_key(&client, &wrapping, CREDENTIALS).await.unwrap();
    let public_key = load_public_key(&client, &signing, Algorithm::RS256).await.unwrap();

    let vault = KmsVault::new(client, Some(wrapping));
    assert_eq!(*vault.unwrap_data_key(&made.wrapped).await.unwrap(), *made.key);
    assert!(sign_jwt(&vault.signer(&signing, &public_key), "at+jwt", &()).await.is_ok());
}
