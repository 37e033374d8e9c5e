//! Client authentication: `client_secret_basic`, `client_secret_post` and `none` (RFC 6749 section 2.3).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::{Client, secret};
use crate::clock::Timestamp;
use crate::credential::CredentialKeys;
use crate::http::{HeaderMap, header};
use crate::id::ClientId;
use crate::param::{ParameterError, Parameters};

/// What a request says about its client, before anything is checked. Holds a secret: no `Debug`.
pub struct PresentedClient {
    client_id: ClientId,
    secret: Option<Zeroizing<String>>,
}

/// Proof that a client is who it says, and active. Only [`PresentedClient::verify`] makes one.
pub struct AuthenticatedClient(Client);

/// Why a client is refused. One answer for all: 401 `invalid_client` (T06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthError {
    /// No client is named.
    Missing,
    /// The header or the parameters make no sense.
    Malformed,
    /// Two methods in one request (RFC 6749 section 2.3).
    TwoMethods,
    /// There is no such client.
    Unknown,
    /// The client is switched off.
    Inactive,
    /// A method other than the registered one (T07).
    Method,
    /// The secret is wrong or has expired.
    Secret,
}

impl PresentedClient {
    /// Reads the client from header and parameters; [`ClientAuthError`] when they do not name exactly one, by one method.
    pub fn parse(headers: &HeaderMap, parameters: &Parameters) -> Result<Self, ClientAuthError> {
        let posted_id = posted(parameters.get("client_id"))?;
        let posted_secret = posted(parameters.get("client_secret"))?;
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
        Ok(Self { client_id, secret: posted_secret.map(|secret| Zeroizing::new(secret.to_owned())) })
    }

    /// Who the client says it is.
    pub const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Checks the claim against the record. The work is the same whether the client is unknown or its secret wrong.
    pub fn verify(
        self,
        client: Option<Client>,
        keys: &CredentialKeys,
        now: Timestamp,
    ) -> Result<AuthenticatedClient, ClientAuthError> {
        let presented = self.secret.as_ref().map(|text| secret::tag(&self.client_id, text, keys));
        let client = client.ok_or(ClientAuthError::Unknown)?;
        match presented {
            // A confidential client never gets by with less than it registered (T07), nor a public one with more.
            None if !client.is_public() => return Err(ClientAuthError::Method),
            Some(_) if client.is_public() => return Err(ClientAuthError::Method),
            Some(tag) if !client.secrets.iter().any(|it| it.matches(&tag, now)) => {
                return Err(ClientAuthError::Secret);
            }
            None | Some(_) => {}
        }
        if client.active { Ok(AuthenticatedClient(client)) } else { Err(ClientAuthError::Inactive) }
    }
}

impl AuthenticatedClient {
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
    Ok(PresentedClient { client_id, secret: (!secret.is_empty()).then_some(secret) })
}

fn form_decode(text: &str) -> Result<Zeroizing<String>, ClientAuthError> {
    let spaced = Zeroizing::new(text.replace('+', " "));
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| ClientAuthError::Malformed)?;
    Ok(Zeroizing::new(decoded.into_owned()))
}
