//! The consent page of a platform: what is connected is the organisation, whose name, mode and rights stand there.

use askama::Template;

use super::interaction::Interaction;
use super::offer::Offer;
use super::page::{PageError, html, render};
use crate::api::Catalogue;
use crate::client::Client;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::http::{Response, StatusCode};
use crate::param::ScopeSet;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "connect.html")]
struct ConnectPage<'a> {
    client_name: &'a str,
    destination: &'a str,
    email: &'a str,
    livemode: bool,
    offers: Vec<ShownOffer<'a>>,
    interaction: &'a str,
    csrf: &'a str,
    terms: &'a str,
}

/// One organisation to choose, with what the platform would get there, keep and lose.
struct ShownOffer<'a> {
    id: &'a str,
    name: &'a str,
    permissions: Vec<&'a str>,
    kept: Vec<&'a str>,
    lost: Vec<&'a str>,
}

impl<'a> ShownOffer<'a> {
    fn of(offer: &'a Offer, catalogue: &'a Catalogue) -> Self {
        let words = |scopes: &'a ScopeSet| scopes.iter().map(|scope| catalogue.describe(scope)).collect();
        Self {
            id: offer.tenant.tenant_id.as_str(),
            name: &offer.tenant.name,
            permissions: words(&offer.scopes),
            kept: words(&offer.kept),
            lost: words(&offer.lost),
        }
    }
}

/// What the page says besides its offers.
pub(super) struct Frame<'a> {
    pub(super) client: &'a Client,
    pub(super) catalogue: &'a Catalogue,
    pub(super) destination: &'a str,
}

/// Shows exactly what would be granted, organisation by organisation.
pub(super) fn show(
    frame: &Frame<'_>,
    offers: &[Offer],
    interaction: &Interaction,
    signed_in: &SignedIn,
    keys: &CredentialKeys,
) -> Result<Response, PageError> {
    let page = ConnectPage {
        client_name: &frame.client.name,
        destination: frame.destination,
        email: &signed_in.account.user.email,
        livemode: frame.client.livemode,
        offers: offers
            .iter()
            .filter(|offer| !offer.scopes.is_empty())
            .map(|offer| ShownOffer::of(offer, frame.catalogue))
            .collect(),
        interaction: interaction.id.as_str(),
        csrf: &interaction.form_token(keys, "consent", Some(&signed_in.session.tag)).to_string(),
        terms: &terms(keys, offers).to_string(),
    };
    Ok(html(StatusCode::OK, render(&page)?, ""))
}

/// Stands for all that the page offers: whoever allows something allows what they were shown, even where a role has
/// changed in between.
pub(super) fn terms(keys: &CredentialKeys, offers: &[Offer]) -> Tag {
    let line = |offer: &Offer| {
        let Offer { tenant, scopes, kept, lost } = offer;
        format!("{}\t{scopes}\t{kept}\t{lost}", tenant.tenant_id)
    };
    let lines = offers.iter().map(line);
    keys.tag(Purpose::Consent, &[lines.collect::<Vec<_>>().join("\n").as_bytes()])
}
