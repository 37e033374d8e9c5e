//! L07: no secret is ever written down, neither as it is nor in the encodings in which it travels.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use postern_e2e::{Answer, Deployment, Outcome, hidden_fields};
use postern_local::{Fault, FaultKind, Moment, Service};
use reqwest::Method;

/// Everything that must not be found, with its name.
#[derive(Default)]
struct Secrets(Vec<(String, String)>);

impl Secrets {
    fn keep(&mut self, name: &str, secret: &str) {
        if secret.len() >= 16 {
            self.0.push((name.to_owned(), secret.to_owned()));
        }
    }

    /// A credential with structure also betrays itself by its parts.
    fn keep_parts(&mut self, name: &str, secret: &str) {
        self.keep(name, secret);
        for part in secret.split('.').filter(|part| part.len() >= 40) {
            self.keep(&format!("part of {name}"), part);
        }
    }

    /// The names of those that occur in a text, in any of their forms.
    fn found_in(&self, text: &str) -> Vec<&str> {
        let occurs = |secret: &str| forms(secret).iter().any(|form| text.contains(form));
        self.0.iter().filter(|(_, secret)| occurs(secret)).map(|(name, _)| name.as_str()).collect()
    }
}

/// A secret as it is, in hexadecimal, and in base64: there it stands at one of three offsets, and what it shares a
/// group of three bytes with is unknown.
fn forms(secret: &str) -> Vec<String> {
    let mut hex = String::new();
    for byte in secret.bytes() {
        write!(hex, "{byte:02x}").unwrap_or_default();
    }
    let mut forms = vec![secret.to_owned(), hex];
    for skip in 0..3 {
        let bytes = secret.as_bytes().get(skip..).unwrap_or_default();
        let groups: Vec<u8> = bytes.chunks_exact(3).flatten().copied().collect();
        forms.extend([STANDARD_NO_PAD.encode(&groups), URL_SAFE_NO_PAD.encode(&groups)]);
    }
    forms
}

#[tokio::test]
async fn no_log_line_holds_a_secret() {
    let it = Deployment::start().await.unwrap();
    let mut secrets = Secrets::default();
    for user in &it.demo.users {
        secrets.keep("password", &user.password);
    }
    for client in [&it.demo.clients.web, &it.demo.clients.service] {
        secrets.keep("client secret", client.client_secret.as_deref().unwrap());
    }
    walk(&it, &mut secrets).await.unwrap();
    go_wrong(&it, &mut secrets).await.unwrap();

    let lines = it.stack.logs();
    let log = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    for event in
        ["signed_in", "login_failed", "consent_given", "token_issued", "token_outage", "code_replayed"]
    {
        assert!(log.contains(event), "{event} was not logged: the search below would prove nothing");
    }
    assert!(secrets.0.len() > 25, "{}", secrets.0.len());
    for line in lines {
        let found = secrets.found_in(&line.text);
        assert!(found.is_empty(), "{} wrote down: {found:?}", line.source);
    }
}

/// The search itself: it finds what is there.
#[test]
fn the_search_finds_secrets_in_every_form() {
    let mut secrets = Secrets::default();
    secrets.keep("it", "0123456789abcdefXYZ");
    for text in ["a 0123456789abcdefXYZ b", "as hex: 3031323334353637383961626364656658595a."] {
        assert_eq!(secrets.found_in(text), ["it"], "{text}");
    }
    for lead in ["", "x", "xy"] {
        let text = STANDARD_NO_PAD.encode(format!("{lead}0123456789abcdefXYZ and more"));
        assert_eq!(secrets.found_in(&text), ["it"], "{lead}");
    }
    assert!(secrets.found_in("0123456789abcdefXY").is_empty());
}

/// Everything that works.
async fn walk(it: &Deployment, secrets: &mut Secrets) -> Outcome {
    for app in [it.web(), it.spa()] {
        let mut visitor = it.visitor();
        let [owner, ..] = &it.demo.users;
        let (code, authorization) = app.code(&mut visitor, owner, "openid profile email contact.all").await?;
        secrets.keep_parts("code", &code);
        secrets.keep("code_verifier", &authorization.pkce.verifier);
        for (name, value) in &visitor.cookies {
            secrets.keep(&format!("cookie {name}"), value);
        }
        let redeemed = app.redeem(&code, &authorization.pkce.verifier).await?;
        let refreshed = app.refresh(&redeemed.text("refresh_token")).await?;
        let replayed = app.refresh(&redeemed.text("refresh_token")).await?;
        assert_eq!(replayed.status, 200);
        for answer in [&redeemed, &refreshed] {
            keep_tokens(answer, secrets);
        }
        for api in [&it.demo.api, &it.demo.api_rest] {
            it.http.get(&format!("{api}/me"), Some(&refreshed.text("access_token"))).await?;
        }
        it.http
            .get(&format!("{}/oauth2/userinfo", app.issuer), Some(&refreshed.text("access_token")))
            .await?;
        app.post("/oauth2/introspect", &[("token", &refreshed.text("access_token"))]).await?;
        app.revoke(&refreshed.text("access_token")).await?;
        app.revoke(&refreshed.text("refresh_token")).await?;
    }
    keep_tokens(&it.service().client_credentials("contact.read").await?, secrets);
    Ok(())
}

/// Everything that does not: errors are where secrets slip out.
async fn go_wrong(it: &Deployment, secrets: &mut Secrets) -> Outcome {
    let (web, mut visitor, [owner, ..]) = (it.web(), it.visitor(), &it.demo.users);
    let page = visitor.reach(web.authorization("openid")?.url.as_str(), owner, "sign-in").await?;
    let mut form = hidden_fields(&page.body);
    let wrong = format!("wrong-{}", owner.password);
    secrets.keep("wrong password", &wrong);
    form.insert("email".into(), owner.email.clone());
    form.insert("password".into(), wrong);
    visitor.submit("/oauth2/login", &form).await?;

    let (code, authorization) = web.code(&mut visitor, owner, "openid contact.read").await?;
    secrets.keep_parts("code", &code);
    secrets.keep("code_verifier", &authorization.pkce.verifier);
    let fault = Fault {
        service: Service::Kms,
        operation: "Sign".into(),
        skip: 0,
        times: 20,
        moment: Moment::BeforeEffect,
        kind: FaultKind::InternalError,
    };
    it.stack.engines().faults().inject(fault);
    assert_eq!(web.redeem(&code, &authorization.pkce.verifier).await?.status, 503);
    it.stack.engines().faults().clear();
    web.redeem(&code, "a-wrong-verifier-of-sufficient-length-0123456789").await?;
    let redeemed = web.redeem(&code, &authorization.pkce.verifier).await?;
    keep_tokens(&redeemed, secrets);
    assert_eq!(web.redeem(&code, &authorization.pkce.verifier).await?.status, 400);
    assert_eq!(web.refresh(&redeemed.text("refresh_token")).await?.status, 400);

    // A secret where it does not belong, and an access token in a query.
    let secret = web.client.client_secret.as_deref().unwrap_or_default();
    let token = redeemed.text("access_token");
    for url in [
        format!("{}/me?access_token={token}", it.demo.api),
        format!("{}/oauth2/authorize?client_id={}&client_secret={secret}", web.issuer, web.client.client_id),
        format!("{}/oauth2/token?client_secret={secret}&code={code}", web.issuer),
    ] {
        it.http.get(&url, None).await?;
    }
    let joined = it.http.request(Method::GET, &format!("{}/me", it.demo.api_rest));
    Answer::of(joined.header("authorization", format!("Basic {token}"))).await.map(drop)
}

fn keep_tokens(answer: &Answer, secrets: &mut Secrets) {
    for name in ["access_token", "refresh_token", "id_token"] {
        secrets.keep_parts(name, &answer.text(name));
    }
}
