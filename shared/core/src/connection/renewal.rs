//! What a consent makes of a connection. It speaks for one API; what other consents gave at others stays.

use std::collections::BTreeMap;

use super::{Connection, Consented, kept};
use crate::api::Catalogue;
use crate::clock::Timestamp;
use crate::id::{ClientId, UserId};
use crate::param::ScopeSet;
use crate::tenant::Tenant;

/// A consent that its platform collects.
pub(crate) struct Renewal<'a> {
    /// The platform.
    pub(crate) client_id: &'a ClientId,
    /// The customer, as it is now.
    pub(crate) tenant: &'a Tenant,
    /// Who consented.
    pub(crate) user_id: &'a UserId,
    /// Their role, as it is now.
    pub(crate) role: &'a str,
    /// The API.
    pub(crate) audience: &'a str,
    /// Its scopes.
    pub(crate) catalogue: &'a Catalogue,
    /// What was consented to, as far as the role permits it now.
    pub(crate) scopes: &'a ScopeSet,
    /// When consent was given: not when the code was exchanged.
    pub(crate) at: Timestamp,
}

/// What comes of a consent.
#[derive(Debug, PartialEq)]
pub(crate) enum Renewed {
    /// It is in force already: an earlier attempt to collect it has written it.
    Stands,
    /// The connection as it has to be written.
    Changed(Box<Connection>),
    /// The connection was ended after the consent was given, or in the same second.
    Ended,
    /// A later consent for the same API is in force: an older one does not come back.
    Superseded,
}

impl Renewal<'_> {
    /// What comes of it, where the connection was `before`.
    pub(crate) fn of(&self, before: Option<&Connection>) -> Renewed {
        let Some(before) = before else { return self.afresh(None) };
        match before.revoked_at {
            Some(ended) if ended < self.at => self.afresh(Some(before)),
            Some(_) => Renewed::Ended,
            None => self.again(before),
        }
    }

    /// Begins the connection. After an end it keeps its first day and its networks, and nothing that was issued before.
    fn afresh(&self, before: Option<&Connection>) -> Renewed {
        Renewed::Changed(Box::new(Connection {
            client_id: self.client_id.clone(),
            tenant_id: self.tenant.tenant_id.clone(),
            apis: BTreeMap::from([(self.audience.to_owned(), self.consented(None))]),
            created_at: before.map_or(self.at, |it| it.created_at),
            updated_at: self.at,
            revoked_at: None,
            not_before: self.at,
            last_used_on: before.and_then(|it| it.last_used_on),
            networks: before.map(|it| it.networks.clone()).unwrap_or_default(),
            last_change: None,
        }))
    }

    /// Renews a connection in force at its API.
    fn again(&self, before: &Connection) -> Renewed {
        let held = before.apis.get(self.audience);
        if held.is_some_and(|held| held.consented_at > self.at) {
            return Renewed::Superseded;
        }
        let consented = self.consented(held);
        if held == Some(&consented) {
            return Renewed::Stands;
        }
        let mut after = before.clone();
        after.apis.insert(self.audience.to_owned(), consented);
        after.updated_at = before.updated_at.max(self.at);
        Renewed::Changed(Box::new(after))
    }

    /// What is in force at the API. What the role does not permit was somebody else's to give and is theirs to take:
    /// it stays, and as long as something of it stays they answer for the whole (S03).
    fn consented(&self, held: Option<&Consented>) -> Consented {
        let stays = held.map(|held| kept(self.catalogue, (self.tenant, self.role), &held.scopes));
        let stays = stays.unwrap_or_default();
        let answers = held.filter(|_| !stays.is_empty()).map_or(self.user_id, |held| &held.authorized_by);
        Consented {
            scopes: self.scopes.iter().chain(stays.iter()).cloned().collect(),
            authorized_by: answers.clone(),
            consented_at: self.at,
        }
    }
}
