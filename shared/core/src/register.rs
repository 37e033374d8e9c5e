//! `/oauth2/register`: clients register (RFC 7591) and manage themselves (RFC 7592), where the deployment lets them.
//!
//! Nobody has vouched for such a client. It gets no more than a person's consent can give, people see that it is
//! unverified, and it goes away when nobody uses it (D01).

mod admission;
mod create;
mod error;
mod initial_access;
mod manage;
mod members;
pub mod metadata;
mod rate;
mod record;
mod refusal;
mod rights;
mod sector;
mod view;

pub use admission::Admission;
pub use initial_access::{InitialAccess, Terms};
pub use metadata::{Metadata, Source};
pub use refusal::MetadataError;
pub use rights::rights;
pub(crate) use rights::unbounded_rights;
pub use sector::settle_sector;

use postern_jose::Vault;
use serde_json::{Map, Value};

use crate::api::Apis;
use crate::client::{Client, Entitlements};
use crate::http::{Method, Request, Response, header, preflight};
use crate::server::Server;
use crate::store::{KeepTallies, LeaseTokens, LoadApis, LoadKeys, RegisterClients};
use error::RegisterError;

/// What this endpoint needs of the store.
pub trait RegisterStore: KeepTallies + LeaseTokens + LoadApis + LoadKeys + RegisterClients {}
impl<T> RegisterStore for T where T: KeepTallies + LeaseTokens + LoadApis + LoadKeys + RegisterClients {}

/// Where clients register; each manages itself below it.
pub(crate) const PATH: &str = "/oauth2/register";

/// Answers a request for the endpoint, or for one client's configuration.
pub async fn handle<S: RegisterStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Response {
    if http.method == Method::OPTIONS {
        return preflight("POST, GET, PUT, DELETE");
    }
    // Boxed: every request would carry the largest of these futures.
    let answer = Box::pin(route(server, http)).await;
    answer.unwrap_or_else(|error| error.response(&http.call)).for_any_origin()
}

async fn route<S: RegisterStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, RegisterError> {
    let id = http.path.strip_prefix(PATH).unwrap_or_default().trim_start_matches('/');
    match id {
        "" if http.method == Method::POST => create::create(server, http).await,
        "" => Err(RegisterError::Method("POST, OPTIONS")),
        id => manage::manage(server, http, id).await,
    }
}

/// A description, checked, with its sector, and the rights that it asks for; `kept` is the client whose it will be, if
/// there is one.
async fn read_metadata<S: RegisterStore, V>(
    server: &Server<S, V>,
    members: Map<String, Value>,
    kept: Option<&Client>,
) -> Result<(Metadata, Entitlements), RegisterError> {
    let offered = server.keys().await?.algorithms();
    let mut metadata = Metadata::parse(members, Source::Registration, &offered)?;
    let rights = match &metadata.scopes {
        // Whoever names no scopes needs no list of them.
        None => rights(None, &Apis::default())?,
        asked => rights(asked.as_ref(), &*server.apis().await?)?,
    };
    let is_settled = kept.is_some_and(|client| sector::keep_sector(client, &mut metadata));
    if !is_settled && metadata.sector_identifier_uri.is_some() {
        settle_sector(server.outbound()?, &mut metadata).await??;
    }
    Ok((metadata, rights))
}

fn bearer(http: &Request) -> Option<&str> {
    let (scheme, token) = http.single_header(&header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
