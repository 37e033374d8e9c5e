//! The answer that all four kinds of gateway understand: an IAM policy for this one request, and a flat context.

use std::fmt;

use lambda_runtime::Diagnostic;
use postern_core::access::{Bearer, Refusal, Wanted};
use postern_core::http::StatusCode;
use serde::Serialize;

/// API Gateway's limit for a resource of the policy, in characters.
const MAX_ARN: usize = 512;

/// A policy with its context.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    principal_id: String,
    policy_document: Policy,
    context: Context,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    version: &'static str,
    statement: [Statement; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    action: &'static str,
    effect: &'static str,
    resource: String,
}

/// What the backend, or the gateway's error answer, may read: strings of visible ASCII (G10).
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Context {
    Allowed {
        tenant: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        actor: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pat_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        account: Option<String>,
        scope: String,
    },
    #[serde(rename_all = "camelCase")]
    Denied {
        error: &'static str,
        error_description: &'static str,
        www_authenticate: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
    },
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The gateway turns this very text into a 401.
    Unauthorized,
    /// The gateway turns everything else into a 500.
    Fault,
}

impl Answer {
    /// Lets one request pass. The policy names this request alone, so that it can never allow another route (G02).
    pub(crate) fn allow(bearer: &Bearer, arn: &str) -> Self {
        let subject = &bearer.subject;
        let user = subject.user_id().map(ToString::to_string);
        let client_id = subject.client_id().map(ToString::to_string);
        let principal_id = user.clone().or_else(|| client_id.clone()).unwrap_or_default();
        let context = Context::Allowed {
            tenant: subject.tenant_id.to_string(),
            user,
            client_id,
            actor: subject.delegate().map(ToString::to_string),
            pat_id: subject.pat_id().map(ToString::to_string),
            account: subject.account_id().map(String::from),
            scope: bearer.scopes.to_string(),
        };
        Self { principal_id, policy_document: policy("Allow", arn), context }
    }

    /// Whether a policy can name a request and nothing else: a path may hold what a policy takes for a wildcard or a
    /// variable, and a longer resource would void the whole answer.
    pub(crate) fn can_name(arn: &str) -> bool {
        arn.len() <= MAX_ARN && !arn.contains(['*', '?']) && !arn.contains("${")
    }

    /// 403 with its reason, and the seconds to wait where waiting helps, or the gateway's 401.
    ///
    /// No gateway lets a 401 say more than its template does. A challenge for a better sign-in (RFC 9470 section 3)
    /// is worth nothing without its parameters: a gateway that `tells_why` says them with 403.
    pub(crate) fn refuse(
        refusal: Refusal,
        wanted: &Wanted,
        retry_after: Option<u64>,
        tells_why: bool,
    ) -> Result<Self, Failure> {
        let challenges = refusal == Refusal::InsufficientUserAuthentication && tells_why;
        if refusal.status() == StatusCode::UNAUTHORIZED && !challenges {
            return Err(Failure::Unauthorized);
        }
        let context = Context::Denied {
            error: refusal.name(),
            error_description: refusal.fix(),
            www_authenticate: wanted.challenge(refusal),
            retry_after: retry_after.map(|seconds| seconds.to_string()),
        };
        Ok(Self { principal_id: "denied".into(), policy_document: policy("Deny", "*"), context })
    }
}

fn policy(effect: &'static str, resource: &str) -> Policy {
    let statement = Statement { action: "execute-api:Invoke", effect, resource: resource.to_owned() };
    Policy { version: "2012-10-17", statement: [statement] }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unauthorized => "Unauthorized",
            Self::Fault => "The authorizer cannot decide right now",
        })
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self { error_type: format!("{failure:?}"), error_message: failure.to_string() }
    }
}
