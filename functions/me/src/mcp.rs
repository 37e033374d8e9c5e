//! A small MCP server: Streamable HTTP without sessions and without streams, one tool.
//!
//! What is here is the server's own affair. That nobody comes without a token for it, with its scope, and as whom they
//! come, is the authorizer's (docs/mcp.md).

mod message;

use serde_json::{Value, json};

use crate::event::Call;
use message::{Fault, Message, Request};

/// The revision of the protocol that is spoken with clients that name none of ours.
const PREFERRED: &str = "2025-11-25";
/// All that are spoken here.
const REVISIONS: [&str; 3] = [PREFERRED, "2025-06-18", "2025-03-26"];

/// Status, headers beside the usual ones, and body; null stands for none.
type Answer = (u16, Vec<(&'static str, &'static str)>, Value);

/// Answers a request for `/mcp`.
pub(crate) fn answer(method: &str, call: &Call<'_>) -> Answer {
    if method != "POST" {
        // No streams and no sessions: nothing to listen to, nothing to end.
        return (405, vec![("allow", "POST")], Value::Null);
    }
    if !from_own_origin(call) {
        return (403, Vec::new(), Fault::INVALID_REQUEST.response(&Value::Null));
    }
    if !call.header("content-type").is_some_and(is_json) {
        return (415, Vec::new(), Fault::INVALID_REQUEST.response(&Value::Null));
    }
    match Message::parse(call.text()) {
        Err(fault) => (400, Vec::new(), fault.response(&Value::Null)),
        Ok(Message::Request(request)) if request.method == "initialize" => {
            (200, Vec::new(), message::result(&request.id, &initialize(&request.params)))
        }
        Ok(_) if !speaks(call) => (400, Vec::new(), Fault::REVISION.response(&Value::Null)),
        Ok(Message::Silent) => (202, Vec::new(), Value::Null),
        Ok(Message::Request(Request { method, id, params })) => {
            let body = match perform(&method, &params, call) {
                Ok(result) => message::result(&id, &result),
                Err(fault) => fault.response(&id),
            };
            (200, Vec::new(), body)
        }
    }
}

fn perform(method: &str, params: &Value, call: &Call<'_>) -> Result<Value, Fault> {
    match method {
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": [whoami()] })),
        "tools/call" if params.get("name").and_then(Value::as_str) == Some("whoami") => Ok(tell(call)),
        "tools/call" => Err(Fault::UNKNOWN_TOOL),
        _ => Err(Fault::METHOD_NOT_FOUND),
    }
}

fn initialize(params: &Value) -> Value {
    let asked = params.get("protocolVersion").and_then(Value::as_str);
    let revision = REVISIONS.into_iter().find(|it| Some(*it) == asked).unwrap_or(PREFERRED);
    json!({
        "protocolVersion": revision,
        "capabilities": { "tools": {} },
        "serverInfo": { "name": "postern-sample", "title": "Postern's sample", "version": env!("CARGO_PKG_VERSION") },
        "instructions": "Call whoami to learn for whom you act.",
    })
}

fn whoami() -> Value {
    let id = |text: &str| json!({ "type": ["string", "null"], "description": text });
    json!({
        "name": "whoami",
        "title": "Who am I",
        "description": "Tells for which tenant and user this connection acts, through which client.",
        "inputSchema": { "type": "object", "properties": {}, "additionalProperties": false },
        "outputSchema": {
            "type": "object",
            "properties": {
                "tenant": id("The organisation."),
                "user": id("The person; null where a client acts by itself."),
                "client_id": id("The client."),
                "scope": id("The token's scopes."),
            },
            "required": ["tenant", "user", "client_id", "scope"],
        },
        "annotations": { "readOnlyHint": true, "openWorldHint": false },
    })
}

/// The same as text, for clients that know no structured results.
fn tell(call: &Call<'_>) -> Value {
    let told = json!({
        "tenant": call.context("tenant"),
        "user": call.context("user"),
        "client_id": call.context("client_id"),
        "scope": call.context("scope"),
    });
    json!({ "content": [{ "type": "text", "text": told.to_string() }], "structuredContent": told, "isError": false })
}

/// Whether the revision that the client speaks is one of ours; without a word from it, the one that had no such header.
fn speaks(call: &Call<'_>) -> bool {
    call.header("mcp-protocol-version").is_none_or(|revision| REVISIONS.contains(&revision))
}

/// Browsers name the page that asks: only our own host's may (the transport's rule against DNS rebinding).
fn from_own_origin(call: &Call<'_>) -> bool {
    let Some(origin) = call.header("origin") else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == call.header("host")
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests;
