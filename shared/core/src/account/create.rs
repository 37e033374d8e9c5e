//! `POST /account/v1/tokens`: a new personal access token, capped by its maker's role now (PT3) and shown once.

use futures_util::future::try_join;
use serde::Serialize;

use super::manager::Manager;
use super::tokens::PatView;
use super::{AUDIENCE_PATH, AccountStore};
use crate::api::Api;
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::Kind;
use crate::clock::Timestamp;
use crate::credential::PatText;
use crate::http::{Request, Response, StatusCode, header};
use crate::json_body::JsonBody;
use crate::label::parse_plain_label;
use crate::network::Networks;
use crate::param::{Scope, ScopeSet};
use crate::pat::Pat;
use crate::server::Server;
use crate::standing::Standing;
use crate::tenant::Tenant;

/// How long a token lives whose maker does not say, in seconds, unless the tenant's maximum is shorter.
const USUAL_LIFETIME: u64 = 90 * DAY;
/// The shortest life, in seconds.
const SHORTEST_LIFETIME: u64 = 60;
const DAY: u64 = 86_400;
/// Most live tokens of one member for one tenant. Requests at the same moment may go a little beyond.
const MOST_LIVE: usize = 50;
/// The same with those that a mark has voided, which are kept until they would have expired.
const MOST_KEPT: usize = 200;

/// What is asked for, as far as it can be told without a call.
struct NewPat {
    name: String,
    scopes: ScopeSet,
    resource: Option<String>,
    expires_in: Option<u64>,
    networks: Networks,
}

/// The answer: the one and only time that the token's text is told.
#[derive(Serialize)]
struct Created<'a> {
    token: &'a str,
    #[serde(flatten)]
    pat: PatView<'a>,
}

/// Makes a token.
pub(super) async fn create<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
    http: &Request,
) -> Result<Response, ApiError> {
    let wanted = NewPat::parse(http)?;
    let apis = server.apis().await?;
    let resource = wanted.resource.as_deref().unwrap_or(&server.settings.audience);
    let own = server.settings.issuer.url(AUDIENCE_PATH);
    // A token for this very API could make others, which would outlive its revocation (PT4).
    let api = apis.get(resource).filter(|api| api.audience != own).ok_or_else(unknown_resource)?;
    verify_offered(api, &wanted.scopes)?;
    let (subject, store) = (manager.subject(), &server.store);
    let (standing, pats) =
        try_join(store.load_standing(&subject), store.load_pats(manager.user, manager.tenant)).await?;
    let (now, mark) = (server.now(), standing.member_mark());
    let tenant = verify_role(api, &wanted.scopes, &standing)?;
    let expires_at = now.plus(wanted.lifetime(tenant)?);
    verify_room(pats, mark, now)?;
    server.verify_time_left(&http.call)?;
    let text = PatText::mint(manager.user, manager.tenant, server.entropy.as_ref());
    let pat = wanted.into_pat(&text, api, (now, expires_at));
    let event = manager.event(Kind::PatCreated, &http.call, now).about_pat(&pat);
    let _receipt = server.store.create_pat(&pat, &event).await?;
    tracing::info!(event = "pat_created", pat_id = %pat.pat_id);
    let created = Created { token: text.expose(), pat: PatView::of(&pat) };
    Ok(Response::of(StatusCode::CREATED, &created)
        .with(header::LOCATION, format!("/account/v1/tokens/{}", pat.pat_id)))
}

/// Whoever chooses passwords again and again must not fill the table with what that voids.
fn verify_room(mut pats: Vec<Pat>, mark: Timestamp, now: Timestamp) -> Result<(), ApiError> {
    let full = |description| Err(ApiError::new(ApiErrorCode::LimitReached, description));
    pats.retain(|pat| pat.is_live(now));
    if pats.len() >= MOST_KEPT {
        return full("Too many of your tokens were voided before they expired: revoke some of them.");
    }
    if pats.into_iter().map(|pat| pat.under(mark)).filter(|pat| pat.is_live(now)).count() >= MOST_LIVE {
        return full("You have as many tokens as you may: revoke one.");
    }
    Ok(())
}

impl NewPat {
    fn parse(http: &Request) -> Result<Self, ApiError> {
        let mut body = JsonBody::parse(http)?;
        let name = body.text("name")?.as_deref().and_then(parse_plain_label);
        let new = Self {
            name: name.ok_or_else(|| {
                ApiError::of_field(
                    "name",
                    "It must have 1 to 100 characters, none of them unseen, and no markup.",
                )
            })?,
            scopes: parse_scopes(body.texts("scopes")?)?,
            resource: body.text("resource")?,
            expires_in: body.number("expires_in")?,
            networks: parse_networks(body.texts("networks")?)?,
        };
        body.finish()?;
        Ok(new)
    }

    /// How long the token lives, in seconds.
    fn lifetime(&self, tenant: &Tenant) -> Result<u64, ApiError> {
        let longest = u64::from(tenant.pat_max_days) * DAY;
        let lifetime = self.expires_in.unwrap_or(USUAL_LIFETIME.min(longest));
        if (SHORTEST_LIFETIME..=longest).contains(&lifetime) {
            return Ok(lifetime);
        }
        let description = "It must be seconds, from 60 to the longest that the tenant allows.";
        Err(ApiError::of_field("expires_in", description))
    }

    fn into_pat(self, text: &PatText, api: &Api, (now, expires_at): (Timestamp, Timestamp)) -> Pat {
        Pat {
            pat_id: text.id(),
            tag: text.tag(),
            user_id: text.user_id().clone(),
            tenant_id: text.tenant_id().clone(),
            name: self.name,
            audience: api.audience.clone(),
            scopes: self.scopes,
            created_at: now,
            expires_at,
            networks: self.networks,
            revoked_at: None,
            last_used_on: None,
        }
    }
}

fn parse_scopes(texts: Option<Vec<String>>) -> Result<ScopeSet, ApiError> {
    let missing = || ApiError::of_field("scopes", "It must list at least one scope.");
    let texts = texts.filter(|texts| !texts.is_empty()).ok_or_else(missing)?;
    // One scope each: a text with a space in it would be two.
    let each = texts.iter().all(|text| Scope::parse(text).is_ok());
    let scopes = ScopeSet::parse(&texts.join(" ")).ok().filter(|_| each);
    scopes.ok_or_else(unknown_scope)
}

/// No list is no restriction; an empty one would be read as "nowhere" by some and as "everywhere" by others.
fn parse_networks(texts: Option<Vec<String>>) -> Result<Networks, ApiError> {
    let Some(texts) = texts else { return Ok(Networks::default()) };
    let networks = Networks::parse(texts.iter().map(String::as_str)).ok().filter(|it| !it.is_empty());
    networks.ok_or_else(|| {
        ApiError::of_field("networks", "It must list 1 to 100 addresses or networks in CIDR notation.")
    })
}

fn verify_offered(api: &Api, scopes: &ScopeSet) -> Result<(), ApiError> {
    if scopes.iter().all(|scope| api.catalogue.knows(scope)) { Ok(()) } else { Err(unknown_scope()) }
}

/// PT3: what the maker may do now, in a tenant that has it. Gives the tenant.
fn verify_role<'s>(api: &Api, scopes: &ScopeSet, standing: &'s Standing) -> Result<&'s Tenant, ApiError> {
    let beyond = || {
        let description = "Your role, or what your organisation has, does not permit all of these scopes.";
        ApiError::new(ApiErrorCode::InsufficientRole, description).about("scopes")
    };
    let tenant = standing.tenant.as_ref().filter(|it| it.active).ok_or_else(beyond)?;
    let member = standing.member.as_ref().filter(|it| it.active).ok_or_else(beyond)?;
    let permitted = |scope: &Scope| {
        let (catalogue, needed) = (&api.catalogue, scope.as_str());
        tenant.offers(catalogue, needed) && tenant.permits(catalogue, &member.role, needed)
    };
    if scopes.iter().all(permitted) { Ok(tenant) } else { Err(beyond()) }
}

fn unknown_scope() -> ApiError {
    ApiError::new(ApiErrorCode::InvalidScope, "A scope is malformed, or the API has none of this name.")
        .about("scopes")
}

fn unknown_resource() -> ApiError {
    ApiError::new(ApiErrorCode::InvalidTarget, "There is no such API for personal access tokens.")
        .about("resource")
}
