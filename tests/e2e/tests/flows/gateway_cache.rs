//! Behind a gateway that keeps the authorizer's answers for five minutes. The template keeps none; whoever changes
//! that must have every input of the decision among the identity sources, and then nothing crosses (G01, G02, S10).

use std::net::{IpAddr, Ipv4Addr};

use postern_e2e::{Answer, Deployment, Http, Outcome, Tokens};
use reqwest::{Client, Method};
use serde_json::{Value, json};

const KEEPS_NONE: &str = "Identity: {Headers: [Authorization], ReauthorizeEvery: 0}";
/// Everything that a decision on a bearer token rests on, but for time. One that is bound to a key has a proof of its own for
/// each request, which no key can hold: docs/your-api.md.
const WHOLE_KEY: &str = "Identity: {Headers: [Authorization, Postern-Account, Host], \
                         Context: [httpMethod, path, identity.sourceIp], ReauthorizeEvery: 300}";
/// As a hasty operator would have it.
const BARE_KEY: &str = "Identity: {Headers: [Authorization], Context: [path], ReauthorizeEvery: 300}";

/// Where the first customer's data lives.
const EU: &str = "eu.localhost";

/// Whether the allowlist has the address that a request comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum From {
    Inside,
    Outside,
}

/// A platform that is connected with two customers, before a REST API that keeps answers found by `key`.
struct Scene {
    it: Deployment,
    accounts: [String; 2],
    callers: [Http; 2],
    _folder: tempfile::TempDir,
}

impl Scene {
    /// The platform has an allowlist, and the first customer a domain.
    async fn set(key: &str) -> Outcome<Self> {
        let folder = tempfile::TempDir::new()?;
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
        let template = std::fs::read_to_string(source)?;
        assert_eq!(template.matches(KEEPS_NONE).count(), 2, "the template keeps no answers, at either API");
        let file = folder.path().join("template.yaml");
        // The HTTP API serves the admin API too, whose callers name no account: a key that asks for one shuts them out.
        let (before, rest_api) = template.split_once("  RestApi:").ok_or("no REST API")?;
        std::fs::write(&file, format!("{before}  RestApi:{}", rest_api.replacen(KEEPS_NONE, key, 1)))?;
        let it = Deployment::start_with(|options| options.template = file).await?;
        let accounts = connect(&it).await?;
        let caller = |last| {
            let address = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
            Http::build(Client::builder().local_address(address))
        };
        let scene = Self { callers: [caller(1)?, caller(2)?], it, accounts, _folder: folder };
        let platform = format!("clients/{}", scene.it.demo.clients.platform.client_id);
        scene.administer(&platform, json!({ "networks": ["127.0.0.1"] })).await?;
        let first = format!("tenants/{}", scene.it.demo.tenants[0].id);
        scene.administer(&first, json!({ "api_domain": EU })).await?;
        Ok(scene)
    }

    async fn administer(&self, path: &str, change: Value) -> Outcome {
        let url = format!("{}/admin/v1/{path}", self.it.demo.issuer);
        let request = self.it.http.request(Method::PATCH, &url).bearer_auth(&self.it.demo.admin_token);
        let request = request.header("content-type", "application/json").body(change.to_string());
        let answer = Answer::of(request).await?;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Ok(())
    }

    /// A fresh token of the platform itself, which nothing is kept for.
    async fn token(&self) -> Outcome<String> {
        let platform = self.it.app(&self.it.demo.clients.platform);
        Ok(Tokens::of(&platform.client_credentials("contact.read").await?)?.access)
    }

    /// A request for one of the APIs, for an account, at a host.
    async fn call(
        &self,
        (method, api, path): (&Method, &str, &str),
        (token, account): (&str, Option<&str>),
        (host, from): (&str, From),
    ) -> Outcome<Answer> {
        let port = self.it.stack.base_url().rsplit(':').next().unwrap_or_default().to_owned();
        let url = format!("{api}{path}").replace("//localhost:", "//127.0.0.1:");
        let [inside, outside] = &self.callers;
        let caller = if from == From::Inside { inside } else { outside };
        let request = caller.request(method.clone(), &url);
        let request = request.header("host", format!("{host}:{port}")).bearer_auth(token);
        let request = match account {
            Some(account) => request.header("postern-account", account),
            None => request,
        };
        Answer::of(request).await
    }
}

/// Connects the platform with the first customer and the second: both accounts.
async fn connect(it: &Deployment) -> Outcome<[String; 2]> {
    let platform = it.app(&it.demo.clients.platform);
    let mut accounts = Vec::new();
    for user in [&it.demo.users[0], &it.demo.users[2]] {
        let (code, request) = platform.code(&mut it.visitor(), user, "contact.read contact.delete").await?;
        accounts.push(platform.redeem(&code, &request.pkce.verifier).await?.text("connected_account_id"));
    }
    Ok([accounts.swap_remove(0), accounts.swap_remove(0)])
}

/// Every combination, more than once, so that each is met when the others are kept.
#[tokio::test]
async fn s10_g01_g02_what_was_kept_for_one_request_serves_no_other() {
    let scene = Scene::set(WHOLE_KEY).await.unwrap();
    let (token, demo) = (scene.token().await.unwrap(), &scene.it.demo);
    let requests =
        [(Method::GET, "/me"), (Method::GET, "/v1/contacts/con_1"), (Method::DELETE, "/v1/contacts/con_1")];
    let api = demo.api_rest.as_str();
    for round in 0..2 {
        for (customer, account) in scene.accounts.iter().enumerate() {
            for (host, from) in [
                (EU, From::Inside),
                ("localhost", From::Inside),
                (EU, From::Outside),
                ("localhost", From::Outside),
            ] {
                for (method, path) in &requests {
                    let at_home = customer == 1 || host == EU;
                    let good = at_home && from == From::Inside && method == Method::GET;
                    let request = (method, api, *path);
                    let answer =
                        scene.call(request, (&token, Some(account.as_str())), (host, from)).await.unwrap();
                    let what = format!("{round} {customer} {host} {from:?} {method} {path}: {}", answer.body);
                    assert_eq!(answer.status, if good { 200 } else { 403 }, "{what}");
                    if good {
                        let [own, other] = [customer, 1 - customer].map(|it| demo.tenants[it].id.as_str());
                        assert!(answer.body.contains(own) && !answer.body.contains(other), "{what}");
                    }
                }
            }
        }
    }
}

/// Why the template does not offer it: with all that decides in the key, who sends no account header is turned away
/// before anybody is asked (G06); with less, the kept answer serves whom it must not. The simulation shows both.
#[tokio::test]
async fn g01_a_key_that_is_whole_shuts_others_out_and_one_that_is_not_lets_them_in() {
    let whole = Scene::set(WHOLE_KEY).await.unwrap();
    let service = whole.it.service().client_credentials("contact.read").await.unwrap().text("access_token");
    let request = (&Method::GET, whole.it.demo.api_rest.as_str(), "/me");
    let answer = whole.call(request, (&service, None), (EU, From::Inside)).await.unwrap();
    assert_eq!(answer.status, 401, "{}", answer.body);
    let bare = Scene::set(BARE_KEY).await.unwrap();
    let [first, second] = &bare.accounts;
    let api = bare.it.demo.api_rest.as_str();
    let token = bare.token().await.unwrap();
    let call = async |account: &str, place| {
        let request = (&Method::GET, api, "/me");
        let answer = bare.call(request, (&token, Some(account)), place).await.unwrap();
        (answer.status, answer.text("tenant"))
    };
    let kept = (200, bare.it.demo.tenants[0].id.clone());
    assert_eq!(call(first, (EU, From::Inside)).await, kept);
    assert_eq!(call(second, (EU, From::Inside)).await, kept, "for another account");
    assert_eq!(call(first, ("localhost", From::Inside)).await, kept, "at another domain");
    assert_eq!(call(first, (EU, From::Outside)).await, kept, "from another address");
    // A policy that names one request allows no other, whatever it was kept by.
    for (method, status) in [(Method::GET, 200), (Method::DELETE, 403), (Method::GET, 200)] {
        let request = (&method, api, "/v1/contacts/con_1");
        let answer = bare.call(request, (&token, Some(first.as_str())), (EU, From::Inside)).await.unwrap();
        assert_eq!(answer.status, status, "{method}: {}", answer.body);
    }
}

/// As the template has it: every request is decided by itself.
#[tokio::test]
async fn s10_with_the_templates_settings_nothing_is_kept() {
    let scene = Scene::set(KEEPS_NONE).await.unwrap();
    let token = scene.token().await.unwrap();
    let [first, second] = &scene.accounts;
    let tenants = [0, 1].map(|it| scene.it.demo.tenants[it].id.clone());
    for api in [&scene.it.demo.api, &scene.it.demo.api_rest] {
        let call = async |method: Method, account: &str, place| {
            let request =
                (&method, api.as_str(), if method == Method::GET { "/me" } else { "/v1/contacts/con_1" });
            let answer = scene.call(request, (&token, Some(account)), place).await.unwrap();
            (answer.status, answer.text("tenant"))
        };
        let refused = (403, String::new());
        for _ in 0..2 {
            assert_eq!(call(Method::GET, first, (EU, From::Inside)).await, (200, tenants[0].clone()));
            assert_eq!(call(Method::GET, second, (EU, From::Inside)).await, (200, tenants[1].clone()));
            assert_eq!(call(Method::GET, first, ("localhost", From::Inside)).await, refused);
            assert_eq!(call(Method::GET, first, (EU, From::Outside)).await, refused);
            assert_eq!(call(Method::DELETE, first, (EU, From::Inside)).await, refused);
        }
    }
}
