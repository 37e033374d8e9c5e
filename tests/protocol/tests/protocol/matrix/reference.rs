//! The decision again, by itself: from the words of the design, on plain texts, with nothing of the product.

use super::case::{Api, Case, Customer, Event, Header, Kind, Platform};

/// What is true of one client, or of all of one sort.
#[derive(Clone, Debug)]
pub(super) struct ClientFacts {
    pub(super) active: bool,
    /// Whether it has an allowlist.
    pub(super) listed: bool,
    /// What it may ask for, at either API.
    pub(super) scopes: [Vec<&'static str>; 2],
}

/// What is true of a customer and its member.
#[derive(Clone, Debug)]
pub(super) struct CustomerFacts {
    pub(super) active: bool,
    pub(super) member_active: bool,
    /// What the member's role permits.
    pub(super) role: Vec<&'static str>,
    /// `None` without a bound.
    pub(super) features: Option<Vec<&'static str>>,
    /// Where its data lives; `None` everywhere.
    pub(super) domain: Option<&'static str>,
}

/// What is true of one connection: its consent is for the first API alone.
#[derive(Clone, Debug)]
pub(super) struct ConnectionFacts {
    pub(super) active: bool,
    /// Whether it has an allowlist.
    pub(super) listed: bool,
    pub(super) scopes: Vec<&'static str>,
}

/// What is true of the world.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// By [`Customer`].
    pub(super) customers: [CustomerFacts; 2],
    /// The app that people use, and both customers' servers.
    pub(super) apps: ClientFacts,
    /// By [`Platform`].
    pub(super) platforms: [ClientFacts; 2],
    /// Whether the platforms' own tenants are active.
    pub(super) homes: [bool; 2],
    /// By [`super::case::CONNECTED`].
    pub(super) connections: [ConnectionFacts; 3],
    /// Where each API is called; anywhere where there is none.
    pub(super) domains: [Vec<&'static str>; 2],
}

/// For whom a request that names nobody wrongly would act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acts {
    /// For a customer, by itself.
    For(Customer),
    /// For a customer, through a connection.
    Through(Platform, Customer),
    /// A platform for its own tenant.
    AtHome(Platform),
}

/// The verdict by name.
pub(super) fn verdict(case: &Case, facts: &Facts) -> &'static str {
    let case = &case.as_told();
    let kind = case.credential.kind;
    if kind == Kind::Bound && !(case.proved && case.event != Event::Token) {
        return "unauthorized";
    }
    let acts = match (kind, case.header) {
        (_, Header::Joined | Header::Twice | Header::OtherCase) => return "invalid_connected_account",
        (Kind::Service | Kind::Platform(_), header) => named(case, header),
        (_, Header::Absent) => Some(own(case)),
        _ => return "invalid_connected_account",
    };
    if client(case, facts).is_some_and(|client| !client.active) {
        return "unauthorized";
    }
    let Some(acts) = acts else { return "invalid_connected_account" };
    let refused = standing(acts, facts).or_else(|| place(case, acts, facts));
    // Nobody told for whom a platform acts: not for itself, then.
    let untold = case.event == Event::Token && matches!(acts, Acts::AtHome(_));
    let refused = refused.or_else(|| untold.then_some("invalid_connected_account"));
    refused.unwrap_or_else(|| route(case, acts, facts))
}

/// For whom a request acts, header and credential together; `None` where the header names nobody of its sender's.
pub(super) fn acts(case: &Case) -> Option<Acts> {
    let case = &case.as_told();
    named(case, case.header)
}

fn named(case: &Case, header: Header) -> Option<Acts> {
    match (case.credential.kind, header) {
        (_, Header::Absent) => Some(own(case)),
        (Kind::Platform(platform), Header::Of(customer)) => {
            connection(platform, customer).map(|_| Acts::Through(platform, customer))
        }
        _ => None,
    }
}

fn own(case: &Case) -> Acts {
    match case.credential.kind {
        Kind::Platform(platform) => Acts::AtHome(platform),
        Kind::Connected(platform) => Acts::Through(platform, case.credential.customer),
        Kind::User | Kind::Bound | Kind::Service | Kind::Pat(_) => Acts::For(case.credential.customer),
    }
}

fn connection(platform: Platform, customer: Customer) -> Option<usize> {
    super::case::CONNECTED.iter().position(|it| *it == (platform, customer))
}

fn client<'f>(case: &Case, facts: &'f Facts) -> Option<&'f ClientFacts> {
    match case.credential.kind {
        Kind::Pat(_) => None,
        Kind::User | Kind::Bound | Kind::Service => Some(&facts.apps),
        Kind::Platform(platform) | Kind::Connected(platform) => Some(&facts.platforms[platform as usize]),
    }
}

fn standing(acts: Acts, facts: &Facts) -> Option<&'static str> {
    let (active, home) = match acts {
        Acts::For(customer) => (facts.customers[customer as usize].active, true),
        Acts::AtHome(platform) => (true, facts.homes[platform as usize]),
        Acts::Through(platform, customer) => {
            if !linked(acts, facts).is_some_and(|it| it.active) {
                return Some("connection_revoked");
            }
            (facts.customers[customer as usize].active, facts.homes[platform as usize])
        }
    };
    (!active || !home).then_some("tenant_suspended")
}

fn linked(acts: Acts, facts: &Facts) -> Option<&ConnectionFacts> {
    let Acts::Through(platform, customer) = acts else { return None };
    connection(platform, customer).map(|index| &facts.connections[index])
}

fn customer(acts: Acts, facts: &Facts) -> Option<&CustomerFacts> {
    match acts {
        Acts::For(customer) | Acts::Through(_, customer) => Some(&facts.customers[customer as usize]),
        Acts::AtHome(_) => None,
    }
}

/// Whose role counts beside the scopes.
fn member<'f>(case: &Case, acts: Acts, facts: &'f Facts) -> Option<&'f CustomerFacts> {
    let by_itself = matches!(case.credential.kind, Kind::Service | Kind::Platform(_));
    customer(acts, facts).filter(|_| !by_itself)
}

fn place(case: &Case, acts: Acts, facts: &Facts) -> Option<&'static str> {
    if member(case, acts, facts).is_some_and(|it| !it.member_active) {
        return Some("unauthorized");
    }
    let domain = customer(acts, facts).and_then(|it| it.domain);
    if domain.is_some_and(|domain| case.host != Some(domain)) {
        return Some("domain_mismatch");
    }
    let source = case.source;
    let kept_out = (case.credential.kind == Kind::Pat(true) && !source.of_token)
        || (client(case, facts).is_some_and(|it| it.listed) && !source.of_client)
        || (linked(acts, facts).is_some_and(|it| it.listed) && !source.of_connection);
    kept_out.then_some("ip_not_allowed")
}

fn route(case: &Case, acts: Acts, facts: &Facts) -> &'static str {
    let here = |api: Api| {
        let domains = &facts.domains[api as usize];
        domains.is_empty() || case.host.is_some_and(|host| domains.contains(&host))
    };
    match needed(case.route) {
        Some((api, needed)) if api == case.credential.api => {
            if here(api) {
                permission(case, acts, (needed, facts))
            } else {
                "domain_mismatch"
            }
        }
        // The other API's: its tokens are good for it, and this is none.
        Some((api, _)) if here(api) => "unauthorized",
        _ => "unknown_route",
    }
}

fn permission(case: &Case, acts: Acts, (needed, facts): (Need, &Facts)) -> &'static str {
    let api = case.credential.api;
    let linked = linked(acts, facts);
    if linked.is_some() && api == Api::Cases {
        return "invalid_connected_account";
    }
    let token: Vec<&str> = case.credential.scopes.split(' ').collect();
    let amounts = |words: &[&str], to: &str| amounts_to(api, words).contains(&to);
    let delegated = |scope: &str| {
        amounts(&token, scope)
            && client(case, facts).is_none_or(|it| amounts(&it.scopes[api as usize], scope))
            && linked.is_none_or(|it| amounts(&it.scopes, scope))
    };
    let permitted = |scope: &str| {
        let features = customer(acts, facts).and_then(|it| it.features.as_ref());
        features.is_none_or(|it| amounts(it, scope))
            && member(case, acts, facts).is_none_or(|it| amounts(&it.role, scope))
    };
    if !is_met(needed, delegated) {
        "insufficient_scope"
    } else if is_met(needed, |scope| delegated(scope) && permitted(scope)) {
        "allowed"
    } else {
        "insufficient_role"
    }
}

/// What a route needs: all scopes of one alternative. One without any scope needs nothing but a token.
type Need = &'static [&'static [&'static str]];

/// No alternative is pieced together from several.
fn is_met(needed: Need, has: impl Fn(&str) -> bool) -> bool {
    needed.iter().any(|alternative| alternative.iter().all(|scope| has(scope)))
}

/// Whose route it is and what it needs. `None` for no route at all.
fn needed(route: &str) -> Option<(Api, Need)> {
    Some(match route {
        "GET /me" => (Api::Sample, &[&[]]),
        "GET /v1/contacts" | "POST /v1/contacts/search" | "GET /v1/contacts/{id}" => {
            (Api::Sample, &[&["contact.read"]])
        }
        "POST /v1/contacts" | "PATCH /v1/contacts/{id}" => (Api::Sample, &[&["contact.write"]]),
        "DELETE /v1/contacts/{id}" => (Api::Sample, &[&["contact.delete"]]),
        "GET /v1/people" => (Api::Sample, &[&["contact.read"], &["contact.write"]]),
        "POST /v1/people/merge" => (Api::Sample, &[&["contact.read", "contact.write"], &["contact.delete"]]),
        "GET /v1/door" => (Api::Cases, &[&[]]),
        "GET /v1/cases" => (Api::Cases, &[&["contact.read"]]),
        "GET /v1/office" => (Api::Cases, &[&["admin"]]),
        "GET /v1/files" => (Api::Cases, &[&["contact.read"], &["admin"]]),
        "DELETE /v1/files" => (Api::Cases, &[&["contact.read", "admin"]]),
        _ => return None,
    })
}

/// Scopes and permissions, spelt out: the second API has names of the first and means nothing else by them.
fn amounts_to(api: Api, words: &[&str]) -> Vec<&'static str> {
    let mut all = Vec::new();
    for word in words {
        all.extend_from_slice(match (api, *word) {
            (Api::Sample, "*" | "contact.*" | "contact.all") => {
                &["contact.read", "contact.write", "contact.delete"][..]
            }
            (Api::Cases, "*") => &["contact.read", "admin"],
            (_, "contact.read") | (Api::Cases, "contact.*") => &["contact.read"],
            (Api::Sample, "contact.write") => &["contact.write"],
            (Api::Sample, "contact.delete") => &["contact.delete"],
            (Api::Cases, "admin") => &["admin"],
            _ => &[],
        });
    }
    all
}
