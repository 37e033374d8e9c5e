//! The closed set of token requests (RFC 6749 sections 4.1.3, 4.4.2, 6).

use zeroize::Zeroizing;

use super::TokenError;
use crate::param::{CodeVerifier, Parameters, ScopeSet};
use crate::settings::Settings;

/// A token request. Holds secrets: no `Debug`.
pub(super) enum TokenRequest {
    AuthorizationCode(CodeRequest),
    RefreshToken(RefreshRequest),
    ClientCredentials(ClientCredentialsRequest),
}

/// `grant_type=authorization_code`.
pub(super) struct CodeRequest {
    pub(super) code: Zeroizing<String>,
    pub(super) redirect_uri: Option<String>,
    /// `None` when missing or malformed: both are `invalid_grant` (P02, P07).
    pub(super) verifier: Option<CodeVerifier>,
    pub(super) scope: Option<ScopeSet>,
}

/// `grant_type=refresh_token`.
pub(super) struct RefreshRequest {
    pub(super) refresh_token: Zeroizing<String>,
    pub(super) scope: Option<ScopeSet>,
}

/// `grant_type=client_credentials`.
pub(super) struct ClientCredentialsRequest {
    pub(super) scope: ScopeSet,
}

impl TokenRequest {
    /// Reads the parameters of one grant type; parameters of others are ignored (P09).
    pub(super) fn parse(parameters: &Parameters, settings: &Settings) -> Result<Self, TokenError> {
        let grant_type = parameters.require("grant_type")?;
        let known = match grant_type {
            "authorization_code" | "refresh_token" | "client_credentials" => grant_type,
            _ => return Err(TokenError::UnsupportedGrantType),
        };
        // RFC 8707 section 2.2: only the audience that every token has.
        if parameters.all("resource").iter().any(|resource| *resource != settings.audience) {
            return Err(TokenError::Target);
        }
        let scope =
            parameters.get("scope")?.map(ScopeSet::parse).transpose().map_err(|_| TokenError::Scope)?;
        Ok(match known {
            "authorization_code" => Self::AuthorizationCode(CodeRequest {
                code: secret(parameters.require("code")?),
                redirect_uri: parameters.get("redirect_uri")?.map(str::to_owned),
                verifier: parameters.get("code_verifier")?.and_then(CodeVerifier::parse),
                scope,
            }),
            "refresh_token" => Self::RefreshToken(RefreshRequest {
                refresh_token: secret(parameters.require("refresh_token")?),
                scope,
            }),
            // RFC 6749 section 3.3 lets a server fail without a scope: a default would widen by surprise (S04).
            _ => Self::ClientCredentials(ClientCredentialsRequest { scope: scope.ok_or(TokenError::Scope)? }),
        })
    }
}

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}
