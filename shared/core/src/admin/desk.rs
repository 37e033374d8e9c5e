//! One request of an administrator: who asks, what they may see, and how their changes are committed.

use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::{Event, Kind};
use crate::caller::Caller;
use crate::http::{Method, Request};
use crate::id::TenantId;
use crate::server::Server;
use crate::store::{LoadTenants, ManageTenants, Versioned, Written};
use crate::tenant::Tenant;

/// A request of somebody who may administer at least their own tenant. Made by [`Desk::open`] alone.
pub(super) struct Desk<'a, S, V> {
    pub(super) server: &'a Server<S, V>,
    pub(super) http: &'a Request,
    pub(super) caller: &'a Caller,
    /// Whether they administer everything.
    pub(super) is_operator: bool,
}

impl<'a, S: LoadTenants, V> Desk<'a, S, V> {
    /// Looks at who asks. Refused: platforms, which act for a customer and do not administer it, and changes by
    /// personal access tokens and exchanged tokens, which would outlive their own revocation (PT4, X04).
    pub(super) async fn open(server: &'a Server<S, V>, http: &'a Request) -> Result<Self, ApiError> {
        let refused = |description| ApiError::new(ApiErrorCode::InsufficientScope, description);
        let caller = http.call.caller.as_deref();
        let caller = caller.filter(|caller| caller.scopes.contains(super::SCOPE));
        let caller = caller.ok_or_else(|| refused("This needs the scope `admin`."))?;
        if caller.account_id.is_some() {
            return Err(refused("A platform does not administer the accounts that it is connected to."));
        }
        if caller.pat_id.is_some() && http.method != Method::GET {
            return Err(refused("A personal access token changes nothing here: use a client."));
        }
        if caller.delegate.is_some() && http.method != Method::GET {
            return Err(refused("An exchanged token changes nothing here."));
        }
        let tenant = server.tenant(&caller.tenant_id).await?;
        let is_operator = tenant.is_some_and(|tenant| tenant.operator && tenant.active);
        Ok(Self { server, http, caller, is_operator })
    }
}

impl<S, V> Desk<'_, S, V> {
    /// The tenant that a path names, if the caller may know of it.
    pub(super) fn tenant_id(&self, text: &str) -> Result<TenantId, ApiError> {
        let id = TenantId::parse(text).map_err(|_| ApiError::NOT_FOUND)?;
        let known = self.is_operator || id == self.caller.tenant_id;
        if known { Ok(id) } else { Err(ApiError::NOT_FOUND) }
    }

    /// [`ApiErrorCode::InsufficientRole`] unless the caller is an operator.
    pub(super) const fn verify_operator(&self) -> Result<(), ApiError> {
        if self.is_operator {
            return Ok(());
        }
        let description = "Only operators do this: members and services of the operators' own tenant.";
        Err(ApiError::new(ApiErrorCode::InsufficientRole, description))
    }

    /// An event of what the caller does now.
    pub(super) fn event(&self, kind: Kind) -> Event {
        let event = Event::new(kind, self.caller.actor(), &self.http.call, self.server.now());
        let Some(user) = &self.caller.user_id else { return event };
        // The event's own client may be another: the one that is changed.
        let event = match &self.caller.client_id {
            Some(client) => event.with("through", client),
            None => event,
        };
        event.to_user(user)
    }

    /// [`ApiErrorCode::Unavailable`] when there is no time left to begin a write.
    pub(super) fn verify_time_left(&self) -> Result<(), ApiError> {
        Ok(self.server.verify_time_left(&self.http.call)?)
    }
}

impl<S: ManageTenants, V> Desk<'_, S, V> {
    /// The tenant that a path names, with its state.
    pub(super) async fn tenant(&self, text: &str) -> Result<Versioned<Tenant>, ApiError> {
        let id = self.tenant_id(text)?;
        self.server.store.read_tenant(&id).await?.ok_or(ApiError::NOT_FOUND)
    }
}

/// Takes the receipt of a change; [`ApiErrorCode::Conflict`] where it did not come about.
pub(super) fn committed(written: Written) -> Result<(), ApiError> {
    match written {
        Written::Committed(_receipt) => Ok(()),
        Written::Conflict => {
            Err(ApiError::new(ApiErrorCode::Conflict, "It was changed meanwhile: read it and try again."))
        }
    }
}
