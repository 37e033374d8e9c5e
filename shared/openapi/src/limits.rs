//! `x-postern.limits`: how often one caller may do, for one tenant, what needs a scope (R13).

use std::collections::BTreeMap;

use postern_core::limit::Rate;
use postern_core::param::Scope;

use crate::node::Node;
use crate::problem::Problems;
use crate::scheme::Schemes;

pub(crate) fn read(node: &Node<'_>, schemes: &Schemes<'_>, problems: &mut Problems) -> BTreeMap<Scope, Rate> {
    let mut found = BTreeMap::new();
    let Some(members) = node.map() else {
        problems.add(node.at, "`limits` must be a map from a scope to a rate");
        return found;
    };
    for member in members {
        let scope = schemes.known(&member.key, member.at, problems);
        match (scope, rate(&member.value)) {
            (Some(scope), Some(rate)) => drop(found.insert(scope, rate)),
            (_, None) => problems.add(
                member.value.at,
                "a rate is `{per_minute: 1 to 1000000, burst: 1 to per_minute}`; `burst` may be left out",
            ),
            (None, Some(_)) => {}
        }
    }
    found
}

fn rate(node: &Node<'_>) -> Option<Rate> {
    let known = |key: &str| key == "per_minute" || key == "burst";
    let all_known = node.map()?.iter().all(|member| known(&member.key));
    let burst = match node.get("burst") {
        None => None,
        Some(burst) => Some(burst.number()?),
    };
    Rate::new(node.get("per_minute")?.number()?, burst).ok().filter(|_| all_known)
}
