//! Routes: the `HttpApi` and `Api` events of functions. `DynamoDB` events are read in
//! `streams`; others have no local form.

use serde::Deserialize;
use serde_json::Value;

use super::api::{ApiKind, Route};
use super::document::{Resource, Template};
use super::{at, template_error};
use crate::StartError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct HttpEvent {
    #[serde(alias = "RestApiId")]
    api_id: Option<String>,
    path: Option<String>,
    method: Option<String>,
    #[serde(default)]
    auth: EventAuth,
    payload_format_version: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct EventAuth {
    authorizer: Option<String>,
}

/// The catch-all route of an HTTP API.
pub(crate) const DEFAULT_ROUTE: &str = "$default";

impl Template {
    /// The routes of one API. `default` is its default authorizer.
    ///
    /// Fails on events that name no API, or use what is not known here.
    pub(super) fn routes(
        &self,
        kind: ApiKind,
        api: &str,
        default: Option<&str>,
    ) -> Result<Vec<Route>, StartError> {
        let mut routes = Vec::new();
        for function in self.resources("AWS::Serverless::Function")? {
            let events = function.body.get("Properties").and_then(|properties| properties.get("Events"));
            for (name, event) in events.and_then(Value::as_object).into_iter().flatten() {
                let place = format!("Resources.{}.Events.{name}", function.id);
                routes.extend(at(&place, self.route(kind, api, &function, event))?);
            }
        }
        for route in &mut routes {
            route.authorizer = match route.authorizer.take() {
                Some(name) if name == "NONE" => None,
                Some(name) => Some(name),
                None => default.map(str::to_owned),
            };
        }
        Ok(routes)
    }

    /// The route of an event, if it is one of this API. Its authorizer is as written.
    fn route(
        &self,
        kind: ApiKind,
        api: &str,
        function: &Resource<'_>,
        event: &Value,
    ) -> Result<Option<Route>, StartError> {
        let wanted = match kind {
            ApiKind::Http => "HttpApi",
            ApiKind::Rest => "Api",
        };
        if event.get("Type").and_then(Value::as_str) != Some(wanted) {
            return Ok(None);
        }
        let properties = event.get("Properties").cloned().unwrap_or_else(|| serde_json::json!({}));
        let event: HttpEvent = serde_json::from_value(self.scope.resolve_some(&properties)?)
            .map_err(|error| template_error(error.to_string()))?;
        let Some(named) = event.api_id else {
            return Err(template_error("name the API (ApiId or RestApiId): implicit APIs are not supported"));
        };
        if event.payload_format_version.is_some_and(|version| version != "2.0") {
            return Err(template_error("only PayloadFormatVersion 2.0 is supported"));
        }
        if named != api {
            return Ok(None);
        }
        let (path, method) = path_and_method(kind, event.path, event.method)?;
        let function = function.id.to_owned();
        Ok(Some(Route { method, path, function, authorizer: event.auth.authorizer }))
    }
}

fn path_and_method(
    kind: ApiKind,
    path: Option<String>,
    method: Option<String>,
) -> Result<(String, Option<String>), StartError> {
    match (path, method) {
        (None, None) if kind == ApiKind::Http => Ok((DEFAULT_ROUTE.to_owned(), None)),
        (Some(path), Some(method)) if path.starts_with('/') => {
            let method = method.to_ascii_uppercase();
            Ok((
                path,
                Some(method)
                    .filter(|method| !matches!(method.as_str(), "ANY" | "X-AMAZON-APIGATEWAY-ANY-METHOD")),
            ))
        }
        _ => Err(template_error("a route needs a Path that starts with a slash, and a Method")),
    }
}
