//! Authorization requests that were pushed (RFC 9126).

use std::future::Future;

use crate::authorize::{AuthorizationRequest, PushedRequest};
use crate::clock::Timestamp;
use crate::id::{ClientId, InvocationId, RequestId};
use crate::outage::Outage;
use crate::store::Receipt;

/// Keeps pushed requests.
///
/// DynamoDB: PutItem on PAR#
pub trait PushRequests: Send + Sync {
    /// Writes a request under a fresh identifier.
    fn push_request(&self, pushed: &PushedRequest) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}

/// Takes pushed requests.
///
/// DynamoDB: UpdateItem on PAR#
pub trait TakeRequests: Send + Sync {
    /// The request, once (X05): `None` where there is none, or it is another client's, expired at `now`, or taken before
    /// by another invocation. A refusal changes nothing.
    fn take_request(
        &self,
        id: &RequestId,
        client: &ClientId,
        by: &InvocationId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<AuthorizationRequest>, Outage>> + Send;
}
