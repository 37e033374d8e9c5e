//! Clients that are held to the FAPI 2.0 Security Profile (Final): one test for each of its clauses, by section.

mod algorithms;
mod authorization;
mod client;
mod registration;
mod tokens;

use std::sync::atomic::{AtomicU64, Ordering};

use postern_core::client::{AuthMethod, Client, Profile};
use postern_core::id::ClientId;
use postern_jose::Algorithm;
use postern_testkit::{Answer, App, Ask, ClientKey, Code, Draft, Plan, Prover, Tokens, VERIFIER, World};
use serde_json::json;

/// A world whose web app is held to the profile, and what that app holds.
struct Stage {
    world: World,
    app: App,
    key: ClientKey,
    prover: Prover,
    assertions: AtomicU64,
}

/// Holds a client with this key to the profile.
fn profile(client: &mut Client, key: &ClientKey) {
    client.sender.profile = Some(Profile::Fapi2);
    client.registration.auth_method = Some(AuthMethod::PrivateKeyJwt);
    client.registration.jwks = vec![key.jwk()];
}

impl Stage {
    async fn start() -> Self {
        Self::with(vec![Algorithm::ES256], Algorithm::ES256).await
    }

    /// With these keys of the server, and a key of this algorithm of the client.
    async fn with(algorithms: Vec<Algorithm>, algorithm: Algorithm) -> Self {
        let world = World::with(Plan { algorithms, ..Plan::default() }).await;
        let (app, key) = (App { secret: None, ..world.apps.web.clone() }, ClientKey::generate(algorithm));
        world.edit_client(&app.client_id, |client| profile(client, &key)).await;
        Self { world, app, key, prover: Prover::new(), assertions: AtomicU64::new(0) }
    }

    /// A good assertion of `client`, each time another.
    fn assertion_of(&self, client: &ClientId) -> String {
        let jti = format!("assertion-{}", self.assertions.fetch_add(1, Ordering::SeqCst));
        self.key.sign(&ClientKey::claims(&self.world, client, &jti))
    }

    /// A request to `path` by the app, without a proof.
    fn post<'a>(&self, path: &str, form: impl IntoIterator<Item = (&'a str, &'a str)>) -> Draft {
        self.world.post(path).form(form).asserting(&self.assertion_of(&self.app.client_id))
    }

    fn push(&self, ask: &Ask) -> Draft {
        self.post("/oauth2/par", ask.pairs())
    }

    /// What the browser brings for a request that was pushed.
    fn link(&self, pushed: &Answer) -> Ask {
        assert_eq!(pushed.status(), 201, "{}", pushed.text());
        let blank = ["response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge"];
        let bare = blank.iter().fold(Ask::of(&self.app), |ask, name| ask.without(name));
        bare.without("code_challenge_method").with("request_uri", &pushed.member("request_uri"))
    }

    /// Where Olivia's browser is sent for this request, once she has signed in and consented.
    async fn authorize(&self, ask: &Ask) -> Answer {
        let link = self.link(&self.push(ask).send().await);
        let olivia = &self.world.people.olivia;
        self.world.signed_in(olivia).await.authorize(&link, olivia).await
    }

    async fn code(&self) -> Code {
        let ask = Ask::of(&self.app);
        Code::of(&self.authorize(&ask).await, &ask)
    }

    /// The exchange of a code, without a proof.
    fn exchange(&self, code: &Code) -> Draft {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.code.as_str()),
            ("redirect_uri", code.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        self.post("/oauth2/token", form)
    }

    /// The use of a refresh token, without a proof.
    fn refresh(&self, token: &str) -> Draft {
        self.post("/oauth2/token", [("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    async fn tokens(&self) -> Tokens {
        let code = self.code().await;
        Tokens::of(&self.exchange(&code).proved_by(&self.prover).send().await)
    }

    /// Changes the app.
    async fn edit(&self, edit: impl FnOnce(&mut Client) + Send) {
        self.world.edit_client(&self.app.client_id, edit).await;
    }
}

/// The profile from registration to the API, as an operator and a client see it.
#[tokio::test]
async fn a_client_of_the_profile_gets_its_tokens_and_uses_them() {
    let stage = Stage::start().await;
    let tokens = stage.tokens().await;
    assert_eq!(tokens.body["token_type"], "DPoP");
    let told = stage.world.get("/oauth2/userinfo").dpop(&stage.prover, &tokens.access).send().await;
    assert_eq!(told.json()["sub"], json!(stage.world.people.olivia.user_id));
    let again = Tokens::of(&stage.refresh(&tokens.refresh).proved_by(&stage.prover).send().await);
    let told = stage.post("/oauth2/introspect", [("token", again.access.as_str())]).send().await;
    assert_eq!(told.json()["active"], true);
    let revoked = stage.post("/oauth2/revoke", [("token", again.refresh.as_str())]).send().await;
    assert_eq!(revoked.status(), 200);
}
