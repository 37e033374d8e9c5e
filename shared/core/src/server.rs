//! What every endpoint stands on: the store, the vault, the clock, randomness, settings, and what a process remembers.

use std::sync::{Arc, Mutex, PoisonError};

use postern_jose::{Vault, base64url};

use crate::api::Apis;
use crate::client::{Client, KeyCache};
use crate::clock::{Clock, Timestamp};
use crate::credential::CredentialKeys;
use crate::entropy::Entropy;
use crate::http::Call;
use crate::id::{ClientId, TenantId};
use crate::keys::Keys;
use crate::lifetime;
use crate::limit::Limiter;
use crate::memory::Memory;
use crate::outage::Outage;
use crate::outbound::Fetch;
use crate::register::Admission;
use crate::settings::{DEFAULT_AUDIT_DAYS, Settings};
use crate::store::{LoadApis, LoadClients, LoadKeys, LoadTenants};
use crate::tenant::Tenant;
use crate::watch::Watch;

/// Most clients, and most tenants, that a process remembers.
const MAX_REMEMBERED: usize = 1_000;

/// One server. `S` is the store with the capabilities that the function may use, `V` the vault or `()`.
pub struct Server<S, V> {
    /// The store.
    pub store: S,
    /// The vault.
    pub vault: V,
    /// The settings.
    pub settings: Settings,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// What this process took ahead of limits.
    pub limiter: Limiter,
    /// What this process has counted of unusual use.
    pub watch: Watch,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// For how many days audit events are kept, unless their tenant says.
    pub audit_days: u32,
    /// Who may register clients.
    pub registration: Admission,
    pub(crate) reads_client_documents: bool,
    pub(crate) needs_dpop_nonces: bool,
    pub(crate) failed_documents: Memory<ClientId, ()>,
    fetch: Option<Arc<dyn Fetch>>,
    pub(crate) client_keys: KeyCache,
    keys: Mutex<Option<(Timestamp, Arc<Keys>)>>,
    apis: Mutex<Option<(Timestamp, Arc<Apis>)>>,
    credential_keys: Mutex<Option<Arc<CredentialKeys>>>,
    clients: Memory<ClientId, Option<Client>>,
    tenants: Memory<TenantId, Option<Tenant>>,
}

impl<S, V> Server<S, V> {
    /// Puts a server together. No call is made.
    pub fn new(
        store: S,
        vault: V,
        settings: Settings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let (keys, apis, credential_keys) = (Mutex::default(), Mutex::default(), Mutex::default());
        let clients = Memory::new(lifetime::CLIENT_CACHE, MAX_REMEMBERED);
        let tenants = Memory::new(lifetime::CLIENT_CACHE, MAX_REMEMBERED);
        let (limiter, watch) = (Limiter::default(), Watch::default());
        let audit_days = DEFAULT_AUDIT_DAYS;
        Self {
            store,
            vault,
            settings,
            clock,
            limiter,
            watch,
            entropy,
            audit_days,
            registration: Admission::Closed,
            reads_client_documents: false,
            needs_dpop_nonces: false,
            failed_documents: Memory::new(lifetime::KEYS_RETRY, MAX_REMEMBERED),
            fetch: None,
            client_keys: KeyCache::default(),
            keys,
            apis,
            credential_keys,
            clients,
            tenants,
        }
    }

    /// The server that keeps audit events for so many days, unless their tenant says.
    #[must_use]
    pub fn keeping_events_for(self, audit_days: u32) -> Self {
        Self { audit_days, ..self }
    }

    /// The server that takes URLs of metadata documents for clients, or does not.
    #[must_use]
    pub fn reading_client_documents(self, reads_client_documents: bool) -> Self {
        Self { reads_client_documents, ..self }
    }

    /// The server whose endpoints take no `DPoP` proof without a nonce of ours, or do.
    #[must_use]
    pub fn needing_dpop_nonces(self, needs_dpop_nonces: bool) -> Self {
        Self { needs_dpop_nonces, ..self }
    }

    /// The server that lets so many register clients.
    #[must_use]
    pub fn admitting(self, registration: Admission) -> Self {
        Self { registration, ..self }
    }

    /// The server that reaches others through `fetch`.
    #[must_use]
    pub fn reaching(self, fetch: Arc<dyn Fetch>) -> Self {
        Self { fetch: Some(fetch), ..self }
    }

    /// The way to others; [`Outage`] where this process has none.
    pub fn outbound(&self) -> Result<&dyn Fetch, Outage> {
        self.fetch.as_deref().ok_or_else(|| Outage::Unavailable("this process reaches nobody".into()))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// [`Outage::Deadline`] when too little of the invocation is left to sign, or to begin a write (L03, I9).
    pub fn verify_time_left(&self, call: &Call) -> Result<(), Outage> {
        if call.deadline.since(self.now()) < lifetime::COMMIT_BUDGET { Err(Outage::Deadline) } else { Ok(()) }
    }
}

impl<S: LoadKeys, V> Server<S, V> {
    /// The server's keys, at most [`lifetime::KEY_CACHE`] seconds old.
    pub async fn keys(&self) -> Result<Arc<Keys>, Outage> {
        let now = self.now();
        if let Some((_, keys)) =
            lock(&self.keys).as_ref().filter(|(read_at, _)| fresh(*read_at, now, lifetime::KEY_CACHE))
        {
            return Ok(Arc::clone(keys));
        }
        let stored = self.store.load_keys().await?;
        let stored = stored.ok_or_else(|| Outage::Corrupt("no keys: run `postern bootstrap`".into()))?;
        let keys = Arc::new(Keys::parse(stored)?);
        *lock(&self.keys) = Some((now, Arc::clone(&keys)));
        Ok(keys)
    }
}

impl<S: LoadApis, V> Server<S, V> {
    /// The APIs that were loaded, at most [`lifetime::API_CACHE`] seconds old.
    pub async fn apis(&self) -> Result<Arc<Apis>, Outage> {
        let now = self.now();
        if let Some((_, apis)) =
            lock(&self.apis).as_ref().filter(|(read_at, _)| fresh(*read_at, now, lifetime::API_CACHE))
        {
            return Ok(Arc::clone(apis));
        }
        let apis = Arc::new(Apis::new(self.store.load_apis().await?));
        *lock(&self.apis) = Some((now, Arc::clone(&apis)));
        Ok(apis)
    }
}

impl<S: LoadKeys, V: Vault> Server<S, V> {
    /// The data key of credentials, unwrapped once per process.
    pub async fn credential_keys(&self) -> Result<Arc<CredentialKeys>, Outage> {
        if let Some(keys) = lock(&self.credential_keys).as_ref() {
            return Ok(Arc::clone(keys));
        }
        let stored = self.keys().await?;
        let wrapped = base64url::decode(stored.credential_key());
        let wrapped = wrapped.map_err(|_| Outage::Corrupt("the wrapped data key is not base64url".into()))?;
        let unwrapped = self.vault.unwrap_data_key(&wrapped).await?;
        let keys = Arc::new(CredentialKeys::new(&unwrapped));
        *lock(&self.credential_keys) = Some(Arc::clone(&keys));
        Ok(keys)
    }
}

impl<S: LoadClients, V> Server<S, V> {
    /// A client, or that there is none, as it was at most [`lifetime::CLIENT_CACHE`] seconds ago. Both are
    /// remembered, so that an unknown client costs what a known one does (T06).
    pub async fn client(&self, id: &ClientId) -> Result<Option<Client>, Outage> {
        let now = self.now();
        if let Some(remembered) = self.clients.get(id, now) {
            return Ok(remembered);
        }
        let client = self.store.load_client(id).await?;
        self.clients.put(id, now, client.clone());
        Ok(client)
    }
}

impl<S, V> Server<S, V> {
    /// Remembers a client that was just written, over what this process may have read before.
    pub(crate) fn remember_client(&self, client: &Client) {
        self.clients.put(&client.client_id, self.now(), Some(client.clone()));
    }
}

impl<S: LoadTenants, V> Server<S, V> {
    /// A tenant, or that there is none, as it was at most [`lifetime::CLIENT_CACHE`] seconds ago.
    pub async fn tenant(&self, id: &TenantId) -> Result<Option<Tenant>, Outage> {
        let now = self.now();
        if let Some(remembered) = self.tenants.get(id, now) {
            return Ok(remembered);
        }
        let tenant = self.store.load_tenants(std::slice::from_ref(id)).await?.pop();
        self.tenants.put(id, now, tenant.clone());
        Ok(tenant)
    }
}

/// Whether something read at `read_at` may still be used: not when the clock jumped back either (L02).
fn fresh(read_at: Timestamp, now: Timestamp, seconds: u64) -> bool {
    read_at <= now && now.since(read_at) < seconds
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Each critical section only replaces a whole value: a poisoned lock guards nothing half-written.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
