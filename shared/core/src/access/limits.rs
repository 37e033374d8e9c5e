//! Step 8 of the decision: which buckets a request takes from (R13).

use super::Caller;
use crate::api::Found;
use crate::limit::{Bucket, Rate};
use crate::param::{Scope, ScopeSet};
use crate::standing::{Actor, Subject};

/// The buckets of a request, with their rates, the narrow ones first: one for each scope that the route may need and that
/// the API limits, then the connected account's, then the client's. Who is stopped by a narrow one takes nothing from
/// what the wide ones leave to others.
pub fn limits_of(caller: Caller<'_>, found: Found<'_>) -> Vec<(Bucket, Rate)> {
    let subject = &caller.bearer.subject;
    let limits = caller.standing.client.as_ref().map(|client| client.limits).unwrap_or_default();
    let mut buckets = Vec::new();
    for scope in found.need.alternatives().iter().flat_map(ScopeSet::iter) {
        if let Some(rate) = found.api.catalogue.entries().get(scope).and_then(|entry| entry.limit) {
            let bucket = of_scope(subject, (&found.api.audience, scope));
            if !buckets.iter().any(|(other, _)| *other == bucket) {
                buckets.push((bucket, rate));
            }
        }
    }
    if let Some(client_id) = subject.client_id() {
        let per_account = limits.per_account.filter(|_| subject.account_id().is_some());
        buckets.extend(per_account.map(|rate| (Bucket::of_account(client_id, &subject.tenant_id), rate)));
        buckets.extend(limits.api.map(|rate| (Bucket::of_client(client_id), rate)));
    }
    buckets
}

fn of_scope(subject: &Subject, scope: (&str, &Scope)) -> Bucket {
    match &subject.actor {
        Actor::Client { client_id } | Actor::Platform { client_id, .. } | Actor::User { client_id, .. } => {
            Bucket::of_client_scope(client_id, &subject.tenant_id, scope)
        }
        Actor::Pat { user_id, .. } => Bucket::of_member_scope(user_id, &subject.tenant_id, scope),
    }
}
