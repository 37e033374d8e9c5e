//! What a member can give a platform, and what of a connection is not theirs to take away.

use std::collections::BTreeSet;

use crate::api::{Catalogue, is_of_openid};
use crate::param::{Scope, ScopeSet};
use crate::tenant::Tenant;

/// What of `asked` a member with this role of the tenant can give away now. Nothing where that is nothing of the API: a
/// connection without a right is none (S04).
pub(crate) fn grantable(
    catalogue: &Catalogue,
    (tenant, role): (&Tenant, &str),
    asked: &ScopeSet,
) -> ScopeSet {
    let permitted = |scope: &str| tenant.offers(catalogue, scope) && tenant.permits(catalogue, role, scope);
    // Scopes of OpenID Connect concern the person alone.
    let scopes = catalogue.narrow(asked, |scope| is_of_openid(scope) || permitted(scope));
    if catalogue.knows_any(&scopes) { scopes } else { ScopeSet::default() }
}

/// What of `held`, the scopes of a connection, a member with this role could not have given, and so does not take away
/// by consenting to less.
pub(crate) fn kept(catalogue: &Catalogue, (tenant, role): (&Tenant, &str), held: &ScopeSet) -> ScopeSet {
    let permitted = |scope: &str| is_of_openid(scope) || tenant.permits(catalogue, role, scope);
    let whole = |scope: &Scope| amounts_to(catalogue, scope).iter().all(|part| permitted(part.as_str()));
    held.iter().filter(|scope| !whole(scope)).cloned().collect()
}

/// What a connection with the scopes `held` can no longer do with the scopes `after`, in the smallest words.
pub(crate) fn lost(catalogue: &Catalogue, held: &ScopeSet, after: &ScopeSet) -> ScopeSet {
    let all = |scopes: &ScopeSet| -> BTreeSet<Scope> {
        scopes.iter().flat_map(|scope| amounts_to(catalogue, scope)).collect()
    };
    let stays = all(after);
    let gone: BTreeSet<Scope> = all(held).difference(&stays).cloned().collect();
    let parts = |scope: &Scope| catalogue.entries().get(scope).map(|entry| &entry.implies);
    // A scope that amounts to others says nothing that those of them which are gone do not say.
    let small = |scope: &&Scope| !is_of_openid(scope.as_str()) && parts(scope).is_none_or(BTreeSet::is_empty);
    let smallest: ScopeSet = gone.iter().filter(small).cloned().collect();
    if smallest.is_empty() {
        gone.into_iter().filter(|it| !is_of_openid(it.as_str())).collect()
    } else {
        smallest
    }
}

/// A scope, and those that it implies.
fn amounts_to(catalogue: &Catalogue, scope: &Scope) -> BTreeSet<Scope> {
    let implied = catalogue.entries().get(scope).into_iter().flat_map(|entry| entry.implies.iter());
    implied.cloned().chain([scope.clone()]).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::api::Entry;
    use crate::clock::Timestamp;
    use crate::id::TenantId;

    fn set(text: &str) -> ScopeSet {
        ScopeSet::try_from(text.to_owned()).unwrap()
    }

    fn catalogue() -> Catalogue {
        let scope = |text: &str| Scope::parse(text).unwrap();
        let entry =
            |implies: &str| Entry { implies: set(implies).iter().cloned().collect(), ..Entry::default() };
        let scopes = [("all", "read write delete"), ("read", ""), ("write", ""), ("delete", "")];
        Catalogue::new(scopes.map(|(name, implies)| (scope(name), entry(implies))).into())
    }

    fn tenant() -> Tenant {
        let roles = [("owner", vec!["*".to_owned()]), ("reader", vec!["read".to_owned()])];
        let roles: BTreeMap<_, _> = roles.map(|(name, list)| (name.to_owned(), list)).into();
        Tenant::new(TenantId::parse("ten_a").unwrap(), "A".into(), roles, Timestamp::from_secs(0))
    }

    #[test]
    fn s03_what_a_role_could_not_give_it_does_not_take() {
        let (catalogue, tenant) = (catalogue(), tenant());
        let kept = |role, held| kept(&catalogue, (&tenant, role), &set(held)).to_string();
        assert_eq!(kept("reader", "openid read write"), "write");
        assert_eq!(kept("reader", "all"), "all");
        assert_eq!(kept("owner", "openid all gone"), "");
        assert_eq!(kept("nobody", "openid read gone"), "gone read");
    }

    #[test]
    fn what_is_lost_is_told_in_the_smallest_words() {
        let lost = |held, after| lost(&catalogue(), &set(held), &set(after)).to_string();
        assert_eq!(lost("all", "read write"), "delete");
        assert_eq!(lost("all openid", "all"), "");
        assert_eq!(lost("read write", "all"), "");
        assert_eq!(lost("read", ""), "read");
        assert_eq!(lost("all", ""), "delete read write");
    }
}
