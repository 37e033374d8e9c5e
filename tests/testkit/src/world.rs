//! One deployment with everything in it.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard};

use authorizer_decision::Authorizer;
use postern_core::api::{Api, Routes};
use postern_core::audit::Kind;
use postern_core::client::{Client, Entitlements};
use postern_core::credential::CredentialKeys;
use postern_core::grant::Grant;
use postern_core::id::{ClientId, GrantId, TenantId, UserId};
use postern_core::param::ScopeSet;
use postern_core::register::Admission;
use postern_core::server::Server;
use postern_core::settings::{Issuer, Settings};
use postern_core::store::{LoadAccounts, LoadApis, LoadClients, LoadGrants, LoadTenants, Provision};
use postern_core::tenant::{Account, Tenant};
use postern_dynamodb::DynamoStore;
use postern_jose::{Algorithm, Sign as _, TestSigner};
use postern_local::{Engines, Faults};

use crate::apis;
use crate::apps::{self, App, Apps};
use crate::browser::Browser;
use crate::clock::FixedClock;
use crate::entropy::SeededEntropy;
use crate::forge::Forge;
use crate::gate::Gate;
use crate::instance::Instance;
use crate::keys;
use crate::laptop::Laptop;
use crate::operator::told;
use crate::people::{self, People, Tenants};
use crate::web::Web;

/// The issuer of every world: https, so that cookies are as they are deployed.
pub const ISSUER: &str = "https://as.test";
/// The audience of its access tokens.
pub(crate) const AUDIENCE: &str = "https://api.test";
/// The header in which platforms name the account that they act for.
pub const ACCOUNT_HEADER: &str = "Acme-Account";
/// The bound of the time until a revocation bites, as the template sets it.
const REVOCATION_SECONDS: u64 = 15;

/// What a world is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// One signing key each; the first signs for every app.
    pub algorithms: Vec<Algorithm>,
    /// Whether URLs of metadata documents are taken for clients.
    pub client_documents: bool,
}

impl Default for Plan {
    /// ES256, the cheapest key to make, and everything that can be switched on.
    fn default() -> Self {
        Self { algorithms: vec![Algorithm::ES256], client_documents: true }
    }
}

/// One deployment. Used as an [`Instance`], it is the process that began with it.
pub struct World {
    /// The clock of all its instances.
    pub clock: Arc<FixedClock>,
    /// Its tenants.
    pub tenants: Tenants,
    /// Its people.
    pub people: People,
    /// Its clients.
    pub apps: Apps,
    /// The data key behind its credentials.
    pub credential_keys: CredentialKeys,
    /// What everybody else publishes.
    pub web: Arc<Web>,
    laptop: Laptop,
    entropy: Arc<SeededEntropy>,
    settings: Settings,
    forger: Arc<TestSigner>,
    invocations: Arc<AtomicU64>,
    first: Instance,
    routes: Arc<[Routes]>,
    browsers: Mutex<BTreeMap<UserId, Browser>>,
    client_documents: bool,
}

impl World {
    /// A world that signs with ES256: the cheapest key to make.
    pub async fn start() -> Self {
        Box::pin(Self::with(Plan::default())).await
    }

    /// A world made to a plan.
    pub async fn with(plan: Plan) -> Self {
        let laptop = Laptop::start().await;
        let forger = Arc::new(TestSigner::generate(Algorithm::ES256));
        let credential_keys = keys::create(&laptop, &plan.algorithms, forger.public_key()).await;
        let entropy = Arc::new(SeededEntropy::default());
        let routes = apis::write(&laptop.store, ISSUER).await;
        let (tenants, people) = people::write(&laptop.store, &credential_keys, entropy.as_ref()).await;
        let algorithm = plan.algorithms.first().copied().expect("a signing key");
        let (store, rules) = (&laptop.store, (&tenants, algorithm));
        let apps = apps::write(store, &credential_keys, entropy.as_ref(), rules).await;
        let (clock, web) = (Arc::new(FixedClock::new()), Arc::<Web>::default());
        let (settings, client_documents) = (settings(), plan.client_documents);
        let process = Parts {
            laptop: &laptop,
            settings: &settings,
            clock: &clock,
            entropy: &entropy,
            web: &web,
            client_documents,
        };
        let invocations = Arc::new(AtomicU64::new(1));
        let first = process.instance((process.gate(REVOCATION_SECONDS), routes.clone()), invocations.clone());
        Self {
            clock,
            tenants,
            people,
            apps,
            credential_keys,
            web,
            laptop,
            entropy,
            settings,
            forger,
            invocations,
            first,
            routes,
            browsers: Mutex::default(),
            client_documents,
        }
    }

    /// Another process of the same deployment, cold.
    pub fn instance(&self) -> Instance {
        let protected = (self.gate(REVOCATION_SECONDS), Arc::clone(&self.routes));
        self.parts().instance(protected, self.invocations.clone())
    }

    /// Another process, of a deployment that lets others register clients.
    pub fn admitting(&self, admission: Admission) -> Instance {
        let protected = (self.gate(REVOCATION_SECONDS), Arc::clone(&self.routes));
        let server = self.parts().server(self.laptop.vault.clone()).admitting(admission);
        Instance::new(server, protected, self.clock.clone(), self.invocations.clone(), REVOCATION_SECONDS)
    }

    /// A process of the deployment that wants a nonce in every `DPoP` proof.
    pub fn needing_dpop_nonces(&self) -> Instance {
        let protected = (self.gate(REVOCATION_SECONDS), Arc::clone(&self.routes));
        let server = self.parts().server(self.laptop.vault.clone()).needing_dpop_nonces(true);
        Instance::new(server, protected, self.clock.clone(), self.invocations.clone(), REVOCATION_SECONDS)
    }

    /// The authorizer of the API, cold, that trusts what it read for `revocation_seconds`.
    pub fn gate(&self, revocation_seconds: u64) -> Gate {
        self.parts().gate(revocation_seconds)
    }

    const fn parts(&self) -> Parts<'_> {
        let Self { laptop, settings, clock, entropy, web, client_documents, .. } = self;
        Parts { laptop, settings, clock, entropy, web, client_documents: *client_documents }
    }

    /// A maker of tokens under a key that the deployment announced.
    pub fn forge(&self) -> Forge {
        Forge::new(self.forger.clone())
    }

    /// The faults of its endpoints, and the counts of calls.
    pub fn faults(&self) -> &Faults {
        self.laptop.engines.faults()
    }

    /// The browsers in which people are signed in.
    pub(crate) fn browsers(&self) -> MutexGuard<'_, BTreeMap<UserId, Browser>> {
        self.browsers.lock().expect("no test goes on after a panic")
    }

    /// The store, past every server.
    pub fn store(&self) -> DynamoStore {
        self.laptop.store.clone()
    }

    /// Where the table's stream is.
    pub(crate) fn stream_source(&self) -> (&Engines, &str) {
        (&self.laptop.engines, &self.laptop.table.stream)
    }

    /// The whole table as text: equal dumps are equal states.
    pub async fn dump(&self) -> String {
        self.laptop.table.dump().await
    }

    /// The same without what merely counts and watches requests, be they refused: limits, tallies, networks, activity.
    pub async fn state(&self) -> String {
        let dump = self.dump().await;
        let counts = ["LIMIT#", "WATCH#", "ACTIVITY#"].map(|key| format!("{{\"PK\": \"{key}"));
        let kept = dump.lines().filter(|line| !counts.iter().any(|count| line.starts_with(count)));
        kept.collect::<Vec<_>>().join("\n")
    }

    /// Takes an attribute of an item away, so that nobody can read it.
    pub async fn damage(&self, key: (&str, &str), attribute: &str) {
        self.laptop.table.damage(key, attribute).await;
    }

    /// The grant that a code, refresh token or grant identifier belongs to.
    pub async fn grant(&self, text: &str) -> Grant {
        let id = text.trim_start_matches("pstc_").trim_start_matches("pstr_");
        let id = GrantId::parse(id.split('.').next().unwrap_or_default()).expect("a grant's identifier");
        let (grant, _) = self.laptop.store.load_grant(&id, &self.apps.web.client_id).await.expect("read");
        grant.expect("a grant")
    }

    /// Changes a client.
    pub async fn edit_client(&self, id: &ClientId, edit: impl FnOnce(&mut Client) + Send) {
        let mut client = self.laptop.store.load_client(id).await.expect("read").expect("a client");
        edit(&mut client);
        let _receipt = self
            .laptop
            .store
            .put_client(&client, &told(Kind::ClientChanged).about_client(&client))
            .await
            .expect("write");
    }

    /// Leaves a client these rights: of OpenID Connect, and of the sample API.
    pub async fn register(&self, app: &App, scopes: &str) {
        self.register_at(app, AUDIENCE, scopes).await;
    }

    /// The same, of another API.
    pub async fn register_at(&self, app: &App, audience: &str, scopes: &str) {
        let rights = Entitlements::of(audience, &ScopeSet::parse(scopes).expect("scopes"));
        self.edit_client(&app.client_id, |client| client.entitlements = rights).await;
    }

    /// The same, of the sample API and one more.
    pub async fn register_both(&self, app: &App, scopes: &str, (audience, more): (&str, &str)) {
        let set = |text| ScopeSet::parse(text).expect("scopes");
        let rights = Entitlements::of(AUDIENCE, &set(scopes)).with_api(audience, set(more));
        self.edit_client(&app.client_id, |client| client.entitlements = rights).await;
    }

    /// Loads one more API.
    pub async fn load_api(&self, document: &str, audience: &str) {
        apis::load(&self.laptop.store, document, audience).await;
    }

    /// Changes the sample API.
    pub async fn edit_api(&self, edit: impl FnOnce(&mut Api) + Send) {
        let apis = self.laptop.store.load_apis().await.expect("read");
        let mut api = apis.into_iter().find(|api| api.audience == AUDIENCE).expect("the sample API");
        edit(&mut api);
        apis::put(&self.laptop.store, &api).await;
    }

    /// Changes a tenant.
    pub async fn edit_tenant(&self, id: &TenantId, edit: impl FnOnce(&mut Tenant) + Send) {
        let mut found = self.laptop.store.load_tenants(std::slice::from_ref(id)).await.expect("read");
        let mut tenant = found.pop().expect("a tenant");
        edit(&mut tenant);
        let _receipt = self
            .laptop
            .store
            .put_tenant(&tenant, &told(Kind::TenantChanged).in_tenant(id))
            .await
            .expect("write");
    }

    /// Changes a person or their memberships.
    pub async fn edit_account(&self, id: &UserId, edit: impl FnOnce(&mut Account) + Send) {
        let mut account = self.laptop.store.load_account(id).await.expect("read").expect("an account");
        edit(&mut account);
        let _receipt = self
            .laptop
            .store
            .put_account(&account, &told(Kind::MemberChanged).to_user(id))
            .await
            .expect("write");
    }
}

fn settings() -> Settings {
    Settings { issuer: Issuer::parse(ISSUER).expect("an issuer"), audience: AUDIENCE.to_owned() }
}

/// What every process of a world is made of.
struct Parts<'a> {
    laptop: &'a Laptop,
    settings: &'a Settings,
    clock: &'a Arc<FixedClock>,
    entropy: &'a Arc<SeededEntropy>,
    web: &'a Arc<Web>,
    client_documents: bool,
}

impl Parts<'_> {
    fn server<V>(&self, vault: V) -> Server<DynamoStore, V> {
        let (store, settings) = (self.laptop.store.clone(), self.settings.clone());
        let server = Server::new(store, vault, settings, self.clock.clone(), self.entropy.clone());
        let server = server.reaching(self.web.clone()).admitting(Admission::Open);
        server.reading_client_documents(self.client_documents)
    }

    fn gate(&self, revocation_seconds: u64) -> Gate {
        Gate::new(Authorizer::new(self.server(()), revocation_seconds, ACCOUNT_HEADER.to_owned()))
    }

    fn instance(&self, protected: (Gate, Arc<[Routes]>), invocations: Arc<AtomicU64>) -> Instance {
        let server = self.server(self.laptop.vault.clone());
        Instance::new(server, protected, self.clock.clone(), invocations, REVOCATION_SECONDS)
    }
}

impl Deref for World {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        &self.first
    }
}
