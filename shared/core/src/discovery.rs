//! `/.well-known/*`: server metadata (OpenID Connect Discovery section 3, RFC 8414 section 2), the JWKS, and the
//! metadata of APIs (RFC 9728).
//!
//! Metadata names what works, and nothing else. An issuer has no path here ([`Issuer::parse`]), so that the path that
//! RFC 8414 section 3 inserts is empty: the two addresses are where either specification looks.

mod openid;

use openid::OpenIdMetadata;
use postern_jose::Algorithm;
use serde::Serialize;

use crate::http::{Method, Request, Response, StatusCode, header, preflight};
use crate::outage::Outage;
use crate::protected_resource::{self, WELL_KNOWN};
use crate::register::{self, Admission};
use crate::server::Server;
use crate::settings::Issuer;
use crate::store::{LoadApis, LoadKeys};
use crate::wire::{ErrorCode, WireError};

/// Caches may keep the documents this long. Keys are published earlier than that before they sign.
const CACHE: &str = "public, max-age=900";

/// What `/oauth2/token` takes.
const GRANT_TYPES: &[&str] = &[
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];
/// How clients authenticate (OpenID Connect Core section 9).
const AUTH_METHODS: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
/// What they sign assertions with.
const ASSERTION_ALGORITHMS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the document has four")]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    device_authorization_endpoint: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    userinfo_endpoint: String,
    end_session_endpoint: String,
    jwks_uri: String,
    scopes_supported: [&'static str; 6],
    response_types_supported: [&'static str; 1],
    grant_types_supported: &'static [&'static str],
    token_endpoint_auth_methods_supported: [&'static str; 4],
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    revocation_endpoint_auth_methods_supported: [&'static str; 4],
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    introspection_endpoint_auth_methods_supported: [&'static str; 3],
    introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    introspection_signing_alg_values_supported: Vec<String>,
    code_challenge_methods_supported: [&'static str; 1],
    pushed_authorization_request_endpoint: String,
    require_pushed_authorization_requests: bool,
    dpop_signing_alg_values_supported: [&'static str; 4],
    authorization_response_iss_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id_metadata_document_supported: Option<bool>,
    #[serde(flatten)]
    openid: OpenIdMetadata,
}

/// Answers a request for a document.
pub async fn handle<S: LoadApis + LoadKeys, V>(server: &Server<S, V>, http: &Request) -> Response {
    match http.method {
        Method::OPTIONS => return preflight("GET"),
        Method::GET => {}
        _ => return wrong_method(),
    }
    let body = match http.path.as_str() {
        "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server" => {
            metadata(server).await
        }
        "/.well-known/jwks.json" => jwks(server).await,
        path if path.starts_with(WELL_KNOWN) => match resource(server, http).await {
            Ok(None) => return Response::empty(StatusCode::NOT_FOUND).for_any_origin(),
            Ok(Some(body)) => Ok(body),
            Err(outage) => Err(outage),
        },
        _ => return Response::empty(StatusCode::NOT_FOUND),
    };
    match body {
        Ok(body) => document(body),
        Err(outage) => {
            tracing::error!(event = "discovery_outage", %outage);
            outage.wire().response().for_any_origin()
        }
    }
}

async fn metadata<S: LoadKeys, V>(server: &Server<S, V>) -> Result<String, Outage> {
    let algorithms = server.keys().await?.algorithms();
    let algorithms = algorithms.iter().map(ToString::to_string).collect();
    let reads_documents = server.reads_client_documents.then_some(true);
    let document = describe(&server.settings.issuer, algorithms, server.registration);
    serialise(&Metadata { client_id_metadata_document_supported: reads_documents, ..document })
}

async fn jwks<S: LoadKeys, V>(server: &Server<S, V>) -> Result<String, Outage> {
    serialise(&server.keys().await?.jwks())
}

/// The metadata of one API; `None` where the path names none.
async fn resource<S: LoadApis, V>(server: &Server<S, V>, http: &Request) -> Result<Option<String>, Outage> {
    let apis = server.apis().await?;
    let found = protected_resource::describe(&server.settings.issuer, &apis, http);
    found.as_ref().map(serialise).transpose()
}

fn describe(issuer: &Issuer, algorithms: Vec<String>, admission: Admission) -> Metadata {
    Metadata {
        issuer: issuer.to_string(),
        authorization_endpoint: issuer.url("/oauth2/authorize"),
        token_endpoint: issuer.url("/oauth2/token"),
        device_authorization_endpoint: issuer.url("/oauth2/device_authorization"),
        revocation_endpoint: issuer.url("/oauth2/revoke"),
        introspection_endpoint: issuer.url("/oauth2/introspect"),
        // Named where somebody may register (D06).
        registration_endpoint: (admission != Admission::Closed).then(|| issuer.url(register::PATH)),
        userinfo_endpoint: issuer.url("/oauth2/userinfo"),
        end_session_endpoint: issuer.url("/oauth2/logout"),
        jwks_uri: issuer.url("/.well-known/jwks.json"),
        scopes_supported: ["openid", "profile", "email", "address", "phone", "offline_access"],
        response_types_supported: ["code"],
        grant_types_supported: GRANT_TYPES,
        token_endpoint_auth_methods_supported: AUTH_METHODS,
        token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        revocation_endpoint_auth_methods_supported: AUTH_METHODS,
        revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        introspection_endpoint_auth_methods_supported: [
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ],
        introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        introspection_signing_alg_values_supported: algorithms.clone(),
        code_challenge_methods_supported: ["S256"],
        pushed_authorization_request_endpoint: issuer.url("/oauth2/par"),
        require_pushed_authorization_requests: false,
        dpop_signing_alg_values_supported: Algorithm::ALL.map(Algorithm::name),
        authorization_response_iss_parameter_supported: true,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        client_id_metadata_document_supported: None,
        openid: openid::describe(algorithms),
    }
}

fn serialise(value: &impl Serialize) -> Result<String, Outage> {
    serde_json::to_string(value).map_err(|error| Outage::Corrupt(format!("document: {error}")))
}

fn document(body: String) -> Response {
    Response { status: StatusCode::OK, body, ..Response::empty(StatusCode::OK) }
        .with(header::CONTENT_TYPE, "application/json")
        .with(header::CACHE_CONTROL, CACHE)
        .for_any_origin()
}

fn wrong_method() -> Response {
    let error = WireError {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: ErrorCode::InvalidRequest,
        description: "Use GET.",
    };
    error.response().with(header::ALLOW, "GET, OPTIONS")
}
