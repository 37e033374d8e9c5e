//! The parameters of an exchange (RFC 8693 section 2.1).

use zeroize::Zeroizing;

use crate::param::{Parameters, ScopeSet};
use crate::token::{ExchangeRefusal, TokenError};

/// The one token type that is taken and issued (RFC 8693 section 3).
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// An exchange. Holds secrets: no `Debug`.
pub(in crate::token) struct ExchangeRequest {
    pub(super) subject_token: Zeroizing<String>,
    pub(super) actor_token: Option<Zeroizing<String>>,
    /// `None`: all that can be had.
    pub(super) scope: Option<ScopeSet>,
    /// `resource` and `audience` name the same thing here: an API.
    pub(super) targets: Vec<String>,
}

impl ExchangeRequest {
    /// Reads the parameters; [`ExchangeRefusal::TokenType`] where a type is not that of access tokens.
    pub(in crate::token) fn parse(
        parameters: &Parameters,
        scope: Option<ScopeSet>,
    ) -> Result<Self, TokenError> {
        let subject_token = parameters.require("subject_token")?;
        let actor_token = parameters.get("actor_token")?;
        let actor_type = parameters.get("actor_token_type")?;
        // Section 2.1: an actor token comes with its type, and the type with nothing else.
        let fits = parameters.require("subject_token_type")? == ACCESS_TOKEN
            && actor_type == actor_token.map(|_| ACCESS_TOKEN)
            && parameters.get("requested_token_type")?.is_none_or(|wanted| wanted == ACCESS_TOKEN);
        if !fits {
            return Err(ExchangeRefusal::TokenType.into());
        }
        let audience = parameters.get("audience")?.map(str::to_owned);
        Ok(Self {
            subject_token: secret(subject_token),
            actor_token: actor_token.map(secret),
            scope,
            targets: parameters.all("resource").iter().cloned().chain(audience).collect(),
        })
    }
}

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}
