//! The table on one page: which item lives under which key.
//!
//! | item | `PK` | `SK` |
//! |---|---|---|
//! | keys of the server | `KEYS` | `KEYS` |
//! | API | `APIS` | `<audience>` |
//! | part of the document that an API was loaded from | `API#<audience>` | `<number>` |
//! | client | `CLIENT#<client_id>` | `CLIENT` |
//! | tenant | `TENANT#<tenant>` | `TENANT` |
//! | tenant in the list of tenants | `LIST#TENANTS` | `<tenant>` |
//! | client in the list of clients | `LIST#CLIENTS` | `<client_id>` |
//! | user in the list of users | `LIST#USERS` | `<user>` |
//! | client in its tenant's list | `TENANT#<tenant>` | `CLIENT#<client_id>` |
//! | member in their tenant's list | `TENANT#<tenant>` | `MEMBER#<user>` |
//! | initial access token | `REGISTRATION#<token>` | `TOKEN` |
//! | initial access token in the list of them | `LIST#REGISTRATIONS` | `<token>` |
//! | state of all APIs together | `LIST#APIS` | `STATE` |
//! | connection | `TENANT#<tenant>` | `CONNECTION#<client_id>` |
//! | requests of a connection on a day | `ACTIVITY#<tenant>#<client_id>` | `<first second in 12 digits>` |
//! | user | `USER#<user>` | `ACCOUNT` |
//! | member | `USER#<user>` | `ACCOUNT#MEMBER#<tenant>` |
//! | personal access token | `USER#<user>` | `PAT#<pat>` |
//! | sign-in address | `EMAIL#<address>` | `EMAIL` |
//! | invitation into a tenant | `EMAIL#<address>` | `INVITATION#<tenant>` |
//! | invitation in its tenant's list | `TENANT#<tenant>` | `INVITATION#<invitation>` |
//! | grant | `GRANT#<grant>` | `GRANT` |
//! | revoked access token | `JTI#<jti>` | `JTI` |
//! | pushed request | `PAR#<id>` | `PAR` |
//! | used proof of possession | `PROOF#<hash>` | `PROOF` |
//! | client assertion that was used | `ASSERTION#<tag>` | `ASSERTION` |
//! | browser session | `SESSION#<tag>` | `SESSION` |
//! | session in the list of its person's | `SESSIONS#<user>` | `<tag>` |
//! | end of a session | `LOGOUT#<session>` | `LOGOUT` |
//! | client to be told of the end | `LOGOUT#<session>` | `CLIENT#<client_id>` |
//! | request in flight | `INTERACTION#<id>` | `INTERACTION` |
//! | device authorization | `DEVICE#<grant>` | `DEVICE` |
//! | user code of a device | `DEVICE#<tag>` | `USERCODE` |
//! | failed logins | `THROTTLE#<tag>` | `THROTTLE` |
//! | bucket of a limit | `LIMIT#<bucket>` | `LIMIT` |
//! | tally, or networks, of whom unusual use is noticed | `WATCH#<name>` | `WATCH` |
//! | remembered consent | `CONSENT#<user>` | `<client_id>#<tag>` |
//! | until when consents for a client are forgotten | `CONSENT#<user>` | `<client_id>` |
//! | audit event | `AUDIT#<tenant>`, or `AUDIT#` for the deployment | `<time in 12 digits>#<event>` |
//!
//! An item whose change has an event carries it as the attribute `audit`; see [`crate::StreamRecord`].
//!
//! The items of lists only name what is listed: no verdict reads them. They are written and deleted together with it.
//!
//! `ttl` is housekeeping, in seconds since 1970: DynamoDB deletes some days late, so expiry is always compared.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use postern_aws::{AwsEnvironment, Service, sdk_config};
use postern_core::clock::Timestamp;
use postern_core::credential::Tag;
use postern_core::dpop::ProofId;
use postern_core::id::{
    ClientId, GrantId, InteractionId, InvitationId, PatId, RegistrationTokenId, RequestId, SessionId,
    TenantId, TokenId, UserId,
};
use postern_core::limit::Bucket;
use postern_core::store::Consent;

/// An item, or the key of one.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// What the partitions of users begin with.
pub(crate) const USER: &str = "USER#";
/// What the items of a user begin with: the user, then the memberships.
pub(crate) const ACCOUNT: &str = "ACCOUNT";

/// The store on one table. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DynamoStore {
    pub(crate) client: Client,
    pub(crate) table: String,
}

impl DynamoStore {
    /// A store on the table called `table`. Makes no call.
    pub fn new(environment: &AwsEnvironment, table: impl Into<String>) -> Self {
        Self::with_client(Client::new(&sdk_config(environment, Service::DynamoDb)), table)
    }

    /// The same with a client of one's own.
    pub fn with_client(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}

/// A key of two attributes.
fn key(partition: String, sort: impl Into<String>) -> Item {
    HashMap::from([
        ("PK".to_owned(), AttributeValue::S(partition)),
        ("SK".to_owned(), AttributeValue::S(sort.into())),
    ])
}

pub(crate) fn keys() -> Item {
    key("KEYS".into(), "KEYS")
}

/// The partition of all APIs.
pub(crate) const APIS: &str = "APIS";

pub(crate) fn api(audience: &str) -> Item {
    key(APIS.into(), audience)
}

pub(crate) fn client(id: &ClientId) -> Item {
    key(format!("CLIENT#{id}"), "CLIENT")
}

pub(crate) fn tenant_partition(id: &TenantId) -> String {
    format!("TENANT#{id}")
}

pub(crate) fn tenant(id: &TenantId) -> Item {
    key(tenant_partition(id), "TENANT")
}

/// What the keys of a tenant's connections begin with.
pub(crate) const CONNECTION: &str = "CONNECTION#";

/// The partition of all tenants' names.
pub(crate) const TENANTS: &str = "LIST#TENANTS";
/// The partition of all clients' names.
pub(crate) const CLIENTS: &str = "LIST#CLIENTS";

pub(crate) fn listed_tenant(id: &TenantId) -> Item {
    key(TENANTS.into(), id.as_str())
}

pub(crate) fn listed_client(id: &ClientId) -> Item {
    key(CLIENTS.into(), id.as_str())
}

/// The partition of all users' names.
pub(crate) const USERS: &str = "LIST#USERS";

pub(crate) fn listed_user(id: &UserId) -> Item {
    key(USERS.into(), id.as_str())
}

/// The partition of all initial access tokens' names.
pub(crate) const REGISTRATIONS: &str = "LIST#REGISTRATIONS";

pub(crate) fn listed_initial_access(id: &RegistrationTokenId) -> Item {
    key(REGISTRATIONS.into(), id.as_str())
}

pub(crate) fn initial_access(id: &RegistrationTokenId) -> Item {
    key(format!("REGISTRATION#{id}"), "TOKEN")
}

/// What the items of a tenant's list of clients begin with.
pub(crate) const OF_CLIENT: &str = "CLIENT#";
/// What the items of a tenant's list of members begin with.
pub(crate) const OF_MEMBER: &str = "MEMBER#";

pub(crate) fn client_of_tenant(tenant: &TenantId, client: &ClientId) -> Item {
    key(tenant_partition(tenant), format!("{OF_CLIENT}{client}"))
}

pub(crate) fn member_of_tenant(tenant: &TenantId, user: &UserId) -> Item {
    key(tenant_partition(tenant), format!("{OF_MEMBER}{user}"))
}

pub(crate) fn apis_state() -> Item {
    key("LIST#APIS".into(), "STATE")
}

pub(crate) fn document_partition(audience: &str) -> String {
    format!("API#{audience}")
}

pub(crate) fn document_part(audience: &str, number: usize) -> Item {
    key(document_partition(audience), format!("{number:04}"))
}

pub(crate) fn connection(tenant: &TenantId, client: &ClientId) -> Item {
    key(tenant_partition(tenant), format!("{CONNECTION}{client}"))
}

pub(crate) fn requests_partition(tenant: &TenantId, client: &ClientId) -> String {
    format!("ACTIVITY#{tenant}#{client}")
}

pub(crate) fn requests(tenant: &TenantId, client: &ClientId, day: Timestamp) -> Item {
    key(requests_partition(tenant, client), moment(day))
}

pub(crate) fn user_partition(id: &UserId) -> String {
    format!("{USER}{id}")
}

pub(crate) fn user(id: &UserId) -> Item {
    key(user_partition(id), ACCOUNT)
}

pub(crate) fn member(user: &UserId, tenant: &TenantId) -> Item {
    key(user_partition(user), format!("{ACCOUNT}#MEMBER#{tenant}"))
}

/// What the sort keys of personal access tokens begin with.
pub(crate) const PAT: &str = "PAT#";

pub(crate) fn pat(user: &UserId, id: &PatId) -> Item {
    key(user_partition(user), format!("{PAT}{id}"))
}

pub(crate) fn address_partition(address: &str) -> String {
    format!("EMAIL#{address}")
}

pub(crate) fn email(address: &str) -> Item {
    key(address_partition(address), "EMAIL")
}

/// What the sort keys of invitations begin with, with their address and in their tenant's list.
pub(crate) const INVITATION: &str = "INVITATION#";

pub(crate) fn invitation(address: &str, tenant: &TenantId) -> Item {
    key(address_partition(address), format!("{INVITATION}{tenant}"))
}

pub(crate) fn invitation_of_tenant(tenant: &TenantId, id: &InvitationId) -> Item {
    key(tenant_partition(tenant), format!("{INVITATION}{id}"))
}

pub(crate) fn grant(id: &GrantId) -> Item {
    key(format!("GRANT#{id}"), "GRANT")
}

pub(crate) fn revoked_token(id: &TokenId) -> Item {
    key(format!("JTI#{id}"), "JTI")
}

pub(crate) fn pushed_request(id: &RequestId) -> Item {
    key(format!("PAR#{id}"), "PAR")
}

pub(crate) fn proof(id: &ProofId) -> Item {
    key(format!("PROOF#{}", id.as_str()), "PROOF")
}

pub(crate) fn assertion(tag: &Tag) -> Item {
    key(format!("ASSERTION#{tag}"), "ASSERTION")
}

pub(crate) fn session(tag: &Tag) -> Item {
    key(format!("SESSION#{tag}"), "SESSION")
}

/// Apart from the person's own items: whoever may delete here can touch no account.
pub(crate) fn sessions_partition(user: &UserId) -> String {
    format!("SESSIONS#{user}")
}

pub(crate) fn session_of_user(user: &UserId, tag: &Tag) -> Item {
    listed_session(user, &tag.to_string())
}

/// The place in the list where a part of it ended.
pub(crate) fn listed_session(user: &UserId, sort: &str) -> Item {
    key(sessions_partition(user), sort)
}

/// What the partitions of ended sessions begin with.
pub(crate) const LOGOUT: &str = "LOGOUT#";

pub(crate) fn logout(id: &SessionId) -> Item {
    key(format!("{LOGOUT}{id}"), "LOGOUT")
}

pub(crate) fn delivery(session: &SessionId, client: &ClientId) -> Item {
    key(format!("{LOGOUT}{session}"), format!("{OF_CLIENT}{client}"))
}

pub(crate) fn interaction(id: &InteractionId) -> Item {
    key(format!("INTERACTION#{id}"), "INTERACTION")
}

pub(crate) fn device(id: &GrantId) -> Item {
    key(format!("DEVICE#{id}"), "DEVICE")
}

pub(crate) fn user_code(tag: &Tag) -> Item {
    key(format!("DEVICE#{tag}"), "USERCODE")
}

pub(crate) fn login_counter(tag: &Tag) -> Item {
    key(format!("THROTTLE#{tag}"), "THROTTLE")
}

pub(crate) fn limit(bucket: &Bucket) -> Item {
    key(format!("LIMIT#{}", bucket.as_str()), "LIMIT")
}

pub(crate) fn tally(name: &str) -> Item {
    key(format!("WATCH#{name}"), "WATCH")
}

/// The partition of a log.
pub(crate) fn log(tenant: Option<&TenantId>) -> String {
    format!("AUDIT#{}", tenant.map(TenantId::as_str).unwrap_or_default())
}

/// A moment, so that texts sort as times do.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{:012}", at.as_secs())
}

pub(crate) fn event(tenant: Option<&TenantId>, at: Timestamp, id: &str) -> Item {
    key(log(tenant), format!("{}#{id}", moment(at)))
}

/// The place in a log where a page ended.
pub(crate) fn place(tenant: Option<&TenantId>, sort: &str) -> Item {
    key(log(tenant), sort)
}

pub(crate) fn consent(consent: &Consent) -> Item {
    key(format!("CONSENT#{}", consent.user_id), format!("{}#{}", consent.client_id, consent.terms))
}

pub(crate) fn forgotten_consents(user: &UserId, client: &ClientId) -> Item {
    key(format!("CONSENT#{user}"), client.as_str())
}
