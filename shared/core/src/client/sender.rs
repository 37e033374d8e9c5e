//! What a client is held to when it shows that it is the sender of a request.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The settings of one client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SenderRules {
    /// Whether it gets no tokens but bound ones (RFC 9449 section 5.2).
    pub dpop_bound_access_tokens: bool,
    /// Whether its proofs at the token endpoint need a nonce of ours (RFC 9449 section 8).
    pub dpop_nonce: bool,
    /// Whether it has to push its authorization requests (RFC 9126 section 6).
    pub require_pushed_authorization_requests: bool,
}

impl SenderRules {
    /// Takes an object of settings; `None` where one is unknown or of the wrong type. What is left out is off.
    pub fn read(value: Value) -> Option<Self> {
        let given: Vec<String> = value.as_object()?.keys().cloned().collect();
        let rules: Self = serde_json::from_value(value).ok()?;
        let known = serde_json::to_value(rules).ok()?;
        given.iter().all(|name| known.get(name).is_some()).then_some(rules)
    }
}
