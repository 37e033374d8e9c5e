//! Real signatures through the AWS SDK, checked with the public keys that the endpoint publishes.

use super::sdk;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    VerificationAlgorithm,
};
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, KeyUsageType, MessageType, SigningAlgorithmSpec};

const MESSAGE: &[u8] = b"header.payload";

async fn create(kms: &Client, spec: KeySpec) -> String {
    let created = kms.create_key().key_spec(spec).key_usage(KeyUsageType::SignVerify).send().await.unwrap();
    created.key_metadata.unwrap().key_id
}

async fn signature(
    kms: &Client,
    key: &str,
    alg: SigningAlgorithmSpec,
    kind: MessageType,
    message: &[u8],
) -> Vec<u8> {
    let sign = kms.sign().key_id(key).signing_algorithm(alg).message_type(kind).message(Blob::new(message));
    let signed = sign.send().await.unwrap();
    assert_eq!(signed.key_id.unwrap(), format!("arn:aws:kms:us-east-1:000000000000:key/{key}"));
    signed.signature.unwrap().into_inner()
}

async fn assert_signs(spec: KeySpec, alg: SigningAlgorithmSpec, with: &'static dyn VerificationAlgorithm) {
    let engines = sdk::engines().await;
    let kms = sdk::kms(&engines);
    let key = create(&kms, spec.clone()).await;
    let public = kms.get_public_key().key_id(&key).send().await.unwrap();
    assert_eq!(public.key_spec.unwrap(), spec);
    let public = ParsedPublicKey::new(with, public.public_key.unwrap().into_inner()).unwrap();

    let raw = signature(&kms, &key, alg.clone(), MessageType::Raw, MESSAGE).await;
    public.verify_sig(MESSAGE, &raw).unwrap();
    public.verify_sig(b"another message", &raw).unwrap_err();
    if alg != SigningAlgorithmSpec::Ed25519Sha512 {
        let hash = digest(&SHA256, MESSAGE);
        let digested = signature(&kms, &key, alg, MessageType::Digest, hash.as_ref()).await;
        public.verify_sig(MESSAGE, &digested).unwrap();
    }
}

#[tokio::test]
async fn rs256() {
    let alg = SigningAlgorithmSpec::RsassaPkcs1V15Sha256;
    assert_signs(KeySpec::Rsa2048, alg, &RSA_PKCS1_2048_8192_SHA256).await;
}

#[tokio::test]
async fn ps256() {
    assert_signs(KeySpec::Rsa2048, SigningAlgorithmSpec::RsassaPssSha256, &RSA_PSS_2048_8192_SHA256).await;
}

#[tokio::test]
async fn es256_as_der() {
    assert_signs(KeySpec::EccNistP256, SigningAlgorithmSpec::EcdsaSha256, &ECDSA_P256_SHA256_ASN1).await;
}

#[tokio::test]
async fn eddsa() {
    assert_signs(KeySpec::EccNistEdwards25519, SigningAlgorithmSpec::Ed25519Sha512, &ED25519).await;
}

#[tokio::test]
async fn refuses_what_kms_refuses() {
    let engines = sdk::engines().await;
    let kms = sdk::kms(&engines);
    let rsa = create(&kms, KeySpec::Rsa2048).await;
    let edwards = create(&kms, KeySpec::EccNistEdwards25519).await;
    let (rs256, es256, eddsa) = (
        SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
        SigningAlgorithmSpec::EcdsaSha256,
        SigningAlgorithmSpec::Ed25519Sha512,
    );
    let long = vec![b'x'; 4097];
    let cases: [(&str, &SigningAlgorithmSpec, MessageType, &[u8], &str); 6] = [
        (&rsa, &rs256, MessageType::Raw, &long, "ValidationException"),
        (&rsa, &rs256, MessageType::Raw, b"", "ValidationException"),
        (&rsa, &rs256, MessageType::Digest, &[0; 31], "ValidationException"),
        (&rsa, &es256, MessageType::Raw, MESSAGE, "InvalidKeyUsageException"),
        (&edwards, &eddsa, MessageType::Digest, &[0; 32], "ValidationException"),
        ("no-such-key", &rs256, MessageType::Raw, MESSAGE, "NotFoundException"),
    ];
    for (key, alg, kind, message, expected) in cases {
        let sign = kms.sign().key_id(key).signing_algorithm(alg.clone()).message_type(kind);
        let error = sign.message(Blob::new(message)).send().await.unwrap_err().into_service_error();
        assert_eq!(error.meta().code(), Some(expected));
    }
    let longest = vec![b'x'; 4096];
    signature(&kms, &rsa, rs256, MessageType::Raw, &longest).await;
}
