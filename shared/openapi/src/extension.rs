//! `x-postern`: what the standard has no word for.

use std::collections::{BTreeMap, BTreeSet};

use postern_core::api::StepUp;
use postern_core::limit::Rate;
use postern_core::param::Scope;

use crate::node::Node;
use crate::problem::{Place, Problems, quoted};
use crate::scheme::Schemes;
use crate::{audience, domain, limits, resources, step_up};

const MEMBERS: [&str; 5] = ["audience", "domains", "implies", "limits", "resources"];

/// What the extension says.
#[derive(Default)]
pub(crate) struct Extension {
    pub(crate) audience: String,
    pub(crate) resources: Vec<String>,
    pub(crate) domains: Vec<String>,
    pub(crate) implies: BTreeMap<Scope, BTreeSet<Scope>>,
    pub(crate) limits: BTreeMap<Scope, Rate>,
    /// For operations that do not say otherwise.
    pub(crate) step_up: StepUp,
}

/// Reads the extension; `given` is the audience if the document's own does not count.
pub(crate) fn read(
    root: &Node<'_>,
    given: Option<&str>,
    schemes: &Schemes<'_>,
    problems: &mut Problems,
) -> Extension {
    let found = root.get("x-postern");
    for member in found.and_then(Node::map).unwrap_or_default() {
        if !MEMBERS.iter().chain(&step_up::MEMBERS).any(|it| *it == member.key) {
            let name = quoted(&member.key);
            problems.add(
                member.at,
                format!("`x-postern` has no member {name}: {}, acr_values, max_age", MEMBERS.join(", ")),
            );
        }
    }
    let member = |name| found.and_then(|it| it.get(name));
    Extension {
        audience: audience_of(member("audience"), given, problems),
        resources: member("resources").map(|it| resources::read(it, problems)).unwrap_or_default(),
        domains: match member("domains") {
            Some(domains) => domain::listed(domains, problems),
            None => domain::of_servers(root, problems),
        },
        implies: member("implies").map(|it| implies(it, schemes, problems)).unwrap_or_default(),
        limits: member("limits").map(|it| limits::read(it, schemes, problems)).unwrap_or_default(),
        step_up: found.map(|it| step_up::read(it, &StepUp::default(), problems)).unwrap_or_default(),
    }
}

fn audience_of(own: Option<&Node<'_>>, given: Option<&str>, problems: &mut Problems) -> String {
    let (at, text) = match (given, own) {
        (Some(given), _) => (Place::START, given),
        (None, Some(own)) => (own.at, own.text().unwrap_or_default()),
        (None, None) => {
            problems
                .add(Place::START, "`x-postern.audience` is missing: the URI that the API's tokens are for");
            return String::new();
        }
    };
    audience::parse(text).unwrap_or_else(|reason| {
        problems.add(at, format!("the audience {} {reason}", quoted(text)));
        String::new()
    })
}

fn implies(
    node: &Node<'_>,
    schemes: &Schemes<'_>,
    problems: &mut Problems,
) -> BTreeMap<Scope, BTreeSet<Scope>> {
    let mut found = BTreeMap::new();
    let Some(members) = node.map() else {
        problems.add(node.at, "`implies` must be a map from a scope to a list of scopes");
        return found;
    };
    for member in members {
        let scope = schemes.known(&member.key, member.at, problems);
        let Some(items) = member.value.list() else {
            problems.add(member.value.at, "what a scope implies must be a list of scopes");
            continue;
        };
        let mut implied = BTreeSet::new();
        for item in items {
            implied.extend(schemes.known(item.text().unwrap_or_default(), item.at, problems));
        }
        if let Some(scope) = scope {
            found.insert(scope, implied);
        }
    }
    found
}
