//! What a request says about its client (RFC 6749 section 2.3), and the methods that need no state:
//! `client_secret_basic`, `client_secret_post` and `none`.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use percent_encoding::percent_decode_str;
use postern_jose::{AssertionError, unverified_subject};
use zeroize::Zeroizing;

use super::{AuthMethod, Client, secret};
use crate::clock::Timestamp;
use crate::credential::CredentialKeys;
use crate::http::{HeaderMap, header};
use crate::id::ClientId;
use crate::param::{ParameterError, Parameters};

/// What a request says about its client, before anything is checked. Holds a secret: no `Debug`.
pub struct PresentedClient {
    client_id: ClientId,
    pub(super) proof: Proof,
}

/// By what a client would prove who it is.
pub(super) enum Proof {
    Nothing,
    Basic(Zeroizing<String>),
    Posted(Zeroizing<String>),
    Assertion(Zeroizing<String>),
}

/// The only kind of assertion (RFC 7523 section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Proof that a client is who it says, and active. Only [`super::authenticate`] makes one.
pub struct AuthenticatedClient(Client);

/// Why a client is refused. One answer for all but [`Self::TwoMethods`]: 401 `invalid_client` (T06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthError {
    /// No client is named.
    Missing,
    /// The header or the parameters make no sense.
    Malformed,
    /// Two methods in one request (RFC 6749 section 2.3): 400 `invalid_request` (T04).
    TwoMethods,
    /// There is no such client.
    Unknown,
    /// Its metadata document is of no use.
    Document,
    /// The client is switched off.
    Inactive,
    /// A method other than the registered one (T07).
    Method,
    /// The secret is wrong or has expired.
    Secret,
    /// The assertion breaks a rule (T10, T11).
    Assertion(AssertionError),
    /// The assertion was used before (T09).
    Replayed,
}

impl PresentedClient {
    /// Reads the client from header and parameters; [`ClientAuthError`] when they do not name exactly one, by one method.
    pub fn parse(headers: &HeaderMap, parameters: &Parameters) -> Result<Self, ClientAuthError> {
        let posted_id = posted(parameters.get("client_id"))?;
        let posted_secret = posted(parameters.get("client_secret"))?;
        if let Some(asserted) = Self::parse_assertion(posted_id, parameters)? {
            let is_alone = posted_secret.is_none() && !headers.contains_key(header::AUTHORIZATION);
            return if is_alone { Ok(asserted) } else { Err(ClientAuthError::TwoMethods) };
        }
        if headers.contains_key(header::AUTHORIZATION) {
            let basic = parse_basic(headers)?;
            if posted_secret.is_some() {
                return Err(ClientAuthError::TwoMethods);
            }
            let same = posted_id.is_none_or(|id| id == basic.client_id.as_str());
            return if same { Ok(basic) } else { Err(ClientAuthError::Malformed) };
        }
        let client_id = ClientId::parse(posted_id.ok_or(ClientAuthError::Missing)?)
            .map_err(|_| ClientAuthError::Malformed)?;
        let posted = |secret: &str| Proof::Posted(Zeroizing::new(secret.to_owned()));
        Ok(Self { client_id, proof: posted_secret.map_or(Proof::Nothing, posted) })
    }

    /// The client of an assertion: named beside it, or in it (RFC 7521 section 4.2).
    fn parse_assertion(
        posted_id: Option<&str>,
        parameters: &Parameters,
    ) -> Result<Option<Self>, ClientAuthError> {
        let kind = posted(parameters.get("client_assertion_type"))?;
        let Some(token) = posted(parameters.get("client_assertion"))? else {
            return if kind.is_none() { Ok(None) } else { Err(ClientAuthError::Malformed) };
        };
        if kind != Some(ASSERTION_TYPE) {
            return Err(ClientAuthError::Malformed);
        }
        let named = posted_id.map(str::to_owned).or_else(|| unverified_subject(token));
        let client_id = named.and_then(|id| ClientId::parse(&id).ok()).ok_or(ClientAuthError::Malformed)?;
        Ok(Some(Self { client_id, proof: Proof::Assertion(Zeroizing::new(token.to_owned())) }))
    }

    /// Who the client says it is.
    pub const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Checks the claim against the record. The work is the same whether the client is unknown or its secret wrong.
    pub(super) fn verify(
        self,
        client: Option<Client>,
        keys: &CredentialKeys,
        now: Timestamp,
    ) -> Result<AuthenticatedClient, ClientAuthError> {
        let presented = self.proof.secret().map(|text| secret::tag(&self.client_id, text, keys));
        let client = client.ok_or(ClientAuthError::Unknown)?;
        // A client never gets by with another method than it registered (T07): not with less, nor with more.
        if !self.proof.fits(&client) {
            return Err(ClientAuthError::Method);
        }
        if presented.is_some_and(|tag| !client.secrets.iter().any(|it| it.matches(&tag, now))) {
            return Err(ClientAuthError::Secret);
        }
        if client.is_live(now) { Ok(AuthenticatedClient(client)) } else { Err(ClientAuthError::Inactive) }
    }
}

impl Proof {
    fn secret(&self) -> Option<&str> {
        match self {
            Self::Basic(secret) | Self::Posted(secret) => Some(secret.as_str()),
            Self::Nothing | Self::Assertion(_) => None,
        }
    }

    /// Whether it is of the method that the client registered.
    fn fits(&self, client: &Client) -> bool {
        let registered = client.registration.auth_method;
        match self {
            Self::Nothing => client.is_public() && registered.is_none_or(|it| it == AuthMethod::None),
            Self::Basic(_) => {
                !client.is_public() && registered.is_none_or(|it| it == AuthMethod::ClientSecretBasic)
            }
            Self::Posted(_) => {
                !client.is_public() && registered.is_none_or(|it| it == AuthMethod::ClientSecretPost)
            }
            Self::Assertion(_) => registered == Some(AuthMethod::PrivateKeyJwt),
        }
    }
}

impl AuthenticatedClient {
    /// The client whose assertion was verified and used up.
    pub(super) const fn proven(client: Client) -> Self {
        Self(client)
    }

    /// The record.
    pub const fn client(&self) -> &Client {
        &self.0
    }
}

fn posted(value: Result<Option<&str>, ParameterError>) -> Result<Option<&str>, ClientAuthError> {
    value.map_err(|_| ClientAuthError::Malformed)
}

/// `Basic` (RFC 7617), with both parts form-encoded (RFC 6749 section 2.3.1).
fn parse_basic(headers: &HeaderMap) -> Result<PresentedClient, ClientAuthError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(ClientAuthError::TwoMethods) };
    let value = value.to_str().map_err(|_| ClientAuthError::Malformed)?;
    let (scheme, encoded) = value.split_once(' ').ok_or(ClientAuthError::Malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(ClientAuthError::Malformed);
    }
    let encoded = encoded.trim_matches(' ');
    let bytes = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded));
    let bytes = Zeroizing::new(bytes.map_err(|_| ClientAuthError::Malformed)?);
    let pair = std::str::from_utf8(&bytes).map_err(|_| ClientAuthError::Malformed)?;
    let (id, secret) = pair.split_once(':').ok_or(ClientAuthError::Malformed)?;
    let client_id = ClientId::parse(&form_decode(id)?).map_err(|_| ClientAuthError::Malformed)?;
    let secret = form_decode(secret)?;
    let proof = if secret.is_empty() { Proof::Nothing } else { Proof::Basic(secret) };
    Ok(PresentedClient { client_id, proof })
}

fn form_decode(text: &str) -> Result<Zeroizing<String>, ClientAuthError> {
    let spaced = Zeroizing::new(text.replace('+', " "));
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| ClientAuthError::Malformed)?;
    Ok(Zeroizing::new(decoded.into_owned()))
}
