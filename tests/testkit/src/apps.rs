//! One client of each kind, in the form that its developer knows it.

use postern_core::audit::Kind;
use postern_core::client::{
    Client, ClientKind, ClientSecret, Entitlements, GrantType, Registration, SenderRules,
};
use postern_core::clock::Timestamp;
use postern_core::credential::CredentialKeys;
use postern_core::entropy::Entropy;
use postern_core::id::{ClientId, TenantId};
use postern_core::limit::Limits;
use postern_core::network::Networks;
use postern_core::openid::OpenIdClient;
use postern_core::param::{RedirectUri, ScopeSet};
use postern_core::store::Provision;
use postern_dynamodb::DynamoStore;
use postern_jose::Algorithm;

use crate::operator::told;
use crate::people::Tenants;
use crate::world::{AUDIENCE, ISSUER};

const FOR_USERS: &str =
    "openid profile email address phone offline_access contact.read contact.write contact.delete contact.all";
const FOR_SERVERS: &str = "contact.read contact.write contact.delete contact.all";

/// A client as its developer holds it.
#[derive(Clone, Debug)]
pub struct App {
    /// `client_id`.
    pub client_id: ClientId,
    /// `client_secret`; a public client has none.
    pub secret: Option<String>,
    /// The first registered redirect URI; empty for a service.
    pub redirect_uri: String,
}

/// The clients of a world.
#[derive(Clone, Debug)]
pub struct Apps {
    /// Confidential, with rotation.
    pub web: App,
    /// Confidential, without rotation.
    pub steady: App,
    /// Public, at an https redirect URI.
    pub spa: App,
    /// Public, at a loopback redirect URI.
    pub native: App,
    /// Client credentials, for Acme.
    pub service: App,
    /// Acts for connected accounts; its own tenant is Harbour.
    pub platform: App,
    /// Another platform; its own tenant is Rival.
    pub rival: App,
    /// The first platform's, for tests.
    pub sandbox_platform: App,
    /// Client credentials, for the operators: administers everything.
    pub operator: App,
}

/// What sets one client of a world apart from the others.
#[derive(Clone, Copy)]
struct Traits<'a> {
    name: &'a str,
    kind: ClientKind,
    tenant: Option<&'a TenantId>,
    redirect_uris: &'a [&'a str],
    rotate: bool,
    livemode: bool,
}

impl<'a> Traits<'a> {
    /// An app for users at this address.
    const fn app(name: &'a str, kind: ClientKind, redirect_uris: &'a [&'a str]) -> Self {
        Self { name, kind, tenant: None, redirect_uris, rotate: true, livemode: true }
    }

    /// A live platform of this tenant.
    const fn platform(name: &'a str, home: &'a TenantId, redirect_uris: &'a [&'a str]) -> Self {
        Self { tenant: Some(home), ..Self::app(name, ClientKind::Platform, redirect_uris) }
    }
}

/// Writes the clients. Their tokens are signed by `algorithm`.
pub(crate) async fn write(
    store: &DynamoStore,
    keys: &CredentialKeys,
    entropy: &dyn Entropy,
    (tenants, algorithm): (&Tenants, Algorithm),
) -> Apps {
    const WEB: [&str; 1] = ["https://app.test/callback"];
    let web = Traits::app("Web <b>app</b>", ClientKind::Web, &WEB);
    let steady = Traits { rotate: false, ..Traits::app("Steady app", ClientKind::Web, &WEB) };
    let spa = Traits::app("Browser app", ClientKind::Spa, &["https://spa.test/callback"]);
    let native = Traits::app("Phone app", ClientKind::Native, &["http://127.0.0.1/callback"]);
    let service =
        Traits { tenant: Some(&tenants.acme), ..Traits::app("Nightly sync", ClientKind::Service, &[]) };
    let harbour = &tenants.harbour;
    let platform = Traits::platform("Harbour <b>platform</b>", harbour, &["https://harbour.test/callback"]);
    let rival = Traits::platform("Rival", &tenants.rival, &["https://rival.test/callback"]);
    let tests = Traits::platform("Harbour tests", harbour, &["https://tests.harbour.test/callback"]);
    let operator = Traits { name: "Operators", tenant: Some(&tenants.operators), ..service };
    let make = |traits| create(store, keys, entropy, (traits, algorithm));
    Apps {
        web: make(web).await,
        steady: make(steady).await,
        spa: make(spa).await,
        native: make(native).await,
        service: make(service).await,
        operator: make(operator).await,
        platform: make(platform).await,
        rival: make(rival).await,
        sandbox_platform: make(Traits { livemode: false, ..tests }).await,
    }
}

/// The grants that a client of this kind uses, and the scopes that it may ask for.
fn grants_of(kind: ClientKind) -> (Vec<GrantType>, &'static str) {
    let of_users = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    match kind {
        ClientKind::Service => (vec![GrantType::ClientCredentials], FOR_SERVERS),
        ClientKind::Platform => ([&of_users[..], &[GrantType::ClientCredentials]].concat(), FOR_USERS),
        ClientKind::Web | ClientKind::Spa | ClientKind::Native => (of_users.to_vec(), FOR_USERS),
    }
}

/// Rights at the sample API, and at both of Postern's own.
fn rights(of_api: &str) -> Entitlements {
    let scopes = |text| ScopeSet::parse(text).expect("scopes");
    let rights = Entitlements::of(AUDIENCE, &scopes(of_api));
    rights
        .with_api(&format!("{ISSUER}/mcp"), scopes("mcp.use"))
        .with_api(&format!("{ISSUER}/account"), scopes("account account.invitations"))
        .with_api(&format!("{ISSUER}/admin"), scopes("admin"))
}

async fn create(
    store: &DynamoStore,
    keys: &CredentialKeys,
    entropy: &dyn Entropy,
    (traits, algorithm): (Traits<'_>, Algorithm),
) -> App {
    let client_id = ClientId::generate(entropy);
    let (grant_types, scopes) = grants_of(traits.kind);
    let mut client = Client {
        client_id: client_id.clone(),
        name: traits.name.to_owned(),
        kind: traits.kind,
        tenant: traits.tenant.cloned(),
        redirect_uris: traits
            .redirect_uris
            .iter()
            .map(|uri| RedirectUri::register(uri).expect("redirect URI"))
            .collect(),
        grant_types,
        entitlements: rights(scopes),
        secrets: Vec::new(),
        rotate_refresh_tokens: traits.rotate,
        signing_algorithm: Some(algorithm),
        active: true,
        not_before: Timestamp::from_secs(0),
        networks: Networks::default(),
        limits: Limits::default(),
        sender: SenderRules::default(),
        openid: OpenIdClient::default(),
        livemode: traits.livemode,
        registration: Registration::default(),
    };
    let mut secret = None;
    if !client.is_public() {
        let (text, stored) = ClientSecret::generate(&client_id, keys, entropy);
        client.secrets.push(stored);
        secret = Some(text.to_string());
    }
    let event = told(Kind::ClientCreated).about_client(&client);
    let _receipt = store.put_client(&client, &event).await.expect("client");
    let redirect_uri = traits.redirect_uris.first().copied().unwrap_or_default().to_owned();
    App { client_id, secret, redirect_uri }
}
