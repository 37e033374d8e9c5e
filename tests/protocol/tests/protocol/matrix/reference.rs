//! The decision again, by itself: from the words of the design, on plain texts, with nothing of the product.

/// Which credential is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A user through an app.
    User,
    /// A server for its own tenant.
    Service,
    /// A member's personal access token; `true` with an allowlist.
    Pat(bool),
    /// A platform by itself.
    Platform,
    /// A user through a platform that is connected.
    Connected,
}

/// What the account header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    Absent,
    /// The customer that the platform is connected to.
    Own,
    /// A customer of another platform.
    Foreign,
    /// Nobody's.
    Unknown,
    /// Two in one.
    Malformed,
}

/// What is true of the world: of the customer, unless it says otherwise.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each fact is true or not, by itself")]
pub(super) struct Facts {
    /// What the member's role permits.
    pub(super) role: Vec<&'static str>,
    /// The customer's features; `None` without a bound.
    pub(super) features: Option<Vec<&'static str>>,
    pub(super) tenant_active: bool,
    pub(super) member_active: bool,
    pub(super) clients_active: bool,
    /// What every client may ask for.
    pub(super) client_scopes: Vec<&'static str>,
    /// Whether every client has an allowlist.
    pub(super) clients_listed: bool,
    pub(super) connection_scopes: Vec<&'static str>,
    pub(super) connection_active: bool,
    /// Where the customer's data lives; `None` everywhere.
    pub(super) domain: Option<&'static str>,
}

/// One request.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) kind: Kind,
    pub(super) scopes: &'static str,
    pub(super) route: &'static str,
    pub(super) header: Header,
    pub(super) host: &'static str,
    /// Whether it comes from within every allowlist.
    pub(super) inside: bool,
}

/// The verdict by name.
pub(super) fn verdict(case: &Case, facts: &Facts) -> &'static str {
    let Case { kind, header, .. } = *case;
    let through_client = !matches!(kind, Kind::Pat(_));
    let by_itself = matches!(kind, Kind::Service | Kind::Platform);
    if header == Header::Malformed || (header != Header::Absent && !by_itself) {
        return "invalid_connected_account";
    }
    if through_client && !facts.clients_active {
        return "unauthorized";
    }
    if by_itself && header != Header::Absent && !(kind == Kind::Platform && header == Header::Own) {
        return "invalid_connected_account";
    }
    let connected = kind == Kind::Connected || header == Header::Own;
    if connected && !facts.connection_active {
        return "connection_revoked";
    }
    // A platform without the header acts for its own organisation, of which nothing is special.
    let at_home = kind == Kind::Platform && header == Header::Absent;
    if !at_home && !facts.tenant_active {
        return "tenant_suspended";
    }
    let has_member = !by_itself;
    if has_member && !facts.member_active {
        return "unauthorized";
    }
    if !at_home && facts.domain.is_some_and(|domain| domain != case.host) {
        return "domain_mismatch";
    }
    let listed = kind == Kind::Pat(true) || (through_client && facts.clients_listed);
    if listed && !case.inside {
        return "ip_not_allowed";
    }
    permission(case, facts, (at_home, connected, has_member))
}

fn permission(
    case: &Case,
    facts: &Facts,
    (at_home, connected, has_member): (bool, bool, bool),
) -> &'static str {
    let Some(needed) = needed(case.route) else { return "unknown_route" };
    if needed.is_empty() {
        return "allowed";
    }
    let token: Vec<&str> = case.scopes.split(' ').collect();
    let mut delegated = vec![token];
    if !matches!(case.kind, Kind::Pat(_)) {
        delegated.push(facts.client_scopes.clone());
    }
    if connected {
        delegated.push(facts.connection_scopes.clone());
    }
    if !delegated.iter().all(|scopes| amounts_to(scopes).contains(&needed)) {
        return "insufficient_scope";
    }
    let featured =
        at_home || facts.features.as_ref().is_none_or(|features| amounts_to(features).contains(&needed));
    let permitted = !has_member || amounts_to(&facts.role).contains(&needed);
    if featured && permitted { "allowed" } else { "insufficient_role" }
}

/// What a route needs: nothing but a token, or one scope. `None` for no route at all.
fn needed(route: &str) -> Option<&'static str> {
    Some(match route {
        "GET /me" => "",
        "GET /v1/contacts" | "POST /v1/contacts/search" | "GET /v1/contacts/{id}" => "contact.read",
        "POST /v1/contacts" | "PATCH /v1/contacts/{id}" => "contact.write",
        "DELETE /v1/contacts/{id}" => "contact.delete",
        _ => return None,
    })
}

/// Scopes and permissions, spelt out.
fn amounts_to(words: &[&str]) -> Vec<&'static str> {
    let mut all = Vec::new();
    for word in words {
        all.extend_from_slice(match *word {
            "*" | "contact.*" | "contact.all" => &["contact.read", "contact.write", "contact.delete"],
            "contact.read" => &["contact.read"],
            "contact.write" => &["contact.write"],
            "contact.delete" => &["contact.delete"],
            _ => &[],
        });
    }
    all
}
