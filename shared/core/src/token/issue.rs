//! Minting: claims, signatures, and the answer that waits for the commit.

use futures_util::future::try_join;
use postern_jose::{
    ACCESS_TOKEN_TYP, AccessTokenClaims, Algorithm, Cnf, ID_TOKEN_TYP, IdTokenClaims, SubjectType, Vault,
    at_hash, sign_jwt,
};
use serde::Serialize;
use zeroize::Zeroizing;

use super::TokenError;
use super::possession::SenderKey;
use crate::client::{Client, ClientKind};
use crate::clock::Timestamp;
use crate::dpop::TokenType;
use crate::grant::Grant;
use crate::id::{AccountId, TenantId, TokenId};
use crate::lifetime;
use crate::openid::{ClaimsRequest, subject_of};
use crate::outage::Outage;
use crate::param::ScopeSet;
use crate::server::Server;
use crate::store::{ClaimProofs, LoadKeys, Receipt};
use crate::tenant::User;

/// For whom tokens are minted.
pub(super) enum Holder<'a> {
    /// A user, through a grant: at this generation, with the `nonce` of the request that began it.
    User { grant: &'a Grant, generation: u32, nonce: Option<&'a str> },
    /// The client itself, for its tenant.
    Client { tenant: &'a TenantId, audience: &'a str },
}

/// What is minted: all that has been decided.
pub(super) struct Order<'a> {
    pub(super) client: &'a Client,
    pub(super) holder: Holder<'a>,
    pub(super) scopes: &'a ScopeSet,
    /// The key that the access token is bound to. Minting uses its proof up.
    pub(super) sender: &'a SenderKey,
}

/// A signed access token, with an ID token if one was added; not yet an answer.
pub(super) struct Minted {
    access_token: Zeroizing<String>,
    id_token: Option<Zeroizing<String>>,
    issued_at: Timestamp,
    expires_in: u64,
    scope: String,
    token_type: TokenType,
    connection: Option<ConnectionFacts>,
}

/// What a platform is told of the connection beside its tokens (R7).
#[derive(Clone, Serialize)]
struct ConnectionFacts {
    connected_account_id: AccountId,
    tenant: TenantId,
    livemode: bool,
}

/// An answer that may leave once its write is committed.
pub(super) struct Prepared(Zeroizing<String>);

#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: TokenType,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    scope: &'a str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    connection: Option<&'a ConnectionFacts>,
}

/// Signs the access token of an order.
pub(super) async fn mint<S: ClaimProofs + LoadKeys, V: Vault>(
    server: &Server<S, V>,
    order: &Order<'_>,
) -> Result<Minted, TokenError> {
    try_join(sign(server, order), order.sender.claim(server)).await.map(|(minted, ())| minted)
}

async fn sign<S: LoadKeys, V: Vault>(server: &Server<S, V>, order: &Order<'_>) -> Result<Minted, TokenError> {
    let keys = server.keys().await?;
    let (key_ref, public_key) = keys.signing_for(order.client)?;
    let signer = server.vault.signer(key_ref, public_key);
    let claims = access_token_claims(server, order);
    let access_token = sign_jwt(&signer, ACCESS_TOKEN_TYP, &claims).await.map_err(Outage::from)?;
    Ok(Minted {
        access_token: Zeroizing::new(access_token),
        id_token: None,
        issued_at: Timestamp::from_secs(claims.iat),
        expires_in: claims.exp.saturating_sub(claims.iat),
        token_type: TokenType::of(order.sender.key()),
        scope: claims.scope,
        connection: connection_facts(order),
    })
}

/// A platform's tokens of a user are those of a connection.
fn connection_facts(order: &Order<'_>) -> Option<ConnectionFacts> {
    match &order.holder {
        Holder::User { grant, .. } if order.client.kind == ClientKind::Platform => Some(ConnectionFacts {
            connected_account_id: AccountId::of(&grant.tenant_id),
            tenant: grant.tenant_id.clone(),
            // No connection joins a live tenant and one for tests (S13).
            livemode: order.client.livemode,
        }),
        Holder::User { .. } | Holder::Client { .. } => None,
    }
}

/// RFC 9068 section 2.2.
fn access_token_claims<S, V>(server: &Server<S, V>, order: &Order<'_>) -> AccessTokenClaims {
    let now = server.now();
    let client_id = order.client.client_id.as_str();
    let (grant, generation, tenant, audience) = match &order.holder {
        Holder::User { grant, generation, .. } => {
            (Some(*grant), Some(*generation), &grant.tenant_id, grant.audience.as_str())
        }
        Holder::Client { tenant, audience } => (None, None, *tenant, *audience),
    };
    let platform = Some(order.client).filter(|it| grant.is_some() && it.kind == ClientKind::Platform);
    let latest = grant.map_or(Timestamp::from_secs(u64::MAX), |grant| grant.expires_at);
    AccessTokenClaims {
        iss: server.settings.issuer.as_str().to_owned(),
        sub: grant.map_or(client_id, |grant| grant.user_id.as_str()).to_owned(),
        aud: vec![audience.to_owned()],
        exp: now.plus(lifetime::ACCESS_TOKEN).min(latest).as_secs(),
        iat: now.as_secs(),
        jti: String::from(TokenId::generate(server.entropy.as_ref())),
        client_id: client_id.to_owned(),
        scope: order.scopes.to_string(),
        tenant: tenant.as_str().to_owned(),
        account: platform.map(|_| AccountId::of(tenant).to_string()),
        home: platform.and_then(|it| it.tenant.as_ref()).map(TenantId::to_string),
        subject_type: if grant.is_some() { SubjectType::User } else { SubjectType::Client },
        grant_id: grant.map(|grant| grant.id.as_str().to_owned()),
        generation,
        auth_time: grant.map(|grant| grant.auth_time.as_secs()),
        acr: grant.and_then(|grant| grant.openid.acr.clone()),
        amr: grant.map(|grant| grant.openid.amr.clone()).filter(|amr| !amr.is_empty()),
        cnf: order.sender.key().map(|key| Cnf { jkt: Some(key.as_str().to_owned()) }),
        act: None,
        origin: None,
    }
}

/// OpenID Connect Core section 2. What was asked for by name is the user's as it is now (section 5.5).
fn id_token_claims(
    minted: &Minted,
    order: &Order<'_>,
    about: (&Grant, &User),
    alg: Algorithm,
) -> IdTokenClaims {
    let (grant, user) = about;
    let wanted = &grant.openid.claims.id_token;
    let registered = order.client.entitlements.openid();
    let allowed = match order.client.kind {
        // Of a connection no more than it has now: its scopes bound those of the order (I7).
        ClientKind::Platform => registered.intersection(order.scopes),
        _ => registered.clone(),
    };
    IdTokenClaims {
        aud: vec![order.client.client_id.to_string()],
        exp: minted.issued_at.plus(lifetime::ID_TOKEN).min(grant.expires_at).as_secs(),
        iat: minted.issued_at.as_secs(),
        auth_time: Some(grant.auth_time.as_secs()),
        at_hash: Some(at_hash(alg, &minted.access_token)),
        acr: grant.openid.acr.clone(),
        amr: grant.openid.amr.clone(),
        sid: grant.openid.sid.clone(),
        about: ClaimsRequest::answer(wanted, &allowed, user),
        ..IdTokenClaims::default()
    }
}

impl Minted {
    /// Adds the ID token, where the order is for a user and `openid`. It comes second: its `at_hash` covers the access
    /// token (section 3.1.3.6), and by now the table has said who the user is. [`Outage::Corrupt`] without a user.
    pub(super) async fn with_id_token<S: LoadKeys, V: Vault>(
        self,
        server: &Server<S, V>,
        order: &Order<'_>,
        user: Option<&User>,
    ) -> Result<Self, TokenError> {
        let Holder::User { grant, nonce, .. } = &order.holder else { return Ok(self) };
        if !order.scopes.contains("openid") {
            return Ok(self);
        }
        let user = user.ok_or_else(|| Outage::Corrupt("a grant that stands, without its user".into()))?;
        let keys = server.keys().await?;
        let (key_ref, public_key) = keys.signing_for(order.client)?;
        let signer = server.vault.signer(key_ref, public_key);
        let claims = IdTokenClaims {
            iss: server.settings.issuer.to_string(),
            sub: subject_of(server, order.client, &grant.user_id).await?,
            nonce: nonce.map(str::to_owned),
            ..id_token_claims(&self, order, (*grant, user), public_key.algorithm())
        };
        let token = sign_jwt(&signer, ID_TOKEN_TYP, &claims).await.map_err(Outage::from)?;
        Ok(Self { id_token: Some(Zeroizing::new(token)), ..self })
    }

    /// Writes the answer (RFC 6749 section 5.1), with the refresh token if there is one.
    pub(super) fn prepare(&self, refresh_token: Option<&str>) -> Result<Prepared, TokenError> {
        let body = TokenResponse {
            access_token: &self.access_token,
            token_type: self.token_type,
            expires_in: self.expires_in,
            refresh_token,
            id_token: self.id_token.as_ref().map(|token| token.as_str()),
            scope: &self.scope,
            connection: self.connection.as_ref(),
        };
        let text = serde_json::to_string(&body);
        let text = text.map_err(|error| Outage::Corrupt(format!("token response: {error}")))?;
        Ok(Prepared(Zeroizing::new(text)))
    }

    /// The answer of a request that changes nothing in the store.
    pub(super) fn answer_without_commit(&self) -> Result<String, TokenError> {
        Ok(self.prepare(None)?.0.to_string())
    }
}

impl Prepared {
    /// The answer's bytes, for sealing.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Lets the answer go, against the receipt of its write.
    pub(super) fn release(self, _committed: Receipt) -> String {
        self.0.to_string()
    }
}
