//! What an event is about: filled in from the things themselves, so that every flow says the same of them.

use super::{Actor, Event, Kind, Outcome, SeenNetworks};
use crate::client::{Client, ClientKind};
use crate::connection::Connection;
use crate::grant::Grant;
use crate::id::{AccountId, ClientId, TenantId, UserId};
use crate::pat::Pat;
use crate::standing::Subject;
use crate::tenant::Member;

/// The detail of a use from a network that was not seen before.
pub(crate) const NEW_NETWORK: &str = "new_network";

impl Event {
    /// It belongs into the log of this tenant.
    #[must_use]
    pub fn in_tenant(mut self, tenant_id: &TenantId) -> Self {
        self.tenant_id = Some(tenant_id.clone());
        self
    }

    /// It was done to this person, or in their name, unless they did it themselves.
    #[must_use]
    pub fn to_user(mut self, user_id: &UserId) -> Self {
        self.subject = Some(user_id.clone()).filter(|id| self.actor != Actor::User(id.clone()));
        self
    }

    /// It was done through this client, or to it.
    #[must_use]
    pub fn with_client(mut self, client_id: &ClientId) -> Self {
        self.client_id = Some(client_id.clone());
        self
    }

    /// It was done to this client, which may have a tenant of its own.
    #[must_use]
    pub fn about_client(self, client: &Client) -> Self {
        Self { tenant_id: client.tenant.clone(), ..self.with_client(&client.client_id) }
    }

    /// It is about this grant; `client` is its client, where it is at hand.
    #[must_use]
    pub fn about_grant(self, grant: &Grant, client: Option<&Client>) -> Self {
        let platform = client.is_some_and(|client| client.kind == ClientKind::Platform);
        let mut told = self.in_tenant(&grant.tenant_id).to_user(&grant.user_id).with_client(&grant.client_id);
        told.grant_id = Some(grant.id.clone());
        told.account_id = platform.then(|| AccountId::of(&grant.tenant_id));
        told
    }

    /// It is about this connection.
    #[must_use]
    pub fn about_connection(self, connection: &Connection) -> Self {
        let told = self.in_tenant(&connection.tenant_id).with_client(&connection.client_id);
        Self { account_id: Some(connection.account_id()), ..told }
    }

    /// It is about a token of this subject.
    #[must_use]
    pub fn about_subject(self, subject: &Subject) -> Self {
        let mut told = self.in_tenant(&subject.tenant_id);
        told.client_id = subject.client_id().cloned();
        told.grant_id = subject.grant_id().cloned();
        told.pat_id = subject.pat_id().cloned();
        told.account_id = subject.account_id();
        if let Some(origin) = subject.origin() {
            told = told.with("origin", origin);
        }
        match subject.user_id() {
            Some(user_id) => told.to_user(user_id),
            None => told,
        }
    }

    /// A use of a grant, from a network that `seen` may not hold.
    #[must_use]
    pub fn from_networks(self, seen: &SeenNetworks) -> Self {
        if seen.is_new(self.network.as_deref()) { self.with(NEW_NETWORK, "true") } else { self }
    }

    /// The event of one membership of the person whose account this event tells of. It has an identifier of its own.
    #[must_use]
    pub fn for_member(&self, member: &Member) -> Self {
        let kind = match self.kind {
            Kind::UserCreated => Kind::MemberAdded,
            Kind::UserRemoved => Kind::MemberRemoved,
            _ => Kind::MemberChanged,
        };
        let id = format!("{}.{}", self.id, member.tenant_id);
        let told = Self { id, kind, ..self.clone() }.in_tenant(&member.tenant_id).to_user(&member.user_id);
        told.with("role", &member.role)
    }

    /// It is about this personal access token.
    #[must_use]
    pub fn about_pat(self, pat: &Pat) -> Self {
        let mut told = self.in_tenant(&pat.tenant_id).to_user(&pat.user_id);
        told.pat_id = Some(pat.pat_id.clone());
        told
    }

    /// What was asked for was refused.
    #[must_use]
    pub const fn refused(mut self) -> Self {
        self.outcome = Outcome::Refused;
        self
    }
}
