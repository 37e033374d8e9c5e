//! Who may manage tokens and connections: a person, through a client. Neither a client by itself, nor a platform for
//! an account, nor by an exchanged token, nor a personal access token, which would outlive its own revocation (PT4).

use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::{Event, Kind};
use crate::clock::Timestamp;
use crate::http::Call;
use crate::id::{ClientId, TenantId, UserId};
use crate::standing::{Actor, Subject};

/// A member who manages what is theirs. Made by [`Manager::of`] alone.
pub(super) struct Manager<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) user: &'a UserId,
    pub(super) client: &'a ClientId,
}

impl<'a> Manager<'a> {
    /// The caller of a request that came by the authorizer, which alone can name one; `insufficient_scope` for every
    /// caller who is not a person.
    pub(super) fn of(call: &'a Call) -> Result<Self, ApiError> {
        let refused = || {
            let description = "Only a person can do this, signed in to an application.";
            ApiError::new(ApiErrorCode::InsufficientScope, description)
        };
        let caller = call.caller.as_deref().filter(|caller| caller.delegate.is_none()).ok_or_else(refused)?;
        match (&caller.user_id, &caller.client_id, &caller.pat_id, &caller.account_id) {
            (Some(user), Some(client), None, None) => Ok(Self { tenant: &caller.tenant_id, user, client }),
            _ => Err(refused()),
        }
    }

    /// Whom to ask the table about: the authorizer has checked the grant.
    pub(super) fn subject(&self) -> Subject {
        let actor = Actor::User {
            user_id: self.user.clone(),
            client_id: self.client.clone(),
            grant_id: None,
            home: None,
            origin: None,
        };
        Subject { tenant_id: self.tenant.clone(), actor, token_id: None }
    }

    /// An event of what they do now.
    pub(super) fn event(&self, kind: Kind, call: &Call, at: Timestamp) -> Event {
        let actor = crate::audit::Actor::User(self.user.clone());
        Event::new(kind, actor, call, at).in_tenant(self.tenant).with_client(self.client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Caller;
    use crate::id::InvocationId;

    fn manages(context: &[(&str, &'static str)]) -> bool {
        let get = |name: &str| context.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let (invocation, deadline) = (InvocationId::parse("i").unwrap(), Timestamp::from_secs(0));
        let caller = Caller::from_context(get).map(Box::new);
        Manager::of(&Call { invocation, source: None, deadline, caller }).is_ok()
    }

    #[test]
    fn pt4_only_a_person_through_a_client_manages() {
        let tenant = ("tenant", "ten_a");
        let (user, client, scope) = (("user", "usr_u"), ("client_id", "c"), ("scope", "account"));
        assert!(manages(&[tenant, user, client, scope]));
        assert!(!manages(&[tenant, client, scope]), "a client");
        assert!(!manages(&[tenant, user, ("pat_id", "pat_p"), scope]), "a personal access token");
        assert!(!manages(&[tenant, user, client, ("pat_id", "pat_p"), scope]), "whatever else it says");
        assert!(!manages(&[tenant, user, client, ("account", "acct_a"), scope]), "a platform");
        assert!(!manages(&[tenant, user, client, ("actor", "c"), scope]), "a client with an exchanged token");
        assert!(!manages(&[]), "nobody");
    }
}
