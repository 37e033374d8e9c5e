//! The decision on a request to the API: who calls, do they still stand, and may they do this.

mod bearer;
mod cache;
mod catalogue;
mod decide;
mod guard;
mod refusal;

pub use bearer::{Bearer, BearerRules, parse_authorization, verify_bearer};
pub use cache::{StandingCache, standing_cache};
pub use catalogue::{Catalogue, Need, Route};
pub use decide::{Allowed, verify_permission};
pub use guard::load_standing;
pub use refusal::Refusal;
