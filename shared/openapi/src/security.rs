//! A `security` requirement: alternatives of conjunctions (OpenAPI 3.1 section 4.8.30).

use std::collections::BTreeSet;

use postern_core::api::Need;
use postern_core::param::{Scope, ScopeSet};

use crate::node::{Member, Node};
use crate::problem::{Problems, quoted};
use crate::scheme::{Kind, Schemes};

/// Most alternatives of one requirement.
const MOST_ALTERNATIVES: usize = 16;
/// Most schemes of one alternative.
const MOST_SCHEMES: usize = 8;
/// Most scopes of one scheme in one alternative.
const MOST_SCOPES: usize = 100;

/// What a requirement needs of a token; `None`, and a problem, when it is broken or no token of ours can meet it.
pub(crate) fn need(security: &Node<'_>, schemes: &Schemes<'_>, problems: &mut Problems) -> Option<Need> {
    let Some(items) = security.list().filter(|items| items.len() <= MOST_ALTERNATIVES) else {
        problems.add(
            security.at,
            format!("`security` must be a list of at most {MOST_ALTERNATIVES} alternatives"),
        );
        return None;
    };
    if items.is_empty() {
        return Some(Need::token());
    }
    let (mut found, mut broken) = (Vec::new(), false);
    for item in items {
        match alternative(item, schemes, problems) {
            Ok(Some(scopes)) if !found.contains(&scopes) => found.push(scopes),
            Ok(_) => {}
            Err(Broken) => broken = true,
        }
    }
    if broken {
        return None;
    }
    if found.is_empty() {
        problems.add(
            security.at,
            "no alternative can be met by a token: keys, passwords and certificates are not Postern's",
        );
        return None;
    }
    Some(Need::any_of(found))
}

/// It has its problem already.
struct Broken;

/// The scopes of one alternative; `None` when it asks for more than tokens.
fn alternative(
    item: &Node<'_>,
    schemes: &Schemes<'_>,
    problems: &mut Problems,
) -> Result<Option<ScopeSet>, Broken> {
    let Some(members) = item.map().filter(|members| members.len() <= MOST_SCHEMES) else {
        problems.add(item.at, format!("an alternative must be a map of at most {MOST_SCHEMES} schemes"));
        return Err(Broken);
    };
    let (mut scopes, mut foreign) = (Some(BTreeSet::new()), false);
    for member in members {
        match schemes.kind(&member.key) {
            None => {
                problems.add(member.at, format!("no security scheme is called {}", quoted(&member.key)));
                scopes = None;
            }
            Some(Kind::Foreign) => foreign = true,
            Some(Kind::Token) => match (listed(member, schemes, problems), &mut scopes) {
                (Some(more), Some(scopes)) => scopes.extend(more),
                _ => scopes = None,
            },
        }
    }
    let scopes = scopes.ok_or(Broken)?;
    if foreign { Ok(None) } else { set(item, &scopes, problems).map(Some) }
}

fn listed(member: &Member<'_>, schemes: &Schemes<'_>, problems: &mut Problems) -> Option<Vec<Scope>> {
    let Some(items) = member.value.list().filter(|items| items.len() <= MOST_SCOPES) else {
        problems.add(member.value.at, format!("a scheme needs a list of at most {MOST_SCOPES} scopes"));
        return None;
    };
    let known = |it: &Node<'_>| schemes.known(it.text().unwrap_or_default(), it.at, problems);
    // Every item is looked at, so that every unknown scope is reported.
    let scopes: Vec<_> = items.iter().map(known).collect();
    scopes.into_iter().collect()
}

fn set(item: &Node<'_>, scopes: &BTreeSet<Scope>, problems: &mut Problems) -> Result<ScopeSet, Broken> {
    let set: ScopeSet = scopes.iter().cloned().collect();
    // Nobody could ask for them in one request.
    if !set.is_empty() && ScopeSet::parse(&set.to_string()).is_err() {
        problems.add(item.at, "the scopes of one alternative are longer than 1,024 bytes");
        return Err(Broken);
    }
    Ok(set)
}
