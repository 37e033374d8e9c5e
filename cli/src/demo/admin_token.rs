//! A token for the admin API, by the same flow by which everybody gets one, in this process.

use std::sync::Arc;

use postern_core::admin::{AUDIENCE_PATH, SCOPE};
use postern_core::clock::{Clock as _, SystemClock};
use postern_core::entropy::OsEntropy;
use postern_core::http::{Call, HeaderMap, HeaderValue, Method, Request, header};
use postern_core::id::InvocationId;
use postern_core::server::Server;
use postern_core::settings::{Issuer, Settings};
use postern_core::token::{self, Door};
use postern_dynamodb::DynamoStore;
use postern_kms::KmsVault;
use serde_json::Value;

use crate::bootstrap::Failure;
use crate::operator::Operator;
use crate::outputs::Outputs;

/// Seconds that the flow may take.
const PATIENCE: u64 = 30;

/// Gets one.
pub(super) async fn issue(
    store: &DynamoStore,
    vault: KmsVault,
    outputs: &Outputs,
    operator: &Operator,
) -> Result<String, Failure> {
    let settings = Settings { issuer: Issuer::parse(&outputs.issuer)?, audience: outputs.audience.clone() };
    let resource = settings.issuer.url(AUDIENCE_PATH);
    let server = Server::new(store.clone(), vault, settings, Arc::new(SystemClock), Arc::new(OsEntropy));
    let Operator { client_id, client_secret } = operator;
    // Identifiers, secrets and issuers are made of what a form holds as it is.
    let body = format!(
        "grant_type=client_credentials&scope={SCOPE}&resource={resource}&client_id={client_id}&client_secret={client_secret}"
    );
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let call = Call {
        invocation: InvocationId::generate(&OsEntropy),
        source: None,
        deadline: SystemClock.now().plus(PATIENCE),
        caller: None,
    };
    let (path, query) = ("/oauth2/token".to_owned(), String::new());
    let request = Request { method: Method::POST, path, query, headers, body: body.into_bytes(), call };
    let answer = Box::pin(token::handle(&server, &request, Door::Token)).await;
    let answer: Value = serde_json::from_str(&answer.body)?;
    let token = answer.get("access_token").and_then(Value::as_str);
    Ok(token.ok_or_else(|| format!("no token for the admin API: {answer}"))?.to_owned())
}
