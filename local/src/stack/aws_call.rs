//! Signed JSON calls to the AWS endpoints, to create the template's resources: the same for local and real ones.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::Value;

use crate::net::{HttpClient, http_client};
use crate::runtime::AwsEnvironment;
use crate::{Service, StartError};

/// Calls the endpoints with the functions' own credentials.
pub(super) struct AwsCaller {
    client: HttpClient,
    aws: AwsEnvironment,
}

impl AwsCaller {
    /// Fails when the system has no root certificates.
    pub(super) fn new(aws: &AwsEnvironment) -> Result<Self, StartError> {
        Ok(Self { client: http_client()?, aws: aws.clone() })
    }

    /// Calls an operation. The inner error is the name that AWS gave its refusal.
    ///
    /// The outer error is for everything that is no answer from AWS.
    pub(super) async fn call(
        &self,
        service: Service,
        operation: &str,
        body: &Value,
    ) -> Result<Result<Value, String>, StartError> {
        let failed = |error: &dyn std::fmt::Display| StartError::Endpoint(format!("{operation}: {error}"));
        let request = self.request(service, operation, body.to_string()).map_err(|error| failed(&error))?;
        let response = self.client.request(request).await.map_err(|error| failed(&error))?;
        let success = response.status().is_success();
        let bytes = response.into_body().collect().await.map_err(|error| failed(&error))?.to_bytes();
        let answer: Value = serde_json::from_slice(&bytes).map_err(|error| failed(&error))?;
        if success {
            return Ok(Ok(answer));
        }
        let name = answer.get("__type").and_then(Value::as_str).unwrap_or("an unnamed error");
        Ok(Err(name.rsplit('#').next().unwrap_or(name).to_owned()))
    }

    /// As [`AwsCaller::call`], where a refusal is an error too.
    pub(super) async fn must(
        &self,
        service: Service,
        operation: &str,
        body: &Value,
    ) -> Result<Value, StartError> {
        let refused = |name| StartError::Endpoint(format!("{operation} was refused: {name}"));
        self.call(service, operation, body).await?.map_err(refused)
    }

    fn request(
        &self,
        service: Service,
        operation: &str,
        body: String,
    ) -> Result<Request<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
        let (name, prefix, url, version) = match service {
            Service::DynamoDb => {
                ("dynamodb", "DynamoDB_20120810", self.aws.get("AWS_ENDPOINT_URL_DYNAMODB"), "1.0")
            }
            Service::Kms => ("kms", "TrentService", self.aws.get("AWS_ENDPOINT_URL_KMS"), "1.1"),
        };
        let token =
            Some(self.aws.get("AWS_SESSION_TOKEN")).filter(|token| !token.is_empty()).map(str::to_owned);
        let (id, secret) = (self.aws.get("AWS_ACCESS_KEY_ID"), self.aws.get("AWS_SECRET_ACCESS_KEY"));
        let identity = Credentials::new(id, secret, token, None, "environment").into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.aws.get("AWS_REGION"))
            .name(name)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let target = format!("{prefix}.{operation}");
        let content_type = format!("application/x-amz-json-{version}");
        let url = format!("{}/", url.trim_end_matches('/'));
        let headers = [("content-type", content_type.as_str()), ("x-amz-target", target.as_str())];
        let signable = SignableRequest::new(
            "POST",
            url.as_str(),
            headers.into_iter(),
            SignableBody::Bytes(body.as_bytes()),
        )?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let mut request = Request::post(&url).body(())?;
        for (name, value) in headers {
            request.headers_mut().insert(name, value.parse()?);
        }
        instructions.apply_to_request_http1x(&mut request);
        Ok(request.map(|()| Full::new(Bytes::from(body))))
    }
}
