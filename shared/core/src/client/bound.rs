//! What operators leave a client of all that it says of itself.

use serde::{Deserialize, Serialize};

use super::{Client, GrantType};
use crate::param::{RedirectUri, ScopeSet};
use crate::register::MetadataError;

/// The bound of a client that describes itself: it has what it says and what stands here, whatever it says next. Rights at
/// single APIs need no bound, since the client itself never names any: see [`super::Entitlements::held_at`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bound {
    /// Where codes may be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<RedirectUri>>,
    /// The grants that it may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<GrantType>>,
    /// The scopes of OpenID Connect that it may ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openid: Option<ScopeSet>,
    /// Whether it has rights at no API but those that operators name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub named_apis: bool,
}

impl Bound {
    /// Whether it bounds nothing.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Client {
    /// Holds what it says of itself to its bound; [`MetadataError`] where nothing is left by which it could work.
    pub(crate) fn keep_to_bound(&mut self) -> Result<(), MetadataError> {
        let Bound { redirect_uris, grant_types, openid, named_apis } = &self.registration.bound;
        if let Some(left) = grant_types {
            self.grant_types.retain(|it| left.contains(it));
        }
        if let Some(left) = redirect_uris {
            self.redirect_uris.retain(|it| left.contains(it));
        }
        let mut rights = std::mem::take(&mut self.entitlements);
        if let Some(left) = openid {
            let both = rights.openid().iter().filter(|it| left.contains(it.as_str())).cloned().collect();
            rights = rights.with_openid(&both);
        }
        self.entitlements = if *named_apis { rights.at_named_apis() } else { rights };
        let has_code = self.may_use(GrantType::AuthorizationCode);
        if !has_code && !self.may_use(GrantType::DeviceCode) {
            return Err(MetadataError::Member("grant_types", "an operator has left none of them."));
        }
        if has_code && self.redirect_uris.is_empty() {
            return Err(MetadataError::RedirectUri("an operator has left none of them."));
        }
        Ok(())
    }
}
