//! The four events that API Gateway sends an authorizer: REST `TOKEN`, REST `REQUEST` (WebSocket too), HTTP payload
//! 1.0 and HTTP payload 2.0. One lenient shape reads them all; `version` and `type` tell them apart.

use std::collections::HashMap;
use std::net::IpAddr;

use postern_core::api::Asked;
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
#[serde(rename_all = "camelCase")]
struct RequestContext {
    domain_name: Option<String>,
    path: Option<String>,
    http: Option<Http>,
    identity: Option<Identity>,
}

impl RequestContext {
    fn path(&self) -> Option<&str> {
        let http = self.http.as_ref().and_then(|http| http.path.as_deref());
        http.or(self.path.as_deref())
    }
}

/// Payload 2.0.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: Option<String>,
    path: Option<String>,
    source_ip: Option<String>,
}

/// Payload 1.0 and REST.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    source_ip: Option<String>,
}

/// What the decision needs of an event.
pub(crate) struct Call<'e> {
    /// Every value of `Authorization`.
    pub(crate) authorization: Vec<&'e str>,
    /// Every value of the account header; `None` where the event tells no headers.
    pub(crate) account: Option<Vec<&'e str>>,
    /// Every value of the header `DPoP`; a `TOKEN` event has none.
    pub(crate) proofs: Vec<&'e str>,
    /// The path as it was asked for, with the stage where that is a part of it.
    pub(crate) path: Option<&'e str>,
    /// The domain that was called; a `TOKEN` event does not tell.
    pub(crate) host: Option<&'e str>,
    /// From where, as the gateway saw it: never what `X-Forwarded-For` claims.
    pub(crate) source: Option<IpAddr>,
    pub(crate) method: &'e str,
    pub(crate) route: Asked<'e>,
    /// Whether the gateway passes on what a refusal says: REST APIs do.
    pub(crate) tells_why: bool,
    /// What an answer allows: this very request.
    pub(crate) arn: &'e str,
}

impl Event {
    /// Reads the event; `None` where it is none of the four.
    pub(crate) fn call(&self, account_header: &str) -> Option<Call<'_>> {
        match (self.version.as_deref(), self.kind.as_deref()) {
            (Some("2.0"), _) => {
                // A route for any method says so in its key; the catch-all route has neither method nor resource.
                let method = self.request_context.as_ref()?.http.as_ref()?.method.as_deref()?;
                let resource =
                    self.route_key.as_deref()?.split_once(' ').map_or("", |(_, resource)| resource);
                let arn = self.route_arn.as_deref()?;
                Some(self.request(account_header, arn, method, Asked::Resource(resource)))
            }
            (None, Some("TOKEN")) => self.token_call(),
            (Some("1.0") | None, Some("REQUEST")) => {
                // A WebSocket's $connect has neither method nor resource: no route matches, and it is denied.
                let method = self.http_method.as_deref().unwrap_or_default();
                let resource = self.resource.as_deref().unwrap_or_default();
                let arn = self.method_arn.as_deref()?;
                Some(self.request(account_header, arn, method, Asked::Resource(resource)))
            }
            _ => None,
        }
    }

    fn request<'e>(
        &'e self,
        account_header: &str,
        arn: &'e str,
        method: &'e str,
        route: Asked<'e>,
    ) -> Call<'e> {
        let context = self.request_context.as_ref();
        let http = context.and_then(|it| it.http.as_ref()).and_then(|it| it.source_ip.as_deref());
        let identity = context.and_then(|it| it.identity.as_ref()).and_then(|it| it.source_ip.as_deref());
        Call {
            authorization: self.header("authorization"),
            account: Some(self.header(account_header)),
            proofs: self.header("dpop"),
            path: context.and_then(RequestContext::path),
            host: context.and_then(|it| it.domain_name.as_deref()),
            // The console's test button sends a text that is no address.
            source: http.or(identity).and_then(|text| text.parse().ok()),
            method,
            route,
            tells_why: self.version.is_none(),
            arn,
        }
    }

    /// A `TOKEN` event tells the credential and `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`:
    /// neither headers, nor domain, nor address, so that it serves no platform and no allowlist.
    fn token_call(&self) -> Option<Call<'_>> {
        let arn = self.method_arn.as_deref()?;
        let mut parts = arn.splitn(6, ':').nth(5)?.splitn(4, '/');
        let (_api, _stage, method) = (parts.next()?, parts.next()?, parts.next()?);
        let start = arn.len().checked_sub(parts.next().unwrap_or_default().len() + 1)?;
        Some(Call {
            authorization: vec![self.authorization_token.as_deref()?],
            account: None,
            proofs: Vec::new(),
            path: None,
            host: None,
            source: None,
            method,
            tells_why: true,
            route: Asked::Path(arn.get(start..).filter(|path| path.starts_with('/')).unwrap_or_default()),
            arn,
        })
    }

    /// REST events keep the client's case and list repeated headers apart (G07).
    fn header(&self, wanted: &str) -> Vec<&str> {
        let is_it = |name: &str| name.eq_ignore_ascii_case(wanted);
        if let Some(headers) = &self.multi_value_headers {
            let values = headers.iter().filter(|(name, _)| is_it(name)).flat_map(|(_, values)| values);
            return values.map(String::as_str).collect();
        }
        let headers = self.headers.iter().flatten().filter(|(name, _)| is_it(name));
        headers.filter_map(|(_, value)| value.as_deref()).collect()
    }
}
