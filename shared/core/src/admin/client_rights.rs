//! What a client may ask for, as administrators say and see it: `scopes` at one API, and `apis` for further ones.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::AUDIENCE_PATH;
use super::apis::LONGEST_AUDIENCE;
use super::desk::Desk;
use crate::account::AUDIENCE_PATH as ACCOUNT_PATH;
use crate::api::{Api, Catalogue};
use crate::api_error::ApiError;
use crate::client::{Client, Entitlements, Everywhere, split};
use crate::json_body::JsonBody;
use crate::param::{Scope, ScopeSet};
use crate::store::LoadApis;

/// Most scopes of one client at one API.
const MAX_SCOPES: usize = 200;
/// Most APIs that one request speaks of.
const MAX_APIS: usize = 50;

/// What a body says of a client's rights. An API of which it says nothing keeps what it had.
#[derive(Default)]
pub(super) struct Rights {
    openid: Option<ScopeSet>,
    /// `None` of an API says nothing of it any more.
    apis: Vec<(String, Option<ScopeSet>)>,
}

/// One entry of `apis`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AtApi {
    audience: String,
    /// Null where nothing is said of the API any more; never left out.
    #[serde(deserialize_with = "Option::deserialize")]
    scopes: Option<Vec<String>>,
}

/// The rights in the form in which they are set.
#[derive(Serialize)]
pub(super) struct RightsView<'a> {
    /// Of OpenID Connect, and of the deployment's own API.
    scopes: Vec<String>,
    /// Of every other API; of a client that says of itself what it is, of each that is named.
    apis: Vec<AtApiView<'a>>,
    /// What a client that registered itself may ask people for at any API.
    #[serde(skip_serializing_if = "Option::is_none")]
    any_api: Option<&'a Everywhere>,
}

#[derive(Serialize)]
struct AtApiView<'a> {
    audience: &'a str,
    scopes: Vec<&'a str>,
}

impl Rights {
    /// Takes `scopes` and `audience`, and `apis`, out of the body. Each scope is one of its API, or, in `scopes`, of
    /// OpenID Connect. Only operators give rights at Postern's own APIs, or take them.
    pub(super) async fn read<S: LoadApis, V>(
        desk: &Desk<'_, S, V>,
        body: &mut JsonBody,
    ) -> Result<Self, ApiError> {
        let (scopes, audience) = (body.texts("scopes")?, body.text("audience")?);
        let further = parse_apis(body)?;
        if scopes.is_none() && audience.is_some() {
            return Err(ApiError::of_field("audience", "It says of which API the member `scopes` is."));
        }
        if scopes.is_none() && further.is_empty() {
            return Ok(Self::default());
        }
        let loaded = desk.server.store.load_apis().await?;
        let mut rights = Self::default();
        if let Some(texts) = scopes {
            let audience = audience.unwrap_or_else(|| desk.server.settings.audience.clone());
            let (openid, of_api) = split(&parse_scopes("scopes", &texts)?);
            verify_known(desk, &loaded, ("audience", "scopes"), (&audience, &of_api))?;
            rights.openid = Some(openid);
            rights.apis.push((audience, Some(of_api)));
        }
        for AtApi { audience, scopes } in further {
            let scopes = scopes.map(|scopes| parse_scopes("apis", &scopes)).transpose()?;
            let named = scopes.clone().unwrap_or_default();
            verify_known(desk, &loaded, ("apis", "apis"), (&audience, &named))?;
            rights.apis.push((audience, scopes));
        }
        let named: BTreeSet<_> = rights.apis.iter().map(|(audience, _)| audience).collect();
        if named.len() < rights.apis.len() {
            return Err(ApiError::of_field("apis", "It names an API that was named before."));
        }
        Ok(rights)
    }

    /// The rights of a client after this. One that `is_unverified` is barred where it is left nothing, whatever it may say
    /// of itself later.
    pub(super) fn applied_to(self, before: Entitlements, is_unverified: bool) -> Entitlements {
        let before = match &self.openid {
            Some(openid) => before.with_openid(openid),
            None => before,
        };
        self.apis.into_iter().fold(before, |rights, (audience, scopes)| match scopes {
            Some(scopes) if is_unverified => rights.held_at(&audience, scopes),
            Some(scopes) => rights.with_api(&audience, scopes),
            None => rights.without_api(&audience),
        })
    }

    /// The scopes of OpenID Connect, where the body says something of them.
    pub(super) const fn openid(&self) -> Option<&ScopeSet> {
        self.openid.as_ref()
    }
}

impl<'a> RightsView<'a> {
    /// What a client has; `default` is the audience that no request needs to name.
    pub(super) fn of(client: &'a Client, default: &str) -> Self {
        let any_api = client.entitlements.at_any_api();
        let is_shown = |audience: &str| audience != default || client.registration.is_unverified();
        let others = client.entitlements.apis().iter().filter(|(audience, _)| is_shown(audience));
        let at_api = |(audience, scopes): (&'a String, &'a ScopeSet)| AtApiView {
            audience,
            scopes: scopes.iter().map(Scope::as_str).collect(),
        };
        Self {
            scopes: client.scopes_for(default).iter().map(|scope| scope.as_str().to_owned()).collect(),
            apis: others.map(at_api).collect(),
            any_api,
        }
    }
}

fn parse_apis(body: &mut JsonBody) -> Result<Vec<AtApi>, ApiError> {
    let Some(value) = body.any("apis") else { return Ok(Vec::new()) };
    let apis: Option<Vec<AtApi>> = serde_json::from_value(value).ok();
    apis.filter(|apis| apis.len() <= MAX_APIS).ok_or_else(|| {
        let description = "It must list at most 50 of `{\"audience\": \"...\", \"scopes\": [...]}`.";
        ApiError::of_field("apis", description)
    })
}

/// One scope in each text.
fn parse_scopes(field: &str, texts: &[String]) -> Result<ScopeSet, ApiError> {
    let scopes = texts.iter().map(|text| Scope::parse(text)).collect::<Result<ScopeSet, _>>();
    let few = scopes.ok().filter(|_| texts.len() <= MAX_SCOPES);
    few.ok_or_else(|| ApiError::of_field(field, "Each must be one scope, and at most 200 for one API."))
}

/// The scopes are of this API, which is loaded unless nothing is asked of it, and the caller may hand them out.
fn verify_known<S, V>(
    desk: &Desk<'_, S, V>,
    loaded: &[Api],
    (of_audience, of_scopes): (&str, &str),
    (audience, scopes): (&str, &ScopeSet),
) -> Result<(), ApiError> {
    let (issuer, default) = (&desk.server.settings.issuer, &desk.server.settings.audience);
    if [AUDIENCE_PATH, ACCOUNT_PATH].iter().any(|path| audience == issuer.url(path)) {
        desk.verify_operator()?;
    }
    let empty = Catalogue::default();
    let catalogue = match loaded.iter().find(|api| api.audience == audience) {
        Some(api) => &api.catalogue,
        // Rights at an API that is gone can be taken away.
        None if audience == default || (scopes.is_empty() && audience.len() <= LONGEST_AUDIENCE) => &empty,
        None => return Err(ApiError::of_field(of_audience, "No API of this audience is loaded.")),
    };
    if scopes.iter().all(|scope| catalogue.knows(scope)) {
        return Ok(());
    }
    let description = match of_scopes {
        "scopes" => {
            "Each must be a scope of the API, which is the deployment's own unless `audience` names another, or of OpenID Connect."
        }
        _ => "Each scope must be one of its API.",
    };
    Err(ApiError::of_field(of_scopes, description))
}
