//! Device authorizations (RFC 8628): a device without a browser shows a short code, and somebody allows it in a browser
//! elsewhere.

mod user_code;

pub use user_code::UserCode;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::credential::Tag;
use crate::id::{ClientId, GrantId};
use crate::param::ScopeSet;

/// A device authorization in flight.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Device {
    /// Its identifier, and that of the grant that comes of it: one authorization opens one grant.
    pub id: GrantId,
    /// The client on the device.
    pub client_id: ClientId,
    /// The scopes asked for.
    pub scopes: ScopeSet,
    /// The API that they are for (RFC 8707).
    pub audience: String,
    /// The tag of `device_code`.
    pub code_tag: Tag,
    /// When the device asked.
    pub asked_at: Timestamp,
    /// From which network: the address without its last parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_from: Option<String>,
    /// When it is over.
    pub expires_at: Timestamp,
    /// The browser that came with the user code first: nobody else may decide (X03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Tag>,
    /// What was decided, if anything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Seconds that the client has to wait between two requests (RFC 8628 section 3.5).
    pub interval: u64,
    /// When it asked last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polled_at: Option<Timestamp>,
}

/// What somebody decided about a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// They allowed it: the grant is open, or about to be.
    Allow,
    /// They refused.
    Deny,
}

impl Device {
    /// Whether it waits for somebody to decide.
    pub fn is_undecided(&self, now: Timestamp) -> bool {
        self.decision.is_none() && now < self.expires_at
    }
}
