//! Who acts in the measurements: one tenant, one user with one grant, one client, one server.

use std::hint::black_box;
use std::sync::Arc;

use postern_core::audit::SeenNetworks;
use postern_core::client::{Client, ClientSecret};
use postern_core::clock::{Clock, SystemClock, Timestamp};
use postern_core::credential::{CredentialKeys, Purpose};
use postern_core::dpop::Sender;
use postern_core::entropy::OsEntropy;
use postern_core::grant::{ActiveGrant, Grant, GrantState};
use postern_core::id::{ClientId, GrantId, InvocationId, TenantId, UserId};
use postern_core::keys::{KeyState, SigningKey, StoredKeys};
use postern_core::openid::OpenIdGrant;
use postern_core::param::{CodeChallenge, ScopeSet};
use postern_core::server::Server;
use postern_core::settings::{Issuer, Settings};
use postern_core::standing::Standing;
use postern_jose::base64url;
use serde_json::json;
use zeroize::Zeroizing;

use crate::Failure;
use crate::key::{DATA_KEY, HeldKey};
use crate::store::{CountingStore, Reached};

/// Identifiers as long as generated ones.
pub(crate) const CLIENT: &str = "0oPb7hLq2XwVt9RkYzNc5D";
/// The user.
pub(crate) const USER: &str = "usr_4Jm8sKfW1nTbQ6yHdLx3Ve";
/// The tenant.
pub(crate) const TENANT: &str = "ten_9ZrGc2PvXk5MwBt7YhNq1S";
/// The grant.
pub(crate) const GRANT: &str = "7TfDj3WmRq8KxVb1ZpLs6G";
/// The issuer.
pub(crate) const ISSUER: &str = "https://login.example.com";
/// The audience.
pub(crate) const AUDIENCE: &str = "https://api.example.com";
/// The sample API.
const SAMPLE_API: &str = include_str!("../../../functions/me/openapi.yaml");
/// What the client and its tokens may do.
pub(crate) const SCOPES: &str = "contact.read contact.write";

/// Everybody, and the key.
pub(crate) struct Scene {
    /// The key of the server.
    pub(crate) key: HeldKey,
    /// The client's secret.
    pub(crate) secret: Zeroizing<String>,
    /// The table.
    pub(crate) store: CountingStore,
    /// The moment at which everything happens.
    pub(crate) now: Timestamp,
}

/// Costs what the machine's clock costs and stands still, so that nothing expires between two rounds.
struct StoppedClock(Timestamp);

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        black_box(SystemClock.now());
        self.0
    }
}

impl Scene {
    /// Sets the scene, with a fresh key.
    pub(crate) fn set() -> Result<Self, Failure> {
        let (key, now) = (HeldKey::generate()?, SystemClock.now());
        let credential_keys = CredentialKeys::new(&DATA_KEY);
        let client_id = ClientId::parse(CLIENT)?;
        let (secret, stored) = ClientSecret::generate(&client_id, &credential_keys, &OsEntropy);
        let client = client(&stored)?;
        let signing =
            SigningKey { key_ref: "key".into(), state: KeyState::Signing, jwk: key.public().jwk().clone() };
        let keys = StoredKeys { signing: vec![signing], credential_key: base64url::encode([0; 184]) };
        let standing = standing(client.clone(), grant(client_id, &credential_keys, now)?)?;
        let api =
            postern_openapi::load_for(SAMPLE_API, AUDIENCE).map_err(|problems| problems.to_string())?.api;
        let store = CountingStore { reached: Reached::default(), keys, api, client, standing };
        Ok(Self { key, secret, store, now })
    }

    /// A server on this scene's store, with `vault`.
    pub(crate) fn server<V>(&self, vault: V) -> Result<Server<CountingStore, V>, Failure> {
        let issuer = Issuer::parse(ISSUER).map_err(|error| error.to_string())?;
        let settings = Settings { issuer, audience: AUDIENCE.to_owned() };
        let clock = Arc::new(StoppedClock(self.now));
        Ok(Server::new(self.store.clone(), vault, settings, clock, Arc::new(OsEntropy)))
    }
}

fn client(secret: &ClientSecret) -> Result<Client, Failure> {
    Ok(serde_json::from_value(json!({
        "client_id": CLIENT, "name": "Nightly export", "kind": "service", "tenant": TENANT,
        "redirect_uris": [], "grant_types": ["client_credentials"], "secrets": [secret],
        "entitlements": { "openid": "", "apis": { AUDIENCE: SCOPES } },
        "rotate_refresh_tokens": true, "signing_algorithm": null, "active": true, "not_before": 0,
    }))?)
}

fn standing(client: Client, grant: Grant) -> Result<Standing, Failure> {
    let user = json!({
        "user_id": USER, "email": "ada@example.com", "email_verified": true, "name": "Ada",
        "password": null, "active": true, "not_before": 0,
    });
    let tenant = json!({
        "tenant_id": TENANT, "name": "Acme", "active": true, "not_before": 0,
        "roles": {"owner": ["*"], "editor": ["contact.read", "contact.write"], "reader": ["contact.read"]},
    });
    let member =
        json!({"user_id": USER, "tenant_id": TENANT, "role": "editor", "active": true, "not_before": 0});
    Ok(Standing {
        client: Some(client),
        tenant: Some(serde_json::from_value(tenant)?),
        user: Some(serde_json::from_value(user)?),
        member: Some(serde_json::from_value(member)?),
        grant: Some(grant),
        ..Standing::default()
    })
}

fn grant(client_id: ClientId, keys: &CredentialKeys, now: Timestamp) -> Result<Grant, Failure> {
    let challenge = base64url::encode([1; 32]);
    let challenge = CodeChallenge::parse(Some(&challenge), Some("S256"));
    Ok(Grant {
        id: GrantId::parse(GRANT)?,
        client_id,
        user_id: UserId::parse(USER)?,
        tenant_id: TenantId::parse(TENANT)?,
        scopes: ScopeSet::parse(SCOPES)?,
        audience: AUDIENCE.to_owned(),
        redirect_uri: "https://app.example.com/callback".to_owned(),
        code_challenge: Some(challenge.map_err(|_| "the challenge does not parse")?),
        nonce: None,
        auth_time: now,
        created_at: now,
        expires_at: now.plus(86_400),
        code_tag: keys.tag(Purpose::Grant, &[b"code"]),
        code_expires_at: now,
        changed_by: InvocationId::parse("bench")?,
        redeemed_by: None,
        sender: Sender::default(),
        networks: SeenNetworks::default(),
        openid: OpenIdGrant::default(),
        state: GrantState::Active(ActiveGrant { generation: 1, refresh: None }),
    })
}
