//! Tokens of connections: what a platform's grants may say, and the connection that the first exchange makes (R5, R7).

use super::{GrantRefusal, TokenError, TokenStore};
use crate::api::Catalogue;
use crate::audit::{Actor, Event, Kind};
use crate::client::{Client, ClientKind};
use crate::connection::{Connection, Renewal, Renewed, grantable};
use crate::grant::Grant;
use crate::http::Call;
use crate::outage::Outage;
use crate::param::{Scope, ScopeSet};
use crate::server::Server;
use crate::standing::{Lapse, Standing};
use crate::store::{Connected, Connecting};

/// How often a connection that changes under the write is looked at again.
const MAX_ROUNDS: usize = 3;

/// A consent that is about to be collected, with those behind it as they are now.
pub(super) struct Collected {
    pub(super) standing: Standing,
    /// What was consented to, as far as whoever consented may give it still (S03).
    pub(super) scopes: ScopeSet,
}

/// What of `wanted` every one of `bounds` amounts to; [`TokenError::Scope`] where that is nothing (I7, S04).
pub(super) async fn narrow<S: TokenStore, V>(
    server: &Server<S, V>,
    audience: &str,
    wanted: &ScopeSet,
    bounds: &[&ScopeSet],
) -> Result<ScopeSet, TokenError> {
    let (apis, empty) = (server.apis().await?, Catalogue::default());
    let catalogue = apis.get(audience).map_or(&empty, |api| &api.catalogue);
    let covers = |held: &ScopeSet, scope: &str| {
        held.iter().map(Scope::as_str).any(|held| catalogue.implies(held, scope))
    };
    let scopes = catalogue.narrow(wanted, |scope| bounds.iter().all(|held| covers(held, scope)));
    if scopes.is_empty() { Err(TokenError::Scope) } else { Ok(scopes) }
}

/// As [`super::standing::load_standing`], for a grant whose connection is about to be made; [`TokenError::Scope`] where
/// the role of whoever consented leaves nothing. `None` where the client is no platform: there is nothing to connect.
pub(super) async fn collect<S: TokenStore, V>(
    server: &Server<S, V>,
    grant: &Grant,
    client: &Client,
) -> Result<Option<Collected>, TokenError> {
    if client.kind != ClientKind::Platform {
        return Ok(None);
    }
    let subject = grant.subject(client).map_err(GrantRefusal::Lapsed)?;
    let standing = server.store.load_standing(&subject).await?;
    standing.verify_to_connect(subject, grant.created_at, server.now()).map_err(GrantRefusal::Lapsed)?;
    let (apis, empty) = (server.apis().await?, Catalogue::default());
    let catalogue = apis.get(&grant.audience).map_or(&empty, |api| &api.catalogue);
    let scopes = match (&standing.tenant, &standing.member) {
        (Some(tenant), Some(member)) => grantable(catalogue, (tenant, &member.role), &grant.scopes),
        _ => ScopeSet::default(),
    };
    if scopes.is_empty() { Err(TokenError::Scope) } else { Ok(Some(Collected { standing, scopes })) }
}

/// Makes or renews the connection that the grant's consent was for. Done again for the same consent it changes nothing,
/// so it comes before the code is redeemed: who has tokens has a connection.
pub(super) async fn connect<S: TokenStore, V>(
    server: &Server<S, V>,
    (grant, collected): (&Grant, Option<&Collected>),
    client: &Client,
    call: &Call,
) -> Result<(), TokenError> {
    let Some(collected) = collected else { return Ok(()) };
    let (apis, empty) = (server.apis().await?, Catalogue::default());
    let catalogue = apis.get(&grant.audience).map_or(&empty, |api| &api.catalogue);
    let renewal = collected.renewal(grant, catalogue)?;
    let actor = Actor::Client(grant.client_id.clone());
    let event = Event::new(Kind::ConnectionAuthorized, actor, call, server.now());
    let event = event.about_grant(grant, Some(client)).with("audience", &grant.audience);
    let mut seen = collected.standing.connection.clone().map(Box::new);
    for _ in 0..MAX_ROUNDS {
        let after = match renewal.of(seen.as_deref()) {
            Renewed::Stands => return Ok(()),
            Renewed::Changed(after) => after,
            Renewed::Ended => return Err(GrantRefusal::Lapsed(Lapse::Disconnected).into()),
            Renewed::Superseded => return Err(GrantRefusal::Superseded.into()),
        };
        server.verify_time_left(call)?;
        let event = &with_scope(event.clone(), &after, &grant.audience);
        match server.store.connect(&Connecting { before: seen.as_deref(), after: &after, event }).await? {
            Connected::Committed(_receipt) => {
                tracing::info!(event = "connection_authorized", client_id = %grant.client_id, tenant = %grant.tenant_id, grant_id = %grant.id);
                return Ok(());
            }
            Connected::Changed(found) => seen = found,
        }
    }
    Err(Outage::Unavailable("the connection changed under every round".into()).into())
}

/// The event tells what is in force at the API from now on.
fn with_scope(event: Event, after: &Connection, audience: &str) -> Event {
    match after.scopes_for(audience) {
        Some(scopes) => event.with("scope", scopes),
        None => event,
    }
}

impl Collected {
    fn renewal<'a>(&'a self, grant: &'a Grant, catalogue: &'a Catalogue) -> Result<Renewal<'a>, TokenError> {
        let lapsed = |lapse| TokenError::from(GrantRefusal::Lapsed(lapse));
        let tenant = self.standing.tenant.as_ref().ok_or_else(|| lapsed(Lapse::Tenant))?;
        let member = self.standing.member.as_ref().ok_or_else(|| lapsed(Lapse::Membership))?;
        Ok(Renewal {
            client_id: &grant.client_id,
            tenant,
            user_id: &grant.user_id,
            role: &member.role,
            audience: &grant.audience,
            catalogue,
            scopes: &self.scopes,
            at: grant.created_at,
        })
    }
}
