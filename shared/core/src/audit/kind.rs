//! What an audit event can tell of: a closed list, so that every name can be looked up.

use serde::{Deserialize, Serialize};

/// How something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused.
    Refused,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name, as events have it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

kinds! {
    /// A user allowed a client what it asked for.
    ConsentGiven = "consent.given",
    /// A user refused.
    ConsentDenied = "consent.denied",
    /// A code was exchanged for tokens.
    CodeExchanged = "code.exchanged",
    /// A code was used a second time; its grant ended.
    CodeReplayed = "code.replayed",
    /// A client got tokens by its own credentials.
    ClientTokenIssued = "client_token.issued",
    /// A client exchanged a user's token for one of its own.
    TokenExchanged = "token.exchanged",
    /// A refresh token was exchanged for new tokens.
    TokenRefreshed = "token.refreshed",
    /// A refresh token was presented again inside its window and got the same answer.
    RefreshRepeated = "refresh.repeated",
    /// A replaced refresh token was presented; its grant ended.
    RefreshReused = "refresh.reused",
    /// A grant was revoked.
    GrantRevoked = "grant.revoked",
    /// An access token was revoked.
    TokenRevoked = "token.revoked",
    /// A platform was connected, or its scopes were renewed.
    ConnectionAuthorized = "connection.authorized",
    /// A connection was ended.
    ConnectionRevoked = "connection.revoked",
    /// What a connection may do, or from where, was changed.
    ConnectionChanged = "connection.changed",
    /// A personal access token was made.
    PatCreated = "pat.created",
    /// A personal access token was revoked.
    PatRevoked = "pat.revoked",
    /// A tenant was created.
    TenantCreated = "tenant.created",
    /// A tenant's settings, roles or features were changed.
    TenantChanged = "tenant.changed",
    /// A tenant was suspended.
    TenantSuspended = "tenant.suspended",
    /// A suspended tenant was let back in.
    TenantRestored = "tenant.restored",
    /// A suspended tenant was removed.
    TenantRemoved = "tenant.removed",
    /// A person got an account.
    UserCreated = "user.created",
    /// A person's name, profile or the standing of their address was changed.
    UserChanged = "user.changed",
    /// A person's account was suspended.
    UserSuspended = "user.suspended",
    /// A suspended account was let back in.
    UserRestored = "user.restored",
    /// A person's account was removed.
    UserRemoved = "user.removed",
    /// A person changed their password.
    PasswordChanged = "user.password_changed",
    /// A person was invited into a tenant.
    MemberInvited = "member.invited",
    /// An invitation was withdrawn.
    InvitationWithdrawn = "invitation.withdrawn",
    /// The person who was invited declined.
    InvitationDeclined = "invitation.declined",
    /// A person became a member of a tenant.
    MemberAdded = "member.added",
    /// A member's role was changed, or they were paused or let back in.
    MemberChanged = "member.changed",
    /// A member was removed.
    MemberRemoved = "member.removed",
    /// A client was registered.
    ClientCreated = "client.created",
    /// A client was changed.
    ClientChanged = "client.changed",
    /// A client was removed.
    ClientRemoved = "client.removed",
    /// A client got another secret.
    SecretAdded = "client.secret_added",
    /// A client's secret was taken away.
    SecretRemoved = "client.secret_removed",
    /// An initial access token was made: whoever holds it may register clients.
    RegistrationTokenCreated = "registration_token.created",
    /// An initial access token was revoked.
    RegistrationTokenRevoked = "registration_token.revoked",
    /// An API was loaded.
    ApiLoaded = "api.loaded",
    /// An API was removed.
    ApiRemoved = "api.removed",
    /// The server got its first keys.
    KeysCreated = "keys.created",
    /// A person signed out, somebody else signed in to their browser, or a change of their account ended the session.
    SessionEnded = "session.ended",
    /// A client was told that a session ended.
    LogoutDelivered = "logout.delivered",
    /// A client could not be told that a session ended.
    LogoutFailed = "logout.failed",
    /// Something unusual was noticed.
    Signal = "signal.raised",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_on_the_wire_is_the_name() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
