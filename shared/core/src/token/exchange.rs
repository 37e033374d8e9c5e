//! `grant_type=urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): a confidential client that was called with
//! a user's token gets one of its own, to act for that user at another API.
//!
//! The new token never does more and never lives longer than the one it was exchanged for, belongs to the same user,
//! tenant and grant, and says who acts. It cannot be exchanged again, and there is no refresh token (X04, S12).

mod request;
mod scope;

pub(super) use request::ExchangeRequest;

use futures_util::future::try_join;
use postern_jose::{ACCESS_TOKEN_TYP, AccessTokenClaims, Act, Cnf, SubjectType, Vault, sign_jwt};
use serde::Serialize;

use super::possession::{Possession, SenderKey};
use super::{ExchangeRefusal, TokenError, TokenStore, verify_may_use};
use crate::access::{Bearer, BearerRules, verify_bearer};
use crate::audit::{self, Event, Kind};
use crate::client::{Client, ClientKind, GrantType, PresentedClient, authenticate};
use crate::clock::Timestamp;
use crate::dpop::TokenType;
use crate::entropy::Entropy;
use crate::grant::Grant;
use crate::http::Call;
use crate::id::TokenId;
use crate::lifetime;
use crate::outage::Outage;
use crate::server::Server;
use crate::standing::{Actor, Lapse, Standing, Subject};
use request::ACCESS_TOKEN;
use scope::Grantable;

/// A user's own token, of a grant that stands.
struct SubjectToken {
    bearer: Bearer,
    /// The client that it was issued to.
    origin: Client,
    grant: Grant,
}

/// RFC 8693 section 2.2.1.
#[derive(Serialize)]
struct ExchangeResponse<'a> {
    access_token: &'a str,
    issued_token_type: &'static str,
    token_type: TokenType,
    expires_in: u64,
    scope: &'a str,
}

pub(super) async fn exchange<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    request: &ExchangeRequest,
    (presented, possession): (PresentedClient, Possession),
    call: &Call,
) -> Result<String, TokenError> {
    let keys = server.credential_keys().await?;
    let client = server.client(presented.client_id()).await?;
    let authenticated = authenticate(server, presented, client, &keys, call).await?;
    verify_may_use(&authenticated, GrantType::TokenExchange)?;
    let client = authenticated.client();
    // A platform acts for accounts by its connections, and by nothing else.
    if !matches!(client.kind, ClientKind::Web | ClientKind::Service) {
        return Err(TokenError::UnauthorizedClient);
    }
    let sender = possession.verify(server, client, &keys)?;
    let token = load_subject_token(server, request, client, &sender).await?;
    verify_actor_token(server, request, client, &sender).await?;
    let granted = Grantable { client, origin: &token.origin, held: &token.bearer }
        .grant(&*server.apis().await?, request)?;
    let claims = claims(server, &token, client, (granted, &sender));
    let (answer, ()) = try_join(sign(server, client, &claims, &sender), sender.claim(server)).await?;
    server.verify_time_left(call)?;
    let event = event(&token, &claims, client, call, server.now());
    // No token without a trace.
    let _receipt = audit::record(server, &event).await?;
    tracing::info!(event = "token_issued", grant_type = "token_exchange", client_id = %client.client_id, origin = %token.origin.client_id);
    Ok(answer)
}

/// A bearer token of ours, checked as the authorizer does it (RFC 8693 section 2.1).
async fn load_bearer<S: TokenStore, V>(
    server: &Server<S, V>,
    (text, sender): (&str, &SenderKey),
    refusal: ExchangeRefusal,
) -> Result<(Bearer, Standing), TokenError> {
    let keys = server.keys().await?;
    let rules = BearerRules { issuer: server.settings.issuer.as_str(), audience: None, now: server.now() };
    let bearer = verify_bearer(text, keys.set(), &rules).map_err(|_| refusal)?;
    if bearer.key.is_some() && bearer.key.as_ref() != sender.key() {
        return Err(ExchangeRefusal::OtherKey.into());
    }
    let standing = server.store.load_standing(&bearer.subject).await?;
    standing.verify(&bearer.subject, bearer.issued_at, server.now()).map_err(ExchangeRefusal::Lapsed)?;
    Ok((bearer, standing))
}

/// The subject token: a user's, by their own consent to a client. Neither a client's, nor one of a connection, nor one
/// that was exchanged before, all of which are delegations already (S12); nor one of another tenant than a service's.
async fn load_subject_token<S: TokenStore, V>(
    server: &Server<S, V>,
    request: &ExchangeRequest,
    client: &Client,
    sender: &SenderKey,
) -> Result<SubjectToken, TokenError> {
    let presented = (request.subject_token.as_str(), sender);
    let (bearer, standing) = load_bearer(server, presented, ExchangeRefusal::SubjectToken).await?;
    let Actor::User { grant_id: Some(_), home: None, origin: None, .. } = &bearer.subject.actor else {
        return Err(ExchangeRefusal::NotExchangeable.into());
    };
    if client.tenant.as_ref().is_some_and(|tenant| *tenant != bearer.subject.tenant_id) {
        return Err(ExchangeRefusal::OtherTenant.into());
    }
    let grant = standing.grant.ok_or(ExchangeRefusal::Lapsed(Lapse::Grant))?;
    let origin = standing.client.ok_or(ExchangeRefusal::Lapsed(Lapse::Client))?;
    Ok(SubjectToken { bearer, origin, grant })
}

/// RFC 8693 section 2.1: who acts is the client that authenticated; an actor token can only say so again.
async fn verify_actor_token<S: TokenStore, V>(
    server: &Server<S, V>,
    request: &ExchangeRequest,
    client: &Client,
    sender: &SenderKey,
) -> Result<(), TokenError> {
    let Some(text) = &request.actor_token else { return Ok(()) };
    let (bearer, _) = load_bearer(server, (text, sender), ExchangeRefusal::ActorToken).await?;
    match &bearer.subject.actor {
        Actor::Client { client_id } if *client_id == client.client_id => Ok(()),
        _ => Err(ExchangeRefusal::ActorToken.into()),
    }
}

/// RFC 9068 section 2.2, RFC 8693 section 4.1.
fn claims<S, V>(
    server: &Server<S, V>,
    token: &SubjectToken,
    client: &Client,
    (granted, sender): (scope::Granted, &SenderKey),
) -> AccessTokenClaims {
    let (now, subject) = (server.now(), &token.bearer.subject);
    let client_id = client.client_id.to_string();
    AccessTokenClaims {
        iss: server.settings.issuer.to_string(),
        sub: subject.user_id().map(ToString::to_string).unwrap_or_default(),
        aud: vec![granted.audience],
        exp: now.plus(lifetime::ACCESS_TOKEN).min(token.bearer.expires_at).as_secs(),
        iat: now.as_secs(),
        jti: name(subject.token_id.as_ref(), server.entropy.as_ref()).into(),
        act: Some(Act { sub: client_id.clone() }),
        client_id,
        scope: granted.scopes.to_string(),
        tenant: subject.tenant_id.to_string(),
        account: None,
        home: None,
        subject_type: SubjectType::User,
        grant_id: subject.grant_id().map(ToString::to_string),
        generation: None,
        auth_time: Some(token.grant.auth_time.as_secs()),
        acr: token.grant.openid.acr.clone(),
        amr: Some(token.grant.openid.amr.clone()).filter(|amr| !amr.is_empty()),
        cnf: sender.key().map(|key| Cnf { jkt: Some(key.as_str().to_owned()) }),
        origin: Some(token.origin.client_id.to_string()),
    }
}

/// A name by which the new token falls with the one that it was exchanged for (RFC 7009 section 2.1).
fn name(source: Option<&TokenId>, entropy: &dyn Entropy) -> TokenId {
    source.map_or_else(|| TokenId::generate(entropy), |source| source.exchanged(entropy))
}

async fn sign<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    client: &Client,
    claims: &AccessTokenClaims,
    sender: &SenderKey,
) -> Result<String, TokenError> {
    let keys = server.keys().await?;
    let (key_ref, public_key) = keys.signing_for(client)?;
    let signer = server.vault.signer(key_ref, public_key);
    let access_token = sign_jwt(&signer, ACCESS_TOKEN_TYP, claims).await.map_err(Outage::from)?;
    let body = ExchangeResponse {
        access_token: &access_token,
        issued_token_type: ACCESS_TOKEN,
        token_type: TokenType::of(sender.key()),
        expires_in: claims.exp.saturating_sub(claims.iat),
        scope: &claims.scope,
    };
    let text = serde_json::to_string(&body);
    text.map_err(|error| Outage::Corrupt(format!("token response: {error}")).into())
}

/// The client acts; the user is the subject (S15).
fn event(
    token: &SubjectToken,
    claims: &AccessTokenClaims,
    client: &Client,
    call: &Call,
    at: Timestamp,
) -> Event {
    let subject: &Subject = &token.bearer.subject;
    let actor = audit::Actor::Client(client.client_id.clone());
    Event::new(Kind::TokenExchanged, actor, call, at)
        .about_subject(subject)
        .with_client(&client.client_id)
        .with("origin", &token.origin.client_id)
        .with("scope", &claims.scope)
        .with("audience", &claims.aud.join(" "))
}
