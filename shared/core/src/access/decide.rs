//! Effective permission: the token's scopes ∩ what the user's role permits now (R22, S03).

use super::{Bearer, Catalogue, Need, Refusal};
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
    if !bearer.scopes.iter().any(|held| catalogue.implies(held.as_str(), needed)) {
        return Err(Refusal::InsufficientScope);
    }
    match (&standing.member, &standing.tenant) {
        (Some(member), Some(tenant)) if !tenant.role_permits(&member.role, needed) => {
            Err(Refusal::InsufficientRole)
        }
        _ => Ok(Allowed(())),
    }
}
