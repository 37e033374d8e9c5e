//! An authorization request, as a client library puts it into a link.

use aws_lc_rs::digest::{SHA256, digest};
use postern_jose::base64url;

use crate::apps::App;

/// The `code_verifier` of every request that does not say otherwise.
pub const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-0";

/// The parameters of `/oauth2/authorize`.
#[derive(Clone, Debug)]
pub struct Ask(Vec<(String, String)>);

impl Ask {
    /// A good request of `app`: all that an OpenID Connect client sends.
    pub fn of(app: &App) -> Self {
        let challenge = base64url::encode(digest(&SHA256, VERIFIER.as_bytes()));
        let parameters = [
            ("response_type", "code"),
            ("client_id", app.client_id.as_str()),
            ("redirect_uri", &app.redirect_uri),
            ("scope", "openid profile email offline_access contact.read"),
            ("state", "st-1"),
            ("nonce", "n-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        Self(parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The same with one parameter of another value, or one more parameter.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    /// The same without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(key, _)| key != name);
        self
    }

    /// The same with a parameter once more.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a parameter; empty where it is absent.
    pub fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The parameters in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Path and query.
    pub fn path(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        format!("/oauth2/authorize?{}", query.extend_pairs(self.pairs()).finish())
    }
}
