//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4): only written here, read by clients.

use serde::Serialize;

/// The `typ` of a logout token, so that it passes for no other token (section 2.4).
pub const LOGOUT_TOKEN_TYP: &str = "logout+jwt";

/// The claims of a logout token. No `nonce`: with one it would be taken for an ID token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogoutTokenClaims {
    /// The issuer identifier.
    pub iss: String,
    /// The user, as this client knows them.
    pub sub: String,
    /// The client.
    pub aud: String,
    /// When it was issued, in seconds since 1970.
    pub iat: u64,
    /// When it expires, in seconds since 1970.
    pub exp: u64,
    /// Its own name.
    pub jti: String,
    /// The session that ended, as the ID tokens of this client name it.
    pub sid: String,
    /// That it is a logout token.
    pub events: LogoutEvent,
}

/// The member `events`: one event, about which there is nothing more to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LogoutEvent {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    backchannel_logout: Nothing,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Nothing {}
