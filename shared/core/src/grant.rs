//! A grant: one consent, from code to revocation. One item in the table, changed by one conditional write at a time.

use serde::{Deserialize, Serialize};

use crate::audit::SeenNetworks;
use crate::client::{Client, ClientKind};
use crate::clock::Timestamp;
use crate::credential::{Sealed, Tag};
use crate::dpop::Sender;
use crate::id::{ClientId, GrantId, InvocationId, SessionId, TenantId, UserId};
use crate::openid::OpenIdGrant;
use crate::param::{CodeChallenge, ScopeSet};
use crate::standing::{Actor, Lapse, Subject};

/// A user's consent that a client acts for them in one tenant.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its identifier.
    pub id: GrantId,
    /// To whom.
    pub client_id: ClientId,
    /// By whom.
    pub user_id: UserId,
    /// For which tenant.
    pub tenant_id: TenantId,
    /// What was consented to.
    pub scopes: ScopeSet,
    /// The API that it is for: the `aud` of its tokens.
    pub audience: String,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// The PKCE challenge that the code is bound to; `None` where a confidential client may leave it out.
    pub code_challenge: Option<CodeChallenge>,
    /// The `nonce` of the authentication request (OpenID Connect Core section 3.1.2.1).
    pub nonce: Option<String>,
    /// When the user really signed in.
    pub auth_time: Timestamp,
    /// When consent was given. Not-before marks later than this void the grant.
    pub created_at: Timestamp,
    /// Nothing from this grant lives longer (I10).
    pub expires_at: Timestamp,
    /// The tag of the code, kept after redemption so that a second use is recognised.
    pub code_tag: Tag,
    /// When the code expires.
    pub code_expires_at: Timestamp,
    /// The invocation that last changed the grant: a resent write finds its own name here (C3, DB04).
    pub changed_by: InvocationId,
    /// The invocation that redeemed the code. Stays, so that a redemption knows itself even after a revocation.
    pub redeemed_by: Option<InvocationId>,
    /// The keys that it is bound to.
    pub sender: Sender,
    /// From where it was used lately.
    pub networks: SeenNetworks,
    /// What its ID tokens and userinfo say.
    pub openid: OpenIdGrant,
    /// Where in its life it is.
    pub state: GrantState,
}

/// Where in its life a grant is, with the facts of that state.
#[derive(Clone, Debug)]
pub enum GrantState {
    /// The code was issued and not redeemed.
    Code,
    /// The code was redeemed.
    Active(ActiveGrant),
    /// Terminal (I3).
    Revoked(Revocation),
}

/// An active grant.
#[derive(Clone, Debug)]
pub struct ActiveGrant {
    /// Counts the rotations, from 1 on; access tokens carry it.
    pub generation: u32,
    /// The refresh tokens, where the client gets any.
    pub refresh: Option<RefreshState>,
}

/// The refresh tokens of an active grant.
#[derive(Clone, Debug)]
pub struct RefreshState {
    /// The one live token.
    pub head: Tag,
    /// The token that was exchanged for it.
    pub previous: Option<Tag>,
    /// The answer that carried the head, for who presents the predecessor again.
    pub sealed: Option<Sealed>,
    /// Until when that answer is repeated.
    pub sealed_until: Timestamp,
    /// How often it was.
    pub replays: u32,
    /// Whether a token of this generation was seen in use: the client has the answer.
    pub confirmed: bool,
    /// When the head expires unless it is used.
    pub idle_expires_at: Timestamp,
}

/// Why and when a grant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

/// Why a grant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// A second, otherwise valid use of the code (OAuth 2.1 section 4.1.3).
    CodeReplayed,
    /// A refresh token that was replaced and whose successor is in use (RFC 9700 section 4.14.2).
    RefreshTokenReused,
    /// The client revoked it (RFC 7009).
    RevokedByClient,
}

/// Where a genuine refresh token stands in its grant (security model: sealed replay, then latest wins, then reuse).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The live token.
    Head,
    /// The one before, inside the replay window: the first answer is repeated.
    Replay,
    /// The one before, after the window, and nobody has used its successor: the answer was lost.
    Unconfirmed,
    /// Replaced for good: somebody else has it.
    Reused,
}

impl Grant {
    /// Those behind the grant; not the grant itself, which whoever asks has just read. `client` is its client;
    /// [`Lapse::Tenant`] for a platform that has no tenant of its own.
    pub fn subject(&self, client: &Client) -> Result<Subject, Lapse> {
        let home = match client.kind {
            ClientKind::Platform => Some(client.tenant.clone().ok_or(Lapse::Tenant)?),
            ClientKind::Web | ClientKind::Spa | ClientKind::Native | ClientKind::Service => None,
        };
        let (user_id, client_id) = (self.user_id.clone(), self.client_id.clone());
        let actor = Actor::User { user_id, client_id, grant_id: None, home, origin: None };
        Ok(Subject { tenant_id: self.tenant_id.clone(), actor, token_id: None })
    }

    /// The session that the grant ends with (OpenID Connect Back-Channel Logout section 2.7). None where it has
    /// `offline_access`, and for a platform, which acts for an organisation and not for who happens to be signed in.
    pub fn ends_with(&self, client: &Client) -> Option<&SessionId> {
        let stays = self.scopes.contains("offline_access") || client.kind == ClientKind::Platform;
        self.openid.session.as_ref().filter(|_| !stays)
    }
}

impl RefreshState {
    /// Where the token with this tag stands at `now`. Depends on nothing else (R06).
    pub fn locate(&self, tag: &Tag, now: Timestamp) -> Position {
        if self.head == *tag {
            return Position::Head;
        }
        if self.previous.as_ref() != Some(tag) {
            return Position::Reused;
        }
        match () {
            () if now < self.sealed_until => Position::Replay,
            () if self.confirmed => Position::Reused,
            () => Position::Unconfirmed,
        }
    }
}
