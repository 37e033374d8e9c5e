//! `--clear`: what a flag that takes a value cannot say, that there shall be none.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::Members;
use crate::bootstrap::Failure;

/// What can be taken away from something.
pub(super) trait Clearable: ValueEnum {
    /// The member of the body, and what it holds when there is nothing.
    fn nothing(&self) -> (&'static str, Value);
}

/// What a client can be without.
#[derive(Clone, ValueEnum)]
pub(crate) enum OfClient {
    /// From everywhere.
    Networks,
    /// Nothing is counted.
    Limits,
    /// Nothing at the API of `--audience`, or of OpenID Connect and the deployment's own.
    Scopes,
    PostLogoutRedirectUris,
    BackchannelLogoutUri,
    DefaultMaxAge,
    UserinfoSignedResponseAlg,
    /// All that operators left of what it says of itself: it has the rest again when it next says it.
    Bound,
}

/// What a tenant can be without.
#[derive(Clone, ValueEnum)]
pub(crate) enum OfTenant {
    /// No bound.
    Features,
    /// Every host of an API serves it.
    ApiDomain,
    /// As long as the deployment says.
    AuditDays,
}

impl Clearable for OfClient {
    fn nothing(&self) -> (&'static str, Value) {
        match self {
            Self::Networks => ("networks", json!([])),
            Self::Limits => ("limits", json!({})),
            Self::Scopes => ("scopes", json!([])),
            Self::PostLogoutRedirectUris => ("post_logout_redirect_uris", json!([])),
            Self::BackchannelLogoutUri => ("backchannel_logout_uri", Value::Null),
            Self::DefaultMaxAge => ("default_max_age", Value::Null),
            Self::UserinfoSignedResponseAlg => ("userinfo_signed_response_alg", Value::Null),
            Self::Bound => ("bound", Value::Null),
        }
    }
}

impl Clearable for OfTenant {
    fn nothing(&self) -> (&'static str, Value) {
        match self {
            Self::Features => ("features", Value::Null),
            Self::ApiDomain => ("api_domain", Value::Null),
            Self::AuditDays => ("audit_days", Value::Null),
        }
    }
}

impl Members {
    /// The body that takes these away as well; fails where it gives one of them too.
    pub(super) fn without(mut self, cleared: &[impl Clearable]) -> Result<Self, Failure> {
        for it in cleared {
            let (name, nothing) = it.nothing();
            match self.0.get(name) {
                Some(given) if *given != nothing => return Err(format!("{name}: set or cleared?").into()),
                Some(_) | None => self.0.insert(name.to_owned(), nothing),
            };
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cleared_is_sent_as_nothing_and_never_beside_a_value() {
        let cleared = [OfClient::Networks, OfClient::BackchannelLogoutUri, OfClient::Bound];
        let body = Value::from(Members::default().without(&cleared).unwrap().0);
        assert_eq!(body, json!({"networks": [], "backchannel_logout_uri": null, "bound": null}));
        let given = Members::default().with("features", Some(vec!["contact.*".to_owned()]));
        assert!(given.without(&[OfTenant::Features]).is_err());
    }
}
