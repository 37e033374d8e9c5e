//! Client libraries of other ecosystems, as they are published: `openid-client` from npm, Authlib from
//! `PyPI`, the MCP SDK's client.

use postern_e2e::{Deployment, Foreign, Outcome, Pkce, Publisher};
use serde_json::json;

const SCOPE: &str = "openid profile email offline_access contact.read";

async fn signs_in(program: fn(&Deployment) -> Foreign, auth_method: &str) -> Outcome {
    let it = Deployment::start_at_localhost_behind_tls().await?;
    let clients = &it.demo.clients;
    let client = if auth_method == "none" { &clients.spa } else { &clients.web };
    let program = program(&it).as_client(client, auth_method).with("SCOPE", SCOPE);
    program.run(&it, &it.demo.users[0]).await
}

fn openid_client(it: &Deployment) -> Foreign {
    Foreign::node(it, "openid_client.mjs")
}

fn authlib(it: &Deployment) -> Foreign {
    Foreign::python(it, "authlib_client.py")
}

#[tokio::test]
async fn openid_client_signs_in_with_basic() {
    signs_in(openid_client, "client_secret_basic").await.unwrap();
}

#[tokio::test]
async fn openid_client_signs_in_with_post() {
    signs_in(openid_client, "client_secret_post").await.unwrap();
}

#[tokio::test]
async fn openid_client_signs_in_as_a_public_client() {
    signs_in(openid_client, "none").await.unwrap();
}

#[tokio::test]
async fn openid_client_acts_for_a_tenant() {
    let it = Deployment::start_at_localhost_behind_tls().await.unwrap();
    let program = Foreign::node(&it, "client_credentials.mjs").with("SCOPE", "contact.read");
    let program = program.as_client(&it.demo.clients.service, "client_secret_post");
    program.run(&it, &it.demo.users[0]).await.unwrap();
}

#[tokio::test]
async fn authlib_signs_in_with_basic() {
    signs_in(authlib, "client_secret_basic").await.unwrap();
}

#[tokio::test]
async fn authlib_signs_in_with_post() {
    signs_in(authlib, "client_secret_post").await.unwrap();
}

#[tokio::test]
async fn authlib_signs_in_as_a_public_client() {
    signs_in(authlib, "none").await.unwrap();
}

/// The MCP SDK knows the server's URL and the `client_id`; everything else it discovers.
#[tokio::test]
async fn the_mcp_sdk_finds_its_way() {
    let it = Deployment::start().await.unwrap();
    let program = Foreign::node(&it, "mcp_client.mjs").with("SERVER", &format!("{}/mcp", it.demo.api));
    let program = program.as_client(&it.demo.clients.spa, "none");
    program.run(&it, &it.demo.users[0]).await.unwrap();
}

const CALLBACK: &str = "http://127.0.0.1:49152/callback";

/// The metadata document of an MCP client.
async fn published() -> Outcome<Publisher> {
    let describe = |url: &str| {
        json!({
            "client_id": url,
            "client_name": "An MCP client",
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        })
    };
    Publisher::of(describe).await
}

/// A deployment that takes the URLs of metadata documents, and reaches this machine where that is said.
async fn reading_documents(publisher: &Publisher, loopback: bool) -> Outcome<Deployment> {
    Deployment::start_with(|options| {
        let on = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        options.parameters.extend([
            on("ClientIdMetadataDocuments", "on"),
            on("OutboundLoopback", if loopback { "true" } else { "false" }),
            on("OutboundCa", &publisher.ca_file().display().to_string()),
        ]);
    })
    .await
}

/// Nobody has registered anything: the SDK's `client_id` is the URL of its metadata document.
#[tokio::test]
async fn the_mcp_sdk_introduces_itself_by_a_document() {
    let publisher = published().await.unwrap();
    let it = reading_documents(&publisher, true).await.unwrap();
    let program = Foreign::node(&it, "mcp_client.mjs").with("SERVER", &format!("{}/mcp", it.demo.api));
    let program = program.with("CLIENT_METADATA_URL", &publisher.url).with("REDIRECT_URI", CALLBACK);
    program.run(&it, &it.demo.users[0]).await.unwrap();
    assert_eq!(publisher.visits(), 1, "one fetch serves every sign-in for a while");
}

/// The SDK has neither a `client_id` nor a document: it registers itself (RFC 7591), as its own code does.
#[tokio::test]
async fn the_mcp_sdk_registers_itself() {
    let it = Deployment::start_with(|options| {
        options.parameters.insert("Registration".to_owned(), "open".to_owned());
    });
    let it = it.await.unwrap();
    let program = Foreign::node(&it, "mcp_client.mjs").with("SERVER", &format!("{}/mcp", it.demo.api));
    let program = program.with("REGISTERS", "yes").with("REDIRECT_URI", CALLBACK);
    program.run(&it, &it.demo.users[0]).await.unwrap();
}

/// D02: without the switch that is for tests alone no document on this machine is ever read.
#[tokio::test]
async fn d02_a_document_on_loopback_is_not_fetched() {
    let publisher = published().await.unwrap();
    let it = reading_documents(&publisher, false).await.unwrap();
    let pkce = Pkce::generate();
    let query = [
        ("response_type", "code"),
        ("client_id", publisher.url.as_str()),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("code_challenge", pkce.challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let url = url::Url::parse_with_params(&format!("{}/oauth2/authorize", it.demo.issuer), query).unwrap();
    let page = it.visitor().open(url.as_str()).await.unwrap();
    assert_eq!(page.status, 503, "{}", page.body);
    assert_eq!(publisher.visits(), 0);
}
