//! What a client is held to when it shows that it is the sender of a request.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Profile;

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
    /// The security profile that it is held to.
    pub profile: Option<Profile>,
}

impl SenderRules {
    /// The same with the settings of an object; `None` where one is unknown or of the wrong type. What is left out stays.
    pub fn with(self, settings: &Value) -> Option<Self> {
        let mut rules = serde_json::to_value(self).ok()?;
        for (name, setting) in settings.as_object()? {
            *rules.get_mut(name)? = setting.clone();
        }
        serde_json::from_value(rules).ok()
    }
}
