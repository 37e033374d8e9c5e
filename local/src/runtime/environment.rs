//! The environment that Lambda gives a function.

use std::collections::BTreeMap;

use crate::template::{FunctionSpec, REGION};

/// How functions, set-up commands and the stack itself reach AWS services.
#[derive(Debug, Clone)]
pub(crate) struct AwsEnvironment(pub(crate) BTreeMap<String, String>);

/// The caller's variables that replace the dummy ones when an engine is real AWS.
const PASSED_ON: [&str; 5] =
    ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

impl AwsEnvironment {
    /// Endpoints, dummy credentials and Region. With `real`, the caller's own credentials and Region.
    pub(crate) fn new(dynamodb_url: &str, kms_url: &str, real: bool) -> Self {
        let dummy = [
            ("AWS_REGION", REGION),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url),
            ("AWS_ENDPOINT_URL_KMS", kms_url),
        ];
        let mut variables: BTreeMap<_, _> =
            dummy.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        if real {
            let own =
                PASSED_ON.into_iter().filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)));
            variables.extend(own);
        }
        Self(variables)
    }

    /// One variable, empty when unset.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// What every instance of a function gets; the runtime adds its own address.
pub(super) fn function_environment(spec: &FunctionSpec, aws: &AwsEnvironment) -> BTreeMap<String, String> {
    let mut variables = aws.0.clone();
    variables.extend(spec.environment.clone());
    let lambda = [
        ("AWS_LAMBDA_FUNCTION_NAME", spec.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", spec.memory.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", spec.name)),
        ("TZ", "UTC".to_owned()),
    ];
    variables.extend(lambda.map(|(name, value)| (name.to_owned(), value)));
    variables
}
