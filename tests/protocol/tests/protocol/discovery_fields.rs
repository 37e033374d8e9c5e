//! Each field of the metadata, and the test that uses what it promises. A field without a test fails, and so does a
//! test that is not there.

use std::collections::BTreeSet;
use std::path::Path;

use postern_core::client::{AuthMethod, Client};
use postern_jose::Algorithm;
use postern_testkit::{ClientKey, World};
use serde_json::{Value, json};

/// Field, file, test.
const TESTS: &[(&str, &str, &str)] = &[
    ("issuer", "authorize", "a09_a_code_comes_with_the_issuer"),
    ("authorization_endpoint", "discovery", "every_endpoint_that_is_named_answers"),
    ("token_endpoint", "discovery", "every_endpoint_that_is_named_answers"),
    ("revocation_endpoint", "discovery", "every_endpoint_that_is_named_answers"),
    ("introspection_endpoint", "discovery", "every_endpoint_that_is_named_answers"),
    ("registration_endpoint", "registration/create", "a_registered_client_gets_tokens_and_uses_them"),
    ("userinfo_endpoint", "discovery", "every_endpoint_that_is_named_answers"),
    ("device_authorization_endpoint", "device/mod", "a_device_gets_tokens_once_somebody_has_allowed_it"),
    (
        "introspection_signing_alg_values_supported",
        "introspection_signed",
        "the_algorithms_are_those_of_the_keys_that_sign",
    ),
    (
        "token_endpoint_auth_signing_alg_values_supported",
        "discovery_fields",
        "assertions_are_signed_as_the_metadata_says",
    ),
    (
        "revocation_endpoint_auth_signing_alg_values_supported",
        "discovery_fields",
        "assertions_are_signed_as_the_metadata_says",
    ),
    (
        "introspection_endpoint_auth_signing_alg_values_supported",
        "discovery_fields",
        "assertions_are_signed_as_the_metadata_says",
    ),
    ("end_session_endpoint", "logout", "a_client_that_knows_who_is_signed_in_signs_them_out"),
    ("jwks_uri", "discovery", "i13_every_key_is_published_with_its_algorithm_and_no_private_part"),
    ("scopes_supported", "openid/profile", "each_scope_has_its_claims_at_userinfo_and_none_in_the_id_token"),
    ("response_types_supported", "authorize", "a08_only_the_code_flow"),
    ("response_modes_supported", "openid/response_mode", "form_post_carries_the_code"),
    ("grant_types_supported", "discovery_fields", "grant_types_are_those_that_the_token_endpoint_knows"),
    (
        "token_endpoint_auth_methods_supported",
        "discovery_fields",
        "clients_authenticate_as_the_metadata_says",
    ),
    (
        "revocation_endpoint_auth_methods_supported",
        "discovery_fields",
        "clients_authenticate_as_the_metadata_says",
    ),
    (
        "introspection_endpoint_auth_methods_supported",
        "discovery_fields",
        "clients_authenticate_as_the_metadata_says",
    ),
    (
        "code_challenge_methods_supported",
        "pkce",
        "p01_p04_p05_p06_no_request_passes_without_a_good_s256_challenge",
    ),
    (
        "pushed_authorization_request_endpoint",
        "pushed_requests",
        "a_pushed_request_gets_its_code_and_its_tokens",
    ),
    ("require_pushed_authorization_requests", "pushed_requests", "a_client_that_has_to_push_is_told_so"),
    ("dpop_signing_alg_values_supported", "dpop/token_endpoint", "every_asymmetric_algorithm_will_do"),
    ("subject_types_supported", "openid/subjects", "a_pairwise_subject_is_of_one_user_and_one_sector"),
    ("id_token_signing_alg_values_supported", "id_token", "j16_eddsa"),
    ("userinfo_signing_alg_values_supported", "openid/userinfo", "a_client_may_have_its_answer_signed"),
    ("acr_values_supported", "openid/prompt", "acr_and_amr_say_that_it_was_a_password"),
    (
        "display_values_supported",
        "openid/parameters",
        "hints_of_taste_are_taken_and_unknown_parameters_ignored",
    ),
    ("prompt_values_supported", "openid/prompt", "login_and_consent_go_together"),
    ("ui_locales_supported", "openid/parameters", "hints_of_taste_are_taken_and_unknown_parameters_ignored"),
    (
        "claim_types_supported",
        "openid/profile",
        "each_scope_has_its_claims_at_userinfo_and_none_in_the_id_token",
    ),
    ("claims_supported", "discovery_fields", "every_claim_that_is_named_can_be_had"),
    ("claims_parameter_supported", "openid/claims_parameter", "each_claim_is_where_it_was_asked_for"),
    (
        "backchannel_logout_supported",
        "backchannel/delivery",
        "a_client_is_told_by_a_token_that_it_can_verify",
    ),
    (
        "backchannel_logout_session_supported",
        "backchannel/delivery",
        "a_client_is_told_by_a_token_that_it_can_verify",
    ),
    ("authorization_response_iss_parameter_supported", "authorize", "a09_a_code_comes_with_the_issuer"),
    ("request_parameter_supported", "openid/parameters", "a23_request_objects_have_errors_of_their_own"),
    ("request_uri_parameter_supported", "openid/parameters", "a23_request_objects_have_errors_of_their_own"),
    (
        "client_id_metadata_document_supported",
        "client_documents/mod",
        "a_document_is_all_that_a_client_needs",
    ),
];

async fn metadata(world: &World) -> Value {
    world.get("/.well-known/openid-configuration").send().await.json()
}

fn words(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_field_has_a_test_and_every_test_is_there() {
    let world = World::start().await;
    let metadata = metadata(&world).await;
    let fields: BTreeSet<&str> = metadata.as_object().unwrap().keys().map(String::as_str).collect();
    let listed: BTreeSet<&str> = TESTS.iter().map(|(field, _, _)| *field).collect();
    assert_eq!(fields, listed);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/protocol");
    for (field, file, test) in TESTS {
        let text = std::fs::read_to_string(folder.join(format!("{file}.rs"))).unwrap();
        assert!(runs(&text, test), "{field}: no test {test} that runs in {file}");
    }
}

/// Whether a file has a test of this name that runs: neither commented out nor ignored.
fn runs(source: &str, test: &str) -> bool {
    let lines: Vec<&str> = source.lines().collect();
    let signature = format!("async fn {test}()");
    let Some(at) = lines.iter().position(|line| line.starts_with(&signature)) else { return false };
    let attributes: Vec<_> = lines[..at].iter().rev().take_while(|line| line.starts_with("#[")).collect();
    let is_test = attributes.iter().any(|line| line.starts_with("#[tokio::test"));
    let is_off = attributes.iter().any(|line| line.contains("ignore") || line.contains("cfg"));
    is_test && !is_off && !lines[..at].iter().any(|line| line.starts_with("/*"))
}

#[test]
fn a_test_that_does_not_run_is_none() {
    let good = "#[tokio::test]\nasync fn it() {\n}\n";
    assert!(runs(good, "it") && runs(&format!("/// Why.\n{good}"), "it"));
    for bad in [
        good.replace("async fn", "// async fn"),
        good.replace("#[tokio::test]", "// #[tokio::test]"),
        good.replace("#[tokio::test]\n", ""),
        format!("#[ignore = \"slow\"]\n{good}"),
        good.replace("]\n", "]\n#[cfg(windows)]\n"),
        format!("/*\n{good}*/\n"),
        good.replace("it()", "another()"),
    ] {
        assert!(!runs(&bad, "it"), "{bad}");
    }
}

#[tokio::test]
async fn what_is_offered_is_what_the_tests_use() {
    let world = World::start().await;
    let metadata = metadata(&world).await;
    let algorithms = json!(Algorithm::ALL);
    for (name, value) in [
        ("scopes_supported", json!(["openid", "profile", "email", "address", "phone", "offline_access"])),
        ("response_modes_supported", json!(["query", "form_post"])),
        ("prompt_values_supported", json!(["none", "login", "consent", "select_account"])),
        ("acr_values_supported", json!(["urn:postern:acr:password"])),
        ("display_values_supported", json!(["page"])),
        ("ui_locales_supported", json!(["en"])),
        ("claim_types_supported", json!(["normal"])),
        ("userinfo_signing_alg_values_supported", json!(["ES256"])),
        ("claims_parameter_supported", json!(true)),
        ("introspection_signing_alg_values_supported", json!(["ES256"])),
        ("token_endpoint_auth_signing_alg_values_supported", algorithms.clone()),
        ("revocation_endpoint_auth_signing_alg_values_supported", algorithms.clone()),
        ("introspection_endpoint_auth_signing_alg_values_supported", algorithms.clone()),
        ("dpop_signing_alg_values_supported", algorithms),
        ("backchannel_logout_supported", json!(true)),
        ("backchannel_logout_session_supported", json!(true)),
        ("require_pushed_authorization_requests", json!(false)),
        ("client_id_metadata_document_supported", json!(true)),
    ] {
        assert_eq!(metadata[name], value, "{name}");
    }
}

#[tokio::test]
async fn grant_types_are_those_that_the_token_endpoint_knows() {
    let world = World::start().await;
    for grant_type in words(&metadata(&world).await["grant_types_supported"]) {
        let form = [("grant_type", grant_type.as_str())];
        let answer = world.post("/oauth2/token").form(form).by(&world.apps.web).send().await;
        assert_ne!(answer.member("error"), "unsupported_grant_type", "{grant_type}");
    }
}

#[tokio::test]
async fn clients_authenticate_as_the_metadata_says() {
    let world = World::start().await;
    let (web, spa) = (&world.apps.web, &world.apps.spa);
    let metadata = metadata(&world).await;
    for (path, field) in [
        ("/oauth2/revoke", "revocation_endpoint_auth_methods_supported"),
        ("/oauth2/introspect", "introspection_endpoint_auth_methods_supported"),
    ] {
        for method in words(&metadata[field]) {
            let draft = world.post(path).form([("token", "x")]);
            let (id, secret) = (web.client_id.as_str(), web.secret.as_deref().unwrap());
            let draft = match method.as_str() {
                "client_secret_basic" => draft.basic(id, secret),
                "client_secret_post" => draft.form([("client_id", id), ("client_secret", secret)]),
                "none" => draft.form([("client_id", spa.client_id.as_str())]),
                // `assertions_are_signed_as_the_metadata_says`.
                "private_key_jwt" => continue,
                other => panic!("{other}: add how it is used"),
            };
            assert_eq!(draft.send().await.status(), 200, "{field}: {method}");
        }
    }
    let at_token = &metadata["token_endpoint_auth_methods_supported"];
    assert_eq!(*at_token, metadata["revocation_endpoint_auth_methods_supported"]);
}

/// At each endpoint every algorithm that is listed works, and there is none that we cannot try.
#[tokio::test]
async fn assertions_are_signed_as_the_metadata_says() {
    let world = World::start().await;
    let service = &world.apps.service.client_id;
    let keys = Algorithm::ALL.map(|algorithm| (algorithm.name(), ClientKey::generate(algorithm)));
    let metadata = metadata(&world).await;
    let token = [("grant_type", "client_credentials"), ("scope", "contact.read")];
    for (endpoint, path, form) in [
        ("token", "/oauth2/token", &token[..]),
        ("revocation", "/oauth2/revoke", &[("token", "x")][..]),
        ("introspection", "/oauth2/introspect", &[("token", "x")][..]),
    ] {
        let listed = words(&metadata[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")]);
        assert_eq!(listed, Algorithm::ALL.map(Algorithm::name), "{endpoint}");
        for name in listed {
            let (_, key) = keys.iter().find(|(known, _)| *known == name).expect("an algorithm of ours");
            let by_key = |client: &mut Client| {
                client.registration.auth_method = Some(AuthMethod::PrivateKeyJwt);
                client.registration.jwks = vec![key.jwk()];
                client.secrets.clear();
            };
            world.edit_client(service, by_key).await;
            let assertion = key.sign(&ClientKey::claims(&world, service, &format!("{endpoint} {name}")));
            // Another process, which remembers no other key.
            let draft = world.instance().post(path).form(form.iter().copied()).asserting(&assertion);
            assert_eq!(draft.send().await.status(), 200, "{endpoint}: {name}");
        }
    }
}

/// A person who has everything is told everything: by token, or at userinfo.
#[tokio::test]
async fn every_claim_that_is_named_can_be_had() {
    let world = World::start().await;
    let text = || Some("x".to_owned());
    let profile = postern_core::openid::Profile {
        given_name: text(),
        family_name: text(),
        middle_name: text(),
        nickname: text(),
        preferred_username: text(),
        profile: text(),
        picture: text(),
        website: text(),
        gender: text(),
        birthdate: text(),
        zoneinfo: text(),
        locale: text(),
        updated_at: Some(postern_core::clock::Timestamp::from_secs(1)),
        phone_number: text(),
        phone_number_verified: true,
        address: Some(postern_core::openid::Address::default()),
    };
    world.edit_account(&world.people.olivia.user_id, |account| account.user.profile = profile).await;
    let scope = "openid profile email address phone";
    let tokens = world.tokens_for(&world.apps.web, &world.people.olivia, scope).await;
    let told = world.userinfo(&tokens.access).send().await.json();
    let token = postern_testkit::claims_of(&tokens.id);
    for claim in words(&metadata(&world).await["claims_supported"]) {
        assert!(told.get(&claim).is_some() || token.get(&claim).is_some(), "{claim}");
    }
}
