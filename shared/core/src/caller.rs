//! Who called a function that stands behind the authorizer: what the authorizer said in its context, and nothing that
//! the caller sent (S11).

use crate::audit::Actor;
use crate::id::{AccountId, ClientId, PatId, TenantId, UserId};
use crate::param::ScopeSet;

/// The caller of a protected route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The one tenant that the call is for (R16).
    pub tenant_id: TenantId,
    /// The acting user, if one acts.
    pub user_id: Option<UserId>,
    /// The client, if there is one.
    pub client_id: Option<ClientId>,
    /// The client that acts for the user by an exchanged token, if it is one.
    pub delegate: Option<ClientId>,
    /// The personal access token, if it is one.
    pub pat_id: Option<PatId>,
    /// The connected account, where a platform acts for one.
    pub account_id: Option<AccountId>,
    /// The token's scopes.
    pub scopes: ScopeSet,
}

impl Caller {
    /// Reads the authorizer's context through `get`; `None` unless it is one of ours.
    pub fn from_context<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        Some(Self {
            tenant_id: TenantId::parse(get("tenant")?).ok()?,
            user_id: get("user").map(UserId::parse).transpose().ok()?,
            client_id: get("client_id").map(ClientId::parse).transpose().ok()?,
            delegate: get("actor").map(ClientId::parse).transpose().ok()?,
            pat_id: get("pat_id").map(PatId::parse).transpose().ok()?,
            account_id: get("account").map(AccountId::parse).transpose().ok()?,
            scopes: ScopeSet::try_from(get("scope")?.to_owned()).ok()?,
        })
    }

    /// The caller as the audit log names it.
    pub fn actor(&self) -> Actor {
        // By an exchanged token its client acts; the user is the subject (S15).
        match (&self.pat_id, self.user_id.as_ref().filter(|_| self.delegate.is_none()), &self.client_id) {
            (Some(pat), _, _) => Actor::Pat(pat.clone()),
            (None, Some(user), _) => Actor::User(user.clone()),
            (None, None, Some(client)) => Actor::Client(client.clone()),
            (None, None, None) => Actor::Nobody,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(context: &[(&str, &'static str)]) -> Option<Caller> {
        Caller::from_context(|name| context.iter().find(|(key, _)| *key == name).map(|(_, value)| *value))
    }

    #[test]
    fn the_context_of_the_authorizer_is_read_whole() {
        let caller = read(&[("tenant", "ten_a"), ("user", "usr_b"), ("client_id", "c"), ("scope", "x y")]);
        let caller = caller.unwrap();
        assert_eq!(caller.actor(), Actor::User(UserId::parse("usr_b").unwrap()));
        assert!(caller.scopes.contains("x") && caller.account_id.is_none());
    }

    #[test]
    fn a_context_that_is_not_ours_is_nobody() {
        for context in [
            &[][..],
            &[("scope", "x")],
            &[("tenant", "acme"), ("scope", "x")],
            &[("tenant", "ten_a"), ("user", "b"), ("scope", "x")],
        ] {
            assert_eq!(read(context), None, "{context:?}");
        }
    }
}
