//! Device authorizations in flight (RFC 8628).

use std::future::Future;

use crate::audit::Event;
use crate::client::Client;
use crate::clock::Timestamp;
use crate::credential::Tag;
use crate::device::Device;
use crate::grant::Grant;
use crate::id::{ClientId, GrantId};
use crate::outage::Outage;
use crate::store::Receipt;

/// What a client asks about.
#[derive(Debug)]
pub struct Polled {
    /// The authorization.
    pub device: Option<Device>,
    /// The grant that came of it.
    pub grant: Option<Grant>,
    /// The client that asks.
    pub client: Option<Client>,
}

/// What came of a change that only the browser may make that came first.
#[derive(Debug)]
#[must_use]
pub enum Owned {
    /// It is made, now or by an earlier attempt.
    Committed(Receipt),
    /// The authorization is another browser's, decided otherwise, or over.
    Refused,
}

/// Begins device authorizations.
///
/// DynamoDB: PutItem on DEVICE#
pub trait BeginDevices: Send + Sync {
    /// Makes a user code lead to an authorization until `expires_at`; gives whether it was free at `now`.
    fn reserve_user_code(
        &self,
        code: &Tag,
        device: &GrantId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> impl Future<Output = Result<bool, Outage>> + Send;

    /// Writes an authorization.
    fn put_device(&self, device: &Device) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}

/// Answers the client that waits.
///
/// DynamoDB: BatchGetItem on CLIENT#, DEVICE#, GRANT#; UpdateItem on DEVICE#
pub trait PollDevices: Send + Sync {
    /// The authorization, its grant and the client, strongly consistent, in one call.
    fn load_polled(
        &self,
        device: &GrantId,
        client: &ClientId,
    ) -> impl Future<Output = Result<Polled, Outage>> + Send;

    /// Writes down that the client asked, and how long it has to wait from now on.
    fn mark_poll(
        &self,
        device: &GrantId,
        now: Timestamp,
        interval: u64,
    ) -> impl Future<Output = Result<(), Outage>> + Send;
}

/// Lets a browser decide about a device.
///
/// DynamoDB: GetItem, UpdateItem on DEVICE#
pub trait ClaimDevices: Send + Sync {
    /// The authorization that a user code leads to, expired or not.
    fn find_device(&self, code: &Tag) -> impl Future<Output = Result<Option<Device>, Outage>> + Send;

    /// The authorization with this identifier.
    fn load_device(&self, id: &GrantId) -> impl Future<Output = Result<Option<Device>, Outage>> + Send;

    /// Makes a browser the owner, unless another one is.
    fn claim_device(
        &self,
        id: &GrantId,
        owner: &Tag,
        now: Timestamp,
    ) -> impl Future<Output = Result<Owned, Outage>> + Send;

    /// Settles that the owner allows it, so that nobody can refuse it any more: the grant is opened next, with the
    /// event of the consent.
    fn allow_device(
        &self,
        id: &GrantId,
        owner: &Tag,
        now: Timestamp,
    ) -> impl Future<Output = Result<Owned, Outage>> + Send;

    /// Refuses it, as its owner, unless it was allowed.
    fn deny_device(
        &self,
        id: &GrantId,
        owner: &Tag,
        now: Timestamp,
        event: &Event,
    ) -> impl Future<Output = Result<Owned, Outage>> + Send;
}
