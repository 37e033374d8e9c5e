//! The decision on a request to the API: who calls, do they still stand, and may they do this.

mod account;
mod bearer;
mod cache;
mod challenge;
mod decide;
mod guard;
mod limits;
mod pat;
mod possession;
mod refusal;
mod unusual;
mod usage;

pub use account::{parse_account, verify_account_told};
pub use bearer::{Authorization, Bearer, BearerRules, parse_authorization, verify_bearer};
pub use cache::{StandingCache, standing_cache};
pub use challenge::Wanted;
pub(crate) use decide::networks_allow;
pub use decide::{Allowed, Caller, Stands, verify_permission, verify_sign_in, verify_standing};
pub use guard::load_standing;
pub use limits::limits_of;
pub use pat::PresentedPat;
pub use possession::{Possession, Presentation};
pub use refusal::Refusal;
pub(crate) use refusal::dpop_challenge;
pub use unusual::{NetworkMemory, network_memory, note_network, note_refusal, note_use};
pub use usage::{UseMemory, count_request, mark_use, use_memory};

use crate::store::{
    ClaimProofs, ConfirmTokens, CountRequests, KeepTallies, LeaseTokens, LoadApis, LoadKeys, LoadStanding,
    MarkUse, WatchNetworks,
};

/// What the authorizer needs of the store.
pub trait AccessStore:
    ClaimProofs
    + ConfirmTokens
    + CountRequests
    + KeepTallies
    + LeaseTokens
    + LoadApis
    + LoadKeys
    + LoadStanding
    + MarkUse
    + WatchNetworks
{
}

impl<T> AccessStore for T where
    T: ClaimProofs
        + ConfirmTokens
        + CountRequests
        + KeepTallies
        + LeaseTokens
        + LoadApis
        + LoadKeys
        + LoadStanding
        + MarkUse
        + WatchNetworks
{
}
