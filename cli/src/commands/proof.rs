//! How a client shows who it is, and that a request is its own: the flags of `postern client create` and `update`.

use std::path::Path;

use clap::Args;
use serde_json::Value;

use super::Members;

#[derive(Args)]
pub(crate) struct Proof {
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`.
    #[arg(long, value_name = "METHOD")]
    token_endpoint_auth_method: Option<String>,
    /// Its public keys, a JWK set in a file.
    #[arg(long, value_name = "FILE", value_parser = read_keys, conflicts_with = "jwks_uri")]
    jwks: Option<Value>,
    /// Where it publishes them instead.
    #[arg(long, value_name = "URL")]
    jwks_uri: Option<String>,
    /// The security profile that it is held to: `fapi2`, or `none`.
    #[arg(long, value_name = "PROFILE", value_parser = ["fapi2", "none"])]
    profile: Option<String>,
    /// Whether it gets no tokens but those bound to a key.
    #[arg(long, value_name = "true|false")]
    dpop_bound_access_tokens: Option<bool>,
    /// Whether its proofs at the token endpoint need a nonce of the server.
    #[arg(long, value_name = "true|false")]
    dpop_nonce: Option<bool>,
    /// Whether it has to push its authorization requests.
    #[arg(long, value_name = "true|false")]
    require_pushed_authorization_requests: Option<bool>,
}

impl Proof {
    /// `body` with the members that were given.
    pub(super) fn add_to(self, body: Members) -> Members {
        let profile = self.profile.map(|name| if name == "none" { Value::Null } else { name.into() });
        let sender = Members::default()
            .with("profile", profile)
            .with("dpop_bound_access_tokens", self.dpop_bound_access_tokens)
            .with("dpop_nonce", self.dpop_nonce)
            .with("require_pushed_authorization_requests", self.require_pushed_authorization_requests);
        body.with("token_endpoint_auth_method", self.token_endpoint_auth_method)
            .with("jwks", self.jwks)
            .with("jwks_uri", self.jwks_uri)
            .with("sender", Some(sender.0).filter(|given| !given.is_empty()))
    }
}

fn read_keys(path: &str) -> Result<Value, String> {
    let text = std::fs::read(Path::new(path)).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| format!("not JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        proof: Proof,
    }

    fn body(line: &str) -> Value {
        let words = std::iter::once("postern").chain(line.split_whitespace());
        Line::parse_from(words).proof.add_to(Members::default()).0.into()
    }

    #[test]
    fn what_is_not_given_is_not_sent() {
        assert_eq!(body(""), json!({}));
        assert_eq!(body("--dpop-nonce false"), json!({"sender": {"dpop_nonce": false}}));
        assert_eq!(body("--profile none"), json!({"sender": {"profile": null}}));
        let fapi =
            "--profile fapi2 --token-endpoint-auth-method private_key_jwt --jwks-uri https://a.test/keys";
        let expected = json!({
            "sender": {"profile": "fapi2"}, "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": "https://a.test/keys",
        });
        assert_eq!(body(fapi), expected);
        assert!(Line::try_parse_from(["postern", "--profile", "fapi1"]).is_err());
    }
}
