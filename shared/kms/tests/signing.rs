//! Signatures by real keys behind the KMS API: K01 to K06, K08, K09.

#![cfg(test)]

mod laptop;

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use postern_jose::{Algorithm, JwsRules, KeySet, Sign as _, SignError, SigningInput, sign_jwt, verify_jws};
use postern_kms::{KmsSigner, load_public_key};
use postern_local::{Engines, Fault, FaultKind, Moment, Service};
use serde_json::{Value, json};

const KEYS: [(Algorithm, KeySpec); 4] = [
    (Algorithm::RS256, KeySpec::Rsa2048),
    (Algorithm::PS256, KeySpec::Rsa2048),
    (Algorithm::ES256, KeySpec::EccNistP256),
    (Algorithm::EdDSA, KeySpec::EccNistEdwards25519),
];

async fn signer(client: &Client, algorithm: Algorithm, spec: KeySpec) -> (String, KmsSigner) {
    let arn = laptop::create_key(client, spec, KeyUsageType::SignVerify).await;
    let public_key = load_public_key(client, &arn, algorithm).await.unwrap();
    let signer = KmsSigner::new(client.clone(), &arn, public_key);
    (arn, signer)
}

async fn es256(client: &Client) -> (String, KmsSigner) {
    signer(client, Algorithm::ES256, KeySpec::EccNistP256).await
}

async fn sign(signer: &KmsSigner) -> Result<String, SignError> {
    sign_jwt(signer, "at+jwt", &json!({"sub": "usr_1"})).await
}

fn strike(engines: &Engines, kind: FaultKind, moment: Moment, times: u32) {
    let operation = "Sign".to_owned();
    engines.faults().inject(Fault { service: Service::Kms, operation, skip: 0, times, moment, kind });
}

#[tokio::test]
async fn every_algorithm_signs_tokens_that_verify() {
    let (_engines, client) = laptop::kms().await;
    for (algorithm, spec) in KEYS {
        let (_, signer) = signer(&client, algorithm, spec).await;
        let token = sign(&signer).await.unwrap();
        let keys = KeySet::new(vec![signer.public_key().clone()]);
        let verified = verify_jws(&token, &keys, &JwsRules { typ: "at+jwt" }).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&verified.payload).unwrap(), json!({"sub": "usr_1"}));
        assert_eq!(verified.alg, algorithm);
    }
}

#[tokio::test]
async fn k02_many_es256_signatures_all_have_64_bytes() {
    let (_engines, client) = laptop::kms().await;
    let (_, signer) = es256(&client).await;
    for number in 0..300 {
        let input = SigningInput::new(Algorithm::ES256, "k", "at+jwt", &json!({"n": number})).unwrap();
        let signature = signer.sign(&input).await.unwrap();
        assert_eq!(signature.len(), 64);
        assert!(signer.public_key().verify(input.as_bytes(), &signature).is_ok());
    }
}

#[tokio::test]
async fn k03_five_kilobytes_of_claims() {
    let (engines, client) = laptop::kms().await;
    let claims = json!({"scope": "x".repeat(5_000)});
    for (algorithm, spec) in KEYS {
        let (_, signer) = signer(&client, algorithm, spec).await;
        let before = engines.faults().count(Service::Kms, "Sign");
        let outcome = sign_jwt(&signer, "at+jwt", &claims).await;
        if algorithm == Algorithm::EdDSA {
            assert!(matches!(outcome, Err(SignError::KeyUnusable(_))), "{outcome:?}");
            assert_eq!(engines.faults().count(Service::Kms, "Sign"), before, "no call is made in vain");
        } else {
            assert!(outcome.is_ok(), "{algorithm}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn k04_a_key_of_another_spec_or_usage_does_not_load() {
    let (_engines, client) = laptop::kms().await;
    for (_, spec) in KEYS {
        let arn = laptop::create_key(&client, spec.clone(), KeyUsageType::SignVerify).await;
        for (algorithm, wanted) in KEYS {
            let loaded = load_public_key(&client, &arn, algorithm).await;
            assert_eq!(loaded.is_ok(), spec == wanted, "{spec:?} for {algorithm}");
            assert!(loaded.is_ok() || matches!(loaded, Err(SignError::KeyUnusable(_))));
        }
    }
    let arn = laptop::create_key(&client, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let loaded = load_public_key(&client, &arn, Algorithm::RS256).await;
    assert!(matches!(loaded, Err(SignError::KeyUnusable(_))), "{loaded:?}");
}

#[tokio::test]
async fn k05_disabled_deleted_and_unknown_keys_are_unusable() {
    let (_engines, client) = laptop::kms().await;
    let (arn, signer) = es256(&client).await;
    client.disable_key().key_id(&arn).send().await.unwrap();
    let refused = sign(&signer).await;
    assert!(
        matches!(&refused, Err(SignError::KeyUnusable(why)) if why.contains("DisabledException")),
        "{refused:?}"
    );
    client.enable_key().key_id(&arn).send().await.unwrap();
    assert!(sign(&signer).await.is_ok());
    client.schedule_key_deletion().key_id(&arn).pending_window_in_days(7).send().await.unwrap();
    let refused = sign(&signer).await;
    assert!(
        matches!(&refused, Err(SignError::KeyUnusable(why)) if why.contains("KMSInvalidState")),
        "{refused:?}"
    );
    let unknown = arn.replace("key/", "key/0");
    let signer = KmsSigner::new(client, unknown, signer.public_key().clone());
    let refused = sign(&signer).await;
    assert!(matches!(refused, Err(SignError::KeyUnusable(_))), "{refused:?}");
}

#[tokio::test]
async fn k06_a_signature_by_another_key_is_a_mismatch() {
    let (_engines, client) = laptop::kms().await;
    let ((_, right), (other, _)) = (es256(&client).await, es256(&client).await);
    let impostor = KmsSigner::new(client, other, right.public_key().clone());
    let refused = sign(&impostor).await;
    assert!(matches!(refused, Err(SignError::Mismatch(_))), "{refused:?}");
}

#[tokio::test]
async fn k08_an_alias_is_a_mismatch_even_when_it_points_to_the_right_key() {
    let (_engines, client) = laptop::kms().await;
    let (arn, signer) = es256(&client).await;
    client.create_alias().alias_name("alias/signing").target_key_id(&arn).send().await.unwrap();
    let by_alias = KmsSigner::new(client.clone(), "alias/signing", signer.public_key().clone());
    let refused = sign(&by_alias).await;
    assert!(matches!(refused, Err(SignError::Mismatch(_))), "{refused:?}");
    let refused = load_public_key(&client, "alias/signing", Algorithm::ES256).await;
    assert!(matches!(refused, Err(SignError::Mismatch(_))), "{refused:?}");
}

#[tokio::test]
async fn k01_throttling_is_retried_twice_and_then_named() {
    let (engines, client) = laptop::kms().await;
    let (_, signer) = es256(&client).await;
    strike(&engines, FaultKind::Throttle, Moment::BeforeEffect, 2);
    assert!(sign(&signer).await.is_ok());
    strike(&engines, FaultKind::Throttle, Moment::BeforeEffect, 3);
    assert_eq!(sign(&signer).await, Err(SignError::Throttled));
    assert!(sign(&signer).await.is_ok());
}

#[tokio::test]
async fn k09_a_lost_answer_is_simply_asked_for_again() {
    let (engines, client) = laptop::kms().await;
    let (_, signer) = es256(&client).await;
    strike(&engines, FaultKind::DropConnection, Moment::AfterEffect, 1);
    assert!(sign(&signer).await.is_ok());
    strike(&engines, FaultKind::InternalError, Moment::BeforeEffect, 3);
    let failed = sign(&signer).await;
    assert!(matches!(failed, Err(SignError::Unavailable(_))), "{failed:?}");
}

#[tokio::test]
async fn two_signatures_in_parallel() {
    let (_engines, client) = laptop::kms().await;
    let (_, signer) = es256(&client).await;
    let (first, second) = tokio::join!(sign(&signer), sign(&signer));
    assert!(first.is_ok() && second.is_ok());
}
