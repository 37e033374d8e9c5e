//! The change of a password.

use std::future::Future;

use super::Written;
use crate::audit::Event;
use crate::clock::Timestamp;
use crate::credential::PasswordHash;
use crate::id::UserId;
use crate::outage::Outage;
use crate::session::Session;

/// A person takes another password, in a session that goes on.
pub struct PasswordChange<'a> {
    /// Who.
    pub user_id: &'a UserId,
    /// The password at rest that was proved.
    pub seen: &'a PasswordHash,
    /// The next one.
    pub next: &'a PasswordHash,
    /// What was issued for the person earlier is void.
    pub not_before: Timestamp,
    /// The session in which it happens, as it was seen.
    pub ends: &'a Session,
    /// What follows that session.
    pub begins: &'a Session,
    /// What happens, for the audit log.
    pub event: &'a Event,
}

/// Changes passwords.
///
/// DynamoDB: BatchGetItem on USER#; UpdateItem on USER#; DeleteItem, PutItem on SESSION#
/// DynamoDB: DeleteItem, PutItem on SESSIONS#
pub trait ChangePasswords: Send + Sync {
    /// Writes the password and the mark, and the session that goes on, all or nothing: [`Written::Conflict`] where the
    /// person was switched off, or has got another password, or the session was ended or used at another client meanwhile.
    fn change_password(
        &self,
        change: &PasswordChange<'_>,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
}
