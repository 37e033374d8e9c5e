//! How a user must have signed in for a route (RFC 9470).

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// What a route asks of the sign-in behind a token; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepUp {
    /// Classes of authentication, of which the token must have one, in order of preference; empty where any will do
    /// (RFC 9470 section 3, OpenID Connect Core section 2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acr_values: Vec<String>,
    /// How long ago the user may have signed in, in seconds; `None` where that does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
}

/// What a token says of the sign-in behind it: nothing, where no user signed in for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIn {
    /// When the user signed in.
    pub at: Option<Timestamp>,
    /// The class of authentication.
    pub acr: Option<String>,
}

impl StepUp {
    /// Whether nothing is asked.
    pub const fn is_empty(&self) -> bool {
        self.acr_values.is_empty() && self.max_age.is_none()
    }

    /// Whether a sign-in is enough at `now`. What a token does not say is not enough.
    pub fn is_met(&self, sign_in: &SignIn, now: Timestamp) -> bool {
        let fresh =
            self.max_age.is_none_or(|seconds| sign_in.at.is_some_and(|at| now <= at.plus(seconds.into())));
        let known = |acr: &String| self.acr_values.contains(acr);
        fresh && (self.acr_values.is_empty() || sign_in.acr.as_ref().is_some_and(known))
    }

    /// The parameters of a challenge (RFC 9470 section 3), each with its comma before it; empty where nothing is asked.
    pub fn parameters(&self) -> String {
        let classes = if self.acr_values.is_empty() {
            String::new()
        } else {
            format!(", acr_values=\"{}\"", self.acr_values.join(" "))
        };
        let age = self.max_age.map(|seconds| format!(", max_age=\"{seconds}\"")).unwrap_or_default();
        classes + &age
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in(at: u64, acr: &str) -> SignIn {
        SignIn { at: Some(Timestamp::from_secs(at)), acr: Some(acr.to_owned()) }
    }

    #[test]
    fn what_a_token_does_not_say_is_not_enough() {
        let now = Timestamp::from_secs(1_000);
        let age = StepUp { max_age: Some(10), ..StepUp::default() };
        let class = StepUp { acr_values: vec!["b".into(), "a".into()], ..StepUp::default() };
        let both = StepUp { max_age: Some(10), ..class.clone() };
        assert!(StepUp::default().is_met(&SignIn::default(), now));
        for asked in [&age, &class, &both] {
            assert!(asked.is_met(&sign_in(990, "a"), now));
            assert!(!asked.is_met(&SignIn::default(), now));
            assert!(!asked.is_met(&sign_in(989, "c"), now));
        }
        assert!(!age.is_met(&sign_in(989, "a"), now) && !class.is_met(&sign_in(1_000, "A"), now));
    }

    #[test]
    fn the_challenge_says_what_is_asked() {
        let asked = StepUp { acr_values: vec!["b".into(), "a".into()], max_age: Some(0) };
        assert_eq!(asked.parameters(), ", acr_values=\"b a\", max_age=\"0\"");
        assert_eq!(StepUp::default().parameters(), "");
    }
}
