//! An app: a client of the authorization server, written out by hand.

use reqwest::Method;
use url::Url;
use uuid::Uuid;

use crate::{Answer, DemoClient, DemoUser, Http, Outcome, Pkce, Visitor};

/// An app with its registration.
#[derive(Clone)]
pub struct App {
    http: Http,
    /// The issuer.
    pub issuer: String,
    /// Its registration.
    pub client: DemoClient,
}

/// An authorization request, before the person is sent away.
pub struct Authorization {
    /// Where to send them.
    pub url: Url,
    /// What to keep.
    pub pkce: Pkce,
    /// `state`.
    pub state: String,
    /// `nonce`.
    pub nonce: String,
}

/// What a token response holds.
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token; empty when there is none.
    pub refresh: String,
    /// The ID token; empty when there is none.
    pub id: String,
}

impl App {
    pub(crate) fn new(http: Http, issuer: &str, client: &DemoClient) -> Self {
        Self { http, issuer: issuer.to_owned(), client: client.clone() }
    }

    /// Its first redirect URI; empty when it has none.
    pub fn redirect_uri(&self) -> &str {
        self.client.redirect_uris.first().map_or("", String::as_str)
    }

    /// A correct authorization request.
    pub fn authorization(&self, scope: &str) -> Outcome<Authorization> {
        let (pkce, state, nonce) = (Pkce::generate(), random(), random());
        let mut url = Url::parse(&format!("{}/oauth2/authorize", self.issuer))?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client.client_id),
            ("redirect_uri", self.redirect_uri()),
            ("scope", scope),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &pkce.challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok(Authorization { url, pkce, state, nonce })
    }

    /// Sends a person through sign-in and consent; the code that comes back, with the request that it answers.
    pub async fn code(
        &self,
        visitor: &mut Visitor,
        user: &DemoUser,
        scope: &str,
    ) -> Outcome<(String, Authorization)> {
        let authorization = self.authorization(scope)?;
        let callback = visitor.authorize(authorization.url.as_str(), user).await?;
        let code = parameter(&callback, "code").ok_or_else(|| format!("no code in the answer to {scope}"))?;
        Ok((code, authorization))
    }

    /// Everything from the first click to tokens.
    pub async fn sign_in(&self, visitor: &mut Visitor, user: &DemoUser, scope: &str) -> Outcome<Tokens> {
        let (code, authorization) = self.code(visitor, user, scope).await?;
        Tokens::of(&self.redeem(&code, &authorization.pkce.verifier).await?)
    }

    /// Redeems a code.
    pub async fn redeem(&self, code: &str, verifier: &str) -> Outcome<Answer> {
        let redirect_uri = self.redirect_uri();
        let grant = ("grant_type", "authorization_code");
        self.token(&[grant, ("code", code), ("redirect_uri", redirect_uri), ("code_verifier", verifier)])
            .await
    }

    /// Redeems a refresh token.
    pub async fn refresh(&self, refresh_token: &str) -> Outcome<Answer> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    /// Client credentials.
    pub async fn client_credentials(&self, scope: &str) -> Outcome<Answer> {
        self.token(&[("grant_type", "client_credentials"), ("scope", scope)]).await
    }

    /// A request to the token endpoint.
    pub async fn token(&self, form: &[(&str, &str)]) -> Outcome<Answer> {
        self.post("/oauth2/token", form).await
    }

    /// Revokes a token.
    pub async fn revoke(&self, token: &str) -> Outcome<Answer> {
        self.post("/oauth2/revoke", &[("token", token)]).await
    }

    /// A request to any endpoint that takes forms, authenticated as the client can: by Basic, or by its name alone.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Outcome<Answer> {
        let request = self.http.request(Method::POST, &format!("{}{path}", self.issuer));
        let id = self.client.client_id.as_str();
        Answer::of(match &self.client.client_secret {
            Some(secret) => request.basic_auth(id, Some(secret)).form(form),
            None => request.form(&[form, &[("client_id", id)]].concat()),
        })
        .await
    }
}

impl Tokens {
    /// Reads a token response. Fails, with the answer's text, when it is an error.
    pub fn of(answer: &Answer) -> Outcome<Self> {
        if answer.status != 200 {
            return Err(format!("{}: {}", answer.status, answer.body).into());
        }
        Ok(Self {
            access: answer.text("access_token"),
            refresh: answer.text("refresh_token"),
            id: answer.text("id_token"),
        })
    }
}

/// A parameter of a URL's query.
pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn random() -> String {
    Uuid::new_v4().simple().to_string()
}
