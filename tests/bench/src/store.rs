//! A store that counts how often it is reached: once everything is cached, never.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use postern_core::activity::Requests;
use postern_core::api::Api;
use postern_core::audit::Event;
use postern_core::client::Client;
use postern_core::clock::Timestamp;
use postern_core::credential::Tag;
use postern_core::device::Device;
use postern_core::dpop::ProofId;
use postern_core::grant::{Grant, Revocation};
use postern_core::id::{ClientId, GrantId, InvocationId, SessionId, TenantId};
use postern_core::keys::StoredKeys;
use postern_core::limit::{Bucket, Rate};
use postern_core::outage::Outage;
use postern_core::standing::{Standing, Subject};
use postern_core::store::{
    BeginDevices, ClaimProofs, ConfirmTokens, Connect, Connected, Connecting, CountRequests, Extension,
    KeepClients, KeepTallies, LeaseTokens, Leased, LoadApis, LoadClients, LoadGrants, LoadKeys, LoadLogouts,
    LoadStanding, LoadTenants, MarkUse, PollDevices, Polled, Receipt, RecordEvents, RedeemCodes, Redemption,
    RevokeGrants, RotateTokens, Rotation, UseAssertions, Used, Verdict, WatchNetworks,
};
use postern_core::tenant::Tenant;
use postern_core::watch::Tally;

/// How often a store was reached.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached(Arc<AtomicU64>);

impl Reached {
    /// The number so far.
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn mark(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Keys, one client and one standing; nothing can be written.
#[derive(Clone)]
pub(crate) struct CountingStore {
    /// How often it was reached.
    pub(crate) reached: Reached,
    /// The server's keys.
    pub(crate) keys: StoredKeys,
    /// The API.
    pub(crate) api: Api,
    /// Every client.
    pub(crate) client: Client,
    /// Everybody's standing.
    pub(crate) standing: Standing,
}

impl CountingStore {
    fn refuse<T>(&self) -> Result<T, Outage> {
        self.reached.mark();
        Err(Outage::Unavailable("the bench writes nothing".to_owned()))
    }
}

impl LoadKeys for CountingStore {
    async fn load_keys(&self) -> Result<Option<StoredKeys>, Outage> {
        self.reached.mark();
        Ok(Some(self.keys.clone()))
    }
}

impl LoadApis for CountingStore {
    async fn load_apis(&self) -> Result<Vec<Api>, Outage> {
        self.reached.mark();
        Ok(vec![self.api.clone()])
    }
}

impl LeaseTokens for CountingStore {
    async fn lease(&self, _: &Bucket, _: Rate, _: u32, _: Timestamp) -> Result<Leased, Outage> {
        self.refuse()
    }
}

impl UseAssertions for CountingStore {
    async fn use_assertion(&self, _: &Tag, _: Timestamp, _: &InvocationId) -> Result<bool, Outage> {
        self.refuse()
    }
}

impl KeepClients for CountingStore {
    async fn keep_client(&self, _: &ClientId, _: Timestamp, _: Timestamp) -> Result<(), Outage> {
        self.refuse()
    }
}

impl BeginDevices for CountingStore {
    async fn reserve_user_code(
        &self,
        _: &Tag,
        _: &GrantId,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<bool, Outage> {
        self.refuse()
    }

    async fn put_device(&self, _: &Device) -> Result<Receipt, Outage> {
        self.refuse()
    }
}

impl PollDevices for CountingStore {
    async fn load_polled(&self, _: &GrantId, _: &ClientId) -> Result<Polled, Outage> {
        self.refuse()
    }

    async fn mark_poll(&self, _: &GrantId, _: Timestamp, _: u64) -> Result<(), Outage> {
        self.refuse()
    }
}

impl ClaimProofs for CountingStore {
    async fn claim_proof(&self, _: &ProofId, _: &str, _: (Timestamp, Timestamp)) -> Result<bool, Outage> {
        self.refuse()
    }
}

impl KeepTallies for CountingStore {
    async fn add_to_tally(&self, _: &str, _: u64, _: u32, _: Timestamp) -> Result<Option<Tally>, Outage> {
        self.refuse()
    }

    async fn raise_signal(&self, _: &str, _: u64, _: &Event) -> Result<(), Outage> {
        self.refuse()
    }
}

impl WatchNetworks for CountingStore {
    async fn see_network(&self, _: &str, _: &str, _: &Event) -> Result<(), Outage> {
        self.refuse()
    }
}

impl LoadClients for CountingStore {
    async fn load_client(&self, _: &ClientId) -> Result<Option<Client>, Outage> {
        self.reached.mark();
        Ok(Some(self.client.clone()))
    }
}

impl LoadStanding for CountingStore {
    async fn load_standing(&self, _: &Subject) -> Result<Standing, Outage> {
        self.reached.mark();
        Ok(self.standing.clone())
    }
}

impl LoadLogouts for CountingStore {
    async fn has_ended(&self, _: &SessionId) -> Result<bool, Outage> {
        self.refuse()
    }
}

impl LoadTenants for CountingStore {
    /// Not counted: a token request asks after its tenant each time, beside the signature.
    async fn load_tenants(&self, _: &[TenantId]) -> Result<Vec<Tenant>, Outage> {
        Ok(self.standing.tenant.iter().cloned().collect())
    }
}

impl RecordEvents for CountingStore {
    /// Not counted: no token without a trace.
    async fn record_event(&self, _: &Event, _: Timestamp) -> Result<Receipt, Outage> {
        Ok(Receipt::committed())
    }
}

impl LoadGrants for CountingStore {
    async fn load_grant(&self, _: &GrantId, _: &ClientId) -> Result<(Option<Grant>, Option<Client>), Outage> {
        self.refuse()
    }
}

impl ConfirmTokens for CountingStore {
    async fn confirm(&self, _: &GrantId, _: u32) -> Result<(), Outage> {
        self.refuse()
    }
}

impl Connect for CountingStore {
    async fn connect(&self, _: &Connecting<'_>) -> Result<Connected, Outage> {
        self.refuse()
    }
}

impl CountRequests for CountingStore {
    async fn count_requests(&self, _: (&TenantId, &ClientId), _: &Requests) -> Result<(), Outage> {
        self.refuse()
    }
}

impl MarkUse for CountingStore {
    async fn mark_use(&self, _: &Used, _: Timestamp) -> Result<(), Outage> {
        self.refuse()
    }
}

impl RedeemCodes for CountingStore {
    async fn redeem(&self, _: &Redemption<'_>) -> Result<Verdict, Outage> {
        self.refuse()
    }
}

impl RevokeGrants for CountingStore {
    async fn revoke_grant(
        &self,
        _: &GrantId,
        _: Revocation,
        _: &InvocationId,
        _: &Event,
    ) -> Result<Receipt, Outage> {
        self.refuse()
    }
}

impl RotateTokens for CountingStore {
    async fn rotate(&self, _: &Rotation<'_>) -> Result<Verdict, Outage> {
        self.refuse()
    }

    async fn extend(&self, _: &Extension<'_>) -> Result<Verdict, Outage> {
        self.refuse()
    }

    async fn count_replay(&self, _: &GrantId, _: &Tag, _: Timestamp, _: &Event) -> Result<Verdict, Outage> {
        self.refuse()
    }
}
