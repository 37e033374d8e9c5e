//! JSON-RPC 2.0, as MCP uses it: one message a request, no batches.

use serde_json::{Value, json};

/// A message of a client.
pub(super) enum Message {
    /// It is to be answered.
    Request(Request),
    /// A notification, or the answer to a question that was never asked: nothing to say.
    Silent,
}

/// A request.
pub(super) struct Request {
    /// What is to be done.
    pub(super) method: String,
    /// Its identifier: a text or an integer, never null.
    pub(super) id: Value,
    /// Its parameters; null without any.
    pub(super) params: Value,
}

/// An error with its code (JSON-RPC 2.0 section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    code: i32,
    message: &'static str,
}

impl Fault {
    pub(super) const PARSE: Self = Self { code: -32700, message: "Parse error" };
    pub(super) const INVALID_REQUEST: Self = Self { code: -32600, message: "Invalid Request" };
    pub(super) const REVISION: Self = Self { code: -32600, message: "Unsupported protocol version" };
    pub(super) const METHOD_NOT_FOUND: Self = Self { code: -32601, message: "Method not found" };
    pub(super) const UNKNOWN_TOOL: Self = Self { code: -32602, message: "Unknown tool" };

    /// The error as an answer to the request `id`; null where that could not be read.
    pub(super) fn response(self, id: &Value) -> Value {
        json!({ "jsonrpc": "2.0", "id": id, "error": { "code": self.code, "message": self.message } })
    }
}

/// A result as an answer to the request `id`.
pub(super) fn result(id: &Value, result: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": result })
}

impl Message {
    /// Reads a body; [`Fault`] when it is no message.
    pub(super) fn parse(body: &str) -> Result<Self, Fault> {
        let message: Value = serde_json::from_str(body).map_err(|_| Fault::PARSE)?;
        let member = |name| message.get(name).cloned();
        if member("jsonrpc") != Some("2.0".into()) {
            return Err(Fault::INVALID_REQUEST);
        }
        let params = member("params").unwrap_or_default();
        let id = member("id");
        match (member("method"), id) {
            (Some(Value::String(_)), None) if fits(&params) => Ok(Self::Silent),
            (Some(Value::String(method)), Some(id)) if fits(&params) && is_id(&id) => {
                Ok(Self::Request(Request { method, id, params }))
            }
            (None, Some(id))
                if is_id(&id) && (message.get("result").is_some() != message.get("error").is_some()) =>
            {
                Ok(Self::Silent)
            }
            _ => Err(Fault::INVALID_REQUEST),
        }
    }
}

fn fits(params: &Value) -> bool {
    params.is_object() || params.is_null()
}

fn is_id(id: &Value) -> bool {
    id.is_string() || id.is_i64() || id.is_u64()
}
