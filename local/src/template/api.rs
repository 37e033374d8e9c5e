//! `AWS::Serverless::HttpApi` and `AWS::Serverless::Api`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::authorizers::{self, AuthorizerSpec};
use super::document::{Resource, Template};
use super::intrinsics::scalar_text;
use super::rest_settings::{GatewayResponseSpec, RestCors, gateway_responses, rest_cors};
use super::scope::Physical;
use super::{at, template_error};
use crate::StartError;

/// Properties without meaning on a laptop.
const IGNORED: [&str; 19] = [
    "AccessLogSetting",
    "AccessLogSettings",
    "AlwaysDeploy",
    "ApiKeySourceType",
    "CanarySetting",
    "DefaultRouteSettings",
    "Description",
    "DisableExecuteApiEndpoint",
    "Domain",
    "EndpointConfiguration",
    "FailOnWarnings",
    "MethodSettings",
    "MinimumCompressionSize",
    "Name",
    "OpenApiVersion",
    "PropagateTags",
    "RouteSettings",
    "Tags",
    "TracingEnabled",
];

/// The two kinds of API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApiKind {
    /// HTTP API: payload 2.0, stage `$default` at the root.
    Http,
    /// REST API: payload 1.0, under its stage.
    Rest,
}

impl ApiKind {
    fn resource_type(self) -> &'static str {
        match self {
            Self::Http => "AWS::Serverless::HttpApi",
            Self::Rest => "AWS::Serverless::Api",
        }
    }
}

/// An API, ready to serve.
#[derive(Debug, Clone)]
pub(crate) struct ApiSpec {
    /// Its kind.
    pub(crate) kind: ApiKind,
    /// Its name in the template, and its id here.
    pub(crate) id: String,
    /// Its stage.
    pub(crate) stage: String,
    /// Its routes, in no order.
    pub(crate) routes: Vec<Route>,
    /// The authorizers that routes may name.
    pub(crate) authorizers: BTreeMap<String, AuthorizerSpec>,
    /// The authorizer of routes that name none.
    pub(crate) default_authorizer: Option<String>,
    /// CORS of an HTTP API.
    pub(crate) http_cors: Option<HttpCors>,
    /// CORS of a REST API.
    pub(crate) rest_cors: Option<RestCors>,
    /// Gateway responses of a REST API, by type.
    pub(crate) gateway_responses: BTreeMap<String, GatewayResponseSpec>,
}

/// A method and a path, and what is behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// Upper-case; nothing for `ANY`.
    pub(crate) method: Option<String>,
    /// With `{name}` and `{name+}` parts; `$default` for the catch-all.
    pub(crate) path: String,
    /// The function's name in the template.
    pub(crate) function: String,
    /// The authorizer's name.
    pub(crate) authorizer: Option<String>,
}

/// `CorsConfiguration` of an HTTP API.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct HttpCors {
    /// Origins, or `*`.
    #[serde(default)]
    pub(crate) allow_origins: Vec<String>,
    /// Request headers, or `*`.
    #[serde(default)]
    pub(crate) allow_headers: Vec<String>,
    /// Methods, or `*`.
    #[serde(default)]
    pub(crate) allow_methods: Vec<String>,
    /// Response headers that scripts may read.
    #[serde(default)]
    pub(crate) expose_headers: Vec<String>,
    /// In seconds.
    pub(crate) max_age: Option<u64>,
    /// Whether cookies may be sent.
    #[serde(default)]
    pub(crate) allow_credentials: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    stage_name: Option<String>,
    #[serde(default)]
    auth: Auth,
    cors_configuration: Option<HttpCors>,
    cors: Option<Value>,
    #[serde(default)]
    gateway_responses: BTreeMap<String, Value>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Auth {
    default_authorizer: Option<String>,
    #[serde(default)]
    authorizers: BTreeMap<String, Value>,
    add_default_authorizer_to_cors_preflight: Option<bool>,
    /// Without meaning here, as API keys are not supported.
    #[serde(rename = "AddApiKeyRequiredToCorsPreflight")]
    _add_api_key_required_to_cors_preflight: Option<bool>,
}

impl Template {
    /// Makes the APIs known. `api_base` is the address of the HTTP API. Fails on more than one API of a kind.
    pub(crate) fn define_apis(&mut self, api_base: &str) -> Result<(), StartError> {
        if let Some(api) = self.only(ApiKind::Http)? {
            let id = api.id.to_owned();
            let physical = Physical::new(id.clone(), "ApiEndpoint", api_base)
                .with("Stage", "$default")
                .with("ApiId", &id);
            self.define_api(&id, physical);
        }
        if let Some(api) = self.only(ApiKind::Rest)? {
            let (id, stage) = (api.id.to_owned(), self.rest_stage(&api)?);
            let physical = Physical::new(id.clone(), "RootResourceId", "root").with("Stage", stage);
            self.define_api(&id, physical);
        }
        Ok(())
    }

    /// The stage alone: the other properties may refer to what does not exist yet.
    fn rest_stage(&self, api: &Resource<'_>) -> Result<String, StartError> {
        match api.body.get("Properties").and_then(|properties| properties.get("StageName")) {
            Some(stage) => at(api.id, self.scope.resolve_some(stage).and_then(|stage| scalar_text(&stage))),
            None => Err(template_error(format!("Resources.{} has no StageName", api.id))),
        }
    }

    fn only(&self, kind: ApiKind) -> Result<Option<Resource<'_>>, StartError> {
        let mut apis = self.resources(kind.resource_type())?;
        if apis.len() > 1 {
            return Err(template_error(format!("more than one {} is not supported", kind.resource_type())));
        }
        Ok(apis.pop())
    }

    /// The API of a kind, with its routes and authorizers. Fails on properties that are not known here.
    pub(crate) fn api(&self, kind: ApiKind) -> Result<Option<ApiSpec>, StartError> {
        let Some(api) = self.only(kind)? else { return Ok(None) };
        at(&format!("Resources.{}", api.id), self.read_api(kind, &api)).map(Some)
    }

    fn read_api(&self, kind: ApiKind, api: &Resource<'_>) -> Result<ApiSpec, StartError> {
        let properties: Properties = serde_json::from_value(self.properties(api, &IGNORED)?)
            .map_err(|error| template_error(error.to_string()))?;
        let stage = match (kind, properties.stage_name) {
            (ApiKind::Http, None) => "$default".to_owned(),
            (ApiKind::Http, Some(stage)) if stage == "$default" => stage,
            (ApiKind::Rest, Some(stage)) if !stage.is_empty() && !stage.contains('/') => stage,
            _ => {
                return Err(template_error(
                    "an HTTP API has the stage $default, a REST API a stage of one word",
                ));
            }
        };
        let auth = properties.auth;
        let permitted = !self.resources("AWS::Lambda::Permission")?.is_empty();
        let spec = ApiSpec {
            kind,
            id: api.id.to_owned(),
            stage,
            routes: self.routes(kind, api.id, auth.default_authorizer.as_deref())?,
            authorizers: authorizers::read(kind, auth.authorizers, permitted)?,
            default_authorizer: auth.default_authorizer,
            http_cors: properties.cors_configuration,
            rest_cors: match properties.cors {
                Some(cors) => {
                    Some(rest_cors(cors, auth.add_default_authorizer_to_cors_preflight.unwrap_or(true))?)
                }
                None => None,
            },
            gateway_responses: gateway_responses(properties.gateway_responses)?,
        };
        spec.check()
    }
}

impl ApiSpec {
    /// Fails when a route names an authorizer that does not exist.
    fn check(self) -> Result<Self, StartError> {
        let named =
            self.routes.iter().filter_map(|route| route.authorizer.as_ref()).chain(&self.default_authorizer);
        match named.into_iter().find(|name| !self.authorizers.contains_key(*name)) {
            Some(unknown) => Err(template_error(format!("there is no authorizer named {unknown}"))),
            None => Ok(self),
        }
    }
}
