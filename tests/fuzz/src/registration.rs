//! Client metadata (RFC 7591 section 2), from the registration endpoint and from a metadata document, and key sets.

use postern_core::client::{AuthMethod, Client, Entitlements, GrantType};
use postern_core::param::RedirectUri;
use postern_core::register::{Metadata, Source};
use postern_jose::{Algorithm, parse_published_keys};
use serde_json::{Map, Value, json};

/// A good document.
pub const GOOD: &[u8] = include_bytes!("../../../fuzz/seeds/registration/good");

/// Whether the bytes are metadata that we take from anybody.
pub fn registration(data: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return false };
    judge_keys(&value);
    let Value::Object(object) = value else { return false };
    let passed = [Source::Registration, Source::Document].map(|source| register(&object, source));
    passed.into_iter().any(|passed| passed)
}

fn register(object: &Map<String, Value>, source: Source) -> bool {
    let offered = [Algorithm::RS256, Algorithm::ES256];
    let Ok(metadata) = Metadata::parse(object.clone(), source, &offered) else { return false };
    let mut client = client();
    if metadata.apply(&mut client, Entitlements::default()).is_err() {
        return false;
    }
    judge(&client, source);
    let stored = serde_json::to_vec(&client).expect("JSON");
    let again: Client = serde_json::from_slice(&stored).expect("what is stored is read again");
    judge(&again, source);
    true
}

fn judge(client: &Client, source: Source) {
    assert!(client.name.chars().all(|character| !character.is_control()), "{:?}", client.name);
    for uri in &client.redirect_uris {
        assert!(RedirectUri::register(uri.as_str()).is_ok(), "{uri:?}");
    }
    let signs_in = client.may_use(GrantType::AuthorizationCode);
    let openid = &client.openid;
    let has_addresses =
        openid.backchannel_logout_uri.is_some() || !openid.post_logout_redirect_uris.is_empty();
    assert!(signs_in || !has_addresses, "nobody signs in at it, and nobody signs out");
    let (registration, method) = (&client.registration, client.registration.auth_method);
    assert_eq!(method == Some(AuthMethod::None), client.is_public(), "a secret or key makes it confidential");
    let has_keys = !registration.jwks.is_empty() || registration.jwks_uri.is_some();
    assert!(method != Some(AuthMethod::PrivateKeyJwt) || has_keys, "nothing to verify it by");
    assert!(
        source == Source::Registration || !client.has_secret() || client.is_public(),
        "a document's secret"
    );
    // What nobody gives themselves.
    assert!(client.sender.profile.is_none() && client.entitlements.apis().is_empty());
    assert!(client.secrets.is_empty() && client.limits == postern_core::limit::Limits::default());
}

fn judge_keys(set: &Value) {
    let Ok(keys) = parse_published_keys(set) else { return };
    assert!((1..=20).contains(&keys.len()));
    for key in keys {
        let shown = serde_json::to_value(&key).expect("JSON");
        assert!(
            ["d", "k", "p", "q", "dp", "dq", "qi"].iter().all(|name| shown.get(name).is_none()),
            "{shown}"
        );
    }
}

fn client() -> Client {
    serde_json::from_value(json!({
        "client_id": "client-1", "name": "", "kind": "web", "tenant": null, "redirect_uris": [],
        "grant_types": [], "secrets": [], "rotate_refresh_tokens": true, "signing_algorithm": null,
        "active": true, "not_before": 0,
    }))
    .expect("a client")
}
