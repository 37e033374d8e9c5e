//! The closed set of token requests (RFC 6749 sections 4.1.3, 4.4.2, 6).

use zeroize::Zeroizing;

use super::TokenError;
use super::exchange::ExchangeRequest;
use crate::param::{Parameters, PresentedVerifier, ScopeSet};

/// A token request. Holds secrets: no `Debug`.
pub(super) enum TokenRequest {
    AuthorizationCode(CodeRequest),
    RefreshToken(RefreshRequest),
    ClientCredentials(ClientCredentialsRequest),
    DeviceCode(DeviceRequest),
    TokenExchange(ExchangeRequest),
}

/// `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 section 3.4).
pub(super) struct DeviceRequest {
    pub(super) device_code: Zeroizing<String>,
}

/// `grant_type=authorization_code`.
pub(super) struct CodeRequest {
    pub(super) code: Zeroizing<String>,
    pub(super) redirect_uri: Option<String>,
    /// Missing or malformed it is `invalid_grant`, and no bad request (P02, P07).
    pub(super) verifier: PresentedVerifier,
    pub(super) scope: Option<ScopeSet>,
    pub(super) resources: Vec<String>,
}

/// `grant_type=refresh_token`.
pub(super) struct RefreshRequest {
    pub(super) refresh_token: Zeroizing<String>,
    pub(super) scope: Option<ScopeSet>,
    pub(super) resources: Vec<String>,
}

/// `grant_type=client_credentials`.
pub(super) struct ClientCredentialsRequest {
    pub(super) scope: ScopeSet,
    pub(super) resources: Vec<String>,
}

impl TokenRequest {
    /// Reads the parameters of one grant type; parameters of others are ignored (P09).
    pub(super) fn parse(parameters: &Parameters) -> Result<Self, TokenError> {
        let grant_type = parameters.require("grant_type")?;
        let known = match grant_type {
            "authorization_code"
            | "refresh_token"
            | "client_credentials"
            | "urn:ietf:params:oauth:grant-type:device_code"
            | "urn:ietf:params:oauth:grant-type:token-exchange" => grant_type,
            _ => return Err(TokenError::UnsupportedGrantType),
        };
        let resources = parameters.all("resource").to_vec();
        let scope =
            parameters.get("scope")?.map(ScopeSet::parse).transpose().map_err(|_| TokenError::Scope)?;
        Ok(match known {
            "authorization_code" => Self::AuthorizationCode(CodeRequest {
                code: secret(parameters.require("code")?),
                redirect_uri: parameters.get("redirect_uri")?.map(str::to_owned),
                verifier: PresentedVerifier::parse(parameters.get("code_verifier")?),
                scope,
                resources,
            }),
            "refresh_token" => Self::RefreshToken(RefreshRequest {
                refresh_token: secret(parameters.require("refresh_token")?),
                scope,
                resources,
            }),
            "urn:ietf:params:oauth:grant-type:device_code" => {
                Self::DeviceCode(DeviceRequest { device_code: secret(parameters.require("device_code")?) })
            }
            "urn:ietf:params:oauth:grant-type:token-exchange" => {
                Self::TokenExchange(ExchangeRequest::parse(parameters, scope)?)
            }
            // RFC 6749 section 3.3 lets a server fail without a scope: a default would widen by surprise (S04).
            _ => {
                let scope = scope.ok_or(TokenError::Scope)?;
                Self::ClientCredentials(ClientCredentialsRequest { scope, resources })
            }
        })
    }
}

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}
