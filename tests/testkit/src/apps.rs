//! One client of each kind, in the form that its developer knows it.

use postern_core::audit::Kind;
use postern_core::client::{Client, ClientKind, ClientSecret, GrantType};
use postern_core::clock::Timestamp;
use postern_core::credential::CredentialKeys;
use postern_core::entropy::Entropy;
use postern_core::id::{ClientId, TenantId};
use postern_core::limit::Limits;
use postern_core::network::Networks;
use postern_core::param::{RedirectUri, ScopeSet};
use postern_core::store::Provision;
use postern_dynamodb::DynamoStore;
use postern_jose::Algorithm;

use crate::operator::told;

const FOR_USERS: &str =
    "openid profile email offline_access contact.read contact.write contact.delete contact.all account";
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
}

/// What sets one client of a world apart from the others.
struct Traits<'a> {
    name: &'a str,
    kind: ClientKind,
    tenant: Option<&'a TenantId>,
    redirect_uris: &'a [&'a str],
    rotate: bool,
}

/// Writes the clients. Their tokens are signed by `algorithm`.
pub(crate) async fn write(
    store: &DynamoStore,
    keys: &CredentialKeys,
    entropy: &dyn Entropy,
    (acme, algorithm): (&TenantId, Algorithm),
) -> Apps {
    let web = |name, rotate| Traits {
        name,
        kind: ClientKind::Web,
        tenant: None,
        redirect_uris: &["https://app.test/callback"],
        rotate,
    };
    let public = |name, kind, redirect_uris| Traits { name, kind, tenant: None, redirect_uris, rotate: true };
    let service = Traits {
        name: "Nightly sync",
        kind: ClientKind::Service,
        tenant: Some(acme),
        redirect_uris: &[],
        rotate: true,
    };
    let make = |traits| create(store, keys, entropy, (traits, algorithm));
    Apps {
        web: make(web("Web <b>app</b>", true)).await,
        steady: make(web("Steady app", false)).await,
        spa: make(public("Browser app", ClientKind::Spa, &["https://spa.test/callback"])).await,
        native: make(public("Phone app", ClientKind::Native, &["http://127.0.0.1/callback"])).await,
        service: make(service).await,
    }
}

async fn create(
    store: &DynamoStore,
    keys: &CredentialKeys,
    entropy: &dyn Entropy,
    (traits, algorithm): (Traits<'_>, Algorithm),
) -> App {
    let client_id = ClientId::generate(entropy);
    let (grant_types, scopes) = match traits.kind {
        ClientKind::Service | ClientKind::Platform => (vec![GrantType::ClientCredentials], FOR_SERVERS),
        ClientKind::Web | ClientKind::Spa | ClientKind::Native => {
            (vec![GrantType::AuthorizationCode, GrantType::RefreshToken], FOR_USERS)
        }
    };
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
        scopes: ScopeSet::parse(scopes).expect("scopes"),
        secrets: Vec::new(),
        rotate_refresh_tokens: traits.rotate,
        signing_algorithm: Some(algorithm),
        active: true,
        not_before: Timestamp::from_secs(0),
        networks: Networks::default(),
        limits: Limits::default(),
        livemode: true,
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
