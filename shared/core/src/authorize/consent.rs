//! `/oauth2/consent`: whether the client may, for which tenant, to do what.

use postern_jose::Vault;

use super::authentication::{Login, judge};
use super::complete::{complete, consent};
use super::device_consent::{self, Decider};
use super::guard::{load_own_interaction, verify_form_token, verify_own_origin};
use super::interaction::{AuthorizationRequest, Interaction, expired_cookie};
use super::offer::{Offer, load_offers};
use super::page::{ConsentPage, PageError, TenantChoice};
use super::return_to::{Outbound, ReturnTo, destination};
use super::stranger::Stranger;
use super::{AuthorizeStore, connect, invitations, resume};
use crate::api::{Catalogue, openid};
use crate::audit::{self, Actor, Event, Kind};
use crate::clock::Timestamp;
use crate::credential::CredentialKeys;
use crate::http::{Call, Request, Response, StatusCode, header};
use crate::id::TenantId;
use crate::lifetime;
use crate::param::Parameters;
use crate::posted_form::parse_form;
use crate::server::Server;
use crate::session::{self, SignedIn};
use crate::store::Remembered;
use crate::tenant::Member;
use crate::wire::ErrorCode;

/// Shows what the client asks for.
pub(super) async fn show<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let keys = server.credential_keys().await?;
    let query = Parameters::parse(http.query.as_bytes()).map_err(|_| PageError::Request)?;
    let interaction = load_own_interaction(server, http, query.get("ix").unwrap_or_default(), &keys).await?;
    match load_session(server, http, &keys).await? {
        Some(signed_in) if suits(server, &interaction, &signed_in).await? => {
            match &interaction.request.device {
                Some(device) => {
                    let decider = Decider { interaction: &interaction, signed_in: &signed_in, keys: &keys };
                    device_consent::show(server, http, device, decider).await
                }
                None => render(server, http, &interaction, &signed_in, &keys).await,
            }
        }
        _ => Ok(Response::see_other(&resume::url(server, &interaction.id))),
    }
}

/// Why the client gets nothing.
struct Refused<'a> {
    /// The tenant that was chosen, if one was.
    tenant: Option<&'a str>,
    /// What the client is told.
    description: &'static str,
}

impl<'a> Refused<'a> {
    /// The person said no.
    const fn by_user(tenant: Option<&'a str>) -> Self {
        Self { tenant, description: "The user refused." }
    }

    /// The person may allow nothing of what was asked for (S04), or their organisation lets no such client in.
    const fn by_tenant(tenant: Option<&'a str>, request: &AuthorizationRequest) -> Self {
        let description = if request.unverified {
            "The user's organisation lets in no client that nobody vouched for."
        } else {
            "The user may allow nothing of what was asked for."
        };
        Self { tenant, description }
    }
}

/// Takes the answer: a button called `decision`.
pub(super) async fn submit<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let form = parse_form(http).map_err(PageError::Form)?;
    verify_own_origin(http, &server.settings.issuer)?;
    let keys = server.credential_keys().await?;
    let interaction = load_own_interaction(server, http, form.get("ix").unwrap_or_default(), &keys).await?;
    let signed_in = load_session(server, http, &keys).await?.ok_or(PageError::Interaction)?;
    verify_form_token(&form, &interaction.form_token(&keys, "consent", Some(&signed_in.session.tag)))?;
    if !suits(server, &interaction, &signed_in).await? {
        // The login grew too old while the page was open.
        return Ok(Response::see_other(&resume::url(server, &interaction.id)));
    }
    if let Some(device) = &interaction.request.device {
        let decider = Decider { interaction: &interaction, signed_in: &signed_in, keys: &keys };
        return device_consent::submit(server, http, (device, &form), decider).await;
    }
    let chosen = form.get("tenant").unwrap_or_default();
    let outbound = match form.get("decision").unwrap_or_default() {
        Some("allow") => match allow(server, http, &interaction, &signed_in, &form).await? {
            Some(outbound) => outbound,
            // What would be granted is no longer what was shown.
            None => return Ok(Response::see_other(&resume::consent_url(server, &interaction.id))),
        },
        Some("deny") => deny(server, http, &interaction, &signed_in, Refused::by_user(chosen)).await?,
        _ => return Err(PageError::Request),
    };
    Ok(ended(outbound.redirect()?, server, &interaction))
}

/// The answer that leaves for the client: the interaction is over.
fn ended<S, V>(answer: Response, server: &Server<S, V>, interaction: &Interaction) -> Response {
    answer.with(header::SET_COOKIE, expired_cookie(&server.settings.issuer, &interaction.id))
}

/// The answer to an allowed request; `None` where the page has to be shown again.
async fn allow<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    interaction: &Interaction,
    signed_in: &SignedIn,
    form: &Parameters,
) -> Result<Option<Outbound>, PageError> {
    let chosen = form.get("tenant").unwrap_or_default().and_then(|id| TenantId::parse(id).ok());
    let offers = load_offers(server, &interaction.request, signed_in).await?;
    let keys = server.credential_keys().await?;
    let terms = interaction.request.connects.then(|| connect::terms(&keys, &offers).to_string());
    // Only one's own, active tenants can be chosen (S01).
    let offer = offers.into_iter().find(|offer| Some(&offer.tenant.tenant_id) == chosen.as_ref());
    let offer = offer.ok_or(PageError::Tenant)?;
    if terms.is_some() && terms.as_deref() != form.get("terms").unwrap_or_default() {
        return Ok(None);
    }
    if offer.scopes.is_empty() {
        return deny(
            server,
            http,
            interaction,
            signed_in,
            Refused::by_tenant(Some(offer.tenant.tenant_id.as_str()), &interaction.request),
        )
        .await
        .map(Some);
    }
    // What is asked every time is not remembered (A15).
    if terms.is_none() && !interaction.request.unverified {
        let consent = consent(&keys, &interaction.request, &signed_in.account.user, &offer.tenant.tenant_id);
        // Before the grant: once that is written, nothing may fail but delivery.
        let given_at = server.now();
        let remembered = Remembered { given_at, expires_at: given_at.plus(lifetime::GRANT) };
        let _receipt = server.store.remember_consent(&consent, remembered).await?;
    }
    complete(server, interaction, signed_in, &offer, &http.call).await.map(Some)
}

async fn deny<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    interaction: &Interaction,
    signed_in: &SignedIn,
    refused: Refused<'_>,
) -> Result<Outbound, PageError> {
    let event = denial(interaction, signed_in, refused.tenant, &http.call, server.now());
    let _receipt = audit::record(server, &event).await?;
    let _receipt = server.store.end_interaction(&interaction.id).await?;
    tracing::info!(event = "consent_denied", client_id = %interaction.request.client_id);
    let return_to =
        ReturnTo::of(&interaction.request, &server.settings.issuer).ok_or(PageError::RedirectUri)?;
    Ok(return_to.with_error(ErrorCode::AccessDenied, refused.description))
}

/// The event of a refusal: in the log of the tenant that was chosen, or of the only one; in the deployment's where
/// nobody can tell.
pub(super) fn denial(
    interaction: &Interaction,
    signed_in: &SignedIn,
    chosen: Option<&str>,
    call: &Call,
    at: Timestamp,
) -> Event {
    let event =
        Event::new(Kind::ConsentDenied, Actor::User(signed_in.account.user.user_id.clone()), call, at)
            .refused()
            .with_client(&interaction.request.client_id)
            .with("scope", &interaction.request.scopes);
    let own: Vec<&Member> = signed_in.account.memberships.iter().filter(|member| member.active).collect();
    let tenant = match own.as_slice() {
        [only] => Some(*only),
        several => several.iter().find(|it| Some(it.tenant_id.as_str()) == chosen).copied(),
    };
    match tenant {
        Some(member) => event.in_tenant(&member.tenant_id),
        None => event,
    }
}

async fn render<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    interaction: &Interaction,
    signed_in: &SignedIn,
    keys: &CredentialKeys,
) -> Result<Response, PageError> {
    let client = server.client(&interaction.request.client_id).await?.ok_or(PageError::Client)?;
    let request = &interaction.request;
    let offers = load_offers(server, request, signed_in).await?;
    if offers.is_empty() {
        return invitations::instead_of_consent(server, signed_in, &interaction.id).await;
    }
    if offers.iter().all(|offer| offer.scopes.is_empty()) {
        // By a page that goes on by itself: a login form may stand at the beginning of this chain of redirects.
        let outbound = deny(server, http, interaction, signed_in, Refused::by_tenant(None, request)).await?;
        return Ok(ended(outbound.page()?, server, interaction));
    }
    let (apis, empty) = (server.apis().await?, Catalogue::default());
    let catalogue = apis.get(&request.audience).map_or(&empty, |api| &api.catalogue);
    let destination = destination(&request.redirect_uri);
    if request.connects {
        let frame = connect::Frame { client: &client, catalogue, destination: &destination };
        return connect::show(&frame, &offers, interaction, signed_in, keys);
    }
    let page = ConsentPage {
        client_name: &client.name,
        stranger: Stranger::of(&client),
        destination: &destination,
        email: &signed_in.account.user.email,
        tenants: offers.iter().map(choice).collect(),
        permissions: permissions(request, catalogue),
        interaction: interaction.id.as_str(),
        csrf: &interaction.form_token(keys, "consent", Some(&signed_in.session.tag)).to_string(),
    };
    page.response(StatusCode::OK)
}

/// What is asked for, in words: the scopes, and those whose claims are asked for by name.
fn permissions<'a>(request: &'a AuthorizationRequest, catalogue: &'a Catalogue) -> Vec<&'a str> {
    let named = request.openid.claims.scopes().into_iter().filter(|scope| !request.scopes.contains(scope));
    let mut words: Vec<&str> = request.scopes.iter().map(|scope| catalogue.describe(scope)).collect();
    words.extend(named.filter_map(|scope| -> Option<&'a str> { openid::describe(scope) }));
    words
}

fn choice(offer: &Offer) -> TenantChoice<'_> {
    TenantChoice { id: offer.tenant.tenant_id.as_str(), name: &offer.tenant.name }
}

async fn load_session<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    keys: &CredentialKeys,
) -> Result<Option<SignedIn>, PageError> {
    let tag = session::claimed_tag(http, &server.settings.issuer, keys);
    Ok(session::load_signed_in(&server.store, tag.as_ref(), server.now()).await?)
}

/// Whether the page may be shown to this login. Where the request allows no page there is none.
async fn suits<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    interaction: &Interaction,
    signed_in: &SignedIn,
) -> Result<bool, PageError> {
    let silent = interaction.request.openid.prompt.none;
    Ok(!silent && judge(server, interaction, signed_in).await? == Login::Good)
}
