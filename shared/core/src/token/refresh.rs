//! `grant_type=refresh_token` (RFC 6749 section 6, RFC 9700 section 4.14.2).
//!
//! Rotation that survives a lost answer: the same token gets the same answer for 60 seconds; after that the
//! latest answer wins while nobody has used the one before; a token whose successor is in use revokes the grant.

use futures_util::future::try_join;
use postern_jose::Vault;

use super::connection::narrow;
use super::in_use::keep_in_use;
use super::issue::{Holder, Minted, Order, mint};
use super::possession::{Possession, SenderKey};
use super::request::RefreshRequest;
use super::standing::load_standing;
use super::{GrantRefusal, TokenError, TokenStore, refuse_forgery, verify_may_use, verify_resources};
use crate::audit::{Actor, Event, Kind as EventKind};
use crate::client::{
    AuthenticatedClient, Client, ClientKind, GrantType, PresentedClient, authenticate, count_public,
};
use crate::clock::Timestamp;
use crate::credential::{Credential, CredentialKeys, Kind, Tag, open, seal};
use crate::dpop::Sender;
use crate::grant::{ActiveGrant, Grant, GrantState, Position, RefreshState, Revocation, RevocationReason};
use crate::http::Call;
use crate::lifetime;
use crate::outage::Outage;
use crate::param::ScopeSet;
use crate::server::Server;
use crate::standing::Lapse;
use crate::store::{Basis, Extension, Rotation, Verdict};

/// How often a request looks again after it lost a race. Each loss means that somebody else won.
const MAX_ROUNDS: u32 = 3;

/// One refresh request with all that does not change between rounds.
struct Attempt<'a, S, V> {
    server: &'a Server<S, V>,
    request: &'a RefreshRequest,
    client: AuthenticatedClient,
    sender: SenderKey,
    token: Credential,
    tag: Tag,
    keys: &'a CredentialKeys,
    call: &'a Call,
}

/// What came of one look at the grant.
enum Round {
    Answer(String),
    Changed(Box<Grant>),
}

pub(super) async fn refresh<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    request: &RefreshRequest,
    (presented, possession): (PresentedClient, Possession),
    call: &Call,
) -> Result<String, TokenError> {
    let keys = server.credential_keys().await?;
    let Ok(token) = Credential::parse(Kind::RefreshToken, &request.refresh_token, &keys) else {
        return Err(refuse_forgery(server, presented, &keys, call).await);
    };
    let (grant, client) = server.store.load_grant(token.grant_id(), presented.client_id()).await?;
    let client = authenticate(server, presented, client, &keys, call).await?;
    verify_may_use(&client, GrantType::RefreshToken)?;
    let tag = token.tag(&keys);
    let sender = possession.verify(server, client.client(), &keys)?;
    let attempt = Attempt { server, request, client, sender, token, tag, keys: &keys, call };
    let mut grant = Box::new(grant.ok_or(GrantRefusal::Unknown)?);
    attempt.count(&grant).await?;
    for _ in 0..MAX_ROUNDS {
        match attempt.round(&grant).await? {
            Round::Answer(body) => return Ok(body),
            Round::Changed(seen) => grant = seen,
        }
    }
    Err(Outage::Unavailable("the grant changed under every round".into()).into())
}

impl<S: TokenStore, V: Vault> Attempt<'_, S, V> {
    /// A public client's request counts, and shows that it is in use, where its token is one that may serve.
    async fn count(&self, grant: &Grant) -> Result<(), TokenError> {
        let client = self.client.client();
        let serves = |state: &RefreshState| state.locate(&self.tag, self.server.now()) != Position::Reused;
        if self.verify_live(grant).is_ok_and(|(_, state)| serves(state)) {
            count_public(self.server, client).await?;
            keep_in_use(self.server, client).await;
        }
        Ok(())
    }

    async fn round(&self, grant: &Grant) -> Result<Round, TokenError> {
        let now = self.server.now();
        let (active, state) = self.verify_live(grant)?;
        self.sender.verify_is(grant.sender.key_of(self.token.generation()))?;
        verify_resources(self.server, &self.request.resources, grant).await?;
        let scopes = &self.verify_scopes(grant)?;
        match state.locate(&self.tag, now) {
            Position::Head if !self.client.client().rotates() => self.extend(grant, active, scopes).await,
            Position::Head => self.rotate(grant, (active, state), Basis::Head, scopes).await,
            Position::Unconfirmed => {
                self.rotate(grant, (active, state), Basis::UnconfirmedPredecessor, scopes).await
            }
            Position::Replay => self.replay(grant, state).await,
            Position::Reused => Err(self.revoke_reused(grant).await),
        }
    }

    /// The grant is this client's, active and unexpired (R08, R10).
    fn verify_live<'g>(&self, grant: &'g Grant) -> Result<(&'g ActiveGrant, &'g RefreshState), GrantRefusal> {
        if grant.client_id != self.client.client().client_id {
            return Err(GrantRefusal::OtherClient);
        }
        let active = match &grant.state {
            GrantState::Active(active) => active,
            GrantState::Code => return Err(GrantRefusal::NotRefreshable),
            GrantState::Revoked(_) => return Err(GrantRefusal::Revoked),
        };
        let state = active.refresh.as_ref().ok_or(GrantRefusal::NotRefreshable)?;
        let expires_at = state.idle_expires_at.min(grant.expires_at);
        if self.server.now() < expires_at { Ok((active, state)) } else { Err(GrantRefusal::Expired) }
    }

    /// R09: a wider scope is refused before anything changes. What the client may no longer ask for falls away (I7).
    fn verify_scopes(&self, grant: &Grant) -> Result<ScopeSet, TokenError> {
        let wanted = self.request.scope.as_ref().unwrap_or(&grant.scopes);
        let client = self.client.client();
        let scopes = match client.kind {
            // Narrowed with the connection, when that is read.
            ClientKind::Platform => wanted.clone(),
            _ => client.narrowed(&grant.audience, wanted),
        };
        if !wanted.is_subset(&grant.scopes) {
            Err(TokenError::Scope)
        } else if scopes.is_empty() {
            Err(self.nothing_left())
        } else {
            Ok(scopes)
        }
    }

    /// Whoever asked for certain scopes may ask for others. To everybody else the token is of no use: clients begin anew at
    /// `invalid_grant`, and at no other error (RFC 6749 section 5.2).
    fn nothing_left(&self) -> TokenError {
        if self.request.scope.is_some() { TokenError::Scope } else { GrantRefusal::NothingLeft.into() }
    }

    async fn rotate(
        &self,
        grant: &Grant,
        (active, state): (&ActiveGrant, &RefreshState),
        basis: Basis,
        scopes: &ScopeSet,
    ) -> Result<Round, TokenError> {
        let server = self.server;
        server.verify_time_left(self.call)?;
        let generation = active.generation.saturating_add(1);
        let successor =
            Credential::mint(Kind::RefreshToken, &grant.id, generation, self.keys, server.entropy.as_ref());
        let minted = self.mint(grant, generation, scopes).await?;
        let prepared = minted.prepare(Some(successor.expose()))?;
        let sealed = seal(&self.token, prepared.as_str(), server.entropy.as_ref());
        let sealed = sealed.ok_or_else(|| Outage::Unavailable("sealing failed".into()))?;
        server.verify_time_left(self.call)?;
        let (now, head) = (server.now(), successor.tag(self.keys));
        let event = self.event(EventKind::TokenRefreshed, grant, now).with("generation", &generation);
        let rotation = Rotation {
            grant_id: &grant.id,
            basis,
            seen_head: &state.head,
            seen_generation: active.generation,
            presented: &self.tag,
            head: &head,
            sealed: &sealed,
            sender: &self.bound(grant, generation),
            idle_expires_at: now.plus(lifetime::REFRESH_IDLE).min(grant.expires_at),
            now,
            by: &self.call.invocation,
            networks: &grant.networks.with(event.network.as_deref()),
            event: &event,
        };
        match server.store.rotate(&rotation).await? {
            Verdict::Committed(receipt) => {
                tracing::info!(event = "token_issued", grant_type = "refresh_token", client_id = %grant.client_id, grant_id = %grant.id, generation);
                Ok(Round::Answer(prepared.release(receipt)))
            }
            Verdict::Refused(seen) => Ok(Round::Changed(seen.ok_or(GrantRefusal::Unknown)?)),
        }
    }

    /// The keys of the grant from now on: a public client's new refresh token is bound to the key that it was got with
    /// (RFC 9449 section 5), where the one presented was bound to none too. That one may come again, with any key, while
    /// nobody has used its successor: the latest answer wins, and its key.
    fn bound(&self, grant: &Grant, generation: u32) -> Sender {
        if grant.sender.key_of(self.token.generation()).is_some() {
            return grant.sender.clone();
        }
        let refresh_key = self.sender.key().filter(|_| self.client.client().is_public()).cloned();
        Sender { refresh_key, refresh_since: generation, ..grant.sender.clone() }
    }

    /// A confidential client without rotation keeps its token; using it moves the idle expiry.
    async fn extend(
        &self,
        grant: &Grant,
        active: &ActiveGrant,
        scopes: &ScopeSet,
    ) -> Result<Round, TokenError> {
        let server = self.server;
        let minted = self.mint(grant, active.generation, scopes).await?;
        let prepared = minted.prepare(Some(self.token.expose()))?;
        server.verify_time_left(self.call)?;
        let now = server.now();
        let event = self.event(EventKind::TokenRefreshed, grant, now);
        let event = event.with("generation", &active.generation);
        let extension = Extension {
            grant_id: &grant.id,
            head: &self.tag,
            idle_expires_at: now.plus(lifetime::REFRESH_IDLE).min(grant.expires_at),
            now,
            by: &self.call.invocation,
            networks: &grant.networks.with(event.network.as_deref()),
            event: &event,
        };
        match server.store.extend(&extension).await? {
            Verdict::Committed(receipt) => Ok(Round::Answer(prepared.release(receipt))),
            Verdict::Refused(seen) => Ok(Round::Changed(seen.ok_or(GrantRefusal::Unknown)?)),
        }
    }

    /// The first answer again, byte by byte (I10): no signature, no new expiry.
    async fn replay(&self, grant: &Grant, state: &RefreshState) -> Result<Round, TokenError> {
        // What is in the answer is bound to the key of whoever asked first.
        self.sender.verify_is(grant.sender.refresh_key.as_ref())?;
        let sealed =
            state.sealed.as_ref().ok_or_else(|| Outage::Corrupt("a predecessor without a seal".into()))?;
        let answer =
            open(&self.token, sealed).ok_or_else(|| Outage::Corrupt("a seal that does not open".into()))?;
        self.sender.claim(self.server).await?;
        // The tokens are the old ones; whether anybody may still have them is asked now (A21).
        load_standing(self.server, grant, self.client.client()).await?;
        let now = self.server.now();
        let event = self.event(EventKind::RefreshRepeated, grant, now);
        match self.server.store.count_replay(&grant.id, &state.head, now, &event).await? {
            Verdict::Committed(_receipt) => {
                tracing::info!(event = "refresh_replayed", client_id = %grant.client_id, grant_id = %grant.id);
                Ok(Round::Answer(answer.to_string()))
            }
            Verdict::Refused(None) => Err(GrantRefusal::Unknown.into()),
            Verdict::Refused(Some(seen)) if is_exhausted(&seen, state) => Err(TokenError::TooManyReplays),
            Verdict::Refused(Some(seen)) => Ok(Round::Changed(seen)),
        }
    }

    async fn revoke_reused(&self, grant: &Grant) -> TokenError {
        let at = self.server.now();
        let revocation = Revocation { at, reason: RevocationReason::RefreshTokenReused };
        let event = self.event(EventKind::RefreshReused, grant, at).refused();
        match self.server.store.revoke_grant(&grant.id, revocation, &self.call.invocation, &event).await {
            Ok(_receipt) => {
                tracing::warn!(event = "refresh_token_reused", client_id = %grant.client_id, grant_id = %grant.id);
                GrantRefusal::Reused.into()
            }
            Err(outage) => outage.into(),
        }
    }

    /// What the client did to the grant, and whether it did so from a new network.
    fn event(&self, kind: EventKind, grant: &Grant, at: Timestamp) -> Event {
        let actor = Actor::Client(grant.client_id.clone());
        let event = Event::new(kind, actor, self.call, at).about_grant(grant, Some(self.client.client()));
        event.from_networks(&grant.networks)
    }

    /// Signs, while the table is asked whether those behind the grant still stand; for a platform after that, since its
    /// connection bounds the scopes (S03).
    async fn mint(&self, grant: &Grant, generation: u32, scopes: &ScopeSet) -> Result<Minted, TokenError> {
        let (server, client) = (self.server, self.client.client());
        if client.kind != ClientKind::Platform {
            let order = self.order(grant, generation, scopes);
            let standing = load_standing(server, grant, client);
            let (minted, standing) = try_join(mint(server, &order), standing).await?;
            return minted.with_id_token(server, &order, standing.user.as_ref()).await;
        }
        let standing = load_standing(server, grant, client).await?;
        let connection = standing.connection.as_ref().and_then(|it| it.scopes_for(&grant.audience));
        let connection = connection.ok_or(GrantRefusal::Lapsed(Lapse::NotConnected))?;
        let registered = client.scopes_for(&grant.audience);
        let bounds = [&registered, connection];
        let scopes = narrow(server, &grant.audience, scopes, &bounds).await;
        let scopes = scopes.map_err(|error| match error {
            TokenError::Scope => self.nothing_left(),
            other => other,
        })?;
        let order = self.order(grant, generation, &scopes);
        mint(server, &order).await?.with_id_token(server, &order, standing.user.as_ref()).await
    }

    fn order<'o>(&'o self, grant: &'o Grant, generation: u32, scopes: &'o ScopeSet) -> Order<'o> {
        let client: &Client = self.client.client();
        // OpenID Connect Core section 12.2: the refreshed ID token carries no nonce.
        Order {
            client,
            holder: Holder::User { grant, generation, nonce: None },
            scopes,
            sender: &self.sender,
        }
    }
}

/// Whether the answer that `state` holds was repeated as often as it may be.
fn is_exhausted(grant: &Grant, state: &RefreshState) -> bool {
    let GrantState::Active(active) = &grant.state else { return false };
    let same = active.refresh.as_ref().filter(|now| now.head == state.head);
    same.is_some_and(|now| now.replays >= lifetime::MAX_REPLAYS)
}
