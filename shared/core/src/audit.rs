//! Audit events: who did what, to whom, with what verdict (R12, S15). Written with the change that they tell of, in the
//! same write, and copied from the table's stream to the tenant's own log: so each change has exactly one event.

mod about;
mod kind;
mod networks;
mod record;
mod search;
mod signal;

pub(crate) use about::NEW_NETWORK;
pub use kind::{Kind, Outcome};
pub use networks::SeenNetworks;
pub use record::{keep_until, record};
pub use search::{Found, LAST_MOMENT, MAX_PAGE, Question, SearchError, search};

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::http::Call;
use crate::id::{AccountId, ClientId, GrantId, InvocationId, PatId, TenantId, UserId};

/// One event. Holds identifiers, never secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its identifier: the invocation and the kind, so that whoever writes it again writes the same.
    pub id: String,
    /// What happened.
    pub kind: Kind,
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// The tenant whose log it belongs to; `None` for what concerns the deployment as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<TenantId>,
    /// Who did it.
    pub actor: Actor,
    /// The user to whom it was done, or in whose name, where that is not the actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<UserId>,
    /// The client through which, or to which, it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The connected account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<GrantId>,
    /// The personal access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pat_id: Option<PatId>,
    /// From which network: the address without its last parts, /24 of IPv4 and /48 of IPv6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// What else there is to say, in words of ours or identifiers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A person.
    User(UserId),
    /// A client by itself.
    Client(ClientId),
    /// A personal access token, of the person in [`Event::subject`].
    Pat(PatId),
    /// An operator at the command line of the deployment.
    Operator,
    /// The server itself.
    Server,
    /// Somebody who did not prove who they are.
    Nobody,
}

impl Event {
    /// An event of this invocation, ended well.
    pub fn new(kind: Kind, actor: Actor, call: &Call, at: Timestamp) -> Self {
        Self {
            network: call.source.map(network_of),
            ..Self::of_invocation(kind, actor, &call.invocation, at)
        }
    }

    /// What an operator did at the command line, as this invocation of it.
    pub fn by_operator(kind: Kind, invocation: &InvocationId, at: Timestamp) -> Self {
        Self::of_invocation(kind, Actor::Operator, invocation, at)
    }

    fn of_invocation(kind: Kind, actor: Actor, invocation: &InvocationId, at: Timestamp) -> Self {
        Self {
            id: format!("{invocation}.{}", kind.as_str()),
            kind,
            at,
            outcome: Outcome::Success,
            tenant_id: None,
            actor,
            subject: None,
            client_id: None,
            account_id: None,
            grant_id: None,
            pat_id: None,
            network: None,
            details: BTreeMap::new(),
        }
    }

    /// Adds a detail: never a secret, and never what a caller may choose at any length.
    #[must_use]
    pub fn with(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.details.insert(name.to_owned(), value.to_string());
        self
    }
}

/// An address without the parts that name one household or machine: /24 of IPv4, /48 of IPv6.
pub fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_truncated() {
        for (address, network) in [
            ("198.51.100.7", "198.51.100.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("::ffff:198.51.100.7", "198.51.100.0/24"),
        ] {
            assert_eq!(network_of(address.parse().unwrap()), network);
        }
    }
}
