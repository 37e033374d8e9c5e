//! What the Lambda environment says about AWS.

use std::fmt;

use aws_credential_types::Credentials;

use crate::Service;
use crate::https::Https;

/// Region, credentials and endpoints, from the variables that Lambda and the AWS SDKs define. Holds the HTTPS
/// connections too, so that clients made from one environment share them. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct AwsEnvironment {
    pub(crate) region: String,
    pub(crate) credentials: Credentials,
    pub(crate) https: Https,
    endpoint_dynamodb: Option<String>,
    endpoint_kms: Option<String>,
}

/// One thing that is wrong with the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentProblem {
    /// A required variable is not set, or empty.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// An endpoint does not begin with `https://` or `http://`.
    #[error("{0} is no http(s) URL")]
    NotAnEndpoint(&'static str),
}

/// Everything that is wrong with the environment, at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misconfigured(Vec<EnvironmentProblem>);

impl fmt::Display for Misconfigured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Misconfigured {}

impl AwsEnvironment {
    /// Reads `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, where set, `AWS_SESSION_TOKEN`,
    /// `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL_KMS` through `var`; [`Misconfigured`] names every problem.
    pub fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self, Misconfigured> {
        let set = |name| var(name).filter(|value| !value.is_empty());
        let mut problems = Vec::new();
        let mut required = |name| {
            set(name).unwrap_or_else(|| {
                problems.push(EnvironmentProblem::Missing(name));
                String::new()
            })
        };
        let region = required("AWS_REGION");
        let (id, secret) = (required("AWS_ACCESS_KEY_ID"), required("AWS_SECRET_ACCESS_KEY"));
        let mut endpoint = |name| {
            let url = set(name);
            if url.as_deref().is_some_and(|url| !is_http(url)) {
                problems.push(EnvironmentProblem::NotAnEndpoint(name));
            }
            url
        };
        let endpoint_dynamodb = endpoint("AWS_ENDPOINT_URL_DYNAMODB");
        let endpoint_kms = endpoint("AWS_ENDPOINT_URL_KMS");
        if !problems.is_empty() {
            return Err(Misconfigured(problems));
        }
        let credentials = Credentials::from_keys(id, secret, set("AWS_SESSION_TOKEN"));
        Ok(Self { region, credentials, https: Https::default(), endpoint_dynamodb, endpoint_kms })
    }

    /// The endpoint that replaces AWS's own, if one is set.
    pub(crate) fn endpoint(&self, service: Service) -> Option<&str> {
        match service {
            Service::DynamoDb => self.endpoint_dynamodb.as_deref(),
            Service::Kms => self.endpoint_kms.as_deref(),
        }
    }
}

fn is_http(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::{AwsEnvironment, EnvironmentProblem, Misconfigured};

    fn environment(vars: &[(&str, &str)]) -> Result<AwsEnvironment, Misconfigured> {
        AwsEnvironment::from_vars(|name| {
            vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let problems =
            environment(&[("AWS_REGION", ""), ("AWS_ENDPOINT_URL_KMS", "localhost:1")]).unwrap_err();
        assert_eq!(
            problems.0,
            [
                EnvironmentProblem::Missing("AWS_REGION"),
                EnvironmentProblem::Missing("AWS_ACCESS_KEY_ID"),
                EnvironmentProblem::Missing("AWS_SECRET_ACCESS_KEY"),
                EnvironmentProblem::NotAnEndpoint("AWS_ENDPOINT_URL_KMS"),
            ]
        );
        assert_eq!(problems.0.first().unwrap().to_string(), "AWS_REGION is not set");
    }

    #[test]
    fn debug_shows_no_secret() {
        let environment = environment(&[
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
            ("AWS_SESSION_TOKEN", "FwoGZXIvYXdzE"),
        ]);
        let shown = format!("{:?}", environment.unwrap());
        assert!(shown.contains("eu-central-1"));
        assert!(!shown.contains("wJalrXUtnFEMI") && !shown.contains("FwoGZXIvYXdzE"), "{shown}");
    }
}
