//! What a refusal asks for, as `WWW-Authenticate` says it: scopes (RFC 6750 section 3), a better sign-in (RFC 9470
//! section 3), and where to learn who issues tokens (RFC 9728 section 5.1).

use super::Refusal;
use crate::api::{Found, StepUp};
use crate::param::ScopeSet;

/// What would have been enough, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The scopes that the route needs.
    pub scopes: Option<ScopeSet>,
    /// How the user must have signed in.
    pub step_up: StepUp,
    /// Where the metadata of the API is.
    pub metadata: Option<String>,
}

impl Wanted {
    /// What a route asks for.
    pub fn of(found: Found<'_>) -> Self {
        Self { scopes: found.need.challenge().cloned(), step_up: found.step_up.clone(), metadata: None }
    }

    /// The challenge of a refusal.
    pub fn challenge(&self, refusal: Refusal) -> String {
        let mut text = refusal.challenge(self.scopes.as_ref());
        if refusal == Refusal::InsufficientUserAuthentication {
            text = format!("{text}, error=\"{}\"{}", refusal.name(), self.step_up.parameters());
        }
        if let Some(url) = &self.metadata {
            text = format!("{text}, resource_metadata=\"{url}\"");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_says_what_would_be_enough() {
        let step_up = StepUp { acr_values: vec!["a".into()], max_age: Some(60) };
        let metadata = Some("https://as.test/x".to_owned());
        let wanted = Wanted { scopes: ScopeSet::parse("s").ok(), step_up, metadata };
        assert_eq!(
            wanted.challenge(Refusal::InsufficientUserAuthentication),
            "Bearer realm=\"api\", error=\"insufficient_user_authentication\", acr_values=\"a\", max_age=\"60\", \
             resource_metadata=\"https://as.test/x\""
        );
        assert_eq!(
            wanted.challenge(Refusal::InsufficientScope),
            "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"s\", resource_metadata=\"https://as.test/x\""
        );
        assert_eq!(Wanted::default().challenge(Refusal::IpNotAllowed), "Bearer realm=\"api\"");
    }
}
