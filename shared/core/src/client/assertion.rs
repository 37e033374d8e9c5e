//! `private_key_jwt` (RFC 7523, OpenID Connect Core section 9), and the one door through which clients authenticate.

use postern_jose::{Algorithm, AssertionError, AssertionRules, ClientAssertion, verify_client_assertion};

use super::authenticate::Proof;
use super::key_cache::Wanted;
use super::unusual::note_failure;
use super::{AuthMethod, AuthenticatedClient, Client, ClientAuthError, PresentedClient};
use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose};
use crate::http::Call;
use crate::id::ClientId;
use crate::lifetime;
use crate::limit::{Bucket, Exhausted};
use crate::outage::Outage;
use crate::server::Server;
use crate::settings::Settings;
use crate::store::{KeepTallies, LeaseTokens, UseAssertions};

/// Why a client is not authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthenticationFailed {
    /// It is not who it says.
    Refused(ClientAuthError),
    /// It is, and it asks too often (R13, S17).
    Limited(Exhausted),
    /// Nobody can tell now: its keys cannot be read, or the table cannot be asked.
    Outage(Outage),
}

/// Checks what a request says of its client against the record, `None` where there is none, and counts the request: a
/// failure in the name of a client (S15), and what has proved to be a client's against its limit. An assertion is used up
/// by it (T09).
pub async fn authenticate<S: KeepTallies + LeaseTokens + UseAssertions, V>(
    server: &Server<S, V>,
    presented: PresentedClient,
    client: Option<Client>,
    keys: &CredentialKeys,
    call: &Call,
) -> Result<AuthenticatedClient, AuthenticationFailed> {
    let named = client.clone();
    let authenticated = Box::pin(identify(server, presented, client, keys, call)).await;
    if let (Err(AuthenticationFailed::Refused(_)), Some(client)) = (&authenticated, &named) {
        note_failure(server, client).await;
    }
    let authenticated = authenticated?;
    // Anybody can name a public client: nothing was shown yet that may stop its own requests.
    if !authenticated.client().is_public() {
        count(server, authenticated.client(), Bucket::of_token_endpoint).await?;
    }
    Ok(authenticated)
}

/// Counts a request of a public client that came with a genuine credential; others were counted when they authenticated.
pub(crate) async fn count_public<S: LeaseTokens, V>(
    server: &Server<S, V>,
    client: &Client,
) -> Result<(), AuthenticationFailed> {
    if client.is_public() { count(server, client, Bucket::of_token_endpoint).await } else { Ok(()) }
}

/// Counts what a public client begins without any credential, in a bucket of its own: strangers who empty it stop nobody
/// who has one.
pub(crate) async fn count_opening<S: LeaseTokens, V>(
    server: &Server<S, V>,
    client: &Client,
) -> Result<(), AuthenticationFailed> {
    if client.is_public() { count(server, client, Bucket::of_openings).await } else { Ok(()) }
}

async fn count<S: LeaseTokens, V>(
    server: &Server<S, V>,
    client: &Client,
    bucket: impl FnOnce(&ClientId) -> Bucket,
) -> Result<(), AuthenticationFailed> {
    let Some(rate) = client.limits.token else { return Ok(()) };
    let bucket = bucket(&client.client_id);
    let taken = server.limiter.take(&server.store, &bucket, rate, server.now()).await;
    taken.map_err(AuthenticationFailed::Limited)
}

async fn identify<S: UseAssertions, V>(
    server: &Server<S, V>,
    presented: PresentedClient,
    client: Option<Client>,
    keys: &CredentialKeys,
    call: &Call,
) -> Result<AuthenticatedClient, AuthenticationFailed> {
    let now = server.now();
    let Proof::Assertion(token) = &presented.proof else {
        // Whatever else the record lets it have (FAPI 2.0 section 5.3.2.1).
        if client.as_ref().is_some_and(Client::is_fapi) {
            return Err(ClientAuthError::Method.into());
        }
        return Ok(presented.verify(client, keys, now)?);
    };
    let client = client.ok_or(ClientAuthError::Unknown)?;
    if client.registration.auth_method != Some(AuthMethod::PrivateKeyJwt) {
        return Err(ClientAuthError::Method.into());
    }
    let assertion = Box::pin(verify(server, &client, token, now)).await?;
    if !client.is_live(now) {
        return Err(ClientAuthError::Inactive.into());
    }
    let name = [client.client_id.as_str().as_bytes(), assertion.jti.as_bytes()];
    let (tag, until) = (keys.tag(Purpose::Assertion, &name), Timestamp::from_secs(assertion.exp));
    if !server.store.use_assertion(&tag, until, &call.invocation).await? {
        return Err(ClientAuthError::Replayed.into());
    }
    Ok(AuthenticatedClient::proven(client))
}

async fn verify<S, V>(
    server: &Server<S, V>,
    client: &Client,
    token: &str,
    now: Timestamp,
) -> Result<ClientAssertion, AuthenticationFailed> {
    let expectations = Expectations::of(client, &server.settings);
    let first = load_keys(server, client, Wanted::Known, now).await?;
    match expectations.verify(client, token, &first, now) {
        Err(error) if error.may_be_a_new_key() && client.registration.jwks_uri.is_some() => {
            let newer = load_keys(server, client, Wanted::Newer, now).await?;
            Ok(expectations.verify(client, token, &newer, now)?)
        }
        verdict => Ok(verdict?),
    }
}

async fn load_keys<S, V>(
    server: &Server<S, V>,
    client: &Client,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Vec<postern_jose::Jwk>, Outage> {
    match &client.registration.jwks_uri {
        Some(url) => server.client_keys.load(server.outbound()?, url, wanted, now).await,
        None => Ok(client.registration.jwks.clone()),
    }
}

/// What a client's profile asks of its assertions.
struct Expectations {
    audiences: Vec<String>,
    sole_audience: bool,
    algorithms: Vec<Algorithm>,
}

impl Expectations {
    /// The issuer always; the token endpoint, which RFC 7523 section 3 and OpenID Connect Core section 9 name, for
    /// clients without a profile of their own. Both are ours, so that neither gives a token to somebody else (T10). The
    /// FAPI profile takes the issuer alone, as a string (section 5.3.2.1).
    fn of(client: &Client, settings: &Settings) -> Self {
        let issuer = &settings.issuer;
        let registered = client.registration.assertion_algorithm;
        let fits = |it: &Algorithm| registered.is_none_or(|one| one == *it) && client.may_be_signed_by(*it);
        let algorithms = Algorithm::ALL.into_iter().filter(fits).collect();
        let mut audiences = vec![issuer.to_string(), issuer.url("/oauth2/token")];
        audiences.truncate(if client.is_fapi() { 1 } else { 2 });
        Self { audiences, sole_audience: client.is_fapi(), algorithms }
    }

    fn verify(
        &self,
        client: &Client,
        token: &str,
        keys: &[postern_jose::Jwk],
        now: Timestamp,
    ) -> Result<ClientAssertion, AssertionError> {
        let audiences: Vec<&str> = self.audiences.iter().map(String::as_str).collect();
        let rules = AssertionRules {
            client_id: client.client_id.as_str(),
            audiences: &audiences,
            sole_audience: self.sole_audience,
            algorithms: &self.algorithms,
            now: now.as_secs(),
            leeway: lifetime::LEEWAY,
            longest: lifetime::CLIENT_ASSERTION,
        };
        verify_client_assertion(token, keys, &rules)
    }
}

impl From<ClientAuthError> for AuthenticationFailed {
    fn from(error: ClientAuthError) -> Self {
        Self::Refused(error)
    }
}

impl From<AssertionError> for AuthenticationFailed {
    fn from(error: AssertionError) -> Self {
        Self::Refused(ClientAuthError::Assertion(error))
    }
}

impl From<Outage> for AuthenticationFailed {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
