//! What members do at the account API, and the tokens that they make there.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::ask::Ask;
use crate::draft::Draft;
use crate::flow::{Code, Tokens};
use crate::instance::Instance;
use crate::people::Person;
use crate::world::{ISSUER, World};
use postern_core::id::TenantId;

/// A personal access token as its maker holds it.
#[derive(Clone, Debug)]
pub struct MadePat {
    /// `pstp_...`.
    pub token: String,
    /// `pat_...`.
    pub id: String,
}

impl Draft {
    /// Replaces the body by JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }
}

impl Instance {
    /// The making of a personal access token by the bearer of `token`.
    pub fn make_pat(&self, token: &str, wanted: &Value) -> Draft {
        self.post("/account/v1/tokens").bearer(token).json(wanted)
    }

    /// The revocation of a personal access token by whoever has it.
    pub fn revoke_pat(&self, token: &str) -> Draft {
        self.post("/oauth2/revoke").form([("token", token)])
    }
}

impl World {
    /// What an application asks for in which members manage what is theirs.
    pub fn account_ask(&self) -> Ask {
        let ask = Ask::of(&self.apps.web).with("scope", "openid account account.invitations");
        ask.with("resource", &format!("{ISSUER}/account"))
    }

    /// A token with which `person` manages what is theirs, at their first tenant.
    pub async fn account_token(&self, person: &Person) -> String {
        let code = self.code_for(&self.account_ask(), person).await;
        Tokens::of(&self.exchange(&self.apps.web, &code).send().await).access
    }

    /// The same at one of several tenants, chosen at consent.
    pub async fn account_token_at(&self, person: &Person, tenant: &TenantId) -> String {
        let (ask, mut browser) = (self.account_ask().with("prompt", "consent"), self.signed_in(person).await);
        let page = browser.open(&ask).await;
        let form = crate::browser::form(&page).fill("tenant", tenant.as_str()).fill("decision", "allow");
        let code = Code::of(&browser.submit(&form).await, &ask);
        Tokens::of(&self.exchange(&self.apps.web, &code).send().await).access
    }

    /// A token of `person` with these scopes, made with everything else as usual.
    pub async fn pat(&self, person: &Person, scopes: &[&str]) -> MadePat {
        let token = self.account_token(person).await;
        MadePat::of(&self.make_pat(&token, &json!({ "name": "Test", "scopes": scopes })).send().await)
    }
}

impl MadePat {
    /// Reads the answer to the making of a token, which must be good.
    #[track_caller]
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status(), 201, "{}", answer.text());
        crate::answer::assert_unstored_json(answer);
        Self { token: answer.member("token"), id: answer.member("id") }
    }
}
