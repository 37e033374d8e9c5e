//! People's accounts, as operators administer them.

use std::future::Future;

use super::{Listing, Seen, Versioned, Window, Written};
use crate::audit::Event;
use crate::id::UserId;
use crate::outage::Outage;
use crate::tenant::{Member, User};

/// A person with the memberships that have not ended. Holds the password at rest: no `Debug`.
#[derive(Clone)]
pub struct Person {
    /// The account.
    pub user: Versioned<User>,
    /// Where they belong.
    pub memberships: Vec<Versioned<Member>>,
}

/// A person whose account is removed.
pub struct Departure<'a> {
    /// What stays under the identifier: switched off, and nothing personal.
    pub user: &'a User,
    /// The state of the account that was seen.
    pub seen: Seen,
    /// The address that they signed in with.
    pub email: &'a str,
    /// Their memberships, ended, with the state of each that was seen.
    pub memberships: &'a [Versioned<Member>],
    /// What happens, for the audit log; each membership is written with [`Event::for_member`].
    pub event: &'a Event,
}

/// People's accounts. One that was removed is not there.
///
/// DynamoDB: BatchGetItem, Query on USER#; PutItem on USER#; DeleteItem, Query on LIST#
/// DynamoDB: DeleteItem on TENANT#; DeleteItem on EMAIL#
pub trait ManageUsers: Send + Sync {
    /// People, in order of their identifiers, without their passwords.
    fn list_users(&self, window: Window<'_>) -> impl Future<Output = Result<Listing<User>, Outage>> + Send;

    /// One person.
    fn read_person(&self, id: &UserId) -> impl Future<Output = Result<Option<Person>, Outage>> + Send;

    /// Writes an account over the state that was seen.
    fn write_user(
        &self,
        user: &User,
        seen: Seen,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// Removes an account, ends its memberships and frees its address, all or nothing.
    fn remove_user(&self, departure: &Departure<'_>) -> impl Future<Output = Result<Written, Outage>> + Send;
}
