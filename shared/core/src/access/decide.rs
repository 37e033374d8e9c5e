//! Effective permission: the token's scopes ∩ what the user's role permits now (R22, S03).

use super::{Bearer, Catalogue, Need, Refusal};
use crate::param::Scope;
use crate::standing::{Lapse, Standing};

/// Proof that a request may pass.
#[derive(Debug)]
pub struct Allowed(());

/// Decides about one route: `need` is `None` where the API has no such route. `standing` is what the table said of the bearer's subject, at most a stated time ago.
pub fn verify_permission(
    catalogue: &Catalogue,
    need: Option<Need>,
    bearer: &Bearer,
    standing: &Standing,
) -> Result<Allowed, Refusal> {
    standing.verify(&bearer.subject, bearer.issued_at).map_err(|lapse| match lapse {
        Lapse::Tenant => Refusal::TenantSuspended,
        _ => Refusal::InvalidToken,
    })?;
    let needed = match need {
        None => return Err(Refusal::UnknownRoute),
        Some(Need::Token) => return Ok(Allowed(())),
        Some(Need::Scope(needed)) => needed,
    };
    // A token never outgrows what its client may ask for now (I7).
    let held = |scope: &Scope| {
        let allowed = standing.client.as_ref().is_some_and(|client| client.scopes.contains(scope.as_str()));
        allowed && catalogue.implies(scope.as_str(), needed)
    };
    if !bearer.scopes.iter().any(held) {
        return Err(Refusal::InsufficientScope);
    }
    if bearer.subject.user_id.is_some() && !role_permits(catalogue, needed, standing) {
        return Err(Refusal::InsufficientRole);
    }
    Ok(Allowed(()))
}

/// Whether the member's role covers what is needed now. Without a member or a tenant nothing is covered.
fn role_permits(catalogue: &Catalogue, needed: &str, standing: &Standing) -> bool {
    let (Some(member), Some(tenant)) = (&standing.member, &standing.tenant) else { return false };
    tenant.permissions(&member.role).iter().any(|permission| catalogue.permits(permission, needed))
}
