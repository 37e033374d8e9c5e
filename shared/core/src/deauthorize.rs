//! `POST /oauth2/deauthorize`: a platform ends its connection with an account (R5, R7).

use postern_jose::Vault;
use serde::Serialize;

use crate::audit::{Actor, Event, Kind};
use crate::client::ClientKind;
use crate::http::{Call, Request, Response, StatusCode};
use crate::id::AccountId;
use crate::outage::Outage;
use crate::param::ParameterError;
use crate::posted_form::{FormError, parse_form};
use crate::revoke::{RevokeError, RevokeStore, authenticate};
use crate::server::Server;
use crate::store::Disconnected;
use crate::wire::{ErrorCode, WireError};

/// Why a connection is not ended.
enum DeauthorizeError {
    /// As for every request by a client.
    Request(RevokeError),
    /// The client is no platform.
    NotAPlatform,
    /// The account is none that was ever connected to this platform; whose else it is, or nobody's, is not told (S07).
    Account,
}

#[derive(Serialize)]
struct Deauthorized {
    connected_account_id: AccountId,
}

/// Ends the connection that `connected_account_id` names, by a client that authenticates as at the token endpoint.
/// 200 with the same member once it is ended, now or before.
pub async fn handle<S: RevokeStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Response {
    match deauthorize(server, http).await {
        Ok(answer) => Response::of(StatusCode::OK, &answer),
        Err(error) => error.response(&http.call),
    }
}

async fn deauthorize<S: RevokeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Deauthorized, DeauthorizeError> {
    let parameters = parse_form(http).map_err(RevokeError::Form)?;
    let client = authenticate(server, http, &parameters).await?;
    let client = client.client();
    if client.kind != ClientKind::Platform {
        return Err(DeauthorizeError::NotAPlatform);
    }
    let missing = |error: ParameterError| RevokeError::Form(FormError::Parameter(error));
    let account = parameters.require("connected_account_id").map_err(missing)?;
    let account = AccountId::parse(account).map_err(|_| DeauthorizeError::Account)?;
    let (tenant, actor) = (account.tenant(), Actor::Client(client.client_id.clone()));
    let event = Event::new(Kind::ConnectionRevoked, actor, &http.call, server.now());
    let mut event = event.in_tenant(&tenant).with_client(&client.client_id);
    event.account_id = Some(account.clone());
    match server.store.disconnect(&tenant, &client.client_id, &event).await? {
        Disconnected::Committed(_receipt) => {
            tracing::info!(event = "connection_revoked", client_id = %client.client_id, %tenant);
        }
        Disconnected::AlreadyEnded => {}
        Disconnected::Absent => return Err(DeauthorizeError::Account),
    }
    Ok(Deauthorized { connected_account_id: account })
}

impl DeauthorizeError {
    fn response(&self, call: &Call) -> Response {
        match self {
            Self::Request(error) => error.response(call),
            Self::NotAPlatform => {
                WireError::bad_request(ErrorCode::UnauthorizedClient, "The client is not a platform.")
                    .response()
            }
            Self::Account => WireError::bad_request(
                ErrorCode::InvalidRequest,
                "connected_account_id names no account that is connected to this platform.",
            )
            .response(),
        }
    }
}

impl From<RevokeError> for DeauthorizeError {
    fn from(error: RevokeError) -> Self {
        Self::Request(error)
    }
}

impl From<Outage> for DeauthorizeError {
    fn from(outage: Outage) -> Self {
        Self::Request(RevokeError::Outage(outage))
    }
}
