//! What a backend reads of API Gateway's event: payload 2.0 of HTTP APIs, 1.0 of REST APIs.

use serde_json::Value;

/// One call.
pub(crate) struct Call<'e> {
    /// The method.
    pub(crate) method: &'e str,
    /// The matched route, placeholders included.
    pub(crate) resource: &'e str,
    event: &'e Value,
}

impl<'e> Call<'e> {
    /// Reads an event.
    pub(crate) fn parse(event: &'e Value) -> Self {
        let route_key = event.get("routeKey").and_then(Value::as_str).and_then(|key| key.split_once(' '));
        let (method, resource) =
            route_key.unwrap_or_else(|| (text(event, "httpMethod"), text(event, "resource")));
        Self { method, resource, event }
    }

    /// What the authorizer said; null where it said nothing.
    pub(crate) fn context(&self, name: &str) -> &'e Value {
        let authorizer = self.event.pointer("/requestContext/authorizer").unwrap_or(&Value::Null);
        // HTTP APIs put the context one level deeper.
        authorizer.get("lambda").unwrap_or(authorizer).get(name).unwrap_or(&Value::Null)
    }

    /// A path parameter.
    pub(crate) fn parameter(&self, name: &str) -> &'e str {
        self.event.get("pathParameters").map_or("", |parameters| text(parameters, name))
    }

    /// A header, in any case; null where there is none.
    pub(crate) fn header(&self, name: &str) -> Option<&'e str> {
        let headers = self.event.get("headers")?.as_object()?;
        headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1.as_str()
    }

    /// The body as text; empty where there is none.
    pub(crate) fn text(&self) -> &'e str {
        text(self.event, "body")
    }

    /// The JSON body; `None` where it is not a JSON object.
    pub(crate) fn body(&self) -> Option<Value> {
        serde_json::from_str(text(self.event, "body")).ok().filter(Value::is_object)
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
