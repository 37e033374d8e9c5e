//! OpenID Connect Back-Channel Logout 1.0: when a session ends, the clients that people signed in to are told.
//!
//! The end of a session is one transaction: it deletes the browser's session, leaves a mark by which refresh tokens without
//! `offline_access` are known to be void (section 2.7), and writes one delivery for each client. The table's stream brings
//! each delivery to the function that makes it, so that nobody who signs out waits for anybody else's server.
//!
//! The same stream brings the changes of accounts that void sessions: the suspension or removal of a person, and another
//! password. Those sessions end here, each by a transaction of that kind, so that a change of an account is one write
//! however many browsers its person is signed in with, and no end is lost after it.
//!
//! A delivery that fails is tried again some seconds later. A stream has no way to deliver later: the invocation waits for
//! a while, then changes the delivery, which the stream brings again, behind everything that came meanwhile.

mod deliver;
mod delivery;
mod end;
mod token;
mod voided;

pub use deliver::{LogoutStore, Progress, deliver};
pub use delivery::{Delivery, DeliveryState, DeliveryTurn};
pub(crate) use end::end;
pub use voided::{Voiding, end_voided};

/// What a change of the table gives this server to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogoutTask {
    /// A client is to be told.
    Deliver(DeliveryTurn),
    /// Sessions are to end.
    End(Voiding),
}
