//! The answer as a signed JWT (RFC 9701), for those who must show later what they were told.

use postern_jose::{Vault, sign_jwt};
use serde::Serialize;

use super::Introspection;
use crate::client::Client;
use crate::http::{HeaderMap, Response, StatusCode, header};
use crate::outage::Outage;
use crate::server::Server;
use crate::store::LoadKeys;

/// The media type that is asked for, and given (RFC 9701 sections 4 and 5).
const MEDIA_TYPE: &str = "application/token-introspection+jwt";

/// The `typ` of the answer, so that it can pass for no access token (RFC 9701 section 8.1).
const TYP: &str = "token-introspection+jwt";

/// RFC 9701 section 5. Neither `sub` nor `exp`: those of the token are inside.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: u64,
    token_introspection: &'a Introspection,
}

/// Whether the caller asks for a JWT: its media type is named in `Accept`, and not with a weight of 0 (RFC 9110
/// section 12.5.1).
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(names_it)
}

fn names_it(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let named = parts.next().is_some_and(|it| it.eq_ignore_ascii_case(MEDIA_TYPE));
    let weight = parts.find_map(|it| it.strip_prefix("q=").or_else(|| it.strip_prefix("Q=")));
    named && weight.is_none_or(|text| text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)))
}

/// Signs what the client is told, for that client alone.
pub(super) async fn answer<S: LoadKeys, V: Vault>(
    server: &Server<S, V>,
    client: &Client,
    introspection: &Introspection,
) -> Result<Response, Outage> {
    let keys = server.keys().await?;
    let (key_ref, public_key) = keys.signing_for(client)?;
    let signer = server.vault.signer(key_ref, public_key);
    let claims = Claims {
        iss: server.settings.issuer.as_str(),
        aud: client.client_id.as_str(),
        iat: server.now().as_secs(),
        token_introspection: introspection,
    };
    let body = sign_jwt(&signer, TYP, &claims).await?;
    let answer = Response { body, ..Response::empty(StatusCode::OK) };
    Ok(answer.with(header::CONTENT_TYPE, MEDIA_TYPE).with(header::CACHE_CONTROL, "no-store"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HeaderValue;

    #[test]
    fn only_who_names_the_type_gets_a_jwt() {
        let wanted = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(text));
            is_wanted(&headers)
        };
        for yes in [MEDIA_TYPE, "application/json;q=0.5, Application/Token-Introspection+JWT; q=0.9"] {
            assert!(wanted(yes), "{yes}");
        }
        for no in
            ["", "*/*", "application/json", "application/*", "application/token-introspection+jwt;q=0.0"]
        {
            assert!(!wanted(no), "{no}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}
