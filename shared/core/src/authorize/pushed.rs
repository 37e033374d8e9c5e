//! A request that was pushed: what the table keeps, and how the browser's `request_uri` finds it (RFC 9126).

use postern_jose::Vault;
use serde::{Deserialize, Serialize};

use super::AuthorizeStore;
use super::check::load_client;
use super::interaction::AuthorizationRequest;
use super::page::PageError;
use crate::clock::Timestamp;
use crate::http::Call;
use crate::id::{ClientId, RequestId};
use crate::param::Parameters;
use crate::server::Server;

/// What our `request_uri` values begin with (RFC 9126 section 2.2).
const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// A checked request on its way from the client to the browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushedRequest {
    /// The end of its `request_uri`.
    pub request_id: RequestId,
    /// Who pushed it.
    pub client_id: ClientId,
    /// What was asked.
    pub request: AuthorizationRequest,
    /// When it is of no use any more.
    pub expires_at: Timestamp,
}

impl PushedRequest {
    /// Its `request_uri`.
    pub fn request_uri(&self) -> String {
        format!("{URN}{}", self.request_id)
    }
}

/// The request that a `request_uri` of ours names, taken for good; `None` where the parameters name none. All but
/// `client_id` and `request_uri` is ignored (RFC 9126 section 4).
pub(super) async fn take<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    parameters: &Parameters,
    call: &Call,
) -> Result<Option<AuthorizationRequest>, PageError> {
    let uri = parameters.get("request_uri").unwrap_or_default();
    let Some(id) = uri.and_then(|uri| uri.strip_prefix(URN)) else { return Ok(None) };
    let client = load_client(server, parameters, call).await?;
    let id = RequestId::parse(id).map_err(|_| PageError::RequestUri)?;
    let taken = server.store.take_request(&id, &client.client_id, &call.invocation, server.now()).await?;
    let request = taken.ok_or(PageError::RequestUri)?;
    // What was registered when the request was pushed may have been withdrawn since.
    let _redirect = client.match_redirect(Some(&request.redirect_uri)).ok_or(PageError::RedirectUri)?;
    Ok(Some(request))
}
