//! Tokens of connections: what a platform's grants may say, and the connection that the first exchange makes (R5, R7).

use super::{GrantRefusal, TokenError, TokenStore};
use crate::api::Catalogue;
use crate::audit::{Actor, Event, Kind};
use crate::client::{Client, ClientKind};
use crate::grant::Grant;
use crate::http::Call;
use crate::param::{Scope, ScopeSet};
use crate::server::Server;
use crate::standing::{Lapse, Standing};
use crate::store::{Connected, Connecting};

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

/// As [`super::standing::load_standing`], for a grant whose connection is about to be made: platform and tenant are both
/// live, or both for tests (S13).
pub(super) async fn load_standing_to_connect<S: TokenStore, V>(
    server: &Server<S, V>,
    grant: &Grant,
    client: &Client,
) -> Result<Standing, TokenError> {
    let subject = grant.subject(client).not_yet_connected();
    let standing = server.store.load_standing(&subject).await?;
    standing.verify(&subject, grant.created_at).map_err(GrantRefusal::Lapsed)?;
    let same = standing.tenant.as_ref().is_some_and(|tenant| tenant.livemode == client.livemode);
    if same { Ok(standing) } else { Err(GrantRefusal::Lapsed(Lapse::NotConnected).into()) }
}

/// Makes or renews the connection that the grant's consent was for, where its client is a platform. Done again for the same consent it changes nothing,
/// so it comes before the code is redeemed: who has tokens has a connection.
pub(super) async fn connect<S: TokenStore, V>(
    server: &Server<S, V>,
    grant: &Grant,
    client: &Client,
    call: &Call,
) -> Result<(), TokenError> {
    if client.kind != ClientKind::Platform {
        return Ok(());
    }
    server.verify_time_left(call)?;
    let actor = Actor::Client(grant.client_id.clone());
    let event = Event::new(Kind::ConnectionAuthorized, actor, call, server.now());
    let event = event.about_grant(grant, Some(client)).with("scope", &grant.scopes);
    let connecting = Connecting {
        client_id: &grant.client_id,
        tenant_id: &grant.tenant_id,
        user_id: &grant.user_id,
        scopes: &grant.scopes,
        consented_at: grant.created_at,
        event: &event,
    };
    match server.store.connect(&connecting).await? {
        Connected::Committed(_receipt) => {
            tracing::info!(event = "connection_authorized", client_id = %grant.client_id, tenant = %grant.tenant_id, grant_id = %grant.id);
            Ok(())
        }
        Connected::Revoked => Err(GrantRefusal::Lapsed(Lapse::Disconnected).into()),
        Connected::Superseded => Err(GrantRefusal::Superseded.into()),
    }
}
