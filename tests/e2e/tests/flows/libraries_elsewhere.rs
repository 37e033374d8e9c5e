//! Client libraries of other ecosystems, as they are published: `openid-client` from npm, Authlib from
//! `PyPI`, the MCP SDK's client.

use postern_e2e::{Deployment, Foreign, Outcome};

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
