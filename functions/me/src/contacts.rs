//! Sample contacts: the same two for every tenant, with the tenant's name on them.

use serde_json::{Value, json};

use crate::event::Call;

/// Status and body for one route.
pub(crate) fn answer(method: &str, resource: &str, call: &Call<'_>) -> (u16, Value) {
    let tenant = call.context("tenant");
    match (method, resource) {
        ("GET", "/v1/contacts") | ("POST", "/v1/contacts/search") => (200, json!({ "data": all(tenant) })),
        ("POST", "/v1/contacts") => match call.body() {
            Some(body) => (201, merged(&json!({ "id": "con_3", "tenant": tenant }), &body)),
            None => bad_body(),
        },
        ("GET", "/v1/contacts/{id}") => found(call, tenant).map_or_else(not_found, |contact| (200, contact)),
        ("PATCH", "/v1/contacts/{id}") => match (found(call, tenant), call.body()) {
            (None, _) => not_found(),
            (_, None) => bad_body(),
            (Some(contact), Some(body)) => (200, merged(&contact, &body)),
        },
        ("DELETE", "/v1/contacts/{id}") => found(call, tenant).map_or_else(not_found, |_| (204, Value::Null)),
        _ => not_found(),
    }
}

fn all(tenant: &Value) -> Vec<Value> {
    let people = [("con_1", "Ada Lovelace"), ("con_2", "Grace Hopper")];
    people.iter().map(|(id, name)| json!({ "id": id, "name": name, "tenant": tenant })).collect()
}

fn found(call: &Call<'_>, tenant: &Value) -> Option<Value> {
    all(tenant)
        .into_iter()
        .find(|contact| contact.get("id").and_then(Value::as_str) == Some(call.parameter("id")))
}

/// `changes` over `contact`, but for who it is and whose.
fn merged(contact: &Value, changes: &Value) -> Value {
    let mut merged = changes.as_object().cloned().unwrap_or_default();
    merged.extend(
        contact
            .as_object()
            .cloned()
            .unwrap_or_default()
            .into_iter()
            .filter(|(name, _)| matches!(name.as_str(), "id" | "tenant") || changes.get(name).is_none()),
    );
    Value::Object(merged)
}

fn not_found() -> (u16, Value) {
    (404, json!({ "error": "not_found" }))
}

fn bad_body() -> (u16, Value) {
    (400, json!({ "error": "invalid_request", "error_description": "The body must be a JSON object." }))
}
