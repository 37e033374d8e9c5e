//! The pages: what they refuse, and that they belong to the browser that began.

use postern_e2e::{Deployment, hidden_fields};
use postern_local::Service;
use reqwest::Method;

const SCOPE: &str = "openid contact.read";

#[tokio::test]
async fn an_unregistered_address_gets_a_page_and_leaves_no_trace() {
    let it = Deployment::start().await.unwrap();
    let web = it.web();
    let mut visitor = it.visitor();
    // The first request warms the function, so that the count below is of this request alone.
    visitor.open(web.authorization(SCOPE).unwrap().url.as_str()).await.unwrap();
    let writes = || {
        let faults = it.stack.engines().faults();
        ["PutItem", "UpdateItem", "TransactWriteItems"].map(|name| faults.count(Service::DynamoDb, name))
    };
    let before = writes();
    let good = web.authorization(SCOPE).unwrap().url.to_string();
    let registered = "localhost%3A3000%2Fcallback";
    for (client, redirect) in [
        (web.client.client_id.as_str(), "localhost%3A3000%2Fcallback%2Fmore"),
        (web.client.client_id.as_str(), "localhost%3A3001%2Fcallback"),
        (web.client.client_id.as_str(), "evil.example%2Fcallback"),
        ("nobody", registered),
    ] {
        let url = good.replace(registered, redirect).replace(&web.client.client_id, client);
        assert_ne!(url, good);
        let answer = it.visitor().open(&url).await.unwrap();
        assert_eq!((answer.status, answer.header("location").as_str()), (400, ""), "{url}");
        assert!(answer.header("content-type").starts_with("text/html"));
        assert_eq!(answer.header("set-cookie"), "");
    }
    assert_eq!(writes(), before);
}

#[tokio::test]
async fn other_faults_go_back_to_the_app_with_state_and_iss() {
    let it = Deployment::start().await.unwrap();
    let authorization = it.web().authorization(SCOPE).unwrap();
    let url = authorization.url.as_str();
    let challenge = format!("&code_challenge={}", authorization.pkce.challenge);
    for (fault, error) in [
        (url.replace(&challenge, ""), "invalid_request"),
        (url.replace("code_challenge_method=S256", "code_challenge_method=plain"), "invalid_request"),
        (url.replace("contact.read", "no.such.scope"), "invalid_scope"),
        (url.replace("response_type=code", "response_type=token"), "unsupported_response_type"),
        (format!("{url}&scope=openid"), "invalid_request"),
    ] {
        let answer = it.visitor().open(&fault).await.unwrap();
        let location = answer.header("location");
        assert_eq!(answer.status, 303, "{fault}");
        assert!(location.starts_with(it.web().redirect_uri()), "{location}");
        assert!(location.contains(&format!("error={error}&")), "{location}");
        assert!(location.contains(&format!("state={}", authorization.state)), "{location}");
        assert!(location.contains("&iss=http%3A%2F%2Flocalhost"), "{location}");
    }
}

#[tokio::test]
async fn frames_are_refused() {
    let it = Deployment::start().await.unwrap();
    let mut visitor = it.visitor();
    let url = it.web().authorization(SCOPE).unwrap().url;
    let consent = visitor.reach(url.as_str(), &it.demo.users[0], "allow").await.unwrap();
    assert_eq!(consent.header("x-frame-options"), "DENY");
    assert!(consent.header("content-security-policy").contains("frame-ancestors 'none'"));
    let ix = &hidden_fields(&consent.body)["ix"];
    for destination in ["iframe", "frame", "embed", "object"] {
        let request = it.http.request(Method::GET, &format!("{}/oauth2/consent?ix={ix}", it.demo.issuer));
        let framed = visitor.send(request.header("sec-fetch-dest", destination)).await.unwrap();
        assert_eq!(framed.status, 403, "{destination}");
        assert!(!framed.body.contains("id=\"allow\""));
    }
}

#[tokio::test]
async fn a_form_posted_from_elsewhere_is_refused() {
    let it = Deployment::start().await.unwrap();
    let user = &it.demo.users[0];
    let mut visitor = it.visitor();
    let page =
        visitor.reach(it.web().authorization(SCOPE).unwrap().url.as_str(), user, "sign-in").await.unwrap();
    let mut form = hidden_fields(&page.body);
    form.insert("email".into(), user.email.clone());
    form.insert("password".into(), user.password.clone());
    let login = format!("{}/oauth2/login", it.demo.issuer);
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let request = it.http.request(Method::POST, &login).header(name, value).form(&form);
        assert_eq!(visitor.send(request).await.unwrap().status, 403, "{name}: {value}");
    }
    for csrf in [None, Some("wrong")] {
        let mut forged = form.clone();
        forged.remove("csrf");
        forged.extend(csrf.map(|csrf| ("csrf".to_owned(), csrf.to_owned())));
        assert_eq!(visitor.submit("/oauth2/login", &forged).await.unwrap().status, 403, "{csrf:?}");
    }
    assert!(!visitor.cookies.contains_key("sid"), "nobody is signed in");
    assert_eq!(visitor.submit("/oauth2/login", &form).await.unwrap().status, 303);
}

/// Login CSRF: an attacker who has his own sign-in page open cannot have a victim's browser post it.
#[tokio::test]
async fn a_sign_in_begun_in_another_browser_is_refused() {
    let it = Deployment::start().await.unwrap();
    let (attacker_user, mut attacker, mut victim) = (&it.demo.users[2], it.visitor(), it.visitor());
    let url = it.web().authorization(SCOPE).unwrap().url;
    let page = attacker.reach(url.as_str(), attacker_user, "sign-in").await.unwrap();
    let mut form = hidden_fields(&page.body);
    form.insert("email".into(), attacker_user.email.clone());
    form.insert("password".into(), attacker_user.password.clone());
    assert_eq!(victim.submit("/oauth2/login", &form).await.unwrap().status, 400);
    assert!(victim.cookies.is_empty(), "the victim is nobody");
}

#[tokio::test]
async fn consent_from_another_browser_is_refused_and_ends_the_request() {
    let it = Deployment::start().await.unwrap();
    let user = &it.demo.users[0];
    let (mut attacker, mut victim) = (it.visitor(), it.visitor());
    victim.authorize(it.web().authorization(SCOPE).unwrap().url.as_str(), user).await.unwrap();
    let url = it.web().authorization(SCOPE).unwrap().url;
    let page = attacker.reach(url.as_str(), &it.demo.users[2], "allow").await.unwrap();
    let mut form = hidden_fields(&page.body);
    let shown = victim.open(&format!("{}/oauth2/consent?ix={}", it.demo.issuer, form["ix"])).await.unwrap();
    assert_eq!((shown.status, shown.body.contains("id=\"allow\"")), (400, false));
    form.insert("decision".into(), "allow".into());
    // The request is over for the attacker, too.
    assert_eq!(attacker.submit("/oauth2/consent", &form).await.unwrap().status, 400);
}

#[tokio::test]
async fn one_consent_gives_one_code() {
    let it = Deployment::start().await.unwrap();
    let mut visitor = it.visitor();
    let url = it.web().authorization(SCOPE).unwrap().url;
    let page = visitor.reach(url.as_str(), &it.demo.users[0], "allow").await.unwrap();
    let mut form = hidden_fields(&page.body);
    form.insert("decision".into(), "allow".into());
    let first = visitor.submit("/oauth2/consent", &form).await.unwrap();
    assert!(first.header("location").contains("code="), "{}", first.status);
    let second = visitor.submit("/oauth2/consent", &form).await.unwrap();
    assert_eq!((second.status, second.header("location").as_str()), (400, ""));
}
