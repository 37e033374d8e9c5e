//! Invitations: made as an administrator makes them, answered as those who are invited do.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::draft::Draft;
use crate::instance::Instance;
use crate::people::{PASSWORD, Person};
use crate::world::World;
use postern_core::id::{TenantId, UserId};

/// What somebody says to an invitation.
#[derive(Clone, Copy, Debug)]
pub enum Reply<'a> {
    /// Yes, to this role.
    Accept(&'a str),
    /// No.
    Decline,
}

impl Instance {
    /// The invitation of an address by the bearer of `token`.
    pub fn invite(&self, token: &str, tenant: &TenantId, body: &Value) -> Draft {
        self.post(&format!("/admin/v1/tenants/{tenant}/members")).bearer(token).json(body)
    }

    /// The answer of the bearer of `token` to an invitation.
    pub fn answer_invitation(&self, token: &str, tenant: &TenantId, reply: Reply<'_>) -> Draft {
        let path = format!("/account/v1/invitations/{tenant}");
        match reply {
            Reply::Accept(role) => {
                self.post(&format!("{path}/accept")).bearer(token).json(&json!({ "role": role }))
            }
            Reply::Decline => self.post(&format!("{path}/decline")).bearer(token),
        }
    }

    /// What is waiting for the bearer of `token`.
    pub fn invitations(&self, token: &str) -> Draft {
        self.get("/account/v1/invitations").bearer(token)
    }
}

impl World {
    /// An operator invites `person` into a tenant.
    pub async fn invited(&self, person: &Person, tenant: &TenantId, role: &str) -> Answer {
        let token = self.admin_token(&self.apps.operator).await;
        let answer =
            self.invite(&token, tenant, &json!({ "email": person.email, "role": role })).send().await;
        assert_eq!(answer.status(), 202, "{}", answer.text());
        answer
    }

    /// Somebody with an account who belongs nowhere: made as a member of Acme, and removed from there.
    pub async fn homeless(&self, email: &'static str) -> Person {
        let token = self.admin_token(&self.apps.operator).await;
        let body = json!({ "email": email, "role": "reader", "active": true, "name": "Nomad", "password": PASSWORD });
        let made = self.invite(&token, &self.tenants.acme, &body).send().await;
        assert_eq!(made.status(), 201, "{}", made.text());
        let user_id = UserId::parse(&made.member("user_id")).expect("an identifier");
        let path = format!("/admin/v1/tenants/{}/members/{user_id}", self.tenants.acme);
        let removed = self.request("DELETE".parse().expect("a method"), &path).bearer(&token).send().await;
        assert_eq!(removed.status(), 204, "{}", removed.text());
        // A membership that ended voids what is issued in the very second.
        self.clock.advance(1);
        Person { user_id, email, name: "Nomad" }
    }
}
