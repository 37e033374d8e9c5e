//! An issuer of one's own: the functions believe the setting, whatever port and scheme they are really reached by.

use postern_e2e::Deployment;

#[tokio::test]
async fn every_address_is_the_issuers() {
    let it = Deployment::start_behind_tls().await.unwrap();
    let issuer = it.demo.issuer.as_str();
    assert!(issuer.starts_with("https://as.test:"), "{issuer}");
    for name in ["openid-configuration", "oauth-authorization-server"] {
        let answer = it.http.get(&format!("{issuer}/.well-known/{name}"), None).await.unwrap();
        let metadata = answer.json();
        assert_eq!(metadata["issuer"], issuer);
        let addresses: Vec<_> =
            metadata.as_object().unwrap().iter().filter(|(key, _)| key.ends_with("_endpoint")).collect();
        assert!(addresses.len() >= 5);
        for (key, address) in addresses {
            assert!(address.as_str().unwrap().starts_with(&format!("{issuer}/oauth2/")), "{key}: {address}");
        }
        assert!(!answer.body.contains("localhost"), "{}", answer.body);
    }
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_and_to_tls() {
    let it = Deployment::start_behind_tls().await.unwrap();
    let (app, mut visitor) = (it.web(), it.visitor());
    let answer = visitor.open(app.authorization("openid").unwrap().url.as_str()).await.unwrap();
    assert!(answer.header("location").starts_with(&format!("{}/oauth2/", it.demo.issuer)));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-ix-"), "{cookie}");
    for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{attribute}");
    }
    assert!(!cookie.contains("Domain"));

    let tokens = app.sign_in(&mut visitor, &it.demo.users[0], "openid contact.read").await.unwrap();
    assert!(visitor.cookies.contains_key("__Host-sid"), "{:?}", visitor.cookies.keys());
    assert!(visitor.cookies.keys().all(|name| name.starts_with("__Host-")));
    let me = it.http.get(&format!("{}/me", it.demo.issuer), Some(&tokens.access)).await.unwrap();
    assert_eq!(me.status, 200, "{}", me.body);
}
