//! Where the access token stands: in the header, or in a posted form (OpenID Connect Core section 5.3.1, RFC 6750
//! sections 2.1 and 2.2). Never in the query, which ends up in logs.

use zeroize::Zeroizing;

use super::UserinfoError;
use crate::access::{Authorization, Refusal, parse_authorization};
use crate::dpop::TokenType;
use crate::http::{HeaderName, Method, Request, header};
use crate::posted_form::{FormError, parse_form};

/// The only token of a request, and how it was presented. A secret: no `Debug`.
pub(super) struct Presented {
    scheme: TokenType,
    token: Zeroizing<String>,
}

impl Presented {
    /// The same, as the header would hold it.
    pub(super) fn authorization(&self) -> Authorization<'_> {
        Authorization { scheme: self.scheme, token: &self.token }
    }
}

/// Every value of a header; one that is no text is empty.
pub(super) fn values<'a>(http: &'a Request, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    http.headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default())
}

/// The scheme that the caller used, so that the challenge answers it.
pub(super) fn scheme(http: &Request) -> TokenType {
    let authorization = parse_authorization(values(http, &header::AUTHORIZATION));
    authorization.map_or(TokenType::Bearer, |authorization| authorization.scheme)
}

/// The only token of a request.
pub(super) fn parse(http: &Request) -> Result<Presented, UserinfoError> {
    let posted = posted(http)?;
    let in_header = http.headers.contains_key(header::AUTHORIZATION);
    match posted {
        Some(_) if in_header => Err(UserinfoError::TwoTokens),
        // A form holds bearer tokens alone: one that is bound to a key is refused for want of its proof.
        Some(token) => Ok(Presented { scheme: TokenType::Bearer, token }),
        None => {
            let found = parse_authorization(values(http, &header::AUTHORIZATION));
            let Authorization { scheme, token } = found.map_err(UserinfoError::Refused)?;
            Ok(Presented { scheme, token: Zeroizing::new(token.to_owned()) })
        }
    }
}

/// The token of a posted form; `None` where there is no form, or no token in it.
fn posted(http: &Request) -> Result<Option<Zeroizing<String>>, UserinfoError> {
    if http.method != Method::POST {
        return Ok(None);
    }
    let form = match parse_form(http) {
        // A POST may be bare, or hold whatever a client sends along with the header.
        Err(FormError::ContentType) => return Ok(None),
        parsed => parsed.map_err(UserinfoError::Form)?,
    };
    let token = form.get("access_token").map_err(|_| UserinfoError::Refused(Refusal::MissingToken))?;
    Ok(token.map(|token| Zeroizing::new(token.to_owned())))
}
