//! Whether a request may pass: everybody behind it stands, it comes from and goes where it may, and the effective
//! permission covers the route: token scopes ∩ client ∩ connection ∩ the user's role ∩ the tenant's features, all of
//! them now (R22, S03, I7).

use std::net::IpAddr;

use super::{Bearer, Refusal};
use crate::api::{Catalogue, Found, StepUp};
use crate::clock::Timestamp;
use crate::param::{Scope, ScopeSet};
use crate::standing::{Lapse, Standing};

/// A token with what the table said of its subject, at most a stated time ago.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    /// The token.
    pub bearer: &'a Bearer,
    /// Its subject's standing.
    pub standing: &'a Standing,
}

/// Proof that everybody behind a token stands, and that the request comes from and goes where it may.
#[derive(Clone, Copy)]
pub struct Stands<'a>(Caller<'a>);

/// Proof that a request may pass.
#[derive(Debug)]
pub struct Allowed(());

/// Steps 3 to 5 of the decision. `source` is the caller's address as the gateway saw it, `host` the domain that was
/// called, where the event tells it; where it does not, no tenant is served that lives at a domain of its own.
pub fn verify_standing<'a>(
    caller: Caller<'a>,
    source: Option<IpAddr>,
    host: Option<&str>,
    now: Timestamp,
) -> Result<Stands<'a>, Refusal> {
    let Caller { bearer, standing } = caller;
    standing.verify(&bearer.subject, bearer.issued_at, now).map_err(refusal)?;
    let lives_at = standing.tenant.as_ref().and_then(|tenant| tenant.api_domain.as_deref());
    if lives_at.is_some_and(|domain| !host.is_some_and(|host| domain.eq_ignore_ascii_case(host))) {
        return Err(Refusal::DomainMismatch);
    }
    if !networks_allow(standing, source) {
        return Err(Refusal::IpNotAllowed);
    }
    Ok(Stands(caller))
}

/// Step 7: the effective permission at the API of the route against what the route needs.
pub fn verify_permission(found: Found<'_>, stands: Stands<'_>) -> Result<Allowed, Refusal> {
    let Caller { bearer, standing } = stands.0;
    let (catalogue, need) = (&found.api.catalogue, found.need);
    let delegated = delegated(standing, &found.api.audience)?;
    let granted = |needed: &str| {
        covers(catalogue, &bearer.scopes, needed)
            && delegated.iter().all(|scopes| covers(catalogue, scopes, needed))
    };
    if !need.is_met(granted) {
        return Err(Refusal::InsufficientScope);
    }
    if !need.is_met(|needed| granted(needed) && permitted(catalogue, stands.0, needed)) {
        return Err(Refusal::InsufficientRole);
    }
    Ok(Allowed(()))
}

/// Whether the user signed in as the route asks (RFC 9470). Personal access tokens and a client's own tokens tell of no
/// sign-in, and never do.
pub fn verify_sign_in(
    step_up: &StepUp,
    bearer: &Bearer,
    now: Timestamp,
    _permitted: &Allowed,
) -> Result<(), Refusal> {
    if step_up.is_met(&bearer.sign_in, now) { Ok(()) } else { Err(Refusal::InsufficientUserAuthentication) }
}

/// How a lapse is told. Who is gone is nobody's business; what the caller can act on has its own name.
const fn refusal(lapse: Lapse) -> Refusal {
    match lapse {
        Lapse::Tenant => Refusal::TenantSuspended,
        Lapse::NotConnected => Refusal::InvalidConnectedAccount,
        Lapse::Disconnected => Refusal::ConnectionRevoked,
        Lapse::Client | Lapse::User | Lapse::Membership | Lapse::Grant | Lapse::Token | Lapse::Epoch => {
            Refusal::InvalidToken
        }
    }
}

/// The allowlists of token, client and connection: all that are there.
pub(crate) fn networks_allow(standing: &Standing, source: Option<IpAddr>) -> bool {
    let lists = [
        standing.client.as_ref().map(|it| &it.networks),
        standing.pat.as_ref().map(|it| &it.networks),
        standing.connection.as_ref().map(|it| &it.networks),
    ];
    lists.into_iter().flatten().all(|networks| networks.allow(source))
}

/// What the client may still ask for at this API, so may the one whose token it exchanged, and what the customer lets the
/// platform do there (I7, S12). At an API to which nobody connected the platform, the account is none of its own.
fn delegated(standing: &Standing, audience: &str) -> Result<Vec<ScopeSet>, Refusal> {
    let client = standing.client.as_ref().and_then(|it| it.bound_at(audience));
    let origin = standing.origin.as_ref().and_then(|it| it.bound_at(audience));
    let connection = standing.connection.as_ref().map(|it| it.scopes_for(audience).cloned());
    let connection = match connection {
        Some(scopes) => Some(scopes.ok_or(Refusal::InvalidConnectedAccount)?),
        None => None,
    };
    Ok([client, origin, connection].into_iter().flatten().collect())
}

fn covers(catalogue: &Catalogue, scopes: &ScopeSet, needed: &str) -> bool {
    scopes.iter().map(Scope::as_str).any(|scope| catalogue.implies(scope, needed))
}

/// Whether the tenant has the feature, and the member's role, where a member acts, permits it. Without a member or a
/// role nothing is permitted.
fn permitted(catalogue: &Catalogue, caller: Caller<'_>, needed: &str) -> bool {
    let Some(tenant) = &caller.standing.tenant else { return false };
    let role = match (caller.bearer.subject.user_id(), &caller.standing.member) {
        (None, _) => true,
        (Some(_), Some(member)) => tenant.permits(catalogue, &member.role, needed),
        (Some(_), None) => false,
    };
    tenant.offers(catalogue, needed) && role
}
