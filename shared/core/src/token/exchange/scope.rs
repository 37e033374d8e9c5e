//! What an exchange may give: a part of what the subject token has and of what the client may ask for (X04).

use super::ExchangeRequest;
use crate::access::Bearer;
use crate::api::{Apis, Catalogue};
use crate::client::Client;
use crate::param::{Scope, ScopeSet};
use crate::token::{ExchangeRefusal, TokenError};

/// What there is to give.
pub(super) struct Grantable<'a> {
    /// Who exchanges.
    pub(super) client: &'a Client,
    /// Whose token it is.
    pub(super) origin: &'a Client,
    pub(super) held: &'a Bearer,
}

/// What is given.
pub(super) struct Granted {
    pub(super) audience: String,
    pub(super) scopes: ScopeSet,
}

impl Grantable<'_> {
    /// What the request asks for, or all that can be had. [`TokenError::Target`] for an unknown API, and for another
    /// than the token's where the client has no right; [`TokenError::Scope`] for more than there is, and for nothing.
    /// Scopes of OpenID Connect concern the application that the user signed in to: they stay there.
    pub(super) fn grant(&self, apis: &Apis, request: &ExchangeRequest) -> Result<Granted, TokenError> {
        let [home] = self.held.audience.as_slice() else {
            return Err(ExchangeRefusal::NotExchangeable.into());
        };
        let target = apis.target(&request.targets, home).ok_or(TokenError::Target)?;
        let empty = Catalogue::default();
        let catalogue = apis.get(target.audience).map_or(&empty, |api| &api.catalogue);
        let is_home = target.audience == home;
        // A client's own user can be asked for consent to another API: an exchange does not replace that (A16).
        let is_own = self.client.client_id == self.origin.client_id;
        if !is_home && (is_own || !self.client.entitlements.apis().contains_key(target.audience)) {
            return Err(TokenError::Target);
        }
        // A name at one API is no right at another: what the token says at home, its client must be entitled to there.
        // Being able to ask people anywhere is no right to what nobody was asked about.
        let bound = |it: &Client| {
            if is_home { it.bound_at(target.audience) } else { Some(it.given_at(target.audience)) }
        };
        let bounds = [self.client, self.origin].map(bound);
        // What a scope implies, it implies in its own API.
        let held = |scope: &str| {
            self.held.scopes.contains(scope) || (is_home && amounts_to(catalogue, &self.held.scopes, scope))
        };
        let has =
            |scope: &str| held(scope) && bounds.iter().flatten().all(|it| amounts_to(catalogue, it, scope));
        // Whole, with all that it implies there: equal names may amount to more at another API (X04).
        let whole = |asked: &ScopeSet| {
            asked.iter().all(|it| catalogue.knows(it)) && catalogue.narrow(asked, has) == *asked
        };
        let scopes = match &request.scope {
            Some(asked) if whole(asked) => asked.clone(),
            Some(_) => return Err(TokenError::Scope),
            None => {
                let known = self.held.scopes.iter().filter(|it| catalogue.knows(it)).cloned().collect();
                catalogue.narrow(&known, has)
            }
        };
        if scopes.is_empty() {
            return Err(TokenError::Scope);
        }
        Ok(Granted { audience: target.audience.to_owned(), scopes })
    }
}

fn amounts_to(catalogue: &Catalogue, scopes: &ScopeSet, needed: &str) -> bool {
    scopes.iter().map(Scope::as_str).any(|scope| catalogue.implies(scope, needed))
}
