//! Behind a gateway that keeps the authorizer's answers for five minutes. The template keeps none; whoever changes
//! that must have every input of the decision among the identity sources, and then nothing crosses (G01, G02, S10).

use postern_e2e::{Deployment, Outcome, Tokens};
use reqwest::Method;

const KEEPS_NONE: &str = "Identity: {Headers: [Authorization], ReauthorizeEvery: 0}";

/// A deployment whose REST API finds kept answers by credential and account header.
async fn with_cache() -> Outcome<(Deployment, tempfile::TempDir)> {
    let folder = tempfile::TempDir::new()?;
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
    let template = std::fs::read_to_string(source)?;
    let (before, rest) = template.split_once("  RestApi:").ok_or("no REST API")?;
    let keeps = "Identity: {Headers: [Authorization, Postern-Account], ReauthorizeEvery: 300}";
    assert!(rest.contains(KEEPS_NONE), "the template keeps no answers");
    let changed = format!("{before}  RestApi:{}", rest.replacen(KEEPS_NONE, keeps, 1));
    let file = folder.path().join("template.yaml");
    std::fs::write(&file, changed)?;
    Ok((Deployment::start_with(|options| options.template = file).await?, folder))
}

/// The platform, connected with the first tenant and the second: its own token and both accounts.
async fn connect(it: &Deployment) -> Outcome<(String, [String; 2])> {
    let platform = it.app(&it.demo.clients.platform);
    let mut accounts = Vec::new();
    for user in [&it.demo.users[0], &it.demo.users[2]] {
        let (code, request) = platform.code(&mut it.visitor(), user, "contact.read contact.delete").await?;
        accounts.push(platform.redeem(&code, &request.pkce.verifier).await?.text("connected_account_id"));
    }
    let own = Tokens::of(&platform.client_credentials("contact.read").await?)?;
    Ok((own.access, [accounts.swap_remove(0), accounts.swap_remove(0)]))
}

#[tokio::test]
async fn s10_what_was_kept_for_one_account_never_serves_another() {
    let (it, _folder) = with_cache().await.unwrap();
    let (token, accounts) = connect(&it).await.unwrap();
    let me = format!("{}/me", it.demo.api_rest);
    for _ in 0..2 {
        for (account, tenant) in accounts.iter().zip([&it.demo.tenants[0], &it.demo.tenants[1]]) {
            let request = it.http.request(Method::GET, &me).bearer_auth(&token);
            let answer = postern_e2e::Answer::of(request.header("Postern-Account", account)).await.unwrap();
            assert_eq!((answer.status, answer.text("tenant")), (200, tenant.id.clone()), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn g02_what_was_kept_for_one_route_never_opens_another() {
    let (it, _folder) = with_cache().await.unwrap();
    let (token, [account, _]) = connect(&it).await.unwrap();
    let contact = format!("{}/v1/contacts/con_1", it.demo.api_rest);
    let call = async |method| {
        let request = it.http.request(method, &contact).bearer_auth(&token);
        postern_e2e::Answer::of(request.header("Postern-Account", &account)).await.unwrap().status
    };
    // The token may read and not delete; the answer for reading is kept and names that one request.
    assert_eq!(
        (call(Method::GET).await, call(Method::DELETE).await, call(Method::GET).await),
        (200, 403, 200)
    );
}
