//! The four events that API Gateway sends an authorizer: REST `TOKEN`, REST `REQUEST` (WebSocket too), HTTP payload
//! 1.0 and HTTP payload 2.0. One lenient shape reads them all; `version` and `type` tell them apart.

use std::collections::HashMap;

use serde::Deserialize;

/// An event. What is absent or null in one of the four is `None`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    version: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    authorization_token: Option<String>,
    method_arn: Option<String>,
    route_arn: Option<String>,
    route_key: Option<String>,
    resource: Option<String>,
    http_method: Option<String>,
    request_context: Option<RequestContext>,
    headers: Option<HashMap<String, Option<String>>>,
    multi_value_headers: Option<HashMap<String, Vec<String>>>,
}

#[derive(Deserialize)]
struct RequestContext {
    http: Option<Http>,
}

#[derive(Deserialize)]
struct Http {
    method: Option<String>,
}

/// What the decision needs of an event.
pub(crate) struct Call<'e> {
    /// Every value of `Authorization`.
    pub(crate) authorization: Vec<&'e str>,
    pub(crate) method: &'e str,
    pub(crate) route: Route<'e>,
    /// What an answer allows: this very request.
    pub(crate) arn: &'e str,
}

/// How the event names the route.
pub(crate) enum Route<'e> {
    /// As the gateway matched it, placeholders included.
    Matched(&'e str),
    /// As the raw path: all that a `TOKEN` event has.
    Path(&'e str),
}

impl Event {
    /// Reads the event; `None` where it is none of the four.
    pub(crate) fn call(&self) -> Option<Call<'_>> {
        match (self.version.as_deref(), self.kind.as_deref()) {
            (Some("2.0"), _) => {
                // A route for any method says so in its key; the catch-all route has neither method nor resource.
                let http = self.request_context.as_ref()?.http.as_ref()?;
                let resource =
                    self.route_key.as_deref()?.split_once(' ').map_or("", |(_, resource)| resource);
                Some(Call {
                    authorization: self.authorization(),
                    method: http.method.as_deref()?,
                    route: Route::Matched(resource),
                    arn: self.route_arn.as_deref()?,
                })
            }
            (None, Some("TOKEN")) => {
                let arn = self.method_arn.as_deref()?;
                // arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>
                let mut parts = arn.splitn(6, ':').nth(5)?.splitn(4, '/');
                let (_api, _stage, method) = (parts.next()?, parts.next()?, parts.next()?);
                let authorization = vec![self.authorization_token.as_deref()?];
                Some(Call {
                    authorization,
                    method,
                    route: Route::Path(parts.next().unwrap_or_default()),
                    arn,
                })
            }
            (Some("1.0") | None, Some("REQUEST")) => Some(Call {
                authorization: self.authorization(),
                // A WebSocket's $connect has neither method nor resource: no route matches, and it is denied.
                method: self.http_method.as_deref().unwrap_or_default(),
                route: Route::Matched(self.resource.as_deref().unwrap_or_default()),
                arn: self.method_arn.as_deref()?,
            }),
            _ => None,
        }
    }

    /// REST events keep the client's case and list repeated headers apart (G07).
    fn authorization(&self) -> Vec<&str> {
        let is_it = |name: &str| name.eq_ignore_ascii_case("authorization");
        if let Some(headers) = &self.multi_value_headers {
            let values = headers.iter().filter(|(name, _)| is_it(name)).flat_map(|(_, values)| values);
            return values.map(String::as_str).collect();
        }
        let headers = self.headers.iter().flatten().filter(|(name, _)| is_it(name));
        headers.filter_map(|(_, value)| value.as_deref()).collect()
    }
}
