//! What is limited.

use crate::credential::Tag;
use crate::id::{ClientId, TenantId, UserId};
use crate::param::Scope;

/// One bucket of tokens: a name for the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bucket(String);

impl Bucket {
    /// A client's requests to the APIs.
    pub fn of_client(client: &ClientId) -> Self {
        Self(format!("API#{client}"))
    }

    /// A platform's requests for one account.
    pub fn of_account(client: &ClientId, tenant: &TenantId) -> Self {
        Self(format!("ACCOUNT#{client}#{tenant}"))
    }

    /// A client's requests to the token endpoint.
    pub fn of_token_endpoint(client: &ClientId) -> Self {
        Self(format!("TOKEN#{client}"))
    }

    /// What is begun in the name of a public client: pushed requests, flows of devices.
    pub fn of_openings(client: &ClientId) -> Self {
        Self(format!("OPEN#{client}"))
    }

    /// What a client does with one scope of an API for one tenant.
    pub fn of_client_scope(client: &ClientId, tenant: &TenantId, (audience, scope): (&str, &Scope)) -> Self {
        Self(format!("SCOPE#{client}#{tenant}#{audience}#{}", scope.as_str()))
    }

    /// What a member does with one scope of an API by personal access tokens.
    pub fn of_member_scope(user: &UserId, tenant: &TenantId, (audience, scope): (&str, &Scope)) -> Self {
        Self(format!("SCOPE#{user}#{tenant}#{audience}#{}", scope.as_str()))
    }

    /// The documents of clients that are fetched because of one address, which stands in the table as a tag.
    pub fn of_documents(address: &Tag) -> Self {
        Self(format!("DOCUMENT#{address}"))
    }

    /// The registrations that come from one address, which stands in the table as a tag.
    pub fn of_registrations(address: &Tag) -> Self {
        Self(format!("REGISTER#{address}"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r13_scopes_of_one_name_at_two_apis_have_a_bucket_each() {
        let (client, user) = (ClientId::parse("c").unwrap(), UserId::parse("usr_u").unwrap());
        let (tenant, scope) = (TenantId::parse("ten_t").unwrap(), Scope::parse("read").unwrap());
        let of_client = |audience| Bucket::of_client_scope(&client, &tenant, (audience, &scope));
        let of_member = |audience| Bucket::of_member_scope(&user, &tenant, (audience, &scope));
        assert_ne!(of_client("https://a.test"), of_client("https://b.test"));
        assert_ne!(of_member("https://a.test"), of_member("https://b.test"));
    }
}
