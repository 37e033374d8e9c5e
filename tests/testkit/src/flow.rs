//! The steps that most tests begin with.

use serde_json::Value;

use crate::answer::Answer;
use crate::apps::App;
use crate::ask::{Ask, VERIFIER};
use crate::browser::Browser;
use crate::draft::Draft;
use crate::instance::Instance;
use crate::people::Person;
use crate::world::{ISSUER, World};

/// A code on its way to its app.
#[derive(Clone, Debug)]
pub struct Code {
    /// The code.
    pub code: String,
    /// The redirect URI that it was sent to.
    pub redirect_uri: String,
}

/// A token answer.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// `access_token`.
    pub access: String,
    /// `refresh_token`; empty where there is none.
    pub refresh: String,
    /// `id_token`; empty where there is none.
    pub id: String,
    /// The whole answer.
    pub body: Value,
    /// Its bytes.
    pub text: String,
}

impl Tokens {
    /// Reads a token answer, which must be one.
    #[track_caller]
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status(), 200, "{}", answer.text());
        crate::answer::assert_unstored_json(answer);
        Self {
            access: answer.member("access_token"),
            refresh: answer.member("refresh_token"),
            id: answer.member("id_token"),
            body: answer.json(),
            text: answer.text().to_owned(),
        }
    }
}

impl Code {
    /// Reads the code off the answer that leads back to the client, which must carry one.
    #[track_caller]
    pub fn of(answer: &Answer, ask: &Ask) -> Self {
        let code = answer.returned("code");
        let code = code.unwrap_or_else(|| panic!("no code: {} {}", answer.status(), answer.text()));
        Self { code, redirect_uri: ask.value("redirect_uri").to_owned() }
    }
}

impl Instance {
    /// A browser that comes here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.clone())
    }

    /// The exchange of a code by `app`, with everything that belongs to it.
    pub fn exchange(&self, app: &App, code: &Code) -> Draft {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.code.as_str()),
            ("redirect_uri", code.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        self.post("/oauth2/token").form(form).by(app)
    }

    /// The exchange of a refresh token by `app`.
    pub fn refresh(&self, app: &App, token: &str) -> Draft {
        self.post("/oauth2/token").form([("grant_type", "refresh_token"), ("refresh_token", token)]).by(app)
    }

    /// A token for `app` itself.
    pub fn client_credentials(&self, app: &App, scope: &str) -> Draft {
        self.post("/oauth2/token").form([("grant_type", "client_credentials"), ("scope", scope)]).by(app)
    }

    /// A token of `app` itself for the admin API.
    pub async fn admin_token(&self, app: &App) -> String {
        let resource = format!("{ISSUER}/admin");
        let form = [("grant_type", "client_credentials"), ("scope", "admin"), ("resource", &resource)];
        Tokens::of(&self.post("/oauth2/token").form(form).by(app).send().await).access
    }

    /// The revocation of a token by `app`.
    pub fn revoke(&self, app: &App, token: &str) -> Draft {
        self.post("/oauth2/revoke").form([("token", token)]).by(app)
    }

    /// The introspection of a token by `app`.
    pub fn introspect(&self, app: &App, token: &str) -> Draft {
        self.post("/oauth2/introspect").form([("token", token)]).by(app)
    }

    /// The claims of the user behind an access token.
    pub fn userinfo(&self, token: &str) -> Draft {
        self.get("/oauth2/userinfo").bearer(token)
    }
}

impl World {
    /// A browser in which `person` is signed in; the same one each time, with copies of its cookies.
    pub async fn signed_in(&self, person: &Person) -> Browser {
        let known = self.browsers().get(&person.user_id).cloned();
        if let Some(browser) = known {
            return browser;
        }
        let mut browser = self.browser();
        let login = browser.open(&Ask::of(&self.apps.native)).await;
        browser.sign_in(&login, person).await;
        self.browsers().insert(person.user_id.clone(), browser.clone());
        browser
    }

    /// A fresh code for `ask` by `person`, who signs in and consents where they are asked to.
    pub async fn code_for(&self, ask: &Ask, person: &Person) -> Code {
        let mut browser = self.signed_in(person).await;
        let code = Code::of(&browser.authorize(ask, person).await, ask);
        self.browsers().insert(person.user_id.clone(), browser);
        code
    }

    /// A fresh code for `app`, by Olivia, with the usual request.
    pub async fn code(&self, app: &App) -> Code {
        self.code_for(&Ask::of(app), &self.people.olivia).await
    }

    /// Fresh tokens for `app`, by Olivia, with the usual request.
    pub async fn tokens(&self, app: &App) -> Tokens {
        let code = self.code(app).await;
        Tokens::of(&self.exchange(app, &code).send().await)
    }

    /// Fresh tokens for `app`, by `person`, with these scopes.
    pub async fn tokens_for(&self, app: &App, person: &Person, scope: &str) -> Tokens {
        let code = self.code_for(&Ask::of(app).with("scope", scope), person).await;
        Tokens::of(&self.exchange(app, &code).send().await)
    }
}
