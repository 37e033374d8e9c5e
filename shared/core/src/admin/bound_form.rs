//! What operators leave of all that a client says of itself.

use serde::Serialize;

use crate::api_error::ApiError;
use crate::client::{Bound, Client, GrantType};
use crate::json_body::JsonBody;
use crate::param::{RedirectUri, Scope};

/// What a body says of the bound itself. The members that it bounds stand beside it.
pub(super) struct BoundChanges {
    is_lifted: bool,
    named_apis: bool,
}

impl BoundChanges {
    /// Takes `bound` and `any_api` out of the body: each has one value that says something.
    pub(super) fn read(body: &mut JsonBody) -> Result<Self, ApiError> {
        let is_lifted = body.null("bound");
        if body.any("bound").is_some() {
            return Err(ApiError::of_field("bound", "It can only be null, which lifts all of it."));
        }
        let any_api = body.flag("any_api")?;
        if any_api == Some(true) {
            return Err(ApiError::of_field("any_api", "It can only be false: `bound` null lifts that."));
        }
        Ok(Self { is_lifted, named_apis: any_api.is_some() })
    }

    /// Whether the client is one that says things of itself.
    pub(super) fn verify(&self, client: &Client) -> Result<(), ApiError> {
        if client.registration.is_unverified() || !(self.is_lifted || self.named_apis) {
            return Ok(());
        }
        let field = if self.is_lifted { "bound" } else { "any_api" };
        Err(ApiError::of_field(field, "Only a client that says of itself what it is has a bound."))
    }

    /// The bound after this.
    pub(super) fn applied_to(&self, before: Bound) -> Bound {
        let before = if self.is_lifted { Bound::default() } else { before };
        Bound { named_apis: before.named_apis || self.named_apis, ..before }
    }
}

/// The bound in the form in which it is set.
#[derive(Serialize)]
pub(super) struct BoundView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uris: Option<&'a [RedirectUri]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_types: Option<&'a [GrantType]>,
    /// Of OpenID Connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<&'a str>>,
    /// False where it has rights at no API but those that are named.
    #[serde(skip_serializing_if = "Option::is_none")]
    any_api: Option<bool>,
}

/// `None` where nothing bounds the client.
pub(super) fn view(client: &Client) -> Option<BoundView<'_>> {
    let bound = &client.registration.bound;
    let scopes = bound.openid.as_ref().map(|scopes| scopes.iter().map(Scope::as_str).collect());
    let view = BoundView {
        redirect_uris: bound.redirect_uris.as_deref(),
        grant_types: bound.grant_types.as_deref(),
        scopes,
        any_api: bound.named_apis.then_some(false),
    };
    Some(view).filter(|_| !bound.is_none())
}
