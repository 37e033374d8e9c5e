//! What OpenID Connect has of a client: the flags of `postern client create` and `update`.

use clap::Args;

use super::Members;

#[derive(Args)]
pub(crate) struct OpenId {
    /// Which `sub` it is told: `public`, everybody's, or `pairwise`, one of its own.
    #[arg(long, value_name = "TYPE", value_parser = ["public", "pairwise"])]
    subject_type: Option<String>,
    /// How old a sign-in may be for requests that say nothing of it.
    #[arg(long, value_name = "SECONDS")]
    default_max_age: Option<u64>,
    /// Whether it insists on `auth_time`, which every ID token has.
    #[arg(long, value_name = "true|false")]
    require_auth_time: Option<bool>,
    /// What signs the answers of userinfo, such as `RS256`; plain JSON has no signature.
    #[arg(long, value_name = "ALG")]
    userinfo_signed_response_alg: Option<String>,
    /// Whether it insists on `sid`, which every logout token has.
    #[arg(long, value_name = "true|false")]
    backchannel_logout_session_required: Option<bool>,
}

impl OpenId {
    /// `body` with the members that were given.
    pub(super) fn add_to(self, body: Members) -> Members {
        body.with("subject_type", self.subject_type)
            .with("default_max_age", self.default_max_age)
            .with("require_auth_time", self.require_auth_time)
            .with("userinfo_signed_response_alg", self.userinfo_signed_response_alg)
            .with("backchannel_logout_session_required", self.backchannel_logout_session_required)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        openid: OpenId,
    }

    fn body(line: &str) -> Value {
        let words = std::iter::once("postern").chain(line.split_whitespace());
        Line::parse_from(words).openid.add_to(Members::default()).0.into()
    }

    #[test]
    fn what_is_given_is_sent_as_what_it_is() {
        assert_eq!(body(""), json!({}));
        let sign_in = "--subject-type pairwise --default-max-age 3600 --require-auth-time true";
        let expected =
            json!({"subject_type": "pairwise", "default_max_age": 3600, "require_auth_time": true});
        assert_eq!(body(sign_in), expected);
        let rest = "--userinfo-signed-response-alg ES256 --backchannel-logout-session-required false";
        let expected =
            json!({"userinfo_signed_response_alg": "ES256", "backchannel_logout_session_required": false});
        assert_eq!(body(rest), expected);
        for bad in [["--subject-type", "private"], ["--default-max-age", "-1"]] {
            assert!(Line::try_parse_from([&["postern"][..], &bad].concat()).is_err(), "{bad:?}");
        }
    }
}
