//! The REST API's own answers, with the template's `GatewayResponses`.

use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::authorizer::AuthorizerContext;
use super::request::GatewayRequest;
use crate::net::{HttpResponse, respond};
use crate::template::{ApiSpec, GatewayResponseSpec};

/// The response types that can happen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GatewayError {
    MissingAuthenticationToken,
    Unauthorized,
    AccessDenied {
        explicit: bool,
    },
    AuthorizerFailure,
    AuthorizerConfiguration,
    RequestTooLarge,
    IntegrationTimeout,
    /// A function that failed, or answered nonsense: its type cannot be customized but by `DEFAULT_5XX`.
    MalformedProxyResponse,
}

impl GatewayError {
    /// Type, status, `x-amzn-ErrorType` and message.
    fn describe(self) -> (&'static str, u16, &'static str, Option<&'static str>) {
        match self {
            Self::MissingAuthenticationToken => (
                "MISSING_AUTHENTICATION_TOKEN",
                403,
                "MissingAuthenticationTokenException",
                Some("Missing Authentication Token"),
            ),
            Self::Unauthorized => ("UNAUTHORIZED", 401, "UnauthorizedException", Some("Unauthorized")),
            Self::AccessDenied { explicit: false } => (
                "ACCESS_DENIED",
                403,
                "AccessDeniedException",
                Some("User is not authorized to access this resource"),
            ),
            Self::AccessDenied { explicit: true } => (
                "ACCESS_DENIED",
                403,
                "AccessDeniedException",
                Some("User is not authorized to access this resource with an explicit deny"),
            ),
            Self::AuthorizerFailure => ("AUTHORIZER_FAILURE", 500, "AuthorizerFailureException", None),
            Self::AuthorizerConfiguration => {
                ("AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException", None)
            }
            Self::RequestTooLarge => {
                ("REQUEST_TOO_LARGE", 413, "RequestTooLargeException", Some("Request Too Long"))
            }
            Self::IntegrationTimeout => (
                "INTEGRATION_TIMEOUT",
                504,
                "InternalServerErrorException",
                Some("Endpoint request timed out"),
            ),
            Self::MalformedProxyResponse => {
                ("DEFAULT_5XX", 502, "InternalServerErrorException", Some("Internal server error"))
            }
        }
    }
}

/// A request that the gateway answers itself.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) error: GatewayError,
    /// The matched resource, if any.
    pub(super) resource: Option<String>,
    /// What the authorizer said, if it answered.
    pub(super) context: Option<AuthorizerContext>,
}

impl From<GatewayError> for Refusal {
    fn from(error: GatewayError) -> Self {
        Self { error, resource: None, context: None }
    }
}

impl Refusal {
    /// Builds the response: the template's entry for the type, else the one for its class, else AWS's own.
    pub(super) fn response(&self, api: &ApiSpec, request: &GatewayRequest) -> HttpResponse {
        let (kind, status, error_type, _) = self.error.describe();
        let class = if status < 500 { "DEFAULT_4XX" } else { "DEFAULT_5XX" };
        let plain = GatewayResponseSpec::default();
        let responses = &api.gateway_responses;
        let spec = responses.get(kind).or_else(|| responses.get(class)).unwrap_or(&plain);
        let variables = Variables { refusal: self, api, request };
        let template = spec.template.as_deref().unwrap_or("{\"message\":$context.error.messageString}");
        let mut response =
            respond(spec.status.unwrap_or(status), "application/json", variables.fill(template));
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(error_type));
        for (name, mapping) in &spec.headers {
            // A mapping without a value leaves its header out.
            let value = variables.mapped(mapping).and_then(|value| HeaderValue::from_str(&value).ok());
            if let (Ok(name), Some(value)) = (name.parse::<HeaderName>(), value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// The variables of header mappings and body templates.
struct Variables<'a> {
    refusal: &'a Refusal,
    api: &'a ApiSpec,
    request: &'a GatewayRequest,
}

impl Variables<'_> {
    /// The value of a header mapping: `'static'`, `context.x` or `method.request.header.x`.
    fn mapped(&self, mapping: &str) -> Option<String> {
        match mapping.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
            Some(text) => Some(text.to_owned()),
            None => self.variable(mapping),
        }
    }

    /// Replaces `$context.x` and `$method.request.header.x`, without any escaping, as API Gateway does.
    fn fill(&self, template: &str) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('$') {
            let end =
                after.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(after.len());
            let (name, tail) = after.split_at_checked(end).unwrap_or((after, ""));
            let name_only = name.trim_end_matches('.');
            filled.push_str(before);
            if name_only.starts_with("context.") || name_only.starts_with("method.request.header.") {
                filled.push_str(&self.variable(name_only).unwrap_or_default());
                filled.push_str(name.get(name_only.len()..).unwrap_or_default());
            } else {
                filled.push('$');
                filled.push_str(name);
            }
            rest = tail;
        }
        filled + rest
    }

    fn variable(&self, name: &str) -> Option<String> {
        if let Some(header) = name.strip_prefix("method.request.header.") {
            return self.request.header(&header.to_ascii_lowercase());
        }
        let name = name.strip_prefix("context.")?;
        if let Some(key) = name.strip_prefix("authorizer.") {
            return self.authorizer(key);
        }
        let (kind, _, _, message) = self.refusal.error.describe();
        match name {
            "error.message" => message.map(str::to_owned),
            "error.messageString" => Some(message.map_or(Value::Null, |text| json!(text)).to_string()),
            "error.responseType" => Some(kind.to_owned()),
            "requestId" | "extendedRequestId" => Some(self.request.id.clone()),
            "httpMethod" => Some(self.request.method.clone()),
            "path" => Some(self.request.full_path.clone()),
            "resourcePath" => self.refusal.resource.clone(),
            "stage" => Some(self.api.stage.clone()),
            "apiId" => Some(self.api.id.clone()),
            "identity.sourceIp" => Some(self.request.source_ip.to_string()),
            _ => None,
        }
    }

    fn authorizer(&self, key: &str) -> Option<String> {
        let context = self.refusal.context.as_ref()?;
        match (key, context.values.get(key)) {
            ("principalId", _) => Some(context.principal.clone()),
            (_, Some(Value::String(text))) => Some(text.clone()),
            (_, Some(Value::Null) | None) => None,
            (_, Some(other)) => Some(other.to_string()),
        }
    }
}
