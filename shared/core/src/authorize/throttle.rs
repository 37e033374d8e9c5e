//! Failed logins are counted by account and by address, before the password is hashed (W04, L10, T17).

use std::net::IpAddr;

use futures_util::future::try_join;

use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::lifetime::LOGIN_WINDOW;
use crate::network::party;
use crate::outage::Outage;
use crate::store::ChargeLogins;

/// Failures of one account in one window.
const MAX_BY_ACCOUNT: u32 = 10;
/// Failures from one address in one window.
const MAX_BY_ADDRESS: u32 = 50;

/// Wrong user codes of one browser, and from one address, in one window (X01).
const MAX_USER_CODES: u32 = 5;

/// The two counters of one attempt.
pub(super) struct Throttle {
    account: Tag,
    address: Tag,
    max_by_account: u32,
    max_by_address: u32,
    window_ends: Timestamp,
}

impl Throttle {
    /// The counters of an account and an address, in the window of `now`.
    pub(super) fn new(email: &str, address: Option<IpAddr>, keys: &CredentialKeys, now: Timestamp) -> Self {
        let window = now.as_secs() / LOGIN_WINDOW;
        let counter =
            |kind: &[u8], value: &[u8]| keys.tag(Purpose::Throttle, &[kind, value, &window.to_be_bytes()]);
        Self {
            account: counter(b"account", email.as_bytes()),
            address: counter(b"address", party(address).as_bytes()),
            max_by_account: MAX_BY_ACCOUNT,
            max_by_address: MAX_BY_ADDRESS,
            window_ends: Timestamp::from_secs((window + 1) * LOGIN_WINDOW),
        }
    }

    /// The counters of a browser and an address that come with user codes, in the window of `now`.
    pub(super) fn of_user_codes(
        browser: &Tag,
        address: Option<IpAddr>,
        keys: &CredentialKeys,
        now: Timestamp,
    ) -> Self {
        let window = now.as_secs() / LOGIN_WINDOW;
        let counter =
            |kind: &[u8], value: &[u8]| keys.tag(Purpose::Throttle, &[kind, value, &window.to_be_bytes()]);
        Self {
            account: counter(b"user code by browser", browser.as_bytes()),
            address: counter(b"user code by address", party(address).as_bytes()),
            max_by_account: MAX_USER_CODES,
            max_by_address: MAX_USER_CODES,
            window_ends: Timestamp::from_secs((window + 1) * LOGIN_WINDOW),
        }
    }

    /// Counts an attempt as failed until [`Self::refund`]; the seconds to wait when there were too many.
    pub(super) async fn charge<S: ChargeLogins>(
        &self,
        store: &S,
        now: Timestamp,
    ) -> Result<Result<(), u64>, Outage> {
        let by_account = store.charge(&self.account, self.window_ends);
        let by_address = store.charge(&self.address, self.window_ends);
        let (account, address) = try_join(by_account, by_address).await?;
        let over = account > self.max_by_account || address > self.max_by_address;
        Ok(if over { Err(self.window_ends.since(now).max(1)) } else { Ok(()) })
    }

    /// The attempt succeeded after all.
    pub(super) async fn refund<S: ChargeLogins>(&self, store: &S) -> Result<(), Outage> {
        let by_account = store.refund(&self.account, self.window_ends);
        let by_address = store.refund(&self.address, self.window_ends);
        try_join(by_account, by_address).await.map(|_| ())
    }
}
