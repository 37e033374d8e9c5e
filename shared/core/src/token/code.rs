//! `grant_type=authorization_code` (RFC 6749 section 4.1.3, RFC 7636 section 4.5, OAuth 2.1 section 4.1.3).
//!
//! Refused here: forged, foreign, expired and used codes, other redirect URIs, wrong verifiers. Only a second
//! use that is valid in every other respect revokes the grant; all other failures change nothing (C02-C07).

use futures_util::future::try_join;
use postern_jose::Vault;

use super::connection::{Collected, collect, connect, narrow};
use super::in_use::keep_in_use;
use super::issue::{Holder, Order, Prepared, mint};
use super::possession::{Possession, SenderKey};
use super::request::CodeRequest;
use super::standing::load_standing;
use super::{GrantRefusal, TokenError, TokenStore, refuse_forgery, verify_may_use, verify_resources};
use crate::audit::{Actor, Event, Kind as EventKind, SeenNetworks};
use crate::client::{AuthenticatedClient, GrantType, PresentedClient, authenticate, count_public};
use crate::clock::Timestamp;
use crate::credential::{Credential, CredentialKeys, Kind, Tag};
use crate::dpop::Sender;
use crate::grant::{Grant, GrantState, RefreshState, Revocation, RevocationReason};
use crate::http::Call;
use crate::lifetime;
use crate::param::{ParameterError, PkceVerified};
use crate::server::Server;
use crate::store::{Redemption, Verdict};

/// Proof that a code is presented by its client, for its redirect URI, with its verifier; or that a device code is.
pub(super) struct Presentation {
    client: AuthenticatedClient,
    sender: SenderKey,
    code_tag: Tag,
    proof: Proof,
}

/// What belongs to a code.
enum Proof {
    Code {
        _redirect: RedirectAgreed,
        _pkce: PkceVerified,
    },
    /// A device code has travelled by no browser: neither redirect URI nor PKCE (RFC 8628 section 3.4).
    Device,
}

/// Proof that the request's `redirect_uri` is the authorization request's, or absent (OAuth 2.1 section 4.1.3; C06).
struct RedirectAgreed(());

pub(super) async fn exchange<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    request: &CodeRequest,
    (presented, possession): (PresentedClient, Possession),
    call: &Call,
) -> Result<String, TokenError> {
    let keys = server.credential_keys().await?;
    let Ok(code) = Credential::parse(Kind::Code, &request.code, &keys) else {
        return Err(refuse_forgery(server, presented, &keys, call).await);
    };
    let (grant, client) = server.store.load_grant(code.grant_id(), presented.client_id()).await?;
    let client = authenticate(server, presented, client, &keys, call).await?;
    verify_may_use(&client, GrantType::AuthorizationCode)?;
    let grant = grant.ok_or(GrantRefusal::Unknown)?;
    let sender = possession.verify(server, client.client(), &keys)?;
    let presentation = verify_presentation(request, &grant, (client, sender), code.tag(&keys))?;
    verify_resources(server, &request.resources, &grant).await?;
    redeem_once(server, &grant, &presentation, &keys, call).await
}

/// Redeems a grant that was not redeemed yet; a second use ends it.
pub(super) async fn redeem_once<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    grant: &Grant,
    presentation: &Presentation,
    keys: &CredentialKeys,
    call: &Call,
) -> Result<String, TokenError> {
    match grant.state {
        GrantState::Code if server.now() < grant.code_expires_at => {}
        GrantState::Code => return Err(GrantRefusal::Expired.into()),
        GrantState::Active(_) => {
            return Err(revoke_replayed(server, grant, &presentation.client, call).await);
        }
        GrantState::Revoked(_) => return Err(GrantRefusal::Revoked.into()),
    }
    let client = presentation.client.client();
    count_public(server, client).await?;
    keep_in_use(server, client).await;
    redeem(server, grant, presentation, keys, call).await
}

impl Presentation {
    /// A device code of this grant, presented by its client.
    pub(super) fn of_device(
        grant: &Grant,
        (client, sender): (AuthenticatedClient, SenderKey),
        code_tag: Tag,
    ) -> Result<Self, TokenError> {
        if grant.client_id != client.client().client_id {
            return Err(GrantRefusal::OtherClient.into());
        }
        if grant.code_tag != code_tag {
            return Err(GrantRefusal::OtherCode.into());
        }
        Ok(Self { client, sender, code_tag, proof: Proof::Device })
    }

    const fn grant_type(&self) -> &'static str {
        match self.proof {
            Proof::Code { .. } => "authorization_code",
            Proof::Device => "device_code",
        }
    }
}

/// Everything that makes a use of a code valid, but for its being the first (C03, C04).
fn verify_presentation(
    request: &CodeRequest,
    grant: &Grant,
    (client, sender): (AuthenticatedClient, SenderKey),
    code_tag: Tag,
) -> Result<Presentation, TokenError> {
    if grant.client_id != client.client().client_id {
        return Err(GrantRefusal::OtherClient.into());
    }
    if grant.code_tag != code_tag {
        return Err(GrantRefusal::OtherCode.into());
    }
    if request.scope.as_ref().is_some_and(|scope| !scope.is_subset(&grant.scopes)) {
        return Err(TokenError::Scope);
    }
    // Where PKCE does not bind the code, its address does, if there is more than one (RFC 6749 section 4.1.3).
    let is_free = grant.code_challenge.is_some() || client.client().redirect_uris.len() <= 1;
    if request.redirect_uri.is_none() && !is_free {
        return Err(ParameterError::Missing("redirect_uri").into());
    }
    let agreed = request.redirect_uri.as_ref().is_none_or(|uri| *uri == grant.redirect_uri);
    let redirect = if agreed { RedirectAgreed(()) } else { return Err(GrantRefusal::RedirectUri.into()) };
    let pkce = PkceVerified::of(grant.code_challenge.as_ref(), &request.verifier);
    let pkce = pkce.ok_or(GrantRefusal::Verifier)?;
    sender.verify_is(grant.sender.code_key.as_ref())?;
    let proof = Proof::Code { _redirect: redirect, _pkce: pkce };
    Ok(Presentation { client, sender, code_tag, proof })
}

async fn redeem<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    grant: &Grant,
    presentation: &Presentation,
    keys: &CredentialKeys,
    call: &Call,
) -> Result<String, TokenError> {
    let client = presentation.client.client();
    let refresh_token = client
        .may_use(GrantType::RefreshToken)
        .then(|| Credential::mint(Kind::RefreshToken, &grant.id, 1, keys, server.entropy.as_ref()));
    let collected = collect(server, grant, client).await?;
    let prepared = prepare(server, grant, presentation, (refresh_token.as_ref(), collected.as_ref())).await?;
    connect(server, (grant, collected.as_ref()), client, call).await?;
    server.verify_time_left(call)?;
    let now = server.now();
    let event = event(EventKind::CodeExchanged, grant, &presentation.client, call, now);
    let networks = SeenNetworks::default().with(event.network.as_deref());
    let redemption = Redemption {
        grant_id: &grant.id,
        code_tag: &presentation.code_tag,
        expires_at: grant.expires_at,
        now,
        by: &call.invocation,
        sender: &bound(grant, presentation),
        networks: &networks,
        event: &event,
        refresh: refresh_token.map(|token| first_refresh(token.tag(keys), grant, now)),
    };
    match server.store.redeem(&redemption).await? {
        Verdict::Committed(receipt) => {
            tracing::info!(event = "token_issued", grant_type = presentation.grant_type(), client_id = %client.client_id, grant_id = %grant.id);
            Ok(prepared.release(receipt))
        }
        Verdict::Refused(None) => Err(GrantRefusal::Unknown.into()),
        Verdict::Refused(Some(seen)) => match seen.state {
            GrantState::Code => Err(GrantRefusal::Expired.into()),
            // We lost a race against an equally valid request: the code was used twice (C01, C02).
            GrantState::Active(_) => Err(revoke_replayed(server, &seen, &presentation.client, call).await),
            GrantState::Revoked(_) => Err(GrantRefusal::Revoked.into()),
        },
    }
}

/// The keys that the grant is bound to once the code is redeemed. A confidential client's refresh tokens are bound to the
/// client already (RFC 9449 section 5).
fn bound(grant: &Grant, presentation: &Presentation) -> Sender {
    let refresh_key = presentation.sender.key().filter(|_| presentation.client.client().is_public());
    Sender { refresh_key: refresh_key.cloned(), ..grant.sender.clone() }
}

/// The beginning of the refresh tokens.
fn first_refresh(head: Tag, grant: &Grant, now: Timestamp) -> RefreshState {
    RefreshState {
        head,
        previous: None,
        sealed: None,
        sealed_until: now,
        replays: 0,
        confirmed: false,
        idle_expires_at: now.plus(lifetime::REFRESH_IDLE).min(grant.expires_at),
    }
}

/// Signs, while the table is asked whether client, tenant and user still stand (C09, A21).
async fn prepare<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    grant: &Grant,
    presentation: &Presentation,
    (refresh_token, collected): (Option<&Credential>, Option<&Collected>),
) -> Result<Prepared, TokenError> {
    let client = presentation.client.client();
    // What the client may no longer ask for falls away (I7).
    let scopes = match collected {
        Some(collected) => {
            let registered = client.scopes_for(&grant.audience);
            narrow(server, &grant.audience, &collected.scopes, &[&registered]).await?
        }
        None => client.narrowed(&grant.audience, &grant.scopes),
    };
    if scopes.is_empty() {
        return Err(TokenError::Scope);
    }
    let holder = Holder::User { grant, generation: 1, nonce: grant.nonce.as_deref() };
    let order = Order { client, holder, scopes: &scopes, sender: &presentation.sender };
    let (minted, user) = if let Some(collected) = collected {
        // Asked before: the answer bounds the scopes.
        (mint(server, &order).await?, collected.standing.user.clone())
    } else {
        let standing = load_standing(server, grant, client);
        let (minted, standing) = try_join(mint(server, &order), standing).await?;
        (minted, standing.user)
    };
    let minted = minted.with_id_token(server, &order, user.as_ref()).await?;
    minted.prepare(refresh_token.map(Credential::expose))
}

/// Ends the grant of a code that was validly used twice, and says what to answer.
async fn revoke_replayed<S: TokenStore, V>(
    server: &Server<S, V>,
    grant: &Grant,
    client: &AuthenticatedClient,
    call: &Call,
) -> TokenError {
    let at = server.now();
    let revocation = Revocation { at, reason: RevocationReason::CodeReplayed };
    let event = event(EventKind::CodeReplayed, grant, client, call, at).refused();
    match server.store.revoke_grant(&grant.id, revocation, &call.invocation, &event).await {
        Ok(_receipt) => {
            tracing::warn!(event = "code_replayed", grant_id = %grant.id, client_id = %grant.client_id);
            GrantRefusal::CodeReplayed.into()
        }
        Err(outage) => outage.into(),
    }
}

/// What the client did to the grant.
fn event(kind: EventKind, grant: &Grant, client: &AuthenticatedClient, call: &Call, at: Timestamp) -> Event {
    let actor = Actor::Client(grant.client_id.clone());
    Event::new(kind, actor, call, at).about_grant(grant, Some(client.client()))
}
