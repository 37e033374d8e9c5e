//! `/account/v1`: what a member manages of their own, at the one tenant that they act for. Behind our own authorizer,
//! which asks for the scope `account`, and for `account.invitations` where other tenants are reached;
//! `functions/account/openapi.yaml` describes it.

mod connections;
mod create;
mod invitations;
mod manager;
mod tokens;

pub(crate) use connections::ConnectionView;
pub(crate) use tokens::PatView;

use postern_jose::Vault;

use crate::api_error::{ApiError, ApiErrorCode};
use crate::http::{Method, Request, Response, StatusCode, header};
use crate::id::{ClientId, PatId};
use crate::server::Server;
use crate::store::{
    AnswerInvitations, LoadAccounts, LoadApis, LoadClients, LoadKeys, LoadRequests, LoadStanding,
    LoadTenants, ManageConnections, ManagePats, RevokePats, SearchEvents,
};
use manager::Manager;

/// What the API needs of the store.
pub trait AccountStore:
    AnswerInvitations
    + LoadAccounts
    + LoadApis
    + LoadClients
    + LoadKeys
    + LoadRequests
    + LoadStanding
    + LoadTenants
    + ManageConnections
    + ManagePats
    + RevokePats
    + SearchEvents
{
}

impl<T> AccountStore for T where
    T: AnswerInvitations
        + LoadAccounts
        + LoadApis
        + LoadClients
        + LoadKeys
        + LoadRequests
        + LoadStanding
        + LoadTenants
        + ManageConnections
        + ManagePats
        + RevokePats
        + SearchEvents
{
}

/// What follows the issuer in the audience of this API.
pub const AUDIENCE_PATH: &str = "/account";

/// Answers a request of this API.
pub async fn handle<S: AccountStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Response {
    match answer(server, http).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::info!(event = "account_refused", error = error.code.as_str(), field = error.field);
            error.response()
        }
    }
}

async fn answer<S: AccountStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, ApiError> {
    let manager = Manager::of(&http.call)?;
    let path = http.path.strip_prefix("/account/v1/").ok_or(ApiError::NOT_FOUND)?;
    match (http.method.as_str(), path.split('/').collect::<Vec<_>>().as_slice()) {
        ("GET", ["tokens"]) => tokens::list(server, &manager).await,
        ("POST", ["tokens"]) => create::create(server, &manager, http).await,
        ("DELETE", ["tokens", id]) => {
            let id = PatId::parse(id).map_err(|_| ApiError::NOT_FOUND)?;
            tokens::revoke(server, &manager, &http.call, &id).await
        }
        ("GET", ["connections"]) => connections::list(server, &manager).await,
        (method, ["connections", id, rest @ ..]) => {
            of_connection(server, (&manager, http), method, (id, rest)).await
        }
        ("GET", ["invitations"]) => invitations::list(server, &manager).await,
        ("POST", ["invitations", tenant, "accept"]) => {
            invitations::accept(server, &manager, http, tenant).await
        }
        ("POST", ["invitations", tenant, "decline"]) => {
            invitations::decline(server, &manager, &http.call, tenant).await
        }
        (_, ["invitations", _, "accept" | "decline"]) => Ok(other_method("POST")),
        (_, ["connections" | "invitations"]) => Ok(other_method("GET")),
        (_, ["tokens"]) => Ok(other_method("GET, POST")),
        (_, ["tokens", _]) => Ok(other_method(Method::DELETE.as_str())),
        _ => Err(ApiError::NOT_FOUND),
    }
}

async fn of_connection<S: AccountStore, V: Vault>(
    server: &Server<S, V>,
    (manager, http): (&Manager<'_>, &Request),
    method: &str,
    (id, rest): (&str, &[&str]),
) -> Result<Response, ApiError> {
    let id = ClientId::parse(id).map_err(|_| ApiError::NOT_FOUND)?;
    match (method, rest) {
        ("PATCH", []) => connections::restrict(server, manager, http, &id).await,
        ("DELETE", []) => connections::end(server, manager, &http.call, &id).await,
        ("GET", ["activity"]) => connections::show_activity(server, manager, http, &id).await,
        (_, []) => Ok(other_method("PATCH, DELETE")),
        (_, ["activity"]) => Ok(other_method("GET")),
        _ => Err(ApiError::NOT_FOUND),
    }
}

fn other_method(allowed: &'static str) -> Response {
    let error = ApiError::new(ApiErrorCode::MethodNotAllowed, "The route has other methods: see Allow.");
    error.response().with(header::ALLOW, allowed)
}

/// 204: it is done, and there is nothing to tell.
fn done() -> Response {
    Response::empty(StatusCode::NO_CONTENT).with(header::CACHE_CONTROL, "no-store")
}
