//! The KMS of the laptop, and our client for it.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use postern_aws::AwsEnvironment;
use postern_local::{EngineOptions, Engines};

/// A KMS in memory, and a client made as a function makes it.
pub(crate) async fn kms() -> (Engines, Client) {
    let engines = Engines::start(EngineOptions::default()).await.unwrap();
    let environment = AwsEnvironment::from_vars(|name| {
        let value = match name {
            "AWS_REGION" => "us-east-1",
            "AWS_ENDPOINT_URL_KMS" => engines.kms_url(),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "local",
            _ => return None,
        };
        Some(value.to_owned())
    });
    let client = postern_kms::client(&environment.unwrap());
    (engines, client)
}

/// The ARN of a new key.
pub(crate) async fn create_key(client: &Client, spec: KeySpec, usage: KeyUsageType) -> String {
    let created = client.create_key().key_spec(spec).key_usage(usage).send().await.unwrap();
    created.key_metadata.unwrap().arn.unwrap()
}
