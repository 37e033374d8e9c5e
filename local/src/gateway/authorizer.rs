//! Asking a Lambda authorizer.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::authorizer_event::{self, request_arn};
use super::cache::Cache;
use super::identity;
use super::policy::{Decision, Policy};
use super::request::GatewayRequest;
use super::router::Match;
use crate::runtime::{Functions, InvokeError};
use crate::template::{ApiKind, ApiSpec, AuthorizerKind, AuthorizerSpec};

/// An HTTP API waits no longer for an authorizer.
const HTTP_TIMEOUT: Duration = Duration::from_secs(10);

/// A REST API waits as long as for any function.
const REST_TIMEOUT: Duration = Duration::from_secs(29);

/// What an authorizer says about the caller.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct AuthorizerContext {
    /// `principalId`; empty for simple responses.
    pub(super) principal: String,
    /// `context`.
    pub(super) values: Map<String, Value>,
}

/// The outcome for one request.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// The route has no authorizer, or it allows the request.
    Allowed(Option<AuthorizerContext>),
    /// An identity source is missing, or the function failed with `Unauthorized`.
    Unauthorized,
    /// The policy does not allow the request; `explicit`: it denies it by name.
    Denied { explicit: bool, context: AuthorizerContext },
    /// The function failed.
    Failed,
    /// The function's answer makes no sense.
    Malformed,
}

/// The authorizers of one API, with their kept answers.
pub(super) struct Authorizers {
    functions: Functions,
    kept: Cache<Answer>,
}

/// A checked answer.
#[derive(Debug, Clone)]
struct Answer {
    rule: Rule,
    context: AuthorizerContext,
}

#[derive(Debug, Clone)]
enum Rule {
    Policy(Policy),
    Simple(bool),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PolicyAnswer {
    principal_id: String,
    policy_document: Policy,
    context: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SimpleAnswer {
    is_authorized: bool,
    context: Option<Map<String, Value>>,
}

impl Authorizers {
    /// Nothing is kept yet.
    pub(super) fn new(functions: Functions) -> Self {
        Self { functions, kept: Cache::new() }
    }

    /// Decides about a request. The function is asked unless an identity source is missing or an answer is kept.
    pub(super) async fn decide(
        &self,
        api: &ApiSpec,
        request: &GatewayRequest,
        matched: &Match<'_>,
    ) -> Verdict {
        let Some(name) = &matched.route.authorizer else { return Verdict::Allowed(None) };
        let Some(spec) = api.authorizers.get(name) else { return Verdict::Malformed };
        let Some(identity) = identity::values(&spec.sources, request, matched) else {
            return Verdict::Unauthorized;
        };
        let key = (spec.name.clone(), identity);
        if let Some(answer) = self.kept.get(&key, Instant::now()) {
            return answer.apply(&request_arn(api, request, matched));
        }
        let event = authorizer_event::event(spec.kind, api, request, matched, &key.1);
        let answer = match self.ask(api.kind, spec, &event).await {
            Ok(answer) => answer,
            Err(verdict) => return verdict,
        };
        if !spec.ttl.is_zero() {
            self.kept.put(key, answer.clone(), Instant::now(), spec.ttl);
        }
        answer.apply(&request_arn(api, request, matched))
    }

    async fn ask(&self, api: ApiKind, spec: &AuthorizerSpec, event: &Value) -> Result<Answer, Verdict> {
        let invocation = self.functions.invoke(&spec.function, event.to_string().into());
        let limit = match api {
            ApiKind::Http => HTTP_TIMEOUT,
            ApiKind::Rest => REST_TIMEOUT,
        };
        match timeout(limit, invocation).await.unwrap_or(Err(InvokeError::TimedOut)) {
            Ok(body) => Answer::parse(api, spec.kind, &body).ok_or(Verdict::Malformed),
            Err(InvokeError::Function { message, .. }) if message == "Unauthorized" => {
                Err(Verdict::Unauthorized)
            }
            Err(_) => Err(Verdict::Failed),
        }
    }
}

impl Answer {
    /// Nothing when the answer has not the form that its kind of authorizer must give.
    fn parse(api: ApiKind, kind: AuthorizerKind, body: &[u8]) -> Option<Self> {
        if kind == (AuthorizerKind::Http2 { simple: true }) {
            let answer: SimpleAnswer = serde_json::from_slice(body).ok()?;
            let context =
                AuthorizerContext { principal: String::new(), values: answer.context.unwrap_or_default() };
            return Some(Self { rule: Rule::Simple(answer.is_authorized), context });
        }
        let answer: PolicyAnswer = serde_json::from_slice(body).ok()?;
        let values = answer.context.unwrap_or_default();
        // A REST API takes no lists or maps in the context; an HTTP API does.
        if api == ApiKind::Rest && values.values().any(|value| value.is_object() || value.is_array()) {
            return None;
        }
        let context = AuthorizerContext { principal: answer.principal_id, values };
        Some(Self { rule: Rule::Policy(answer.policy_document), context })
    }

    fn apply(self, arn: &str) -> Verdict {
        let decision = match &self.rule {
            Rule::Simple(true) => Decision::Allow,
            Rule::Simple(false) => Decision::ImplicitDeny,
            Rule::Policy(policy) => policy.decide(arn),
        };
        match decision {
            Decision::Allow => Verdict::Allowed(Some(self.context)),
            Decision::ExplicitDeny => Verdict::Denied { explicit: true, context: self.context },
            Decision::ImplicitDeny => Verdict::Denied { explicit: false, context: self.context },
        }
    }
}
