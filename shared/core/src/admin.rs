//! `/admin/v1`: what an organisation is administered by (R22). Behind our own authorizer, which asks for the scope
//! `admin`; `functions/admin/openapi.yaml` describes it.
//!
//! Operators, the members and services of the operators' own tenant, administer everything. Everybody else administers
//! the tenant that they act for, and the rest does not exist for them (S01).

mod apis;
mod bound_form;
mod client_form;
mod client_keys;
mod client_rights;
mod clients;
mod connections;
mod cursor;
mod desk;
mod documents;
mod invitations;
mod log;
mod members;
mod newcomer;
mod openid_form;
mod pats;
mod permissions;
mod profile_form;
mod registration_tokens;
mod roles;
mod secrets;
mod tenants;
mod users;

pub use documents::{Documents, Problem};
pub(crate) use profile_form::verify_profile;

use postern_jose::Vault;

use crate::api_error::ApiError;
use crate::http::{Request, Response, StatusCode, header};
use crate::server::Server;
use crate::store::{
    ListPats, LoadAccounts, LoadApis, LoadKeys, LoadRequests, LoadTenants, ManageApis, ManageClients,
    ManageConnections, ManageInitialAccess, ManageInvitations, ManageMembers, ManageTenants, ManageUsers,
    RevokePats, SearchEvents,
};
use desk::Desk;

/// What the API needs of the store.
pub trait AdminStore:
    ListPats
    + LoadAccounts
    + LoadApis
    + LoadKeys
    + LoadRequests
    + LoadTenants
    + ManageApis
    + ManageClients
    + ManageConnections
    + ManageInitialAccess
    + ManageInvitations
    + ManageMembers
    + ManageTenants
    + ManageUsers
    + RevokePats
    + SearchEvents
{
}

impl<T> AdminStore for T where
    T: ListPats
        + LoadAccounts
        + LoadApis
        + LoadKeys
        + LoadRequests
        + LoadTenants
        + ManageApis
        + ManageClients
        + ManageConnections
        + ManageInitialAccess
        + ManageInvitations
        + ManageMembers
        + ManageTenants
        + ManageUsers
        + RevokePats
        + SearchEvents
{
}

/// What follows the issuer in the audience of this API.
pub const AUDIENCE_PATH: &str = "/admin";
/// The scope that it asks for.
pub const SCOPE: &str = "admin";

/// Answers a request of this API. `documents` reads OpenAPI documents.
pub async fn handle<S: AdminStore, V: Vault>(
    server: &Server<S, V>,
    documents: &dyn Documents,
    http: &Request,
) -> Response {
    let answer = match Desk::open(server, http).await {
        Ok(desk) => route(&desk, documents).await,
        Err(error) => Err(error),
    };
    answer.unwrap_or_else(|error| {
        tracing::info!(event = "admin_refused", error = error.code.as_str(), field = error.field);
        error.response()
    })
}

async fn route<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    documents: &dyn Documents,
) -> Result<Response, ApiError> {
    let path = desk.http.path.strip_prefix("/admin/v1/").ok_or(ApiError::NOT_FOUND)?;
    let segments: Vec<_> = path.split('/').collect();
    let method = desk.http.method.as_str();
    match segments.as_slice() {
        ["tenants", tenant, "members", rest @ ..] => of_members(desk, method, tenant, rest).await,
        ["tenants", tenant, "invitations", rest @ ..] => match (method, rest) {
            ("GET", []) => invitations::list(desk, tenant).await,
            ("DELETE", [invitation]) => invitations::withdraw(desk, tenant, invitation).await,
            _ => Err(ApiError::NOT_FOUND),
        },
        ["tenants", tenant, "roles", role] => match method {
            "PUT" => roles::put(desk, tenant, role).await,
            "DELETE" => roles::remove(desk, tenant, role).await,
            _ => Err(ApiError::NOT_FOUND),
        },
        ["tenants", tenant, "connections", rest @ ..] => of_connections(desk, method, tenant, rest).await,
        ["tenants", rest @ ..] => of_tenants(desk, method, rest).await,
        ["users", rest @ ..] => of_users(desk, method, rest).await,
        ["clients", rest @ ..] => of_clients(desk, method, rest).await,
        ["registration-tokens", rest @ ..] => of_registration_tokens(desk, method, rest).await,
        ["apis", rest @ ..] => match (method, rest) {
            ("GET", []) => apis::list(desk).await,
            ("PUT", []) => apis::put(desk, documents).await,
            ("DELETE", []) => apis::remove(desk).await,
            ("GET", ["reference"]) => apis::reference(desk, documents).await,
            _ => Err(ApiError::NOT_FOUND),
        },
        ["audit"] if method == "GET" => log::list(desk).await,
        _ => Err(ApiError::NOT_FOUND),
    }
}

async fn of_tenants<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    method: &str,
    rest: &[&str],
) -> Result<Response, ApiError> {
    match (method, rest) {
        ("GET", []) => tenants::list(desk).await,
        ("POST", []) => tenants::create(desk).await,
        ("GET", [tenant]) => tenants::show(desk, tenant).await,
        ("PATCH", [tenant]) => tenants::change(desk, tenant).await,
        ("DELETE", [tenant]) => tenants::remove(desk, tenant).await,
        ("POST", [tenant, "suspend"]) => tenants::set_active(desk, tenant, false).await,
        ("POST", [tenant, "restore"]) => tenants::set_active(desk, tenant, true).await,
        _ => Err(ApiError::NOT_FOUND),
    }
}

async fn of_members<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    method: &str,
    tenant: &str,
    rest: &[&str],
) -> Result<Response, ApiError> {
    match (method, rest) {
        ("GET", []) => members::list(desk, tenant).await,
        ("POST", []) => newcomer::add(desk, tenant).await,
        ("GET", [user]) => members::show(desk, tenant, user).await,
        ("PATCH", [user]) => members::change(desk, tenant, user).await,
        ("DELETE", [user]) => members::remove(desk, tenant, user).await,
        ("GET", [user, "tokens"]) => pats::list(desk, tenant, user).await,
        ("DELETE", [user, "tokens", pat]) => pats::revoke(desk, tenant, user, pat).await,
        _ => Err(ApiError::NOT_FOUND),
    }
}

async fn of_users<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    method: &str,
    rest: &[&str],
) -> Result<Response, ApiError> {
    match (method, rest) {
        ("GET", []) => users::list(desk).await,
        ("GET", [user]) => users::show(desk, user).await,
        ("PATCH", [user]) => users::change(desk, user).await,
        ("DELETE", [user]) => users::remove(desk, user).await,
        ("POST", [user, "suspend"]) => users::suspend(desk, user).await,
        ("POST", [user, "restore"]) => users::restore(desk, user).await,
        _ => Err(ApiError::NOT_FOUND),
    }
}

async fn of_connections<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    method: &str,
    tenant: &str,
    rest: &[&str],
) -> Result<Response, ApiError> {
    match (method, rest) {
        ("GET", []) => connections::list(desk, tenant).await,
        ("GET", [client, "activity"]) => connections::show_activity(desk, tenant, client).await,
        ("PATCH", [client]) => connections::restrict(desk, tenant, client).await,
        ("DELETE", [client]) => connections::end(desk, tenant, client).await,
        _ => Err(ApiError::NOT_FOUND),
    }
}

async fn of_clients<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    method: &str,
    rest: &[&str],
) -> Result<Response, ApiError> {
    match (method, rest) {
        ("GET", []) => clients::list(desk).await,
        ("POST", []) => clients::create(desk).await,
        ("GET", [client]) => clients::show(desk, client).await,
        ("PATCH", [client]) => clients::change(desk, client).await,
        ("DELETE", [client]) => clients::remove(desk, client).await,
        ("POST", [client, "secrets"]) => secrets::add(desk, client).await,
        ("DELETE", [client, "secrets", secret]) => secrets::remove(desk, client, secret).await,
        _ => Err(ApiError::NOT_FOUND),
    }
}

async fn of_registration_tokens<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    method: &str,
    rest: &[&str],
) -> Result<Response, ApiError> {
    match (method, rest) {
        ("GET", []) => registration_tokens::list(desk).await,
        ("POST", []) => registration_tokens::create(desk).await,
        ("DELETE", [token]) => registration_tokens::revoke(desk, token).await,
        _ => Err(ApiError::NOT_FOUND),
    }
}

/// 204: it is done, and there is nothing to tell.
fn done() -> Response {
    Response::empty(StatusCode::NO_CONTENT).with(header::CACHE_CONTROL, "no-store")
}
