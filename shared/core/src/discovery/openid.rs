//! The part of the metadata that is OpenID Connect's (OpenID Connect Discovery section 3).

use serde::Serialize;

use crate::openid::{ACR_PASSWORD, Claim, Prompt};

/// Claims of ID tokens that are not about the person's profile.
const OF_TOKENS: [&str; 10] = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid"];

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the document's")]
pub(super) struct OpenIdMetadata {
    response_modes_supported: [&'static str; 2],
    subject_types_supported: [&'static str; 2],
    id_token_signing_alg_values_supported: Vec<String>,
    userinfo_signing_alg_values_supported: Vec<String>,
    acr_values_supported: [&'static str; 1],
    display_values_supported: [&'static str; 1],
    prompt_values_supported: [&'static str; 4],
    ui_locales_supported: [&'static str; 1],
    claim_types_supported: [&'static str; 1],
    claims_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
}

/// What there is, with keys of these algorithms.
pub(super) fn describe(algorithms: Vec<String>) -> OpenIdMetadata {
    let about_people = Claim::ALL.into_iter().map(Claim::name);
    OpenIdMetadata {
        response_modes_supported: ["query", "form_post"],
        subject_types_supported: ["public", "pairwise"],
        id_token_signing_alg_values_supported: algorithms.clone(),
        userinfo_signing_alg_values_supported: algorithms,
        acr_values_supported: [ACR_PASSWORD],
        display_values_supported: ["page"],
        prompt_values_supported: Prompt::WORDS,
        ui_locales_supported: ["en"],
        claim_types_supported: ["normal"],
        claims_supported: OF_TOKENS.into_iter().chain(about_people).collect(),
        claims_parameter_supported: true,
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
    }
}
