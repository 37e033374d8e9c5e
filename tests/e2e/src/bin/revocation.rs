//! How long a right that has ended is served still, by the real clock: part of `make bench`.
//!
//! Several processes of the authorizer have just read that the right stands when it ends; the time runs from the request
//! that ends it to the last answer that still lets somebody pass. The longest of all is shown beside the seconds that the
//! deployment states. Fails where that is a second longer; that a right is never served longer is proved by the
//! protocol suite, whose clock stands still.

use std::time::Duration;

use futures_util::future::join_all;
use postern_e2e::{Answer, App, DemoUser, Deployment, Outcome, Tokens, parameter};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// What the deployment states.
const SECONDS: u64 = 2;
/// How often each right ends.
const ROUNDS: usize = 4;
/// Requests at once: each keeps a process of the authorizer, with a memory of its own.
const AT_ONCE: usize = 4;
/// What a look and the change itself take.
const SLACK: Duration = Duration::from_secs(1);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);
/// When to give up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What ends.
#[derive(Clone, Copy, Debug)]
enum End {
    RoleLowered,
    MemberRemoved,
    ConnectionRevoked,
    PatRevoked,
    TenantSuspended,
}

const ENDS: [End; 5] =
    [End::RoleLowered, End::MemberRemoved, End::ConnectionRevoked, End::PatRevoked, End::TenantSuspended];

/// A credential that passes, the account that it is sent with, and what to name to end it.
struct Holder {
    token: String,
    account: Option<String>,
    named: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let it = Deployment::start_with(|options| {
        options.parameters.insert("RevocationSeconds".into(), SECONDS.to_string());
    })
    .await?;
    let bench = Bench { it };
    println!("{:<40} {:>10} {:>10} {:>7}", "revocation, the longest of each", "measured", "stated", "ratio");
    let mut longest = Duration::ZERO;
    for end in ENDS {
        let mut of_end = Duration::ZERO;
        for _ in 0..ROUNDS {
            of_end = of_end.max(bench.measure(end).await?);
        }
        show(&format!("{end:?}, of {ROUNDS}"), of_end);
        longest = longest.max(of_end);
    }
    show("p100", longest);
    let most = Duration::from_secs(SECONDS) + SLACK;
    if longest > most { Err(format!("longer than {most:?}").into()) } else { Ok(()) }
}

#[expect(clippy::cast_precision_loss, reason = "a few seconds")]
fn show(name: &str, measured: Duration) {
    let (measured, stated) = (measured.as_secs_f64(), SECONDS as f64);
    println!("{name:<40} {measured:>8.2} s {stated:>8.2} s {:>7.2}", measured / stated);
}

struct Bench {
    it: Deployment,
}

impl Bench {
    async fn measure(&self, end: End) -> Outcome<Duration> {
        let holder = self.holder(end).await?;
        // Whoever is slow to believe in a right that has come back is no subject of this.
        self.wait_until_it_passes(&holder).await?;
        let begun = Instant::now();
        self.bring(end, &holder).await?;
        let mut last = Duration::ZERO;
        let mut refusals = 0;
        // A right is gone once every process says so, twice.
        while refusals < 2 {
            if begun.elapsed() > PATIENCE {
                return Err(format!("{end:?}: it is served for ever").into());
            }
            let passed = self.look(&holder).await?;
            refusals = if passed == 0 { refusals + 1 } else { 0 };
            last = if passed > 0 { begun.elapsed() } else { last };
            sleep(PAUSE).await;
        }
        self.restore(end).await?;
        Ok(last)
    }

    async fn wait_until_it_passes(&self, holder: &Holder) -> Outcome {
        let begun = Instant::now();
        while self.look(holder).await? < AT_ONCE {
            if begun.elapsed() > PATIENCE {
                return Err("the credential never passes".into());
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }

    /// How many of several requests at once pass. Fails where one is neither passed nor refused.
    async fn look(&self, holder: &Holder) -> Outcome<usize> {
        let url = format!("{}/v1/contacts", self.it.demo.api);
        let one = || {
            let request = self.it.http.request(Method::GET, &url).bearer_auth(&holder.token);
            Answer::of(match &holder.account {
                Some(account) => request.header("postern-account", account),
                None => request,
            })
        };
        let mut passed = 0;
        for answer in join_all((0..AT_ONCE).map(|_| one())).await {
            let answer = answer?;
            match answer.status {
                200 => passed += 1,
                401 | 403 => {}
                status => return Err(format!("{status}: {}", answer.body).into()),
            }
        }
        Ok(passed)
    }

    /// The reader of the first tenant, or the tenant's platform.
    async fn holder(&self, end: End) -> Outcome<Holder> {
        let (it, reader) = (&self.it, &self.it.demo.users[1]);
        match end {
            End::ConnectionRevoked => {
                let platform = it.app(&it.demo.clients.platform);
                let (code, request) =
                    platform.code(&mut it.visitor(), &it.demo.users[0], "contact.read").await?;
                let account =
                    platform.redeem(&code, &request.pkce.verifier).await?.text("connected_account_id");
                let token = Tokens::of(&platform.client_credentials("contact.read").await?)?.access;
                Ok(Holder { token, account: Some(account.clone()), named: account })
            }
            End::PatRevoked => {
                let token = self.pat(reader).await?;
                Ok(Holder { token: token.clone(), account: None, named: token })
            }
            End::RoleLowered | End::MemberRemoved | End::TenantSuspended => {
                let tokens = it.web().sign_in(&mut it.visitor(), reader, "openid contact.read").await?;
                Ok(Holder { token: tokens.access, account: None, named: self.member(reader).await? })
            }
        }
    }

    /// A personal access token, made as an application makes it for its user.
    async fn pat(&self, user: &DemoUser) -> Outcome<String> {
        let (it, dashboard) = (&self.it, self.it.app(&self.it.demo.clients.dashboard));
        let resource = format!("{}/account", it.demo.issuer);
        let mut asked = dashboard.authorization("account")?;
        asked.url.query_pairs_mut().append_pair("resource", &resource);
        let callback = it.visitor().authorize(asked.url.as_str(), user).await?;
        let code = parameter(&callback, "code").ok_or("no code")?;
        let token = Tokens::of(&App::redeem(&dashboard, &code, &asked.pkce.verifier).await?)?.access;
        let wanted = json!({ "name": "Bench", "scopes": ["contact.read"] });
        let request = it.http.request(Method::POST, &format!("{}/account/v1/tokens", it.demo.issuer));
        let made = Answer::of(with_json(request.bearer_auth(token), &wanted)).await?;
        if made.status == 201 { Ok(made.text("token")) } else { Err(made.body.into()) }
    }

    /// The path of a member of the first tenant.
    async fn member(&self, user: &DemoUser) -> Outcome<String> {
        let members = self.administer(Method::GET, &self.members(), Value::Null).await?;
        let text = |it: &Value, name: &str| it.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut all = members.get("data").and_then(Value::as_array).into_iter().flatten();
        let found = all.find(|it| text(it, "email").as_deref() == Some(&user.email));
        let id = found.and_then(|it| text(it, "user_id")).ok_or("no such member")?;
        Ok(format!("{}/{id}", self.members()))
    }

    fn members(&self) -> String {
        format!("tenants/{}/members", self.it.demo.tenants[0].id)
    }

    async fn bring(&self, end: End, holder: &Holder) -> Outcome {
        let (it, tenant) = (&self.it, &self.it.demo.tenants[0].id);
        match end {
            End::RoleLowered => {
                let path = format!("tenants/{tenant}/roles/reader");
                self.administer(Method::PUT, &path, json!({ "permissions": ["account"] })).await?;
            }
            End::MemberRemoved => {
                self.administer(Method::DELETE, &holder.named, Value::Null).await?;
            }
            End::TenantSuspended => {
                self.administer(Method::POST, &format!("tenants/{tenant}/suspend"), Value::Null).await?;
            }
            End::ConnectionRevoked => {
                let platform = it.app(&it.demo.clients.platform);
                let ended = [("connected_account_id", holder.named.as_str())];
                succeeded(&platform.post("/oauth2/deauthorize", &ended).await?)?;
            }
            End::PatRevoked => {
                let url = format!("{}/oauth2/revoke", it.demo.issuer);
                succeeded(&it.http.post(&url, &[("token", &holder.named)]).await?)?;
            }
        }
        Ok(())
    }

    async fn restore(&self, end: End) -> Outcome {
        let (tenant, reader) = (&self.it.demo.tenants[0].id, &self.it.demo.users[1]);
        match end {
            End::RoleLowered => {
                let path = format!("tenants/{tenant}/roles/reader");
                let permissions = json!({ "permissions": ["contact.read", "account"] });
                self.administer(Method::PUT, &path, permissions).await?;
            }
            End::MemberRemoved => {
                let member = json!({ "email": reader.email, "role": "reader", "active": true });
                self.administer(Method::POST, &self.members(), member).await?;
            }
            End::TenantSuspended => {
                self.administer(Method::POST, &format!("tenants/{tenant}/restore"), Value::Null).await?;
            }
            End::ConnectionRevoked | End::PatRevoked => {}
        }
        Ok(())
    }

    async fn administer(&self, method: Method, path: &str, body: Value) -> Outcome<Value> {
        let url = format!("{}/admin/v1/{path}", self.it.demo.issuer);
        let request = self.it.http.request(method, &url).bearer_auth(&self.it.demo.admin_token);
        let answer = Answer::of(if body.is_null() { request } else { with_json(request, &body) }).await?;
        succeeded(&answer)?;
        Ok(answer.json())
    }
}

fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

fn succeeded(answer: &Answer) -> Outcome {
    if (200..300).contains(&answer.status) { Ok(()) } else { Err(answer.body.clone().into()) }
}
