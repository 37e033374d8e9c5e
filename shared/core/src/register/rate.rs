//! How often one address registers, changes and removes clients, or shows wrong tokens (D01, D07).

use super::error::RegisterError;
use crate::credential::{CredentialKeys, Purpose};
use crate::http::Request;
use crate::limit::{Bucket, Rate};
use crate::network::party;
use crate::server::Server;
use crate::store::LeaseTokens;

/// Registrations, changes, removals and wrong tokens from one address, in a minute; all of them may come at once (D01).
const PER_MINUTE: u32 = 20;

/// The address is the gateway's word, and stands in the table as a tag (T17).
pub(super) async fn verify_rate<S: LeaseTokens, V>(
    server: &Server<S, V>,
    http: &Request,
    keys: &CredentialKeys,
) -> Result<(), RegisterError> {
    let tag = keys.tag(Purpose::Throttle, &[b"register", party(http.call.source).as_bytes()]);
    let Ok(rate) = Rate::new(PER_MINUTE, Some(PER_MINUTE)) else { return Ok(()) };
    let taken = server.limiter.take(&server.store, &Bucket::of_registrations(&tag), rate, server.now()).await;
    taken.map_err(RegisterError::RateLimited)
}
